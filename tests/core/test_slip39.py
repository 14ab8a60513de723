"""Shares are SLIP-0039's: the published vectors behave, and any k of ours make the registered authority's key."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
import shamir_mnemonic
from shamir_mnemonic.share import Share

from core.keys.authority import authority_pairs
from core.recovery.ceremony import Ceremony, Custodian, words_of
from core.session import Session
from tests.core.practice import PASSPHRASES, Practice
from vault_format import signing

VECTORS = [
    pytest.param(each["secret"], each["shares"], id=each["what"])
    for each in json.loads(Path(__file__).with_name("slip39-vectors.json").read_text())
]
"""From the vectors that SLIP-0039 publishes; their passphrase is TREZOR. No secret: combining is refused."""


@pytest.mark.parametrize(("secret", "shares"), VECTORS)
def test_the_published_vectors_behave(secret: str, shares: list[str]) -> None:
    if secret:
        assert shamir_mnemonic.combine_mnemonics(shares, b"TREZOR").hex() == secret
        assert [" ".join(words_of(" ".join(word[:4] for word in share.split()))) for share in shares] == shares
    else:
        with pytest.raises((shamir_mnemonic.MnemonicError, ValueError)):
            shamir_mnemonic.combine_mnemonics(shares, b"TREZOR")


def ceremony_of(session: Session, threshold: int, count: int) -> list[str]:
    ceremony = Ceremony(session, threshold, [Custodian(f"custodian-{number}") for number in range(count)])
    shares = [" ".join(ceremony.share(number)) for number in range(count)]
    for number, share in enumerate(shares):
        ceremony.type_back(number, share)
    ceremony.finish(PASSPHRASES["owner"])
    return shares


@pytest.mark.parametrize(("threshold", "count"), [(2, 3), (3, 5), (16, 16)])
def test_any_k_shares_make_the_registered_key_and_fewer_none(practice: Practice, threshold: int, count: int) -> None:
    owner = practice.unlock()
    shares = ceremony_of(owner, threshold, count)
    state = owner.vault.ledger.state
    authority = state.members[state.authority]
    for share in shares:
        read = Share.from_mnemonic(share)
        assert (len(share.split()), read.member_threshold, read.group_count) == (33, threshold, 1)
    for some in itertools.islice(itertools.combinations(shares, threshold), 10):
        secret = shamir_mnemonic.combine_mnemonics(list(some))
        pairs = authority_pairs(secret, state.birth, authority.enrolment)
        assert signing.keypair(pairs.sign)[0] == authority.sign
    with pytest.raises(shamir_mnemonic.MnemonicError):
        shamir_mnemonic.combine_mnemonics(shares[: threshold - 1])
