from __future__ import annotations

import errno
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.harness.faults import count_syscalls, fill, read_only, run_with_fault, tmpfs

# Appends "one" and "two" to the file named, each followed by a sync, and says so after each.
APPEND = """
import os, sys
fd = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
for word in (b"one", b"two"):
    os.write(fd, word)
    os.fdatasync(fd)
    print(word.decode(), flush=True)
os.close(fd)
"""


def _append_to(path: Path) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", APPEND, str(path)]


def test_calls_on_a_file_are_listed_in_order(tmp_path: Path) -> None:
    path = tmp_path / "file"
    calls = [tuple(point) for point in count_syscalls(_append_to(path), path=path)]
    assert calls == [
        ("openat", 1),
        ("write", 1),
        ("fdatasync", 1),
        ("write", 2),
        ("fdatasync", 2),
        ("close", 1),
    ]
    named = count_syscalls(_append_to(path), ["fdatasync"], path)
    assert [tuple(point) for point in named] == [("fdatasync", 1), ("fdatasync", 2)]


def test_a_kill_comes_before_the_call_is_carried_out(tmp_path: Path) -> None:
    path = tmp_path / "file"
    left: list[tuple[str, str]] = []
    for point in count_syscalls(_append_to(path), path=path):
        path.unlink(missing_ok=True)
        killed = run_with_fault(_append_to(path), point.syscall, ("signal", "KILL"), point.when, path)
        assert killed.status == -signal.SIGKILL
        left.append((path.read_text() if path.exists() else "none", killed.stdout))
    assert left == [
        ("none", ""),
        ("", ""),
        ("one", ""),
        ("one", "one\n"),
        ("onetwo", "one\n"),
        ("onetwo", "one\ntwo\n"),
    ]


def test_a_failing_call_fails_that_one_time_only(tmp_path: Path) -> None:
    path = tmp_path / "file"
    failed = run_with_fault(_append_to(path), "fdatasync", ("error", "EIO"), 2, path)
    assert failed.status == 1
    assert f"[Errno {errno.EIO}]" in failed.stderr
    assert failed.stdout == "one\n"
    assert path.read_text() == "onetwo"


def test_a_fault_that_is_never_reached_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with pytest.raises(AssertionError, match="fewer than 3 calls of write"):
        run_with_fault(_append_to(path), "write", ("error", "ENOSPC"), 3, path)
    with pytest.raises(AssertionError, match="fewer than 9 calls of fsync"):
        run_with_fault(_append_to(path), "fsync", ("signal", "KILL"), 9, path)


def test_stdin_environment_and_descriptors_reach_the_program(tmp_path: Path) -> None:
    read, write = os.pipe()
    with os.fdopen(read, "rb"):
        with os.fdopen(write, "wb") as secret:
            secret.write(b"from a descriptor")
        script = f"import os, sys; print(sys.stdin.read(), os.environ['MARK'], os.read({read}, 99).decode())"
        argv = [sys.executable, "-c", f"{script}; os.sync()"]
        told = run_with_fault(argv, "sync", ("error", "EIO"), stdin="typed", env={"MARK": "here"}, pass_fds=(read,))
    assert told.stdout == "typed here from a descriptor\n"


def test_a_small_disk_fills_up_and_can_be_read_only() -> None:
    with tmpfs(64 * 1024) as disk:
        ballast = fill(disk, leave=8192)
        with (disk / "file").open("wb", buffering=0) as file:
            assert file.write(bytes(10_000)) == 8192
            with pytest.raises(OSError, match="No space left"):
                file.write(b"x")
        ballast.unlink()
        with read_only(disk), pytest.raises(OSError, match="Read-only"):
            (disk / "other").touch()
        (disk / "other").touch()
    assert not disk.exists()
