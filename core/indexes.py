"""What the sealed index of each kind of entity holds: everything that lists show (docs/FORMAT.md, section 6.4).

The texts are the author's own; what changes by itself (status, signatures, caseload) is folded from records.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from vault_format.codes import Kind
from vault_format.encoding import NotCanonical, Shape, decode, decoder
from vault_format.public.types import U32, U64, Bytes32

Line = Annotated[str, Meta(max_length=200)]
Lines = Annotated[list[Line], Meta(max_length=64)]

NOTE_TYPES = {
    "progress": "Progress note",
    "missed-session": "Missed session",
    "contact-log": "Contact log",
    "safety-plan": "Risk, safety plan",
    "treatment-plan": "Treatment plan",
    "intake": "Intake",
    "termination": "Termination summary",
    "supervision": "Supervision",
    "process": "Process note",
}
"""Type of note, and what a screen calls it."""

FORMS = (
    "soap", "dap", "birp", "girp", "pie", "stanley-brown", "plan", "intake", "contact", "missed", "supervision",
    "summary", "free",
)  # fmt: skip


class NoteIndex(Shape):
    """Index of a note; dates `2026-11-24`, times `10:02`, empty where not given."""

    c: Bytes32
    local: Line
    zone: Line
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


class ClientIndex(Shape):
    """Index of a client: the code that stands on lists, the name that is hidden until asked for."""

    c: Bytes32
    local: Line
    zone: Line
    code: Line
    name: Line
    people: Lines
    born: Line
    risk: Line
    next: Line
    goals: Lines


class AppointmentIndex(Shape):
    """Index of an appointment; `start` is local with offset, `minutes` the planned length."""

    c: Bytes32
    local: Line
    zone: Line
    client: U64
    start: Line
    minutes: U32
    state: Line


class TemplateIndex(Shape):
    """Index of a template for notes."""

    c: Bytes32
    local: Line
    zone: Line
    name: Line
    type: Line
    form: Line


Index = NoteIndex | ClientIndex | AppointmentIndex | TemplateIndex

_DECODERS: dict[int, msgspec.msgpack.Decoder[Any]] = {
    Kind.NOTE: decoder(NoteIndex),
    Kind.CLIENT: decoder(ClientIndex),
    Kind.APPOINTMENT: decoder(AppointmentIndex),
    Kind.TEMPLATE: decoder(TemplateIndex),
}


def read_index(kind: int, raw: bytes) -> Index:
    """Return the index of an entity of KIND. Raises NotCanonical."""
    using = _DECODERS.get(kind)
    if using is None:
        raise NotCanonical("no entity of this kind has an index")
    index: Index = decode(raw, using)
    return index
