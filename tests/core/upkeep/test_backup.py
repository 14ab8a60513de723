"""Copies: consistent while others write, verified before they count, recorded, tried."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from core.session import NoteDraft
from core.upkeep.copies.backup import Copy, back_up, copies, try_copy
from core.upkeep.copies.copies_told import told_after, told_of_copies
from tests.core.practice import PASSPHRASES, Practice, damage, rotate
from vault_format import machine
from vault_format.codes import Action
from vault_format.errors import Refused, UsageError, VaultBroken
from vault_format.upkeep import copying
from vault_format.verification.verify import verify


def test_a_copy_verifies_and_is_recorded(practice: Practice, tmp_path: Path) -> None:
    owner = practice.unlock()
    target = tmp_path / "copy.tacenda"
    made = back_up(owner, str(target))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert verify(str(target), practice.clock.now).intact
    assert (made.size, made.epoch, made.path, made.there) == (target.stat().st_size, 1, str(target), True)
    assert copies(owner) == [made]
    assert practice.actions()[-1] == Action.BACKUP
    rotate(owner)
    owner.follow()
    assert back_up(owner, str(tmp_path / "second.tacenda")).epoch == 2
    target.unlink()
    assert [copy.there for copy in copies(owner)] == [True, False]


def test_a_copy_holds_everything_up_to_a_record_while_others_write(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, clinician = practice.unlock(), practice.unlock("clinician", tmp_path / "elsewhere")
    copy_to = copying.Source.copy_to

    def write_meanwhile(self: copying.Source, *what: object) -> bytes:
        clinician.save_note(NoteDraft(practice.clients["MAPLE"], "written meanwhile"))
        return copy_to(self, *what)  # type: ignore[arg-type]

    monkeypatch.setattr(copying.Source, "copy_to", write_meanwhile)
    back_up(owner, str(tmp_path / "copy.tacenda"))
    assert verify(str(tmp_path / "copy.tacenda"), practice.clock.now).intact
    assert practice.verdict().intact


def test_a_copy_opens_with_the_keys_of_its_own_end(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys are changed behind its end, before its record: the copy keeps those of before."""
    owner, other = practice.unlock(), practice.unlock(folder=tmp_path / "elsewhere")
    copy_to = copying.Source.copy_to

    def rotate_meanwhile(self: copying.Source, *what: object) -> bytes:
        rotate(other)
        return copy_to(self, *what)  # type: ignore[arg-type]

    monkeypatch.setattr(copying.Source, "copy_to", rotate_meanwhile)
    made = back_up(owner, str(tmp_path / "copy.tacenda"))
    assert owner.vault.ledger.state.epoch == 2
    assert made.epoch == 1
    assert try_copy(owner, str(tmp_path / "copy.tacenda"), PASSPHRASES["owner"]).worked


@pytest.mark.parametrize(("member", "read"), [("owner", 1), ("clinician", 1), ("supervisor", 1), ("auditor", 0)])
def test_a_restore_test_reads_what_opens_for_the_member_and_says_what_it_read(
    practice: Practice, tmp_path: Path, member: str, read: int
) -> None:
    session = practice.unlock(member)
    back_up(session, str(tmp_path / "copy.tacenda"))
    tried = try_copy(session, str(tmp_path / "copy.tacenda"), PASSPHRASES[member])
    assert (tried.worked, tried.read) == (True, read)
    assert ("no note was read" in tried.tried) == (not read)
    # it was opened elsewhere: here nothing says that a note was read
    assert Action.READ not in practice.actions()[tried.sequence :]


def test_a_restore_test_reads_past_process_notes_of_others(practice: Practice, tmp_path: Path) -> None:
    """The newest note is another author's process note, and the member who tries the copy wrote none."""
    clinician = practice.unlock("clinician")
    practice.clock.later(60)
    clinician.save_note(NoteDraft(practice.clients["MAPLE"], "for the author alone", type="process"))
    clinician.lock()
    supervisor = practice.unlock("supervisor")
    back_up(supervisor, str(tmp_path / "copy.tacenda"))
    tried = try_copy(supervisor, str(tmp_path / "copy.tacenda"), PASSPHRASES["supervisor"])
    assert (tried.worked, tried.read) == (True, 1)


def test_a_copy_that_came_out_wrong_has_no_name_and_no_record(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = practice.unlock()
    before = practice.path.read_bytes()
    write_all = machine.write_all

    def wrong(descriptor: int, data: bytes, offset: int) -> None:
        write_all(descriptor, data[:-1] + bytes([data[-1] ^ 1]), offset)

    monkeypatch.setattr(machine, "write_all", wrong)
    with pytest.raises(VaultBroken, match="does not verify"):
        back_up(owner, str(tmp_path / "copy.tacenda"))
    assert [path.name for path in tmp_path.iterdir() if "copy" in path.name] == []
    assert practice.path.read_bytes() == before


def test_nothing_is_overwritten(practice: Practice, tmp_path: Path) -> None:
    target = tmp_path / "copy.tacenda"
    target.write_text("something else")
    with pytest.raises(UsageError, match="there already"):
        back_up(practice.unlock(), str(target))
    assert target.read_text() == "something else"


def test_a_restore_test_opens_the_copy_elsewhere_and_leaves_it_as_it_is(practice: Practice, tmp_path: Path) -> None:
    owner = practice.unlock()
    target = tmp_path / "copy.tacenda"
    back_up(owner, str(target))
    before = target.read_bytes()
    tried = try_copy(owner, str(target), PASSPHRASES["owner"])
    assert tried.worked
    assert tried.tested == practice.clock.now
    assert tried.opened_in > 0
    assert target.read_bytes() == before
    assert practice.verdict().intact


def test_a_failed_restore_test_is_recorded_as_one(practice: Practice, tmp_path: Path) -> None:
    owner = practice.unlock()
    target = tmp_path / "copy.tacenda"
    back_up(owner, str(target))
    with pytest.raises(Refused):
        try_copy(owner, str(target), "not that one")
    assert (copies(owner)[0].tested > 0, copies(owner)[0].worked) == (True, False)
    target.write_bytes(target.read_bytes()[:-1])
    with pytest.raises(UsageError, match="no copy"):
        try_copy(owner, str(target), PASSPHRASES["owner"])


def test_a_broken_vault_is_not_copied_as_a_backup(practice: Practice, tmp_path: Path) -> None:
    owner = practice.unlock()
    raw = bytearray(practice.path.read_bytes())
    raw[3_000] ^= 1
    practice.path.write_bytes(raw)
    with pytest.raises(VaultBroken):
        back_up(owner, str(tmp_path / "copy.tacenda"))
    assert not (tmp_path / "copy.tacenda").exists()


def test_one_damaged_note_is_no_reason_to_have_no_copy(practice: Practice, tmp_path: Path) -> None:
    owner = practice.unlock()
    sequence, position = owner.catalog.entry(practice.notes["plan"]).live
    owner.lock()
    damage(practice, sequence, position + 1)
    back_up(practice.unlock(), str(tmp_path / "copy.tacenda"))
    assert [each.seq for each in verify(str(tmp_path / "copy.tacenda"), practice.clock.now).findings] == [sequence]


def test_which_copies_keep_opening_with_which_keys_is_told(practice: Practice, tmp_path: Path) -> None:
    owner = practice.unlock()
    assert told_of_copies(copies(owner)) == "No copy of this vault is known."
    assert told_after(copies(owner), 1, "n") == "No copy is of key set 1 yet; none is known. Make one: n."
    back_up(owner, str(tmp_path / "first.tacenda"))
    known = "1 copy is known: it opens with key set 1, for ever."
    assert told_of_copies(copies(owner)) == f"{known} It was never tried."
    try_copy(owner, str(tmp_path / "first.tacenda"), PASSPHRASES["owner"])
    assert told_of_copies(copies(owner)) == known
    assert told_after(copies(owner), 1, "n") == ""
    rotate(owner)
    owner.follow()
    after = "No copy is of key set 2 yet; the newest known one opens with key set 1. Make one: n."
    assert told_after(copies(owner), 2, "n") == after
    for name in ("second", "third"):
        back_up(owner, str(tmp_path / f"{name}.tacenda"))
    told = "3 copies are known: 2 open with key set 2, 1 with key set 1, for ever."
    assert told_of_copies(copies(owner)) == told
    with pytest.raises(Refused):
        try_copy(owner, str(tmp_path / "second.tacenda"), "not that one")
    assert told_of_copies(copies(owner)) == f"{told} 1 did not open when last tried."
    assert told_after(copies(owner), 2, "n") == ""


def test_of_many_key_sets_the_oldest_are_told_together() -> None:
    known = [Copy(at, at, 1, bytes(32), at, tested=1, worked=True) for at in (9, 7, 4, 3, 3)]
    assert told_of_copies(known) == (
        "5 copies are known: 1 opens with key set 9, 1 with key set 7, 1 with key set 4, 2 with older ones, for ever."
    )
