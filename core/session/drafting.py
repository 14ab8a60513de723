"""Text that the vault does not have yet: this session's draft journal, and what earlier sessions left in theirs.

The journal has a lock of its own: sealing what was typed waits neither for the vault nor for whoever writes in it.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.acts import entries
from core.acts.acting import Acting, Target
from core.create import random_id
from core.drafts import DraftState, Journal, Kept, in_use, journals, read_journal
from core.names import one_line
from core.session.desk import Desk
from core.session.writing import MAX_LINES, NoteDraft
from vault_format.authority.state import State
from vault_format.codes import Action, Kind, LockReason, NoteClass
from vault_format.errors import Refused, TacendaError, UsageError
from vault_format.record import Draft

Seals = tuple[int, int, int]
"""How often a journal was sealed, and when first and last (UTC ms)."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What a session left in its journal: the note and the revision that was edited (0: none), text, cursor, time.

    OLD says that the vault has moved on, so that it can only become a note of its own; LAST that the member's last
    session left it; ENDED is why that session was locked, None if it was not. TIME is in UTC ms.
    """

    path: Path
    note: int
    base: int
    draft: NoteDraft
    cursor: int
    time: int
    seals: int
    old: bool
    last: bool
    ended: LockReason | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A draft that was taken over from a journal: the note that it goes on as, at which revision."""

    draft: NoteDraft
    note: int
    base: int
    cursor: int


class Drafting:
    """The journal of the session at DESK, and those of earlier ones."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._turn = threading.Lock()
        self._journal: Journal | None = None
        self._closed = False
        self._taken_over: list[Path] = []

    def open(self) -> None:
        """Take the journal's space, unless it is taken. Raises NoSpace, or Refused once closed."""
        with self._turn:
            self._opened()

    def _opened(self) -> Journal:
        if self._closed:
            raise Refused("This session is locked.", safe="Nothing is open.", todo="Unlock it again.")
        if self._journal is None:
            desk = self._desk
            self._journal = Journal(desk.vault.folder, desk.keyring, desk.number, desk.entropy)
        return self._journal

    def keep(self, draft: NoteDraft, note: int, base: int, cursor: int) -> None:
        """Seal DRAFT of NOTE at BASE, with the cursor CURSOR characters into its text.

        Raises NoSpace or Unavailable; what was sealed before stays then.
        """
        state = _state_of(draft, note, base, cursor, self._desk.vault.clock())
        with self._turn:
            self._opened().keep(state)
            self._let_go()

    def empty(self) -> Seals:
        """Forget what was sealed, and what was taken over; return what was sealed since the last time."""
        with self._turn:
            journal = self._journal
            if journal is None or self._closed:
                return 0, 0, 0
            seals = journal.seals, journal.first, journal.last
            journal.empty()
            self._let_go()
            return seals

    def _let_go(self) -> None:
        """Remove journals whose text is somewhere safer by now."""
        while self._taken_over:
            with contextlib.suppress(OSError):
                self._taken_over[-1].unlink(missing_ok=True)
            self._taken_over.pop()

    def close(self) -> None:
        """End it; the file stays where it holds text that the vault does not have."""
        with self._turn:
            journal, self._journal, self._closed = self._journal, None, True
            if journal is not None:
                with contextlib.suppress(OSError):
                    journal.close(discard=not journal.seals)

    # -- what is recorded ------------------------------------------------------------------------------------

    def begun(self, desk: Desk, draft: NoteDraft, note: int, base: int) -> None:
        """48: NOTE at BASE is written on."""
        _record(desk, Action.DRAFT_BEGUN, _about(desk.state, desk, draft, note, base), (0, 0, 0))

    def kept(self, desk: Desk, draft: NoteDraft, note: int, revision: int, seals: Seals) -> None:
        """49: the vault holds, as REVISION, what was sealed so often; nothing where nothing was."""
        if seals[0]:
            _record(desk, Action.DRAFT_KEPT, _about(desk.state, desk, draft, note, revision), seals)

    # -- what earlier sessions left --------------------------------------------------------------------------

    def unfinished(self, desk: Desk) -> list[Unfinished]:
        """Return what this member's earlier sessions left here, oldest first; those still open are left alone."""
        found = []
        last = _last_session(desk)
        for path in journals(desk.vault.folder, desk.keyring):
            if in_use(path):
                continue
            kept = read_journal(path, desk.keyring)
            if kept is not None:
                found.append(_unfinished(desk, kept, last))
        return sorted(found, key=lambda left: left.time)

    def recover(self, desk: Desk, left: Unfinished) -> Taken:
        """4A: take LEFT over into this session's journal. What the vault has moved on from becomes a note of its own.

        Raises what appending raises: then it stays where it is.
        """
        desk.catalog.check_client(left.draft.client)
        fresh = left.old or not left.note
        note, base = (random_id(desk.entropy), 0) if fresh else (left.note, left.base)
        about = _about(desk.state, desk, left.draft, note, base)
        _record(desk, Action.DRAFT_RECOVERED, about, (left.seals, left.time, left.time))
        with self._turn:
            self._taken_over.append(left.path)
        # where there is no space for it here, the old journal keeps it until the vault has it
        with contextlib.suppress(TacendaError):
            self.keep(left.draft, note, base, left.cursor)
        return Taken(left.draft, note, base, left.cursor)

    def discard(self, desk: Desk, left: Unfinished) -> None:
        """4B: remove what was left. Raises what appending raises: then it stays. Raises UsageError if it cannot go."""
        about = _about(desk.state, desk, left.draft, left.note, left.base)
        _record(desk, Action.DRAFT_DISCARDED, about, (left.seals, left.time, left.time))
        try:
            left.path.unlink(missing_ok=True)
        except OSError as error:
            raise UsageError(f"The draft cannot be removed ({error.strerror}).", safe="It is kept.") from None


def _record(desk: Desk, action: Action, about: Target, seals: Seals) -> None:
    count, first, last = seals

    def build(acting: Acting) -> Sequence[Draft]:
        return [entries.journal(acting, action, about, count=count, first=first, last=last)]

    desk.append(build)


def _about(state: State, desk: Desk, draft: NoteDraft, note: int, base: int) -> Target:
    """Return what a record says it is about: a number of its own where the note is no draft of this member's."""
    if _moved_on(state, desk, note, base) or not note:
        note, base = random_id(desk.entropy), 0
    elif state.entities.get(note) is None:
        base = 0
    note_class = NoteClass.PROCESS if draft.process else NoteClass.CHART
    return Target(Kind.NOTE, note_class, draft.client, note, base)


def _moved_on(state: State, desk: Desk, note: int, base: int) -> bool:
    """Whether a text that was written on NOTE at BASE can no longer become its next revision."""
    known = state.entities.get(note)
    if known is None:
        return base > 0
    mine = known.kind == Kind.NOTE and known.author == desk.keyring.member
    return not mine or bool(known.signed) or known.shredded or known.revision > base


def _last_session(desk: Desk) -> int:
    """Return the number of this member's last session before this one, 0 if there was none."""
    columns = desk.vault.columns
    for seq in range(len(columns) - 1, -1, -1):
        shape = columns.shape(seq)
        if shape.action == Action.UNLOCK and shape.member == desk.keyring.member:
            number = columns.sessions[seq]
            if number != desk.number:
                return number
    return 0


def _ended(desk: Desk, session: int) -> LockReason | None:
    columns = desk.vault.columns
    for seq in range(len(columns) - 1, -1, -1):
        if columns.sessions[seq] == session:
            shape = columns.shape(seq)
            known = shape.action == Action.LOCK and shape.outcome in set(LockReason)
            return LockReason(shape.outcome) if known else None
    return None


def _unfinished(desk: Desk, kept: Kept, last: int) -> Unfinished:
    state = kept.draft
    try:
        session = int(kept.path.stem, 16)
    except ValueError:
        session = 0
    draft = NoteDraft(
        state.client, state.text, state.type, state.form, state.title, state.date, state.start, state.end,
        tuple(state.tags), state.attendees, state.place, state.service, state.risk, state.goal, state.next,
        state.appointment, state.note_class == NoteClass.PROCESS,
    )  # fmt: skip
    old = _moved_on(desk.state, desk, state.entity, state.base)
    return Unfinished(
        kept.path, state.entity, state.base, draft, state.cursor, state.time, kept.counter, old,
        bool(session) and session == last, _ended(desk, session),
    )  # fmt: skip


def _line(text: str) -> str:
    """Return TEXT as a journal can hold it; what is too long is cut, so that the rest can be read again."""
    return one_line(text[:2_000], 2_000)[:200]


def _state_of(draft: NoteDraft, note: int, base: int, cursor: int, time: int) -> DraftState:
    process = draft.process or draft.type == "process"
    return DraftState(
        entity=note, base=base, time=time, note_class=NoteClass.PROCESS if process else NoteClass.CHART,
        client=draft.client, type=draft.type, form=draft.form, title=_line(draft.title), date=_line(draft.date),
        start=_line(draft.start), end=_line(draft.end), tags=[_line(tag) for tag in draft.tags[:MAX_LINES]],
        attendees=_line(draft.attendees), place=_line(draft.place), service=_line(draft.service),
        risk=_line(draft.risk), goal=_line(draft.goal), next=_line(draft.next), appointment=draft.appointment,
        parent=0, cursor=max(0, cursor), text=draft.text,
    )  # fmt: skip
