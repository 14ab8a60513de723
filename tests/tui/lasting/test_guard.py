"""The guard by itself: a thread on a pipe, whatever numbers the pipe has."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.events import Key

from core.session import ClientDraft, NoteDraft
from tests.harness.wait import wait_until
from tests.tui.conftest import Fill, open_session
from tests.tui.walking import see, unlock, until
from tui.application import Tacenda
from tui.drafts.draft import DraftKeeper, Rescue
from tui.session.guard import Guard
from tui.widgets.fields import Field
from tui.widgets.note_text import NoteText
from vault_format.codes import LockReason


def nothing(*told: object) -> None:
    """Hear, and do nothing."""
    del told


def descriptors() -> set[str]:
    return set(os.listdir("/proc/self/fd"))


@pytest.fixture
def many_open() -> Iterator[None]:
    """More descriptors than select() can count, as a test run or a watcher of a thousand vaults has."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 1_400:
        pytest.skip(f"this machine lets a process open {hard} files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (1_400, hard))
    taken = [os.open(os.devnull, os.O_RDONLY)]
    while taken[-1] < 1_050:
        taken.append(os.dup(taken[0]))
    yield
    for descriptor in taken:
        os.close(descriptor)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_open")
def test_it_works_above_the_last_descriptor_of_select(vault: str) -> None:
    told: list[LockReason] = []

    def notify(reason: LockReason, rescue: Rescue) -> None:
        told.append(reason)
        assert not rescue.lost

    session = open_session(vault)
    session.save_client(ClientDraft("OTTER"))
    guard = Guard(notify, nothing, nothing, tick=60)
    guard.start()
    guard.watch(session, DraftKeeper(session), 600)
    guard.ask(LockReason.PERSON)
    wait_until(lambda: bool(told), what="the end of the session")
    assert session.locked
    guard.stop()
    guard.join(10)
    assert not guard.is_alive()


@pytest.mark.parametrize("started", [True, False])
def test_it_leaves_no_descriptor_behind(tmp_path: Path, started: bool) -> None:
    before = descriptors()
    guard = Guard(nothing, nothing, nothing, tick=60)
    assert len(descriptors() - before) == 2
    if started:
        guard.start()
    guard.stop()
    if started:
        guard.join(10)
    assert descriptors() == before
    # a signal that comes late writes into nobody's file
    other = os.open(tmp_path / "other", os.O_RDWR | os.O_CREAT)
    guard.ask(LockReason.HANGUP)
    assert os.fstat(other).st_size == 0
    os.close(other)


@pytest.mark.parametrize("reason", [LockReason.HANGUP, LockReason.SYSTEM, LockReason.SUSPEND])
async def test_keys_that_have_come_are_taken_up_before_the_end(vault: str, fill: Fill, reason: LockReason) -> None:
    (note,) = fill(NoteDraft(0, "begun ", date="2026-11-20"))
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await see(pilot, "go on with it")
        await pilot.press("enter")
        await see(pilot, "begun")
        assert app.session is not None
        session = app.session
        # what ends a process that cannot end by itself is not for this one
        app.guard._grace = 3_600
        for letter in "and more":
            app.post_message(Key(letter if letter != " " else "space", letter))
        app.guard.ask(reason)
        # the loop stands still while the guard hears of it
        time.sleep(0.1)  # noqa: ASYNC251
        await until(pilot, lambda: session.locked)
    assert open_session(vault).read_note(note).text == "begun and more"


async def test_what_is_typed_is_kept_in_the_same_breath(vault: str, fill: Fill) -> None:
    """Not by a message, which comes when the letter stands on the screen already."""
    fill(NoteDraft(0, "begun ", date="2026-11-20"))
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await see(pilot, "go on with it")
        await pilot.press("enter")
        await see(pilot, "begun")
        assert app.keeper is not None
        text = app.screen.query_one(NoteText)
        text.insert("now")
        assert app.keeper.draft is not None
        assert app.keeper.draft.text == "begun now"
        text.undo()
        assert app.keeper.draft.text == "begun "
        app.screen.query_one("#title", Field).insert_text_at_cursor("heard")
        assert app.keeper.draft.title == "heard"


class Sleeper:
    """A clock that is set forward: the machine slept, or the process stood still."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_touch_that_comes_too_late_locks(vault: str) -> None:
    clock = Sleeper()
    told: list[LockReason] = []
    session = open_session(vault)
    # the tick never comes: only the touch can notice
    guard = Guard(lambda reason, _: told.append(reason), nothing, nothing, clock=clock, tick=3_600)
    guard.start()
    guard.watch(session, DraftKeeper(session), 600)
    clock.now = 599.0
    assert guard.touch()
    clock.now = 599.0 + 600.0
    assert not guard.touch()
    wait_until(lambda: bool(told), what="the lock")
    assert told == [LockReason.IDLE]
    assert session.locked
    # at the door nothing is overdue
    assert guard.touch()
    guard.stop()
    guard.join(10)


async def test_a_key_after_hours_of_sleep_reaches_no_page(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, "begun", date="2026-11-20"))
    clock = Sleeper()
    app = Tacenda(vault, clock=clock)
    app.guard._tick = 3_600
    async with app.run_test() as pilot:
        await unlock(pilot)
        await see(pilot, "go on with it")
        await pilot.press("enter")
        await see(pilot, "begun")
        await pilot.press("x")
        assert app.session is not None
        session = app.session
        clock.now += 8 * 3_600
        await pilot.press("y", "z")
        await until(pilot, lambda: session.locked)
        await see(pilot, "Passphrase")
    text = open_session(vault).read_note(note).text
    assert "x" in text
    assert "y" not in text
    assert "z" not in text
