"""What is made of a broken vault: a copy that nobody writes to, a copy that is mended, the findings as text."""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.carry_on.at_break import AtBreak, as_lines
from core.session import DoorFacts
from vault_format import machine
from vault_format.errors import NoSpace, TacendaError, Unavailable
from vault_format.upkeep.repair import Repair, repaired_copy

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A copy: where it is, its size in bytes, its SHA-256 in hex."""

    path: str
    size: int
    digest: str


def _digest(path: str) -> tuple[int, str]:
    hashing, size = hashlib.sha256(), 0
    with Path(path).open("rb") as file:
        while chunk := file.read(_CHUNK):
            hashing.update(chunk)
            size += len(chunk)
    return size, hashing.hexdigest()


def _new_name(path: str, suffix: str) -> tuple[str, int]:
    """Make a file beside PATH that was not there; return its name and descriptor."""
    stamp = f"{datetime.now().astimezone():%Y-%m-%d-%H%M%S}"
    for number in range(100):
        name = f"{path}.{stamp}{f'-{number}' if number else ''}{suffix}"
        with contextlib.suppress(FileExistsError):
            return name, os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    raise Unavailable("There are too many copies beside the vault.", todo="Move some of them away.")


def _said(error: OSError, what: str) -> TacendaError:
    reason = (error.strerror or "the system refused it").lower()
    return NoSpace(f"{what} could not be written: {reason}.", safe="The vault was not touched.",
                   todo="Make room, or copy it to another disk by hand.")  # fmt: skip


def keep(path: str) -> Kept:
    """Copy the vault at PATH beside itself, compare the copy, and make it read-only.

    Raises NoSpace or Unavailable; a copy that is not complete is removed then.
    """
    try:
        name, descriptor = _new_name(path, ".evidence")
    except OSError as error:
        raise _said(error, "The copy") from None
    try:
        hashing, size = hashlib.sha256(), 0
        with Path(path).open("rb") as source, os.fdopen(descriptor, "wb") as copy:
            while chunk := source.read(_CHUNK):
                hashing.update(chunk)
                copy.write(chunk)
                size += len(chunk)
            copy.flush()
            machine.sync_data(copy.fileno())
        Path(name).chmod(0o400)
        machine.sync_folder(str(Path(name).absolute().parent))
        if _digest(name) != (size, hashing.hexdigest()):
            raise Unavailable("The copy is not the same as the file.", safe="The vault was not touched.",
                              todo="Copy it to another disk by hand.")  # fmt: skip
    except OSError as error:
        with contextlib.suppress(OSError):
            Path(name).unlink(missing_ok=True)
        raise _said(error, "The copy") from None
    except TacendaError:
        Path(name).unlink(missing_ok=True)
        raise
    return Kept(name, size, hashing.hexdigest())


@dataclass(frozen=True, slots=True)
class Mended:
    """A copy with one change: where it is, and whether it verifies whole."""

    path: str
    whole: bool


def mend(path: str, repair: Repair, now: int) -> Mended:
    """Write a copy of the vault at PATH beside it, with REPAIR made in it, and verify that; NOW in UTC milliseconds.

    PATH itself is only read. Raises NoSpace; a copy that is not complete is removed then.
    """
    stamp = f"{datetime.now().astimezone():%Y-%m-%d-%H%M%S}"
    stem, dot, suffix = path.rpartition(".tacenda")
    for number in range(100):
        name = f"{stem if dot else path}.mended-{stamp}{f'-{number}' if number else ''}{dot}{suffix if dot else ''}"
        if os.path.lexists(name):
            continue
        try:
            return Mended(name, repaired_copy(path, name, repair, now))
        except OSError as error:
            with contextlib.suppress(OSError):
                Path(name).unlink(missing_ok=True)
            raise _said(error, "The copy") from None
    raise Unavailable("There are too many copies beside the vault.", todo="Move some of them away.")


def write_out(path: str, facts: DoorFacts, at: AtBreak | None = None) -> str:
    """Write what was found to a text file beside the vault; return its name. Raises NoSpace.

    AT is what stands at the first finding and what was expected there.
    """
    size, digest = _digest(path)
    lines = [
        f"file       {Path(path).name}", f"size       {size:,} bytes", f"sha-256    {digest}",
        f"vault      {facts.vault_id}", f"records    {facts.records:,}", f"head       {facts.head}",
        f"findings   {facts.finding_count:,}", "",
        *(f"record {finding.seq:,}  {finding.kind}  {finding.detail}" for finding in facts.findings),
        *(("", "at the first of them", *as_lines(at)) if at is not None else ()),
        *(f"notice at {notice.seq:,}  {notice.kind}  {notice.detail}" for notice in facts.notices),
    ]  # fmt: skip
    try:
        name, descriptor = _new_name(path, ".finding.txt")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    except OSError as error:
        raise _said(error, "The finding") from None
    return name
