"""Text that the vault does not have yet: this session's draft journal, and what earlier sessions left in theirs.

The journal has a lock of its own: sealing what was typed waits neither for the vault nor for whoever writes in it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.acts import entries
from core.acts.acting import Acting, Target
from core.create import random_id
from core.drafts import (
    Journal,
    Kept,
    SealedDraft,
    clear_emptied,
    find_kept,
    in_use,
    journals,
    open_kept,
)
from core.session.desk import Desk
from core.session.drafted import note_of, state_of
from core.session.once import has_text
from core.session.reading import record_failed
from core.session.writing import NoteDraft
from vault_format.codes import Action, Kind, LockReason, NoteClass
from vault_format.errors import NotWhole, Refused, TacendaError, UsageError
from vault_format.record import Draft

Seals = tuple[int, int, int]
"""How often a journal was sealed, and when first and last (UTC ms)."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What a session left in its journal, as far as it can be known without opening it.

    NOTE is the note, BASE the revision that was edited (0: none), TIME when it was sealed (UTC ms), SIZE how many bytes
    are sealed. OLD says that the vault has moved on, so that it can only become a note of its own; LAST that the
    member's last session left it; ENDED is why that session was locked, None if it was not.
    """

    path: Path
    note: int
    base: int
    client: int
    process: bool
    time: int
    size: int
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
        state = state_of(draft, note, base, cursor, self._desk.vault.clock())
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
        _record(desk, Action.DRAFT_BEGUN, _about(desk, draft, note, base), (0, 0, 0))

    def kept(self, desk: Desk, draft: NoteDraft, note: int, revision: int, seals: Seals) -> None:
        """49: the vault holds, as REVISION, what was sealed so often; nothing where nothing was."""
        if seals[0]:
            _record(desk, Action.DRAFT_KEPT, _about(desk, draft, note, revision), seals)

    # -- what earlier sessions left --------------------------------------------------------------------------

    def unfinished(self, desk: Desk) -> list[Unfinished]:
        """Return what this member's earlier sessions left here, oldest first; those still open are left alone.

        Nothing is decrypted. Journals that hold nothing are cleared away.
        """
        found: list[Unfinished] = []
        last = _last_session(desk)
        clear_emptied(desk.vault.folder, desk.keyring)
        for path in journals(desk.vault.folder, desk.keyring):
            if in_use(path):
                continue
            # what was sealed last, as far as it was written whole
            found.extend(_unfinished(desk, kept, last) for kept in find_kept(path)[:1])
        return sorted(found, key=lambda left: left.time)

    def recover(self, desk: Desk, left: Unfinished) -> Taken:
        """4A: take LEFT over into this session's journal. What the vault has moved on from becomes a note of its own.

        The record is on the disk before anything is opened. Raises what appending raises, then the draft stays where it
        is and stays closed; NotWhole if it does not open, which is recorded too; UsageError if it is gone.
        """
        desk.catalog.check_client(left.client)
        kept = _still_there(left)
        about = Target(Kind.NOTE, _class(left), left.client, left.note, left.base)
        fresh = left.old or not left.note or _moved_on(desk, about)
        note, base = (random_id(desk.entropy), 0) if fresh else (left.note, left.base)
        about = _about(desk, left, note, base)
        intent = _record(desk, Action.DRAFT_RECOVERED, about, (left.seals, left.time, left.time))
        said = open_kept(kept, desk.keyring)
        if said is None:
            record_failed(desk, [intent])
            raise NotWhole(
                "This draft was damaged or replaced, and does not open.", safe="It stays where it is.",
                todo="Discard it, or look for a copy of its file.",
            )  # fmt: skip
        draft = note_of(said, left.client, process=left.process)
        goes_on = _goes_on_at(desk, left, said) if fresh else 0
        if goes_on:
            note, base = left.note, goes_on
        with self._turn:
            self._taken_over.append(left.path)
        # where there is no space for it here, the old journal keeps it until the vault has it
        with contextlib.suppress(TacendaError):
            self.keep(draft, note, base, said.cursor)
        return Taken(draft, note, base, said.cursor)

    def discard(self, desk: Desk, left: Unfinished) -> None:
        """4B: remove what was left. Raises what appending raises: then it stays. Raises UsageError if it cannot go."""
        about = _about(desk, left, left.note, left.base)
        _record(desk, Action.DRAFT_DISCARDED, about, (left.seals, left.time, left.time))
        try:
            left.path.unlink(missing_ok=True)
        except OSError as error:
            raise UsageError(f"The draft cannot be removed ({error.strerror}).", safe="It is kept.") from None


def _still_there(left: Unfinished) -> Kept:
    """Return the slot that was offered. Raises UsageError if another session took it over meanwhile."""
    for kept in find_kept(left.path)[:1]:
        about = kept.about
        if (about.counter, about.entity, about.base, about.client) == (left.seals, left.note, left.base, left.client):
            return kept
    raise UsageError("This draft is not there any more.", safe="Nothing was opened.", todo="Look again.")


def _record(desk: Desk, action: Action, about: Target, seals: Seals) -> int:
    count, first, last = seals

    def build(acting: Acting) -> Sequence[Draft]:
        return [entries.journal(acting, action, about, count=count, first=first, last=last)]

    return desk.append(build)[-1].sequence


def _class(draft: NoteDraft | Unfinished) -> NoteClass:
    return NoteClass.PROCESS if draft.process else NoteClass.CHART


def _about(desk: Desk, draft: NoteDraft | Unfinished, note: int, base: int) -> Target:
    """Return what a record says it is about: a number of its own where the note is no draft of this member's."""
    about = Target(Kind.NOTE, _class(draft), draft.client, note, base)
    if _moved_on(desk, about) or not note:
        note, base = random_id(desk.entropy), 0
    elif desk.state.entities.get(note) is None:
        base = 0
    return dataclasses.replace(about, entity=note, revision=base)


def _moved_on(desk: Desk, about: Target) -> bool:
    """Whether a text that was written on a note at a revision can no longer become its next one."""
    known = desk.state.entities.get(about.entity)
    if known is None:
        return about.revision > 0
    its = (known.kind, known.note_class, known.client, known.author)
    mine = its == (about.kind, about.note_class, about.client, desk.keyring.member)
    return not mine or bool(known.signed) or known.shredded or known.revision > about.revision


def _goes_on_at(desk: Desk, left: Unfinished, said: SealedDraft) -> int:
    """Return the newest revision of the note if it has just this text: a save that failed is in the file. Else 0."""
    known = desk.state.entities.get(left.note)
    if known is None or not has_text(desk, left.note, said.text):
        return 0
    about = Target(Kind.NOTE, _class(left), left.client, left.note, known.revision)
    return 0 if _moved_on(desk, about) else known.revision


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
    about = kept.about
    try:
        session = int(kept.path.stem, 16)
    except ValueError:
        session = 0
    target = Target(Kind.NOTE, about.note_class, about.client, about.entity, about.base)
    return Unfinished(
        kept.path, about.entity, about.base, about.client, about.note_class == NoteClass.PROCESS, about.time,
        about.length, about.counter, _moved_on(desk, target),
        bool(session) and session == last, _ended(desk, session),
    )  # fmt: skip
