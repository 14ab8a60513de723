"""The trail as rows and pages; also of a vault that is broken, where it matters most."""

from __future__ import annotations

import pytest

from core.acts import members
from core.audit.columns import Columns
from core.audit.page import record_page
from core.audit.trail import Filter, Trail
from core.upkeep.policy import change_policy
from tests.core.practice import COST, Practice, keyring, rotate
from vault_format.codes import Action, Reason
from vault_format.errors import TacendaError
from vault_format.frames.scan import Batch
from vault_format.ledger import Ledger


def opened(practice: Practice) -> tuple[Ledger, Columns, Trail]:
    """Return the vault as it is seen without a key."""
    columns = Columns()
    ledger = Ledger(str(practice.path), practice.clock, listener=columns.take)
    names = ledger.state.members
    return ledger, columns, Trail(columns, lambda number: names[number].name if number in names else "")


def test_rows_say_who_did_what(practice: Practice) -> None:
    ledger, columns, trail = opened(practice)
    assert len(trail) == len(columns) == ledger.count
    first = trail.row(0)
    assert (first.member, first.what, first.outcome, first.signed) == ("owner", "vault made", "done", True)
    signed = trail.find(Filter(action=Action.SIGN, entity=practice.notes["signed"]))
    [row] = [trail.row(seq) for seq in signed]
    assert (row.member, row.what) == ("owner", "signed")
    assert row.about.startswith("c")
    ledger.close()


def test_filters_agree_with_a_plain_search(practice: Practice) -> None:
    ledger, columns, trail = opened(practice)
    every = range(len(columns))
    assert trail.find(Filter()) == list(every)
    assert trail.find(Filter(member=2)) == [seq for seq in every if columns.shape(seq).member == 2]
    assert trail.find(Filter(action=Action.SAVE)) == [
        seq for seq in every if columns.shape(seq).action == Action.SAVE
    ]  # fmt: skip
    client = practice.clients["OTTER"]
    assert trail.find(Filter(client=client)) == [seq for seq in every if columns.clients[seq] == client]
    assert trail.find(Filter(since=practice.clock.now + 1)) == []
    assert trail.find(Filter(until=practice.clock.now)) == []
    assert trail.find(Filter(failed=True)) == []
    assert trail.next_failure(0) is None
    ledger.close()


def test_a_flood_that_was_set_aside_leaves_the_columns(practice: Practice) -> None:
    ledger, columns, _ = opened(practice)
    items = [ledger._store.frames(ledger.offsets[4])]
    batch = next(iter(items[0]))
    again = Batch(batch.buffer, batch.base, batch.items[:3])
    columns.take(again)
    assert len(columns) == 7
    columns.take(Batch(batch.buffer, batch.base, []))
    assert len(columns) == 7
    ledger.close()


def test_a_page_tells_how_a_record_chains_and_whose_key_signed(practice: Practice) -> None:
    session = practice.unlock()
    rotate(session)
    session.read_note(practice.notes["plan"])
    session.lock()
    ledger, columns, _ = opened(practice)
    for seq in range(ledger.count):
        page = record_page(ledger, seq)
        assert page.signature == "holds", seq
        assert page.follows is (None if seq == 0 else True)
        assert page.followed is (None if seq == ledger.count - 1 else True)
        assert page.key_seq is not None
        assert columns.shape(page.key_seq).action in {
            Action.GENESIS, Action.MEMBER_ADD, Action.MEMBER_ROLLOVER,
        }  # fmt: skip
        assert "DAMAGED" not in " ".join(page.parts)
    clinician = next(seq for seq in range(ledger.count) if columns.shape(seq).member == 2)
    assert record_page(ledger, clinician).key_by == "owner"
    last = record_page(ledger, ledger.count - 1)
    assert columns.shape(last.key_seq or 0).action == Action.MEMBER_ROLLOVER
    for seq in (-1, ledger.count, 10**9):
        with pytest.raises(LookupError):
            record_page(ledger, seq)
    ledger.close()


def test_the_page_of_a_policy_says_where_alerts_begin(practice: Practice) -> None:
    session = practice.unlock()
    change_policy(session, {"alerts.bulk_notes": 60})
    said = record_page(session.vault.ledger, session.vault.ledger.count - 1).said
    assert "review_days 1; alerts.failures 5; " in said
    assert "alerts.bulk_notes 60; alerts.bulk_times 2; " in said


def test_a_page_shows_a_key_of_several_generations_right(practice: Practice) -> None:
    session = practice.unlock()
    session.append(lambda acting: [members.slot_set(acting, "other words", COST)])
    for _ in range(3):
        rotate(session)
        session.read_note(practice.notes["plan"])
    assert keyring(session).bundle.generation == 4
    session.lock()
    ledger, columns, trail = opened(practice)
    rolled = trail.find(Filter(action=Action.MEMBER_ROLLOVER))
    for seq in range(ledger.count):
        page = record_page(ledger, seq)
        generation = columns.shape(seq).generation
        if columns.shape(seq).member == 1 and generation > 1:
            assert page.key_seq == rolled[generation - 2]
        assert page.signature == "holds"
    ledger.close()


@pytest.mark.slow
def test_every_wrong_byte_leaves_pages_that_can_be_shown(practice: Practice) -> None:
    """A byte in a hundred is flipped; what is left of the trail can be looked at, and says what is wrong."""
    session = practice.unlock()
    session.append(lambda acting: [members.grant_refused(acting, 1, Reason.REFUSED)])
    session.lock()
    whole = practice.path.read_bytes()
    shown = 0
    for at in range(16, len(whole), 101):
        practice.path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1 :])
        try:
            ledger, columns, trail = opened(practice)
        except TacendaError:
            continue
        assert ledger.findings
        for seq in range(max(0, ledger.count - 3), ledger.count):
            trail.row(seq)
            try:
                record_page(ledger, seq)
            except TacendaError:
                continue
            shown += 1
        assert len(columns) >= ledger.count
        ledger.close()
    assert shown > 100
