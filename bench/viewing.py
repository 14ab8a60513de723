"""The trail of a million records in the application: from opening to rows on the screen, keys, memory, and answers.

Answers are what an auditor is asked (tests/tui/walks/test_walk_auditor.py), from the first key to the words on the
screen.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench.measure import Line, environment, show
from bench.opened import copy_of
from bench.vaults import MILLION
from core.trust import render
from core.trust.checking import take_checkpoint

_WALK = """
import asyncio, json, os, re, statistics, sys, time
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
    name = {"/": "slash", " ": "space"}.get(key, key)
    return Key(name, key if len(key) == 1 else None)

def questions(page, kept):
    from vault_format.codes import Action
    columns, counts = page.vault.columns, {}
    reads = {number for number, shape in enumerate(columns.shapes) if shape.action == Action.READ and shape.kind == 1}
    for code, entity in zip(columns.codes, columns.entities):
        if code in reads:
            counts[entity] = counts.get(entity, 0) + 1
    note = f"{max(counts, key=counts.get):016x}"
    asks = {"/": "Show these records only"}
    compares = {"p": "compares one that was kept", "c": "Compare a checkpoint"}
    return {
        "who opened a given note": (asks, [*["tab"] * 4, *"note read", *["tab"] * 4, *note, "enter"], "Only what"),
        "every failure of a week": (asks, [*"7 d", *["tab"] * 5, *"failed", "ctrl+s"], "Only from"),
        "what happened between 02:00 and 04:00": (asks, ["tab", "tab", *"02:00-04:00", "ctrl+s"], "Only hours"),
        "whether it goes on from a checkpoint": (compares, [*kept, "enter", "enter"], "goes on from it"),
    }

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
        counted = len(page.vault.columns)
        for name, (box, typed, answer) in questions(page, sys.argv[3]).items():
            began = time.perf_counter()
            for key in box:
                app.post_message(_event(key))
                await until(pilot, lambda: box[key] in text(app))
            for key in typed:
                app.post_message(_event(key))
            # a filter is answered once its words stand there with a number that is not all of them
            some = rf".*   (?!{counted:,})[0-9,]+ of {counted:,} " if answer.startswith("Only") else ""
            await until(pilot, lambda: re.search(answer + some, text(app)))
            found["answer " + name] = time.perf_counter() - began
            if answer.startswith("Only"):
                # the next question begins with every record again
                app.post_message(_event("w"))
                await until(pilot, lambda: "Only" not in text(app) and page.found is not None)
        found["memory after"] = resident()
    print(json.dumps(found))

asyncio.run(main(sys.argv[1]))
"""
_FRAME_MS = 1000 / 60
_MINUTE = 60.0


def _percentile(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def run() -> None:
    with copy_of(MILLION) as copy:
        session = copy.unlocked()
        kept = Path(copy.path).with_name("kept.checkpoint")
        kept.write_text(render(take_checkpoint(session)))
        session.lock()
        command = [sys.executable, "-c", _WALK, copy.path, copy.state, str(kept)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment())
    found = json.loads(done.stdout.splitlines()[-1])
    keys, meanwhile = found["keys"], found["while"]
    answers = {name.partition(" ")[2]: spent for name, spent in found.items() if name.startswith("answer ")}
    show("The trail of 1,000,000 records, in the application", [
        Line("from Enter to its newest rows on the screen", f"{found['first'] * 1000:,.0f} ms", found["first"], 1.0),
        Line("to the verdict, every record checked", f"{found['verified']:.1f} s"),
        Line("a key, half of them within", f"{_percentile(keys, 0.5):.1f} ms"),
        Line("a key, 95 of 100 within", f"{_percentile(keys, 0.95):.1f} ms", _percentile(keys, 0.95), _FRAME_MS),
        Line("a key while it is checked, 95 of 100 within", f"{_percentile(meanwhile, 0.95):.1f} ms",
             _percentile(meanwhile, 0.95), _FRAME_MS),
        *(Line(f"{question}, from the first key", f"{spent:.1f} s", spent, _MINUTE)
          for question, spent in answers.items()),
        Line("memory above the empty application", f"{found['memory'] - found['empty']:.0f} MiB",
             found["memory"] - found["empty"], 150),
        Line("memory after these answers", f"{found['memory after'] - found['empty']:.0f} MiB"),
    ])  # fmt: skip
