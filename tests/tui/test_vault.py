"""A person looks after the vault: keys, members, copies, policy, passphrase, what is dropped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.pilot import Pilot

import core.upkeep.rotation
from core.upkeep import Rotation, key_status
from core.upkeep.backup import back_up, copies
from core.upkeep.invitation import fingerprint, invite, read_invitation
from core.upkeep.policy import change_policy
from core.upkeep.status import DAY_MS
from tests.core.practice import COST, PASSPHRASES, Practice, build_practice
from tests.tui.test_captures import SIZES, check, settle
from tests.tui.walking import screen_text, see, type_text, unlock, until
from tui.application import Tacenda
from tui.screens.door.door import DoorPage
from tui.screens.exchange.choice import Choice
from tui.screens.vault.admit import Admit
from tui.screens.vault.approval import Approval
from tui.screens.vault.copies import CopiesPage
from tui.screens.vault.dropping import ask_to_shred
from tui.screens.vault.keys import KeysPage
from tui.screens.vault.members import MembersPage
from tui.screens.vault.passphrase import PassphrasePage
from tui.screens.vault.policy import PolicyPage
from tui.screens.vault.rotation import RotationPage
from tui.widgets.fields import Field
from vault_format import machine
from vault_format.codes import Action, Role

OWNER = PASSPHRASES["owner"]
NEW = "seven larches above the quarry pond"
SMALL = (60, 20)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    """A practice of a minute ago; no test may change it."""
    return build_practice(tmp_path_factory.mktemp("practice"), machine.now_ms() - 60_000)


@pytest.fixture
def practice(made: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Practice:
    """A copy of the practice; state folders are the test's own."""
    monkeypatch.setenv("TACENDA_STATE", str(tmp_path / "state" / "tacenda"))
    return made.copied(tmp_path)


def put(app: Tacenda, name: str, value: str) -> None:
    """Put a value into a field, as a paste does."""
    app.screen.query_one(f"#{name}", Field).set(value)


async def enter(pilot: Pilot[int], *keys: str, member: str = "owner") -> Tacenda:
    """Unlock as MEMBER, press KEYS."""
    app = pilot.app
    assert isinstance(app, Tacenda)
    await until(pilot, lambda: isinstance(app.screen, DoorPage) and app.screen.query_one("#member-row").display)
    put(app, "member", member)
    await unlock(pilot, PASSPHRASES[member])
    await settle(pilot)
    for key in keys:
        await pilot.press(key)
        await settle(pilot)
    return app


def application(practice: Practice) -> Tacenda:
    """Return the application on the practice, with Argon2id at its floor."""
    return Tacenda(str(practice.path), cost=COST)


async def approve(pilot: Pilot[int], passphrase: str = OWNER) -> None:
    """Approve what stands on the approval page."""
    app = pilot.app
    assert isinstance(app, Tacenda)
    assert isinstance(app.screen, Approval)
    put(app, "passphrase", passphrase)
    await pilot.press("ctrl+s")


async def test_the_place_has_a_line_for_each_thing(practice: Practice) -> None:
    app = application(practice)
    async with app.run_test() as pilot:
        await enter(pilot, "5")
        screen = await see(pilot, "Enter open")
        for wanted in (
            "Keys         set 1, 0 days old", "Members      4", "! Recovery     none", "Policy       locks at 10",
            "My account", "Checkpoint   none yet", "Compact", "! Copies       none known",
        ):  # fmt: skip
            assert wanted in screen, wanted
        assert Action.EPOCH_OPEN not in practice.actions()


@pytest.mark.parametrize("size", [*SIZES, SMALL])
async def test_keys_are_rotated_by_hand(practice: Practice, size: tuple[int, int]) -> None:
    app = application(practice)
    async with app.run_test(size=size) as pilot:
        await enter(pilot, "5", "enter", "j", "enter")
        await see(pilot, "What will happen")
        # Enter approves nothing
        put(app, "passphrase", OWNER)
        await pilot.press("enter")
        assert isinstance(app.screen, Approval)
        await approve(pilot)
        await until(pilot, lambda: isinstance(app.screen, RotationPage))
        screen = await see(pilot, "Done.")
        assert "key set 2 made, sealed for 4 members" in screen
        assert "11 of 11" in screen
        assert "whole" in screen
        await pilot.press("escape")
        screen = await see(pilot, "2 now")
        assert "clinician" in screen
        await pilot.press("escape")
    assert practice.verdict().intact
    assert practice.actions().count(Action.EPOCH_OPEN) == 1


async def test_a_wrong_passphrase_approves_nothing(practice: Practice) -> None:
    app = application(practice)
    async with app.run_test() as pilot:
        await enter(pilot, "5", "enter", "j", "enter")
        await approve(pilot, "not this one")
        await see(pilot, "Not this passphrase. Recorded")
        assert app.screen.query_one("#passphrase", Field).said == ""
        await pilot.press("ctrl+s")
        await see(pilot, "needed once more")
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(app.screen, KeysPage))
    assert Action.EPOCH_OPEN not in practice.actions()


async def test_a_rotation_is_paused_left_and_gone_on_with(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core.upkeep.rotation, "BATCH", 2)
    app = application(practice)
    real = Rotation._tell

    def told(self: Rotation, doing: str, done: int, total: int) -> None:
        real(self, doing, done, total)
        if done == 2:
            app.call_from_thread(app.keywork.pause)

    async with app.run_test() as pilot:
        await enter(pilot, "5", "enter", "j", "enter")
        monkeypatch.setattr(Rotation, "_tell", told)
        await approve(pilot)
        screen = await see(pilot, "Paused between two batches.")
        assert "2 of 11" in screen
        monkeypatch.setattr(Rotation, "_tell", real)
        assert app.session is not None
        with app.session.at_desk() as desk:
            assert key_status(desk).at_work
        # the other pages go on
        await pilot.press("escape", "escape", "5")
        await see(pilot, "texts to move")
        await pilot.press("enter", "W", "space")
        screen = await see(pilot, "Done.")
        assert "9 of 9" in screen
    assert practice.actions().count(Action.EPOCH_OPEN) == 1
    assert practice.verdict().intact


async def test_what_a_rotation_left_is_done_after_the_next_unlock(practice: Practice) -> None:
    owner = practice.unlock()
    rotation = Rotation(owner)
    rotation.begin()
    owner.lock()
    app = application(practice)
    async with app.run_test() as pilot:
        await enter(pilot)
        await until(pilot, lambda: app.keywork.run is not None and app.keywork.run.over)
        assert app.session is not None
        with app.session.at_desk() as desk:
            assert not key_status(desk).at_work
    assert practice.verdict().intact


async def test_a_clinician_renews_moves_and_confirms_without_being_asked(practice: Practice) -> None:
    owner = practice.unlock()
    rotation = Rotation(owner)
    rotation.begin()
    rotation.go_on()
    app = application(practice)
    async with app.run_test() as pilot:
        await enter(pilot, member="clinician")
        await until(pilot, lambda: app.keywork.run is not None and app.keywork.run.over)
        done = app.keywork.run.done if app.keywork.run is not None else None
        assert done is not None
        assert done.moved == 1
        assert done.confirmed > 0
        # a rotation while this session is open is followed, too
        again = Rotation(owner)
        owner.follow()
        again.begin()
        again.go_on()
        app.following.look()
        await until(pilot, lambda: app.keywork.run is not None and app.keywork.run.done is not None
                    and app.keywork.run.done.epoch == 3)  # fmt: skip
    owner.follow()
    with owner.at_desk() as desk:
        assert [each.name for each in key_status(desk).behind] == ["supervisor", "auditor"]
    assert practice.verdict().intact


@pytest.mark.parametrize("automatic", [True, False])
async def test_keys_that_are_due(practice: Practice, tmp_path: Path, automatic: bool) -> None:
    (tmp_path / "old").mkdir()
    old = build_practice(tmp_path / "old", machine.now_ms() - 91 * DAY_MS)
    if not automatic:
        owner = old.unlock()
        change_policy(owner, rotation_auto=False)
        owner.lock()
    app = application(old)
    async with app.run_test() as pilot:
        await enter(pilot)
        await see(pilot, "The keys are 91 days old")
        if automatic:
            assert "new ones are made, texts re-encrypted" in screen_text(app)
            await until(pilot, lambda: app.keywork.run is not None and app.keywork.run.over)
        else:
            assert "5, Keys rotates them" in screen_text(app)
        await pilot.press("5", "enter")
        await see(pilot, "2 now" if automatic else "Overdue since")
    assert old.actions().count(Action.EPOCH_OPEN) == int(automatic)
    assert old.verdict().intact


# -- members -------------------------------------------------------------------------------------------------


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
        await pilot.press("S", "ctrl+s", "escape")
        await until(pilot, lambda: isinstance(app.screen, MembersPage))
    assert practice.actions().count(Action.MEMBER_ADD) == 3


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


# -- passphrase, policy, copies, dropping ---------------------------------------------------------------------


@pytest.mark.parametrize("size", [*SIZES, SMALL])
async def test_a_passphrase_is_changed(practice: Practice, size: tuple[int, int]) -> None:
    app = application(practice)
    async with app.run_test(size=size) as pilot:
        await enter(pilot, "5")
        app.show_page(PassphrasePage())
        await see(pilot, "six random words are good")
        await pilot.press("f7")
        await see(pilot, "One that nobody guesses")
        await type_text(pilot, OWNER)
        await pilot.press("enter")
        await type_text(pilot, "otter")
        await see(pilot, "too short to hold")
        put(app, "new", NEW)
        await see(pilot, "strong, about")
        put(app, "again", NEW + " not")
        await pilot.press("ctrl+s")
        await see(pilot, "not the same.")
        await pilot.press("escape")
        put(app, "again", NEW)
        await pilot.press("ctrl+s")
        await see(pilot, "The new passphrase opens the vault")
        assert NEW not in screen_text(app)
    assert practice.door(practice.folder / "new").unlock("owner", NEW).member == "owner"


async def test_what_was_offered_is_gone_after_a_lock(practice: Practice) -> None:
    app = application(practice)
    async with app.run_test() as pilot:
        await enter(pilot, "5")
        page = PassphrasePage()
        app.show_page(page)
        await pilot.press("f7")
        await see(pilot, "drawn just now")
        assert len(page._offer.split()) == 6
        await pilot.press("ctrl+l")
        await see(pilot, "Passphrase")
        assert page._offer == ""


async def test_an_owner_changes_the_policy(practice: Practice) -> None:
    app = application(practice)
    async with app.run_test() as pilot:
        await enter(pilot, "5", "j", "j", "j", "enter")
        assert isinstance(app.screen, PolicyPage)
        await pilot.press("enter")
        put(app, "focus", "nine")
        await pilot.press("enter")
        await see(pilot, "rotation_days is a number from 1")
        await pilot.press("escape", "enter")
        put(app, "focus", "60")
        await pilot.press("enter")
        await see(pilot, "90 days → 60 days")
        await pilot.press("j", "enter")
        await see(pilot, "2 values wait")
        await pilot.press("enter")
        await see(pilot, "1 value waits")
        await pilot.press("ctrl+s")
        await see(pilot, "90 days becomes 60 days")
        await approve(pilot)
        await see(pilot, "In force.")
        assert app.session is not None
        assert app.session.policy.rotation_days == 60
    assert practice.actions().count(Action.POLICY) == 1


async def test_a_copy_is_made_and_tried(practice: Practice, tmp_path: Path) -> None:
    app = application(practice)
    async with app.run_test() as pilot:
        await enter(pilot, "5")
        app.show_page(CopiesPage())
        await see(pilot, "No copy was made with Tacenda.")
        await pilot.press("n")
        put(app, "focus", str(tmp_path / "copy.tacenda"))
        await pilot.press("enter")
        await see(pilot, "Made and verified")
        await see(pilot, "never. A copy that nobody opened")
        await pilot.press("enter")
        put(app, "focus", "not this one")
        await pilot.press("enter")
        await see(pilot, "Not this passphrase.")
        await pilot.press("escape")
        await see(pilot, "FAILED")
        await pilot.press("enter")
        put(app, "focus", OWNER)
        await pilot.press("enter")
        await see(pilot, "It opens: verified, unlocked and read in")
        assert app.session is not None
        assert copies(app.session)[0].worked
    assert practice.verdict().intact


async def test_a_note_is_shredded_and_the_vault_compacted(practice: Practice) -> None:
    app = application(practice)
    size = practice.path.stat().st_size
    async with app.run_test() as pilot:
        await enter(pilot, "2")
        await see(pilot, "OTTER")
        assert app.session is not None
        row = app.session.catalog.note(practice.notes["draft"])
        ask_to_shred(app, row)
        await see(pilot, "shred one note")
        await approve(pilot)
        await see(pilot, "To go on, type: shred OTTER")
        await pilot.press("escape")
        put(app, "typed", "shred OTTER")
        await approve(pilot)
        await see(pilot, "Shredded, record")
        await pilot.press("5")
        await see(pilot, "of old ciphertext could go")
        await pilot.press("G", "k", "enter")
        await see(pilot, "What cannot be undone")
        await approve(pilot)
        await see(pilot, "Copies made before keep what they hold.")
        with pytest.raises(Exception, match="shredded"):
            app.session.read_note(practice.notes["draft"])
    actions = practice.actions()
    assert (actions.count(Action.SHRED), actions.count(Action.COMPACTED)) == (1, 1)
    assert practice.path.stat().st_size < size + 4_096
    assert practice.verdict().intact


async def test_a_broken_vault_offers_the_newest_whole_copy(practice: Practice, tmp_path: Path) -> None:
    owner = practice.unlock(folder=tmp_path / "state" / "tacenda")
    back_up(owner, str(tmp_path / "first.tacenda"))
    back_up(owner, str(tmp_path / "second.tacenda"))
    back_up(owner, str(tmp_path / "third.tacenda"))
    owner.lock()
    for path in (practice.path, tmp_path / "third.tacenda"):
        raw = bytearray(path.read_bytes())
        raw[3_000] ^= 1
        raw[3_100] ^= 1
        path.write_bytes(raw)
    app = application(practice)
    async with app.run_test() as pilot:
        await see(pilot, "BROKEN")
        assert "whole copy" not in screen_text(app).splitlines()[-1]
        await pilot.press("b")
        screen = await see(pilot, "the newest whole one: w opens it")
        assert screen.index("second.tacenda") < screen.index("first.tacenda") < screen.index("third.tacenda")
        assert "✗ not whole" in screen
        await pilot.press("w")
        await until(pilot, lambda: app.path == str(tmp_path / "second.tacenda"))
        await until(pilot, lambda: isinstance(app.screen, DoorPage))


# -- what they look like ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [*SIZES, SMALL])
async def test_the_pages_look_as_they_did(
    practice: Practice, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: (10**12, 0, 10**12))
    app = application(practice)
    async with app.run_test(size=size) as pilot:
        await enter(pilot)
        steps: dict[str, tuple[str, ...]] = {
            "vault": ("5",), "keys": ("enter", "j"), "rotate": ("enter",),
            "members": ("escape", "escape", "j", "enter", "j"), "remove-member": ("D",), "admit": ("escape", "n"),
            "policy": ("escape", "escape", "j", "j", "enter"),
            "passphrase": ("escape", "j", "enter"), "copies": ("escape", "G", "enter"),
        }  # fmt: skip
        for name, keys in steps.items():
            for key in keys:
                await pilot.press(key)
                await settle(pilot)
            await check(name, pilot)

