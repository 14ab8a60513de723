"""What one state of a draft holds."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from core.indexes import Line, Lines
from vault_format import bounds
from vault_format.encoding import Shape
from vault_format.public.types import U8, U32, U64, Time


class DraftState(Shape):
    """A draft as it was typed: which note at which revision (0: not saved yet), when, its fields, its text."""

    entity: U64
    base: U32
    time: Time
    note_class: U8
    client: U64
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
    cursor: U32
    text: Annotated[str, Meta(max_length=bounds.MAX_TEXT)]
