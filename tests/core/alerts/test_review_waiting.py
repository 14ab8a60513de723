"""What waits for a review: days with records, until an owner or an auditor signed them off."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from core.alerts import Alert, Rule
from core.alerts.alert import DAY_MS, HOUR_MS
from core.alerts.reviewing import Waiting
from tests.core.alerts.test_alerts import MONDAY, Life
from vault_format.codes import Action, Kind
from vault_format.public.trail import Reviewed

OWNER, CLINICIAN, AUDITOR = 1, 2, 4


class Practice(Life):
    """Days on which the clinician works from ten to eleven."""

    def work(self, day: int) -> tuple[int, int]:
        """Work on DAY; return the first and the last record."""
        self.time, first = MONDAY + day * DAY_MS + 10 * HOUR_MS, self.seq
        self.unlock(CLINICIAN)
        self.act(Action.SAVE, CLINICIAN, client=7, kind=Kind.NOTE)
        self.act(Action.LOCK, CLINICIAN, after=HOUR_MS)
        return first, self.seq - 1

    def review(self, records: tuple[int, int], member: int = AUDITOR, day: int | None = None) -> None:
        """Let MEMBER unlock, sign RECORDS off, and lock."""
        if day is not None:
            self.time = MONDAY + day * DAY_MS + 17 * HOUR_MS
        self.unlock(member)
        self.act(Action.REVIEWED, member, Reviewed(first=records[0], last=records[1], digest=bytes(32)))
        self.act(Action.LOCK, member)

    def overdue(self, day: int, hour: int = 0) -> list[Alert]:
        """Return what of the reviews is told at HOUR of DAY."""
        found = self.engine.tick(MONDAY + day * DAY_MS + hour * HOUR_MS, self.state)
        return [alert for alert in found if alert.rule is Rule.REVIEW_OVERDUE]

    def alone(self) -> None:
        """Let the owner be the only member."""
        for number in list(self.state.members):
            if number != OWNER:
                del self.state.members[number]


def test_who_reviews_each_day_on_the_next_working_day_is_never_reminded() -> None:
    life = Practice()
    before: tuple[int, int] | None = None
    for day in range(28):
        if day % 7 < 5:
            today = life.work(day)
            if before is not None:
                life.review(before, day=day)
            before = today
        assert not life.overdue(day, 1)
        assert not life.overdue(day, 23)


def test_a_day_is_due_by_the_end_of_the_next_day_with_records() -> None:
    life = Practice()
    monday = life.work(0)
    life.work(1)
    assert not life.overdue(1, 23)
    (told,) = life.overdue(2)
    assert told.records == (monday[0], life.seq - 1)


def test_another_day_signed_off_is_not_this_one() -> None:
    life = Practice()
    monday, tuesday, wednesday = (life.work(day) for day in range(3))
    life.review(tuesday, day=2)
    life.review(wednesday, day=2)
    (told,) = life.overdue(3, 1)
    assert told.records == monday
    life.review(monday, day=3)
    assert not life.overdue(9)


def test_records_behind_a_review_of_the_same_day_wait_on() -> None:
    life = Practice()
    morning = life.work(0)
    life.review(morning)
    life.unlock(CLINICIAN)
    life.act(Action.SAVE, CLINICIAN, client=7, kind=Kind.NOTE)
    later = life.seq - 1
    life.work(1)
    (told,) = life.overdue(2)
    assert morning[1] < told.records[0] <= later


@pytest.mark.parametrize(("member", "told"), [(OWNER, False), (AUDITOR, False), (CLINICIAN, True), (3, True)])
def test_owners_and_auditors_sign_off_and_others_do_not(member: int, told: bool) -> None:
    life = Practice()
    monday = life.work(0)
    life.review(monday, member)
    life.review(life.work(1), member)
    assert bool(life.overdue(3)) is told


def test_a_quiet_day_and_a_session_that_only_signs_off_need_nobody() -> None:
    life = Practice()
    friday = life.work(4)
    life.review(friday, day=5)
    assert not life.overdue(400)


def test_a_session_that_only_looked_is_to_be_reviewed() -> None:
    life = Practice()
    life.time = MONDAY + 2 * HOUR_MS
    life.unlock(CLINICIAN)
    life.act(Action.LIST, CLINICIAN)
    assert life.overdue(20)


def test_a_closed_practice_is_not_waited_for_longer_than_a_week() -> None:
    life = Practice()
    life.work(0)
    assert not life.overdue(8)
    assert life.overdue(9)


def test_a_member_alone_reviews_once_a_week_in_one_act() -> None:
    life = Practice()
    life.alone()
    days = []
    for day in range(7 * 8):
        if day % 7 < 5:
            life.time, first = MONDAY + day * DAY_MS + 10 * HOUR_MS, life.seq
            life.unlock(OWNER)
            life.act(Action.SAVE, OWNER, client=7, kind=Kind.NOTE)
            days.append((first, life.seq - 1))
        if day % 7 == 4:
            life.review((days[-5][0], days[-1][1]), OWNER)
        assert not life.overdue(day, 23)
    for day in range(7 * 8, 7 * 9 + 1):
        life.time = MONDAY + day * DAY_MS
        life.unlock(OWNER)
        life.act(Action.SAVE, OWNER, client=7, kind=Kind.NOTE)
        assert not life.overdue(day, 23)
    assert life.overdue(7 * 9 + 1)


def test_a_record_from_a_year_to_come_does_not_end_the_counting() -> None:
    life = Practice()
    life.time = MONDAY + 4_000 * DAY_MS
    life.act(Action.UNLOCK_FAILED, CLINICIAN)
    life.work(0)
    life.work(1)
    assert life.overdue(2)


def test_another_zone_of_the_practice_begins_another_day_at_once() -> None:
    waiting, auckland = Waiting(), ZoneInfo("Pacific/Auckland")
    waiting.take(Action.SAVE, 0, MONDAY + 10 * HOUR_MS, 1, UTC)
    # half past eleven on Monday is Tuesday there: two days wait, and not one
    waiting.take(Action.SAVE, 1, MONDAY + 11 * HOUR_MS + HOUR_MS // 2, 1, auckland)
    wednesday = MONDAY + DAY_MS + 12 * HOUR_MS
    assert waiting.overdue(wednesday, auckland, 1) == (0, 1)
