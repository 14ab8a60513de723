"""Opening a client's own entry: its name, what is planned, what is written about it. Recorded first, like a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.acts import entries
from core.acts.acting import Acting
from core.indexes import ClientIndex
from core.session.desk import Desk
from core.session.notes.reading import NeedsReason, open_entity, record_failed
from core.session.notes.writing import ClientDraft
from vault_format.codes import Kind, Reason
from vault_format.errors import NotWhole, Refused, TacendaError, UsageError
from vault_format.frames.record import Draft


@dataclass(frozen=True, slots=True)
class OpenClient:
    """A client that was opened: its fields as they can be changed, its revision, the record that says so."""

    client: int
    draft: ClientDraft
    revision: int
    sequence: int


def read_client(desk: Desk, client: int, *, reason: Reason | None = None, words: str = "") -> OpenClient:
    """Open a client; the record that says so is on the disk before anything is decrypted.

    Raises NeedsReason outside the caseload, Refused, UsageError, NotWhole where it is damaged (only it is closed
    then), and what appending raises: then nothing was opened.
    """
    _check(desk, client)

    def build(acting: Acting) -> Sequence[Draft]:
        _check(desk, client)
        if entries.opening_flags(acting, client) and reason is None:
            raise NeedsReason(
                "This client is outside your caseload.", safe="Nothing was opened.", todo="State why you open it."
            )
        return [entries.read(acting, client, reason=reason, words=words)]

    sequence = desk.append(build)[-1].sequence
    entry = desk.catalog.entry(client)
    try:
        index, text = open_entity(desk, entry, entry.revision, entry.live)
        if not isinstance(index, ClientIndex):
            raise NotWhole("This is not what a client holds.", safe="It stays closed.")
    except TacendaError:
        record_failed(desk, [sequence])
        raise
    draft = ClientDraft(
        index.code, index.name, tuple(index.people), index.born, index.risk, index.next, tuple(index.goals), text
    )
    return OpenClient(client, draft, entry.revision, sequence)


def _check(desk: Desk, client: int) -> None:
    entry = desk.catalog.entry(client)
    if entry.kind != Kind.CLIENT:
        raise UsageError("This is not a client.", safe="Nothing was opened.")
    if not desk.who.holds_notes:
        raise Refused("The role auditor does not open clients.", safe="Nothing was opened.")
    if entry.shredded:
        raise UsageError("This client was shredded; only its records stay.", safe="Nothing was opened.")
