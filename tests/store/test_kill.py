"""kill -9 in the middle of an append: whatever was acknowledged is there, the vault is whole, the next append works."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from tests.harness.faults import Point
from tests.harness.scenario import Scenario
from tests.harness.vaults import NOW, Owner, forge_failures
from vault_format import machine
from vault_format.ledger import Ledger

# Calls after which the file, its folder, its lock or the disk are not what they were.
CHANGING = {"openat", "pwrite64", "ftruncate", "fsync", "fdatasync", "rename", "renameat", "renameat2", "unlink",
            "unlinkat", "fchmod", "fchown", "flock", "link", "linkat", "close"}  # fmt: skip

Prepare = Callable[[Scenario], None]


def _as_started(scenario: Scenario) -> None:
    scenario.reset()


def _without_lock(scenario: Scenario) -> None:
    scenario.reset(lock=False)


def _torn(scenario: Scenario) -> None:
    """Leave a record that broke off in its last part; the same one each time."""
    kept = scenario.folder.parent / "cut"
    if not kept.exists():
        scenario.reset()
        owner = Owner(scenario.vault, scenario.started)
        kept.write_bytes(owner.frame_of(owner.note_draft("it broke off " * 30), time=NOW + 9_000)[:-20])
        owner.close()
    scenario.reset(kept.read_bytes())


def _flooded(scenario: Scenario) -> None:
    scenario.reset()
    forge_failures(scenario.vault, 70, at=machine.now_ms())


def _clear_flood(scenario: Scenario) -> None:
    """Do what a session does that meets a flood: open the vault again once it is set aside."""
    ledger = Ledger(str(scenario.vault), machine.now_ms)
    flooded = any(notice.kind == "flood" for notice in ledger.notices)
    ledger.close()
    if flooded:
        assert scenario.run("note", "again", "fail").acks


def _kill_at(scenario: Scenario, prepare: Prepare, steps: tuple[str, ...], *, every: bool) -> None:
    """Kill the program at each point in turn and check what is left."""
    prepare(scenario)
    points = scenario.points(*steps)
    if not every:
        points = [point for point in points[points.index(Point("flock", 1)) :] if point.syscall in CHANGING]
    acknowledged = set()
    for point in points:
        prepare(scenario)
        killed = scenario.run_with_fault(point.syscall, ("signal", "KILL"), point.when, *steps)
        assert killed.status == -signal.SIGKILL, killed
        acknowledged.add(len(killed.acks))
        _clear_flood(scenario)
        scenario.check_nothing_lost(killed.acks)
    prepare(scenario)
    assert acknowledged == set(range(len(scenario.run(*steps).acks) + 1))


@pytest.mark.parametrize(
    ("prepare", "steps"), [(_as_started, ("note",)), (_torn, ("fail", "note"))], ids=["as started", "torn"]
)
def test_a_kill_at_each_call_that_changes_something(
    scenario: Scenario, prepare: Prepare, steps: tuple[str, ...]
) -> None:
    _kill_at(scenario, prepare, steps, every=False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("prepare", "steps"),
    [(_without_lock, ("note",)), (_torn, ("note",)), (_flooded, ("note", "again", "note"))],
    ids=["without lock", "torn", "flooded"],
)
def test_a_kill_while_the_way_is_cleared(scenario: Scenario, prepare: Prepare, steps: tuple[str, ...]) -> None:
    _kill_at(scenario, prepare, steps, every=False)


@pytest.mark.slow
def test_a_kill_at_every_call_of_an_append(scenario: Scenario) -> None:
    _kill_at(scenario, _as_started, ("note",), every=True)
