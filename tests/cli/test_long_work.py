"""How far long work is: a row a phase on a terminal, lines now and then elsewhere."""

from __future__ import annotations

import io
import re
import sys

import pytest

from core.upkeep import Step
from tests.cli.command import ROOT, TACENDA
from tests.core.practice import PASSPHRASES, Practice
from tests.harness.pty_terminal import PtyTerminal
from tui.cli.terminal.long_work import Meter

STEPS = (
    Step("re-encrypting", 0, 400, 0.0, 2.0), Step("re-encrypting", 100, 400, 10.0, 12.0),
    Step("re-encrypting", 400, 400, 40.0, 42.0), Step("confirming", 0, 50, 0.0, 42.0),
    Step("confirming", 50, 50, 25.0, 67.0), Step("checking again", 900, 900, 0.9, 0.9, "records"),
)  # fmt: skip


class Terminal(io.StringIO):
    """Standard error that is a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_each_phase_has_a_row_with_its_own_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr("tui.cli.terminal.long_work._EVERY", 0.0)
    meter = Meter("texts")
    for step in STEPS:
        meter.step(step)
    meter.close()
    assert isinstance(sys.stderr, Terminal)
    assert re.findall(r"\x1b\[K([^\r\n]*)", sys.stderr.getvalue()) == [
        "re-encrypting: 0 of 400 texts", "re-encrypting: 100 of 400 texts, 10 a second, 30 s left",
        "re-encrypting: 400 of 400 texts, 10 a second", "confirming: 0 of 50 texts",
        "confirming: 50 of 50 texts, 2 a second", "checking again: 900 of 900 records, 1,000 a second",
    ]  # fmt: skip
    # the row of a phase stays when the next begins
    assert sys.stderr.getvalue().count("\n") == 3


def test_a_file_gets_one_line_a_phase_where_all_is_quick(capsys: pytest.CaptureFixture[str]) -> None:
    meter = Meter("texts")
    for step in STEPS:
        meter.step(step)
    meter.close()
    assert capsys.readouterr().err.splitlines() == [
        "re-encrypting: 400 of 400 texts, 10 a second", "confirming: 50 of 50 texts, 2 a second",
        "checking again: 900 of 900 records, 1,000 a second",
    ]  # fmt: skip


def test_a_rotation_on_a_terminal_tells_its_phases(practice: Practice) -> None:
    command = [*TACENDA, "rotate", str(practice.path), "--as", "owner"]
    with PtyTerminal(command, columns=100, cwd=ROOT) as terminal:
        terminal.wait_for("Passphrase")
        terminal.send(f"{PASSPHRASES['owner']}\r".encode())
        terminal.wait_for(re.compile(r"re-encrypting: 11 of 11 texts, [\d,]+ a second"))
        terminal.wait_for(re.compile(r"checking again: (\d+) of \1 records, [\d,]+ a second"))
        assert terminal.wait_exit() == 0
