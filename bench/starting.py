"""How soon the plain commands are there: `tacenda verify` on a hundred records against an interpreter doing nothing."""

from __future__ import annotations

import subprocess
import sys
import tempfile

from bench.measure import Line, environment, in_turns, middle, seconds, show
from bench.vaults import TINY, made

_MAIN = "import sys; from tui.cli.main import main; sys.exit(main())"


def _run(*arguments: str, state: str) -> float:
    command, surroundings = [sys.executable, "-c", *arguments], environment(TACENDA_STATE=state)
    return seconds(lambda: subprocess.run(command, check=True, capture_output=True, env=surroundings))


def run() -> None:
    path = str(made(TINY))
    with tempfile.TemporaryDirectory() as state:
        found = in_turns(
            {
                "pass": lambda: _run("pass", state=state),
                "version": lambda: _run(_MAIN, "--version", state=state),
                "verify": lambda: _run(_MAIN, "verify", path, state=state),
            },
            rounds=25,
        )
    bare = middle(found["pass"])
    version, verify = (1e3 * (middle(found[name]) - bare) for name in ("version", "verify"))
    lines = [
        Line("an interpreter that does nothing", f"{1e3 * bare:.0f} ms"),
        Line("tacenda --version, above that", f"{version:.0f} ms"),
        Line(f"tacenda verify, {TINY.records} records, above that", f"{verify:.0f} ms", verify, 90),
    ]
    show("Starting", lines)
