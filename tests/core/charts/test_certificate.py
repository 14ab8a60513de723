"""What the records certify after a shred, also to somebody without a key."""

from __future__ import annotations

from core.audit.certificate import certificate
from core.audit.columns import Columns
from core.audit.page import record_page
from core.upkeep import compact_vault, shred_note
from core.upkeep.charts.whole_charts import shred_chart
from tests.core.practice import Practice
from vault_format.codes import Action, Reason
from vault_format.ledger import Ledger


def test_who_approved_when_and_why_stands_in_the_records_without_a_key(practice: Practice) -> None:
    owner = practice.unlock()
    practice.clock.later(3600)
    sequence = shred_note(owner, practice.notes["signed"], Reason.LEGAL, "the court's letter")
    columns = Columns()
    ledger = Ledger(str(practice.path), practice.clock, listener=columns.take)
    found = certificate(ledger, columns, practice.notes["signed"])
    assert found is not None
    assert (found.seq, found.member, found.role, found.time) == (sequence, "owner", "owner", practice.clock.now)
    assert (found.reason, found.left) == ("the law asks for it", False)
    assert (found.what, found.author, found.client) == ("note", "owner", practice.clients["OTTER"])
    actions = practice.actions()
    assert found.signed == actions.index(Action.SIGN)
    assert found.digest.hex() == record_page(ledger, sequence).digest
    assert found.records == sum(number == practice.notes["signed"] for number in columns.entities) >= 3
    assert certificate(ledger, columns, practice.notes["plan"]) is None
    assert certificate(ledger, columns, 17) is None
    ledger.close()


def test_once_compacted_it_says_that_the_text_has_left(practice: Practice) -> None:
    owner = practice.unlock()
    gone = shred_chart(owner, practice.clients["OTTER"], Reason.CLIENT_REQUEST)
    compact_vault(owner)
    columns = Columns()
    ledger = Ledger(str(practice.path), practice.clock, listener=columns.take)
    for entity in (practice.notes["signed"], practice.notes["draft"], practice.clients["OTTER"]):
        found = certificate(ledger, columns, entity)
        assert found is not None
        assert gone.first <= found.seq <= gone.last
        assert (found.reason, found.left) == ("the client asked for it", True)
    ledger.close()
