"""Alerts in a session: judged as they come, recorded once, answered once."""

from __future__ import annotations

import pytest

from core.acts.trail import unlock_failed
from core.alerts import Rule, Severity
from core.alerts.alert import DAY_MS
from core.alerts.feed import Feed, answer, answer_told, record_new, standing
from core.alerts.listed import items_of
from core.session import NoteDraft, Session
from core.upkeep import Rotation, compact_vault
from core.upkeep.keys.passphrase import change
from tests.core.practice import COST, PASSPHRASES, Practice, unsigned
from vault_format.codes import Action, Reason
from vault_format.errors import UsageError


def known(session: Session) -> list[tuple[int, int]]:
    with session.at_desk() as desk:
        return [(each.rule, each.answer) for each in standing(desk)]


def test_an_alert_is_recorded_once_and_answered_once(practice: Practice) -> None:
    unsigned(practice, [unlock_failed(2)] * 6)
    practice.clock.later(61)
    owner = practice.unlock()
    feed = Feed()
    alerts = feed.refresh(owner.vault)
    assert {alert.rule for alert in alerts} >= {Rule.FAILURES, Rule.SUCCESS_AFTER_FAILURES}
    assert record_new(owner, alerts) == 2
    assert record_new(owner, alerts) == 0
    assert [rule for rule, _ in known(owner)] == [Rule.SUCCESS_AFTER_FAILURES, Rule.FAILURES]
    with owner.at_desk() as desk:
        newest = standing(desk)[0]
    assert newest.severity == Severity.CRITICAL
    sequence = answer(owner, newest.sequence, Reason.MISTAKE, "the member mistyped; asked by telephone")
    assert known(owner)[0] == (Rule.SUCCESS_AFTER_FAILURES, sequence)
    with pytest.raises(UsageError, match="owner answered"):
        answer(owner, newest.sequence, Reason.MISTAKE)
    with pytest.raises(UsageError, match="no alert"):
        answer(owner, 0, Reason.MISTAKE)
    assert practice.verdict().intact


def test_what_was_only_told_is_put_on_the_record_by_its_answer(practice: Practice) -> None:
    practice.clock.now += 91 * DAY_MS
    owner = practice.unlock()
    feed = Feed()
    told = {alert.rule: alert for alert in feed.refresh(owner.vault)}
    overdue, dormant = told[Rule.ROTATION_OVERDUE], told[Rule.DORMANT]
    assert record_new(owner, [overdue, dormant]) == 0
    answer_told(owner, overdue, Reason.BY_HAND, "on Friday, when all are in")
    answer_told(owner, dormant, Reason.BY_HAND)
    with owner.at_desk() as desk:
        on_record = standing(desk)
    assert {(each.rule, each.severity, each.answered_by) for each in on_record} == {
        (Rule.ROTATION_OVERDUE, Severity.LOW, "owner"), (Rule.DORMANT, Severity.LOW, "owner"),
    }  # fmt: skip
    with pytest.raises(UsageError, match="owner answered"):
        answer_told(owner, overdue, Reason.BY_HAND)
    assert len(known(owner)) == 2
    assert practice.verdict().intact


def test_keys_that_somebody_asked_for_are_recorded_with_who_asked(practice: Practice) -> None:
    theirs = practice.unlock("clinician", practice.folder / "c")
    change(theirs, PASSPHRASES["clinician"], "seven larches above the quarry pond", known=True, cost=COST)
    asked = practice.actions().index(Action.ROTATION_DUE)
    theirs.lock()
    auditor = practice.unlock("auditor")
    feed = Feed()
    assert Rule.ROTATION_OVERDUE not in {each.rule for each in feed.refresh(auditor.vault)}
    practice.clock.later(3_601)
    alerts = feed.refresh(auditor.vault)
    assert record_new(auditor, alerts) == 1
    assert known(auditor) == [(Rule.ROTATION_OVERDUE, 0)]
    with auditor.at_desk() as desk:
        rows = items_of(tuple(standing(desk)), alerts, desk.vault, practice.clock.now)
    [row] = [row for row in rows if row.rule == Rule.ROTATION_OVERDUE]
    assert (row.severity, row.who, row.records) == (Severity.HIGH, "clinician", (0, asked))
    owner = practice.unlock()
    Rotation(owner).begin()
    assert Rule.ROTATION_OVERDUE not in {each.rule for each in Feed().refresh(owner.vault)}


def test_a_feed_goes_on_where_it_was_also_over_a_compaction(practice: Practice) -> None:
    owner = practice.unlock()
    feed = Feed()
    feed.refresh(owner.vault)
    assert feed.refresh(owner.vault) == []
    owner.save_note(NoteDraft(practice.clients["OTTER"], "third wording", title="wording"), practice.notes["draft"], 2)
    compact_vault(owner)
    assert feed.refresh(owner.vault) == []
    unsigned(practice, [unlock_failed(2)] * 5)
    owner.follow()
    assert Rule.FAILURES in {alert.rule for alert in feed.refresh(owner.vault)}
