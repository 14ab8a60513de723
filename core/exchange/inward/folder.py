"""Finding files, and reading them with a bound. Nothing is read before all was counted and measured.

Links, devices, pipes and sockets are refused, wherever they stand; a file that changed between being measured and
being read is refused too.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field

from core.exchange.inward.incoming import Left
from vault_format import bounds, machine
from vault_format.errors import UsageError

TEXTS = frozenset({".md", ".markdown", ".txt", ".text"})
TABLES = frozenset({".csv", ".json"})
MAX_SEEN = 50_000
"""Names in a folder and those below it."""
MAX_FILES = 10_000
MAX_DEPTH = 8
MAX_TEXT = bounds.MAX_TEXT + 65_536
"""Bytes of a text file: a note and its head."""
MAX_TABLE = 32 * 1024 * 1024
MAX_TOTAL = 128 * 1024 * 1024
"""Bytes of all files together: they are held in memory until they are written."""
_UNREAD = "Nothing was read."


@dataclass(frozen=True, slots=True)
class File:
    """A regular file: its path, its name as shown, its size in bytes and what tells it from others."""

    path: str
    name: str
    size: int
    key: tuple[int, int, int]


@dataclass(slots=True)
class Listing:
    """What stands at a path: files to read, what is refused and what is passed over; whether it is one table."""

    files: list[File] = field(default_factory=list)
    refused: list[Left] = field(default_factory=list)
    passed: list[Left] = field(default_factory=list)
    table: bool = False


def find(path: str, stopped: Callable[[], bool] = lambda: False) -> Listing:
    """Return what stands at PATH, a folder or one file. Raises UsageError for what is over a bound, or nothing."""
    try:
        status = os.lstat(path)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {_reason(error)}.", safe=_UNREAD) from None
    listing = Listing()
    if stat.S_ISDIR(status.st_mode):
        _walk(path, listing, stopped)
    elif stat.S_ISREG(status.st_mode):
        ending = _ending(path)
        if ending not in TEXTS | TABLES:
            raise UsageError(
                f"{os.path.basename(path)} is no file that can be imported.", safe=_UNREAD,  # noqa: PTH119
                todo="Name a folder, or a file that ends in .md, .txt, .csv or .json.",
            )  # fmt: skip
        listing.table = ending in TABLES
        _take(path, os.path.basename(path), status, listing)  # noqa: PTH119
    else:
        raise UsageError(f"{path} is {_sort(status.st_mode)}.", safe=_UNREAD, todo="Name the folder or file itself.")
    total = sum(file.size for file in listing.files)
    if total > MAX_TOTAL:
        raise UsageError(
            f"These files are {total / 1e6:,.0f} MB; {MAX_TOTAL // 2**20} MiB at once is the most.", safe=_UNREAD,
            todo="Import them in parts.",
        )  # fmt: skip
    return listing


def _walk(top: str, listing: Listing, stopped: Callable[[], bool]) -> None:
    waiting, seen = [(top, "", 1)], 0
    while waiting and not stopped():
        folder, shown, depth = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                names = []
                for entry in entries:
                    seen += 1
                    if seen > MAX_SEEN:
                        raise UsageError(f"There are more than {MAX_SEEN:,} names in it.", safe=_UNREAD,
                                         todo="Import it in parts.")  # fmt: skip
                    names.append(entry.name)
        except OSError as error:
            listing.refused.append(Left(shown or top, f"the folder cannot be read: {_reason(error)}"))
            continue
        for name in sorted(names):
            _look(os.path.join(folder, name), f"{shown}{name}", depth, listing, waiting)  # noqa: PTH118
    listing.files.sort(key=lambda file: file.name)


def _look(path: str, name: str, depth: int, listing: Listing, waiting: list[tuple[str, str, int]]) -> None:
    if os.path.basename(path).startswith("."):  # noqa: PTH119
        listing.passed.append(Left(name, "hidden"))
        return
    try:
        status = os.lstat(path)
    except OSError as error:
        listing.refused.append(Left(name, _reason(error)))
        return
    if stat.S_ISDIR(status.st_mode):
        if depth >= MAX_DEPTH:
            listing.refused.append(Left(name, f"more than {MAX_DEPTH} folders deep"))
        else:
            waiting.append((path, f"{name}/", depth + 1))
    elif not stat.S_ISREG(status.st_mode):
        listing.refused.append(Left(name, _sort(status.st_mode)))
    elif _ending(name) not in TEXTS:
        listing.passed.append(Left(name, "neither Markdown nor text"))
    else:
        _take(path, name, status, listing)


def _take(path: str, name: str, status: os.stat_result, listing: Listing) -> None:
    limit = MAX_TABLE if listing.table else MAX_TEXT
    if status.st_size > limit:
        why = f"{status.st_size / 1e6:,.1f} MB is too large, {limit // 2**20} MiB the most"
        listing.refused.append(Left(name, why))
        return
    if len(listing.files) >= MAX_FILES:
        raise UsageError(f"There are more than {MAX_FILES:,} files in it.", safe=_UNREAD, todo="Import it in parts.")
    listing.files.append(File(path, name, status.st_size, _key(status)))


def read(file: File) -> str:
    """Return what stands in FILE, line ends as line feeds. Raises UsageError, whose sentence says why it is refused."""
    try:
        descriptor = os.open(file.path, os.O_RDONLY | machine.PLAIN | machine.NO_LINK | machine.NO_WAIT)
        try:
            if _key(os.fstat(descriptor)) != file.key:
                raise UsageError("it changed while it was looked at")
            data = b""
            while len(data) <= file.size and (block := os.read(descriptor, file.size + 1 - len(data))):
                data += block
        finally:
            os.close(descriptor)
    except OSError as error:
        raise UsageError(_reason(error)) from None
    if len(data) != file.size:
        raise UsageError("it changed while it was read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"it is no UTF-8 at byte {error.start:,}") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _key(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_dev, status.st_ino, stat.S_IFMT(status.st_mode)


def _ending(name: str) -> str:
    return os.path.splitext(name)[1].lower()  # noqa: PTH122


def _sort(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a link"
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"


def _reason(error: OSError | ValueError) -> str:
    said = error.strerror if isinstance(error, OSError) else ""
    return (said or "the system refused it").lower()
