"""A save of which the disk did not say whether it took it, tried again: never a second note."""

from __future__ import annotations

import dataclasses
import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from core.session import ClientDraft, NoteDraft, Session
from tests.core.practice import Practice, decryptions
from tui.drafts.draft import DraftKeeper
from vault_format import machine
from vault_format.errors import SyncFailed


@contextmanager
def failing(*, cut: bool, times: int = 1) -> Iterator[None]:
    """Let the next TIMES syncs fail; where not CUT, what was written cannot be cut off again either."""
    real_sync, real_cut = machine.sync_data, os.ftruncate
    left = [times]

    def sync(descriptor: int) -> None:
        if left[0]:
            left[0] -= 1
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real_sync(descriptor)

    def truncate(descriptor: int, size: int) -> None:
        if not cut:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real_cut(descriptor, size)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine, "sync_data", sync)
        patch.setattr(os, "ftruncate", truncate)
        yield


def fails(act: Callable[[], object], *, cut: bool) -> None:
    with failing(cut=cut), pytest.raises(SyncFailed):
        act()


def notes(session: Session) -> dict[int, int]:
    """Return the revisions of notes by number."""
    return {row.id: row.revision for row in session.catalog.notes()}


def draft_for(practice: Practice, text: str = "the first words") -> NoteDraft:
    return NoteDraft(practice.clients["OTTER"], text, title="a title")


@pytest.mark.parametrize("cut", [True, False], ids=["cut off", "in the file"])
@pytest.mark.parametrize("reserved", [True, False], ids=["with a number", "without"])
def test_a_new_note_that_is_tried_again_is_one_note(practice: Practice, cut: bool, reserved: bool) -> None:
    session = practice.unlock()
    before = notes(session)
    draft = draft_for(practice)
    number = session.reserve_note() if reserved else None
    fails(lambda: session.save_note(draft, number), cut=cut)
    there = practice.path.stat().st_size
    saved = session.save_note(draft, number)
    assert saved.revision == 1
    assert number in (None, saved.note)
    assert cut or practice.path.stat().st_size == there
    assert notes(session) == {**before, saved.note: 1}
    assert session.read_note(saved.note).text == draft.text
    # said twice on purpose, it is two notes
    assert session.save_note(draft).note != saved.note
    session.lock()
    assert practice.verdict().intact


def test_what_was_typed_since_is_the_next_revision(practice: Practice) -> None:
    session = practice.unlock()
    before = notes(session)
    draft, number = draft_for(practice), session.reserve_note()
    fails(lambda: session.save_note(draft, number), cut=False)
    fails(lambda: session.save_note(draft_for(practice, "more of them"), number), cut=False)
    saved = session.save_note(draft_for(practice, "all of them"), number)
    assert (saved.note, saved.revision) == (number, 3)
    assert notes(session) == {**before, number: 3}
    assert session.save_note(draft_for(practice, "and again"), number, 3).revision == 4
    session.lock()
    assert practice.verdict().intact


def test_as_a_note_of_its_own_it_is_still_the_first(practice: Practice) -> None:
    session = practice.unlock()
    before = notes(session)
    draft, number = draft_for(practice), session.reserve_note()
    fails(lambda: session.save_note(draft, number), cut=False)
    assert session.save_note(draft, session.reserve_note()).note == number
    assert notes(session) == {**before, number: 1}
    session.lock()


def test_a_later_revision_is_written_once(practice: Practice) -> None:
    session = practice.unlock()
    saved = session.save_note(draft_for(practice))
    later = draft_for(practice, "second words")
    fails(lambda: session.save_note(later, saved.note, 1), cut=False)
    assert session.save_note(later, saved.note, 1).revision == 2
    assert notes(session)[saved.note] == 2
    session.lock()


def test_what_cannot_be_synced_is_not_called_done(practice: Practice) -> None:
    session = practice.unlock()
    draft = draft_for(practice)
    with failing(cut=False, times=20):
        for _ in range(2):
            with pytest.raises(SyncFailed):
                session.save_note(draft)
    saved = session.save_note(draft)
    assert session.read_note(saved.note).text == draft.text
    assert sum(row.title == "a title" for row in session.catalog.notes()) == 1
    session.lock()


@pytest.mark.parametrize("cut", [True, False], ids=["cut off", "in the file"])
def test_a_new_client_that_is_tried_again_is_one_client(practice: Practice, cut: bool) -> None:
    session = practice.unlock()
    draft = ClientDraft("WREN", "a name")
    fails(lambda: session.save_client(draft), cut=cut)
    saved = session.save_client(draft)
    assert [row.id for row in session.catalog.clients() if row.code == "WREN"] == [saved.note]
    session.lock()
    assert practice.verdict().intact


def test_a_draft_whose_text_the_vault_has_goes_on_in_its_note(practice: Practice) -> None:
    session = practice.unlock()
    draft, number = draft_for(practice), session.reserve_note()
    session.keep_draft(draft, number, 0, 3)
    fails(lambda: session.save_note(draft, number), cut=False)
    # it ends as a killed process does
    session._drafting.close()
    later = practice.unlock()
    [left] = later.unfinished()
    assert left.old
    with decryptions() as opened:
        taken = later.recover_draft(left)
    assert opened == []
    assert (taken.note, taken.base, taken.draft) == (number, 1, draft)

    # other words are another note, as ever
    other = dataclasses.replace(draft, text="other words")
    later.keep_draft(other, number, 0, 0)
    later._drafting.close()
    last = practice.unlock()
    [left] = last.unfinished()
    assert last.recover_draft(left).note != number


@pytest.mark.parametrize("cut", [True, False], ids=["cut off", "in the file"])
def test_an_editor_that_is_left_while_the_disk_fails_makes_one_note(practice: Practice, cut: bool) -> None:
    session = practice.unlock()
    before = notes(session)
    keeper = DraftKeeper(session)
    keeper.begin(draft_for(practice, ""), None, 0)
    keeper.keep(draft_for(practice))
    with failing(cut=cut):
        rescue = keeper.rescue()
    assert not rescue.lost
    assert rescue.note is not None
    assert notes(session) == {**before, rescue.note: 1}
    keeper.keep(draft_for(practice, "typed on"))
    with failing(cut=cut):
        keeper.rescue()
    assert set(notes(session)) == {*before, rescue.note}
    session.lock()
    assert practice.verdict().intact
