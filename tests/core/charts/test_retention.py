"""The retention clock: it counts from the last contact, waits for a minor to grow up, and destroys nothing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.acts import entries
from core.create import default_policy
from core.session import ClientDraft, NoteDraft
from core.upkeep.charts.dropping import shred_note
from core.upkeep.charts.retention import in_years, keep_until, retention, set_hold
from tests.core.practice import COST, Practice
from vault_format.codes import ClientStatus, Reason
from vault_format.errors import Refused, UsageError

POLICY = default_policy(COST)
DAYS = st.dates(date(1950, 1, 1), date(2100, 1, 1))


def test_a_minor_is_kept_longer_and_a_grown_up_is_not() -> None:
    assert keep_until(date(2020, 5, 1), None, POLICY) == (date(2027, 5, 1), False)
    assert keep_until(date(2020, 5, 1), date(1980, 1, 1), POLICY) == (date(2027, 5, 1), False)
    assert keep_until(date(2020, 5, 1), date(2010, 2, 28), POLICY) == (date(2035, 2, 28), True)
    assert in_years(date(2024, 2, 29), 1) == date(2025, 3, 1)


@given(last=DAYS, born=DAYS)
def test_nothing_is_ever_kept_for_less_than_the_policy_says(last: date, born: date) -> None:
    until, minor = keep_until(last, born, POLICY)
    assert until >= in_years(last, POLICY.retention_years)
    assert not minor or until >= in_years(born, 18 + POLICY.retention_minor_years)


def test_a_closed_chart_may_go_when_its_time_is_over(practice: Practice) -> None:
    owner = practice.unlock()
    client = owner.save_client(ClientDraft("LARCH", born="2000-04-01")).note
    owner.save_note(NoteDraft(client, "the last one", date="2018-03-01"))
    owner.append(lambda acting: [entries.client_status(acting, client, ClientStatus.CLOSED)])
    owner.follow()
    with owner.at_desk() as desk:
        before = {row.code: row for row in retention(desk, date(2025, 3, 1))}
        after = {row.code: row for row in retention(desk, date(2025, 4, 2))}
    assert before["LARCH"].until == date(2025, 4, 1)
    assert before["LARCH"].minor
    assert not before["LARCH"].over
    assert after["LARCH"].over
    assert not after["OTTER"].over
    set_hold(owner, client, hold=True)
    with owner.at_desk() as desk:
        held = {row.code: row for row in retention(desk, date(2125, 4, 2))}
    assert (held["LARCH"].hold, held["LARCH"].over) == (True, False)
    assert len(owner.catalog.clients()) == 4


def test_an_active_client_and_an_unreadable_birthday_are_never_over(practice: Practice) -> None:
    owner = practice.unlock()
    client = owner.save_client(ClientDraft("LARCH", born="in spring")).note
    owner.save_note(NoteDraft(client, "the last one", date="2008-03-01"))
    with owner.at_desk() as desk:
        rows = {row.code: row for row in retention(desk, date(2125, 4, 2))}
    assert not rows["LARCH"].over
    owner.append(lambda acting: [entries.client_status(acting, client, ClientStatus.CLOSED)])
    with owner.at_desk() as desk:
        rows = {row.code: row for row in retention(desk, date(2125, 4, 2))}
    assert rows["LARCH"].unknown
    assert not rows["LARCH"].over


def test_a_hold_is_set_once_and_lifted_by_an_owner(practice: Practice) -> None:
    client = practice.clients["OTTER"]
    owner = practice.unlock()
    set_hold(owner, client, hold=True)
    with pytest.raises(UsageError, match="a hold on this client"):
        set_hold(owner, client, hold=True)
    set_hold(owner, client, hold=False)
    assert practice.verdict().intact


def test_a_clinician_sets_a_hold_in_the_own_caseload_and_lifts_none(practice: Practice) -> None:
    clinician, owner = practice.unlock("clinician", practice.folder / "c"), practice.unlock()
    otter, heron = practice.clients["OTTER"], practice.clients["HERON"]
    # nobody is assigned to the one, the owner alone to the other
    set_hold(clinician, otter, hold=True)
    with pytest.raises(Refused, match="Only an owner lifts"):
        set_hold(clinician, otter, hold=False)
    with pytest.raises(Refused, match="outside your caseload") as refused:
        set_hold(clinician, heron, hold=True)
    assert "who is assigned: owner." in str(refused.value)
    with pytest.raises(UsageError, match="legal hold"):
        shred_note(owner, practice.notes["draft"], Reason.MISTAKE)
    owner.assign(heron, ("owner", "clinician"))
    set_hold(clinician, heron, hold=True)
    owner.follow()
    set_hold(owner, otter, hold=False)
    assert owner.vault.ledger.state.holds == {heron}
    # set again by somebody else: the newest record is the one that stands
    practice.clock.later(3_600)
    set_hold(owner, otter, hold=True)
    with owner.at_desk() as desk:
        desk.open_indexes()
        held = {row.code: (row.held_by, row.held_since) for row in retention(desk, date(2026, 12, 1))}
    assert held["OTTER"] == ("owner", practice.clock.now)
    assert held["HERON"] == ("clinician", practice.clock.now - 3_600_000)
    assert held["MAPLE"] == ("", 0)
    set_hold(owner, otter, hold=False)
    for role in ("supervisor", "auditor"):
        with pytest.raises(Refused, match="sets no hold"):
            set_hold(practice.unlock(role, practice.folder / role), otter, hold=True)
    assert practice.verdict().intact
