"""The access sheet: what each member did lately, whose keys are old, the custodians, fingerprints. Without a key."""

from __future__ import annotations

import hashlib

from core.access import AccessRow, access_sheet
from core.access.lately import DAY_MS, Lately, lately
from core.access.sheet import sheet_text, told_of
from core.acts.trail import unlock_failed
from core.recovery.custody.ceremony import accept
from core.session import NoteDraft
from core.session.opened import OpenVault
from core.upkeep import Rotation, key_status, shred_note
from core.upkeep.copies.backup import Copy
from core.upkeep.copies.copies_told import told_of_keys
from tests.core.practice import Practice, unsigned
from tests.core.recovery.test_custodians import held
from vault_format.codes import Action, Reason, Role


def rows(practice: Practice) -> dict[str, AccessRow]:
    """Return the sheet as somebody reads it who has no key."""
    vault = OpenVault(str(practice.path), practice.clock, folder=str(practice.folder / "keyless"))
    try:
        return {row.name: row for row in access_sheet(vault)}
    finally:
        vault.ledger.close()


def test_what_was_done_in_thirty_days_is_counted_for_each_member(practice: Practice) -> None:
    practice.clock.now += 31 * DAY_MS
    assert all(row.lately == Lately() for row in rows(practice).values())
    unsigned(practice, [unlock_failed(2)] * 3)
    practice.clock.later(61)
    clinician = practice.unlock("clinician")
    for _ in range(2):
        clinician.read_note(practice.notes["plan"])
    made = clinician.save_note(NoteDraft(practice.clients["OTTER"], "one more"))
    clinician.sign_note(made.note, made.revision)
    clinician.look_inside()
    shred_note(clinician, practice.notes["their draft"], Reason.MISTAKE)
    clinician.lock()
    found = rows(practice)
    assert found["clinician"].lately == Lately(
        unlocks=1, read=2, at_once=1, saved=1, signed=1, exports=0, shredded=1, failed=3
    )
    assert found["clinician"].lately.words == (
        "1 unlock, 2 notes read, many at once 1 time, 1 saved, 1 signed, 0 exports, 1 shredded, 3 failed unlocks"
    )
    assert found["owner"].lately == Lately()
    # a month on it is gone from the sheet, and still in the trail
    practice.clock.now += 30 * DAY_MS + 1
    assert rows(practice)["clinician"].lately == Lately()


def test_the_thirtieth_day_counts_and_the_one_before_does_not(practice: Practice) -> None:
    vault = OpenVault(str(practice.path), practice.clock, folder=str(practice.folder / "keyless"))
    last = vault.columns.times[-1]
    assert lately(vault.columns, last + 30 * DAY_MS)
    assert lately(vault.columns, last + 30 * DAY_MS + 1) == {}
    vault.ledger.close()


def test_process_notes_under_older_keys_are_told_with_their_author(practice: Practice) -> None:
    owner = practice.unlock()
    Rotation(owner).begin()
    clinician = practice.unlock("clinician", practice.folder / "c")
    # a new pair is not enough: the text is sealed anew by its author
    clinician.save_note(NoteDraft(practice.clients["OTTER"], "the pair rolls over with it"))
    found = rows(practice)
    assert (found["clinician"].epoch, found["clinician"].process_behind) == (2, 1)
    assert ("Own keys", "pair 2, since 2026-11-18; 1 process note stands under older ones") in told_of(
        found["clinician"], 2, lambda _: "2026-11-18"
    )
    owner.follow()
    with owner.at_desk() as desk:
        behind = {each.name: each.process for each in key_status(desk).behind if each.process}
    assert behind == {name: row.process_behind for name, row in found.items() if row.process_behind}
    Rotation(clinician).go_on()
    assert rows(practice)["clinician"].process_behind == 0


def test_the_fingerprint_is_of_the_keys_in_use_and_changes_with_them(practice: Practice) -> None:
    before = rows(practice)
    state = practice.unlock().vault.ledger.state
    for name, row in before.items():
        member = next(each for each in state.members.values() if each.name == name)
        assert row.fingerprint == hashlib.sha256(member.sign + member.box).digest()[:16].hex()
    owner = practice.unlock(folder=practice.folder / "o")
    rotation = Rotation(owner)
    rotation.begin()
    rotation.go_on()
    after = rows(practice)
    assert before["owner"].fingerprint != after["owner"].fingerprint
    assert before["clinician"].fingerprint == after["clinician"].fingerprint
    text = sheet_text(after.values(), state, 1, bytes(32), practice.clock.now)
    grouped = after["owner"].fingerprint
    assert " ".join(grouped[at : at + 4] for at in range(0, 32, 4)) in text


def test_the_custodians_have_a_row_and_those_before_them_too(practice: Practice) -> None:
    owner = practice.unlock()
    held(owner)
    first = rows(practice)["recovery 5"]
    assert (first.role, first.active, first.added_by, first.last_here) == (Role.AUTHORITY, True, "owner", 0)
    assert (first.notes, first.audit) == (True, True)
    assert first.custody is not None
    assert (first.custody.threshold, first.custody.accepted) == (2, ())
    told = dict(told_of(first, 2, str))
    assert told["Custodians"] == "2 of 3 together: custodian-1, custodian-2, supervisor"
    assert told["Accepted by"].startswith("nobody")
    assert told["Holds"] == "notes and index keys and audit key of sets 1 to 2"
    accept(owner, process=True)
    accept(practice.unlock("auditor", practice.folder / "a"), process=False)
    owner.follow()
    accepted = dict(told_of(rows(practice)["recovery 5"], 2, str))
    assert accepted["Accepted by"] == "owner, auditor"
    assert accepted["Process notes"] == "of owner"
    held(owner)
    found = list(rows(practice).values())
    # who is in there now, then what they are recovered by, then what was replaced
    assert [row.name for row in found] == ["owner", "clinician", "supervisor", "auditor", "recovery 6", "recovery 5"]
    assert found[-1].custody is None
    assert not found[-1].active
    state = owner.vault.ledger.state
    text = sheet_text(found, state, 1, bytes(32), practice.clock.now)
    assert "recovery 6 (custodians)\n  may           together, give new keys" in text
    assert "recovery 5 (custodians, replaced)\n  holds         no key that is in use" in text
    assert practice.actions().count(Action.AUTHORITY_SET) == 2


def test_copies_that_a_members_keys_open_are_those_since_they_came() -> None:
    def copy(sequence: int, epoch: int, path: str = "") -> Copy:
        return Copy(sequence, sequence, 1, bytes(32), epoch, path)

    def told(copies: list[Copy]) -> str:
        return told_of_keys(copies, "clinician", 10, lambda time: f"day {time}")

    assert told([]) == "No copy of this vault is known."
    assert told([copy(9, 1)]) == "No copy is known that the keys of clinician open: all were made before."
    assert told([copy(12, 2, "b.tacenda"), copy(9, 1)]) == (
        "1 known copy opens with the keys of clinician, for ever: day 12 (key set 2, b.tacenda)."
    )
    assert told([copy(at, 2) for at in (15, 14, 13, 12, 11)]) == (
        "5 known copies open with the keys of clinician, for ever: day 15 (key set 2), day 14 (key set 2), "
        "day 13 (key set 2), and 2 older."
    )
