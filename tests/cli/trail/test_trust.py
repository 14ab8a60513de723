"""Watch, report, evidence, checkpoints, many vaults at once: what an admin does without a key."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from core.acts.trail import unlock_failed
from tests.cli.command import tacenda
from tests.core.practice import PASSPHRASES, Practice, admit, unsigned
from tests.harness.wait import wait_until
from vault_format import machine
from vault_format.codes import Role

OWNER = ("--as", "owner")


def made_checkpoint(practice: Practice, folder: Path) -> Path:
    done = tacenda("checkpoint", "make", practice.path, *OWNER, secret=PASSPHRASES["owner"] + "\n")
    assert done.code == 0, done.err
    target = folder / "kept.txt"
    target.write_text(done.out)
    return target


def test_a_checkpoint_is_made_co_signed_and_held_against_the_vault(practice: Practice, tmp_path: Path) -> None:
    kept = made_checkpoint(practice, tmp_path)
    key = tacenda("checkpoint", "key", "county", tmp_path / "county.key").out.strip()
    assert (tmp_path / "county.key").stat().st_mode & 0o777 == 0o600
    both = tmp_path / "both.txt"
    both.write_text(tacenda("checkpoint", "cosign", kept, tmp_path / "county.key").out)
    done = tacenda("verify", practice.path, "--checkpoint", both, "--key", key)
    assert done.code == 0, done.err
    assert "signed by county" in done.out
    assert tacenda("verify", practice.path, "--checkpoint", kept, "--key", key).code == 1
    said = json.loads(tacenda("verify", practice.path, "--json", "--checkpoint", both).out.splitlines()[-1])
    assert (said["holds"], said["unknown"]) == (True, ["owner", "county"])


def test_a_rolled_back_vault_does_not_hold_against_a_checkpoint(practice: Practice, tmp_path: Path) -> None:
    before = practice.path.read_bytes()
    kept = made_checkpoint(practice, tmp_path)
    practice.path.write_bytes(before)
    elsewhere = tmp_path / "elsewhere.tacenda"
    shutil.copyfile(practice.path, elsewhere)
    assert tacenda("verify", elsewhere).code == 0
    done = tacenda("verify", elsewhere, "--checkpoint", kept)
    assert done.code == 1
    assert "does NOT hold" in done.out


@pytest.mark.parametrize("text", ["", "not a checkpoint\n", "\x00\x01"])
def test_what_is_no_checkpoint_is_wrong_usage(practice: Practice, tmp_path: Path, text: str) -> None:
    (tmp_path / "bad").write_text(text)
    done = tacenda("verify", practice.path, "--checkpoint", tmp_path / "bad")
    assert done.code == 2
    assert "no checkpoint" in done.err
    # told before anything takes long
    assert "whole" not in done.out


def test_what_was_kept_is_held_against_the_vault_in_the_walk_that_verifies_it(
    practice: Practice, tmp_path: Path
) -> None:
    kept = made_checkpoint(practice, tmp_path)
    older = tmp_path / "older.txt"
    older.write_text(kept.read_text())
    practice.unlock().lock()
    newer = made_checkpoint(practice, tmp_path)
    code = (
        "if __name__ == '__main__':\n"
        "    import sys, vault_format.verification.verify as v, tui.cli.main as m\n"
        "    walk = v.walk_file\n"
        "    v.walk_file = lambda *given, **more: print('a walk', file=sys.stderr) or walk(*given, **more)\n"
        "    raise SystemExit(m.main())"
    )
    program = [sys.executable, "-c", code]
    done = tacenda("verify", practice.path, "--checkpoint", older, "--checkpoint", newer, program=program)
    assert done.code == 0, done.err
    assert done.out.count("goes on from") == 2
    assert done.err.count("a walk") == 1


def test_a_vault_that_cannot_be_read_has_its_own_code_beside_a_checkpoint(practice: Practice, tmp_path: Path) -> None:
    kept = made_checkpoint(practice, tmp_path)
    (tmp_path / "none").write_text("no vault")
    done = tacenda("verify", tmp_path / "none", "--checkpoint", kept)
    assert done.code == 2
    assert "could not be read" in done.out
    assert tacenda("verify", tmp_path / "none", practice.path, "--checkpoint", kept).code == 2


@pytest.mark.parametrize("worth", [0, 1 << 40])
def test_a_folder_of_vaults_has_one_exit_code_and_keeps_the_order(
    practice: Practice, tmp_path: Path, worth: int
) -> None:
    """In processes of their own, and one after the other."""
    folder = tmp_path / "vaults"
    folder.mkdir()
    for number in range(5):
        shutil.copyfile(practice.path, folder / f"{number}.tacenda")
    raw = bytearray((folder / "3.tacenda").read_bytes())
    raw[4_000] ^= 1
    (folder / "3.tacenda").write_bytes(raw)
    code = (
        "if __name__ == '__main__':\n"
        "    import tui.cli.trail.verify as v, tui.cli.main as m\n"
        f"    v._WORTH_PROCESSES = {worth}\n"
        "    raise SystemExit(m.main())"
    )
    program = [sys.executable, "-c", code]
    done = tacenda("verify", "--json", folder, program=program)
    found = [json.loads(line) for line in done.out.splitlines()]
    assert [Path(each["path"]).name for each in found] == [f"{number}.tacenda" for number in range(5)]
    assert [each["intact"] for each in found] == [True, True, True, False, True]
    assert done.code == 1
    assert tacenda("verify", tmp_path / "none").code == 2
    (tmp_path / "empty").mkdir()
    assert tacenda("verify", tmp_path / "empty").code == 2


def test_the_key_of_a_member_with_a_plus_in_the_name_is_the_one_that_signed(practice: Practice, tmp_path: Path) -> None:
    owner = practice.unlock()
    admit(owner, "night+day shift", "keys of the night shift", Role.SUPERVISOR)
    owner.lock()
    made = tacenda(
        "checkpoint", "make", practice.path, "--as", "night+day shift", secret="keys of the night shift\n"
    )  # fmt: skip
    kept = tmp_path / "kept"
    kept.write_text(made.out)
    key = made.err.split()[-1]
    assert key in tacenda("checkpoint", "keys", practice.path).out
    assert tacenda("verify", practice.path, "--checkpoint", kept, "--key", key).code == 0


def test_the_review_of_a_day_is_printed_and_signed_off(practice: Practice) -> None:
    done = tacenda("report", practice.path)
    assert done.code == 0
    assert "| owner | signed |" in done.out
    said = json.loads(tacenda("report", practice.path, "--json").out)
    assert said["intact"] is True
    signed = tacenda("report", practice.path, "--sign", "--as", "auditor", secret=PASSPHRASES["auditor"] + "\n")
    assert "Signed off: record" in signed.err
    assert tacenda("report", practice.path, "--day", "yesterday").code == 2
    week = tacenda("report", practice.path, "--day", "2020-01-01", "--until", "2020-01-05")
    assert "Review of 2020-01-01 to 2020-01-05" in week.out
    assert tacenda("report", practice.path, "--day", "2020-01-05", "--until", "2020-01-01").code == 2
    assert "Nothing happened" in tacenda("report", practice.path, "--day", "2020-01-01").out


def test_review_and_evidence_of_an_older_copy_say_so_where_a_newer_one_was_seen(
    practice: Practice, tmp_path: Path
) -> None:
    older = practice.path.read_bytes()
    practice.unlock().lock()
    assert tacenda("verify", practice.path).code == 0
    practice.path.write_bytes(older)
    assert tacenda("verify", practice.path).code == 1
    assert "does not verify" in tacenda("report", practice.path).out
    assert json.loads(tacenda("report", practice.path, "--json").out)["intact"] is False
    elsewhere = tmp_path / "elsewhere" / practice.path.name
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(older)
    assert "The vault is whole" in tacenda("report", elsewhere).out


def test_evidence_is_printed_and_written_and_says_no_with_its_code(practice: Practice, tmp_path: Path) -> None:
    assert tacenda("evidence", practice.path, "--out", tmp_path / "evidence.md").code == 1
    assert (tmp_path / "evidence.md").read_text().startswith("# Evidence: river practice")
    done = tacenda("evidence", practice.path, "--out", tmp_path / "evidence.toml")
    assert "45 CFR 164.312(a)(2)(iv)" in done.out
    assert done.code == 1
    assert "no way back" in done.out
    steps = tomllib.loads((tmp_path / "evidence.toml").read_text())["step"]
    assert [step["id"] for step in steps] == ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "3.1", "3.2"]
    assert tacenda("evidence", practice.path, "--out", tmp_path / "evidence.toml").code == 2


def test_the_statement_about_a_lost_device_is_one_command(practice: Practice) -> None:
    done = tacenda("lost", practice.path)
    assert done.code == 0
    assert done.out.startswith("# Lost device: river practice\n")
    assert "Every session on the record was locked" in done.out
    assert tacenda("lost", practice.path, "--json", "--at", "1 h").code == 2
    assert json.loads(tacenda("lost", practice.path, "--json").out)["open_sessions"] == []
    assert "no time" in tacenda("lost", practice.path, "--at", "soon").err


def test_watch_says_what_is_wrong_now(practice: Practice) -> None:
    assert tacenda("watch", "--once", practice.path).code == 0
    raw = bytearray(practice.path.read_bytes())
    raw[4_000] ^= 1
    practice.path.write_bytes(raw)
    done = tacenda("watch", "--once", "--json", practice.path)
    assert done.code == 1
    said = json.loads(done.out.splitlines()[0])
    assert (said["rule"], said["severity"]) == ("finding", "critical")


def test_watch_tells_an_alert_as_it_happens(practice: Practice) -> None:
    watching = subprocess.Popen(
        [sys.executable, "-m", "tui.cli", "watch", "--json", str(practice.path)], stdout=subprocess.PIPE, text=True
    )
    try:
        folder = Path(os.environ["XDG_STATE_HOME"])
        wait_until(lambda: any(folder.rglob("*")), what="the watcher has read the vault")
        unsigned(practice, [unlock_failed(2)] * 5, [machine.now_ms()] * 5)
        assert watching.stdout is not None
        said = json.loads(watching.stdout.readline())
        assert said["rule"] == "failures"
    finally:
        watching.terminate()
        watching.wait(20)
        if watching.stdout is not None:
            watching.stdout.close()


def test_what_a_syslog_did_not_take_is_sent_before_watch_ends(practice: Practice, tmp_path: Path) -> None:
    path = tmp_path / "log"
    watching = subprocess.Popen(
        [sys.executable, "-m", "tui.cli", "watch", "--json", "--syslog", f"unix:{path}", str(practice.path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        folder = Path(os.environ["XDG_STATE_HOME"])
        wait_until(lambda: any(folder.rglob("*")), what="the watcher has read the vault")
        unsigned(practice, [unlock_failed(2)] * 5, [machine.now_ms()] * 5)
        assert watching.stdout is not None
        assert watching.stderr is not None
        assert json.loads(watching.stdout.readline())["rule"] == "failures"
        assert "kept and sent later" in watching.stderr.readline()
        with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as log:
            log.bind(str(path))
            watching.terminate()
            assert b"several failed unlocks" in log.recv(4_096)
        assert watching.wait(20) == 0
    finally:
        watching.kill()
        watching.communicate()


def test_a_service_unit_names_whole_paths(practice: Practice) -> None:
    unit = tacenda("watch", "--unit", "--syslog", "unix:/dev/log", practice.path).out
    line = next(line for line in unit.splitlines() if line.startswith("ExecStart="))
    assert str(practice.path) in line
    assert "--syslog unix:/dev/log" in line
    assert line.startswith("ExecStart=/")


def test_the_trail_is_printed_for_other_programs(practice: Practice) -> None:
    rows = list(csv.DictReader(tacenda("audit", practice.path, "--form", "csv").out.splitlines()))
    assert rows[0]["action"] == "genesis" or rows[0]["seq"] == "0"
    assert tacenda("audit", practice.path, "--form", "cef").out.startswith("CEF:0|Tacenda|")
    assert tacenda("audit", practice.path, "--form", "syslog").out.startswith("<109>1 ")
