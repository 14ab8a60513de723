"""Clients, drafts, alerts, backups, failures and repairs."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from core.acts import entries, trail
from core.acts.acting import Acting, Target, target
from tests.corpus.case import Case, scenario, variant
from tests.corpus.mend import Vault, saying, with_part
from tests.corpus.refusing import clinic, refused
from tests.corpus.vaults import FIRST, SECOND, SUPERVISOR
from vault_format.codes import Action, ClientStatus, Kind, NoteClass, Reason
from vault_format.frames.record import Draft
from vault_format.public.entities import ClientSet


def _client(kind: str, member: int, client: str, **fields: Any) -> Case:  # noqa: ANN401  fields of the shape
    def make(vault: Vault, me: Acting) -> Draft:
        draft = entries.client_status(me, vault.entity(client), ClientStatus.CLOSED)
        base: dict[str, Any] = {"status": None, "hold": None, "members": None, "reason": Reason.NONE}
        return saying(draft, ClientSet(**base | fields))

    return clinic(kind, make, member)


CLIENTS: dict[str, tuple[str, tuple[Any, ...], dict[str, Any]]] = {
    "nothing": ("A change that says nothing.", ("format", FIRST, "OTTER"), {}),
    "two-at-once": ("A change of status and hold at once.", ("format", FIRST, "OTTER"), {"status": 2, "hold": True}),
    "status-unknown": ("A status that is not in the list.", ("format", FIRST, "OTTER"), {"status": 4}),
    "hold-lifted-by-a-clinician": (
        "A legal hold lifted by a clinician.", ("authority", SECOND, "MAPLE"), {"hold": False}
    ),
    "caseload-by-an-outsider": (
        "A clinician writes himself into another's caseload.", ("authority", SECOND, "OTTER"), {"members": [2, 3]}
    ),
    "caseload-out-of-order": ("A caseload whose numbers fall.", ("authority", FIRST, "OTTER"), {"members": [3, 2]}),
    "caseload-twice": ("A caseload with one member twice.", ("authority", FIRST, "OTTER"), {"members": [2, 2]}),
    "caseload-of-nobody-known": (
        "A caseload with a number nobody has.", ("authority", FIRST, "OTTER"), {"members": [2, 9]}
    ),
    "by-a-supervisor": ("A supervisor closes a client.", ("authority", SUPERVISOR, "OTTER"), {"status": 2}),
}  # fmt: skip
for _name, (_what, _arguments, _fields) in CLIENTS.items():
    variant(f"client-{_name}", _what, partial(_client, *_arguments, **_fields))


@scenario
def client_that_is_a_note() -> Case:
    """The status of a note."""

    def make(vault: Vault, me: Acting) -> Draft:
        number = vault.entity("First hour")
        return replace(entries.client_status(me, number, ClientStatus.CLOSED), client=vault.entity("OTTER"))

    return refused("authority", make)


def _journal(me: Acting, about: Target) -> Draft:
    return entries.journal(me, Action.DRAFT_KEPT, about, count=1, first=1, last=2)


@scenario
def draft_of_a_signed_note() -> Case:
    """A draft of a note that is signed."""
    return clinic("authority", lambda vault, me: _journal(me, target(me.state, vault.entity("First hour"))), FIRST)


@scenario
def draft_of_a_colleagues_note() -> Case:
    """A draft of somebody else's note."""
    return clinic("authority", lambda vault, me: _journal(me, target(me.state, vault.entity("Second hour"))), SECOND)


@scenario
def draft_of_a_revision_to_come() -> Case:
    """A draft of a revision that the note does not have."""
    return clinic("authority", lambda vault, me: _journal(me, target(me.state, vault.entity("Second hour"), 2)), FIRST)


@scenario
def draft_of_revision_zero() -> Case:
    """A draft of a note that is there, as if it were new."""
    return clinic(
        "authority", lambda vault, me: _journal(me, replace(target(me.state, vault.entity("Second hour")), revision=0)),
        FIRST,
    )  # fmt: skip


@scenario
def draft_of_a_new_note_at_a_revision() -> Case:
    """A draft of a note that is not there yet, at a revision."""
    return clinic(
        "authority", lambda vault, me: _journal(me, Target(Kind.NOTE, NoteClass.CHART, vault.entity("OTTER"), 8, 1)),
        FIRST,
    )  # fmt: skip


@scenario
def draft_of_entity_zero() -> Case:
    """A draft of no entity."""
    return clinic(
        "authority", lambda vault, me: _journal(me, Target(Kind.NOTE, NoteClass.CHART, vault.entity("OTTER"), 0, 0)),
        FIRST,
    )  # fmt: skip


@scenario
def draft_of_a_new_note_for_nobody() -> Case:
    """A draft of a new note for a client that is not known."""
    return clinic("authority", lambda _, me: _journal(me, Target(Kind.NOTE, NoteClass.CHART, 9, 8, 0)), FIRST)


@scenario
def draft_of_a_client() -> Case:
    """A draft of a client."""
    return clinic("authority", lambda vault, me: _journal(me, target(me.state, vault.entity("OTTER"))), FIRST)


@scenario
def answer_to_no_alert() -> Case:
    """An answer to a record that is no alert."""
    return refused("authority", lambda _, me: trail.answered(me, 1, Reason.OTHER))


@scenario
def restore_test_of_no_backup() -> Case:
    """A test of a record that is no backup."""
    return refused("authority", lambda _, me: trail.restore_test(me, 1, milliseconds=1, opened=1, worked=True))


@scenario
def failure_of_an_earlier_session() -> Case:
    """A failure of a record from before the session."""
    return refused("authority", lambda _, me: trail.act_failed(me, 1, Reason.DAMAGE))


@scenario
def failure_of_a_record_to_come() -> Case:
    """A failure of a record that is not there yet."""
    return refused("authority", lambda _, me: trail.act_failed(me, 9, Reason.DAMAGE))


@scenario
def repair_without_the_cut_header() -> Case:
    """A repaired cut record without its header and signature."""
    return refused("format", lambda _, me: trail.tail_repaired(me, case=2, length=300, digest=bytes(32)))


@scenario
def repair_with_a_header_too_many() -> Case:
    """Repaired zeros that come with a header."""
    return refused(
        "format", lambda _, me: trail.tail_repaired(me, case=3, length=300, digest=bytes(32), head=bytes(208))
    )


@scenario
def rotation_asked_for_with_a_detail_of_another_entity() -> Case:
    """A detail whose row names an entity that the header does not."""

    def make(_: Vault, me: Acting) -> Draft:
        return with_part(trail.rotation_due(me, Reason.BY_HAND, "By hand."), 1, entity=9)

    return refused("format", make)
