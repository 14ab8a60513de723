"""Copies of the measured vaults, unlocked: what is measured must not change what is measured next."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.author import PASSPHRASE
from bench.measure import cache_folder
from bench.vaults import Plan, made
from core.session import Door, Session


@dataclass
class Copy:
    """A vault and a state folder of its own, in the cache folder: on the disk that is measured."""

    path: str
    state: str

    def door(self) -> Door:
        return Door(self.path, folder=self.state)

    def unlocked(self) -> Session:
        door = self.door()
        door.wait()
        return door.unlock("owner", PASSPHRASE)


@contextmanager
def copy_of(plan: Plan) -> Iterator[Copy]:
    """A copy of PLAN's vault that this machine has seen before, so that signatures up to here are not checked again."""
    source = made(plan)
    with tempfile.TemporaryDirectory(dir=cache_folder()) as folder:
        path = Path(folder) / "practice.tacenda"
        shutil.copyfile(source, path)
        copy = Copy(str(path), str(Path(folder) / "state"))
        copy.unlocked().lock()
        yield copy
