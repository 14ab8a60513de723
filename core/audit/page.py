"""One record, with how it chains and whose signature it carries."""

from __future__ import annotations

from dataclasses import dataclass

from core.audit.columns import Shape
from core.audit.recovery_words import done_words
from core.audit.trail import about, outcome_words, what_words
from vault_format import public
from vault_format.codes import Action, Flag, PartRole, Role
from vault_format.crypto import signing
from vault_format.encoding import NotCanonical
from vault_format.errors import NotWhole
from vault_format.frames import layout
from vault_format.ledger import Ledger
from vault_format.public import members as shapes

_REGISTERS = (Action.GENESIS, Action.MEMBER_ADD, Action.MEMBER_ROLLOVER, Action.MEMBER_REKEY,
              Action.AUTHORITY_SET, Action.OWNER_ADD)  # fmt: skip
_ROLES = {role.value: role.name.lower() for role in PartRole}
_FLAGS = {
    Flag.OUTSIDE_CASELOAD: "outside the caseload", Flag.OTHERS_DRAFT: "another's draft", Flag.BESIDE: "beside a note",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Everything about one record that needs no key.

    `follows` and `followed` say whether the chain holds on either side (None at the ends, and where the neighbour
    cannot be read); `signature` is `holds`,
    `does not hold`, or `none` for an unsigned record; `key_seq` the record that let the key in.
    `digests` are what the part table says of each part, `mark` the signature itself, all in hex.
    """

    seq: int
    header: layout.Header
    what: str
    outcome: str
    failed: bool
    member: str
    role: str
    about: str
    flags: str
    prev: str
    digest: str
    follows: bool | None
    followed: bool | None
    signature: str
    key_seq: int | None
    key_by: str
    parts: tuple[str, ...]
    said: str
    digests: tuple[str, ...]
    mark: str


def key_of(ledger: Ledger, member: int, generation: int) -> tuple[bytes, int] | None:
    """Return the key that MEMBER signed with in GENERATION, and the record that registered it; None: not known."""
    latest = 0
    for seq in sorted(ledger.state.registrations):
        try:
            record = ledger.record(seq)
            said = public.read(record.header.action, record.parts[0] or b"")
        except (NotCanonical, NotWhole, LookupError):
            continue
        if isinstance(said, shapes.Genesis):
            whose, registered = 1, 1
        elif isinstance(said, shapes.MemberAdd | shapes.AuthoritySet):
            whose, registered = said.member, 1
        elif isinstance(said, shapes.Rollover):
            whose, registered = record.header.member, record.header.generation + 1
        elif isinstance(said, shapes.Rekey):
            whose, registered = said.member, latest + 1
        else:
            continue
        if whose == member:
            latest = registered
            if registered == generation:
                return said.keys.sign, seq
    return None


def record_page(ledger: Ledger, seq: int) -> RecordPage:
    """Return the page of record SEQ. Raises LookupError if there is none."""
    record = ledger.record(seq)
    header = record.header
    raw = header.pack() + record.signature
    digest = layout.record_hash(raw)
    before = _hash_of(ledger, seq - 1) if seq else None
    after = _prev_of(ledger, seq + 1) if seq + 1 < ledger.count else None
    shape = Shape(
        header.version, header.outcome, header.action, header.epoch, header.member, header.generation, header.kind,
        header.note_class, header.flags, header.zero, header.parts,
    )  # fmt: skip
    who = ledger.state.members.get(header.member)
    registered = key_of(ledger, header.member, header.generation)
    signature, key_seq, key_by = "none", None, ""
    if header.generation:
        signature = "does not hold"
        if registered is not None:
            key, key_seq = registered
            vault_id = ledger.state.vault_id if seq else layout.ZERO32
            if signing.holds(record.signature, layout.signed_message(vault_id, header.pack()), key):
                signature = "holds"
            by = ledger.record(key_seq).header.member
            key_by = ledger.state.members[by].name if by in ledger.state.members and by != header.member else ""
    outcome, failed = outcome_words(shape)
    return RecordPage(
        seq=seq, header=header, what=what_words(shape), outcome=outcome, failed=failed,
        member=(who.name if who else "") if header.generation else "nobody",
        role=Role(who.role).name.lower() if who and header.generation else "",
        about=about(header.client, header.entity, header.kind),
        flags=", ".join(words for bit, words in _FLAGS.items() if header.flags & bit),
        prev=header.prev.hex(), digest=digest.hex(),
        follows=None if before is None else header.prev == before,
        followed=None if after is None else after == digest, signature=signature, key_seq=key_seq,
        key_by=key_by, parts=_parts(record.rows, record.parts), said=_said(header.action, record.parts),
        digests=tuple(row.digest.hex() for row in record.rows), mark=record.signature.hex(),
    )  # fmt: skip


def _hash_of(ledger: Ledger, seq: int) -> bytes | None:
    """Return the record hash of record SEQ, or None where it cannot be read."""
    try:
        record = ledger.record(seq)
    except (LookupError, NotWhole):
        return None
    return layout.record_hash(record.header.pack() + record.signature)


def _prev_of(ledger: Ledger, seq: int) -> bytes | None:
    """Return which hash record SEQ says it follows, or None where it cannot be read."""
    try:
        return ledger.record(seq).header.prev
    except (LookupError, NotWhole):
        return None


def _parts(rows: list[layout.Row], parts: list[bytes | None]) -> tuple[str, ...]:
    lines = []
    for row, part in zip(rows, parts, strict=True):
        words = "not there"
        if part is not None:
            words = "present" if layout.part_digest(part) == row.digest else "DAMAGED"
        lines.append(f"{_ROLES.get(row.role, 'unknown')}, {row.length:,} bytes, {row.digest.hex()[:16]}, {words}")
    return tuple(lines)


def _said(action: int, parts: list[bytes | None]) -> str:
    """Return what the public part says, as text; keys and hashes shortened."""
    if not parts or parts[0] is None or action not in public.SHAPES:
        return ""
    try:
        said = public.read(action, parts[0])
    except NotCanonical:
        return ""
    if isinstance(said, shapes.RecoveryDone):
        return done_words(said)
    lines = []
    for name in said.__struct_fields__:
        value = getattr(said, name)
        if isinstance(value, bytes):
            value = value.hex()[:16] + (" ..." if len(value) > 8 else "")
        elif isinstance(value, list) and len(value) > 8:
            value = f"{len(value)} entries"
        elif isinstance(value, shapes.AlertPolicy):
            lines += [f"{name}.{each} {getattr(value, each)}" for each in value.__struct_fields__]
            continue
        elif hasattr(value, "__struct_fields__"):
            continue
        if value is not None and value != "":
            lines.append(f"{name} {value}")
    return "; ".join(lines)
