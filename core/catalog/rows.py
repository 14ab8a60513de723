"""One line of a list: what is shown of a client or a note without opening it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client on a list. `seen` and `next` are text, empty if there is none; `to_do` what waits for a person."""

    id: int
    code: str
    name: str
    status: str
    seen: str
    next: str
    to_do: str
    risk: str
    notes: int
    unsigned: int
    version: int


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note on a list.

    `status` is `draft`, `signed` or `shredded`; `state_words` says it as a list shows it; `updated` and `signed_at`
    are UTC milliseconds (0: never); `parent` and `addendum` are set for what was added to a signed note.
    """

    id: int
    client: int
    client_code: str
    date: str
    type: str
    form: str
    title: str
    tags: tuple[str, ...]
    status: str
    state_words: str
    revision: int
    updated: int
    signed_at: int
    author: str
    mine: bool
    process: bool
    parent: int
    addendum: int
    local: str
    start: str
    end: str
    risk: str
    problem: str


def short_id(number: int) -> str:
    """Return an entity number as people see and type it: 16 hex digits."""
    return f"{number:016x}"
