from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.harness import processes
from tests.harness.tools import need_tool
from tests.harness.wait import wait_until


def test_waiting_returns_the_first_true_value() -> None:
    values = iter([0, "", "come", "later"])
    assert wait_until(lambda: next(values)) == "come"


def test_waiting_in_vain_says_for_what_and_what_was() -> None:
    with pytest.raises(AssertionError, match=r"^waited 0 s in vain for the train$"):
        wait_until(lambda: False, 0, "the train")
    seen: list[int] = []
    with pytest.raises(AssertionError, match=r"the train; seen \d+ times$"):
        wait_until(lambda: seen.append(1), 0.05, lambda: f"the train; seen {len(seen)} times")


def test_the_condition_is_tried_once_even_without_time() -> None:
    assert wait_until(lambda: True, 0)


def test_a_missing_tool_is_a_skip_that_says_what_to_install() -> None:
    with pytest.raises(pytest.skip.Exception, match=r"^no-such-tool is not installed \(Debian: apt install gone\)$"):
        need_tool("no-such-tool", "gone")


def test_children_are_found_and_ended_and_a_zombie_counts_as_dead() -> None:
    script = "import subprocess; child = subprocess.Popen(['sleep', '600']); print(child.pid, flush=True); child.wait()"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, encoding="utf-8") as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert [process.pid for process in processes.descendants(os.getpid()) if process.parent == parent.pid] == [
            child
        ]
        assert child in processes.owned_by(os.geteuid())
        processes.end(child)
        processes.end(parent.pid, hard=True)
        # Not yet waited for: its id is still taken.
        os.kill(parent.pid, 0)
        assert not processes.is_running(parent.pid)
        assert parent.pid not in {process.pid for process in processes.descendants(os.getpid())}
