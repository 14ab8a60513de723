"""Records of the trail as a file for other programs, readable by its owner alone."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from core.audit.export import FORMS, Source
from core.audit.trail import Trail
from vault_format import machine
from vault_format.errors import NoSpace, Unavailable, UsageError

_TOGETHER = 2_000


def write_new(path: str, chunks: Callable[[], Sequence[str] | None]) -> None:
    """Write a file that was not there, mode 0600, from what CHUNKS gives until None; on the disk when this returns.

    Raises UsageError if the file is there, Unavailable or NoSpace if it cannot be written; nothing is left then.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise UsageError(f"{path} is there already.", safe="It was not touched.", todo="Choose another name.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no file can be called that"
        raise Unavailable(f"{path} could not be written: {reason}.", todo="Choose another place.") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            while (chunk := chunks()) is not None:
                file.writelines(chunk)
            file.flush()
            machine.sync_data(file.fileno())
    except BaseException as error:
        with contextlib.suppress(OSError):
            Path(path).unlink()
        if isinstance(error, OSError):
            raise NoSpace(f"{path} could not be written: {error.strerror}.", safe="What was begun of it is gone.",
                          todo="Make room, or choose another disk.") from None  # fmt: skip
        raise


def write_text(path: str, text: str) -> None:
    """Write TEXT to a file that was not there, mode 0600. Raises what write_new raises."""
    left = [text]
    write_new(str(Path(path).expanduser()), lambda: [left.pop()] if left else None)


def write_trail(path: str, form: str, trail: Trail, sequences: Sequence[int], source: Source) -> int:
    """Write the records SEQUENCES of TRAIL in FORM, one of FORMS; return how many. Raises what write_new raises."""
    lines = iter(FORMS[form]((trail.row(seq) for seq in sequences), source))

    def chunk() -> list[str] | None:
        # a terminal that prints the file is told nothing by it, as with the command
        found = [line.replace("\x1b", "?") + "\n" for line in islice(lines, _TOGETHER)]
        return found or None

    write_new(str(Path(path).expanduser()), chunk)
    return len(sequences)
