"""A person looks after the members: admits, removes, gives roles, and reads the access sheet."""

# ruff: noqa: F811  fixtures are imported, and tests name them
from __future__ import annotations

import hashlib
import os
from pathlib import Path

from core.upkeep.copies.backup import back_up
from core.upkeep.people.invitation import fingerprint, invite, read_invitation
from tests.core.practice import COST, Practice
from tests.core.recovery.test_custodians import held
from tests.tui.in_practice import NEW, OWNER, application, approve, enter, made, practice, put  # noqa: F401
from tests.tui.pictures.test_captures import settle
from tests.tui.walking import screen_text, see, until
from tui import words
from tui.screens.exchange.choice import Choice
from tui.screens.vault.members.admit import Admit
from tui.screens.vault.members.members import MembersPage
from vault_format.codes import Action, Role


def block(practice: Practice) -> str:
    """Return an invitation, as it is made on the newcomer's machine."""
    state = practice.unlock().vault.ledger.state
    return invite(state, "clinician-2", NEW, COST, os.urandom)


async def test_a_newcomer_is_admitted_once_the_words_were_compared(practice: Practice) -> None:
    text = block(practice)
    state = practice.unlock().vault.ledger.state
    words = fingerprint(read_invitation(text, state), state.vault_id)
    app = application(practice)
    async with app.run_test() as pilot:
        await enter(pilot, "5", "j", "enter", "n")
        assert isinstance(app.screen, Admit)
        await pilot.press("ctrl+s")
        await see(pilot, "Paste the invitation")
        await pilot.press("escape")
        put(app, "focus", text)  # a paste of several lines becomes one
        app.screen.query_one("#role", Choice).choose(1)
        await pilot.press("ctrl+s")
        screen = await see(pilot, "step 2 of 3")
        assert all(word in screen for word in words)
        assert "clinician-2, to be supervisor" in screen
        await pilot.press("S")
        put(app, "passphrase", OWNER)
        await pilot.press("ctrl+s")
        await see(pilot, "clinician-2 is a member now")
        await until(pilot, lambda: isinstance(app.screen, MembersPage))
        await until(pilot, lambda: screen_text(app).count("clinician-2") == 2)
    member = next(each for each in practice.unlock().vault.ledger.state.active_members() if each.name == "clinician-2")
    assert member.role is Role.SUPERVISOR


async def test_words_that_differ_stop_it(practice: Practice, tmp_path: Path) -> None:
    (tmp_path / "me.txt").write_text(block(practice))
    app = application(practice)
    async with app.run_test() as pilot:
        await enter(pilot, "5", "j", "enter", "n")
        put(app, "focus", str(tmp_path / "me.txt"))
        await pilot.press("ctrl+s")
        await see(pilot, "step 2 of 3")
        await pilot.press("N")
        await see(pilot, "Nobody was admitted.")
        await see(pilot, "Stopped, and on the record: ")
        await pilot.press("S", "ctrl+s", "escape")
        await until(pilot, lambda: isinstance(app.screen, MembersPage))
        app.alerting.look(now=True)
        await settle(pilot)
        assert app.alerting.unanswered == 1
    assert practice.actions().count(Action.MEMBER_ADD) == 3
    assert practice.actions().count(Action.ALERT) == 1


async def test_a_member_is_removed_and_given_a_role(practice: Practice, tmp_path: Path) -> None:
    app = application(practice)
    async with app.run_test() as pilot:
        await enter(pilot, "5", "j", "enter", "D")
        await see(pilot, "Nobody removes themselves.")
        await pilot.press("j", "D")
        await see(pilot, "clinician opens nothing any more")
        await approve(pilot)
        await see(pilot, "Done.")
        await pilot.press("escape")
        await see(pilot, "removed")
        # those who are here come first: owner, supervisor, auditor, then who left
        await pilot.press("g", "j", "R")
        await see(pilot, "role of supervisor")
        app.screen.query_one("#reason", Choice).choose(1)
        await approve(pilot)
        await see(pilot, "Done.")
        await pilot.press("escape", "x")
        await see(pilot, "Written:")
        assert app.session is not None
        roles = {each.name: each.role for each in app.session.vault.ledger.state.active_members()}
        assert roles["supervisor"] is Role.CLINICIAN
    assert practice.actions().count(Action.MEMBER_REMOVE) == 1
    [sheet] = practice.path.parent.glob("*.access-*.txt")
    assert "clinician (clinician, removed)" in sheet.read_text()
    assert practice.verdict().intact


async def test_removing_a_member_tells_of_the_copies_that_their_keys_open(practice: Practice, tmp_path: Path) -> None:
    session = practice.unlock(folder=tmp_path / "state" / "tacenda")
    back_up(session, str(tmp_path / "copy.tacenda"))
    session.lock()
    app = application(practice)
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, "5", "j", "enter", "j", "D")
        told = " ".join((await see(pilot, "What it does not reach")).split())
        assert f"1 known copy opens with the keys of clinician, for ever: {words.today()} (key set 1, " in told
        await pilot.press("escape", "R")
        told = " ".join((await see(pilot, "role of clinician")).split())
        assert "1 known copy opens with the keys of clinician, for ever" in told
    assert Action.MEMBER_REMOVE not in practice.actions()


async def test_the_sheet_tells_what_a_member_did_and_leads_to_the_records(practice: Practice) -> None:
    session = practice.unlock()
    held(session)
    session.lock()
    app = application(practice)
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, "5", "j", "enter", "j")
        screen = await see(pilot, "Access sheet of clinician")
        assert "1 unlock, 0 notes read, 3 saved, 1 signed, 0 exports, 0 failed unlocks" in screen
        assert app.session is not None
        state = app.session.vault.ledger.state
        print_of = hashlib.sha256(state.members[2].sign + state.members[2].box).hexdigest()[:32]
        assert " ".join(print_of[at : at + 4] for at in range(0, 32, 4)) in screen
        # clinician, supervisor, auditor have not taken the keys that came with the custodians
        assert screen.count("! old keys") == 3
        await pilot.press("G")
        screen = await see(pilot, "Access sheet of recovery 5")
        assert "2 of 3 together: custodian-1, custodian-2, supervisor" in screen
        row = next(line for line in screen.splitlines() if "recovery 5 " in line and "custodians" in line)
        assert "! 2 of 3" in row
        await pilot.press("D")
        await see(pilot, "Other custodians are set under Recovery")
        await pilot.press("g", "j", "t")
        screen = await see(pilot, "who clinician")
        done = [line for line in screen.splitlines() if " unlock " in line]
        assert len(done) == 1
        assert " clinician " in done[0]


async def test_who_is_no_owner_may_look(practice: Practice) -> None:
    app = application(practice)
    async with app.run_test() as pilot:
        await enter(pilot, "5", "j", "enter", member="auditor")
        screen = await see(pilot, "Access sheet of owner")
        assert "remove" not in screen.splitlines()[-1]
        await pilot.press("j", "D")
        await see(pilot, "Only an owner")
        await pilot.press("escape", "g", "enter", "j", "enter")
        await see(pilot, "An owner rotates.")
        await pilot.press("escape", "5", "j", "j", "j", "enter", "enter")
        await see(pilot, "Only an owner changes the policy.")
    assert practice.verdict().intact
