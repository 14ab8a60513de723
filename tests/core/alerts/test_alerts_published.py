"""What docs/ALERTS.md says the rules find, and how often they are wrong, is what comes out here."""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from core.alerts import Alert, Rule, Severity
from core.alerts.alert import DAY_MS, HOUR_MS, MINUTE_MS, WORDS
from core.create import default_policy
from tests.core.alerts.a_year import COUNSELORS, DAYS, year
from tests.core.alerts.test_alerts import MONDAY, Life, months
from tests.core.practice import COST
from vault_format.codes import Action, ClientStatus, Flag, Kind
from vault_format.public.entities import ClientSet
from vault_format.public.members import AlertPolicy

PAGE = Path(__file__).parents[3] / "docs" / "ALERTS.md"
SEEDS = range(5)
_NIGHT = MONDAY + 95 * DAY_MS + 2 * HOUR_MS
_NOON = MONDAY + 95 * DAY_MS + 12 * HOUR_MS


def guessing(life: Life, chance: random.Random) -> None:
    life.time = _NIGHT
    for _ in range(8):
        life.act(Action.UNLOCK_FAILED, 2, after=chance.randrange(10_000, 60_000))


def slow_guessing(life: Life, chance: random.Random) -> None:
    life.time = _NOON
    for _ in range(8):
        life.act(Action.UNLOCK_FAILED, 2, after=chance.randrange(20, 40) * MINUTE_MS)


def guessed(life: Life, chance: random.Random) -> None:
    guessing(life, chance)
    life.unlock(2, 9, after=20_000)


def stolen_at_night(life: Life, chance: random.Random) -> None:
    life.time = _NIGHT
    life.unlock(2, 9)
    life.read(2, 20, after=chance.randrange(20_000, 40_000))


def stolen_at_noon_same_machine(life: Life, chance: random.Random) -> None:
    life.time = _NOON
    life.unlock(2, 0)
    life.read(2, 8, after=chance.randrange(60_000, 200_000))


def scripted_copy(life: Life, chance: random.Random) -> None:
    life.time = _NOON
    life.unlock(2, 0)
    life.read(2, 200, after=chance.randrange(200, 900))


def patient_copy(life: Life, chance: random.Random) -> None:
    life.time = _NOON - 3 * HOUR_MS
    life.unlock(2, 0)
    life.read(2, 150, after=chance.randrange(100_000, 150_000))


def curious_colleague(life: Life, chance: random.Random) -> None:
    life.time = _NOON
    life.unlock(2, 0)
    life.read(2, 1, flags=Flag.OUTSIDE_CASELOAD, after=chance.randrange(20_000, 90_000))


def recovery_tried(life: Life, chance: random.Random) -> None:
    life.time = _NOON
    life.act(Action.RECOVERY_BEGUN, 2)
    life.act(Action.RECOVERY_FAILED, 2, after=chance.randrange(10_000, 90_000))


def exported(life: Life, chance: random.Random) -> None:
    life.time = _NOON
    life.unlock(2, 0)
    life.export(2, 1, after=chance.randrange(10_000, 90_000))


def exported_charts(life: Life, chance: random.Random) -> None:
    life.time = _NOON
    life.unlock(2, 0)
    for client in range(10, 20):
        life.export(2, 20, client=client, after=chance.randrange(60_000, 90_000))


def not_decrypting(life: Life, chance: random.Random) -> None:
    life.time = _NOON
    life.unlock(2, 0)
    for _ in range(6):
        life.read(2, after=chance.randrange(2_000, 5_000))
        life.act(Action.ACT_FAILED, 2, client=7, after=100)


def clock_set_back(life: Life, chance: random.Random) -> None:
    life.time = _NOON
    life.act(Action.LOCK, 2, after=1_000)
    life.act(Action.LOCK, 2, after=-chance.randrange(2, 90) * MINUTE_MS - 10 * DAY_MS)


def long_away(life: Life, _: random.Random) -> None:
    for day, action in ((115, Action.LOCK), (140, Action.UNLOCK)):
        life.time = MONDAY + day * DAY_MS + 12 * HOUR_MS
        if action == Action.LOCK:
            life.act(action, 1)
        else:
            life.unlock(2, 0)


def closed_client(life: Life, _: random.Random) -> None:
    life.time = _NOON
    closed = ClientSet(status=ClientStatus.CLOSED, hold=None, members=None, reason=0)
    life.act(Action.CLIENT_SET, 1, closed, client=8, kind=Kind.CLIENT)
    life.unlock(2, 0)
    life.read(2, client=8)


def broken_chain(life: Life, _: random.Random) -> None:
    life.alerts += life.engine.finding(life.seq - 1, life.time)


ATTACKS: dict[str, Callable[[Life, random.Random], None]] = {
    "eight guesses within minutes": guessing,
    "eight guesses over four hours": slow_guessing,
    "a passphrase that was guessed": guessed,
    "a stolen passphrase, at night, from another machine": stolen_at_night,
    "a stolen passphrase, at noon, on the member's own machine": stolen_at_noon_same_machine,
    "a script that opens two hundred notes": scripted_copy,
    "a hundred and fifty notes, one every two minutes": patient_copy,
    "one note outside the caseload": curious_colleague,
    "a recovery that was tried": recovery_tried,
    "an export of one note": exported,
    "charts exported until two hundred notes are out": exported_charts,
    "a clock set back by ten days": clock_set_back,
    "a member who comes back after seven weeks": long_away,
    "a note of a closed client": closed_client,
    "a chain that does not hold": broken_chain,
    "six notes that do not decrypt, within half a minute": not_decrypting,
}


LOOSEST = AlertPolicy(
    failures=8, failure_minutes=10, bulk_notes=100, bulk_times=3, fast_notes=30, fast_seconds=30, dormant_days=90,
    clock_minutes=15, clock_days=90, habit_unlocks=100,
)  # fmt: skip
STRICTEST = AlertPolicy(
    failures=3, failure_minutes=1_440, bulk_notes=10, bulk_times=1, fast_notes=10, fast_seconds=120, dormant_days=14,
    clock_minutes=1, clock_days=7, habit_unlocks=20,
)  # fmt: skip


def outcomes(alerts: AlertPolicy | None = None) -> dict[str, tuple[int, str]]:
    """Return, by attack, in how many of the simulated practices it was told, and the worst severity."""
    found = {}
    practices = [months(3, seed, alerts) for seed in SEEDS]
    for name, attack in ATTACKS.items():
        told, worst = 0, 0
        for seed, practice in zip(SEEDS, practices, strict=True):
            life = copy.deepcopy(practice)
            before = len(life.alerts)
            attack(life, random.Random(seed))
            new = life.alerts[before:]
            told += bool(new)
            worst = max([worst, *(alert.severity for alert in new)])
        found[name] = (told, Severity(worst).name.lower() if worst else "-")
    return found


@cache
def false_alarms() -> tuple[Alert, ...]:
    """Return what a year of ordinary life sets off, over all seeds."""
    return tuple(alert for seed in SEEDS for alert in year(seed).alerts)


def rows(title: str) -> list[list[str]]:
    part = PAGE.read_text().split(f"## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def told_in(said: str, worst: str) -> tuple[int, str]:
    """Return what `5 of 5` and a severity say."""
    return int(said.partition(" of ")[0]), worst


def test_what_the_page_says_is_found_is_found() -> None:
    assert {row[0]: told_in(row[1], row[2]) for row in rows("What is found")} == outcomes()


def test_no_policy_hides_what_is_high_or_critical() -> None:
    loosest = outcomes(LOOSEST)
    assert {row[0]: told_in(*row[3].split(", ")) for row in rows("What is found")} == loosest
    serious = {Severity.HIGH.name.lower(), Severity.CRITICAL.name.lower()}
    assert {name: found for name, found in outcomes().items() if found[1] in serious}.items() <= loosest.items()


def test_the_page_says_what_an_owner_may_say() -> None:
    usual = default_policy(COST).alerts
    ends = [sorted((getattr(LOOSEST, field), getattr(STRICTEST, field))) for field in AlertPolicy.__struct_fields__]
    wanted = [
        [f"`alerts.{field}`", f"{least:,}", f"{most:,}", f"{getattr(usual, field):,}"]
        for field, (least, most) in zip(AlertPolicy.__struct_fields__, ends, strict=True)
    ]
    page = rows("The rules")
    assert [row for row in page if row[0].startswith("`")] == wanted
    named = " ".join(row[4] for row in page if row[0].isdigit())
    assert all(row[0] in named for row in wanted)


def test_what_the_page_says_of_false_alarms_is_so() -> None:
    alarms = Counter((alert.severity.name.lower(), alert.words) for alert in false_alarms())
    said = {(row[1], row[0]): int(row[2]) for row in rows("False alarms")}
    assert said == alarms


def test_a_member_has_less_than_one_false_alarm_a_week() -> None:
    weeks = len(SEEDS) * len(COUNSELORS) * DAYS // 7
    assert f"{weeks} weeks of a member" in " ".join(PAGE.read_text().split())
    assert len(false_alarms()) < weeks


@pytest.mark.slow
def test_the_strictest_policy_is_no_flood() -> None:
    alarms = [alert for seed in SEEDS for alert in year(seed, STRICTEST).alerts]
    high = sum(alert.severity is Severity.HIGH for alert in alarms)
    assert f"set off {len(alarms)} alerts, {high} of them high" in " ".join(PAGE.read_text().split())
    assert len(alarms) < len(SEEDS) * len(COUNSELORS) * DAYS // 7


def test_every_rule_stands_on_the_page() -> None:
    page = {(row[0], row[1]) for row in rows("The rules") if row[0].isdigit()}
    assert page == {(str(int(rule)), WORDS[rule]) for rule in Rule}
