"""Ten thousand notes in the application: the lists after an unlock, and keys in them."""

from __future__ import annotations

import json
import subprocess
import sys

from bench.measure import Line, environment, show
from bench.opened import copy_of
from bench.pressing import within
from bench.vaults import PRACTICE

_WALK = """
import asyncio, json, os, sys, time
os.environ["TACENDA_STATE"] = sys.argv[2]
from bench.pressing import at_the_door, go, screen_text, send, timed, until
from tui.application import Tacenda

MOVES = ["down"] * 40 + ["pagedown"] * 3 + ["pageup"] * 2 + ["end", "up", "pageup", "home", "down"] * 4

async def main(path):
    found, app = {}, Tacenda(path)
    async with app.run_test(size=(80, 24)):
        await at_the_door(app)
        began = time.perf_counter()
        send(app, "enter")
        await until(lambda: app.session is not None)
        found["session"] = time.perf_counter() - began
        await until(lambda: "Today" in screen_text(app))
        found["today"] = time.perf_counter() - began
        send(app, "2")
        await until(lambda: "TREE-" in screen_text(app) or "Clients" in screen_text(app))
        found["clients"] = time.perf_counter() - began
        await asyncio.sleep(3)
        found["keys in clients"] = await timed(app, MOVES)
        # the first client is one of those whose charts are long
        await go(app, "home", "enter")
        found["keys in a chart"] = await timed(app, MOVES)
        await go(app)
        send(app, "3")
        began = time.perf_counter()
        await until(lambda: "Type a code" in screen_text(app))
        found["find"] = time.perf_counter() - began
        found["typed in find"] = []
        for word in ("river", "twice", "walked"):
            # twenty letters a second; a space alone changes nothing on the screen
            found["typed in find"] += await timed(app, word, 0.05)
            send(app, " ")
            await asyncio.sleep(0.05)
        for _ in range(19):
            send(app, "backspace")
        await asyncio.sleep(0.5)
        await timed(app, "r")
        found["keys in find"] = await timed(app, ["down"] * 40)
    print(json.dumps(found))

asyncio.run(main(sys.argv[1]))
"""
_FRAME_MS = 1000 / 60


def run() -> None:
    with copy_of(PRACTICE) as copy:
        command = [sys.executable, "-c", _WALK, copy.path, copy.state]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment())
    found = json.loads(done.stdout.splitlines()[-1])
    lines = [
        Line("from Enter to the session", f"{found['session'] * 1000:,.0f} ms"),
        Line("from Enter to Today, to the clients", f"{found['today'] * 1000:,.0f}, {found['clients'] * 1000:,.0f} ms"),
        Line("until Find takes words, the first time", f"{found['find'] * 1000:,.0f} ms"),
    ]
    for name in ("keys in clients", "keys in a chart", "typed in find", "keys in find"):
        most = within(found[name], 0.95)
        lines += [
            Line(f"{name}: half of them within", f"{within(found[name], 0.5):.1f} ms"),
            Line("  95 of 100 within; the slowest", f"{most:.1f}; {max(found[name]):.1f} ms", most, _FRAME_MS),
        ]
    show(f"Lists of {PRACTICE.notes:,} notes in the application", lines)
