"""What one state of a draft holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from core.indexes import Line, Lines
from vault_format import bounds
from vault_format.encoding import Shape
from vault_format.public.types import U8, U32, U64


class SealedDraft(Shape):
    """What is sealed of a draft: its fields and its text. What it is about stands in front of it."""

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
    text: Annotated[str, Meta(max_length=bounds.MAX_TEXT)]


@dataclass(frozen=True, slots=True)
class DraftState:
    """A draft as it was typed: which note at which revision (0: not saved yet), whose client, when (UTC ms)."""

    entity: int
    base: int
    time: int
    note_class: int
    client: int
    said: SealedDraft
