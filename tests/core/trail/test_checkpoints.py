"""Checkpoints: made, read back, co-signed, and held against what stands in the file later."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.session import NoteDraft
from core.trust import Checked, Checkpoint, check_against, parse, render
from core.trust.checking import TreeListener, take_checkpoint
from core.trust.checkpoint import key_id, make_checkpoint, read_verifier_key, signed, verifier_key
from tests.core.practice import Practice, keyring
from vault_format.codes import Action
from vault_format.crypto import signing
from vault_format.errors import UsageError
from vault_format.verification.verify import verify


def checked(practice: Practice, checkpoint: Checkpoint, **keys: bytes) -> Checked:
    listener = TreeListener(checkpoint.size)
    verdict = verify(str(practice.path), practice.clock.now, listener=listener.take)
    return check_against(checkpoint, verdict.vault_id, verdict.records, listener, keys)


def test_a_checkpoint_holds_against_the_vault_as_it_grows(practice: Practice) -> None:
    owner = practice.unlock()
    made = take_checkpoint(owner)
    public = keyring(owner).signer.secret[32:]
    owner.save_note(NoteDraft(practice.clients["OTTER"], "one more"))
    owner.lock()
    again = parse(render(made))
    assert again == made
    found = checked(practice, again, owner=public)
    assert found == Checked("", ("owner",), (), ())
    assert practice.actions().count(Action.CHECKPOINT) == 1
    assert practice.verdict().intact


def test_a_cut_and_another_history_show(practice: Practice) -> None:
    owner = practice.unlock()
    before = practice.path.read_bytes()
    owner.save_note(NoteDraft(practice.clients["OTTER"], "one more"))
    made = take_checkpoint(owner)
    owner.lock()
    practice.path.write_bytes(before)
    assert "had" in checked(practice, made).problem
    other = practice.unlock(folder=practice.folder / "other")
    for number in range(6):
        other.save_note(NoteDraft(practice.clients["OTTER"], f"another history {number}"))
    other.lock()
    assert checked(practice, made).problem == "the vault has another history"


def test_a_witness_co_signs_and_a_forged_signature_shows(practice: Practice) -> None:
    made = take_checkpoint(practice.unlock())
    public, secret = signing.keypair(bytes(range(32)))
    both = signed(made, "county.office", secret)
    found = checked(practice, parse(render(both)), **{"county.office": public})
    assert found.signers == ("county.office",)
    assert found.unknown == ("owner",)
    stranger = signing.keypair(bytes(32))[0]
    assert checked(practice, both, **{"county.office": stranger}).bad == ("county.office",)
    moved = Checkpoint(both.origin, both.size, both.root, both.head, both.time + 1, both.signatures)
    assert (
        checked(practice, moved, **{"county.office": public}).problem == "the signature of county.office does not hold"
    )


def test_a_key_reads_back_and_has_the_id_of_the_specification() -> None:
    public = signing.keypair(bytes(range(32)))[0]
    assert read_verifier_key(verifier_key("county.office", public)) == ("county.office", public)
    assert len(key_id("county.office", public)) == 4
    for bad in ("", "county.office", verifier_key("county.office", public)[:-2], "x+00000000+AAAA"):
        with pytest.raises(UsageError):
            read_verifier_key(bad)


@given(st.integers(1, 2**31), st.binary(min_size=32, max_size=32), st.integers(0, 2**40))
def test_what_is_written_is_read_back_also_after_a_mail_program(size: int, root: bytes, time: int) -> None:
    secret = signing.keypair(bytes(32))[1]
    made = signed(make_checkpoint(bytes(32), size, root, bytes(32), time), "a", secret)
    text = render(made)
    assert parse(text) == made
    assert parse("\r\n\r\n" + text.replace("\n", "  \r\n")) == made


@pytest.mark.parametrize("change", [("\n\n", "\n"), ("head ", "HEAD "), ("tacenda", "tacenda\nx"), ("— ", "- ")])
def test_what_is_no_checkpoint_is_refused_in_words(change: tuple[str, str]) -> None:
    secret = signing.keypair(bytes(32))[1]
    text = render(signed(make_checkpoint(bytes(32), 7, bytes(32), bytes(32), 1), "a", secret))
    with pytest.raises(UsageError, match="no checkpoint"):
        parse(text.replace(*change, 1))
    with pytest.raises(UsageError):
        parse(base64.b64encode(bytes(20_000)).decode())
