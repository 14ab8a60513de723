"""A record that is about to be written, and the frame it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vault_format import public
from vault_format.codes import PartRole
from vault_format.crypto import signing
from vault_format.frames import layout
from vault_format.frames.layout import Header, Part


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: member number, key generation, the 64-byte Ed25519 secret key."""

    member: int
    generation: int
    secret: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything about a record but its place in the chain, its time and its signature."""

    action: int
    parts: Sequence[Part] = ()
    epoch: int = 0
    outcome: int = 0
    kind: int = 0
    note_class: int = 0
    flags: int = 0
    session: int = 0
    client: int = 0
    entity: int = 0
    revision: int = 0
    ref: int = 0
    claimed_member: int = 0


def said(shape: public.Shape) -> Part:
    """Return the public part that says SHAPE."""
    return Part(PartRole.PUBLIC, public.encode(shape))


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the chain a record goes: sequence, the hash before it, its time, the vault id (zeros for genesis)."""

    sequence: int
    prev: bytes
    time: int
    vault_id: bytes


def frame(draft: Draft, place: Place, signer: Signer | None) -> bytes:
    """Return the frame of DRAFT at PLACE, signed by SIGNER or, without one, unsigned."""
    table = layout.table_of(draft.parts)
    header = Header(
        layout.MAGIC, layout.FORMAT_VERSION, draft.outcome, draft.action, draft.epoch,
        signer.member if signer else draft.claimed_member, signer.generation if signer else 0,
        draft.kind, draft.note_class, draft.flags, 0, len(draft.parts), place.sequence, place.time, draft.session,
        draft.client, draft.entity, draft.revision, layout.total_of([len(part.data) for part in draft.parts]),
        draft.ref, layout.table_digest(table), place.prev,
    ).pack()  # fmt: skip
    if signer is None:
        return layout.assemble(header, layout.UNSIGNED, table, draft.parts)
    signature = signing.sign(layout.signed_message(place.vault_id, header), signer.secret)
    return layout.assemble(header, signature, table, draft.parts)
