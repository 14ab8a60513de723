"""Saves that no author could write."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.acts import entries
from core.acts.acting import Acting, Target, target
from tests.corpus.case import Case, scenario
from tests.corpus.mend import Vault, broken, with_part
from tests.corpus.refusing import clinic, refused
from tests.corpus.vaults import FIRST, OWNER, SECOND, SUPERVISOR, small
from tests.vectors.scenes import texts
from vault_format.codes import Kind, NoteClass, Reason
from vault_format.frames.record import Draft


def _note(vault: Vault, me: Acting, **fields: Any) -> Draft:  # noqa: ANN401  a draft's fields
    return replace(texts.new_note(me, vault.entity("OTTER"), "New", "Text.").draft, **fields)


def _again(vault: Vault, me: Acting, title: str, **fields: Any) -> Draft:  # noqa: ANN401  a draft's fields
    number = vault.entity(title)
    return replace(texts.revise(me, number, vault.entity("OTTER"), title, "Again.").draft, **fields)


@scenario
def save_over_a_signed_note() -> Case:
    """A new revision of a note that its author signed."""
    return refused("authority", lambda vault, me: _again(vault, me, "First hour"))


@scenario
def save_of_a_revision_skipped() -> Case:
    """A revision that does not follow the latest."""

    def make(vault: Vault, me: Acting) -> Draft:
        number = vault.entity("Second hour")
        about = replace(entries.next_revision(me, number), revision=3)
        return entries.save(me, about, texts.note_index(me, about.client, "Second hour"), "Third.").draft

    return clinic("authority", make, FIRST)


@scenario
def save_of_the_same_revision() -> Case:
    """The latest revision a second time, with another text."""

    def make(vault: Vault, me: Acting) -> Draft:
        about = target(me.state, vault.entity("Second hour"))
        return entries.save(me, about, texts.note_index(me, about.client, "Second hour"), "Another.").draft

    return clinic("authority", make, FIRST)


@scenario
def save_of_a_colleagues_draft() -> Case:
    """A new revision of somebody else's unsigned note."""
    return clinic("authority", lambda vault, me: _again(vault, me, "Second hour"), SECOND)


@scenario
def save_that_moves_to_another_client() -> Case:
    """A revision that names another client than the note's."""

    def make(vault: Vault, me: Acting) -> Draft:
        return _again(vault, me, "Second hour", client=vault.entity("MAPLE"))

    return clinic("authority", make, FIRST)


@scenario
def save_that_changes_the_class() -> Case:
    """A revision that makes a process note of a chart note."""

    def make(vault: Vault, me: Acting) -> Draft:
        about = replace(entries.next_revision(me, vault.entity("Second hour")), note_class=NoteClass.PROCESS)
        return entries.save(me, about, texts.note_index(me, about.client, "Second hour"), "Mine.").draft

    return clinic("authority", make, FIRST)


@scenario
def save_by_a_supervisor() -> Case:
    """A note by a supervisor, who writes none."""
    return clinic("authority", _note, SUPERVISOR)


@scenario
def save_for_an_unknown_client() -> Case:
    """A note whose client nobody saved."""
    return refused("authority", lambda vault, me: _note(vault, me, client=5))


@scenario
def save_for_a_shredded_client() -> Case:
    """A note whose client was shredded."""
    vault = small()
    me = vault.acting(OWNER)
    draft = _note(vault, me)
    vault.add(entries.shred(me, vault.entity("OTTER"), Reason.RETENTION_OVER), me)
    vault.add(draft, me)
    return broken(vault, "authority")


@scenario
def save_for_a_note_as_client() -> Case:
    """A note whose client is a note."""
    return refused("authority", lambda vault, me: _note(vault, me, client=vault.entity("First hour")))


@scenario
def save_that_begins_at_revision_two() -> Case:
    """A new entity at revision 2."""

    def make(vault: Vault, me: Acting) -> Draft:
        about = Target(Kind.NOTE, NoteClass.CHART, vault.entity("OTTER"), 9, 2)
        return entries.save(me, about, texts.note_index(me, about.client, "New"), "Text.").draft

    return refused("authority", make)


@scenario
def save_of_entity_zero() -> Case:
    """An entity of number 0."""

    def make(vault: Vault, me: Acting) -> Draft:
        about = Target(Kind.NOTE, NoteClass.CHART, vault.entity("OTTER"), 0, 1)
        return entries.save(me, about, texts.note_index(me, about.client, "New"), "Text.").draft

    return refused("authority", make)


@scenario
def save_of_a_client_of_another() -> Case:
    """A client whose client number is another's."""

    def make(vault: Vault, me: Acting) -> Draft:
        return replace(texts.new_client(me, "NEWT").draft, client=vault.entity("OTTER"))

    return refused("authority", make)


@scenario
def save_of_a_template_with_a_client() -> Case:
    """A template that names a client."""

    def make(vault: Vault, me: Acting) -> Draft:
        return replace(texts.new_template(me).draft, client=vault.entity("OTTER"))

    return refused("authority", make)


@scenario
def save_of_a_process_client() -> Case:
    """A client of the class that only notes have."""

    def make(_: Vault, me: Acting) -> Draft:
        draft = texts.new_client(me, "NEWT").draft
        parts = (
            draft.parts[0],
            *(part._replace(note_class=2, key_type=3, key_epoch=1, entity=9) for part in draft.parts[1:]),
        )
        return replace(draft, parts=parts, note_class=NoteClass.PROCESS, client=9, entity=9)

    return refused("authority", make)


@scenario
def save_under_the_wrong_key_type() -> Case:
    """A chart note whose row says that it is sealed under the author's key."""
    return refused("format", lambda vault, me: with_part(_note(vault, me), 2, key_type=3, key_epoch=1))


@scenario
def save_under_another_epoch() -> Case:
    """A note whose row names a key epoch that is not the header's."""
    return refused("format", lambda vault, me: with_part(_note(vault, me), 1, key_epoch=2))


@scenario
def save_with_parts_of_another_entity() -> Case:
    """A note whose body's row names another entity than the header."""
    return refused("format", lambda vault, me: with_part(_note(vault, me), 2, entity=vault.entity("First hour")))


@scenario
def save_with_parts_of_another_revision() -> Case:
    """A note whose index's row names another revision than the header."""
    return refused("format", lambda vault, me: with_part(_note(vault, me), 1, revision=2))


@scenario
def save_without_a_body() -> Case:
    """A note without its body."""
    return refused("format", lambda vault, me: replace(_note(vault, me), parts=_note(vault, me).parts[:2]))


@scenario
def save_with_index_and_body_exchanged() -> Case:
    """A note whose body stands before its index."""

    def make(vault: Vault, me: Acting) -> Draft:
        draft = _note(vault, me)
        return replace(draft, parts=(draft.parts[0], draft.parts[2], draft.parts[1]))

    return refused("format", make)


@scenario
def import_over_an_entity() -> Case:
    """An import in place of a note that is there."""

    def make(vault: Vault, me: Acting) -> Draft:
        about = target(me.state, vault.entity("First hour"))
        return entries.bring_in(
            me, about, texts.note_index(me, about.client, "First hour"), "Another.", vault=bytes(32), author="moth",
            entity=1, revision=1, original=bytes(32), side=1,
        ).draft  # fmt: skip

    return refused("authority", make)
