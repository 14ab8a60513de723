"""What sessions left in their journals: found without a key, opened after the record that says so, cleared away."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from core.drafts.shape import DraftKind, Sealed, SealedClient, SealedDraft
from core.drafts.slot import (
    ABOUT,
    FLAGS,
    GROWING,
    HEAD,
    LARGEST_SIZE,
    MAGIC,
    SLOT_HEAD,
    SUFFIX,
    VERSION,
    WIPED,
    About,
    associated,
    folder_of,
    hashing_of,
    stands_at,
)  # fmt: skip
from core.keyring import Keyring
from core.keys import derive
from vault_format import bounds, machine
from vault_format.crypto import padding
from vault_format.crypto.sealing import NONCE_SIZE, TAG_SIZE, CannotOpen, open_sealed
from vault_format.encoding import NotCanonical, decode, decoder

_DECODERS: dict[DraftKind, msgspec.msgpack.Decoder[Any]] = {
    DraftKind.NOTE: decoder(SealedDraft), DraftKind.CLIENT: decoder(SealedClient),
}  # fmt: skip
_KINDS = {0: frozenset({DraftKind.NOTE}), VERSION: frozenset(DraftKind)}
"""What slots may hold drafts of, by the journal's version."""
_BLOCK = 1024 * 1024


class _NoJournal(Exception):
    """These bytes are no journal, or one of a version that is not known here."""


class Kept(NamedTuple):
    """A slot whose bytes are whole: which journal, what it is about, where in it the sealed bytes begin.

    Nothing of it was decrypted, and nothing is held: a few hundred bytes of sparse file may claim many megabytes.
    """

    path: Path
    about: About
    offset: int

    def sealed(self) -> bytes:
        """Return what is sealed, as it stands there now. Raises OSError."""
        descriptor = _open_file(self.path)
        try:
            return machine.read_at(descriptor, self.about.length, self.offset)
        finally:
            os.close(descriptor)


def journals(state_folder: str, keyring: Keyring) -> list[Path]:
    """Return this member's journals for this vault, oldest first."""
    return _files(state_folder, keyring, SUFFIX)


def _files(state_folder: str, keyring: Keyring, suffix: str) -> list[Path]:
    found = []
    with contextlib.suppress(OSError):
        for path in folder_of(state_folder, keyring).glob(f"*{suffix}"):
            # another session may remove it meanwhile
            with contextlib.suppress(OSError):
                found.append((path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(found)]


@contextmanager
def _unused(path: Path) -> Iterator[int | None]:
    """Yield a descriptor of the journal at PATH with its lock held, None where a session has it or none can say."""
    try:
        descriptor = os.open(path, FLAGS)
    except OSError:
        yield None
        return
    try:
        try:
            free = machine.try_lock(descriptor)
        except OSError:
            free = False
        yield descriptor if free and stands_at(descriptor, path) else None
    finally:
        os.close(descriptor)


def in_use(path: Path) -> bool:
    """Whether a session that is still open writes in this journal."""
    try:
        descriptor = os.open(path, FLAGS)
    except OSError:
        return False
    try:
        return not machine.try_lock(descriptor)
    except OSError:
        return False
    finally:
        os.close(descriptor)


def clear_emptied(state_folder: str, keyring: Keyring) -> None:
    """Remove this member's journals that hold nothing and that no session has open.

    The lock is held while one is judged and removed, and whoever makes a journal takes its lock before it counts. Where
    locks cannot be had nothing is removed; a journal that is gone all the same is made again by its session.
    """
    for path in journals(state_folder, keyring):
        with _unused(path) as descriptor, contextlib.suppress(OSError, struct.error, _NoJournal):
            if descriptor is not None and _holds_nothing(descriptor):
                path.unlink()
    for path in _files(state_folder, keyring, GROWING):
        # only a copy of what the journal beside it holds, which would have taken its name
        with _unused(path) as descriptor, contextlib.suppress(OSError):
            if descriptor is not None:
                path.unlink()


def _front(head: bytes) -> tuple[int, int]:
    """Return version and size of a slot of the journal that begins with HEAD. Raises _NoJournal and struct.error."""
    magic, version, size, _ = HEAD.unpack(head)
    if magic != MAGIC or version not in _KINDS or not SLOT_HEAD < size <= LARGEST_SIZE:
        raise _NoJournal
    return version, size


def _holds_nothing(descriptor: int) -> bool:
    _, size = _front(os.pread(descriptor, HEAD.size, 0))
    return all(os.pread(descriptor, WIPED, HEAD.size + size * slot) == bytes(WIPED) for slot in (0, 1))


def _open_file(path: Path) -> int:
    """Return a descriptor to read the file at PATH. Raises OSError for a link, a pipe or anything else."""
    descriptor = os.open(path, os.O_RDONLY | machine.PLAIN | machine.NO_LINK | machine.NO_WAIT)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    return descriptor


def find_kept(path: Path) -> list[Kept]:
    """Return the slots of a journal that are whole, the newest first, without decrypting anything."""
    found: list[Kept] = []
    try:
        descriptor = _open_file(path)
    except OSError:
        return found
    try:
        version, size = _front(machine.read_at(descriptor, HEAD.size, 0))
        slots = [_find_slot(path, descriptor, HEAD.size + size * slot, size, _KINDS[version]) for slot in (0, 1)]
        found = [kept for kept in slots if kept is not None]
    except (OSError, struct.error, _NoJournal):
        return []
    finally:
        os.close(descriptor)
    return sorted(found, key=lambda kept: kept.about.counter, reverse=True)


def _find_slot(path: Path, descriptor: int, start: int, size: int, known: frozenset[int]) -> Kept | None:
    head = machine.read_at(descriptor, SLOT_HEAD, start)
    if len(head) < SLOT_HEAD:
        return None
    about = About(*ABOUT.unpack_from(head))
    if about.kind not in known:
        return None
    if not NONCE_SIZE + TAG_SIZE < about.length <= size - SLOT_HEAD or about.time > bounds.MAX_TIME:
        return None
    hashing = hashing_of(head[: ABOUT.size])
    at, end = start + SLOT_HEAD, start + SLOT_HEAD + about.length
    while at < end:
        block = machine.read_at(descriptor, min(_BLOCK, end - at), at)
        if not block:
            return None
        hashing.update(block)
        at += len(block)
    return Kept(path, about, start + SLOT_HEAD) if hashing.digest() == head[ABOUT.size :] else None


def open_kept(kept: Kept, keyring: Keyring) -> Sealed | None:
    """Return the draft in a slot, of the kind that stands in front of it; None if none of the member's keys opens it.

    Only after the record that says so.
    """
    about = kept.about
    packed = ABOUT.pack(*about)
    for known, key in keyring.bundle.drafts:
        if known == about.number:
            using = derive.draft_key(key, keyring.birth, keyring.enrolment)
            try:
                plain = open_sealed(using, kept.sealed(), associated(keyring, packed))
                return read_sealed(about.kind, padding.unpad(plain))
            except (OSError, CannotOpen, padding.BadPadding, NotCanonical):
                return None
    return None


def read_sealed(kind: int, plain: bytes) -> Sealed:
    """Return what was sealed of a draft of KIND. Raises NotCanonical."""
    said: Sealed = decode(plain, _DECODERS[DraftKind(kind)])
    return said
