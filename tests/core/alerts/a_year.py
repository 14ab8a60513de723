"""A year of a practice as it is: early and late, at weekends, on holiday, with a new laptop, with slips.

Three counselors: an owner who reviews the trail, one who works full time, one who works two afternoons. Nothing in it
is an attack, so every alert is a false alarm, or at least one that nobody needed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from core.alerts.alert import DAY_MS, HOUR_MS, MINUTE_MS
from tests.core.alerts.test_alerts import MONDAY, Life, a_state
from vault_format.authority.state import EpochState, KitState
from vault_format.codes import Action, ClientStatus, Flag, Kind
from vault_format.public.entities import ClientSet, Disclose
from vault_format.public.members import AlertPolicy
from vault_format.public.trail import Reviewed, Unlock

COUNSELORS = (1, 2, 3)
DAYS = 364
_ROTATION, _DRILL = 85, 170
Act = tuple[int, int, Action, dict[str, object]]
"""When (UTC ms), whose, what, and what else `Life.act` takes."""


@dataclass
class Person:
    """How somebody works: on which weekdays, from when for how long, how many clients, away on which days."""

    number: int
    weekdays: tuple[int, ...]
    begins: int
    hours: int
    clients: range
    away: set[int]
    origin: int = 0


def people(chance: random.Random) -> list[Person]:
    """Return the three, with their holidays of the year."""
    found = []
    for number, weekdays, begins, hours in ((1, (0, 1, 2, 3, 4), 8, 8), (2, (0, 1, 2, 3, 4), 9, 8), (3, (1, 3), 13, 5)):
        away: set[int] = set()
        for _ in range(2):
            first = chance.randrange(20, DAYS - 30)
            away |= set(range(first, first + chance.choice((7, 14, 14, 21))))
        found.append(Person(number, weekdays, begins, hours, range(number * 100, number * 100 + 24), away))
    return found


def _opening(time: int, who: Person, client: int, flags: int = 0) -> Act:
    return time, who.number, Action.READ, {"client": client, "kind": Kind.NOTE, "flags": flags}


def _session(chance: random.Random, who: Person, begins: int, minutes: int) -> Iterator[Act]:
    """A stretch of work: slips at the passphrase, notes read and written, the lock forgotten now and then."""
    slips = chance.choices((0, 1, 2, 3, 4, 5), (820, 140, 25, 10, 4, 1))[0]
    for slip in range(slips):
        yield begins - (slips - slip) * chance.randrange(4_000, 40_000), who.number, Action.UNLOCK_FAILED, {}
    said = Unlock(origin=bytes([who.number, who.origin]) * 4, failed=0, first=0, last=0)
    yield begins, who.number, Action.UNLOCK, {"said": said}
    yield begins + 1, who.number, Action.LIST, {}
    at = begins + 2_000
    while at < begins + minutes * MINUTE_MS:
        client = chance.choice(who.clients)
        for _ in range(chance.randrange(1, 4)):
            yield _opening(at, who, client)
            at += chance.randrange(8_000, 120_000)
        yield at, who.number, Action.SAVE, {"client": client, "kind": Kind.NOTE}
        at += chance.randrange(15, 70) * MINUTE_MS
    if chance.random() < 0.9:
        yield at, who.number, Action.LOCK, {}


def _work(chance: random.Random, who: Person, day: int, others_away: list[Person]) -> Iterator[Act]:
    """A working day, with what does not happen on every one."""
    midnight = MONDAY + day * DAY_MS
    begins = midnight + who.begins * HOUR_MS + int(chance.gauss(0, 25) * MINUTE_MS)
    yield from _session(chance, who, begins, who.hours * 60)
    at = begins + 2 * HOUR_MS
    if chance.random() < 1 / 25:  # getting ready for supervision, or a client's report
        for client in chance.sample(list(who.clients), 4):
            for _ in range(chance.randrange(4, 9)):
                at += chance.randrange(5_000, 60_000)
                yield _opening(at, who, client)
    if chance.random() < 1 / 60:  # a chart that somebody asked for
        said = Disclose(form=1, basis=1, purpose=1, entries=chance.randrange(1, 30), process=False)
        yield at + MINUTE_MS, who.number, Action.DISCLOSE, {"said": said, "client": who.clients[0], "kind": Kind.CLIENT}
    if others_away and chance.random() < 0.15:  # a colleague's client in need
        client = chance.choice(others_away).clients[chance.randrange(3)]
        yield _opening(at + 2 * MINUTE_MS, who, client, Flag.OUTSIDE_CASELOAD)
    if chance.random() < 1 / 300:
        yield at + 3 * MINUTE_MS, who.number, Action.ACT_FAILED, {}
    if chance.random() < 1 / 15:  # notes written at home
        yield from _session(chance, who, midnight + 20 * HOUR_MS + chance.randrange(90) * MINUTE_MS, 40)


def _day(chance: random.Random, practice: list[Person], day: int) -> Iterator[Act]:
    midnight, weekday = MONDAY + day * DAY_MS, day % 7
    away = [who for who in practice if day in who.away]
    for who in practice:
        if who in away:
            continue
        if day == who.number * 97:
            who.origin = 1  # a new laptop
        if weekday in who.weekdays and chance.random() < 0.95:
            yield from _work(chance, who, day, away)
        elif chance.random() < 1 / 60:  # a crisis on a day off
            yield from _session(chance, who, midnight + chance.randrange(9, 23) * HOUR_MS, 20)
        if chance.random() < 1 / 120:  # a client who ended is asked about once more
            client = who.number * 100 + 24
            closed = ClientSet(status=ClientStatus.CLOSED, hold=None, members=None, reason=0)
            time = midnight + 11 * HOUR_MS
            yield time, who.number, Action.CLIENT_SET, {"said": closed, "client": client, "kind": Kind.CLIENT}
            yield _opening(time + 20 * MINUTE_MS, who, client)


def year(seed: int, alerts: AlertPolicy | None = None) -> Life:
    """Play the year under the usual policy, or under ALERTS; `alerts` of what is returned are all false."""
    chance, life = random.Random(seed), Life(state=a_state(alerts))
    practice = people(chance)
    for number in COUNSELORS:
        life.state.members[number].kit = KitState(bytes(16), 1, [])
        life.act(Action.KIT_SET, number)
    reviewed = 0
    for day in range(DAYS):
        _upkeep(life, day)
        acts = sorted(_day(chance, practice, day), key=lambda act: act[0])
        for time, who, action, more in acts:
            # a clock is set by a second or two now and then
            life.time = time - (2_000 if chance.random() < 0.01 else 0)
            life.act(action, who, after=0, **more)  # type: ignore[arg-type]
        if day % 7 < 5 and practice[0].number not in {who.number for who in practice if day in who.away}:
            reviewed = _review(life, reviewed)
        life.alerts += life.engine.tick(MONDAY + (day + 1) * DAY_MS, life.state)
    return life


def _upkeep(life: Life, day: int) -> None:
    """Change the keys and rehearse the kits when it is time."""
    life.time = MONDAY + day * DAY_MS + 7 * HOUR_MS
    if day % _ROTATION == _ROTATION - 1:
        number = len(life.state.epochs) + 1
        life.state.epochs.append(EpochState(number, bytes(32), bytes(32), bytes(32), life.seq, life.time))
    if day % _DRILL == _DRILL - 1:
        for number in COUNSELORS:
            life.act(Action.DRILL, number)


def _review(life: Life, first: int) -> int:
    """Let the owner sign off what came since the last time; return where the next one begins."""
    last = life.seq - 1
    life.session += 1
    if last > first:
        life.act(Action.REVIEWED, 1, Reviewed(first=first, last=last, digest=bytes(32)), after=MINUTE_MS)
    return max(first, last + 1)
