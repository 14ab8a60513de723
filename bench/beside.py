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
from bench.pressing import within
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
import asyncio, json, os, sys
os.environ["TACENDA_STATE"] = sys.argv[2]
from bench.pressing import go, timed, unlock, until
from tui.application import Tacenda
from tui.screens.notes.writing.editor import Editor

PAUSE = 0.08  # a person types some ten letters a second

async def tell(app, letters):
    taken = await timed(app, letters, PAUSE)
    print(json.dumps({"taken": taken, "records": app.session.vault.ledger.count}), flush=True)

async def main(path):
    app = Tacenda(path)
    async with app.run_test(size=(80, 24)):
        await unlock(app)
        await go(app, "2", "enter", "n", "enter", "escape")
        await until(lambda: isinstance(app.screen, Editor))
        await asyncio.sleep(1)
        letters = "sleptsixhourswalkedbythelake" * 6
        await timed(app, letters[:20], PAUSE)
        await tell(app, letters)
        sys.stdin.readline()
        await asyncio.sleep(1)
        await tell(app, letters)

asyncio.run(main(sys.argv[1]))
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


def run() -> None:
    with copy_of(SMALL) as copy:
        command = [sys.executable, "-c", _WALK, copy.path, copy.state]
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
             f"{within(alone, 0.5):.1f}, {within(alone, 0.95):.1f}, {max(alone):.1f} ms"),
        Line("beside them: half of them within; 95 of 100",
             f"{within(meanwhile, 0.5):.1f}, {within(meanwhile, 0.95):.1f} ms"),
        Line("beside them, the slowest", f"{max(meanwhile):.1f} ms", max(meanwhile), _AIM_MS),
        Line("records that came meanwhile", f"{beside['records'] - quiet['records']:,}"),
    ])  # fmt: skip
