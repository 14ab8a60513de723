"""Opening a client is recorded first; what is saved from it is its next revision."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.names import in_order
from core.session import ClientDraft, Session
from tests.core.practice import PASSPHRASES, Practice
from vault_format.codes import Action, Kind
from vault_format.errors import Conflict, TacendaError, UsageError


def open_as(practice: Practice, who: str) -> Session:
    return practice.door().unlock(who, PASSPHRASES[who])


def test_a_client_is_opened_on_the_record(practice: Practice) -> None:
    session = open_as(practice, "owner")
    draft = ClientDraft("ALDER", "a name", ("a person",), "1990", "low", "2026-12-01 10:00", ("a goal",), "some words")
    saved = session.save_client(draft)
    opened = session.read_client(saved.note)
    assert opened.draft == draft
    assert (opened.client, opened.revision) == (saved.note, 1)
    columns = session.vault.columns
    shape = columns.shape(opened.sequence)
    assert (shape.action, shape.kind) == (Action.READ, Kind.CLIENT)
    assert columns.entities[opened.sequence] == saved.note
    again = session.save_client(dataclasses.replace(draft, risk="high"), saved.note, opened.revision)
    assert session.read_client(saved.note).draft.risk == "high"
    assert again.revision == 2
    with pytest.raises(Conflict):
        session.save_client(draft, saved.note, opened.revision)


def test_what_is_no_client_is_not_opened(practice: Practice) -> None:
    session = open_as(practice, "owner")
    before = len(session.vault.columns)
    with pytest.raises(UsageError):
        session.read_client(next(iter(practice.notes.values())))
    with pytest.raises(UsageError):
        session.read_client(7)
    assert len(session.vault.columns) == before


def test_an_auditor_opens_no_client(practice: Practice) -> None:
    session = open_as(practice, "auditor")
    with pytest.raises(TacendaError):
        session.read_client(practice.clients["OTTER"])


def test_codes_stand_as_people_count(practice: Practice) -> None:
    session = open_as(practice, "owner")
    for code in ("OAK-10", "oak-2", "OAK", "12", "9-OAK", "OAK-9b", "OAK-9", "Élan-1", "OAK-009"):
        session.add_client(code, "")
    codes = [row.code for row in session.catalog.clients() if "OAK" in row.code.upper() or row.code in ("12", "Élan-1")]
    assert codes == ["9-OAK", "12", "OAK", "oak-2", "OAK-009", "OAK-9", "OAK-9b", "OAK-10", "Élan-1"]


@given(st.lists(st.text(max_size=12)))
def test_any_codes_have_one_order(codes: list[str]) -> None:
    wanted = sorted(codes, key=lambda code: (in_order(code), code))
    codes.reverse()
    assert sorted(codes, key=lambda code: (in_order(code), code)) == wanted
