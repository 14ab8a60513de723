"""The trail of a million records in the application: from opening to rows on the screen, keys, memory."""

from __future__ import annotations

import json
import subprocess
import sys

from bench.measure import Line, environment, show
from bench.opened import copy_of
from bench.vaults import MILLION

_WALK = """
import asyncio, json, os, statistics, sys, time
os.environ["TACENDA_STATE"] = sys.argv[2]
from tui.application import Tacenda
from tui.screens.trail.audit import AuditPage

def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024

def text(app):
    strips = app.screen._compositor.render_strips()
    return "\\n".join("".join(part.text for part in strip) for strip in strips)

async def until(pilot, holds):
    while not holds():
        await asyncio.sleep(0.002)

async def timed(pilot, keys):
    app, taken = pilot.app, []
    for key in keys:
        before = text(app)
        began = time.perf_counter()
        app.post_message(_event(key))
        while text(app) == before and time.perf_counter() - began < 2:
            await asyncio.sleep(0)
        taken.append((time.perf_counter() - began) * 1000)
    return taken

def _event(key):
    from textual.events import Key
    return Key(key, key if len(key) == 1 else None)

async def main(path):
    found = {}
    app = Tacenda(None)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        found["empty"] = resident()
    app = Tacenda(path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Audit trail" in text(app))
        app.screen.set_focus(app.screen.query_one("#ways"))
        await asyncio.sleep(0.3)
        # the pilot's own press waits until the process is idle, which it is not while it verifies
        began = time.perf_counter()
        app.post_message(_event("enter"))
        await until(pilot, lambda: "Not verified yet" in text(app) and "999,999" in text(app))
        found["first"] = time.perf_counter() - began
        page = app.screen
        await asyncio.sleep(0.3)
        found["while"] = await timed(pilot, ["down"] * 40 + ["pagedown"] * 4)
        await until(pilot, lambda: isinstance(page, AuditPage) and page.found is not None)
        found["verified"] = time.perf_counter() - began
        await until(pilot, lambda: "WHOLE" in text(app))
        await asyncio.sleep(0.2)
        found["memory"] = resident()
        keys = ["down"] * 60 + ["pagedown"] * 40 + ["end", "up", "pageup", "home", "down", "end", "home"] * 3
        found["keys"] = await timed(pilot, keys)
        from core.audit import asked
        names = {number: member.name for number, member in page.vault.ledger.state.members.items()}
        for name, typed in {"hours": {"hours": "02:00-04:00"}, "failed": {"result": "failed"},
                            "who": {"who": "owner", "what": "read"}}.items():
            before = page.found
            began = time.perf_counter()
            page.narrow(asked(typed, names, app.now()))
            await until(pilot, lambda: page.found is not before)
            found["filter " + name] = time.perf_counter() - began
        found["memory after"] = resident()
    print(json.dumps(found))

asyncio.run(main(sys.argv[1]))
"""
_FRAME_MS = 1000 / 60


def _percentile(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def run() -> None:
    with copy_of(MILLION) as copy:
        command = [sys.executable, "-c", _WALK, copy.path, copy.state]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment())
    found = json.loads(done.stdout.splitlines()[-1])
    keys, meanwhile = found["keys"], found["while"]
    filters = [found[name] for name in found if name.startswith("filter ")]
    show("The trail of 1,000,000 records, in the application", [
        Line("from Enter to its newest rows on the screen", f"{found['first'] * 1000:,.0f} ms", found["first"], 1.0),
        Line("to the verdict, every record checked", f"{found['verified']:.1f} s"),
        Line("a key, half of them within", f"{_percentile(keys, 0.5):.1f} ms"),
        Line("a key, 95 of 100 within", f"{_percentile(keys, 0.95):.1f} ms", _percentile(keys, 0.95), _FRAME_MS),
        Line("a key while it is checked, 95 of 100 within", f"{_percentile(meanwhile, 0.95):.1f} ms",
             _percentile(meanwhile, 0.95), _FRAME_MS),
        Line("a filter, the slowest of three", f"{max(filters) * 1000:,.0f} ms"),
        Line("memory above the empty application", f"{found['memory'] - found['empty']:.0f} MiB",
             found["memory"] - found["empty"], 150),
        Line("memory after three filters", f"{found['memory after'] - found['empty']:.0f} MiB"),
    ])  # fmt: skip
