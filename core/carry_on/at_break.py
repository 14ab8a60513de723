"""What stands where a vault is broken, and what was expected there: read from the file again, without a key."""

from __future__ import annotations

import os
from dataclasses import dataclass

from core.audit.columns import Shape
from core.audit.page import key_of
from core.audit.trail import about, what_words
from core.moments import moment
from core.session.opened import OpenVault
from vault_format import machine
from vault_format.crypto import signing
from vault_format.errors import TacendaError
from vault_format.frames import layout
from vault_format.ledger import Ledger
from vault_format.verification.findings import Finding
from vault_format.verification.verify import open_for_reading


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: in words, and as hex digits (empty where there are none)."""

    words: str
    digits: str = ""


@dataclass(frozen=True, slots=True)
class AtBreak:
    """`stands` and `expected` at a finding, what the signatures on both sides say, and whose record it says it is.

    `what`, `member` and `about` are what the record there claims, `time` when (UTC ms); `before` is the time of the
    record before it (0: there is none). `signatures` and `what` are empty where nothing can be said.
    """

    stands: Side
    expected: Side
    signatures: str = ""
    what: str = ""
    member: str = ""
    about: str = ""
    time: int = 0
    before: int = 0


def look_at(vault: OpenVault, finding: Finding) -> AtBreak | None:
    """Return what stands at FINDING of VAULT; None where the file cannot be read there any more."""
    try:
        descriptor = open_for_reading(vault.path)
    except TacendaError:
        return None
    try:
        return _look(vault, finding, descriptor)
    except (OSError, LookupError, TacendaError):
        return None
    finally:
        os.close(descriptor)


def _look(vault: OpenVault, finding: Finding, descriptor: int) -> AtBreak | None:
    ledger, seq = vault.ledger, finding.seq
    if finding.kind == "pin":
        return _against_pin(vault)
    offset = ledger.offsets[seq] if seq < ledger.count else ledger.walk.offset
    raw = machine.read_at(descriptor, layout.BARE_SIZE, offset)
    before = vault.columns.times[seq - 1] if 0 < seq <= len(vault.columns) else 0
    if len(raw) < layout.BARE_SIZE or not raw.startswith(layout.MAGIC):
        stands = Side(f"{len(raw):,} bytes that begin with" if raw else "nothing: the file ends there", raw[:8].hex())
        expected = Side("a record, which begins with", layout.MAGIC.hex())
        return AtBreak(stands, expected, before=before)
    header = layout.unpack_header(raw)
    shape = Shape(
        header.version, header.outcome, header.action, header.epoch, header.member, header.generation, header.kind,
        header.note_class, header.flags, header.zero, header.parts,
    )  # fmt: skip
    stands, expected = _sides(ledger, finding, raw, header)
    return AtBreak(
        stands, expected, _signatures(ledger, seq, raw, header), what_words(shape), _name(ledger, header),
        about(header.client, header.entity, header.kind), header.time, before,
    )  # fmt: skip


def _sides(ledger: Ledger, finding: Finding, raw: bytes, header: layout.Header) -> tuple[Side, Side]:
    seq = finding.seq
    if finding.kind == "chain":
        head = ledger.head
        if header.prev != head:
            words = f"record {header.sequence:,} says it follows" if header.sequence != seq else "it says it follows"
            return Side(words, header.prev.hex()), Side(f"the hash of record {seq - 1:,}", head.hex())
        return Side(f"a record that calls itself {header.sequence:,}"), Side(f"record {seq:,}")
    if finding.kind == "signature":
        key = key_of(ledger, header.member, header.generation)
        by = f"one by {_name(ledger, header)}'s key {header.generation}"
        expected = Side(f"{by}, registered in record {key[1]:,}", key[0].hex()) if key else Side(by)
        return Side("a signature that does not hold", raw[layout.HEADER_SIZE :].hex()), expected
    if finding.kind == "payload":
        return _payload(ledger, seq)
    if finding.kind == "authority":
        return Side(finding.detail), Side("an act that this member may do, in a session of theirs, at this point")
    return Side(finding.detail), Side("what a version of Tacenda writes")


def _payload(ledger: Ledger, seq: int) -> tuple[Side, Side]:
    record = ledger.record(seq)
    for position, (row, part) in enumerate(zip(record.rows, record.parts, strict=True)):
        if part is not None and layout.part_digest(part) != row.digest:
            stands = Side(f"part {position}, {len(part):,} bytes, of the hash", layout.part_digest(part).hex())
            return stands, Side("the hash that was signed", row.digest.hex())
    return Side("a part or a table that is not there, or not what was signed"), Side("what was signed")


def _against_pin(vault: OpenVault) -> AtBreak:
    pin, ledger = vault.seen_before, vault.ledger
    if pin is None or pin.vault_id != ledger.state.vault_id:
        known = pin.vault_id.hex() if pin is not None else ""
        return AtBreak(Side("the vault", ledger.state.vault_id.hex()), Side("the vault that was known here", known))
    expected = Side(f"record {pin.sequence:,}, of the hash", pin.head.hex())
    if pin.sequence >= ledger.count:
        last = vault.columns.times[-1] if len(vault.columns) else 0
        ends = Side(f"the file ends after record {ledger.count - 1:,}", ledger.head.hex())
        return AtBreak(ends, expected, before=last)
    there = ledger.record(pin.sequence)
    digest = layout.record_hash(there.header.pack() + there.signature).hex()
    return AtBreak(Side(f"record {pin.sequence:,}, of the hash", digest), expected, time=there.header.time)


def as_lines(at: AtBreak) -> list[str]:
    """Return the comparison as lines of a text file."""
    said = [("stands", at.stands), ("expected", at.expected)]
    lines = [f"{name:<10} {side.words} {side.digits}".rstrip() for name, side in said]
    if at.signatures:
        lines.append(f"signatures {at.signatures}")
    if at.what:
        claims = (f"{moment(at.time):%Y-%m-%d %H:%M:%S} UTC", at.member, at.what, at.about)
        lines.append(f"it claims  {', '.join(each for each in claims if each)}")
    return lines


def _name(ledger: Ledger, header: layout.Header) -> str:
    member = ledger.state.members.get(header.member)
    return (member.name if member else f"member {header.member}") if header.generation else "nobody"


def _signatures(ledger: Ledger, seq: int, raw: bytes, header: layout.Header) -> str:
    """Return whether the record at the break, and the one before it, bear the signatures of their members."""
    here = _holds(ledger, raw, header, seq)
    if not seq:
        return "" if here is None else f"this record's {'holds' if here else 'does not hold'}"
    record = ledger.record(seq - 1)
    prior = _holds(ledger, record.header.pack() + record.signature, record.header, seq - 1)
    if here and prior:
        return "both hold: so this is not a bad disk"
    words = {True: "holds", False: "does not hold", None: "is none, or under a key that is not known here"}
    return f"this record's {words[here]}; that of the one before {words[prior]}"


def _holds(ledger: Ledger, raw: bytes, header: layout.Header, seq: int) -> bool | None:
    key = key_of(ledger, header.member, header.generation) if header.generation else None
    if key is None:
        return None
    vault_id = ledger.state.vault_id if seq else layout.ZERO32
    return signing.holds(raw[layout.HEADER_SIZE :], layout.signed_message(vault_id, raw[: layout.HEADER_SIZE]), key[0])
