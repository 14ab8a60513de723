"""Whole verification of one file, with no key (docs/FORMAT.md, sections 2 to 5 and 12)."""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vault_format import machine
from vault_format.authority.members import continues_message
from vault_format.authority.replay import finish
from vault_format.crypto import signing
from vault_format.errors import NotAVault, ReadOnly
from vault_format.frames import layout
from vault_format.frames.scan import Batch, FrameReader
from vault_format.frames.tail import Read, Tail, settled
from vault_format.verification.findings import Report, Verdict
from vault_format.verification.forked import WORTH_FORKING, ForkedChecks, may_fork
from vault_format.verification.signatures import SignatureChecks
from vault_format.verification.walk import Walk

Listener = Callable[[Batch], None]


@dataclass(frozen=True, slots=True)
class Pinned:
    """What a machine remembers of a vault: its id, and the hash of the record at a sequence."""

    vault_id: bytes
    sequence: int
    head: bytes


def open_for_reading(path: str) -> int:
    """Return a read-only descriptor of the regular file at PATH.

    Raises NotAVault if there is none, or it is a folder, a pipe or a device; ReadOnly if it may not be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | machine.PLAIN | machine.NO_WAIT)
    except FileNotFoundError:
        raise NotAVault(
            f"There is no file {path}.", todo="Check the name, or make a vault with `tacenda new`."
        ) from None
    except PermissionError:
        raise ReadOnly(f"{path} may not be read by this user.", todo="Ask whoever keeps the file.") from None
    except OSError as error:
        raise NotAVault(f"{path} cannot be opened: {error.strerror}.", todo="Check the name.") from None
    except ValueError:
        raise NotAVault("This name holds a character that no file name has.", todo="Check the name.") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotAVault(f"{path} is not a file.", todo="Name the vault file itself.")
    return descriptor


def reader_of(descriptor: int) -> Read:
    """Return a function that gives up to LENGTH bytes at OFFSET of an open file."""

    def read(offset: int, length: int) -> bytes:
        return machine.read_at(descriptor, length, offset)

    return read


def read_preamble(read: Read, path: str) -> tuple[bytes, str]:
    """Return the preamble and what is wrong with it (empty: nothing; `newer`: bound by a genesis as read).

    Raises NotAVault if no vault stands there.
    """
    start = read(0, layout.PREAMBLE_SIZE + layout.BARE_SIZE)
    preamble, genesis = start[: layout.PREAMBLE_SIZE], start[layout.PREAMBLE_SIZE :]
    if preamble == layout.PREAMBLE:
        return preamble, ""
    begins = len(genesis) == layout.BARE_SIZE and genesis[:4] == layout.MAGIC and genesis[6:8] == b"\x01\0"
    if len(preamble) < layout.PREAMBLE_SIZE or (preamble[:8] != layout.VAULT_MAGIC and not begins):
        raise NotAVault(f"{path} is not a Tacenda vault.", safe="Nothing was changed.", todo="Check the name.")
    _, version, _, _ = struct.unpack("<8sHHI", preamble)
    bound = begins and genesis[112:144] == layout.preamble_hash(preamble)
    if preamble[:8] == layout.VAULT_MAGIC and version and bound:
        return preamble, "newer"
    return preamble, "the first 16 bytes are not those this vault was made with"


def missing_parts(batches: Iterator[Batch], walk: Walk) -> Iterator[tuple[int, int]]:
    """Yield (part number, sequence of its record) for each part that is missing unlawfully.

    BATCHES begins at the first record; it is only read if a part is missing.
    """
    missing = list(walk.state.parts.missing())
    if not missing:
        return
    wanted = iter(missing)
    part = next(wanted, None)
    first = 0
    for batch in batches:
        for _, _, fields, parts in batch.items:
            first += len(parts.spans) if parts else 0
            while part is not None and part < first:
                yield part, fields[2]
                part = next(wanted, None)


def walk_file(
    descriptor: int, walk: Walk, listener: Listener | None = None, cancelled: Callable[[], bool] | None = None
) -> str:
    """Feed WALK from its offset to the end of the file. Returns what is wrong with the frame there, if known."""
    reader = FrameReader(descriptor, walk.offset)
    for batch in reader.batches():
        accepted = walk.feed(batch)
        if listener is not None and accepted.items:
            listener(accepted)
        if walk.ended or (cancelled is not None and cancelled()):
            return ""
    return reader.problem


def judge_tail(walk: Walk, tail: Tail, problem: str) -> None:
    """Report what stands behind the walk: a torn tail is a notice, damage a finding that ends the walk."""
    if tail.length and tail.case is None:
        walk.ended = True
        walk.report.find(walk.count, "format", problem or "a record that says it is longer than the file")
    elif tail.length:
        walk.report.note(walk.count, "torn", f"{tail.length} bytes of an unfinished record")


def _walk_to_end(descriptor: int, walk: Walk, listener: Listener | None, now: int) -> int:
    """Feed WALK the whole file and judge what stands behind it. Returns the number of bytes set aside."""
    problem = ""
    read = reader_of(descriptor)

    def catch_up() -> None:
        nonlocal problem
        problem = walk_file(descriptor, walk, listener)

    tail = settled(walk, read, lambda: os.fstat(descriptor).st_size, catch_up)
    judge_tail(walk, tail, problem)
    if walk.ended:
        return 0
    end = walk.offset + tail.length
    walk.cut_flood(now, read)
    return end - walk.offset


def check_pin(report: Report, walk: Walk, pin: Pinned) -> None:
    """Compare the file with what was seen before; a difference is a finding `pin`."""
    if pin.vault_id != walk.state.vault_id:
        report.find(0, "pin", "another vault stands where this machine knew one")
    elif walk.count <= pin.sequence:
        report.find(walk.count, "pin", f"the file ends before record {pin.sequence}, which this machine has seen")
    elif walk.hashes.get(pin.sequence) != pin.head:
        report.find(pin.sequence, "pin", "another history than the one this machine has seen")


def check_continues(walk: Walk) -> None:
    """Say that an earlier vault is carried on, and whether an owner of that vault signed it."""
    continues = walk.state.continues
    if continues is not None:
        message = continues_message(walk.state.birth, continues)
        proven = signing.holds(continues.proof, message, continues.key)
        walk.report.note(
            0, "continues",
            f"continues {continues.vault.hex()}; history before this only in that file"
            + ("" if proven else " (unproven)"),
        )  # fmt: skip


def _checks(size: int) -> SignatureChecks | ForkedChecks:
    return ForkedChecks() if size >= WORTH_FORKING and may_fork() else SignatureChecks()


def verify(
    path: str, now: int, *, pin: Pinned | None = None, listener: Listener | None = None, signatures: bool = True
) -> Verdict:
    """Verify the vault at PATH from its first byte to its last.

    NOW is the time in UTC milliseconds. LISTENER sees every accepted batch. SIGNATURES is off in benchmarks only.
    A large file's signatures are checked in processes if this program has a single thread, else in threads.
    Raises NotAVault, ReadOnly or OSError; whatever is wrong inside a vault is a finding.
    """
    descriptor = open_for_reading(path)
    try:
        return verify_open(descriptor, path, now, pin=pin, listener=listener, signatures=signatures)
    finally:
        os.close(descriptor)


def verify_open(
    descriptor: int, path: str, now: int, *, pin: Pinned | None = None, listener: Listener | None = None,
    signatures: bool = True,
) -> Verdict:  # fmt: skip
    """Verify the open file DESCRIPTOR, which PATH names in what is said. Otherwise as `verify`."""
    preamble, problem = read_preamble(reader_of(descriptor), path)
    if problem == "newer":
        report = Report()
        report.note(0, "newer", "made by a newer Tacenda")
        return _verdict(path, report, Walk(preamble), 0)
    if problem:
        report = Report()
        report.find(0, "format", problem)
        return _verdict(path, report, Walk(preamble), 0)
    checks = _checks(os.fstat(descriptor).st_size) if signatures else None
    walk = Walk(preamble, checks.add if checks else None)
    if pin is not None:
        walk.watched = frozenset({pin.sequence})
    try:
        set_aside = _walk_to_end(descriptor, walk, listener, now)
    except BaseException:
        if checks is not None:
            checks.abandon()
        raise
    if checks is not None:
        for seq in checks.finish(walk.state.vault_id):
            walk.report.find(seq, "signature", "the signature does not hold under the member's key")
    if walk.count == 0 and not walk.report.finding_count:
        walk.report.find(0, "format", "no first record")
    if not walk.ended and not walk.replay.newer:
        batches = FrameReader(descriptor, layout.PREAMBLE_SIZE).batches()
        finish(walk.state, walk.report, missing_parts(batches, walk))
    check_continues(walk)
    if pin is not None:
        check_pin(walk.report, walk, pin)
    return _verdict(path, walk.report, walk, set_aside)


def _verdict(path: str, report: Report, walk: Walk, set_aside: int) -> Verdict:
    return Verdict(
        path=path, vault_id=walk.state.vault_id, records=walk.count, head=walk.head if walk.count else b"",
        unattested=walk.replay.unattested, findings=tuple(sorted(report.findings)),
        notices=tuple(sorted(report.notices)), finding_count=report.finding_count, end=walk.offset,
        set_aside=set_aside,
    )  # fmt: skip
