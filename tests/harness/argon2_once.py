"""Argon2id computed once a run, however often the same passphrase is asked of the same slot.

The tests do so thousands of times, at a sixth of a second each. What comes out is Argon2id's own: a process of the
tests, or a command that they start, finds in a folder of the run what another has computed. How long it takes is
measured each time.
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import argon2.low_level

FOLDER = "TACENDA_TESTS_ARGON2"
"""The environment variable with the folder of the run."""
_MEASURED = b"calibration"


def _kept(compute: Callable[..., bytes], folder: Path) -> Callable[..., bytes]:
    @functools.lru_cache(maxsize=4096)
    def found(secret: bytes, *cost: Any, **more: Any) -> bytes:  # noqa: ANN401  handed on as they are
        name = hashlib.sha256(repr((secret, cost, sorted(more.items()))).encode()).hexdigest()
        place = folder / name
        try:
            return place.read_bytes()
        except OSError:
            tag = compute(secret, *cost, **more)
        part = folder / f"{name}.{os.getpid()}"
        try:
            part.write_bytes(tag)
            part.replace(place)
        except OSError:  # a test that fills the disk, or lets nothing be written
            part.unlink(missing_ok=True)
        return tag

    @functools.wraps(compute)
    def once(secret: bytes, *cost: Any, **more: Any) -> bytes:  # noqa: ANN401  handed on as they are
        return (compute if secret == _MEASURED else found)(secret, *cost, **more)

    return once


def install() -> None:
    """Let this process compute each tag once; those of other processes only where FOLDER says where they are."""
    folder = os.environ.get(FOLDER)
    if folder:
        argon2.low_level.hash_secret_raw = _kept(argon2.low_level.hash_secret_raw, Path(folder))


def begin() -> None:
    """Make the folder of this run, unless the process that started this one has; install."""
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="tacenda-argon2-")
        atexit.register(shutil.rmtree, os.environ[FOLDER], ignore_errors=True)
    install()
