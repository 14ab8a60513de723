"""In tmux, a terminal that others wrote: both drivers leave it with the same cells."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.pty_terminal import PtyTerminal
from tests.harness.tmux import Tmux
from tests.harness.wait import wait_until
from tests.light.shown import Shown
from tests.light.terminal import difference

DESK = str(Path(__file__).with_name("desk.py"))
STEPS = [
    (["Down", "End"], "", "option 1"),
    ([], " 漢字 and e\u0301 more", "漢字 and"),
    (["Left", "Left", "Left", "BSpace", "Home", "Delete"], "", " ore"),
    (["Enter", "Enter", "Up", "Up"], "before", "before"),
    (["F2"], "", "Really"),
    (["F3"], "", "Really"),
    ([], "maple", "maple"),
]
LIST = [(["F9", *["Down"] * 25], "", "record 25"), (["Up"] * 22, "", "record 3"), (["F3"], "", "record 3")]


@contextlib.contextmanager
def pane(term: str, *, light: bool) -> Iterator[tuple[Tmux, Shown]]:
    """The desk in tmux, and a client that shows it.

    The client's terminal is Linux' console, for which tmux sends nothing that the tests' terminal does not know.
    """
    env = [f"TERM={term}", f"TACENDA_LIGHT={int(light)}", "LANG=C.UTF-8", "COLORTERM=truecolor"]
    with Tmux(["env", *env, sys.executable, DESK]) as tmux:
        attach = [tmux._tmux, "-u", "-L", "test", "attach-session"]
        with PtyTerminal(attach, env={**tmux._env, "TERM": "linux"}) as client:
            yield tmux, Shown(client)


@pytest.mark.parametrize("term", ["tmux-256color", "screen-256color", "xterm-256color", "linux", "vt220"])
@pytest.mark.parametrize("steps", [STEPS, LIST], ids=["writing", "lists"])
def test_both_drivers_in_tmux(term: str, steps: list[tuple[list[str], str, str]]) -> None:
    with pane(term, light=False) as (stock_tmux, stock), pane(term, light=True) as (light_tmux, light):
        for keys, text, seen in [([], "", "Desk bold"), *steps]:
            for tmux, shown in ((stock_tmux, stock), (light_tmux, light)):
                if keys:
                    tmux.keys(*keys)
                if text:
                    tmux.type(text)
                shown.see(seen)
            wait_until(
                lambda: not difference(stock.look(), light.look()), what=lambda: difference(stock.look(), light.look())
            )  # fmt: skip
