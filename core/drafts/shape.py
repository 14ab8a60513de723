"""What one state of a draft holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated

from msgspec import Meta

from core.indexes import Line, Lines
from vault_format import bounds
from vault_format.encoding import Shape
from vault_format.public.types import U8, U32, U64

Text = Annotated[str, Meta(max_length=bounds.MAX_TEXT)]
MAX_TYPED = 13_000
"""Characters of a field that holds several lines in one: 64 of 200, and what parts them."""
Typed = Annotated[str, Meta(max_length=MAX_TYPED)]


class DraftKind(IntEnum):
    """What a slot holds a draft of: a note, or a client's own entry."""

    NOTE = 0
    CLIENT = 1


class SealedDraft(Shape):
    """What is sealed of a note's draft: its fields and its text. What it is about stands in front of it."""

    type: Line
    form: Line
    title: Line
    date: Line
    start: Line
    end: Line
    tags: Lines
    attendees: Line
    place: Line
    service: Line
    risk: Line
    goal: Line
    next: Line
    appointment: U64
    parent: U64
    addendum: U8
    cursor: U32
    text: Text


class SealedClient(Shape):
    """What is sealed of a client's form: its fields letter by letter; nil where one says what the vault says.

    FIELD is the name of the one that has the cursor, which stands CURSOR characters into it.
    """

    code: Line | None
    name: Line | None
    born: Line | None
    people: Typed | None
    goals: Typed | None
    next: Line | None
    risk: Line | None
    field: Line
    cursor: U32
    text: Text | None


Sealed = SealedDraft | SealedClient


@dataclass(frozen=True, slots=True)
class DraftState:
    """A draft as it was typed: of which entity at which revision (0: not saved yet), whose client, when (UTC ms)."""

    entity: int
    base: int
    time: int
    note_class: int
    client: int
    said: Sealed

    @property
    def kind(self) -> DraftKind:
        """What it is a draft of."""
        return DraftKind.CLIENT if isinstance(self.said, SealedClient) else DraftKind.NOTE
