"""Shredding and compacting: what goes, what stays, who may, and that nobody's writing is lost."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from core.acts import entries
from core.session import ClientDraft, NoteDraft, Session
from core.upkeep import Droppable, Rotation, compact_vault, shred_note
from core.upkeep.charts.droppable import droppable
from core.upkeep.charts.dropping import before_shredding
from tests.core.practice import Practice
from vault_format.codes import Action, ClientStatus, Reason
from vault_format.errors import Refused, UsageError, VaultBroken
from vault_format.upkeep import compaction


def test_compacting_after_a_rotation_makes_the_file_smaller_and_loses_nothing(practice: Practice) -> None:
    owner, clinician = practice.unlock(), practice.unlock("clinician")
    rotation = Rotation(owner)
    rotation.begin()
    rotation.go_on()
    Rotation(clinician).go_on()
    owner.follow()
    size = practice.path.stat().st_size
    done = compact_vault(owner)
    assert done.before > done.after
    assert done.parts > 0
    assert practice.path.stat().st_size < size
    assert stat.S_IMODE(practice.path.stat().st_mode) == 0o600
    assert owner.read_note(practice.notes["signed"]).text == "signed text"
    assert clinician.read_note(practice.notes["theirs"]).text == "clinician's text"
    with pytest.raises(UsageError, match="dropped"):
        owner.read_note(practice.notes["draft"], revision=1)
    verdict = practice.verdict()
    assert verdict.intact
    assert verdict.notices == ()
    assert [each.name for each in practice.path.parent.iterdir() if "compacting" in each.name] == []


def test_a_shredded_note_is_gone_and_its_records_stay(practice: Practice) -> None:
    owner = practice.unlock()
    raw = practice.path.read_bytes()
    sequence, position = owner.catalog.entry(practice.notes["signed"]).live
    part = owner.vault.ledger.record(sequence).parts[position + 1]
    assert part
    assert part in raw
    shred_note(owner, practice.notes["signed"], Reason.CLIENT_REQUEST, "in writing")
    compact_vault(owner)
    assert part not in practice.path.read_bytes()
    with pytest.raises(UsageError):
        owner.read_note(practice.notes["signed"])
    assert practice.verdict().intact
    assert practice.actions().count(Action.SHRED) == 1


def test_a_clinician_compacts_the_own_shreds_only(practice: Practice) -> None:
    clinician = practice.unlock("clinician")
    with pytest.raises(Refused):
        shred_note(clinician, practice.notes["theirs"], Reason.MISTAKE)
    with pytest.raises(Refused):
        shred_note(clinician, practice.notes["draft"], Reason.MISTAKE)
    with pytest.raises(UsageError, match="nothing to drop"):
        compact_vault(clinician)
    shred_note(clinician, practice.notes["their draft"], Reason.MISTAKE)
    assert compact_vault(clinician).parts == 2
    assert practice.verdict().intact


def test_shredding_looks_at_the_retention_clock(practice: Practice) -> None:
    owner = practice.unlock()
    client = owner.save_client(ClientDraft("LARCH", born="1980-04-01")).note
    note = owner.save_note(NoteDraft(client, "the last one", date="2018-03-01")).note
    early = owner.save_note(NoteDraft(practice.clients["OTTER"], "a recent one", date="2026-11-02")).note
    assert before_shredding(owner, note) == "The years of this chart were over on 2025-03-01, but the client is active."
    assert before_shredding(owner, early).startswith("This chart has to be kept until 2033-")
    for kept in (note, early):
        with pytest.raises(UsageError, match=r"This chart has to|The years of this"):
            shred_note(owner, kept, Reason.RETENTION_OVER)
    assert Action.SHRED not in practice.actions()
    owner.append(lambda acting: [entries.client_status(acting, client, ClientStatus.CLOSED)])
    owner.follow()
    assert before_shredding(owner, note) == "This chart had to be kept until 2025-03-01; that is over."
    shred_note(owner, note, Reason.RETENTION_OVER)
    assert practice.actions().count(Action.SHRED) == 1


def _droppable(session: Session) -> Droppable:
    session.follow()
    with session.at_desk() as desk:
        return droppable(desk)


def test_amounts_are_what_the_member_who_asks_could_drop(practice: Practice) -> None:
    owner, clinician = practice.unlock(), practice.unlock("clinician")
    begun = _droppable(owner)
    assert begun.parts == begun.whole_parts > 0
    for each in (clinician, practice.unlock("supervisor"), practice.unlock("auditor")):
        assert _droppable(each) == Droppable(0, 0, begun.parts, begun.size)
    shred_note(clinician, practice.notes["their draft"], Reason.MISTAKE)
    theirs = _droppable(clinician)
    assert (theirs.parts, theirs.whole_parts) == (2, begun.parts + 2)
    assert theirs.whole_size == begun.size + theirs.size
    # what was listed, and not dropped since it was stopped, still counts, and goes along with whoever compacts next
    with pytest.raises(compaction.GivenUp):
        compact_vault(clinician, cancelled=lambda: True)
    assert _droppable(clinician) == theirs
    assert _droppable(owner).parts == begun.parts + 2
    assert compact_vault(clinician).parts == theirs.parts
    assert _droppable(clinician) == Droppable(0, 0, begun.parts, begun.size)
    before = _droppable(owner)
    assert compact_vault(owner).parts == before.parts
    assert _droppable(owner) == Droppable(0, 0, 0, 0)
    assert practice.verdict().intact


@pytest.mark.parametrize("member", ["supervisor", "auditor"])
def test_other_roles_neither_shred_nor_compact(practice: Practice, member: str) -> None:
    session = practice.unlock(member)
    before = practice.path.read_bytes()
    with pytest.raises(Refused):
        compact_vault(session)
    with pytest.raises(Refused):
        shred_note(session, practice.notes["signed"], Reason.MISTAKE)
    assert practice.path.read_bytes() == before


def test_a_legal_hold_keeps_everything(practice: Practice) -> None:
    owner = practice.unlock()
    client = practice.clients["OTTER"]
    owner.append(lambda acting: [entries.client_hold(acting, client, hold=True)])
    with pytest.raises(UsageError, match="legal hold"):
        shred_note(owner, practice.notes["plan"], Reason.LEGAL)
    with pytest.raises(UsageError, match="legal hold"):
        before_shredding(owner, practice.notes["plan"])
    owner.save_note(NoteDraft(client, "third wording", title="wording"), practice.notes["draft"], 2)
    assert owner.read_note(practice.notes["draft"], revision=2).text == "second wording"


def test_what_another_session_appends_while_the_new_file_is_made_is_in_it(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, clinician = practice.unlock(), practice.unlock("clinician", tmp_path / "other")
    saved: list[int] = []
    verify = compaction._Copying.verify

    def append_first(self: compaction._Copying) -> None:
        if not saved:
            saved.append(clinician.save_note(NoteDraft(practice.clients["MAPLE"], "written meanwhile")).note)
        verify(self)

    monkeypatch.setattr(compaction._Copying, "verify", append_first)
    compact_vault(owner)
    assert owner.read_note(practice.notes["signed"]).text == "signed text"
    assert clinician.read_note(saved[0]).text == "written meanwhile"
    assert practice.verdict().intact


def test_a_copy_that_does_not_verify_never_takes_the_place(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = practice.unlock()
    inode = practice.path.stat().st_ino
    kept = compaction._Copying._kept

    def damaged(self: compaction._Copying, *what: object) -> bytes:
        frame = kept(self, *what)  # type: ignore[arg-type]
        return frame[:-1] + bytes([frame[-1] ^ 1])

    monkeypatch.setattr(compaction._Copying, "_kept", damaged)
    with pytest.raises(VaultBroken, match="does not verify"):
        compact_vault(owner)
    assert practice.path.stat().st_ino == inode
    assert practice.actions()[-1] == Action.ACT_FAILED
    monkeypatch.undo()
    compact_vault(owner)
    assert practice.verdict().intact


def test_stopping_leaves_the_vault_as_it_was(practice: Practice) -> None:
    owner = practice.unlock()
    inode = practice.path.stat().st_ino
    with pytest.raises(compaction.GivenUp):
        compact_vault(owner, cancelled=lambda: True)
    assert practice.path.stat().st_ino == inode
    assert practice.verdict().intact
