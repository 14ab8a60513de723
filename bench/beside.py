"""A key in the editor while other sessions append: from the key to its letter on the screen, quiet and beside them.

The others are processes of their own, each with an unlocked session that saves a note of 2,000 bytes, waits a twentieth
of a second, and saves it again: more than any practice writes. The vault is the one of the first weeks, for what
follows an append does not grow with what stood there before.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator

from bench.author import PASSPHRASE
from bench.measure import Line, environment, show
from bench.opened import Copy, copy_of
from bench.vaults import SMALL

OTHERS = 2
_AIM_MS = 50

_OTHER = """
import sys, time
from bench.vaults import WORDS
from core.session import Door, NoteDraft
door = Door(sys.argv[1], folder=sys.argv[2])
door.wait()
session = door.unlock("owner", sys.argv[3])
session.open_rest()
client = session.catalog.clients()[0].id
draft = NoteDraft(client=client, text=" ".join(WORDS * 12)[:2_000], title="Beside", date="2024-02-29")
saved = session.save_note(draft)
print("begun", flush=True)
while True:
    time.sleep(0.05)
    session.follow()
    saved = session.save_note(draft, saved.note, saved.revision)
"""

_WALK = """
import asyncio, json, os, sys, time
os.environ["TACENDA_STATE"] = sys.argv[2]
from textual.events import Key
from tui.application import Tacenda
from tui.screens.notes.editor import Editor
from tui.widgets.fields import Field

def text(app):
    strips = app.screen._compositor.render_strips()
    return "\\n".join("".join(part.text for part in strip) for strip in strips)

async def until(holds):
    while not holds():
        await asyncio.sleep(0.005)

async def timed(app, keys):
    taken = []
    for key in keys:
        before, began = text(app), time.perf_counter()
        app.post_message(Key(key, key if len(key) == 1 else None))
        while text(app) == before and time.perf_counter() - began < 2:
            await asyncio.sleep(0)
        taken.append((time.perf_counter() - began) * 1000)
        # a person types some ten letters a second
        await asyncio.sleep(0.08)
    return taken

async def main(path, passphrase):
    app = Tacenda(path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: bool(app.screen.query("#member-row")) and "whole" in text(app))
        if app.screen.query_one("#member-row").display:
            app.screen.query_one("#member", Field).set("owner")
        app.screen.query_one("#focus", Field).set(passphrase)
        app.screen.query_one("#focus", Field).focus()
        await pilot.press("enter")
        await until(lambda: app.session is not None)
        for key in ("2", "enter", "n", "enter", "escape"):
            await asyncio.sleep(1)
            app.post_message(Key(key, key if len(key) == 1 else None))
        await until(lambda: isinstance(app.screen, Editor))
        await asyncio.sleep(1)
        letters = "sleptsixhourswalkedbythelake" * 6
        await timed(app, letters[:20])
        print(json.dumps({"taken": await timed(app, letters), "records": app.session.vault.ledger.count}), flush=True)
        sys.stdin.readline()
        await asyncio.sleep(1)
        print(json.dumps({"taken": await timed(app, letters), "records": app.session.vault.ledger.count}), flush=True)

asyncio.run(main(sys.argv[1], sys.argv[3]))
"""


@contextlib.contextmanager
def _others(copy: Copy) -> Iterator[None]:
    """Let OTHERS sessions append for as long as this lasts."""
    with contextlib.ExitStack() as stack:
        for number in range(OTHERS):
            command = [sys.executable, "-c", _OTHER, copy.path, f"{copy.state}-{number}", PASSPHRASE]
            child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment())
            stack.callback(child.wait)
            stack.callback(child.kill)
            if child.stdout is None or not child.stdout.readline():
                raise SystemExit("A session that was to append ended.")
        yield


def _part(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def run() -> None:
    with copy_of(SMALL) as copy:
        command = [sys.executable, "-c", _WALK, copy.path, copy.state, PASSPHRASE]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                              env=environment()) as app:  # fmt: skip
            if app.stdin is None or app.stdout is None:
                raise SystemExit("The application has no pipes.")
            quiet = json.loads(app.stdout.readline())
            with _others(copy):
                app.stdin.write("\n")
                app.stdin.flush()
                beside = json.loads(app.stdout.readline())
    alone, meanwhile = quiet["taken"], beside["taken"]
    show(f"A key in the editor while {OTHERS} other sessions append", [
        Line("alone: half of them within; 95 of 100; the slowest",
             f"{_part(alone, 0.5):.1f}, {_part(alone, 0.95):.1f}, {max(alone):.1f} ms"),
        Line("beside them: half of them within; 95 of 100",
             f"{_part(meanwhile, 0.5):.1f}, {_part(meanwhile, 0.95):.1f} ms"),
        Line("beside them, the slowest", f"{max(meanwhile):.1f} ms", max(meanwhile), _AIM_MS),
        Line("records that came meanwhile", f"{beside['records'] - quiet['records']:,}"),
    ])  # fmt: skip
