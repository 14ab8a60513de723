"""The application without a terminal, and how long a key takes until the screen has changed for it.

Run inside a process of its own: what was measured before must not weigh on what is measured next.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable

from textual.events import Key

from bench.author import PASSPHRASE
from tui.application import Tacenda
from tui.widgets.fields import Field

_NEVER = 2.0
"""Seconds after which a key is taken to change nothing."""


def screen_text(app: Tacenda) -> str:
    """Return what stands on the screen."""
    strips = app.screen._compositor.render_strips()  # noqa: SLF001  no public way to what is on the screen
    return "\n".join("".join(part.text for part in strip) for strip in strips)


def send(app: Tacenda, key: str) -> None:
    """Send a key, and wait for nothing: a pilot's own press waits until the process is idle."""
    app.post_message(Key(key, key if len(key) == 1 else None))


async def until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110  what is waited for stands on a screen and sets no event
        await asyncio.sleep(0.002)


async def timed(app: Tacenda, keys: Iterable[str], pause: float = 0.0) -> list[float]:
    """Return the milliseconds that each of KEYS took, PAUSE seconds between them."""
    taken = []
    for key in keys:
        before, began = screen_text(app), time.perf_counter()
        send(app, key)
        while screen_text(app) == before and time.perf_counter() - began < _NEVER:  # noqa: ASYNC110  as above
            await asyncio.sleep(0)
        taken.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(pause)
    return taken


async def at_the_door(app: Tacenda) -> None:
    """Stand at the door with the chain verified and the passphrase typed."""
    await until(lambda: bool(app.screen.query("#member-row")) and "whole" in screen_text(app))
    if app.screen.query_one("#member-row").display:
        app.screen.query_one("#member", Field).set("owner")
    field = app.screen.query_one("#focus", Field)
    field.set(PASSPHRASE)
    app.screen.set_focus(field)


async def unlock(app: Tacenda) -> None:
    await at_the_door(app)
    send(app, "enter")
    await until(lambda: app.session is not None)


async def go(app: Tacenda, *keys: str) -> None:
    """Press KEYS as somebody who looks what each has done."""
    for key in keys:
        await asyncio.sleep(1)
        send(app, key)
    await asyncio.sleep(1)


def within(values: list[float], part: float) -> float:
    """Return what PART of VALUES do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]
