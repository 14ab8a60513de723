"""Helpers that walk through the application: what stands on the screen, waiting for it, unlocking."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from tests.harness.wait import DEADLINE, pause_after
from tui.application import Tacenda
from tui.widgets.fields import Field

MEMBER = "owner"
PASSPHRASE = "otter maple heron wren"
ROOT = Path(__file__).parents[2]


def screen_text(app: Tacenda) -> str:
    """Return what stands on the present page or box, row by row."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def until(pilot: Pilot[int], holds: Callable[[], bool]) -> None:
    """Let the application work until HOLDS; fail with the screen where it never does."""
    app = pilot.app
    assert isinstance(app, Tacenda)
    waited = 0.0
    while waited < DEADLINE:
        pause = pause_after(waited)
        await pilot.pause(pause)
        if holds():
            return
        waited += pause
    raise AssertionError(f"this never came:\n{screen_text(app)}")


async def see(pilot: Pilot[int], wanted: str) -> str:
    """Wait until WANTED stands on the screen; return the screen."""
    app = pilot.app
    assert isinstance(app, Tacenda)
    await until(pilot, lambda: wanted in screen_text(app))
    return screen_text(app)


async def type_text(pilot: Pilot[int], text: str) -> None:
    """Type TEXT."""
    names = {" ": "space", ".": "full_stop", ",": "comma", "-": "minus", "\n": "enter"}
    await pilot.press(*(names.get(character, character) for character in text))


async def unlock(pilot: Pilot[int], passphrase: str = PASSPHRASE) -> None:
    """Unlock at the door."""
    await see(pilot, "Passphrase")
    app = pilot.app
    assert isinstance(app, Tacenda)
    # a key at a time is what other tests do; it takes a second each
    app.screen.query_one("#focus", Field).set(passphrase)
    app.screen.query_one("#focus", Field).focus()
    await pilot.press("enter")
    await until(pilot, lambda: app.session is not None)


def command(path: str | None) -> list[str]:
    """Return the command that starts the application in a process of its own, with Argon2id at its floor."""
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from tests.harness.argon2_once import install\ninstall()\n"
        "from core.keys.passphrase import FLOOR\nfrom tui.app import run\n"
        f"sys.exit(run({path!r}, cost=FLOOR))"
    )
    return [sys.executable, "-c", code]


__all__ = ["MEMBER", "PASSPHRASE", "ROOT", "command", "screen_text", "see", "type_text", "unlock", "until"]
