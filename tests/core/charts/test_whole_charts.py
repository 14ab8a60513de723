"""A whole chart is given up: all of it or nothing, by an owner, never under a hold or over others' process notes."""

from __future__ import annotations

import pytest

from core.acts import entries
from core.session import ClientDraft, NoteDraft, Session
from core.upkeep import compact_vault, shred_note
from core.upkeep.charts.retention import set_hold
from core.upkeep.charts.whole_charts import before_shredding_chart, shred_chart
from tests.core.practice import Practice
from vault_format.codes import Action, ClientStatus, Reason
from vault_format.errors import Refused, UsageError


def _shred(session: Session, client: int) -> object:
    return shred_chart(session, client, Reason.OTHER)


def test_every_entry_goes_then_the_client_and_the_records_stay(practice: Practice) -> None:
    owner = practice.unlock()
    client = practice.clients["OTTER"]
    chart = before_shredding_chart(owner, client)
    assert (chart.code, chart.notes, chart.signed) == ("OTTER", 5, 3)
    assert chart.clock.startswith("This chart has to be kept until 20")
    before = practice.actions()
    gone = shred_chart(owner, client, Reason.CLIENT_REQUEST, "in writing")
    assert practice.actions()[len(before) :] == [Action.SHRED] * 6
    assert gone.entries == gone.last - gone.first + 1 == 6
    assert owner.vault.ledger.record(gone.last).header.entity == client
    assert "OTTER" not in [row.code for row in owner.catalog.clients()]
    for name in ("signed", "addition", "plan", "draft", "process"):
        with pytest.raises(UsageError):
            owner.read_note(practice.notes[name])
    with pytest.raises(UsageError, match="shredded already"):
        shred_chart(owner, client, Reason.CLIENT_REQUEST)
    assert compact_vault(owner).parts >= 12
    assert practice.actions()[: len(before)] == before
    assert owner.read_note(practice.notes["assigned"]).text == "heron's text"
    assert practice.verdict().intact


def test_process_notes_of_somebody_else_keep_the_chart_until_their_author_gives_them_up(practice: Practice) -> None:
    owner, clinician = practice.unlock(), practice.unlock("clinician")
    client = practice.clients["MAPLE"]
    before = practice.path.read_bytes()
    for look in (before_shredding_chart, _shred):
        with pytest.raises(Refused, match="Process notes of clinician"):
            look(owner, client)
    assert practice.path.read_bytes() == before
    shred_note(clinician, practice.notes["their process"], Reason.OTHER)
    owner.follow()
    assert shred_chart(owner, client, Reason.OTHER).entries == 3
    assert practice.verdict().intact


def test_a_hold_keeps_the_chart_also_one_that_another_session_sets_at_the_last_moment(practice: Practice) -> None:
    owner, other = practice.unlock(), practice.unlock()
    client = practice.clients["OTTER"]
    before_shredding_chart(owner, client)
    set_hold(other, client, hold=True)
    before = len(practice.actions())
    with pytest.raises(UsageError, match="legal hold"):
        shred_chart(owner, client, Reason.OTHER)
    assert len(practice.actions()) == before
    owner.follow()
    with pytest.raises(UsageError, match="legal hold"):
        before_shredding_chart(owner, client)


def test_what_another_session_wrote_at_the_last_moment_goes_as_well(practice: Practice) -> None:
    owner, clinician = practice.unlock(), practice.unlock("clinician")
    late = clinician.save_note(NoteDraft(practice.clients["OTTER"], "written meanwhile")).note
    shred_chart(owner, practice.clients["OTTER"], Reason.OTHER)
    clinician.follow()
    with pytest.raises(UsageError):
        clinician.read_note(late)
    assert practice.verdict().intact


def test_that_its_years_are_over_is_a_reason_only_once_they_are(practice: Practice) -> None:
    owner = practice.unlock()
    client = owner.save_client(ClientDraft("LARCH", born="1980-04-01")).note
    owner.save_note(NoteDraft(client, "the last one", date="2018-03-01"))
    with pytest.raises(UsageError, match="but the client is active"):
        shred_chart(owner, client, Reason.RETENTION_OVER)
    owner.append(lambda acting: [entries.client_status(acting, client, ClientStatus.CLOSED)])
    owner.follow()
    assert before_shredding_chart(owner, client).clock == "This chart had to be kept until 2025-03-01; that is over."
    assert shred_chart(owner, client, Reason.RETENTION_OVER).entries == 2


@pytest.mark.parametrize("member", ["clinician", "supervisor"])
def test_only_an_owner_gives_up_a_whole_chart(practice: Practice, member: str) -> None:
    session = practice.unlock(member)
    before = practice.path.read_bytes()
    for look in (before_shredding_chart, _shred):
        with pytest.raises(Refused, match="Only an owner"):
            look(session, practice.clients["OTTER"])
    assert practice.path.read_bytes() == before
