"""A second person on the machine: a throw-away user of the system, and a Tacenda that it may run."""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import os
import pwd
import re
import secrets
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.harness import processes
from tests.harness.tools import need_root, need_tool

ROOT = Path(__file__).parents[2]
PACKAGES = ("vault_format", "core", "tui")


class OsUser(NamedTuple):
    """A user of the operating system."""

    name: str
    uid: int
    home: Path


class Installation(NamedTuple):
    """A copy of the checkout and what it imports, in a folder that every user may read."""

    folder: Path
    python: Path
    tacenda: Path


@contextlib.contextmanager
def throwaway_user() -> Iterator[OsUser]:
    """Add a user with a home of its own; end its processes and remove it afterwards. Skips without root.

    It has no password; sshd lets it in by key.
    """
    need_root("adding a user")
    name = f"tacenda-{secrets.token_hex(4)}"
    subprocess.run([need_tool("useradd", "passwd"), "-m", "-s", "/bin/bash", name], check=True, capture_output=True)
    try:
        # "*": no password fits, but the account is not locked, which sshd would refuse.
        subprocess.run([need_tool("usermod", "passwd"), "-p", "*", name], check=True, capture_output=True)
        entry = pwd.getpwnam(name)
        try:
            yield OsUser(name, entry.pw_uid, Path(entry.pw_dir))
        finally:
            processes.end(*processes.owned_by(entry.pw_uid), hard=True)
    finally:
        done = subprocess.run([need_tool("userdel", "passwd"), "-r", "-f", name], capture_output=True, check=False)
        # 12: a mailbox or the home could not be removed, as where there is no mail folder.
        assert done.returncode in {0, 12}, done.stderr


@contextlib.contextmanager
def public_folder() -> Iterator[Path]:
    """Yield an empty folder that every user may enter and read, and only this one may write to.

    A test's own `tmp_path` lies below a folder that is closed to others.
    """
    folder = Path(tempfile.mkdtemp(prefix="public-", dir="/tmp"))
    try:
        folder.chmod(0o755)
        yield folder
    finally:
        shutil.rmtree(folder)


def run_as(
    user: OsUser,
    argv: Sequence[str | os.PathLike[str]],
    *,
    env: Mapping[str, str] | None = None,
    cwd: str | os.PathLike[str] = "/",
    stdin: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run ARGV as USER with the environment that a login has, ENV laid over it; return how it went."""
    runuser = need_tool("runuser", "util-linux")
    login = {
        "HOME": str(user.home),
        "USER": user.name,
        "LOGNAME": user.name,
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        **(env or {}),
    }
    return subprocess.run(
        [runuser, "-u", user.name, "--", *(os.fspath(word) for word in argv)],
        env=login,
        cwd=cwd,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def _open_to_all(path: Path) -> bool:
    """Whether every user may run PATH: each folder on the way may be entered."""
    steps = [path, *path.parents]
    return all(step.stat().st_mode & stat.S_IXOTH for step in steps)


@functools.cache
def public_python() -> Path:
    """Return a Python of the running version that every user may run; skip the test where there is none."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    candidates = [Path(os.path.realpath(sys.executable))]
    candidates += [Path(os.path.realpath(Path(folder, version))) for folder in ("/usr/bin", "/usr/local/bin")]
    for candidate in candidates:
        if candidate.exists() and _open_to_all(candidate):
            return candidate
    pytest.skip(f"no {version} that another user may run (Debian: apt install {version})")


def _needed(name: str, found: dict[str, importlib.metadata.Distribution]) -> None:
    """Add the distribution NAME and what it requires to FOUND; what is not installed is not needed here."""
    if name in found:
        return
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        distribution = importlib.metadata.distribution(name)
        found[name] = distribution
        for requirement in distribution.requires or ():
            if "extra ==" not in requirement:
                match = re.match(r"[\w.-]+", requirement)
                assert match is not None
                _needed(match.group(), found)


def install_for_all(folder: Path) -> Installation:
    """Copy the checkout's packages and what they require to FOLDER, with commands `python` and `tacenda`.

    The checkout and its environment may lie in a folder that is closed to other users.
    """
    python = public_python()
    library = folder / "lib"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, library / package, ignore=shutil.ignore_patterns("__pycache__"))
    needed: dict[str, importlib.metadata.Distribution] = {}
    _needed("tacenda", needed)
    del needed["tacenda"]
    for distribution in needed.values():
        for file in distribution.files or ():
            # Scripts and manual pages lie outside site-packages; byte code is of no use elsewhere.
            if ".." in file.parts or file.suffix == ".pyc":
                continue
            target = library / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(file.locate()), target)
    for path in [library, *library.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    for name, argv in {"python": "", "tacenda": " -c 'from tui.cli.main import main; main()'"}.items():
        command = folder / name
        # -s: nothing from the user's own site-packages. No byte code is written: the folder is not theirs.
        command.write_text(f'#!/bin/sh\nPYTHONPATH={library} exec {python} -s -B{argv} "$@"\n', encoding="utf-8")
        command.chmod(0o755)
    return Installation(folder, folder / "python", folder / "tacenda")
