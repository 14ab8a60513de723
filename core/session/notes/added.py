"""When something may be added to a signed note."""

from __future__ import annotations

from vault_format.authority.state import State
from vault_format.codes import AddendumKind, Kind, NoteClass
from vault_format.errors import Refused, UsageError

_KEPT = "Your text is kept where it is."
KINDS = {
    AddendumKind.ADDENDUM: "addendum", AddendumKind.LATE_ENTRY: "late entry", AddendumKind.CORRECTION: "correction",
}  # fmt: skip
"""The kinds of additions: learned after signing, known then and left out, stands there wrongly."""


def check_parent(state: State, parent: int, client: int, note_class: int, kind: int, member: int) -> AddendumKind:
    """Return the KIND of an addition of MEMBER to PARENT. Raises UsageError or Refused where it cannot stand there."""
    if kind not in set(AddendumKind):
        raise UsageError("There is no such kind of addition.", safe=_KEPT, todo=f"Kinds: {', '.join(KINDS.values())}.")
    known = state.entities.get(parent)
    if known is None or known.kind != Kind.NOTE:
        raise UsageError("There is no such note to add to.", safe=_KEPT)
    if known.shredded:
        raise UsageError("The note that this adds to was shredded.", safe=_KEPT, todo="Write a note of its own.")
    if not known.signed:
        raise UsageError("This note is a draft.", safe=_KEPT, todo="Write on in it; only a signed note is added to.")
    if known.note_class == NoteClass.PROCESS and known.author != member:
        raise Refused("Only its author adds to a process note.", safe=_KEPT)
    if (known.note_class, known.client) != (note_class, client):
        raise UsageError("An addition is for the client and the class of the note it adds to.", safe=_KEPT)
    return AddendumKind(kind)
