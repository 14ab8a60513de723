"""The records of a vault file, whole frames only, with what can be said of them without a key."""

from __future__ import annotations

from dataclasses import dataclass

from vault_format import public
from vault_format.codes import Action, Kind, PartRole, Role
from vault_format.encoding import NotCanonical, Shape
from vault_format.frames import layout
from vault_format.frames.layout import Header, Row
from vault_format.frames.scan import scan
from vault_format.public import members as shapes

SAVES = {Action.SAVE, Action.ADDENDUM, Action.IMPORT}


@dataclass(frozen=True, slots=True)
class Record:
    """One record: where its frame stands, its fields, rows, parts (None: absent), and its public part."""

    offset: int
    raw: bytes
    header: Header
    rows: list[Row]
    parts: list[bytes | None]
    said: Shape | None

    @property
    def seq(self) -> int:
        """Its number."""
        return self.header.sequence


def read_records(data: bytes, count: int) -> list[Record]:
    """Return the first COUNT records of the file DATA."""
    batch, _, _, _ = scan(data[layout.PREAMBLE_SIZE :], layout.PREAMBLE_SIZE)
    found = []
    for position, head, _, rest in batch.items[:count]:
        rows = [Row(*row) for row in rest.rows] if rest else []
        spans = rest.spans if rest else []
        parts = [batch.buffer[at : at + row.length] if at >= 0 else None for row, at in zip(rows, spans, strict=True)]
        end = rest.end if rest else position + layout.BARE_SIZE
        header = layout.unpack_header(head)
        found.append(
            Record(batch.base + position, batch.buffer[position:end], header, rows, parts, _said(header, rows, parts))
        )
    return found


def _said(header: Header, rows: list[Row], parts: list[bytes | None]) -> Shape | None:
    if header.action not in public.SHAPES or not rows or rows[0].role != PartRole.PUBLIC or parts[0] is None:
        return None
    try:
        return public.read(header.action, parts[0])
    except NotCanonical:
        return None


@dataclass(slots=True)
class Enrolled:
    """A member as the records name it."""

    number: int
    name: str
    role: int
    enrolment: int
    registered: dict[int, tuple[int, shapes.Keys]]


def enrolled(records: list[Record]) -> dict[int, Enrolled]:
    """Return the members by number, with the record and the keys of each generation."""
    found: dict[int, Enrolled] = {}
    for record in records:
        said, seq = record.said, record.seq
        if isinstance(said, shapes.Genesis):
            found[1] = Enrolled(1, said.name, Role.OWNER, said.enrolment, {1: (seq, said.keys)})
        elif isinstance(said, shapes.MemberAdd):
            found[said.member] = Enrolled(said.member, said.name, said.role, said.enrolment, {1: (seq, said.keys)})
        elif isinstance(said, shapes.AuthoritySet):
            name = f"recovery {said.member}"
            found[said.member] = Enrolled(said.member, name, Role.AUTHORITY, said.enrolment, {1: (seq, said.keys)})
        elif isinstance(said, shapes.Rollover | shapes.Rekey):
            number = said.member if isinstance(said, shapes.Rekey) else record.header.member
            generations = found[number].registered
            generations[max(generations) + 1] = (seq, said.keys)
        elif isinstance(said, shapes.MemberRole):
            found[said.member].role = said.role
    return found


def authors(records: list[Record]) -> dict[tuple[int, int], int]:
    """Return who saved each revision: member by (entity, revision)."""
    return {
        (record.header.entity, record.header.revision): record.header.member
        for record in records
        if record.header.action in SAVES
    }


KEY_KINDS = {kind.value: kind.name.lower().replace("_", "-") for kind in Kind}
