"""Recovery on the command line: every command of it, at a real terminal where it shows a secret."""

from __future__ import annotations

import json
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.recovery.custody.ceremony import accept
from core.session import Session
from tests.cli.command import ROOT, Done, tacenda
from tests.core.practice import PASSPHRASES, Practice
from tests.core.recovery.test_custodians import held
from tests.core.recovery.test_recovery_kit import QUARTER, Kit, oath
from tests.harness.pty_terminal import PtyTerminal
from tui.cli.terminal.quiet import wait_for_quiet
from vault_format import machine
from vault_format.codes import Action

OWNER = PASSPHRASES["owner"]
NEW = "seven herons over the weir"


def program(ahead_ms: int) -> list[str]:
    """Return the command with its clock AHEAD_MS of the machine's, and Argon2id at its floor."""
    code = (
        "import vault_format.machine as machine\n"
        f"now = machine.now_ms\nmachine.now_ms = lambda: now() + {ahead_ms}\n"
        "import core.keys.passphrase as passphrase\n"
        "passphrase.calibrate = lambda *_, **__: passphrase.Cost(65536, 3, 1)\n"
        "from tui.cli.main import main\nmain()\n"
    )
    return [sys.executable, "-c", code]


def ahead(into_ms: int) -> int:
    """Return by how much a clock has to be put forward to stand INTO_MS into a quarter of an hour."""
    now = time.time_ns() // 1_000_000
    return (into_ms - now) % QUARTER


def run(practice: Practice, *words: object, secret: str, ahead_ms: int = 0) -> Done:
    return tacenda(*words, secret=secret, program=program(ahead_ms))


def quiet_session(practice: Practice, member: str = "owner") -> Session:
    practice.clock.now = time.time_ns() // 1_000_000
    return practice.unlock(member)


def terminal(ahead_ms: int, *words: object) -> PtyTerminal:
    return PtyTerminal([*program(ahead_ms), *map(str, words)], cwd=ROOT, env={"NO_COLOR": "1"})


def seen(there: PtyTerminal) -> str:
    return bytes(there.raw).decode(errors="replace")


def test_a_kit_is_made_at_a_terminal_and_leaves_nothing_to_scroll_back_to(practice: Practice) -> None:
    offset = ahead(400_000)
    page = practice.folder.parent / "kit.html"
    with terminal(offset, "recovery", "enrol", practice.path, "--as", "owner", "--print-to", page) as there:
        there.wait_for("Passphrase:")
        there.send(OWNER + "\r")
        there.wait_for("on paper.")
        lines = re.findall(r"\n {4}\d {2}(\w{4} \w{4}  \w{2})", seen(there))
        assert len(lines) == 4, seen(there)
        there.send("\r")
        there.wait_for("Line 1 of 4")
        there.send(lines[0][:-1] + ("0" if lines[0][-1] != "0" else "1") + "\r")
        there.wait_for("Compare line 1")
        for number, line in enumerate(lines, 1):
            there.wait_for(f"Line {number} of 4")
            there.send(line.lower() + "\r")
        there.wait_for("phone shows now")
        groups = re.findall(r"Key {4}((?:[A-Z2-7]{4} ?){4})\r?\n.*? {7}((?:[A-Z2-7]{4} ?){4})", seen(there))[0]
        secret = "".join(groups).replace(" ", "")
        there.send("12345\r")
        there.wait_for("six digits")
        there.send(oath(secret, time.time_ns() // 1_000_000 + offset) + "\r")
        there.wait_for("once more")
        there.send("not this one\r")
        there.wait_for(re.compile(r"Not this passphrase.*once more:", re.DOTALL))
        assert not page.exists()
        there.send(OWNER + "\r")
        assert there.wait_exit() == 0
    assert seen(there).count("\x1b[?1049h") == seen(there).count("\x1b[?1049l") == 3
    assert page.stat().st_mode & 0o777 == 0o600
    assert all(line in page.read_text() for line in lines)
    assert practice.actions().count(Action.KIT_SET) == 1
    words = ("recovery", "status", practice.path, "--as", "owner", "--json")
    status = run(practice, *words, secret=OWNER, ahead_ms=offset)
    told = json.loads(status.out)
    assert told["kit"]["exposed"] is False
    assert all(line not in status.out + status.err for line in lines)
    code = oath(secret, time.time_ns() // 1_000_000 + offset + 30_000)
    drilled = run(
        practice, "recovery", "drill", practice.path, "--as", "owner", ahead_ms=offset + 30_000,
        secret="\n".join([OWNER, *lines, code]),
    )  # fmt: skip
    assert drilled.code == 0, drilled
    assert drilled.out.split() == ["printed", "code", "match", "phone", "code", "match"]
    spent = run(
        practice, "recovery", "drill", practice.path, "--as", "owner", ahead_ms=offset + 30_000,
        secret="\n".join([OWNER, *lines, code]),
    )  # fmt: skip
    assert (spent.code, spent.out.splitlines()[1].split()[2]) == (3, "no")


def test_near_a_moment_nothing_is_asked_for(practice: Practice) -> None:
    before = practice.path.read_bytes()
    with terminal(ahead(880_000), "recovery", "enrol", practice.path, "--as", "owner") as there:
        assert there.wait_exit() == 2
    assert "Not now" in seen(there)
    assert "Passphrase" not in seen(there)
    done = run(practice, "recovery", "drill", practice.path, "--as", "owner", secret=OWNER, ahead_ms=ahead(5_000))
    assert (done.code, "Not now" in done.err) == (2, True)
    assert practice.path.read_bytes() == before


def test_what_was_typed_before_a_moment_came_near_waits_for_its_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    times = iter([QUARTER - 5_000, QUARTER + 100_000, QUARTER + 150_000])
    monkeypatch.setattr(machine, "now_ms", lambda: next(times))
    wait_for_quiet()
    assert "in 3 min" in capsys.readouterr().err
    assert not list(times)


def test_no_secret_is_shown_where_nobody_looks(practice: Practice) -> None:
    before = practice.path.read_bytes()
    for words in (("recovery", "enrol", practice.path), ("custodians", "set", practice.path, "2", "one", "two")):
        done = tacenda(*words, "--as", "owner", secret=OWNER)
        assert (done.code, done.out) == (2, "")
        assert "on a terminal only" in done.err
    assert practice.path.read_bytes() == before


def test_a_kit_brings_its_member_back(practice: Practice) -> None:
    kit = Kit(practice, quiet_session(practice))
    offset = ahead(60_000) + QUARTER
    now = time.time_ns() // 1_000_000 + offset
    codes = kit.codes(now // QUARTER * QUARTER)
    wrong = run(
        practice, "recover", practice.path, "--as", "owner", ahead_ms=offset,
        secret="\n".join([*kit.lines[:2], kit.lines[2][::-1]]),
    )  # fmt: skip
    assert (wrong.code, "ine 3" in wrong.err) == (2, True)
    weak = run(
        practice, "recover", practice.path, "--as", "owner", ahead_ms=offset + 60_000,
        secret="\n".join([*kit.lines, *codes, "otter"]),
    )  # fmt: skip
    assert weak.code == 2, weak
    done = run(
        practice, "recover", practice.path, "--as", "owner", ahead_ms=offset + 120_000,
        secret="\n".join([*kit.lines, *codes, NEW]),
    )  # fmt: skip
    assert done.code == 0, done
    assert tacenda("note", "list", practice.path, "--as", "owner", secret=OWNER).code == 3
    after = run(practice, "recovery", "status", practice.path, "--as", "owner", secret=NEW, ahead_ms=offset + 200_000)
    assert after.code == 0, after
    assert "You were given new keys by your recovery kit" in after.err
    assert "kit  none" in after.out
    assert run(practice, "recover", practice.path, "--as", "owner", secret="x", ahead_ms=offset).code == 3
    assert practice.verdict().intact


@pytest.mark.slow
def test_an_interruption_after_a_code_was_typed_exposes_the_kit(practice: Practice) -> None:
    kit = Kit(practice, quiet_session(practice))
    offset = ahead(60_000) + QUARTER
    with terminal(offset, "recover", practice.path, "--as", "owner") as there:
        for number, line in enumerate(kit.lines, 1):
            there.wait_for(f"Line {number} of 4")
            there.send(line + "\r")
        there.wait_for("First code")
        there.send(kit.codes((time.time_ns() // 1_000_000 + offset) // QUARTER * QUARTER)[0] + "\r")
        there.wait_for("Second code")
        there.send("\x03")
        assert there.wait_exit() == 130
    words = ("recovery", "status", practice.path, "--as", "owner", "--json")
    status = run(practice, *words, secret=OWNER, ahead_ms=offset + 61_000)
    assert status.objects[0]["kit"]["exposed"] is True
    assert "Make a new kit" in status.err


@pytest.mark.slow
def test_codes_that_do_not_open_ask_for_what_the_phone_shows(practice: Practice) -> None:
    kit = Kit(practice, quiet_session(practice))
    offset = ahead(300_000) + QUARTER
    # the phone is two hours ahead: its moment is that of another table entry
    now = time.time_ns() // 1_000_000 + offset + 7_200_000
    codes = kit.codes(now // QUARTER * QUARTER)
    with terminal(offset, "recover", practice.path, "--as", "owner") as there:
        for number, line in enumerate(kit.lines, 1):
            there.wait_for(f"Line {number} of 4")
            there.send(line + "\r")
        for name, code in zip(("First", "Second", "Third"), codes, strict=True):
            there.wait_for(f"{name} code")
            there.send(code + "\r")
        there.wait_for("Looking for a single wrong digit")
        there.send("\x03")
        there.wait_for("if the phone's clock does not")
        there.wait_for("What the phone's clock shows")
        there.send("half past\r")
        there.wait_for("is no time of day")
        there.send(f"{datetime.fromtimestamp(now / 1000, UTC).astimezone():%H:%M}\r")
        for name, code in zip(("First", "Second", "Third"), codes, strict=True):
            there.wait_for(re.compile(rf"half past[\s\S]*{name} code"))
            there.send(code + "\r")
        there.wait_for("New passphrase")
        there.send(NEW + "\r")
        there.wait_for("Again")
        there.send(NEW + "\r")
        assert there.wait_exit() == 0
    assert tacenda("client", "list", practice.path, "--as", "owner", secret=NEW).code == 0


def test_custodians_are_set_at_a_terminal_one_at_a_time(practice: Practice) -> None:
    with terminal(0, "custodians", "set", practice.path, "2", "custodian-1", "clinician", "--as", "owner") as there:
        there.wait_for("Passphrase:")
        there.send(OWNER + "\r")
        for name in ("custodian-1", "clinician"):
            there.wait_for(f"{name} alone at the keyboard")
            there.send("\r")
            there.wait_for(f"{name}: write these words")
            there.wait_for("when they are on paper")
            part = seen(there).rpartition(f"{name}: write these words")[2]
            found = dict(re.findall(r" (\d{1,2}) ([a-z]{3,10})\b", part))
            words = [found[str(at)] for at in range(1, 34)]
            there.send("\r")
            there.wait_for(f"{name}: type all 33 words")
            there.send(" ".join([*words[:4], "zzzz", *words[5:]]) + "\r")
            there.wait_for("Word 5")
            there.send(" ".join(word[:4] for word in words) + "\r")
        there.wait_for("once more")
        there.send("not this one\r")
        there.wait_for(re.compile(r"Not this passphrase.*once more:", re.DOTALL))
        there.send(OWNER + "\r")
        assert there.wait_exit() == 0
    assert practice.actions().count(Action.AUTHORITY_SET) == 1
    assert practice.verdict().intact
    told = tacenda("custodians", "status", practice.path, "--as", "owner", "--json", secret=OWNER).objects[0]
    assert told["names"] == ["custodian-1", "clinician"]
    assert not any(each["accepted"] for each in told["members"])
    accepted = tacenda("custodians", "accept", practice.path, "--as", "owner", secret=OWNER)
    assert (accepted.code, "2 of these 2: custodian-1, clinician." in accepted.err) == (0, True)
    told = tacenda("custodians", "status", practice.path, "--as", "owner", "--json", secret=OWNER).objects[0]
    assert told["members"][0] == {"name": "owner", "accepted": True}


def test_custodians_bring_a_member_back_by_shares(practice: Practice, tmp_path: Path) -> None:
    owner = quiet_session(practice)
    papers = held(owner)
    accept(owner, process=True)
    owner.lock()
    refused = run(practice, "recover", practice.path, "--custodians", "--as", "clinician",
                  secret="\n".join([*papers[:2], "why", "custodian-1", NEW]))  # fmt: skip
    assert (refused.code, "did not accept" in refused.err) == (3, True)
    few = run(practice, "recover", practice.path, "--custodians", "--as", "owner", secret=papers[0] + "\n")
    assert few.code == 2
    done = run(
        practice, "recover", practice.path, "--custodians", "--as", "owner",
        secret="\n".join([papers[2], papers[0], "in hospital; on their word", "custodian-1, supervisor", NEW]),
    )  # fmt: skip
    assert done.code == 0, done
    assert "2/2" in done.err
    assert tacenda("note", "list", practice.path, "--as", "owner", secret=NEW).code == 0
    will = tmp_path / "will.txt"
    assert tacenda("custodians", "will", practice.path, "--as", "owner", "--out", will, secret=NEW).code == 0
    assert "custodian-2" in will.read_text()


@pytest.mark.slow
def test_the_will_is_followed_by_its_words_and_everyone_is_told(practice: Practice, tmp_path: Path) -> None:
    owner = quiet_session(practice)
    papers = held(owner)
    owner.lock()
    quiet_session(practice, "clinician").lock()
    will = tacenda("custodians", "will", practice.path, "--as", "owner", secret=OWNER).out
    invite, add = [line.split() for line in will.splitlines() if line.strip().startswith("tacenda ")]
    assert invite[-2:] == [">", "invitation"]
    file = tmp_path / "invitation"
    meant = {"FILE": practice.path, "NEW-NAME": "owner-2", "invitation": file}
    made = run(practice, *(meant.get(word, word) for word in invite[1:-2]), secret=NEW)
    assert made.code == 0, made
    file.write_text(made.out)
    secrets = "\n".join([papers[0], papers[2], "died; on the word of the will", "custodian-1, supervisor"])
    done = run(practice, *(meant.get(word, word) for word in add[1:]), secret=secrets)
    assert done.code == 0, done
    six = made.err.strip().rpartition(": ")[2]
    assert f"Compare with owner-2, aloud: {six}" in done.err
    assert practice.actions().count(Action.OWNER_ADD) == 1
    for name, passphrase in (("owner", OWNER), ("clinician", PASSPHRASES["clinician"])):
        told = tacenda("client", "list", practice.path, "--as", name, secret=passphrase).err
        assert "The custodians added the owner owner-2" in told, name
    mine = tacenda("note", "show", practice.path, f"{practice.notes['signed']:016x}", "--as", "owner-2", secret=NEW)
    assert (mine.code, "signed text" in mine.out) == (0, True)
    assert practice.verdict().intact


def test_an_empty_reason_is_asked_for_again_and_the_shares_hold(practice: Practice) -> None:
    owner = quiet_session(practice)
    papers = held(owner)
    accept(owner, process=False)
    owner.lock()
    with terminal(0, "recover", practice.path, "--custodians", "--as", "owner") as there:
        for number, paper in enumerate(papers[:2], 1):
            there.wait_for(f"Share {number} of 2")
            there.send(paper + "\r")
        there.wait_for("Why, and on whose word")
        there.send("  \r")
        there.wait_for("the shares still hold")
        there.send("in hospital\r")
        there.wait_for("Who is present")
        there.send("\r")
        there.wait_for("New passphrase")
        there.send(NEW + "\r")
        there.wait_for("Again")
        there.send(NEW + "\r")
        assert there.wait_exit() == 0
    assert practice.actions().count(Action.MEMBER_REKEY) == 1


@pytest.mark.parametrize("word", ["accept", "will"])
def test_without_custodians_it_says_so(practice: Practice, word: str) -> None:
    done = tacenda("custodians", word, practice.path, "--as", "owner", secret=OWNER)
    assert done.code in (2, 3)
    assert "no custodians" in done.err.lower()
