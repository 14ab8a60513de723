"""Pages that stand at the end of longer ways keep their looks, at two sizes."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.session import NoteDraft
from tests.core.practice import Practice
from tests.tui.conftest import Fill, open_session
from tests.tui.in_practice import application, enter, made, practice  # noqa: F401
from tests.tui.lasting.test_journal import leave
from tests.tui.pictures.test_captures import SIZES, check, settle
from tests.tui.trail.test_broken import flip
from tests.tui.trail.test_damaged import damage
from tests.tui.walking import see, type_text, unlock, until
from tui.application import Tacenda
from tui.screens.notes.chart import Chart
from tui.screens.notes.writing.editor import Editor
from vault_format.codes import LockReason

# ruff: noqa: F811  fixtures are imported, and tests name them


@pytest.mark.parametrize("size", SIZES)
async def test_pages_of_the_trail_and_the_way_out_look_as_they_did(
    vault: str, fill: Fill, size: tuple[int, int]
) -> None:
    fill(NoteDraft(0, "Slept six hours.", title="Sleep", date="2026-11-09"), sign=True)
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await unlock(pilot)
        await settle(pilot)
        for name, keys in {
            "leaving": ["q"], "find-here": ["escape", "2", "enter", "enter", "slash", *"six"],
            "setting": ["escape", "escape", "comma", "enter"],
        }.items():  # fmt: skip
            await pilot.press(*keys)
            await settle(pilot)
            await check(name, pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_asking_which_file_looks_as_it_did(size: tuple[int, int]) -> None:
    app = Tacenda(None)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await check("choose", pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_two_texts_of_one_note_look_as_they_did(vault: str, fill: Fill, size: tuple[int, int]) -> None:
    (note,) = fill(NoteDraft(0, "begun together", date="2026-11-20"))
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await unlock(pilot)
        await see(pilot, "go on with it")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor) and app.screen._ready)
        other = open_session(vault)
        other.save_note(NoteDraft(other.catalog.clients()[0].id, "saved there", date="2026-11-20"), note, 1)
        other.lock(LockReason.PERSON)
        await type_text(pilot, "and here")
        await pilot.press("ctrl+s")
        await settle(pilot)
        await check("conflict", pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_what_was_left_looks_as_it_did(vault: str, fill: Fill, size: tuple[int, int]) -> None:
    fill(NoteDraft(0, "text", date="2026-11-20"), sign=True)
    leave(open_session(vault), "left in the middle")
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await unlock(pilot)
        await see(pilot, "was not in the vault")
        await settle(pilot)
        await check("left", pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_pages_of_damage_look_as_they_did(vault: str, fill: Fill, size: tuple[int, int]) -> None:
    (note,) = fill(NoteDraft(0, "one", date="2026-11-20"))
    session = open_session(vault)
    sequence = session.revisions(note)[0].sequence
    session.lock(LockReason.PERSON)
    damage(vault, sequence)
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await unlock(pilot)
        await pilot.press("4")
        await settle(pilot)
        await pilot.press("exclamation_mark")
        await settle(pilot)
        await check("damaged", pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_a_broken_vault_looks_as_it_did(vault: str, fill: Fill, size: tuple[int, int]) -> None:
    fill(NoteDraft(0, "text", date="2026-11-20"))
    flip(Path(vault), -10)
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await see(pilot, "To do")
        await settle(pilot)
        await check("broken", pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_pages_of_several_members_look_as_they_did(practice: Practice, size: tuple[int, int]) -> None:
    owner = practice.unlock()
    fresh = owner.save_note(NoteDraft(practice.clients["OTTER"], "## Data\nBetter.", form="dap", tags=("cosign",)))
    owner.sign_note(fresh.note, 1)
    owner.lock()
    app = application(practice)
    async with app.run_test(size=size) as pilot:
        await enter(pilot, member="supervisor")
        app.show_page(Chart(practice.clients["OTTER"], fresh.note))
        await settle(pilot)
        await pilot.press("enter", "s")
        await settle(pilot)
        await check("cosign", pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_a_reason_is_asked_for_as_it_was(practice: Practice, size: tuple[int, int]) -> None:
    app = application(practice)
    async with app.run_test(size=size) as pilot:
        await enter(pilot, member="clinician")
        app.show_page(Chart(practice.clients["HERON"]))
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await check("reason", pilot)
        await pilot.press("escape", "escape", "5")
        await settle(pilot)
