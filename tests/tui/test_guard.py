"""The guard by itself: a thread on a pipe, whatever numbers the pipe has."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.session import ClientDraft
from tests.harness.wait import wait_until
from tests.tui.conftest import open_session
from tui.draft import DraftKeeper, Rescue
from tui.guard import Guard
from vault_format.codes import LockReason


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
    guard = Guard(notify, lambda reason: None, tick=60)
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
    guard = Guard(lambda reason, rescue: None, lambda reason: None, tick=60)
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
