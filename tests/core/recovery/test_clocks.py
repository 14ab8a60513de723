"""Clocks that differ are named: at making a kit, at a drill, at a recovery."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.keys.kit import code_at
from core.recovery import Enrolment, Recovery, run_drill
from core.recovery.kit.clocks import no_match_words, off_words, phone_ahead, steps_off, trouble
from tests.core.practice import Practice
from tests.core.recovery.test_recovery_kit import COST, QUARTER, Kit, moment, oath, quiet
from vault_format.errors import Refused

SECRET = bytes(range(20))
NOW = 1_795_000_350


def shown(ahead: int) -> str:
    """Return what a phone shows whose clock is AHEAD seconds ahead."""
    return f"{code_at(SECRET, (NOW + ahead) // 30):06}"


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (240, "4 min ahead"), (-240, "4 min behind"), (-60, "1 min behind"), (7_200, "2 h ahead"),
        (-5_400, "1 h 30 min behind"),
    ],
)  # fmt: skip
def test_a_phone_that_is_off_is_told_by_how_much(ahead: int, said: str) -> None:
    assert steps_off(SECRET, shown(ahead), NOW) == ahead // 30
    assert f"about {said}" in trouble(SECRET, shown(ahead), NOW)
    assert off_words(ahead) == said


def test_a_code_of_now_and_one_of_no_time_are_no_clock_trouble() -> None:
    assert [trouble(SECRET, shown(off), NOW) for off in (-30, 0, 30)] == ["", "", ""]
    wrong = next(f"{code:06}" for code in range(1_000) if steps_off(SECRET, f"{code:06}", NOW) is None)
    assert trouble(SECRET, wrong, NOW) == ""
    assert trouble(SECRET, "12345", NOW) == ""


def test_a_code_that_was_a_recoverys_by_the_phones_clock_is_named_as_one() -> None:
    ahead = 900 - NOW % 900 + 30
    assert "make a new kit" in trouble(SECRET, shown(ahead), NOW)
    assert "make a new kit" not in trouble(SECRET, shown(ahead + 120), NOW)


def test_making_a_kit_and_rehearsing_name_the_phones_clock(practice: Practice) -> None:
    owner = practice.unlock()
    quiet(practice)
    making = Enrolment(owner, cost=COST)
    secret = "".join(making.phone.groups)
    with pytest.raises(Refused, match="about 2 min behind"):
        making.confirm_phone(oath(secret, practice.clock.now - 120_000))
    kit = Kit(practice, owner)
    practice.clock.later(60)
    drilled = run_drill(owner, kit.lines, oath(kit.secret, practice.clock.now + 120_000))
    assert (drilled.code, drilled.phone) == (True, False)
    assert "about 2 min ahead" in drilled.clocks
    spent = run_drill(owner, kit.lines, oath(kit.secret, practice.clock.now - 60_000))
    assert (spent.phone, "behind" in spent.clocks) == (False, True)


def test_what_the_phone_shows_is_asked_for_where_codes_do_not_open(practice: Practice) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    owner.lock()
    begins = moment(practice) + 8 * QUARTER
    recovery = Recovery(practice.door(), "owner", cost=COST)
    recovery.enter_code(kit.lines)
    tried: list[int] = []
    assert not recovery.enter_codes(
        kit.codes(begins), watch=lambda done, _: tried.append(done), cancelled=lambda: len(tried) >= 3
    )  # fmt: skip
    assert "say what it shows" in no_match_words("14:13", told=False)
    practice.clock.later(2)
    # two hours ahead, as its clock tells to the minute
    ahead = phone_ahead(phone_shows(practice.clock.now + 7_200_000), recovery.now())
    assert abs(ahead - 7_200) <= 30
    assert recovery.enter_codes(kit.codes(begins), said=recovery.now() + ahead)


def phone_shows(now_ms: int) -> str:
    return f"{datetime.fromtimestamp(now_ms / 1000, UTC).astimezone():%H:%M}"
