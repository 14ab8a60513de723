"""What earlier sessions left in their journals, as far as it can be known without opening it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.acts.acting import Target
from core.drafts import DraftKind, Kept, clear_emptied, find_kept, in_use, journals
from core.session.desk import Desk
from vault_format.codes import Action, Kind, LockReason, NoteClass
from vault_format.errors import UsageError


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What a session left in its journal.

    SESSION is its number, 0 where that is not known; KIND what it is a draft of. ENTITY is the note or, of a client's
    entry, the client; BASE the revision that was edited (0: none), TIME when it was sealed (UTC ms), SIZE how many
    bytes are sealed. OLD says that the vault has moved on; LAST that the member's last session left it; ENDED is why
    that session was locked, None if it was not.
    """

    path: Path
    session: int
    kind: DraftKind
    entity: int
    base: int
    client: int
    process: bool
    time: int
    size: int
    seals: int
    old: bool
    last: bool
    ended: LockReason | None


def find_unfinished(desk: Desk) -> list[Unfinished]:
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


def still_there(left: Unfinished) -> Kept:
    """Return the slot that was offered. Raises UsageError if another session took it over meanwhile."""
    for kept in find_kept(left.path)[:1]:
        about = kept.about
        if (about.counter, about.kind, about.entity, about.base, about.client) == (
            left.seals, left.kind, left.entity, left.base, left.client,
        ):  # fmt: skip
            return kept
    raise UsageError("This draft is not there any more.", safe="Nothing was opened.", todo="Look again.")


def remove(left: Unfinished) -> None:
    """Remove the journal that LEFT stands in. Raises UsageError."""
    try:
        left.path.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"The draft cannot be removed ({error.strerror}).", safe="It is kept.") from None


def note_moved_on(desk: Desk, about: Target) -> bool:
    """Whether a text that was written on a note at a revision can no longer become its next one."""
    known = desk.state.entities.get(about.entity)
    if known is None:
        return about.revision > 0
    its = (known.kind, known.note_class, known.client, known.author)
    mine = its == (about.kind, about.note_class, about.client, desk.keyring.member)
    return not mine or bool(known.signed) or known.shredded or known.revision > about.revision


def _client_moved_on(desk: Desk, client: int, base: int) -> bool:
    """Whether a client's entry is another one than that which the form was opened on."""
    known = desk.state.entities.get(client)
    return known.revision != base or known.shredded if known is not None else base > 0


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
    if about.kind == DraftKind.CLIENT:
        old = _client_moved_on(desk, about.client, about.base)
    else:
        old = note_moved_on(desk, Target(Kind.NOTE, about.note_class, about.client, about.entity, about.base))
    return Unfinished(
        kept.path, session, DraftKind(about.kind), about.entity, about.base, about.client,
        about.note_class == NoteClass.PROCESS, about.time, about.length, about.counter, old,
        bool(session) and session == last, _ended(desk, session),
    )  # fmt: skip
