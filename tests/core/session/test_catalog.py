"""What lists show: drawn in steps, renewed with every change, forgotten at the lock."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from core.acts import entries
from core.catalog.note_rows import NoteRows
from core.session import NoteDraft
from tests.core.practice import PASSPHRASES, Practice, add_to, rotate
from vault_format.codes import ClientStatus, Reason
from vault_format.errors import UsageError


def test_clients_tell_what_waits(practice: Practice) -> None:
    session = practice.unlock()
    rows = {row.code: row for row in session.catalog.clients()}
    assert list(rows) == ["HERON", "MAPLE", "OTTER"]
    otter = rows["OTTER"]
    assert (otter.notes, otter.unsigned, otter.to_do, otter.status) == (5, 2, "2 drafts", "active")
    # an addition counts on its own day, a colleague's process note not at all
    assert otter.seen == "2026-11-24"
    assert rows["MAPLE"].notes == 2
    session.lock()


def test_closed_clients_come_last(practice: Practice) -> None:
    session = practice.unlock()
    session.append(lambda acting: [entries.client_status(acting, practice.clients["HERON"], ClientStatus.CLOSED)])
    rows = session.catalog.clients()
    assert [row.code for row in rows] == ["MAPLE", "OTTER", "HERON"]
    assert rows[-1].status == "closed"
    session.lock()


def test_the_newest_session_stands_first(practice: Practice) -> None:
    session = practice.unlock()
    client = practice.clients["MAPLE"]
    for date, start in (("2026-01-05", "09:00"), ("2026-12-24", "09:00"), ("2026-12-24", "15:00")):
        session.save_note(NoteDraft(client, "x", date=date, start=start, title=f"{date} {start}"))
    dates = [(row.date, row.start) for row in session.catalog.notes(client)]
    assert dates == sorted(dates, reverse=True)
    session.lock()


def test_rows_are_filled_in_as_indexes_are_opened(practice: Practice) -> None:
    """An unlock opens what fits on a screen; the rest follows, and rows drawn before it do not stay empty."""
    session = practice.door().unlock("owner", PASSPHRASES["owner"])
    catalog = session.catalog
    for entry in list(catalog._gathered.entries.values()):
        entry.index = None
        session.vault.gathered.fresh[entry.entity] = entry
        record = session.vault.ledger.record(entry.live[0])
        entry.sealed = record.parts[entry.live[1]]
    catalog._gathered.version += 1
    before = catalog.version
    assert all(not row.title and not row.client_code for row in catalog.notes())
    assert catalog.closed == len(catalog._gathered.entries)
    assert catalog.open_indexes(2) == 2
    assert catalog.version > before
    session.open_rest()
    assert catalog.closed == 0
    assert {row.client_code for row in catalog.notes()} == {"OTTER", "MAPLE", "HERON"}
    session.lock()


def test_a_client_is_known_by_code_in_any_case(practice: Practice) -> None:
    session = practice.unlock()
    assert session.catalog.find_client(" otter ").id == practice.clients["OTTER"]
    with pytest.raises(UsageError):
        session.catalog.find_client("weasel")
    with pytest.raises(UsageError):
        session.catalog.client(practice.notes["signed"])
    session.lock()


def test_a_note_is_known_by_how_its_id_begins(practice: Practice) -> None:
    session = practice.unlock()
    number = practice.notes["signed"]
    assert session.catalog.find_note(f" {number:016X} ").id == number
    for text in ("", "zz", f"{number:016x}0"):
        with pytest.raises(UsageError):
            session.catalog.find_note(text)
    session.lock()


def test_the_words_of_a_row_tell_its_state(practice: Practice) -> None:
    session = practice.unlock()

    def words(note: str) -> str:
        return session.catalog.note(practice.notes[note]).state_words

    assert words("draft") == "draft"
    assert words("their draft") == "draft of clinician"
    assert words("plan") == "signed"
    assert words("signed") == "signed, 1 addendum"
    add_to(session, practice.notes["signed"], "one more")
    assert words("signed") == "signed, 2 added"
    session.append(lambda acting: [entries.shred(acting, practice.notes["plan"], Reason.MISTAKE)])
    assert session.catalog.note(practice.notes["plan"]).status == "shredded"
    session.lock()


def test_the_newest_risk_is_the_clients(practice: Practice) -> None:
    session = practice.unlock()
    client = practice.clients["MAPLE"]
    session.save_note(NoteDraft(client, "x", date="2026-12-01", risk="moderate"))
    session.save_note(NoteDraft(client, "x", date="2026-11-30", risk="low"))
    assert session.catalog.client(client).risk == "moderate"
    session.lock()


def test_rows_that_are_kept_are_those_that_would_be_made_anew(practice: Practice, tmp_path: Path) -> None:
    session, elsewhere = practice.unlock(), practice.unlock(folder=tmp_path)
    supervisor, clients, notes = practice.unlock("supervisor"), practice.clients, practice.notes
    draft = session.catalog.note(notes["draft"])
    opened = session.read_client(clients["OTTER"])
    acts: dict[str, Callable[[], object]] = {
        "saved elsewhere": lambda: elsewhere.save_note(
            NoteDraft(clients["OTTER"], "x", title="other words"), draft.id, draft.revision
        ),
        "signed": lambda: elsewhere.sign_note(draft.id, draft.revision + 1),
        "added to": lambda: add_to(elsewhere, notes["plan"], "an addition"),
        "co-signed": lambda: supervisor.cosign_note(notes["plan"], supervisor.catalog.note(notes["plan"]).revision),
        "a client's code": lambda: elsewhere.save_client(
            dataclasses.replace(opened.draft, code="ALDER"), opened.client, opened.revision
        ),
        "closed": lambda: elsewhere.set_status(clients["MAPLE"], ClientStatus.CLOSED),
        "new keys": lambda: rotate(elsewhere),
        "shredded": lambda: elsewhere.append(lambda act: [entries.shred(act, draft.id, Reason.MISTAKE)]),
        "a new note": lambda: elsewhere.save_note(NoteDraft(clients["HERON"], "x", title="one more")),
    }
    for what, act in acts.items():
        before = session.catalog.notes()
        for other in (elsewhere, supervisor):
            other.follow()
        act()
        session.follow()
        rows = session.catalog.notes()
        with session.at_desk() as desk:
            desk.catalog.open_indexes()
            touched, number = desk.vault.gathered.touched, desk.who.number
            anew = NoteRows(desk.vault.gathered, number, desk.name_of)
            made = [anew.row(desk.catalog.entry(row.id)) for row in rows]
            desk.vault.gathered.touched = touched
        assert rows == made, what
        assert rows != before or what in ("closed", "new keys"), what
