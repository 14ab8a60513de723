"""A client's form as a journal holds it, and taking one over that was left behind."""

from __future__ import annotations

import contextlib
import dataclasses
from dataclasses import dataclass

from core.acts import trail
from core.drafts import MAX_TYPED, DraftState, SealedClient, open_kept
from core.session.desk import Desk
from core.session.drafting.journal import Drafting
from core.session.drafting.notes import damaged
from core.session.drafting.unfinished import Unfinished, still_there
from core.session.notes.reading import record_failed
from core.session.notes.writing import require_writer
from core.session.practice.clients import OpenClient, read_client
from vault_format.codes import NoteClass, Reason
from vault_format.errors import TacendaError

_LINE = 200


@dataclass(frozen=True, slots=True)
class TypedClient:
    """What was changed in a client's form, letter by letter; None in a field that says what the vault says.

    FIELD is the name of the one that has the cursor, which stands CURSOR characters into it.
    """

    code: str | None = None
    name: str | None = None
    born: str | None = None
    people: str | None = None
    goals: str | None = None
    next: str | None = None
    risk: str | None = None
    text: str | None = None
    field: str = "code"
    cursor: int = 0

    @property
    def changed(self) -> bool:
        """Whether anything was changed; where the cursor stands is nothing."""
        return dataclasses.replace(self, field="code", cursor=0) != TypedClient()


@dataclass(frozen=True, slots=True)
class TakenClient:
    """A form that was taken over from a journal: of CLIENT, which is new where it is not OPENED.

    BASE is the revision that it was typed on; MOVED says that the vault has another one.
    """

    typed: TypedClient
    client: int
    base: int
    opened: OpenClient | None

    @property
    def moved(self) -> bool:
        """Whether the entry was saved since the form was opened."""
        return self.opened is not None and self.opened.revision != self.base


def state_of(typed: TypedClient, client: int, base: int, time: int) -> DraftState:
    """Return TYPED of CLIENT at BASE as a journal holds it; TIME in UTC ms. What is too long is cut."""

    def cut(text: str | None, limit: int = _LINE) -> str | None:
        return None if text is None else text[:limit]

    said = SealedClient(
        code=cut(typed.code), name=cut(typed.name), born=cut(typed.born), people=cut(typed.people, MAX_TYPED),
        goals=cut(typed.goals, MAX_TYPED), next=cut(typed.next), risk=cut(typed.risk), field=typed.field,
        cursor=max(0, typed.cursor), text=typed.text,
    )  # fmt: skip
    return DraftState(client, base, time, NoteClass.CHART, client, said)


def _typed(said: SealedClient) -> TypedClient:
    return TypedClient(
        said.code, said.name, said.born, said.people, said.goals, said.next, said.risk, said.text, said.field,
        said.cursor,
    )  # fmt: skip


def recover(
    desk: Desk, drafting: Drafting, left: Unfinished, *, reason: Reason | None = None, words: str = ""
) -> TakenClient:  # fmt: skip
    """Take LEFT over into this session's journal, with the client's entry as the vault has it now.

    The record is on the disk before anything is opened: 44 of the client, whose entry is opened for it, or 14 of no
    note where the vault has no such client yet. Raises NeedsReason outside the caseload and what appending raises, then
    the draft stays where it is and stays closed; NotWhole if it does not open, which is recorded too; UsageError if it
    or the client is gone.
    """
    require_writer(desk)
    there = still_there(left)
    opened = None
    if left.base or desk.state.entities.get(left.client) is not None:
        desk.catalog.check_client(left.client)
        opened = read_client(desk, left.client, reason=reason, words=words)
        intent = opened.sequence
    else:
        intent = desk.append(lambda acting: [trail.listed(acting, 0, 0)])[-1].sequence
    said = open_kept(there, desk.keyring)
    if not isinstance(said, SealedClient):
        record_failed(desk, [intent])
        raise damaged()
    typed = _typed(said)
    # where there is no space for it here, the old journal keeps it until the vault has it
    with contextlib.suppress(TacendaError):
        drafting.take_over(left.path, state_of(typed, left.client, left.base, drafting.now()))
    return TakenClient(typed, left.client, left.base, opened)
