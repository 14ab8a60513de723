"""Recovering with the kit, in a real terminal of 80 by 24, by keyboard alone, with the wrong turns on the way."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from core.recovery import Enrolment
from core.session import Door
from tests.core.recovery.test_recovery_kit import QUARTER, oath
from tests.harness.pty_terminal import PtyTerminal
from tests.tui.conftest import CHEAP
from tests.tui.walking import MEMBER, PASSPHRASE, ROOT
from vault_format.codes import Action
from vault_format.ledger import Ledger
from vault_format.verification.verify import verify

NEW = "seven herons over the weir"


def now() -> int:
    return time.time_ns() // 1_000_000


def ahead(into_ms: int) -> int:
    """Return by how much a clock has to be put forward to stand INTO_MS into a quarter of an hour."""
    return (into_ms - now()) % QUARTER


def application(path: str, ahead_ms: int) -> list[str]:
    """Return the command that starts the application with its clock AHEAD_MS of the machine's."""
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "import vault_format.machine as machine\n"
        f"now = machine.now_ms\nmachine.now_ms = lambda: now() + {ahead_ms}\n"
        "from tests.harness.argon2_once import install\ninstall()\n"
        "from core.keys.passphrase import FLOOR\nfrom tui.app import run\n"
        f"sys.exit(run({path!r}, cost=FLOOR))"
    )
    return [sys.executable, "-c", code]


def kit_of(path: str) -> tuple[list[str], str]:
    """Make a kit for the vault's member; return the printed lines and the phone's secret."""
    offset = ahead(400_000)
    session = Door(path, clock=lambda: now() + offset).unlock(MEMBER, PASSPHRASE)
    making = Enrolment(session, cost=CHEAP)
    lines, secret = list(making.lines), "".join(making.phone.groups)
    making.type_back(lines)
    making.confirm_phone(oath(secret, now() + offset))
    making.finish(PASSPHRASE)
    session.lock()
    return lines, secret


@pytest.mark.slow
def test_a_kit_brings_one_back_at_a_terminal_by_keyboard_alone(vault: str, tmp_path: Path) -> None:
    lines, secret = kit_of(vault)
    offset = ahead(100_000) + QUARTER
    begins = (now() + offset) // QUARTER * QUARTER
    codes = [oath(secret, begins + at * 30_000 + 1_000) for at in range(3)]
    env = {"TACENDA_STATE": str(tmp_path / "state" / "tacenda"), "NO_COLOR": "1"}
    with PtyTerminal(application(vault, offset), env=env) as there:
        there.wait_for("the recovery kit")
        there.wait_for("whole")
        there.send("\x1b[B")
        there.send("\x1b[B")
        there.wait_for("I lost my passphrase")
        there.send("\r")
        there.wait_for("owner's keys")
        for line in lines[:2]:
            there.send(line + "\r")
        wrong = lines[2][:-1] + ("0" if lines[2][-1] != "0" else "1")
        there.send(wrong + "\r")
        there.wait_for("has a wrong")
        there.send("\x7f" * len(wrong) + lines[2] + "\r")
        there.wait_gone("has a wrong")
        there.send(lines[3] + "\r")
        screen = there.wait_for("Printed code   ✓ right")
        assert not any(line in screen for line in lines)
        # the right codes in the wrong order: recorded, and ^C ends the search for a wrong digit
        for code in (codes[1], codes[0], codes[2]):
            there.send(code + "\r")
        there.wait_for("Looking for a single wrong digit")
        there.send("\x03")
        there.wait_for("No match. Recorded.")
        there.send("\x1b")
        there.wait_gone("No match. Recorded.")
        # what was typed is still there: each field is typed anew, the cursor began in the first
        for code in codes:
            there.send("\x7f" * 6 + code + "\r")
        there.wait_for("Both halves are right")
        there.send("otter\r")
        there.send("otter\r")
        there.wait_for("This passphrase is")
        there.send("\x1b")
        there.wait_gone("This passphrase is")
        there.send("\x7f" * 5 + NEW + "\r")
        there.send("\x7f" * 5 + NEW + "\r")
        # a new kit is begun at once
        there.wait_for("step 1 of 4")
        there.send("\x1b")
        there.wait_for("if you lose")
        there.send("\x11")
        assert there.wait_exit() == 0
        assert not any(word in there.screen() for word in (*lines, *codes, NEW))
    assert verify(vault, now() + offset).intact
    ledger = Ledger(vault, lambda: now() + offset)
    actions = [ledger.record(seq).header.action for seq in range(ledger.count)]
    ledger.close()
    for action in (Action.RECOVERY_BEGUN, Action.RECOVERY_FAILED, Action.RECOVERY_DONE):
        assert actions.count(action) == 1
    session = Door(vault, clock=lambda: now() + offset + 120_000).unlock(MEMBER, NEW)
    session.lock()
