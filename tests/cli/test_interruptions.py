"""Signals, readers that go away, and streams that are closed: the vault is locked, nothing is said wrongly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.cli.command import ROOT, TACENDA, pipe_with, tacenda
from tests.core.practice import PASSPHRASES, Practice
from tests.harness.wait import wait_until
from vault_format.codes import Action, LockReason
from vault_format.ledger import Ledger

OWNER = PASSPHRASES["owner"]


@pytest.mark.parametrize(
    ("number", "reason"),
    [(signal.SIGINT, LockReason.PERSON), (signal.SIGTERM, LockReason.SYSTEM), (signal.SIGHUP, LockReason.HANGUP)],
)
def test_130_for_an_interruption_which_locks(practice: Practice, number: int, reason: LockReason) -> None:
    before = len(practice.actions())
    secret = pipe_with(OWNER.encode())
    slow = (
        "import time, core.session.notes.writing as writing\n"
        "writing.check_note = lambda draft: time.sleep(60)\n"
        "from tui.cli.main import main\n"
        "main()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", slow, "note", "add", str(practice.path), "--client", "OTTER", "--as", "owner",
         "--passphrase-fd", str(secret)], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, pass_fds=[secret], start_new_session=True,
    )  # fmt: skip
    os.close(secret)
    try:
        wait_until(lambda: len(practice.actions()) >= before + 2, what="the unlock to be recorded")
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, out) == (130, b""), err
    assert b"Traceback" not in err
    ledger = Ledger(str(practice.path), practice.clock)
    last = ledger.record(ledger.count - 1).header
    ledger.close()
    assert (last.action, last.outcome) == (Action.LOCK, reason)


def test_a_signal_during_the_unlock_waits_until_the_session_can_be_locked(practice: Practice) -> None:
    early = (
        "import os, signal, core.session.session as module\n"
        "real = module.Session.__init__\n"
        "def begin(*given, **more):\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    real(*given, **more)\n"
        "module.Session.__init__ = begin\n"
        "from tui.cli.main import main\n"
        "main()\n"
    )
    done = tacenda("note", "list", practice.path, "--as", "owner", secret=OWNER, program=[sys.executable, "-c", early])
    assert (done.code, done.out) == (130, "")
    ledger = Ledger(str(practice.path), practice.clock)
    last = ledger.record(ledger.count - 1).header
    ledger.close()
    assert (last.action, last.outcome) == (Action.LOCK, LockReason.SYSTEM)


@pytest.mark.parametrize("words", [("audit",), ("verify", "--json"), ("--help",)])
def test_a_reader_that_is_gone_is_no_finding(practice: Practice, words: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    more = [] if words == ("--help",) else [str(practice.path)]
    try:
        done = subprocess.run([*TACENDA, *words, *more], cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_reader_that_goes_in_the_middle_leaves_the_vault_locked(practice: Practice) -> None:
    secret = pipe_with(OWNER.encode())
    reader, writer = os.pipe()
    os.close(reader)
    words = ["note", "list", str(practice.path), "--as", "owner", "--passphrase-fd", str(secret)]
    try:
        done = subprocess.run(
            [*TACENDA, *words], cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, check=False, pass_fds=[secret]
        )
    finally:
        os.close(writer)
        os.close(secret)
    assert (done.returncode, done.stderr) == (0, b"")
    assert practice.actions()[-1] == Action.LOCK


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_gets_no_file_in_its_place(practice: Practice, closed: str) -> None:
    before = practice.path.read_bytes()
    command = " ".join(TACENDA)
    for words in (f"verify {practice.path}", f"audit {practice.path}", "verify nothing"):
        shell = subprocess.run(
            ["/bin/sh", "-c", f"{command} {words} {closed}"], cwd=ROOT, capture_output=True, check=False,
        )  # fmt: skip
        assert shell.returncode == (2 if "nothing" in words else 0)
        assert b"Traceback" not in shell.stdout + shell.stderr
    assert practice.path.read_bytes() == before
