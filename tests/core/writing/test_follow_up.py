"""What a note says of the next appointment becomes one, once, and moves when the note says another time."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from core.session import NoteDraft
from core.writing.follow_up import kept_next, plan_next, said_of_next
from tests.core.practice import Practice

NOW = datetime(2026, 11, 24, 11, 0)  # noqa: DTZ001  a time of day on the person's clock


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("tue 9", "2026-12-01 09:00"), ("1201 1000", "2026-12-01 10:00"), ("2026-12-01", "2026-12-01"),
        ("2026-12-01 10:00", "2026-12-01 10:00"), ("tue 9, 30 min", "2026-12-01 09:00 30 min"),
        ("when she calls", "when she calls"), ("", ""),
    ],
)  # fmt: skip
def test_what_was_typed_is_kept_as_a_day_and_a_time(said: str, kept: str) -> None:
    assert kept_next(said, NOW) == kept
    assert kept_next(kept, NOW) == kept


def test_a_day_without_a_time_takes_the_usual_one() -> None:
    assert kept_next("tue", NOW, time(14, 30)) == "2026-12-01 14:30"
    assert "50 min" in said_of_next("tue 9", NOW)
    assert "kept as words" in said_of_next("when she calls", NOW)
    assert said_of_next(" ", NOW) == ""


def test_it_is_planned_once_and_moved(practice: Practice) -> None:
    session, otter = practice.unlock(), practice.clients["OTTER"]
    today = datetime.fromtimestamp(practice.clock() / 1000)  # noqa: DTZ006
    said = f"{today.year + 1}-03-02 10:00"
    planned = plan_next(session, NoteDraft(otter, "", next=said))
    assert planned is not None
    assert (planned.moved, planned.overlaps) == (False, ())
    assert plan_next(session, NoteDraft(otter, "", next=said)) is None
    heron = plan_next(session, NoteDraft(practice.clients["HERON"], "", next=said))
    assert heron is not None
    assert [row.client_code for row in heron.overlaps] == ["OTTER"]
    later = said.replace("10:00", "15:00")
    planned = plan_next(session, NoteDraft(otter, "", next=later), said)
    assert planned is not None
    assert planned.moved
    assert [row.when for row in session.catalog.appointments(otter) if row.state == "planned"] == [later]


@pytest.mark.parametrize("said", ["", "when she calls", "2026-12-01", "2020-01-01 10:00"])
def test_nothing_is_planned_that_is_no_time_to_come(practice: Practice, said: str) -> None:
    session, otter = practice.unlock(), practice.clients["OTTER"]
    assert plan_next(session, NoteDraft(otter, "", next=said)) is None
    assert [row for row in session.catalog.appointments(otter) if row.state == "planned"] == []
