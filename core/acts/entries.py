"""Notes, clients, appointments and templates: what is written for each thing that can be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.acts.acting import Acting, Target, target
from core.indexes import Index
from vault_format.authority.entities import Entity
from vault_format.authority.notes import outside_flag
from vault_format.codes import Action, AddendumKind, ClientStatus, Flag, Kind, NoteClass, Reason
from vault_format.errors import UsageError
from vault_format.frames.record import Draft
from vault_format.public.entities import Addendum, ClientSet, Committed, Disclose, Import, Seals
from vault_format.public.trail import Reasoned


@dataclass(frozen=True, slots=True)
class Saved:
    """A save that is ready to be written, and the commitment (32 bytes) that a signature will repeat."""

    draft: Draft
    commit: bytes


def next_revision(acting: Acting, entity: int) -> Target:
    """Return ENTITY at the revision that a save would write. Raises UsageError if no save created it."""
    latest = target(acting.state, entity)
    return Target(latest.kind, latest.note_class, latest.client, entity, latest.revision + 1)


def save(acting: Acting, about: Target, index: Index, body: str) -> Saved:
    """40: a new entity (revision 1) or its next revision. Raises UsageError if the text is over its bound."""
    commit, *sealed = acting.keyring.seal_entity(acting.identity(about), index, body, acting.entropy)
    return Saved(acting.record(Action.SAVE, Committed(commit=commit), *sealed, about=about), commit)


def _known(acting: Acting, entity: int) -> Entity:
    known = acting.state.entities.get(entity)
    if known is None:
        raise UsageError("There is no such entry in this vault.", todo="List what there is.")
    return known


def sign(acting: Acting, entity: int, commit: bytes) -> Draft:
    """41: the author signs the latest revision; COMMIT is what its save committed to."""
    known = _known(acting, entity)
    about = target(acting.state, entity)
    return acting.record(Action.SIGN, Committed(commit=commit), about=about, ref=known.saved)


def cosign(acting: Acting, entity: int, commit: bytes) -> Draft:
    """43: a supervisor agrees with a signed chart note."""
    known = _known(acting, entity)
    about = target(acting.state, entity)
    return acting.record(Action.COSIGN, Committed(commit=commit), about=about, ref=known.signed)


def addendum(
    acting: Acting, parent: int, entity: int, index: Index, body: str, kind: AddendumKind = AddendumKind.ADDENDUM
) -> Saved:
    """42: a new note ENTITY that stands below the signed note PARENT."""
    known = _known(acting, parent)
    about = Target(Kind.NOTE, known.note_class, known.client, entity, 1)
    commit, *sealed = acting.keyring.seal_entity(acting.identity(about), index, body, acting.entropy)
    shape = Addendum(kind=kind, parent=parent, commit=commit)
    return Saved(acting.record(Action.ADDENDUM, shape, *sealed, about=about, ref=known.signed), commit)


def bring_in(
    acting: Acting, about: Target, index: Index, body: str, *, vault: bytes, author: str, entity: int, revision: int,
    original: bytes, side: int,
) -> Saved:  # fmt: skip
    """4C: something from another vault, as a new entity here.

    VAULT is that vault's id; AUTHOR, ENTITY, REVISION and ORIGINAL (32 bytes, the commitment there) are its claims;
    SIDE is 1 before and 2 after the break.
    """
    commit, *sealed = acting.keyring.seal_entity(acting.identity(about), index, body, acting.entropy)
    shape = Import(
        vault=vault, author=author, entity=entity, revision=revision, original=original, side=side, commit=commit
    )
    return Saved(acting.record(Action.IMPORT, shape, *sealed, about=about), commit)


def opening_flags(acting: Acting, entity: int) -> int:
    """Return the flags that opening ENTITY must bear; where they are not 0, a reason must be stated."""
    known = _known(acting, entity)
    member = acting.keyring.member
    flags = outside_flag(acting.state, member, acting.state.members[member].role, known.client)
    if known.kind == Kind.NOTE and not known.signed and known.author != member:
        flags |= Flag.OTHERS_DRAFT
    return flags


def read(
    acting: Acting, entity: int, revision: int = 0, *, reason: Reason | None = None, words: str = "",
    beside: bool = False,
) -> Draft:  # fmt: skip
    """44: the body of ENTITY is opened, at REVISION (0: the latest).

    Raises UsageError if a reason is needed and none given.
    """
    flags = opening_flags(acting, entity)
    about = target(acting.state, entity, revision)
    every = flags | (Flag.BESIDE if beside else 0)
    if not flags:
        return acting.record(Action.READ, about=about, flags=every)
    if reason is None:
        raise UsageError(
            "Opening this needs a reason.", safe="Nothing was opened.", todo="State why it is opened."
        )  # fmt: skip
    detail = acting.words(Action.READ, words, entity=entity)
    return acting.record(Action.READ, Reasoned(reason=reason), detail, about=about, flags=every)


def disclose(
    acting: Acting, entity: int, *, form: int, basis: int, purpose: int, entries: int, process: bool, words: str,
    more: Sequence[str] = (), chart: bool = False,
) -> Draft:  # fmt: skip
    """45: one note leaves the vault or, with CHART, all of the client ENTITY.

    FORM, BASIS and PURPOSE are codes; WORDS and MORE go to the auditors only.
    """
    known = _known(acting, entity)
    latest = target(acting.state, entity)
    about = Target(latest.kind, latest.note_class, latest.client, entity, 0) if chart else latest
    if chart and known.kind != Kind.CLIENT:
        raise UsageError("A chart is exported by its client.", todo="Name the client.")
    shape = Disclose(form=form, basis=basis, purpose=purpose, entries=entries, process=process)
    detail = acting.words(Action.DISCLOSE, words, more, entity=entity)
    return acting.record(Action.DISCLOSE, shape, detail, about=about, flags=opening_flags(acting, entity))


def shred(acting: Acting, entity: int, reason: Reason, words: str = "") -> Draft:
    """46: the ciphertext of ENTITY may leave the file for ever."""
    about = target(acting.state, entity)
    parts = [acting.words(Action.SHRED, words, entity=entity)] if words else []
    return acting.record(Action.SHRED, Reasoned(reason=reason), *parts, about=about)


def _client(
    acting: Acting, client: int, reason: Reason, *, status: int | None = None, hold: bool | None = None,
    members: list[int] | None = None,
) -> Draft:  # fmt: skip
    about = Target(Kind.CLIENT, NoteClass.CHART, client, client, 0)
    shape = ClientSet(status=status, hold=hold, members=members, reason=reason)
    return acting.record(Action.CLIENT_SET, shape, about=about)


def client_status(acting: Acting, client: int, status: ClientStatus, reason: Reason = Reason.NONE) -> Draft:
    """47: a client becomes active, closed or archived."""
    return _client(acting, client, reason, status=status)


def client_hold(acting: Acting, client: int, *, hold: bool, reason: Reason = Reason.LEGAL) -> Draft:
    """47: a legal hold is set or lifted."""
    return _client(acting, client, reason, hold=hold)


def caseload(acting: Acting, client: int, members: Sequence[int], reason: Reason = Reason.NONE) -> Draft:
    """47: who is assigned to a client; nobody means that there is no caseload."""
    return _client(acting, client, reason, members=sorted(set(members)))


def journal(acting: Acting, action: Action, about: Target, *, count: int, first: int, last: int) -> Draft:
    """48 to 4B: what became of text in the draft journal: COUNT seals between FIRST and LAST (UTC ms).

    ABOUT is the note at the revision that was edited, 0 for a new one.
    """
    return acting.record(action, Seals(count=count, first=first, last=last), about=about)
