"""Rotation as scripts run it: what it tells before, how it is interrupted and gone on with."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from tests.cli.as_owner import OWNER, acts, owner
from tests.cli.command import ROOT, pipe_with, tacenda
from tests.core.practice import PASSPHRASES, Practice, damage, reasons
from tests.harness.wait import wait_until
from vault_format.codes import Action, LockReason, Reason
from vault_format.ledger import Ledger

NEW = "seven larches above the quarry pond"


def test_a_dry_run_tells_and_changes_nothing(practice: Practice) -> None:
    before = len(practice.actions())
    told = owner("rotate", practice.path, "--dry-run", "--json").objects[0]
    assert told["would_open"] == 2
    assert told["would_move"] == told["epochs"][0]["entries"] == 10
    assert (told["unfinished"], told["days_left"], told["automatic"]) == (False, 89, True)
    shown = owner("rotate", practice.path, "--dry-run")
    assert "would open key set 2, by hand, and re-encrypt 10 texts" in shown.out
    assert told["copies"] == []
    assert acts(practice, before) == []


def test_a_rotation_looks_at_the_copies_first(practice: Practice, tmp_path: Path) -> None:
    state, copy = {"TACENDA_STATE": str(tmp_path / "state")}, tmp_path / "copy.tacenda"
    assert "No copy of this vault is known." in owner("rotate", practice.path, "--dry-run", env=state).out
    assert owner("backup", practice.path, copy, env=state).code == 0
    dry = owner("rotate", practice.path, "--dry-run", env=state).out.splitlines()
    assert dry[-1] == "1 copy is known: it opens with key set 1, for ever. It was never tried."
    assert dry[-2].startswith("copy  ")
    assert dry[-2].endswith(f"key set 1  never tried  {copy}")
    [told] = owner("rotate", practice.path, "--dry-run", "--json", env=state).objects[0]["copies"]
    assert (told["epoch"], told["path"], told["there"], told["worked"]) == (1, str(copy), True, None)
    done = owner("rotate", practice.path, env=state)
    assert done.code == 0, done
    first, second, *_ = done.err.splitlines()
    assert first == dry[-1]
    assert second.startswith("Key set 2 is open")
    assert "No copy is of key set 2 yet; the newest known one opens with key set 1." in done.err
    assert "key set 1, older" in owner("rotate", practice.path, "--dry-run", env=state).out


def test_keys_are_rotated_and_everybody_follows(practice: Practice) -> None:
    done = owner("rotate", practice.path, "--reason", "compromise", "--json")
    assert done.code == 0, done
    assert done.objects[0]["epoch"] == 2
    assert "At their next unlock, by themselves: clinician, supervisor, auditor." in done.err
    assert "tacenda compact" in done.err
    assert "whole" in done.err
    # the copies come before anything is done, and each phase has a line with its own rate
    assert done.err.index("No copy of this vault is known") < done.err.index("Key set 2 is open")
    assert re.search(r"^re-encrypting: ([\d,]+) of \1 texts", done.err, re.MULTILINE)
    theirs = tacenda("rotate", practice.path, "--as", "clinician", "--json", secret=PASSPHRASES["clinician"])
    assert theirs.code == 0, theirs
    assert theirs.objects[0]["moved"] == 1
    assert theirs.objects[0]["confirmed"] > 0
    assert tacenda("rotate", practice.path, "--as", "auditor", secret=PASSPHRASES["auditor"]).code == 0
    assert tacenda("verify", practice.path).code == 0


def test_what_called_for_it_is_recorded_unless_a_reason_is_given(practice: Practice) -> None:
    assert owner("passphrase", practice.path, "--known", secret=f"{OWNER}\n{NEW}\n").code == 0
    dry = owner("rotate", practice.path, "--dry-run", secret=NEW)
    assert "would open key set 2, as it was asked for, and re-encrypt" in dry.out
    assert owner("rotate", practice.path, "--dry-run", "--json", secret=NEW).objects[0]["would_record"] == "compromise"
    assert owner("rotate", practice.path, secret=NEW).code == 0
    assert owner("rotate", practice.path, "--dry-run", "--json", secret=NEW).objects[0]["would_record"] == "by_hand"
    assert owner("rotate", practice.path, "--reason", "left", secret=NEW).code == 0
    assert reasons(practice) == [Reason.COMPROMISE, Reason.LEFT]


def test_an_interrupted_rotation_is_resumed(practice: Practice) -> None:
    secret = pipe_with(OWNER.encode())
    slowly = (
        "import time, core.upkeep.keys.rotation as module\nmodule.BATCH = 1\n"
        "real = module._batches\n"
        "module._batches = lambda some: (time.sleep(0.2) or each for each in real(some))\n"
        "from tui.cli.main import main\nmain()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", slowly, "rotate", str(practice.path), "--as", "owner", "--json",
         "--passphrase-fd", str(secret)], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, pass_fds=[secret], start_new_session=True,
    )  # fmt: skip
    os.close(secret)
    try:
        wait_until(lambda: Action.REENCRYPT in practice.actions(), what="the first batch")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130, err
    assert b'"stopped":true' in out
    assert b"does the rest" in err
    ledger = Ledger(str(practice.path), practice.clock)
    last = ledger.record(ledger.count - 1).header
    ledger.close()
    assert (last.action, last.outcome) == (Action.LOCK, LockReason.PERSON)
    told = owner("rotate", practice.path, "--dry-run", "--json").objects[0]
    assert (told["unfinished"], told["would_open"]) == (True, None)
    assert 0 < told["would_move"] < 11
    done = owner("rotate", practice.path, "--json")
    assert (done.code, done.objects[0]["epoch"], done.objects[0]["moved"]) == (0, 2, told["would_move"])
    assert "A rotation is unfinished" in done.err
    assert owner("rotate", practice.path, "--json").objects[0]["epoch"] == 3


def test_a_note_that_cannot_be_opened_does_not_hold_up_the_next_rotation(practice: Practice) -> None:
    session = practice.unlock()
    sequence, position = session.catalog.entry(practice.notes["plan"]).live
    session.lock()
    damage(practice, sequence, position + 1)
    first = owner("rotate", practice.path, "--json")
    assert (first.code, len(first.objects[0]["closed"])) == (0, 1), first
    assert "1 damaged text" in first.err
    second = owner("rotate", practice.path, "--json")
    assert (second.code, second.objects[0]["epoch"]) == (0, 3)
