"""The application itself, from the door and back to it, every picture compared with what Textual drew."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from core.session import ClientDraft, NoteDraft
from tests.light.twin import Twin, run, twin
from tests.tui.conftest import Fill, fill, made_vault, open_session, vault
from tests.tui.walking import see, type_text, unlock
from tui import application, look
from tui.application import Tacenda
from vault_format.codes import LockReason

__all__ = ["fill", "made_vault", "vault"]

WIDE = "漢字 e\u0301 👨\u200d👩\u200d👧\u200d👦 العربية and plain\n" * 12


@pytest.fixture(autouse=True)
def twins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the application draw on twins."""
    monkeypatch.setattr(application, "_driver", lambda **_: Twin)


async def day(pilot: Pilot[int]) -> None:
    """Unlock, read, write, look at the trail, take other sizes, lock."""
    app = pilot.app
    assert isinstance(app, Tacenda)
    await unlock(pilot)
    await see(pilot, "[1 Today]")
    await pilot.press("2")
    await see(pilot, "TREE-14")
    await pilot.press(*["down"] * 25, *["up"] * 5, "home")
    await see(pilot, "OTTER")
    await pilot.press("enter")
    await see(pilot, "2026-11-20")
    await pilot.press("enter")
    await see(pilot, "plain")
    await type_text(pilot, "slept well, ")
    await pilot.press("down", "down", "right", "backspace", "enter", *["down"] * 14)
    for size in ((120, 40), (60, 20), (80, 24)):
        twin(app).resize(*size)
        await pilot.pause(0.1)
        await type_text(pilot, "more")
    await pilot.press("escape")
    await see(pilot, "Clients >")
    await pilot.press("question_mark")
    await pilot.pause(0.2)
    await pilot.press("escape", "escape", "4")
    await see(pilot, "[4 Audit]")
    await pilot.press(*["down"] * 25, "end", "home", "ctrl+l")
    await see(pilot, "Passphrase")


# one theme for every change; the others differ in colours only and wait for `make soak`
_THEMES = [name if name == "ansi" else pytest.param(name, marks=pytest.mark.slow) for name in look.THEMES]


@pytest.mark.parametrize("theme", _THEMES)
async def test_a_day(vault: str, fill: Fill, theme: str) -> None:
    session = open_session(vault)
    for number in range(30):
        session.save_client(ClientDraft(f"TREE-{number}"))
    session.lock(LockReason.PERSON)
    fill(NoteDraft(0, "# Subjective\n" + WIDE, title="漢字 and e\u0301", date="2026-11-20"))

    done = await run(Tacenda(vault, theme=theme), day)
    assert not done.wrong
    assert not done.resized
    assert done.light_size * 5 < done.stock_size
