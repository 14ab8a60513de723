"""Appointments are planned, kept, missed, cancelled and moved; notes belong to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalog import AppointmentRow, overlapping
from core.session import NoteDraft, Session
from core.writing.when import When
from tests.core.practice import Practice
from vault_format.codes import Action, Kind
from vault_format.errors import Conflict, Refused, UsageError


def plan(session: Session, client: int, text: str) -> int:
    return session.appoint(client, session.when(text, client)).appointment


def test_one_is_made_moved_and_comes_back_after_the_lock(practice: Practice) -> None:
    session, otter = practice.unlock(), practice.clients["OTTER"]
    number = plan(session, otter, "tomorrow 10:00")
    row = session.catalog.appointment(number)
    assert (row.when, row.minutes, row.state, row.client_code) == ("2026-11-19 10:00", 50, "planned", "OTTER")
    assert session.catalog.client(otter).next == "2026-11-19 10:00"
    # the time of day that is usual for this client, where none is said
    moved = session.move_appointment(number, session.when("in 2 weeks 80 min", otter))
    assert moved.revision == 2
    session.lock()
    session = practice.unlock()
    row = session.catalog.appointment(number)
    assert (row.when, row.minutes, row.revision) == ("2026-12-02 10:00", 80, 2)
    kinds = [session.vault.columns.shape(seq) for seq in range(len(session.vault.columns))]
    assert sum(shape.action == Action.SAVE and shape.kind == Kind.APPOINTMENT for shape in kinds) == 2
    session.lock()
    assert practice.verdict().intact


def test_what_became_of_it(practice: Practice) -> None:
    session, otter = practice.unlock(), practice.clients["MAPLE"]
    number = plan(session, otter, "tomorrow 10:00")
    for state in ("missed", "kept", "cancelled", "planned"):
        session.set_appointment(number, state)
        assert session.catalog.appointment(number).state == state
    with pytest.raises(UsageError, match="already"):
        session.set_appointment(number, "planned")
    with pytest.raises(UsageError, match="cannot be late"):
        session.set_appointment(number, "late")
    session.set_appointment(number, "cancelled")
    assert session.catalog.client(otter).next == ""


def test_a_note_belongs_to_its_appointment(practice: Practice) -> None:
    session, maple = practice.unlock(), practice.clients["MAPLE"]
    first, second = plan(session, maple, "2026-12-01 9:00"), plan(session, maple, "2026-12-02 9:00")
    third = plan(session, maple, "2026-12-03 9:00")
    kept = session.save_note(NoteDraft(maple, "text", date="2026-12-01", appointment=first))
    session.save_note(NoteDraft(maple, "did not come", type="missed-session", date="2026-12-02", appointment=second))
    # nothing names it: a session's note of that day is its note; a process note never is
    session.save_note(NoteDraft(maple, "thoughts", type="process", date="2026-12-03"))
    assert session.catalog.appointment(third).note == 0
    named = session.save_note(NoteDraft(maple, "text", date="2026-12-03"))
    states = [(row.state, row.note, row.signed) for row in session.catalog.appointments(maple)]
    assert states[0] == ("kept", kept.note, False)
    assert states[1][0] == "missed"
    assert states[2] == ("kept", named.note, False)
    session.sign_note(kept.note, kept.revision)
    assert session.catalog.appointment(first).signed
    with pytest.raises(UsageError, match="note says"):
        session.set_appointment(first, "cancelled")
    with pytest.raises(UsageError, match="not moved"):
        session.move_appointment(first, session.when("2026-12-09 9:00"))


def test_double_bookings_are_told(practice: Practice) -> None:
    session = practice.unlock()
    first = plan(session, practice.clients["OTTER"], "2026-12-01 10:00")
    beside = session.appoint(practice.clients["MAPLE"], session.when("2026-12-01 10:49"))
    assert [row.id for row in beside.overlaps] == [first]
    after = session.appoint(practice.clients["HERON"], session.when("2026-12-01 11:39"))
    assert after.overlaps == ()
    other = session.catalog.appointment(beside.appointment)
    assert session.overlaps(session.when("2026-12-01 10:10"), first) == [other]


PLANNED = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 120)), max_size=8)


@given(PLANNED, st.integers(0, 500), st.integers(1, 90))
def test_two_overlap_exactly_where_they_share_a_minute(
    planned: list[tuple[int, int]], begin: int, minutes: int
) -> None:  # fmt: skip
    rows = [
        AppointmentRow(at, 1, "", "", start * 60_000, (start + length) * 60_000, length, "planned", 0, False, 1, "")
        for at, (start, length) in enumerate(planned, 1)
    ]
    shared = {
        at for at, (start, length) in enumerate(planned, 1)
        if set(range(start, start + length)) & set(range(begin, begin + minutes))
    }  # fmt: skip
    assert {row.id for row in overlapping(rows, begin * 60_000, minutes)} == shared


def test_what_is_no_time_is_refused_and_written_nowhere(practice: Practice) -> None:
    session, otter = practice.unlock(), practice.clients["OTTER"]
    before = len(session.vault.columns)
    for text in ("after the holidays", "2026-12-01", ""):
        with pytest.raises(UsageError):
            session.when(text, otter)
    when = session.when("2026-12-01 9:00")
    with pytest.raises(UsageError):
        session.appoint(7, when)
    with pytest.raises(UsageError):
        session.appoint(otter, When(when.day, when.time, 0))
    with pytest.raises(UsageError):
        session.set_appointment(otter, "kept")
    assert len(session.vault.columns) == before
    with pytest.raises(Refused):
        practice.unlock("supervisor").appoint(otter, when)


def test_two_sessions_do_not_overwrite_each_other(practice: Practice) -> None:
    session, theirs = practice.unlock(), practice.unlock("clinician")
    number = plan(session, practice.clients["OTTER"], "2026-12-01 9:00")
    theirs.follow()
    session.set_appointment(number, "missed")
    with pytest.raises(Conflict):
        theirs.set_appointment(number, "cancelled")
    theirs.follow()
    assert theirs.catalog.appointment(number).state == "missed"
