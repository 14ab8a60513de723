"""`tacenda watch` over 200 vaults in which nothing happens: processor time, memory, and how soon an event is told."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.measure import Line, environment, show
from bench.vaults import SMALL, made
from core.acts.trail import unlock_failed
from vault_format import machine
from vault_format.ledger import Ledger

VAULTS = 200
_IDLE_SECONDS = 180
_HOUR = 3_600


def _processor(pid: int) -> float:
    """Return the processor time of PID, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def _settled(pid: int) -> float:
    """Wait until PID does nothing; return the processor time that it has had."""
    before = -1.0
    while (spent := _processor(pid)) != before:
        before = spent
        time.sleep(1)
    return spent


def _event(path: Path, watching: subprocess.Popen[str]) -> float:
    """Let five unlocks fail in the vault at PATH; return in how many seconds that is told."""
    ledger = Ledger(str(path), machine.now_ms)
    for _ in range(4):
        ledger.append(lambda: [unlock_failed(1)], None)
    began = time.perf_counter()
    ledger.append(lambda: [unlock_failed(1)], None)
    ledger.close()
    assert watching.stdout is not None
    while "failures" not in watching.stdout.readline():
        pass
    return time.perf_counter() - began


def run() -> None:
    if sys.platform != "linux":
        print("watching: /proc is not here")
        return
    source = made(SMALL)
    with tempfile.TemporaryDirectory() as folder:
        vaults = [Path(folder) / f"practice-{number:03}.tacenda" for number in range(VAULTS)]
        for vault in vaults:
            shutil.copyfile(source, vault)
        state = {"TACENDA_STATE": str(Path(folder) / "state")}
        command = [sys.executable, "-m", "tui.cli", "watch", "--json", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment(**state)) as watching:
            try:
                at_start = _settled(watching.pid)
                before, began = _processor(watching.pid), time.perf_counter()
                time.sleep(_IDLE_SECONDS)
                idle = (_processor(watching.pid) - before) / (time.perf_counter() - began)
                memory = _resident(watching.pid)
                events = [_event(vault, watching) for vault in vaults[:10]]
            finally:
                watching.terminate()
    share = (idle + at_start / _HOUR) * 100
    show(f"Watching {VAULTS} vaults of {SMALL.records} records in which nothing happens", [
        Line("of a core, idle", f"{idle * 100:.2f} %"),
        Line("of a core, with verifying each from its first byte once an hour", f"{share:.2f} %", share, 1.0),
        Line("from a record to the alert, median", f"{statistics.median(events) * 1000:.0f} ms"),
        Line("from a record to the alert, the slowest of ten", f"{max(events) * 1000:.0f} ms", max(events), 1.0),
        Line("processor time to verify all of them", f"{at_start:.1f} s"),
        Line("memory", f"{memory:.0f} MiB"),
    ])  # fmt: skip
