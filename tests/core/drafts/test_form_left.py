"""A client's form that was not finished: sealed beside the vault, offered, recorded before it is opened."""

from __future__ import annotations

import errno
import os
import struct
from dataclasses import replace

import pytest

from core.client_form import differing, save_with_next, shown, written
from core.drafts import MAX_TYPED, DraftKind
from core.drafts import left as left_behind
from core.drafts.slot import digest
from core.session import ClientDraft, NeedsReason, NoteDraft, Session, TypedClient
from tests.core.practice import PASSPHRASES, Practice, decryptions
from vault_format import machine
from vault_format.codes import Action, LockReason, Reason
from vault_format.crypto import sealing
from vault_format.errors import Conflict, NotWhole, Refused, SyncFailed, UsageError

TYPED = TypedClient(code="WREN", goals="sleep; sch", text="rings at noon", field="goals", cursor=10)


def open_as(practice: Practice, who: str = "owner") -> Session:
    return practice.door().unlock(who, PASSPHRASES[who])


def leave(session: Session, typed: TypedClient = TYPED, client: int = 0, base: int = 0) -> int:
    """Have SESSION leave a form in its journal, and end as a killed process does; return the client's number."""
    client = client or session.reserve_note()
    session.keep_client(typed, client, base)
    session._drafting.close()
    return client


def test_a_new_clients_form_goes_on_after_a_crash(practice: Practice) -> None:
    client = leave(open_as(practice))
    later = open_as(practice)
    [left] = later.unfinished()
    assert (left.kind, left.client, left.base, left.old, left.last) == (DraftKind.CLIENT, client, 0, False, True)
    before = len(practice.actions())
    taken = later.recover_client(left)
    assert (taken.typed, taken.client, taken.opened, taken.moved) == (TYPED, client, None, False)
    # one record, of no note: a list whose one row nobody has yet
    assert practice.actions()[before:] == [Action.LIST]
    assert not left.path.exists()
    draft = written(taken.typed, ClientDraft(""))
    assert draft == ClientDraft("WREN", goals=("sleep", "sch"), text="rings at noon")
    saved = save_with_next(later, draft, taken.client)
    later.empty_journal()
    assert (saved.note, saved.revision) == (client, 1)
    assert later.read_client(client).draft == draft
    later.lock()
    assert open_as(practice).unfinished() == []
    assert practice.verdict().intact


def test_a_lock_leaves_it_beside_the_vault_and_an_edited_client_is_opened_for_it(practice: Practice) -> None:
    otter = practice.clients["OTTER"]
    session = open_as(practice)
    session.keep_client(replace(TYPED, code=None), otter, 1)
    session.lock(LockReason.IDLE)
    later = open_as(practice)
    [left] = later.unfinished()
    assert (left.client, left.entity, left.base, left.old, left.ended) == (otter, otter, 1, False, LockReason.IDLE)
    before = len(practice.actions())
    taken = later.recover_client(left)
    assert practice.actions()[before:] == [Action.READ]
    assert taken.opened is not None
    assert not taken.moved
    now = written(taken.typed, taken.opened.draft)
    assert (now.code, now.name, now.goals) == ("OTTER", "name of OTTER", ("sleep", "sch"))


def test_what_was_saved_elsewhere_meanwhile_is_known(practice: Practice) -> None:
    otter = practice.clients["OTTER"]
    leave(open_as(practice), replace(TYPED, code=None), otter, 1)
    other = open_as(practice, "clinician")
    other.save_client(ClientDraft("OTTER", "another name", risk="high"), otter, 1)
    other.lock()
    later = open_as(practice)
    [left] = later.unfinished()
    assert left.old
    taken = later.recover_client(left)
    assert taken.opened is not None
    assert (taken.moved, taken.base, taken.opened.revision) == (True, 1, 2)
    mine = written(taken.typed, taken.opened.draft)
    # what was not touched here is as it was saved there
    assert (mine.name, mine.risk) == ("another name", "high")
    assert differing(mine, taken.opened.draft) == [
        ("Goals", "sleep; sch", ""), ("About", "rings at noon", ""),
    ]  # fmt: skip
    with pytest.raises(Conflict):
        save_with_next(later, mine, otter, taken.base)
    # not saved, and locked again: it is still known that the entry moved on
    later.lock()
    [left] = open_as(practice).unfinished()
    assert (left.old, left.base) == (True, 1)


def test_nobody_else_is_offered_it_nor_opens_its_bytes(practice: Practice) -> None:
    leave(open_as(practice))
    mine = open_as(practice)
    theirs = open_as(practice, "clinician")
    assert theirs.unfinished() == []
    [left] = mine.unfinished()
    # also where somebody moves the file into another member's folder
    theirs.keep_client(TYPED, theirs.reserve_note(), 0)
    journal = theirs._drafting._journal
    assert journal is not None
    moved = journal.path.with_name(left.path.name)
    moved.write_bytes(left.path.read_bytes())
    [found] = theirs.unfinished()
    with pytest.raises(NotWhole, match="does not open"):
        theirs.recover_client(found)


def test_an_offer_decrypts_nothing_and_a_form_opens_after_its_record_alone(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    for client, base in ((0, 0), (practice.clients["OTTER"], 1)):
        leave(open_as(practice), client=client, base=base)
        later = open_as(practice)
        opened: list[int] = []

        def counted(key: bytes, stored: bytes, associated: bytes, into: list[int] = opened) -> bytes:
            into.append(1)
            return sealing.open_sealed(key, stored, associated)

        def failing(descriptor: int) -> None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        with monkeypatch.context() as spy, decryptions() as entries:
            spy.setattr(left_behind, "open_sealed", counted)
            [left] = later.unfinished()
            assert (opened, entries) == ([], [])
            with spy.context() as disk:
                disk.setattr(machine, "sync_data", failing)
                with pytest.raises(SyncFailed):
                    later.recover_client(left)
            assert (opened, entries) == ([], [])
            assert later.recover_client(left).typed == TYPED
            assert opened == [1]
        later.empty_journal()
        later.lock()


@pytest.mark.parametrize("base", [0, 1], ids=["new", "edited"])
def test_a_form_that_does_not_open_is_said_and_recorded(practice: Practice, base: int) -> None:
    leave(open_as(practice), client=practice.clients["OTTER"] if base else 0, base=base)
    later = open_as(practice)
    [path] = practice.folder.glob("drafts/*/*.draft")
    raw, at = bytearray(path.read_bytes()), 16 + 65_536
    # another time, says who can write the file, with a digest that fits
    raw[at + 24 : at + 32] = struct.pack("<Q", practice.clock.now - 1)
    length = struct.unpack_from("<I", raw, at + 36)[0]
    raw[at + 48 : at + 80] = digest(bytes(raw[at : at + 48]), bytes(raw[at + 80 : at + 80 + length]))
    path.write_bytes(raw)
    [left] = later.unfinished()
    before = len(practice.actions())
    with pytest.raises(NotWhole, match="damaged or replaced"):
        later.recover_client(left)
    assert practice.actions()[before:] == [Action.READ if base else Action.LIST, Action.ACT_FAILED]
    assert path.exists()
    later.lock()
    assert practice.verdict().intact


def test_a_note_that_is_called_a_form_does_not_open_as_one(practice: Practice) -> None:
    session = open_as(practice)
    otter = practice.clients["OTTER"]
    session.keep_draft(NoteDraft(otter, "half a sentence", date="2026-11-24"), otter, 1, 0)
    session._drafting.close()
    [path] = practice.folder.glob("drafts/*/*.draft")
    raw, at = bytearray(path.read_bytes()), 16 + 65_536
    raw[at + 45] = DraftKind.CLIENT
    length = struct.unpack_from("<I", raw, at + 36)[0]
    raw[at + 48 : at + 80] = digest(bytes(raw[at : at + 48]), bytes(raw[at + 80 : at + 80 + length]))
    path.write_bytes(raw)
    later = open_as(practice)
    [left] = later.unfinished()
    with pytest.raises(NotWhole):
        later.recover_client(left)


def test_outside_the_caseload_it_takes_a_reason_and_stays_where_it_is_without(practice: Practice) -> None:
    heron = practice.clients["HERON"]
    leave(open_as(practice, "clinician"), replace(TYPED, code=None), heron, 1)
    later = open_as(practice, "clinician")
    [left] = later.unfinished()
    with pytest.raises(NeedsReason):
        later.recover_client(left)
    assert left.path.exists()
    taken = later.recover_client(left, reason=Reason.CARE, words="asked to cover")
    assert taken.typed.text == "rings at noon"


def test_who_may_not_write_any_more_opens_none(practice: Practice) -> None:
    leave(open_as(practice))
    [left] = open_as(practice).unfinished()
    supervisor = open_as(practice, "supervisor")
    before = len(practice.actions())
    with pytest.raises(Refused):
        supervisor.recover_client(left)
    assert len(practice.actions()) == before


def test_a_form_of_a_client_that_is_gone_stays_closed(practice: Practice) -> None:
    session = open_as(practice)
    client = session.save_client(ClientDraft("LARCH")).note
    leave(session, client=client, base=1)
    later = open_as(practice)
    later.remove_client(client, PASSPHRASES["owner"])
    [left] = later.unfinished()
    assert left.old
    before = len(practice.actions())
    with pytest.raises(UsageError, match="no such client"):
        later.recover_client(left)
    assert len(practice.actions()) == before
    assert left.path.exists()


def test_discarding_opens_nothing_and_is_no_record(practice: Practice) -> None:
    leave(open_as(practice))
    later = open_as(practice)
    [left] = later.unfinished()
    before = len(practice.actions())
    later.discard_draft(left)
    assert later.unfinished() == []
    assert len(practice.actions()) == before


def test_one_that_another_session_took_over_is_not_opened_twice(practice: Practice) -> None:
    leave(open_as(practice))
    first, second = open_as(practice), open_as(practice)
    [left], [same] = first.unfinished(), second.unfinished()
    first.recover_client(left)
    with pytest.raises(UsageError, match="not there any more"):
        second.recover_client(same)


def test_a_save_before_which_the_process_ended_is_found_in_the_vault(practice: Practice) -> None:
    session = open_as(practice)
    client = session.reserve_note()
    session.keep_client(TYPED, client, 0)
    save_with_next(session, written(TYPED, ClientDraft("")), client)
    session._drafting.close()
    later = open_as(practice)
    [left] = later.unfinished()
    assert left.old
    taken = later.recover_client(left)
    assert taken.opened is not None
    assert taken.moved
    assert written(taken.typed, taken.opened.draft) == taken.opened.draft


def test_what_is_longer_than_a_field_can_be_is_cut_so_that_the_rest_opens(practice: Practice) -> None:
    long = TypedClient(code="c" * 300, people="p" * 20_000, goals="g" * 20_000, text="t" * 300_000)
    leave(open_as(practice), long)
    later = open_as(practice)
    [left] = later.unfinished()
    typed = later.recover_client(left).typed
    assert (len(typed.code or ""), len(typed.people or ""), len(typed.goals or "")) == (200, MAX_TYPED, MAX_TYPED)
    assert typed.text == long.text


def test_where_there_is_no_space_here_the_old_journal_stays_until_the_vault_has_it(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(open_as(practice))
    later = open_as(practice)
    [left] = later.unfinished()

    def full(descriptor: int, offset: int, length: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    assert later.recover_client(left).typed == TYPED
    assert left.path.exists()
    later.empty_journal()
    assert not left.path.exists()


def test_fields_that_nobody_touched_stay_to_the_letter() -> None:
    was = ClientDraft("OTTER", "a name", ("a, b", "c"), "1990", "low", "", ("sleep; six hours", "school"), " a\r\nb")
    assert written(TypedClient(), was) == was
    assert written(TypedClient(name=" "), was) == replace(was, name="")
    assert written(TypedClient(people=" HERON ,, WREN,"), was).people == ("HERON", "WREN")
    assert shown(was)["goals"] == "sleep; six hours; school"
    assert TypedClient(field="text", cursor=9).changed is False
    assert TypedClient(text="").changed is True


def test_a_next_that_is_a_day_and_a_time_is_planned_also_for_a_client_that_is_new(practice: Practice) -> None:
    session = open_as(practice)
    session.open_rest()
    client = session.reserve_note()
    saved = save_with_next(session, ClientDraft("WREN", next="tomorrow 10:00"), client)
    [row] = session.catalog.appointments(client)
    assert row.time == "10:00"
    save_with_next(session, ClientDraft("WREN", next="tomorrow 11:00"), client, saved.revision, row.id)
    [row] = session.catalog.appointments(client)
    assert row.time == "11:00"
    assert session.read_client(client).draft.next == ""
