"""Readings, exports and shreds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from core.acts import entries
from core.acts.acting import Acting, target
from tests.corpus.case import Case, scenario
from tests.corpus.mend import Vault, broken
from tests.corpus.refusing import Make, clinic, refused
from tests.corpus.vaults import FIRST, OWNER, SECOND, SUPERVISOR, small
from vault_format.codes import Action, Reason
from vault_format.frames.record import Draft
from vault_format.public.trail import Reasoned


def _read(title: str, change: Callable[[Draft], Draft], reason: Reason | None = None) -> Make:
    return lambda vault, me: change(entries.read(me, vault.entity(title), reason=reason))


@scenario
def read_a_colleagues_process_note() -> Case:
    """The owner opens a clinician's process note."""
    return clinic("authority", _read("Mine alone", lambda draft: draft, Reason.CARE), OWNER)


@scenario
def read_outside_the_caseload_without_the_flag() -> Case:
    """A clinician opens another's client's note as if it were the own."""
    return clinic("authority", _read("First hour", lambda draft: replace(draft, flags=0, parts=()), Reason.CARE),
                   SECOND)  # fmt: skip


@scenario
def read_outside_the_caseload_without_a_reason() -> Case:
    """The flag is set, but nobody said why."""
    return clinic("format", _read("First hour", lambda draft: replace(draft, parts=()), Reason.CARE), SECOND)


@scenario
def read_outside_the_caseload_without_words() -> Case:
    """The reason's code is there, the words for the auditors are not."""
    return clinic("format", _read("First hour", lambda draft: replace(draft, parts=draft.parts[:1]), Reason.CARE),
                   SECOND)  # fmt: skip


@scenario
def read_with_a_flag_too_many() -> Case:
    """The author's own note, flagged as outside the caseload."""
    return clinic("format", _read("First hour", lambda draft: replace(draft, flags=1)), FIRST)


@scenario
def read_with_a_flag_and_a_reason_too_many() -> Case:
    """The author's own note, flagged as outside the caseload, with a reason."""

    def make(vault: Vault, me: Acting) -> Draft:
        about = target(me.state, vault.entity("First hour"))
        detail = me.words(Action.READ, "Why not.", entity=about.entity)
        return me.record(Action.READ, Reasoned(reason=Reason.CARE), detail, about=about, flags=1)

    return clinic("authority", make, FIRST)


@scenario
def read_with_an_unknown_flag() -> Case:
    """A flag that has no meaning."""
    return clinic("authority", _read("First hour", lambda draft: replace(draft, flags=8)), FIRST)


@scenario
def read_of_a_draft_without_the_flag() -> Case:
    """A supervisor opens a note that is not signed yet, and the record does not say so."""
    return clinic("authority", _read("Second hour", lambda draft: replace(draft, flags=0, parts=()), Reason.CARE),
                   SUPERVISOR)  # fmt: skip


@scenario
def read_of_a_revision_to_come() -> Case:
    """A revision that does not exist."""
    return clinic("authority", _read("First hour", lambda draft: replace(draft, revision=2)), FIRST)


@scenario
def read_of_revision_zero() -> Case:
    """Revision 0."""
    return clinic("authority", _read("First hour", lambda draft: replace(draft, revision=0)), FIRST)


@scenario
def read_of_nothing() -> Case:
    """An entity that nobody saved."""
    return clinic("authority", _read("First hour", lambda draft: replace(draft, entity=9)), FIRST)


@scenario
def read_as_another_kind() -> Case:
    """A note, named as a template."""
    return clinic("authority", _read("First hour", lambda draft: replace(draft, kind=4)), FIRST)


@scenario
def read_of_a_shredded_note() -> Case:
    """A note that was shredded."""
    vault = small()
    me = vault.acting(OWNER)
    number = vault.entity("First hour")
    draft = entries.read(me, number)
    vault.add(entries.shred(me, number, Reason.MISTAKE), me)
    vault.add(draft, me)
    return broken(vault, "authority")


def _disclosed(me: Acting, entity: int, **more: Any) -> Draft:  # noqa: ANN401  what is told
    return entries.disclose(me, entity, form=1, basis=1, purpose=1, entries=1, process=False, words="Asked.", **more)


@scenario
def disclose_a_colleagues_process_note() -> Case:
    """The owner exports a clinician's process note."""
    return clinic("authority", lambda vault, me: _disclosed(me, vault.entity("Mine alone")), OWNER)


@scenario
def disclose_outside_the_caseload_without_the_flag() -> Case:
    """A clinician exports another's client's chart as if it were the own."""
    return clinic(
        "authority", lambda vault, me: replace(_disclosed(me, vault.entity("OTTER"), chart=True), flags=0), SECOND
    )


@scenario
def disclose_of_a_chart_at_a_revision() -> Case:
    """An export of a client's chart that names a revision."""
    return clinic(
        "authority", lambda vault, me: replace(_disclosed(me, vault.entity("OTTER"), chart=True), revision=1), FIRST
    )


@scenario
def disclose_by_a_supervisor() -> Case:
    """A supervisor exports."""
    return clinic("authority", lambda vault, me: _disclosed(me, vault.entity("First hour")), SUPERVISOR)


@scenario
def disclose_without_words() -> Case:
    """An export that does not say to whom."""

    def make(vault: Vault, me: Acting) -> Draft:
        draft = _disclosed(me, vault.entity("First hour"))
        return replace(draft, parts=draft.parts[:1])

    return clinic("format", make, FIRST)


@scenario
def shred_of_a_signed_note_by_its_author() -> Case:
    """A clinician shreds a note that is signed: only an owner may."""
    return clinic("authority", lambda vault, me: entries.shred(me, vault.entity("First hour"), Reason.MISTAKE), FIRST)


@scenario
def shred_of_a_colleagues_draft() -> Case:
    """A clinician shreds another's draft."""
    return clinic("authority", lambda vault, me: entries.shred(me, vault.entity("Second hour"), Reason.MISTAKE), SECOND)


@scenario
def shred_of_a_colleagues_process_note() -> Case:
    """An owner shreds a clinician's process note."""
    return clinic("authority", lambda vault, me: entries.shred(me, vault.entity("Mine alone"), Reason.MISTAKE), OWNER)


@scenario
def shred_under_a_hold() -> Case:
    """A note of a client who is on legal hold."""
    return clinic("authority", lambda vault, me: entries.shred(me, vault.entity("Sap"), Reason.MISTAKE), OWNER)


@scenario
def shred_of_an_earlier_revision() -> Case:
    """A shred that names another revision than the latest."""
    return refused(
        "authority", lambda vault, me: replace(
            entries.shred(me, vault.entity("First hour"), Reason.MISTAKE), revision=2
        )
    )  # fmt: skip


@scenario
def shred_twice() -> Case:
    """A second shred of one note."""
    vault = small()
    me = vault.acting(OWNER)
    for _ in range(2):
        vault.add(entries.shred(me, vault.entity("First hour"), Reason.MISTAKE), me)
    return broken(vault, "authority")


@scenario
def read_where_a_reason_is_not_needed() -> Case:
    """The author's own note, opened with a reason that nobody needs."""

    def make(vault: Vault, me: Acting) -> Draft:
        draft = entries.read(me, vault.entity("First hour"))
        detail = me.words(Action.READ, "Why not.", entity=draft.entity)
        return me.record(
            Action.READ, Reasoned(reason=Reason.CARE), detail, about=target(me.state, draft.entity)
        )  # fmt: skip

    return refused("format", make)
