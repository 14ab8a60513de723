"""What the pages of writing look like: the plan in view, snippets, find, preview, moving, the passphrase at signing."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.session import NoteDraft
from core.upkeep.policy import change_policy
from tests.tui.conftest import Fill, open_session
from tests.tui.pictures.test_captures import check, settle
from tests.tui.walking import unlock
from tui.application import Tacenda

SIZES = [(80, 24), (120, 40), (60, 20)]
TEXT = (
    "## Subjective\nSlept **six** hours on five nights of seven.\n\n## Objective\n- on time\n- rested\n\n"
    "## Assessment\nBetter.\n\n## Plan\nKeep the screen rule from 23:00.\nBring the sleep diary.\nCall the school.\n"
)


@pytest.mark.parametrize("size", SIZES)
async def test_pages_of_writing_look_as_they_did(
    vault: str, fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = tmp_path / "config" / "tacenda"
    (folder / "templates").mkdir(parents=True)
    (folder / "templates" / "group.toml").write_text(
        "name = 'Group session'\ntype = 'progress'\nheadings = ['Theme', 'Members']\n", encoding="utf-8"
    )
    (folder / "snippets.toml").write_text(
        "[snippets]\ndar = 'Denies all areas of risk, no sign to the contrary seen.'\nmse = 'On time, rested.'\n",
        encoding="utf-8",
    )
    fill(code="HERON")
    fill(NoteDraft(0, TEXT, title="Sleep routine", date="2026-11-16", start="10:02", end="10:55"), sign=True)
    session = open_session(vault)
    change_policy(session, {"sign_passphrase": True})
    session.lock()
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await unlock(pilot)
        await pilot.press("2", "j", "enter")
        await settle(pilot)
        for name, keys in {
            "new-note-own": ["n"], "editor-plan": ["enter"], "editor-times": [*"10021055"],
            "editor-plan-text": ["escape", *"Slept"], "snippets": ["space", "ctrl+t"],
            "find-text": ["escape", "ctrl+f", *"sl"], "preview": ["escape", "f7"],
            "sign-passphrase": ["escape", "f8", "s"], "moving": ["escape", "escape", "escape", "down", "m"],
        }.items():  # fmt: skip
            await pilot.press(*keys)
            await settle(pilot)
            await check(name, pilot)
