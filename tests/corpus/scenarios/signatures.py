"""Signatures, co-signatures and additions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from core.acts import entries
from core.acts.acting import Acting
from tests.corpus.case import Case, scenario
from tests.corpus.mend import Vault, broken, saying
from tests.corpus.refusing import clinic, refused
from tests.corpus.scenarios.people import said_by
from tests.corpus.vaults import FIRST, SECOND, SUPERVISOR, early
from tests.vectors.scenes import texts
from vault_format.frames.record import Draft
from vault_format.public.entities import Addendum, Committed


def _sign(vault: Vault, me: Acting, **fields: Any) -> Draft:  # noqa: ANN401  a draft's fields
    number = vault.entity("Second hour")
    saved = me.state.entities.get(number)
    assert saved is not None
    return replace(entries.sign(me, number, vault.commit(saved.saved)), **fields)


@scenario
def sign_another_commit() -> Case:
    """A signature that repeats another commitment than the save's."""
    return clinic("authority", lambda vault, me: saying(_sign(vault, me), Committed(commit=bytes(32))), FIRST)


@scenario
def sign_of_a_colleagues_note() -> Case:
    """A signature under somebody else's note."""
    return clinic("authority", _sign, SECOND)


@scenario
def sign_another_revision() -> Case:
    """A signature of a revision that is not the latest."""
    return clinic("authority", lambda vault, me: _sign(vault, me, revision=2), FIRST)


@scenario
def sign_that_answers_another_record() -> Case:
    """A signature that names another record than the save."""
    return clinic("authority", lambda vault, me: _sign(vault, me, ref=1), FIRST)


@scenario
def sign_twice() -> Case:
    """A second signature under one note."""

    def make(vault: Vault, me: Acting) -> Draft:
        number = vault.entity("First hour")
        return entries.sign(me, number, vault.commit(3))

    return refused("authority", make)


@scenario
def sign_a_client() -> Case:
    """A signature under a client."""

    def make(vault: Vault, me: Acting) -> Draft:
        return entries.sign(me, vault.entity("OTTER"), vault.commit(2))

    return refused("authority", make)


def _addendum(vault: Vault, me: Acting, parent: str, **fields: Any) -> Draft:  # noqa: ANN401  a draft's fields
    number, client = vault.entity(parent), me.state.entities.get(vault.entity(parent))
    assert client is not None
    index = texts.note_index(me, client.client, "Later", parent=number)
    return replace(entries.addendum(me, number, 9, index, "Rang at noon.").draft, **fields)


@scenario
def addendum_to_an_unsigned_note() -> Case:
    """An addition to a note that is not signed."""
    return clinic("authority", lambda vault, me: _addendum(vault, me, "Second hour"), FIRST)


@scenario
def addendum_to_nothing() -> Case:
    """An addition to an entity that nobody saved."""

    def make(vault: Vault, me: Acting) -> Draft:
        draft = _addendum(vault, me, "First hour")
        return saying(draft, msgspec.structs.replace(said_by(draft, Addendum), parent=77))

    return clinic("authority", make, FIRST)


@scenario
def addendum_that_answers_another_record() -> Case:
    """An addition that names the save and not the signature."""
    return clinic("authority", lambda vault, me: _addendum(vault, me, "First hour", ref=1), FIRST)


@scenario
def addendum_for_another_client() -> Case:
    """An addition that lies in another client's chart."""
    return clinic(
        "authority", lambda vault, me: _addendum(vault, me, "First hour", client=vault.entity("MAPLE")), FIRST
    )


@scenario
def addendum_to_a_colleagues_process_note() -> Case:
    """An addition to somebody else's signed process note."""
    vault = early()
    author = vault.acting(FIRST)
    number = vault.entity("Mine alone")
    known = author.state.entities.get(number)
    assert known is not None
    vault.add(entries.sign(author, number, vault.commit(known.saved)), author)
    me = vault.acting(SECOND)
    index = texts.note_index(me, vault.entity("OTTER"), "Later", parent=number)
    vault.add(entries.addendum(me, number, 9, index, "I saw it.").draft, me)
    return broken(vault, "authority")


@scenario
def addendum_over_an_entity() -> Case:
    """An addition in place of a note that is there."""

    def make(vault: Vault, me: Acting) -> Draft:
        number, parent = vault.entity("Second hour"), vault.entity("First hour")
        index = texts.note_index(me, vault.entity("OTTER"), "Later", parent=parent)
        return entries.addendum(me, parent, number, index, "Rang at noon.").draft

    return clinic("authority", make, FIRST)


@scenario
def cosign_of_an_unsigned_note() -> Case:
    """A supervisor's signature under a note that its author did not sign."""

    def make(vault: Vault, me: Acting) -> Draft:
        number = vault.entity("Second hour")
        known = me.state.entities.get(number)
        assert known is not None
        return entries.cosign(me, number, vault.commit(known.saved))

    return clinic("authority", make, SUPERVISOR)


@scenario
def cosign_of_another_commit() -> Case:
    """A supervisor's signature that repeats another commitment."""
    return clinic("authority", lambda vault, me: entries.cosign(me, vault.entity("First hour"), bytes(32)), SUPERVISOR)


@scenario
def cosign_by_the_author() -> Case:
    """A clinician's signature in the supervisor's place."""

    def make(vault: Vault, me: Acting) -> Draft:
        known = me.state.entities.get(vault.entity("First hour"))
        assert known is not None
        return entries.cosign(me, vault.entity("First hour"), vault.commit(known.saved))

    return clinic("authority", make, FIRST)
