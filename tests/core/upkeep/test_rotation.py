"""Rotation: new keys, every text under them, in batches; resumed from what the records say."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from core.acts import moves
from core.acts.moves import Moving
from core.indexes import read_index
from core.session import NoteDraft, Session
from core.session.notes.reading import open_raw
from core.upkeep import Rotation, Step, key_status
from core.upkeep.charts.retention import set_hold
from core.upkeep.keys.again import look_again
from core.upkeep.keys.passphrase import change
from core.upkeep.keys.status import DAY_MS
from tests.core.practice import COST, PASSPHRASES, Practice, damage, decryptions, reasons
from vault_format.codes import Action, Kind, PartRole, Reason
from vault_format.encoding import encode
from vault_format.errors import NotWhole, Refused


def status(session: Session):  # type: ignore[no-untyped-def]  # noqa: ANN201  the type is the subject's own
    with session.at_desk() as desk:
        return key_status(desk)


def rotated(session: Session) -> Rotation:
    rotation = Rotation(session)
    rotation.begin()
    rotation.go_on()
    return rotation


def test_after_a_rotation_everything_the_owner_may_move_stands_under_the_new_keys(practice: Practice) -> None:
    owner = practice.unlock()
    before = status(owner)
    assert [row.entries for row in before.epochs] == [11 - 1]
    steps: list[Step] = []
    rotation = Rotation(owner, watch=steps.append)
    assert rotation.begin() == 2
    assert status(owner).at_work
    done = rotation.go_on()
    after = status(owner)
    assert done.epoch == 2
    assert done.closed == ()
    assert not after.at_work
    assert [row.entries for row in after.epochs] == [0, before.epochs[0].entries]
    moving = [step for step in steps if step.doing == "re-encrypting"]
    assert moving[-1].done == moving[-1].total == done.moved
    assert owner.read_note(practice.notes["signed"]).text == "signed text"
    assert owner.read_note(practice.notes["process"]).text == "for the author alone"
    assert owner.read_note(practice.notes["draft"], revision=1).text == "first wording"
    owner.lock()
    assert practice.verdict().intact
    fresh = practice.unlock()
    assert fresh.read_note(practice.notes["draft"]).text == "second wording"


def test_everyone_reads_on_after_their_own_rollover(practice: Practice) -> None:
    owner, clinician = practice.unlock(), practice.unlock("clinician")
    rotated(owner)
    assert [(each.name, each.pair) for each in status(owner).behind] == [
        ("clinician", True), ("supervisor", True), ("auditor", True),
    ]  # fmt: skip
    assert clinician.read_note(practice.notes["theirs"]).text == "clinician's text"
    clinician.save_note(NoteDraft(practice.clients["MAPLE"], "under the new keys"))
    behind = {each.name: each for each in status(owner).behind}
    owner.follow()
    behind = {each.name: each for each in status(owner).behind}
    assert not behind["clinician"].pair
    assert behind["clinician"].process == 1
    assert Rotation(clinician).go_on().moved == 1
    assert clinician.read_note(practice.notes["their process"]).text == "theirs alone"
    owner.follow()
    assert "clinician" not in {each.name for each in status(owner).behind}
    assert practice.verdict().intact


def test_a_signed_note_waits_for_somebody_else_than_the_one_who_moved_it(practice: Practice) -> None:
    owner, clinician = practice.unlock(), practice.unlock("clinician")
    rotated(owner)
    waiting = status(owner).unconfirmed
    assert waiting == 5
    assert status(owner).to_confirm == 0
    clinician.follow()
    assert status(clinician).to_confirm == waiting
    assert Rotation(clinician).go_on().confirmed == waiting
    owner.follow()
    assert status(owner).unconfirmed == 0
    assert practice.verdict().intact


def test_a_stopped_rotation_goes_on_in_another_session(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.upkeep.keys.rotation.BATCH", 3)
    owner = practice.unlock()
    told: list[Step] = []
    rotation = Rotation(owner, watch=told.append, cancelled=lambda: bool(told and told[-1].done))
    rotation.begin()
    stopped = rotation.go_on()
    assert stopped.stopped
    assert stopped.moved == 3
    left = status(owner)
    assert left.at_work
    assert left.to_move == told[0].total - 3
    owner.lock()
    again = practice.unlock()
    assert Rotation(again).go_on().moved == left.to_move
    assert not status(again).at_work
    assert practice.verdict().intact


def test_how_fast_and_how_long_is_told_of_each_phase_by_itself(practice: Practice) -> None:
    rotated(practice.unlock())
    clinician = practice.unlock("clinician")
    told: list[Step] = []
    Rotation(clinician, watch=told.append).go_on()
    look_again(clinician, told.append)
    assert list(dict.fromkeys((step.doing, step.unit) for step in told)) == [
        ("re-encrypting", "texts"), ("confirming", "texts"), ("checking again", "records"),
    ]  # fmt: skip
    for doing in ("re-encrypting", "confirming"):
        first, *_, last = (step for step in told if step.doing == doing)
        assert (first.done, first.seconds, first.rate, first.left) == (0, 0, 0, 0)
        assert last.done == last.total > 0
        assert last.rate == last.done / last.seconds
    # what was spent on the first phase is not in the second's rate
    last = next(step for step in reversed(told) if step.doing == "confirming")
    assert last.spent > last.seconds
    assert told[-1].done == told[-1].total == clinician.vault.ledger.count
    half = Step("confirming", 100, 400, 10.0, 90.0)
    assert (half.rate, half.left) == (10, 30)


def test_nothing_is_opened_before_the_record_that_says_so(practice: Practice) -> None:
    owner = practice.unlock()
    rotation = Rotation(owner)
    rotation.begin()
    practice.path.chmod(0o400)
    owner.vault.ledger._store.close()
    with decryptions() as opened, pytest.raises(Exception):  # noqa: B017, PT011  whatever the system objects with
        rotation.go_on()
    assert opened == []


def test_what_was_announced_stands_before_what_was_moved(practice: Practice) -> None:
    owner = practice.unlock()
    rotated(owner)
    actions = practice.actions()
    begun = actions.index(Action.EPOCH_OPEN)
    assert actions[begun : begun + 4] == [
        Action.EPOCH_OPEN, Action.MEMBER_ROLLOVER, Action.SEARCH, Action.REENCRYPT,
    ]  # fmt: skip


def test_only_owners_open_key_sets(practice: Practice) -> None:
    with pytest.raises(Refused, match="own keys"):
        Rotation(practice.unlock("clinician")).begin()
    assert Action.EPOCH_OPEN not in practice.actions()


def test_a_damaged_note_stays_where_it_is_and_is_told(practice: Practice) -> None:
    owner = practice.unlock()
    sequence, position = owner.catalog.entry(practice.notes["plan"]).live
    owner.lock()
    damage(practice, sequence, position + 1)
    owner = practice.unlock()
    rotation = Rotation(owner)
    rotation.begin()
    done = rotation.go_on()
    assert done.closed == (practice.notes["plan"],)
    assert status(owner).to_move == 1
    with pytest.raises(NotWhole):
        owner.read_note(practice.notes["plan"])


def test_a_text_that_was_saved_meanwhile_is_not_overwritten(practice: Practice, tmp_path: Path) -> None:
    owner, elsewhere = practice.unlock(), practice.unlock(folder=tmp_path / "other")
    rotation = Rotation(owner)
    rotation.begin()
    elsewhere.save_note(
        NoteDraft(practice.clients["OTTER"], "third wording", title="wording"), practice.notes["draft"], 2
    )
    rotation.go_on()
    assert owner.read_note(practice.notes["draft"]).text == "third wording"
    assert practice.verdict().intact


def test_lists_show_the_authors_words_and_not_those_of_whoever_re_encrypted(practice: Practice) -> None:
    owner = practice.unlock()
    number = practice.notes["theirs"]
    entry = owner.catalog.entry(number)
    with owner.at_desk() as desk:
        _, raw_index, raw_body = open_raw(desk, entry, entry.revision, entry.live)
    lie = msgspec.structs.replace(
        read_index(Kind.NOTE, raw_index), title="what the owner would have it say", risk="high"
    )
    moved = Moving(number, encode(lie), raw_body)
    owner.append(lambda acting: list(moves.reencrypt(acting, [moved])))
    assert practice.verdict().intact
    clinician = practice.unlock("clinician")
    assert clinician.catalog.note(number).title == "theirs"
    with pytest.raises(NotWhole):
        clinician.read_note(number)
    assert clinician.catalog.note(number).problem == "not what its author saved"


def test_under_a_legal_hold_the_originals_stay(practice: Practice) -> None:
    owner, clinician = practice.unlock(), practice.unlock("clinician")
    set_hold(owner, practice.clients["OTTER"], hold=True)
    rotated(owner)
    clinician.follow()
    assert status(clinician).to_confirm == 2
    Rotation(clinician).go_on()
    owner.follow()
    assert status(owner).unconfirmed == 6
    set_hold(owner, practice.clients["OTTER"], hold=False)
    clinician.follow()
    assert Rotation(clinician).go_on().confirmed == 5
    owner.follow()
    assert Rotation(owner).go_on().confirmed == 1
    assert status(owner).unconfirmed == 0
    assert practice.verdict().intact


def test_when_the_next_rotation_is_due(practice: Practice) -> None:
    owner = practice.unlock()
    assert status(owner).days == 90
    practice.clock.now += 91 * DAY_MS
    assert status(owner).overdue
    Rotation(owner).begin()
    assert status(owner).days == 90


def test_what_called_for_new_keys_is_what_is_recorded(practice: Practice) -> None:
    owner = practice.unlock()
    assert status(owner).reason is Reason.BY_HAND
    Rotation(owner).begin()
    practice.clock.now += 91 * DAY_MS
    assert status(owner).reason is Reason.BY_DATE
    Rotation(owner).begin()
    # somebody else asks while the owner is about to begin: the newest records count, not what a page has seen
    theirs = practice.unlock("clinician", practice.folder / "c")
    change(theirs, PASSPHRASES["clinician"], "seven larches above the quarry pond", known=True, cost=COST)
    Rotation(owner).begin()
    assert status(owner).reason is Reason.BY_HAND
    Rotation(owner).begin(Reason.LEFT)
    assert reasons(practice) == [Reason.BY_HAND, Reason.BY_DATE, Reason.COMPROMISE, Reason.LEFT]
    assert practice.verdict().intact


def test_no_nonce_and_no_salt_of_a_batch_stands_twice(practice: Practice) -> None:
    owner = practice.unlock()
    rotated(owner)
    with owner.at_desk() as desk:
        ledger = desk.vault.ledger
        records = [ledger.record(seq) for seq in range(ledger.count)]
    parts = [
        (row.role, part)
        for record in records
        if record.header.action == Action.REENCRYPT
        for row, part in zip(record.rows, record.parts, strict=True)
        if part is not None
    ]
    nonces = [part[:24] for _, part in parts]
    salts = [part[24:40] for role, part in parts if role == PartRole.BODY]
    assert len(salts) > 5
    assert len(nonces) == 2 * len(salts)
    assert len(set(nonces)) == len(nonces)
    assert len(set(salts)) == len(salts)
    # nor does a salt come out of the bytes of a nonce
    assert not any(salt in nonce for salt in salts for nonce in nonces)
