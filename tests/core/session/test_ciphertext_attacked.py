"""Ciphertext in a place that is not its own, hashes mended and signed by a member: it stays closed, and alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from core.acts import entries, moves
from core.acts.acting import Acting, Target
from core.indexes import NoteIndex
from core.session import Session
from tests.core.practice import Practice, forge, keyring, rotate
from vault_format.codes import Action, Kind, NoteClass, Reason
from vault_format.encoding import encode
from vault_format.errors import NotWhole
from vault_format.frames.layout import Part
from vault_format.frames.record import Draft, said
from vault_format.public.entities import Committed


def _pair(session: Session, note: int) -> tuple[bytes, bytes]:
    """Return the stored index and body of a note's newest revision."""
    entry = session.catalog.entry(note)
    parts = session.vault.ledger.record(entry.live[0]).parts
    index, body = parts[entry.live[1]], parts[entry.live[1] + 1]
    assert index is not None
    assert body is not None
    return index, body


def _closed(practice: Practice, note: str, reason: Reason | None = None) -> None:
    """Check that in a vault without findings this note alone is closed, and that both is recorded."""
    assert practice.verdict().intact
    session = practice.unlock()
    before = len(practice.actions())
    with pytest.raises(NotWhole) as caught:
        session.read_note(practice.notes[note], reason=reason)
    assert caught.value.exit_code == 1
    assert practice.actions()[before:] == [Action.READ, Action.ACT_FAILED]
    assert session.read_note(practice.notes["signed"]).text == "signed text"
    session.search("text")
    session.lock()
    assert practice.verdict().intact


def _resave(practice: Practice, note: str, data: Callable[[Session], tuple[bytes, bytes]]) -> None:
    """Save the next revision of an own draft with other ciphertext in it, hashes and signature in order."""
    session = practice.unlock()
    number = practice.notes[note]
    index, body = data(session)

    def build(acting: Acting) -> list[Draft]:
        about = entries.next_revision(acting, number)
        opened = session.catalog.entry(number).index
        assert isinstance(opened, NoteIndex)
        draft = entries.save(acting, about, opened, "x").draft
        parts = [draft.parts[0], draft.parts[1]._replace(data=index),
                 draft.parts[2]._replace(data=body)]  # fmt: skip
        return [dataclasses.replace(draft, parts=parts)]

    forge(practice, build, keyring(session), session._desk.number)
    session.lock()


def test_the_ciphertext_of_another_note_stays_closed(practice: Practice) -> None:
    _resave(practice, "draft", lambda session: _pair(session, practice.notes["signed"]))
    _closed(practice, "draft")


def test_an_older_revisions_ciphertext_stays_closed(practice: Practice) -> None:
    _resave(practice, "draft", lambda session: _pair(session, practice.notes["draft"]))
    _closed(practice, "draft")


def test_index_and_body_cannot_stand_for_each_other(practice: Practice) -> None:
    def swapped(session: Session) -> tuple[bytes, bytes]:
        index, body = _pair(session, practice.notes["draft"])
        return body, index

    _resave(practice, "draft", swapped)
    _closed(practice, "draft")


@pytest.mark.parametrize("data", [b"\0", bytes(39), bytes(56), bytes(300)], ids=len)
def test_garbage_of_any_length_is_damage(practice: Practice, data: bytes) -> None:
    _resave(practice, "draft", lambda _: (data, data))
    _closed(practice, "draft")


def test_notes_swapped_within_one_batch_stay_closed(practice: Practice) -> None:
    session = practice.unlock()
    texts = {name: session.read_note(practice.notes[name]) for name in ("plan", "assigned")}

    def build(acting: Acting) -> list[Draft]:
        moving = [
            moves.Moving(practice.notes[name], encode(opened.index), opened.text.encode())
            for name, opened in texts.items()
        ]  # fmt: skip
        [draft] = moves.reencrypt(acting, moving)
        bodies: list[Part] = [draft.parts[3], draft.parts[1]]
        parts = list(draft.parts)
        for at, other in zip((1, 3), bodies, strict=True):
            parts[at] = parts[at]._replace(data=other.data)
        return [dataclasses.replace(draft, parts=parts)]

    forge(practice, build, keyring(session), session._desk.number)
    session.lock()
    _closed(practice, "plan")
    _closed(practice, "assigned")


def test_a_note_re_encrypted_to_another_text_stays_closed(practice: Practice) -> None:
    session = practice.unlock()
    opened = session.read_note(practice.notes["theirs"])

    def build(acting: Acting) -> list[Draft]:
        moving = moves.Moving(practice.notes["theirs"], encode(opened.index), b"what the clinician never wrote")
        return list(moves.reencrypt(acting, [moving]))

    session.append(build)
    with pytest.raises(NotWhole, match="not the one its author saved"):
        session.read_note(practice.notes["theirs"])
    session.lock()
    _closed(practice, "theirs")


def test_an_honest_re_encryption_opens(practice: Practice) -> None:
    session = practice.unlock()
    opened = session.read_note(practice.notes["theirs"])
    rotate(session)
    moving = moves.Moving(practice.notes["theirs"], encode(opened.index), opened.text.encode())
    session.append(lambda acting: list(moves.reencrypt(acting, [moving])))
    assert session.read_note(practice.notes["theirs"]).text == "clinician's text"
    session.lock()
    theirs = practice.unlock("clinician")
    assert theirs.read_note(practice.notes["theirs"]).text == "clinician's text"
    theirs.lock()
    assert practice.verdict().intact


def test_a_false_commitment_closes_the_note(practice: Practice) -> None:
    session = practice.unlock()

    def build(acting: Acting) -> list[Draft]:
        about = entries.next_revision(acting, practice.notes["draft"])
        opened = session.catalog.entry(practice.notes["draft"]).index
        assert isinstance(opened, NoteIndex)
        draft = entries.save(acting, about, opened, "x").draft
        return [dataclasses.replace(draft, parts=[said(Committed(commit=bytes(32))), *draft.parts[1:]])]

    forge(practice, build, keyring(session), session._desk.number)
    session.lock()
    _closed(practice, "draft")


def test_a_note_that_names_another_client_than_its_record_stays_closed(practice: Practice) -> None:
    session = practice.unlock()
    number = 4711

    def build(acting: Acting) -> list[Draft]:
        opened = session.catalog.entry(practice.notes["draft"]).index
        assert isinstance(opened, NoteIndex)
        about = Target(Kind.NOTE, NoteClass.CHART, practice.clients["MAPLE"], number, 1)
        return [entries.save(acting, about, opened, "filed under another name").draft]

    forge(practice, build, keyring(session), session._desk.number)
    session.lock()
    practice.notes["misfiled"] = number
    again = practice.unlock()
    assert again.catalog.note(number).problem == "it names another client than its record"
    again.lock()
    _closed(practice, "misfiled")


def test_an_index_that_is_no_index_closes_the_note(practice: Practice) -> None:
    session = practice.unlock()

    def build(acting: Acting) -> list[Draft]:
        about = entries.next_revision(acting, practice.notes["draft"])
        parts = acting.keyring.seal_raw(acting.identity(about), b"\x81\xa1x\xc0" * 20, b"\xff\xfe", acting.entropy)
        opened = session.catalog.entry(practice.notes["draft"]).index
        assert isinstance(opened, NoteIndex)
        draft = entries.save(acting, about, opened, "x").draft
        return [dataclasses.replace(draft, parts=[draft.parts[0], *parts])]

    forge(practice, build, keyring(session), session._desk.number)
    session.lock()
    _closed(practice, "draft")
