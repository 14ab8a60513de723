"""When garbage is looked for: never while somebody types."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from tests.tui.walking import see, unlock
from tui.application import Tacenda
from tui.collecting import AWAY, QUIET, Collecting


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Ring:
    """Refers to itself: only the collector finds out that nobody needs it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def collecting(clock: Clock) -> Iterator[Collecting]:
    found = Collecting(clock)
    found.start()
    yield found
    found.stop()


def _ring() -> weakref.ref[Ring]:
    return weakref.ref(Ring())


def test_nothing_is_looked_through_between_keys(collecting: Collecting, clock: Clock) -> None:
    left = _ring()
    for _ in range(100):
        collecting.touch()
        clock.now += QUIET - 0.1
        collecting.look()
    assert left() is not None
    clock.now += 0.1
    collecting.look()
    assert left() is None


def test_what_is_in_use_is_set_aside_and_looked_at_again_once_nobody_is_there(
    collecting: Collecting, clock: Clock
) -> None:
    ring: Ring | None = Ring()
    left = weakref.ref(ring)
    clock.now += QUIET
    collecting.look()
    assert gc.get_freeze_count() > 0
    ring = None
    collecting.touch()
    clock.now += QUIET
    collecting.look()
    assert left() is not None
    clock.now += AWAY
    collecting.look()
    assert left() is None


def test_much_that_changed_is_looked_through_at_the_next_quiet_moment(collecting: Collecting, clock: Clock) -> None:
    ring: Ring | None = Ring()
    left = weakref.ref(ring)
    clock.now += QUIET
    collecting.look()
    ring = None
    collecting.owe()
    collecting.look()
    assert left() is None


def test_without_a_key_there_is_nothing_to_do(
    collecting: Collecting, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[int] = []
    clock.now += AWAY
    collecting.look()
    monkeypatch.setattr(gc, "collect", lambda: rounds.append(1))
    for _ in range(10):
        clock.now += AWAY
        collecting.look()
    assert not rounds


async def test_the_application_keeps_the_collector_from_its_keys_and_gives_it_back(vault: str) -> None:
    before, clock = gc.get_threshold(), Clock()
    app = Tacenda(vault, clock=clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await unlock(pilot)
        assert gc.get_threshold()[2] > before[2]
        clock.now += QUIET
        app.collecting.look()
        assert gc.get_freeze_count() > 0
        await pilot.press("ctrl+l")
        await see(pilot, "Enter unlock")
        left = _ring()
        clock.now += QUIET
        app.collecting.look()
        assert left() is None
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
