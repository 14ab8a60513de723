"""Writing settings back: whole or not at all, for their owner's eyes only, what is not known kept."""

from __future__ import annotations

import contextlib
import os
import secrets
from typing import Any

import tomli_w

from core.settings.reading import MAX_BYTES, load
from core.settings.table import Option, Settings, Value
from vault_format.errors import Unavailable, UsageError

HEAD = "# Settings of Tacenda on this machine. The application writes this file; lines like this one are not kept.\n\n"


def save(path: str, option: Option, value: Value) -> Settings:
    """Set OPTION to VALUE in the file at PATH and return what then holds. What others wrote meanwhile stays.

    Raises UsageError for a value out of bounds and for a file that is no TOML, Unavailable if the disk refuses.
    """
    if refusal := option.refusal(value):
        raise UsageError(f"{option.title}: {refusal}.", safe="Nothing was changed.")
    found = load(path)
    if found.written.problem:
        raise UsageError(found.written.problem, safe="It is not written over.", todo="Mend it by hand, then try again.")
    tables: dict[str, Any] = {name: _copied(table) for name, table in found.written.tables.items()}
    section = tables.get(option.section)
    if not isinstance(section, dict):
        section = tables[option.section] = {}
    section[option.name] = value
    _write(path, (HEAD + tomli_w.dumps(tables)).encode())
    return load(path).settings


def _copied(table: object) -> object:
    return dict(table) if isinstance(table, dict) else table


def _write(path: str, data: bytes) -> None:
    """Replace the file at PATH by DATA, mode 0600, in a folder that is made with 0700. Raises Unavailable."""
    if len(data) > MAX_BYTES:
        raise UsageError(f"The settings would be longer than {MAX_BYTES:,} bytes.", safe="Nothing was changed.")
    # a link, as those have who keep such files together, stays one
    target = os.path.realpath(path)
    folder = os.path.dirname(target)  # noqa: PTH120
    beside = f"{target}.{secrets.token_hex(4)}"
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123
                file.write(data)
                file.flush()
                os.fsync(descriptor)
            os.replace(beside, target)  # noqa: PTH105
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(beside)  # noqa: PTH108
            raise
    except OSError as error:
        raise Unavailable(
            f"The settings cannot be written: {error.strerror}.", safe="The file is as it was.",
            todo=f"See to {os.path.basename(path)}, then try again.",  # noqa: PTH119
        ) from error  # fmt: skip
