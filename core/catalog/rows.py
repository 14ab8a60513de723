"""One line of a list: what is shown of a client or a note without opening it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from core.moments import moment


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client on a list. `seen` and `next` are text, empty if there is none; `to_do` what waits for a person.

    `risk_since` is the day of the note that says the risk (empty: the client's own field does); `appointment` the next
    one that is planned (0: none); `said_in_note` the next session that the newest note names and nobody planned;
    `missing` counts sessions without a note; `people` are those of a couple or a group; `same_as` is the client that
    this duplicate was merged into, `duplicates` those merged into this one.
    """

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
    risk_since: str = ""
    appointment: int = 0
    missing: int = 0
    people: tuple[str, ...] = ()
    same_as: int = 0
    duplicates: tuple[int, ...] = ()
    said_in_note: str = ""

    @property
    def kind(self) -> str:
        """`person`, `couple` or `group`, by how many people it lists."""
        return "group" if len(self.people) > 2 else "couple" if len(self.people) == 2 else "person"

    def with_duplicates(self, duplicates: tuple[int, ...]) -> ClientRow:
        """Return the row with what was merged into it."""
        return replace(self, duplicates=duplicates)


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note on a list.

    `status` is `draft`, `signed` or `shredded`; `state_words` says it as a list shows it; `updated` and `signed_at`
    are UTC milliseconds (0: never), `signed_record` the signature's sequence; `late` counts the days from the session
    to the signature; `parent` and `addendum` are set for what was added to a signed note; `cosigned_by` is a
    member's name, empty if nobody co-signed.
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
    late: int = 0
    signed_record: int = 0
    cosigned_by: str = ""
    cosigned_at: int = 0
    cosigned_record: int = 0


def short_id(number: int) -> str:
    """Return an entity number as people see and type it: 16 hex digits."""
    return f"{number:016x}"


def days_late(day: str, milliseconds: int) -> int:
    """Return how many days after DAY (`2026-11-24`) a UTC time is by the local date; 0 on that day, or for no date."""
    try:
        return max(0, (moment(milliseconds, None).date() - date.fromisoformat(day)).days)
    except (ValueError, OverflowError, OSError):
        return 0
