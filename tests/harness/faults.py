"""Faults on purpose: system calls that fail or kill (by strace), a disk that is full or read-only (a tmpfs).

To kill a program at every system call of an act, list them once and run the act again for each:

    for point in count_syscalls(argv, path=vault):
        run_with_fault(argv, point.syscall, ("signal", "KILL"), point.when, path=vault)
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

import pytest

from tests.harness.tools import need_root, need_tool

# Either the call fails with that error and is not carried out, or that signal arrives at its entry.
Action: TypeAlias = tuple[Literal["error", "signal"], str]
Paths: TypeAlias = "str | os.PathLike[str] | Sequence[str | os.PathLike[str]]"

_CALL = re.compile(r"^\d+ +(\w+)\(", re.MULTILINE)
# A strace of a program that hangs must end too; seconds.
_LIMIT = 120.0


class Point(NamedTuple):
    """The WHEN-th call (from 1) of SYSCALL that a program makes."""

    syscall: str
    when: int


class Faulted(NamedTuple):
    """What became of a program: its status (negative for a signal), its output, the calls that were watched."""

    status: int
    stdout: str
    stderr: str
    trace: str


@functools.cache
def _strace() -> str | None:
    """Return the path of a strace that may trace here, or None; skip where there is none at all."""
    path = need_tool("strace")
    tried = subprocess.run([path, "-qq", "-o", os.devnull, "true"], capture_output=True, check=False)
    return path if tried.returncode == 0 else None


def _run(
    argv: Sequence[str],
    filters: Sequence[str],
    path: Paths | None,
    *,
    stdin: str,
    env: Mapping[str, str] | None,
    pass_fds: Sequence[int],
) -> Faulted:
    strace = _strace()
    if strace is None:
        pytest.skip("strace may not trace on this machine")
    paths = [] if path is None else [path] if isinstance(path, str | os.PathLike) else list(path)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "trace")
        done = subprocess.run(
            [
                *(strace, "-f", "-qq", "-e", "signal=none", "-o", str(log), *filters),
                *(word for one in paths for word in ("-P", os.fspath(one))),
                *("--", *argv),
            ],
            input=stdin,
            env={**os.environ, **(env or {})},
            pass_fds=pass_fds,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_LIMIT,
            check=False,
        )
        return Faulted(done.returncode, done.stdout, done.stderr, log.read_text("utf-8", errors="replace"))


def run_with_fault(
    argv: Sequence[str],
    syscall: str,
    action: Action,
    when: int = 1,
    path: Paths | None = None,
    *,
    stdin: str = "",
    env: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
) -> Faulted:
    """Run ARGV and let ACTION happen at the WHEN-th SYSCALL (from 1), which is then not carried out.

    With PATH (one or several) only calls that concern it count, by name or by a descriptor opened from it; it
    has to be the very path that the program uses. Calls are counted in each thread and child for itself. ENV
    is laid over the test's environment. Raises AssertionError if the program never made that call: such a run
    would prove nothing.
    """
    kind, name = action
    faulted = _run(
        argv,
        ("-e", f"trace={syscall}", "-e", f"inject={syscall}:{kind}={name}:when={when}"),
        path,
        stdin=stdin,
        env=env,
        pass_fds=pass_fds,
    )
    reached = "(INJECTED)" in faulted.trace if kind == "error" else faulted.trace.count(f"{syscall}(") >= when
    assert reached, f"{argv[0]} made fewer than {when} calls of {syscall}:\n{faulted.trace}\n{faulted.stderr}"
    return faulted


def count_syscalls(
    argv: Sequence[str],
    syscalls: Sequence[str] = (),
    path: Paths | None = None,
    *,
    stdin: str = "",
    env: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
) -> list[Point]:
    """Run ARGV undisturbed; return its system calls in the order made, those on PATH if it is given.

    SYSCALLS restricts the list to these names. Raises AssertionError if the program failed. For a program
    with threads or children the points do not fit `run_with_fault`, which counts in each for itself.
    """
    named = ",".join(syscalls) or "all"
    faulted = _run(argv, ("-e", f"trace={named}"), path, stdin=stdin, env=env, pass_fds=pass_fds)
    assert faulted.status == 0, f"{argv[0]} ended with {faulted.status}: {faulted.stderr}"
    made: Counter[str] = Counter()
    points: list[Point] = []
    for call in _CALL.findall(faulted.trace):
        made[call] += 1
        points.append(Point(call, made[call]))
    return points


@contextlib.contextmanager
def tmpfs(size: int) -> Iterator[Path]:
    """Mount a file system of SIZE bytes (rounded up to pages) that anyone may write to; yield its folder.

    Needs root, and a machine that lets it mount; skips the test otherwise.
    """
    need_root("mounting a small disk")
    folder = Path(tempfile.mkdtemp(prefix="disk-", dir="/tmp"))
    try:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=1777", "tmpfs", str(folder)]
        done = subprocess.run(mount, capture_output=True, check=False, encoding="utf-8")
        if done.returncode != 0:
            pytest.skip(f"nothing can be mounted on this machine: {done.stderr.strip()}")
        try:
            yield folder
        finally:
            # Lazily: a program under test may have left a descriptor open.
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
    finally:
        folder.rmdir()


@contextlib.contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """Make a mounted DISK (from `tmpfs`) read-only for a while. No file on it may be open for writing."""
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)


def fill(disk: Path, leave: int = 0) -> Path:
    """Fill DISK up to LEAVE bytes (in whole pages) with one file; return that, so that it can be removed."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        free = os.statvfs(disk)
        file.write(bytes(max(0, free.f_bavail * free.f_frsize - leave)))
    return ballast
