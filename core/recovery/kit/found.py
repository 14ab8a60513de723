"""A member's kit as it stands in the file: its slot, and the chunks of its table."""

from __future__ import annotations

from dataclasses import dataclass

from core.session.opened import OpenVault
from vault_format import public
from vault_format.authority.state import Member
from vault_format.codes import Action, Kind
from vault_format.encoding import NotCanonical
from vault_format.errors import NotWhole, Refused
from vault_format.public.members import Kit, KitExtend, KitSet, Rollover, Slot


@dataclass(frozen=True, slots=True)
class Chunk:
    """One sealed stretch of the table: its first slot, how many, its position in its record, the bytes."""

    first: int
    count: int
    position: int
    stored: bytes


@dataclass(frozen=True, slots=True)
class FoundKit:
    """A kit: its id, public slot, sealed master key and generation, the table's chunks by rising slot."""

    id: bytes
    slot: Slot
    payload: bytes
    generation: int
    chunks: tuple[Chunk, ...]

    @property
    def end(self) -> int:
        """The first slot past the table."""
        last = self.chunks[-1]
        return last.first + last.count

    def chunk_of(self, slot: int) -> Chunk | None:
        """Return the chunk that SLOT stands in, None where the table does not reach."""
        return next((chunk for chunk in self.chunks if chunk.first <= slot < chunk.first + chunk.count), None)


def find_kit(vault: OpenVault, who: Member) -> FoundKit:
    """Return WHO's kit. Raises Refused if there is none, NotWhole if it is not all there."""
    if who.kit is None:
        raise Refused(
            f"{who.name} has no recovery kit.", safe="Nothing was tried.",
            todo="The custodians may help, if this vault has them.",
        )  # fmt: skip
    columns, wanted = vault.columns, {Action.KIT_SET, Action.KIT_EXTEND, Action.MEMBER_ROLLOVER}
    extended: list[Chunk] = []
    for seq in reversed(range(len(columns))):
        shape = columns.shape(seq)
        if shape.member != who.number or shape.action not in wanted:
            continue
        record = vault.ledger.record(seq)
        try:
            said = public.read(record.header.action, record.parts[0] or b"")
        except (NotCanonical, IndexError):
            continue
        stored = [
            part for row, part in zip(record.rows, record.parts, strict=True)
            if row.kind == Kind.KIT_CHUNK and part is not None
        ]  # fmt: skip
        if isinstance(said, KitExtend) and said.id == who.kit.id:
            extended = [*_chunks(said.first, said.counts, stored), *extended]
        kit = said.kit if isinstance(said, KitSet | Rollover) else None
        if kit is not None and kit.id == who.kit.id:
            slot = next(
                (row.revision, part) for row, part in zip(record.rows, record.parts, strict=True)
                if row.kind == Kind.KIT_SLOT and part is not None
            )  # fmt: skip
            return _whole(kit, slot, [*_chunks(kit.first, kit.counts, stored), *extended])
    raise NotWhole("The kit is not in the file.", todo="Use a backup copy.")


def _chunks(first: int, counts: list[int], stored: list[bytes]) -> list[Chunk]:
    if len(counts) != len(stored):
        raise NotWhole("The kit's table is not all there.", todo="Use a backup copy.")
    found = []
    for position, (count, each) in enumerate(zip(counts, stored, strict=True)):
        found.append(Chunk(first, count, position, each))
        first += count
    return found


def _whole(kit: Kit, slot: tuple[int, bytes], chunks: list[Chunk]) -> FoundKit:
    generation, payload = slot
    return FoundKit(kit.id, kit.slot, payload, generation, tuple(chunks))
