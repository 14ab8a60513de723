"""Shares are SLIP-0039's: the published vectors behave, and any k of ours make the registered authority's key."""

from __future__ import annotations

import dataclasses
import itertools
import json
from pathlib import Path

import pytest
import shamir_mnemonic
from shamir_mnemonic.constants import DIGEST_INDEX, SECRET_INDEX
from shamir_mnemonic.shamir import RawShare, _create_digest, _interpolate
from shamir_mnemonic.share import Share

from core.keys.authority import authority_pairs
from core.recovery.custody.by_custodians import CustodianRecovery
from core.recovery.custody.ceremony import Ceremony, Custodian, accept, words_of
from core.session import Session
from tests.core.practice import PASSPHRASES, Practice
from vault_format.codes import Action
from vault_format.crypto import signing
from vault_format.errors import Refused

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


def raw(words: str) -> RawShare:
    share = Share.from_mnemonic(words)
    return RawShare(share.index, share.value)


def digest_fits(known: list[RawShare], secret: bytes) -> bool:
    """Whether SECRET, taken for the third point of the curve through two KNOWN shares, carries its own digest."""
    digest = _interpolate([*known, RawShare(SECRET_INDEX, secret)], DIGEST_INDEX)
    return bool(digest[:4] == _create_digest(digest[4:], secret))


def test_one_share_too_few_leaves_every_byte_of_the_secret_open(practice: Practice) -> None:
    """Interpolated in earnest: whatever the missing share's byte is, another byte of the secret comes of it."""
    two = [raw(share) for share in ceremony_of(practice.unlock(), 3, 5)[:2]]
    for at in range(32):
        known = [RawShare(each.x, each.data[at : at + 1]) for each in two]
        secrets = {_interpolate([*known, RawShare(2, bytes([guess]))], SECRET_INDEX) for guess in range(256)}
        assert len(secrets) == 256


def test_what_one_share_too_few_does_tell_is_a_digest_of_32_bits(practice: Practice) -> None:
    """docs/RECOVERY.md says so: a guess at all 256 bits can be told wrong, one in 2^32 stays, and so 2^224."""
    shares = [raw(share) for share in ceremony_of(practice.unlock(), 3, 5)]
    secret = _interpolate(shares[:3], SECRET_INDEX)
    assert digest_fits(shares[:2], secret)
    assert digest_fits(shares[3:], secret)
    assert not any(digest_fits(shares[:2], bytes([guess]) + secret[1:]) for guess in range(256) if guess != secret[0])


def test_one_share_too_few_and_a_made_up_one_are_refused_and_recorded(practice: Practice) -> None:
    owner = practice.unlock()
    papers = ceremony_of(owner, 3, 5)
    accept(owner, process=False)
    owner.lock()
    real = Share.from_mnemonic(papers[2])
    # it has the right number, place and checksum: only that nobody dealt it is wrong with it
    made_up = dataclasses.replace(real, value=bytes(byte ^ 1 for byte in real.value)).mnemonic()
    recovery = CustodianRecovery(practice.door(), member="owner")
    for share in (*papers[:2], made_up):
        recovery.enter_share(share)
    with pytest.raises(Refused, match="do not open this vault"):
        recovery.rekey("seven herons over the weir", "a guess")
    assert practice.actions().count(Action.RECOVERY_FAILED) == 1
    assert Action.MEMBER_REKEY not in practice.actions()
