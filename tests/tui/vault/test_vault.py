"""A person looks after the vault: the place, keys and their rotation."""

# ruff: noqa: F811  fixtures are imported, and tests name them
from __future__ import annotations

import re
from pathlib import Path

import pytest

import core.upkeep.keys.rotation
from core.upkeep import Droppable, KeyStatus, Rotation, key_status
from core.upkeep.copies.backup import back_up
from core.upkeep.keys.passphrase import change
from core.upkeep.keys.status import DAY_MS, EpochRow
from core.upkeep.policy import change_policy
from tests.core.practice import COST, PASSPHRASES, Practice, build_practice, reasons, rotate
from tests.tui.in_practice import NEW, OWNER, SMALL, application, approve, enter, made, practice, put  # noqa: F401
from tests.tui.pictures.test_captures import SIZES
from tests.tui.walking import screen_text, see, until
from tui import words
from tui.screens.vault.charts.approval import Approval
from tui.screens.vault.keys.keys import KeysPage
from tui.screens.vault.keys.rotation import RotationPage
from tui.screens.vault.keys.sets import most_sets, sets_lines
from tui.screens.vault.place import look
from tui.widgets.fields import Field
from vault_format import machine
from vault_format.codes import Action, Reason


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


@pytest.mark.parametrize("known", [False, True])
def test_the_passphrase_is_as_old_as_its_slot_however_it_was_set(practice: Practice, known: bool) -> None:
    session = practice.unlock()
    begun = look(session).changed
    practice.clock.later(3 * 86_400)
    change(session, PASSPHRASES["owner"], "a lantern in the third boathouse", known=known, cost=COST)
    assert look(session).changed == practice.clock.now > begun
    practice.clock.later(86_400)
    practice.unlock("clinician", practice.folder / "c").lock()
    assert look(session).changed == practice.clock.now - 86_400_000


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
        told = " ".join(screen.split())
        assert "No copy is of key set 2 yet; none is known." in told
        assert re.search(r"[\d.]+ kB of old ciphertext can go: 5, Compact\.", told)
        await pilot.press("G")
        told = " ".join(screen_text(app).split())
        assert "Waiting for clinician, supervisor, auditor: they take the new keys at their next unlock" in told
        await pilot.press("escape")
        screen = await see(pilot, "2 now")
        assert "clinician" in screen
        await pilot.press("escape")
    assert practice.verdict().intact
    assert reasons(practice) == [Reason.BY_HAND]


async def test_a_rotation_looks_at_the_copies_first(practice: Practice, tmp_path: Path) -> None:
    session = practice.unlock()
    back_up(session, str(tmp_path / "copy.tacenda"))
    session.lock()
    app = application(practice)
    async with app.run_test() as pilot:
        await enter(pilot, "5", "enter", "j")
        told = " ".join((await see(pilot, "1 copy is known")).split())
        assert "Copies 1 copy is known: it opens with key set 1, for ever." in told
        await pilot.press("enter")
        told = " ".join((await see(pilot, "What it does not reach")).split())
        assert "stays copied. 1 copy is known: it opens with key set 1, for ever. It was never tried." in told


@pytest.mark.parametrize("count", [1, 2, 3, 8, 9, 40])
@pytest.mark.parametrize(("width", "height"), [*SIZES, SMALL])
def test_key_sets_that_have_no_row_of_their_own_are_summed_up(count: int, width: int, height: int) -> None:
    sets = tuple(EpochRow(at + 1, at * DAY_MS + 1, at, count - at - 1, at % 3, 10 + at) for at in range(count))
    status = KeyStatus(sets, 0, 1, True, (), 0, 0, 0, Droppable(0, 0, 0, 0))
    told = ["".join(piece[0] for piece in line) for line in sets_lines(status, width, height)]
    heads, *rows = told[: next(at for at, line in enumerate(told) if line.startswith(" Due"))]
    assert len(rows) == min(count, most_sets(height))
    assert rows[0].split()[:2] == [str(count), "now"]
    assert rows[-1].split()[0] == "1"
    last = [row.split() for row in rows]
    texts = [words[-1 if width < 80 else -2] for words in last]
    assert sum(0 if text == "-" else int(text) for text in texts) == sum(each.entries for each in sets)
    if width >= 80:
        assert sum(int(words[-1].replace(",", "")) for words in last) == sum(each.records for each in sets)
    assert {len(row) for row in rows} == {len(heads)}


@pytest.mark.parametrize("size", [*SIZES, SMALL])
async def test_what_can_be_done_stays_on_the_page_of_many_key_sets(practice: Practice, size: tuple[int, int]) -> None:
    session = practice.unlock()
    for _ in range(11):
        rotate(session)
    session.lock()
    app = application(practice)
    async with app.run_test(size=size) as pilot:
        await enter(pilot)
        await until(pilot, lambda: app.keywork.run is not None and app.keywork.run.over)
        await pilot.press("5", "enter")
        screen = await see(pilot, "12 now")
        for wanted in ("Change passphrase", "Rotate keys", "Re-encrypt", "Will be done"):
            assert wanted in screen, wanted
        assert f"1 to {13 - most_sets(size[1])} " in screen


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
    monkeypatch.setattr(core.upkeep.keys.rotation, "BATCH", 2)
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
async def test_keys_that_somebody_might_know(practice: Practice, automatic: bool) -> None:
    theirs = practice.unlock("clinician")
    change(theirs, PASSPHRASES["clinician"], NEW, known=True, cost=COST)
    theirs.lock()
    if not automatic:
        owner = practice.unlock()
        change_policy(owner, {"rotation_auto": False})
        owner.lock()
    app = application(practice)
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot)
        await see(pilot, "New keys were asked for by clinician, somebody might know the keys")
        if automatic:
            await until(pilot, lambda: app.keywork.run is not None and app.keywork.run.over)
            await pilot.press("5")
            await see(pilot, "set 2, 0 days old, new ones on")
        else:
            assert "New keys asked for by clinician: somebody might know" in screen_text(app)
            await pilot.press("5")
            await see(pilot, "new ones asked for by clinician")
            await pilot.press("enter")
            await see(pilot, "New ones were asked for by clinician on")
            await pilot.press("j", "enter")
            told = " ".join((await see(pilot, "What will happen")).split())
            assert f"Recorded: clinician asked for new keys on {words.today()}, somebody might know the keys." in told
            await approve(pilot)
            assert "rotation that was asked for" in await see(pilot, "Done.")
    assert reasons(practice) == [Reason.COMPROMISE]


@pytest.mark.parametrize("automatic", [True, False])
async def test_keys_that_are_due(practice: Practice, tmp_path: Path, automatic: bool) -> None:
    (tmp_path / "old").mkdir()
    old = build_practice(tmp_path / "old", machine.now_ms() - 91 * DAY_MS)
    if not automatic:
        owner = old.unlock()
        change_policy(owner, {"rotation_auto": False})
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
        if not automatic:
            await pilot.press("j", "enter")
            told = " ".join((await see(pilot, "What will happen")).split())
            assert "Recorded: the keys were due on " in told
            await approve(pilot)
            assert "rotation that is due" in await see(pilot, "Done.")
    assert reasons(old) == [Reason.BY_DATE]
    assert old.verdict().intact


async def test_today_leads_to_the_keys(practice: Practice) -> None:
    app = application(practice)
    async with app.run_test() as pilot:
        await enter(pilot)
        await see(pilot, "Keys made today, new ones on")
        await pilot.press("G", "enter")
        await until(pilot, lambda: isinstance(app.screen, KeysPage))
        await see(pilot, "1 now")
