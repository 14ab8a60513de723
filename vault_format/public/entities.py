"""Public parts about notes, clients and other entities."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from vault_format import bounds
from vault_format.encoding import Shape
from vault_format.public.types import U8, U32, U64, Bytes32, MemberNumber, ReasonCode, Time


class Committed(Shape):
    """The author's commitment to index and body, repeated by each signature."""

    commit: Bytes32


class Addendum(Shape):
    """The first save of something added to a signed note."""

    kind: Annotated[int, Meta(ge=1, le=3)]
    parent: U64
    commit: Bytes32


class Import(Shape):
    """The first save of something carried over from another vault; the original is a claim."""

    vault: Bytes32
    author: Annotated[str, Meta(max_length=bounds.MAX_NAME)]
    entity: U64
    revision: U32
    original: Bytes32
    side: Annotated[int, Meta(ge=1, le=2)]
    commit: Bytes32


class Disclose(Shape):
    """An export: form, legal basis and purpose as codes, number of entries, whether process notes are in it."""

    form: U8
    basis: U8
    purpose: U8
    entries: U32
    process: bool


class ClientSet(Shape):
    """Status, legal hold or caseload of a client: exactly one of the three."""

    status: Annotated[int, Meta(ge=1, le=3)] | None
    hold: bool | None
    members: Annotated[list[MemberNumber], Meta(max_length=64)] | None
    reason: ReasonCode


class Seals(Shape):
    """What a draft journal did since it was last told: seals, first and last time in UTC milliseconds."""

    count: U32
    first: Time
    last: Time


class Confirmed(Shape):
    """Re-encrypted entities that the signer opened and found to match their authors' commitments."""

    entries: Annotated[list[tuple[U64, U32]], Meta(min_length=1, max_length=10_000)]
