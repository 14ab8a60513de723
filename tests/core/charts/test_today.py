"""What is due, by the lists and the clock."""

from __future__ import annotations

import dataclasses

from core.session import ASKS_COSIGN, ClientDraft, NoteDraft
from core.today import COSIGN, DAY_MS, DRAFT, NEXT, PLAN, RISK, SESSION, VAULT, VaultFacts, vault_due
from tests.core.practice import Practice

DAY = 24 * 3_600


def told(practice: Practice, who: str = "owner") -> dict[str, list[tuple[str, str, str]]]:
    session = practice.unlock(who)
    found: dict[str, list[tuple[str, str, str]]] = {}
    for one in session.due():
        found.setdefault(one.kind, []).append((one.code, one.what, one.act))
    session.lock()
    return found


def test_a_practice_a_week_later(practice: Practice) -> None:
    session = practice.unlock()
    clients = practice.clients
    written = session.appoint(clients["OTTER"], session.when("tomorrow 10:00")).appointment
    session.appoint(clients["MAPLE"], session.when("tomorrow 14:00"))
    missed = session.appoint(clients["OTTER"], session.when("in 3 days 9:00")).appointment
    gone = session.appoint(clients["OTTER"], session.when("in 4 days 9:00")).appointment
    session.appoint(clients["MAPLE"], session.when("in 8 days 11:00"))
    session.appoint(clients["OTTER"], session.when("in 30 days 11:00"))
    session.set_appointment(missed, "missed")
    session.set_appointment(gone, "cancelled")
    session.save_note(NoteDraft(clients["OTTER"], "x", date="2026-11-19", appointment=written, risk="moderate"))
    session.save_client(ClientDraft("WREN", risk="high"))
    session.lock()
    practice.clock.later(7 * DAY)
    found = told(practice)
    assert [(code, what) for code, what, _ in found[SESSION]] == [
        ("MAPLE", "nothing written, 6 days"), ("OTTER", "missed, no note, 4 days"),
    ]  # fmt: skip
    assert ("OTTER", "progress, unsigned 6 days", "go on with it") in found[DRAFT]
    assert [(code, act) for code, _, act in found[RISK]] == [("OTTER", "open the plan"), ("WREN", "write a plan")]
    assert found[RISK][0][1] == "moderate since 2026-11-19, plan 7 days"
    assert found[NEXT] == [("MAPLE", "last seen 2026-11-18", "open the chart")]
    # what is not one's own is nobody's else's to finish
    theirs = told(practice, "clinician")
    assert [code for code, _, _ in theirs[DRAFT]] == ["MAPLE", "MAPLE"]


def test_what_a_note_says_comes_next_is_planned_once(practice: Practice) -> None:
    session = practice.unlock()
    wren = session.save_client(ClientDraft("WREN")).note
    session.save_note(NoteDraft(wren, "x", date="2026-11-17", next="in 2 weeks 14:30"))
    assert session.catalog.client(wren).next == "2026-12-01 14:30"
    [said] = [one for one in session.due() if one.act == PLAN]
    assert (said.code, said.when) == ("WREN", "2026-12-01 14:30")
    made = session.appoint(wren, session.when(said.when))
    assert not [one for one in session.due() if one.act == PLAN]
    # called off, it is not asked for again
    session.set_appointment(made.appointment, "cancelled")
    assert not [one for one in session.due() if one.act == PLAN]
    assert session.catalog.client(wren).next == ""


def test_each_role_is_told_its_own(practice: Practice) -> None:
    session = practice.unlock()
    asked = session.save_note(NoteDraft(practice.clients["OTTER"], "x", tags=(ASKS_COSIGN,)))
    session.sign_note(asked.note, asked.revision)
    session.lock()
    assert set(told(practice, "auditor")) == {VAULT}
    assert [act for _, _, act in told(practice, "supervisor")[COSIGN]] == ["co-sign it"]
    assert COSIGN not in told(practice)


def test_outside_the_caseload_nothing_is_due(practice: Practice) -> None:
    session = practice.unlock()
    session.appoint(practice.clients["HERON"], session.when("tomorrow 10:00"))
    session.lock()
    practice.clock.later(3 * DAY)
    assert [code for code, _, _ in told(practice)[SESSION]] == ["HERON"]
    assert SESSION not in told(practice, "clinician")


def test_keys_kit_and_drills() -> None:
    now = 1_000 * DAY_MS
    facts = VaultFacts(now - 83 * DAY_MS, now + 7 * DAY_MS, now - 210 * DAY_MS, 180, kit=True, owner=True)
    drill, keys = vault_due(facts, now)
    assert drill.what == "Recovery drill 210 days old, the policy says 180"
    assert drill.urgent
    assert keys.what.startswith("Keys 83 days old, new ones on ")
    assert not keys.urgent
    fresh = dataclasses.replace(facts, last_drill=now - DAY_MS, owner=False)
    assert list(vault_due(fresh, now)) == []
    assert next(iter(vault_due(dataclasses.replace(fresh, last_drill=0), now))).what.endswith("never rehearsed")
    assert "forgotten passphrase" in next(iter(vault_due(dataclasses.replace(fresh, kit=False), now))).what
    [_, late] = vault_due(dataclasses.replace(facts, keys_due=now - DAY_MS), now)
    assert late.urgent
    assert "were due on" in late.what
