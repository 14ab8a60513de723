"""The table of losses says what is so: of this machine's disk, of process notes, of a kit whose codes were seen."""

from __future__ import annotations

from pathlib import Path

from core.recovery import Recovery
from core.recovery.custody.by_custodians import CustodianRecovery
from core.recovery.custody.ceremony import accept
from core.recovery.losses import Loss, losses
from core.session import NoteDraft, Session
from core.upkeep.copies import backup
from tests.core.practice import Practice
from tests.core.recovery.test_custodians import held
from tests.core.recovery.test_recovery_kit import COST, NEW, Kit, moment


def table(session: Session) -> dict[str, Loss]:
    with session.at_desk() as desk:
        return {row.lost: row for row in losses(desk)}


def test_without_a_copy_this_machine_is_no_loss_one_comes_back_from(practice: Practice, tmp_path: Path) -> None:
    owner = practice.unlock()
    row = table(owner)["this machine"]
    assert (row.back, "no copy of the file" in row.way) == (False, True)
    copy = tmp_path / "copy.tacenda"
    backup.back_up(owner, str(copy))
    row = table(owner)["this machine"]
    assert (row.back, "but on this disk" in row.way) == (False, True)
    owner.lock()
    # on another machine the records say that there is a copy, and nothing says that it is on this disk
    elsewhere = practice.unlock(folder=tmp_path / "elsewhere")
    row = table(elsewhere)["this machine"]
    assert (row.back, "the copy of 20" in row.way) == (True, True)


def test_a_copy_that_is_gone_from_this_disk_is_none_and_one_on_a_stick_that_is_out_counts(
    practice: Practice, tmp_path: Path
) -> None:  # fmt: skip
    owner = practice.unlock()
    stick = tmp_path / "stick"
    stick.mkdir()
    backup.back_up(owner, str(stick / "copy.tacenda"))
    (stick / "copy.tacenda").unlink()
    assert not table(owner)["this machine"].back
    stick.rmdir()
    assert table(owner)["this machine"].back


def test_process_notes_go_with_their_authors_keys_unless_the_author_chose_otherwise(practice: Practice) -> None:
    owner = practice.unlock()
    papers = held(owner)
    accept(owner, process=False)
    before = table(owner)
    assert before["your passphrase"].back
    assert not before["your passphrase: your process notes"].back
    assert "stay closed" in before["you"].way
    Kit(practice, owner)
    assert not table(owner)["passphrase and kit: your process notes"].back
    accept(owner, process=True)
    assert table(owner)["passphrase and kit: your process notes"].back
    accept(owner, process=False)
    owner.lock()
    recovery = CustodianRecovery(practice.door(), member="owner", cost=COST)
    for paper in papers[:2]:
        recovery.enter_share(paper)
    recovery.rekey(NEW, "a lost passphrase")
    owner = practice.door().unlock("owner", NEW)
    after = table(owner)
    assert not after["lost already: 1 process note of yours"].back
    assert "your passphrase: your process notes" not in after
    owner.save_note(NoteDraft(practice.clients["OTTER"], "begun anew", type="process", title="anew"))
    assert not table(owner)["your passphrase: your process notes"].back


def test_who_wrote_no_process_notes_is_told_nothing_of_them(practice: Practice) -> None:
    assert not any("process notes" in lost for lost in table(practice.unlock("supervisor")))


def test_the_paper_of_an_exposed_kit_is_red(practice: Practice) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    assert table(owner)["the printed code"].back
    owner.lock()
    begins = moment(practice)
    recovery = Recovery(practice.door(), "owner", cost=COST)
    recovery.enter_code(kit.lines)
    assert recovery.enter_codes(kit.codes(begins))
    recovery.give_up()
    practice.clock.later(61)
    after = table(practice.unlock())
    assert "the printed code" not in after
    assert not after["the printed code, while the kit is exposed"].back
    assert "(exposed)" in after["your passphrase"].way
    assert after["the phone"].back
