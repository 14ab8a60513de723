"""A person looks after the vault: passphrase, policy, copies, what is dropped, a broken one; and how it looks."""

# ruff: noqa: F811  fixtures are imported, and tests name them
from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from core.acts.trail import unlock_failed
from core.alerts import Rule
from core.upkeep import shred_note
from core.upkeep.copies.backup import back_up, copies
from tests.core.practice import PASSPHRASES, Practice, unsigned
from tests.tui.in_practice import NEW, OWNER, SMALL, application, approve, enter, made, practice, put  # noqa: F401
from tests.tui.pictures.test_captures import SIZES, check, settle
from tests.tui.walking import screen_text, see, type_text, until
from tui.screens.door.door import DoorPage
from tui.screens.notes.chart import Chart
from tui.screens.vault.charts.dropping import ask_to_shred
from tui.screens.vault.copies import CopiesPage
from tui.screens.vault.keys.passphrase import PassphrasePage
from tui.screens.vault.policy import PolicyPage
from vault_format import machine
from vault_format.codes import Action, Reason


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


@pytest.mark.parametrize("size", [*SIZES, SMALL])
async def test_an_owner_moves_a_threshold_on_the_page_and_its_rule_follows(
    practice: Practice, size: tuple[int, int]
) -> None:
    unsigned(practice, [unlock_failed(2)] * 3, [machine.now_ms() - 40_000] * 3)
    app = application(practice)
    async with app.run_test(size=size) as pilot:
        await enter(pilot, "5", "j", "j", "j", "enter")
        await until(pilot, lambda: app.alerting.judged)
        assert not app.alerting.standing
        await pilot.press("G", *["k"] * 9, "enter")
        await see(pilot, "failures, 3 to 8")
        put(app, "focus", "2")
        await pilot.press("enter")
        await see(pilot, "alerts.failures is a number from 3 to 8")
        await pilot.press("enter")
        put(app, "focus", "3")
        await pilot.press("enter")
        await see(pilot, "5 failures → 3 failures")
        await pilot.press("ctrl+s")
        assert "Alerts speak later" not in await see(pilot, "5 failures becomes 3 failures")
        await approve(pilot)
        await see(pilot, "In force.")
        assert app.session is not None
        assert app.session.policy.alerts.failures == 3
        unsigned(practice, [unlock_failed(2)] * 3, [machine.now_ms()] * 3)
        await until(pilot, lambda: bool(app.alerting.standing))
        assert [each.rule for each in app.alerting.standing] == [Rule.FAILURES]
        await pilot.press("enter")
        put(app, "focus", "8")
        await pilot.press("enter", "ctrl+s")
        assert "Alerts speak later" in " ".join((await see(pilot, "3 failures becomes 8 failures")).split())
        await approve(pilot)
        await see(pilot, "8 failures")
        await until(pilot, lambda: Rule.LOOSENED in {each.rule for each in app.alerting.told})
    assert practice.actions().count(Action.POLICY) == 2


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
        await see(pilot, "It opens: verified, unlocked and a note read in")
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
        await see(pilot, "This chart has to be kept")
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


async def test_asking_to_shred_waits_for_whoever_is_at_the_desk_and_the_keys_do_not(practice: Practice) -> None:
    app = application(practice)
    async with app.run_test() as pilot:
        await enter(pilot, "2")
        await see(pilot, "OTTER")
        assert app.session is not None
        app.show_page(Chart(practice.clients["OTTER"], practice.notes["draft"]))
        await settle(pilot)
        with app.session.at_desk():
            # as a rotation's batch has it; asked twice, it is asked about once
            await pilot.press("X")
            await see(pilot, "Looking at what would go.")
            await pilot.press("X", "j")
            assert isinstance(app.screen, Chart)
        await see(pilot, "shred one note")
        await settle(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Chart))
    assert Action.SHRED not in practice.actions()


async def test_a_clinician_is_told_of_what_they_could_drop(practice: Practice) -> None:
    app = application(practice)
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, "5", member="clinician")
        await see(pilot, "an owner could drop")
        assert "you shredded could go" not in screen_text(app)
        await pilot.press("G", "k", "enter")
        await see(pilot, "You shredded nothing that could go. An owner could drop")
        assert app.session is not None
        shred_note(app.session, practice.notes["their draft"], Reason.MISTAKE)
        await pilot.press("2", "5")
        await see(pilot, "bytes that you shredded could go; an owner could drop")
        await pilot.press("G", "k", "enter")
        told = " ".join((await see(pilot, "What cannot be undone")).split())
        assert "(2 parts, " in told
        assert "): what you shredded. An owner could drop" in told
        assert "older revisions" not in told
        await approve(pilot, PASSPHRASES["clinician"])
        await see(pilot, "Copies made before keep what they hold.")
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


class _Room(NamedTuple):
    """What a disk has, in bytes: as shutil tells it."""

    total: int
    used: int
    free: int


@pytest.mark.parametrize("size", [*SIZES, SMALL])
async def test_the_pages_look_as_they_did(
    practice: Practice, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: _Room(10**12, 0, 10**12))
    app = application(practice)
    async with app.run_test(size=size) as pilot:
        await enter(pilot)
        steps: dict[str, tuple[str, ...]] = {
            "vault": ("5",), "keys": ("enter", "j"), "rotate": ("enter",),
            "members": ("escape", "escape", "j", "enter", "j"), "remove-member": ("D",), "admit": ("escape", "n"),
            "policy": ("escape", "escape", "j", "j", "enter"), "policy-alerts": ("G",),
            "passphrase": ("escape", "j", "enter"), "copies": ("escape", "G", "enter"),
        }  # fmt: skip
        for name, keys in steps.items():
            for key in keys:
                await pilot.press(key)
                await settle(pilot)
            await check(name, pilot)
