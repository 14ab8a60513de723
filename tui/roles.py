"""What a member's role leaves out of the pages, and what is said when its key is pressed all the same.

The rules are those of the file (vault_format/authority/rules.py) and hold whatever a page offers; this table spares
people a form whose end is a refusal. What depends on the note under the cursor too is decided by its page.
"""

from __future__ import annotations

from vault_format.codes import Role

_WRITERS = frozenset({Role.OWNER, Role.CLINICIAN})
_READERS = frozenset({*_WRITERS, Role.SUPERVISOR})
_OWNERS = frozenset({Role.OWNER})

_WRITE = "The role {role} does not write: owners and clinicians do."
_SEND = "The role {role} lets nothing out: owners and clinicians do."
_LOOK = "The role {role} is shown no notes and no clients."
_OWNER = "The role {role} does not do this. An owner does."
_HOLD = "The role {role} sets no hold: owners and clinicians do."

_KEPT_BACK: dict[frozenset[Role], dict[str, dict[str, tuple[str, ...]]]] = {
    _WRITERS: {
        _WRITE: {
            "today": ("new", "took_place", "missed", "cancelled", "reschedule"),
            "clients": ("new", "edit", "bring_in"),
            "chart": ("new", "add", "move_note", "shred"),
            "sheet": ("new", "took_place", "missed", "cancelled", "reschedule", "status", "assign", "merge"),
            "reader": ("edit", "add", "move_note", "shred"),
        },
        _HOLD: {"retention": ("hold",)},
        _SEND: {"clients": ("write_out",), "chart": ("write_out",), "reader": ("write_out",)},
    },
    _READERS: {_LOOK: {"clients": ("names", "sheet")}},
    _OWNERS: {_OWNER: {"sheet": ("remove",), "retention": ("shred",)}},
}  # fmt: skip

_TABLE = {
    (where, name): (roles, sentence)
    for roles, said in _KEPT_BACK.items()
    for sentence, pages in said.items()
    for where, names in pages.items()
    for name in names
}


def refusal(role: Role, where: str, name: str) -> str:
    """Return what is said where ROLE may not do the act NAME on the page WHERE; empty if it may."""
    roles, sentence = _TABLE.get((where, name), (None, ""))
    return "" if roles is None or role in roles else sentence.format(role=role.name.lower())


def kept_back(role: Role, where: str) -> frozenset[str]:
    """Return the acts of the page WHERE that are no acts of ROLE."""
    return frozenset(name for page, name in _TABLE if page == where and refusal(role, page, name))
