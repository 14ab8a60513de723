"""What an ordinary unlock does for recovery: the table is kept long, exposure and recoveries are told, keys rotated."""

from __future__ import annotations

import itertools

import msgspec
import pytest

from core.acts import kit as kit_acts
from core.keys.kit import CHUNK_SLOTS, SLOT_SECONDS
from core.recovery import Enrolment, Recovery
from core.recovery.after_unlock import After, after_unlock, chunks_due
from core.recovery.custody.ceremony import accept
from core.recovery.kit.found import find_kit
from core.recovery.paper import as_html, kit_page, will_page, write_page
from core.recovery.status import recovery_status
from core.session import Session
from tests.core.practice import PASSPHRASES, Practice, keyring
from tests.core.recovery.test_custodians import held
from tests.core.recovery.test_recovery_kit import COST, NEW, Kit, moment, quiet
from vault_format.codes import Action, Reason
from vault_format.errors import UsageError

YEAR = 365 * 86_400


def later(practice: Practice, seconds: int) -> Session:
    practice.clock.later(seconds)
    return practice.unlock()


def recover(practice: Practice, kit: Kit, member: str = "owner", passphrase: str = NEW) -> None:
    begins = moment(practice)
    recovery = Recovery(practice.door(), member, cost=COST)
    recovery.enter_code(kit.lines)
    assert recovery.enter_codes(kit.codes(begins))
    recovery.finish(passphrase)


def test_on_a_good_day_nothing_is_written_and_nothing_told(practice: Practice) -> None:
    owner = practice.unlock()
    Kit(practice, owner)
    before = len(practice.actions())
    assert after_unlock(owner) == After()
    owner.lock()
    session = later(practice, 60)
    assert after_unlock(session) == After()
    assert len(practice.actions()) == before + 3  # lock, unlock, list


def test_the_table_is_kept_two_and_a_half_years_ahead(practice: Practice) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    owner.lock()
    session = later(practice, int(1.2 * YEAR))
    assert after_unlock(session, rotate=False).extended == 2
    end = session.vault.ledger.state.members[1].kit.end  # type: ignore[union-attr]
    assert keyring(session).bundle.kit.end == end  # type: ignore[union-attr]
    assert end * SLOT_SECONDS * 1000 >= practice.clock.now + 2.4 * YEAR * 1000
    assert after_unlock(session, rotate=False).extended == 0
    assert practice.actions().count(Action.KIT_EXTEND) == 1
    session.lock()
    practice.clock.later(2.2 * YEAR)
    # past the first table's end: the codes of the extension open
    recover(practice, kit)
    assert practice.verdict().intact


@pytest.mark.slow
def test_no_slot_stands_in_two_chunks_and_none_is_left_out(practice: Practice) -> None:
    owner = practice.unlock()
    Kit(practice, owner)
    for _ in range(2):
        owner.lock()
        owner = later(practice, int(0.7 * YEAR))
        after_unlock(owner, rotate=False)
    with owner.at_desk() as desk:
        chunks = find_kit(desk.vault, desk.who).chunks
    assert len(chunks) > 6
    for one, two in itertools.pairwise(chunks):
        assert one.first + one.count == two.first


def test_an_append_that_was_torn_in_two_is_gone_on_from(practice: Practice) -> None:
    owner = practice.unlock()
    Kit(practice, owner)
    # only the first of the two records reached the disk
    owner.append(lambda acting: [kit_acts.kit_extend(acting, [CHUNK_SLOTS // 2])[0]])
    owner.lock()
    session = later(practice, int(1.0 * YEAR))
    assert after_unlock(session, rotate=False).extended == 1
    assert keyring(session).bundle.kit.end == session.vault.ledger.state.members[1].kit.end  # type: ignore[union-attr]
    assert practice.verdict().intact


def test_the_arithmetic_of_half_years() -> None:
    now = 1_795_000_000_000
    slot = now // 1000 // SLOT_SECONDS
    assert chunks_due(slot + 6 * CHUNK_SLOTS, now) == 0
    assert chunks_due(slot + 5 * CHUNK_SLOTS, now) == 0
    assert chunks_due(slot + 5 * CHUNK_SLOTS - 1, now) == 1
    assert chunks_due(slot, now) == 5
    assert chunks_due(slot - 1_000 * CHUNK_SLOTS, now) == 64


@pytest.mark.slow
def test_codes_that_were_tried_without_a_recovery_expose_the_kit(practice: Practice) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    owner.lock()
    begins = moment(practice)
    recovery = Recovery(practice.door(), "owner", cost=COST)
    recovery.enter_code(kit.lines)
    assert not recovery.enter_codes(kit.codes(begins - 20 * 900_000), cancelled=lambda: True)
    recovery.give_up()
    session = later(practice, 120)
    told = after_unlock(session)
    assert told.exposed
    assert told.kit_due
    assert "Make a new kit" in told.sentences[0]
    assert keyring(session).bundle.kit.exposed  # type: ignore[union-attr]
    assert after_unlock(session).exposed
    status = recovery_status(session).kit
    assert status is not None
    assert status.exposed
    Kit(practice, session)
    assert not after_unlock(session).exposed


def test_right_codes_that_were_not_used_expose_it_too_and_giving_up_before_them_does_not(practice: Practice) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    owner.lock()
    begins = moment(practice)
    recovery = Recovery(practice.door(), "owner", cost=COST)
    recovery.enter_code(kit.lines)
    recovery.give_up()
    session = later(practice, 61)
    assert not after_unlock(session).exposed
    session.lock()
    recovery = Recovery(practice.door(), "owner", cost=COST)
    recovery.enter_code(kit.lines)
    assert recovery.enter_codes(kit.codes(begins))
    recovery.give_up()
    assert after_unlock(later(practice, 61)).exposed


@pytest.mark.parametrize("typed", ["one code", "three, and the search for a wrong digit was interrupted"])
def test_whoever_stops_after_a_code_was_typed_has_exposed_the_kit(practice: Practice, typed: str) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    owner.lock()
    codes = kit.codes(moment(practice))
    recovery = Recovery(practice.door(), "owner", cost=COST)
    recovery.enter_code(kit.lines)
    recovery.note_codes(["", "12345", "no code"])

    def interrupted(*_: int) -> None:
        raise KeyboardInterrupt

    if typed == "one code":
        recovery.note_codes(codes[:1])
    else:
        with pytest.raises(KeyboardInterrupt):
            recovery.enter_codes(codes[::-1], watch=interrupted)
    recovery.give_up()
    assert practice.actions().count(Action.RECOVERY_FAILED) == 1
    assert after_unlock(later(practice, 61)).exposed


@pytest.mark.slow
def test_everyone_is_told_once_and_an_owner_rotates(practice: Practice) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    owner.lock()
    practice.unlock("clinician").lock()
    recover(practice, kit)
    practice.clock.later(60)
    colleague = practice.unlock("clinician")
    told = after_unlock(colleague)
    assert [(each.name, each.reason) for each in told.recovered] == [("owner", Reason.KIT_RECOVERY)]
    assert told.rotation_due
    assert not told.rotating
    assert "recovery kit" in told.sentences[0]
    colleague.lock()
    again = practice.unlock("clinician")
    assert after_unlock(again).recovered == ()
    again.lock()
    assert practice.actions().count(Action.ROTATION_DUE) == 1
    session = practice.door().unlock("owner", NEW)
    told = after_unlock(session)
    assert told.rotating
    assert told.kit_due
    assert [each.name for each in told.recovered] == ["owner"]
    assert session.vault.ledger.state.epoch == 2
    assert not after_unlock(session).rotating
    assert practice.actions().count(Action.EPOCH_OPEN) == 1
    assert practice.verdict().intact


def test_where_the_policy_says_remind_no_rotation_begins(practice: Practice) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    policy = msgspec.structs.replace(owner.policy, rotation_auto=False)
    from core.acts import trail

    owner.append(lambda acting: [trail.policy(acting, policy)])
    owner.lock()
    recover(practice, kit)
    told = after_unlock(practice.door().unlock("owner", NEW))
    assert (told.rotating, told.rotation_due) == (False, True)
    assert practice.actions().count(Action.ROTATION_DUE) == 1


def test_the_state_follows_the_vault(practice: Practice) -> None:
    owner = practice.unlock()
    assert recovery_status(owner).kit is None
    assert recovery_status(owner).custodians is None
    Kit(practice, owner)
    held(owner)
    accept(owner, process=True)
    status = recovery_status(owner)
    assert status.kit is not None
    assert status.kit.drilled == 0
    assert status.kit.ends > practice.clock.now + 2.9 * YEAR * 1000
    assert status.custodians is not None
    assert status.custodians.names == ("custodian-1", "custodian-2", "supervisor")
    assert status.custodians.process
    assert dict(status.custodians.members) == {
        "owner": True, "clinician": False, "supervisor": False, "auditor": False,
    }  # fmt: skip


def test_pages_are_written_for_one_reader_and_over_nothing(practice: Practice) -> None:
    owner = practice.unlock()
    quiet(practice)
    lines = Enrolment(owner, cost=COST).lines
    text = kit_page("river practice", "owner", lines, str(practice.path), when=practice.clock.now)
    assert all(line in text for line in lines)
    assert max(map(len, text.splitlines())) <= 76
    folder = practice.folder.parent
    for name in ("kit.txt", "kit.html"):
        written = write_page(str(folder / name), "Recovery kit", text)
        assert (folder / name).stat().st_mode & 0o777 == 0o600
        assert lines[0] in (folder / name).read_text()
        with pytest.raises(UsageError, match="already"):
            write_page(written, "Recovery kit", text)
    assert "&lt;b&gt;" in as_html("<b>", "<b>")
    with pytest.raises(UsageError):
        write_page(str(folder / "nowhere" / "kit.txt"), "", "")
    with pytest.raises(UsageError, match="no custodians"):
        will_page("river practice", str(practice.path), recovery_status(owner), when=0)
    held(owner)
    will = will_page("river practice", str(practice.path), recovery_status(owner), when=practice.clock.now)
    for word in ("custodian-1", "2 of these 3", "invite", "stay closed", "work in\n     the file itself"):
        assert word in will
    accept(owner, process=True)
    will = will_page("river practice", "practice.tacenda", recovery_status(owner), when=practice.clock.now)
    assert "open otherwise" in will
    assert max(map(len, will.splitlines())) <= 76
    assert PASSPHRASES["owner"] not in will
