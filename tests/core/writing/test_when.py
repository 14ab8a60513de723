"""What is typed as the next appointment is understood surely, or not at all."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.writing.when import LONGEST, When, in_months, understand

NOW = datetime(2026, 11, 24, 9, 12)  # noqa: DTZ001  local, a Tuesday


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("tomorrow 10:00", "Wed 2026-11-25 10:00, 50 min"), ("2026-12-01 14:30", "Tue 2026-12-01 14:30, 50 min"),
        ("tue 9", "Tue 2026-12-01 09:00, 50 min"), ("Friday, 14.30", "Fri 2026-11-27 14:30, 50 min"),
        ("next thursday at 2pm", "Thu 2026-11-26 14:00, 50 min"), ("in 2 weeks", "Tue 2026-12-08, at no time yet"),
        ("in a week 10h", "Tue 2026-12-01 10:00, 50 min"), ("1201 1000", "Tue 2026-12-01 10:00, 50 min"),
        ("01-15 9:05 90 min", "Fri 2027-01-15 09:05, 90 min"),
        ("today 18:00 for 80 min", "Tue 2026-11-24 18:00, 80 min"),
        ("in 3 months 12am", "Wed 2027-02-24 00:00, 50 min"), ("20261201 1430", "Tue 2026-12-01 14:30, 50 min"),
        ("02-29", "Tue 2028-02-29, at no time yet"),
    ],
)  # fmt: skip
def test_what_people_type(typed: str, words: str) -> None:
    found = understand(typed, NOW)
    assert found is not None
    assert found.words() == words


@pytest.mark.parametrize(
    "typed",
    ["", "after the holidays", "t 9", "tue 25", "2026-13-01 10:00", "tomorrow 10:60", "9", "in zero days", "tue 13pm",
     "tomorrow 10:00 0 min", "tomorrow 10:00 721 min", "2026-12-01 10:00 11:00", "in 999 months 10 pm tue",
     "9999-12-31 10:00 x"],
)  # fmt: skip
def test_what_is_not_surely_one_is_not_guessed_at(typed: str) -> None:
    assert understand(typed, NOW) is None


def test_the_usual_time_stands_in() -> None:
    assert understand("in 2 weeks", NOW, time(11)) == When(date(2026, 12, 8), time(11), 50)
    assert understand("in 2 weeks 9", NOW, time(11)) == When(date(2026, 12, 8), time(9), 50)


MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1))  # noqa: DTZ001


@given(MOMENTS, MOMENTS, st.integers(1, LONGEST))
def test_what_it_says_it_understands_again(now: datetime, at: datetime, minutes: int) -> None:
    typed = f"{at:%Y-%m-%d %H:%M} {minutes} min"
    found = understand(typed, now)
    assert found == When(at.date(), at.time().replace(second=0, microsecond=0), minutes)
    told = found.words()
    assert understand(told.partition(" ")[2], now) == found
    if found.start:
        wanted = datetime.combine(found.day, found.time or time())
        assert datetime.fromisoformat(found.start).replace(tzinfo=None) == wanted


@given(MOMENTS, st.sampled_from(["mon", "tuesday", "we", "Thurs", "FRI", "sat.", "su"]))
def test_a_weekday_is_within_the_next_seven_days(now: datetime, typed: str) -> None:
    found = understand(typed + " 9", now)
    assert found is not None
    assert timedelta(0) < found.day - now.date() <= timedelta(7)
    assert found.words()[:2].casefold() == typed[:2].casefold()


@given(MOMENTS, st.text(max_size=40))
def test_any_text_is_understood_or_not_and_never_an_error(now: datetime, typed: str) -> None:
    found = understand(typed, now)
    assert found is None or found.words()


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
def test_months_end_where_a_month_ends(day: date, months: int) -> None:
    found = in_months(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found + timedelta(1)).day == 1
