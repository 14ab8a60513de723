"""Header fields that an action leaves zero, sessions, parts and times."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from core.acts import trail
from tests.corpus.case import Case, scenario, variant
from tests.corpus.mend import broken, whole, with_part
from tests.corpus.scenarios.signers import ORIGIN, listed
from tests.corpus.vaults import FIRST, OWNER, SECOND, early, small
from vault_format.codes import Action


def _with(action: Action, fields: dict[str, Any]) -> Case:
    vault = small()
    me = vault.acting(OWNER)
    drafts = {
        Action.LIST: lambda: trail.listed(me, 1, 0),
        Action.LOCK: lambda: trail.lock(me),
        Action.TAIL_REPAIRED: lambda: trail.tail_repaired(me, case=1, length=9, digest=bytes(32)),
    }
    vault.add(replace(drafts[action](), **fields), me)
    return broken(vault, "authority")


FIELDS = {
    "outcome-unknown": ("A lock with an outcome that is not in the list.", Action.LOCK, {"outcome": 7}),
    "outcome-where-none": ("A list that failed.", Action.LIST, {"outcome": 1}),
    "kind-where-none": ("A list of a kind of entity.", Action.LIST, {"kind": 1}),
    "class-where-none": ("A list of a class of notes.", Action.LIST, {"note_class": 1}),
    "flag-where-none": ("A list with a flag.", Action.LIST, {"flags": 1}),
    "client-where-none": ("A list that names a client.", Action.LIST, {"client": 5}),
    "entity-where-none": ("A list that names an entity.", Action.LIST, {"entity": 5}),
    "revision-where-none": ("A list that names a revision.", Action.LIST, {"revision": 5}),
    "ref-where-none": ("A list that answers a record.", Action.LIST, {"ref": 1}),
    "session-none": ("A list in no session.", Action.LIST, {"session": 0}),
    "session-unknown": ("A list in a session that nobody opened.", Action.LIST, {"session": 5}),
    "session-where-none": ("A repair inside a session.", Action.TAIL_REPAIRED, {"session": 5}),
}
for _name, (_what, _action, _fields) in FIELDS.items():
    variant(f"field-{_name}", _what, partial(_with, _action, _fields))


@scenario
def session_of_another_member() -> Case:
    """A clinician lists in the session of another."""
    vault = early()
    me, other = vault.acting(FIRST), vault.acting(SECOND)
    vault.add(trail.listed(replace(me, session=other.session), 1, 0), me)
    return broken(vault, "authority")


@scenario
def session_closed() -> Case:
    """A list in a session after its lock."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(trail.lock(me), me)
    vault.add(trail.listed(me, 1, 0), me)
    return broken(vault, "authority")


@scenario
def session_opened_twice() -> Case:
    """An unlock into a session that is open."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(trail.unlock(me, ORIGIN), me)
    return broken(vault, "authority")


@scenario
def session_opened_twice_by_an_unreadable_record() -> Case:
    """An unlock into a session that is open, with a public part that is none: the session is looked at first."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(with_part(trail.unlock(me, ORIGIN), 0, data=b"\xc1"), me)
    return broken(vault, "authority")


@scenario
def session_zero_opened() -> Case:
    """An unlock into session 0."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(trail.unlock(replace(me, session=0), ORIGIN), me)
    return broken(vault, "authority")


@scenario
def parts_too_many() -> Case:
    """A list with a second part."""
    vault = small()
    draft, me = listed(vault, OWNER)
    vault.add(replace(draft, parts=(*draft.parts, draft.parts[0])), me)
    return broken(vault, "format")


@scenario
def parts_where_none() -> Case:
    """A lock that says something."""
    vault = small()
    draft, me = listed(vault, OWNER)
    vault.add(replace(trail.lock(me), parts=draft.parts), me)
    return broken(vault, "format")


@scenario
def parts_none() -> Case:
    """A list without its public part."""
    vault = small()
    draft, me = listed(vault, OWNER)
    vault.add(replace(draft, parts=()), me)
    return broken(vault, "format")


@scenario
def row_with_a_revision() -> Case:
    """A public part whose row names a revision."""
    vault = small()
    draft, me = listed(vault, OWNER)
    vault.add(replace(draft, parts=(draft.parts[0]._replace(revision=1),)), me)
    return broken(vault, "format")


@scenario
def time_out_of_bounds() -> Case:
    """A record of the year 287,396."""
    vault = small()
    draft, me = listed(vault, OWNER)
    now, vault.now = vault.now, 2**53
    vault.add(draft, me)
    vault.now = now
    return broken(vault, "format")


@scenario
def clock_back() -> Case:
    """A signed record with an earlier time than the one before it: a notice, for honest clocks do that."""
    vault = small()
    draft, me = listed(vault, OWNER)
    vault.now -= 3_600_000
    seq = vault.add(draft, me)
    vault.now += 3_600_000
    return whole(vault, notices=[("clock", seq)])
