"""Processes as the kernel shows them in /proc (Linux)."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from typing import NamedTuple

from tests.harness.wait import wait_until


class Process(NamedTuple):
    """One line of the process table."""

    pid: int
    parent: int
    name: str
    state: str


def table() -> dict[int, Process]:
    """Return every process by its id."""
    found: dict[int, Process] = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        # A process may end between the listing and the reading.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            stat = Path("/proc", entry, "stat").read_text(encoding="utf-8", errors="replace")
            # The name stands in parentheses and may itself hold any character.
            front, _, back = stat.rpartition(")")
            state, parent = back.split()[:2]
            found[int(entry)] = Process(int(entry), int(parent), front.partition("(")[2], state)
    return found


def descendants(pid: int) -> list[Process]:
    """Return the children of PID, their children, and so on, nearest first. Zombies are left out."""
    processes = table()
    found: list[Process] = []
    generation = {pid}
    while generation:
        children = [process for process in processes.values() if process.parent in generation]
        found += [process for process in children if process.state != "Z"]
        generation = {process.pid for process in children}
    return found


def processor_seconds(pid: int) -> float:
    """Return the processor time of PID and of what descends from it: busy neighbours make it little longer."""
    ticks = 0
    for each in (pid, *(process.pid for process in descendants(pid))):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            back = Path("/proc", str(each), "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
            ticks += sum(map(int, back.split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def is_running(pid: int) -> bool:
    """Whether PID lives. A zombie still has an id, and `kill -0` reaches it, but it is dead."""
    process = table().get(pid)
    return process is not None and process.state not in "ZX"


def owned_by(uid: int) -> list[int]:
    """Return the ids of the processes of the user UID."""
    found: list[int] = []
    for pid in table():
        with contextlib.suppress(FileNotFoundError):
            if os.stat(f"/proc/{pid}").st_uid == uid:
                found.append(pid)
    return found


def end(*pids: int, hard: bool = False) -> None:
    """End the processes with SIGTERM (HARD: SIGKILL) and wait until they are gone."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL if hard else signal.SIGTERM)
    wait_until(lambda: not any(map(is_running, pids)), what=f"the end of the processes {pids}")
