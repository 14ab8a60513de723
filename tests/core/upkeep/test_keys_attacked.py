"""Keys that are not everybody's, bundles that are not one's own, members whom nobody let in."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from random import Random

import pytest

from core.acts import entries, epochs, members
from core.acts.acting import Acting
from core.keys.bundle import bundle_place
from core.keys.epochs import EpochKeys, seal_grant
from core.session import FalseKeys, NoteDraft, Session
from core.session.entrance.unlocking import open_bundle_of, open_master
from tests.core.practice import COST, PASSPHRASES, Practice, admit, damage, decryptions, forge, keyring, rotate
from vault_format import public
from vault_format.codes import Action, Kind, Reason, Role
from vault_format.errors import NotWhole, TacendaError, VaultBroken
from vault_format.frames.record import Draft
from vault_format.ledger import Ledger
from vault_format.public.members import GrantRefused


def _with_part(draft: Draft, kind: int, entity: int, data: bytes, key_type: int | None = None) -> Draft:
    """Return DRAFT with the bytes of one part exchanged."""
    parts = [
        part._replace(data=data)
        if (part.kind, part.entity) == (kind, entity) and key_type in (None, part.key_type) else part
        for part in draft.parts
    ]  # fmt: skip
    assert parts != list(draft.parts)
    return dataclasses.replace(draft, parts=parts)


def _split(session: Session, victim: int) -> None:
    """Open an epoch in which VICTIM alone is given other keys."""

    def build(acting: Acting) -> list[Draft]:
        who = acting.state.members[victim]
        false = EpochKeys(acting.state.epoch + 1, bytes(32), bytes(32), bytes(32))
        box = seal_grant(false, who, acting.state.vault_id)
        return [_with_part(epochs.epoch_open(acting, Reason.BY_HAND).draft, Kind.GRANT_BOX, who.enrolment, box)]

    session.append(build)


def _refusals(practice: Practice) -> list[tuple[int, int, int]]:
    """Return member, epoch and reason of every recorded refusal."""
    ledger = Ledger(str(practice.path), practice.clock)
    found = []
    for seq in range(ledger.count):
        record = ledger.record(seq)
        if record.header.action == Action.GRANT_REFUSED:
            shape = public.read(Action.GRANT_REFUSED, record.parts[0] or b"")
            assert isinstance(shape, GrantRefused)
            assert record.header.outcome == 1
            found.append((record.header.member, shape.epoch, shape.reason))
    ledger.close()
    return found


def test_split_keys_are_refused_and_the_refusal_is_recorded(practice: Practice) -> None:
    owner = practice.unlock()
    _split(owner, 2)
    before = len(practice.actions())
    door = practice.door()
    with decryptions() as opened, pytest.raises(FalseKeys, match="not the ones everybody else has"):
        door.unlock("clinician", PASSPHRASES["clinician"])
    assert opened == []
    assert practice.actions()[before:] == [
        Action.MEMBER_ROLLOVER, Action.UNLOCK, Action.GRANT_REFUSED, Action.LOCK,
    ]  # fmt: skip
    assert _refusals(practice) == [(2, 2, Reason.REFUSED)]
    # again: no second rollover, and still nothing opens
    before = len(practice.actions())
    with pytest.raises(FalseKeys):
        door.unlock("clinician", PASSPHRASES["clinician"])
    assert practice.actions()[before:] == [Action.UNLOCK, Action.GRANT_REFUSED, Action.LOCK]
    door.close()
    assert practice.verdict().intact

    # the others work on, and an honest key set lets the member in again, with everything of old
    assert owner.read_note(practice.notes["signed"]).text == "signed text"
    rotate(owner)
    saved = owner.save_note(NoteDraft(practice.clients["OTTER"], "after it"))
    owner.sign_note(saved.note, 1)
    owner.lock()
    back = practice.unlock("clinician")
    assert back.read_note(practice.notes["signed"]).text == "signed text"
    assert back.read_note(practice.notes["their process"]).text == "theirs alone"
    assert back.read_note(saved.note).text == "after it"
    back.lock()
    assert practice.verdict().intact


def test_split_keys_reach_a_live_session(practice: Practice) -> None:
    owner, victim = practice.unlock(), practice.unlock("clinician")
    _split(owner, 2)
    assert victim.follow()
    before = len(practice.actions())
    with decryptions() as opened, pytest.raises(FalseKeys):
        victim.read_note(practice.notes["theirs"])
    assert opened == []
    assert practice.actions()[before:] == [Action.MEMBER_ROLLOVER, Action.GRANT_REFUSED]
    with pytest.raises(FalseKeys):
        victim.save_note(NoteDraft(practice.clients["MAPLE"], "x"))
    assert "everybody else" in victim.problem
    victim.lock()
    assert practice.actions()[before:] == [Action.MEMBER_ROLLOVER, Action.GRANT_REFUSED, Action.LOCK]
    owner.lock()
    assert practice.verdict().intact


def test_a_live_session_that_only_locks_records_the_refusal_too(practice: Practice) -> None:
    owner, victim = practice.unlock(), practice.unlock("clinician")
    _split(owner, 2)
    before = len(practice.actions())
    victim.lock()
    assert practice.actions()[before:] == [Action.MEMBER_ROLLOVER, Action.GRANT_REFUSED, Action.LOCK]
    owner.lock()
    assert practice.verdict().intact


def test_a_newcomer_with_false_keys_refuses_them(practice: Practice) -> None:
    owner = practice.unlock()
    state = owner.vault.ledger.state
    joining = members.join(
        "newcomer", "first words", COST, enrolment=99, birth=state.birth, vault_id=state.vault_id,
        entropy=Random(4).randbytes,
    )  # fmt: skip

    def build(acting: Acting) -> list[Draft]:
        who = members.as_member(joining.invitation, 5, Role.CLINICIAN)
        box = seal_grant(EpochKeys(1, bytes(32), bytes(32), None), who, state.vault_id)
        draft = members.member_add(acting, joining.invitation, Role.CLINICIAN)
        return [_with_part(draft, Kind.GRANT_BOX, 99, box)]

    owner.append(build)
    owner.lock()
    before = len(practice.actions())
    door = practice.door()
    with pytest.raises(FalseKeys):
        door.unlock("newcomer", "first words")
    door.close()
    assert practice.actions()[before:] == [Action.UNLOCK, Action.GRANT_REFUSED, Action.LOCK]
    assert practice.verdict().intact


def test_older_keys_that_are_garbage_are_refused_and_nothing_is_forgotten(practice: Practice) -> None:
    owner = practice.unlock()

    def build(acting: Acting) -> list[Draft]:
        return [_with_part(epochs.epoch_open(acting, Reason.BY_HAND).draft, Kind.OLD_KEYS, 0, bytes(140), 2)]

    owner.append(build)
    had = dict(keyring(owner).epochs)
    door = practice.door()
    with pytest.raises(FalseKeys):
        door.unlock("clinician", PASSPHRASES["clinician"])
    assert _refusals(practice) == [(2, 2, Reason.REFUSED)]
    # the bundle that was written keeps the only keys to what is older
    state = door.opened.ledger.state
    who = state.members[2]
    record = door.opened.ledger.record(who.bundle_seq)
    assert record.header.action == Action.MEMBER_ROLLOVER
    bundle = open_bundle_of(door.opened.ledger, who, open_master(door.opened.ledger, who, PASSPHRASES["clinician"]))
    assert (bundle.epoch, bundle.notes, bundle.index) == (1, had[1].notes, had[1].index)
    door.close()
    owner.lock()
    assert practice.verdict().intact


def test_a_damaged_box_is_told_from_a_false_one_and_heals_with_the_file(practice: Practice, tmp_path: Path) -> None:
    owner = practice.unlock()
    rotate(owner)
    sequence = owner.vault.ledger.count - 1
    owner.lock()
    parts = Ledger(str(practice.path), practice.clock)
    position = [
        number for number, row in enumerate(parts.record(sequence).rows)
        if row.kind == Kind.GRANT_BOX and row.entity == parts.state.members[2].enrolment
    ]  # fmt: skip
    parts.close()
    damage(practice, sequence, position[0])
    door = practice.door()
    with pytest.raises(FalseKeys, match="cannot be read"):
        door.unlock("clinician", PASSPHRASES["clinician"])
    door.close()
    assert _refusals(practice) == [(2, 2, Reason.DAMAGE)]
    damage(practice, sequence, position[0])
    session = practice.unlock("clinician")
    assert session.read_note(practice.notes["signed"]).text == "signed text"
    session.lock()
    assert practice.verdict().intact


def test_damaged_older_keys_do_not_close_what_is_newer(practice: Practice) -> None:
    owner = practice.unlock()
    rotate(owner)
    sequence = owner.vault.ledger.count - 1
    saved = owner.save_note(NoteDraft(practice.clients["OTTER"], "newer", title="newer"))
    owner.lock()
    ledger = Ledger(str(practice.path), practice.clock)
    last = len(ledger.record(sequence).rows) - 2
    ledger.close()
    damage(practice, sequence, last)
    session = practice.unlock()
    assert session.read_note(saved.note).text == "newer"
    assert session.catalog.note(practice.notes["signed"]).problem
    with pytest.raises(TacendaError):
        session.read_note(practice.notes["signed"])
    session.save_note(NoteDraft(practice.clients["MAPLE"], "goes on"))
    session.lock()


def test_a_bundle_of_somebody_else_opens_nothing(practice: Practice) -> None:
    owner = practice.unlock()
    state = owner.vault.ledger.state
    joining = members.join(
        "newcomer", "first words", COST, enrolment=99, birth=state.birth, vault_id=state.vault_id,
        entropy=Random(4).randbytes,
    )  # fmt: skip
    theirs = owner.vault.ledger.record(state.members[2].bundle_seq)
    [swapped] = [part for row, part in zip(theirs.rows, theirs.parts, strict=True) if row.kind == Kind.BUNDLE]
    assert swapped is not None
    invitation = dataclasses.replace(joining.invitation, bundle_payload=swapped)
    owner.append(lambda acting: [members.member_add(acting, invitation, Role.CLINICIAN)])
    owner.lock()
    assert practice.verdict().intact
    door = practice.door()
    with pytest.raises(NotWhole, match="do not open with your master key"):
        door.unlock("newcomer", "first words")
    facts = door.facts()
    assert facts is not None
    assert facts.failed_unlocks == []
    door.close()


def test_a_replayed_bundle_of_an_older_generation_opens_nothing(practice: Practice) -> None:
    session = practice.unlock()
    ledger, who = session.vault.ledger, session._desk.who
    old = ledger.record(who.bundle_seq)
    [stored] = [part for row, part in zip(old.rows, old.parts, strict=True) if row.kind == Kind.BUNDLE]
    assert stored is not None
    rotate(session)
    session.read_note(practice.notes["plan"])
    keys = keyring(session)
    assert keys.bundle.generation == 2
    place = bundle_place(keys.enrolment, 2)

    def build(acting: Acting) -> list[Draft]:
        draft = members.bundle_set(acting, keys.bundle)
        return [dataclasses.replace(draft, parts=[draft.parts[0], place.part(stored)])]

    forge(practice, build, keys, session._desk.number)
    session.lock()
    assert practice.verdict().intact
    door = practice.door()
    with pytest.raises(NotWhole, match="do not open with your master key"):
        door.unlock("owner", PASSPHRASES["owner"])
    door.close()


def test_a_replayed_bundle_of_this_generation_takes_its_keys_from_the_box(practice: Practice) -> None:
    session = practice.unlock("clinician")
    ledger = session.vault.ledger
    joined = ledger.record(session._desk.who.added_seq)
    [stored] = [part for row, part in zip(joined.rows, joined.parts, strict=True) if row.kind == Kind.BUNDLE]
    assert stored is not None
    keys = keyring(session)
    place = bundle_place(keys.enrolment, 1)

    def build(acting: Acting) -> list[Draft]:
        draft = members.bundle_set(acting, keys.bundle)
        return [dataclasses.replace(draft, parts=[draft.parts[0], place.part(stored)])]

    forge(practice, build, keys, session._desk.number)
    session.lock()
    again = practice.unlock("clinician")
    assert again.read_note(practice.notes["signed"]).text == "signed text"
    again.lock()
    assert practice.verdict().intact


def test_a_stolen_generation_signs_nothing_after_the_rollover(practice: Practice) -> None:
    session = practice.unlock("clinician")
    stolen, number = dataclasses.replace(keyring(session)), session._desk.number
    owner = practice.unlock()
    rotate(owner)
    session.read_note(practice.notes["theirs"])
    session.lock()
    owner.lock()
    forge(practice, lambda acting: [entries.read(acting, practice.notes["theirs"])], stolen, number)
    assert [finding.kind for finding in practice.verdict().findings] == ["authority"]


def test_a_member_who_was_let_in_by_nobody_is_a_finding(practice: Practice) -> None:
    session = practice.unlock("clinician")
    state = session.vault.ledger.state
    joining = members.join(
        "weasel", "words", COST, enrolment=99, birth=state.birth, vault_id=state.vault_id, entropy=Random(4).randbytes
    )
    forge(practice, lambda acting: [members.member_add(acting, joining.invitation, Role.OWNER)], keyring(session),
          session._desk.number)  # fmt: skip
    session.lock()
    assert [finding.kind for finding in practice.verdict().findings] == ["authority"]
    door = practice.door()
    with pytest.raises(VaultBroken):
        door.unlock("owner", PASSPHRASES["owner"])
    door.close()


def test_admitting_an_honest_newcomer_lets_them_in(practice: Practice) -> None:
    owner = practice.unlock()
    admit(owner, "newcomer", "first words", Role.CLINICIAN)
    owner.lock()
    session = practice.door().unlock("newcomer", "first words")
    session.open_rest()
    assert session.read_note(practice.notes["signed"]).text == "signed text"
    session.lock()
    assert practice.verdict().intact
