"""`tacenda import`, `export` and `disclosures` as a script runs them."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import ROOT, TACENDA, Done, pipe_with, tacenda
from tests.core.practice import PASSPHRASES, Practice, build_practice
from tests.harness.processes import is_running
from tests.harness.wait import wait_until
from vault_format import machine
from vault_format.verification.verify import verify

OWNER = PASSPHRASES["owner"]
TWICE = f"{OWNER}\n{OWNER}\n"


@pytest.fixture(scope="module")
def practice_of_now(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    """The practice, made at the machine's time."""
    return build_practice(tmp_path_factory.mktemp("practice"), machine.now_ms() - 60_000)


@pytest.fixture
def practice(practice_of_now: Practice, tmp_path: Path) -> Practice:
    """A copy of it."""
    return practice_of_now.copied(tmp_path)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder with notes of OTTER and of a client that is not there."""
    folder = tmp_path / "notes"
    for code in ("OTTER", "CEDAR"):
        (folder / code).mkdir(parents=True)
        (folder / code / "2026-11-09 \x1b[31mred.md").write_text(f"a text of {code}")
    return folder


def run(
    practice: Practice, word: str, *more: object, secret: str = OWNER, member: str = "owner", stdin: str = ""
) -> Done:  # fmt: skip
    """Run a command on the practice."""
    return tacenda(word, practice.path, *more, "--as", member, secret=secret, stdin=stdin)


def test_a_dry_run_writes_nothing_and_a_refusal_keeps_the_rest_out(practice: Practice, notes: Path) -> None:
    before = practice.path.stat().st_size
    dry = run(practice, "import", notes, "--dry-run")
    assert dry.code == 0
    # the words of files are shown and never obeyed
    assert "\x1b" not in dry.out
    assert "refused   CEDAR/2026-11-09 \u241b[31mred.md  there is no client CEDAR" in dry.out
    assert "1 to make, 1 refused." in dry.err
    refused = run(practice, "import", notes)
    assert refused.code == 2
    assert "Nothing was written." in refused.err
    listed = tacenda("note", "list", practice.path, "--as", "owner", secret=OWNER)
    assert "red" not in listed.out
    assert practice.path.stat().st_size > before


def test_an_import_lists_what_it_made(practice: Practice, notes: Path) -> None:
    done = run(practice, "import", notes, "--make-clients", "--json")
    assert done.code == 0
    made = [each for each in done.objects if each["what"] == "written"]
    assert [each["source"][:5] for each in made] == ["CEDAR", "OTTER"]
    assert {"what": "client", "source": "CEDAR", "why": "made"} in done.objects
    shown = tacenda("note", "show", practice.path, made[0]["id"], "--as", "owner", secret=OWNER)
    assert "a text of CEDAR" in shown.out
    again = run(practice, "import", notes, "--make-clients", "--dry-run", "--json")
    assert {each["what"] for each in again.objects} == {"passed"}
    assert run(practice, "import", notes, "--make-clients").code == 0


def test_what_is_refused_is_left_out_on_purpose(practice: Practice, notes: Path) -> None:
    done = run(practice, "import", notes, "--skip-refused")
    assert done.code == 0
    assert done.out.count("written ") == 1


def test_a_path_that_is_not_there_is_wrong_usage(practice: Practice, tmp_path: Path) -> None:
    done = run(practice, "import", tmp_path / "nothing")
    assert done.code == 2
    assert "no such file" in done.err


def test_a_role_that_does_not_write_is_refused(practice: Practice, notes: Path) -> None:
    done = run(practice, "import", notes, member="supervisor", secret=PASSPHRASES["supervisor"])
    assert done.code == 3


def test_a_killed_import_goes_on_without_doubles(practice: Practice, tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for number in range(900):
        (many / f"2026-01-02 {number}.md").write_text(f"note {number}")
    size = practice.path.stat().st_size
    descriptor = pipe_with(OWNER.encode())
    words = ["import", str(practice.path), str(many), "--client", "OTTER", "--as", "owner"]
    program = subprocess.Popen(
        [*TACENDA, *words, "--passphrase-fd", str(descriptor)], cwd=ROOT, pass_fds=[descriptor],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    os.close(descriptor)
    wait_until(lambda: practice.path.stat().st_size > size + 100_000 or not is_running(program.pid))
    program.send_signal(signal.SIGKILL)
    program.communicate()
    done = run(practice, "import", many, "--client", "OTTER", "--json")
    assert done.code == 0
    assert len(done.objects) == 900
    listed = tacenda("note", "list", practice.path, "--client", "OTTER", "--json", "--as", "owner", secret=OWNER)
    titles = [each["title"] for each in listed.objects if each["title"].isdigit()]
    assert sorted(map(int, titles)) == list(range(900))
    assert verify(str(practice.path), machine.now_ms()).intact


def export(practice: Practice, folder: Path, *more: object, secret: str = TWICE, stdin: str = "") -> Done:
    """Export OTTER's chart, or what MORE says."""
    words = ("--to", folder, "--recipient", "-", "--purpose", "court", "--basis", "court", "--form", "json")
    which = more or ("--client", "otter")
    return run(practice, "export", *words, *which, secret=secret, stdin=stdin or "the court\n")


def test_an_export_asks_twice_says_that_it_is_plaintext_and_is_listed(practice: Practice, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    done = export(practice, folder)
    assert done.code == 0, done.err
    assert "3 notes of OTTER will be written in clear" in done.err
    assert "Not in it: 1 process note." in done.err
    assert f"This is PLAINTEXT: whoever can read {folder}" in done.err
    assert stat.S_IMODE((folder / "notes.json").stat().st_mode) == 0o600
    assert json.loads((folder / "notes.json").read_text())["recipient"] == "the court"
    listed = run(practice, "disclosures", "--client", "OTTER", "--json")
    (row,) = listed.objects
    assert (row["recipient"], row["notes"], row["purpose"]) == ("the court", 3, "court")
    assert f"where: {folder}" in row["more"]
    told = run(practice, "disclosures", "--client", "OTTER")
    assert "the court  3 notes  JSON  court  court or subpoena" in told.out
    # an auditor is shown no codes, and reads whom it went to
    ident = f"{practice.clients['OTTER']:016x}"
    read = run(practice, "disclosures", "--client", ident, member="auditor", secret=PASSPHRASES["auditor"])
    assert "the court" in read.out
    sealed = run(practice, "disclosures", "--client", "OTTER", member="clinician", secret=PASSPHRASES["clinician"])
    assert "the court " not in sealed.out
    assert "(sealed to owners and auditors)" in sealed.out
    # and its own vault is told apart from others
    again = run(practice, "import", folder / "notes.json", "--dry-run")
    assert "0 to make" in again.err


def test_without_the_second_passphrase_nothing_leaves(practice: Practice, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert export(practice, folder, secret=f"{OWNER}\n").code == 2
    assert export(practice, folder, secret=f"{OWNER}\nanother\n").code == 3
    assert not folder.exists()
    rows = tacenda("audit", practice.path, "--json").objects
    assert "disclose" not in {row["action"] for row in rows}
    assert [row["action"] for row in rows if row["failed"]] == ["unlock_failed"]


def test_a_process_note_is_asked_for_expressly(practice: Practice, tmp_path: Path) -> None:
    note = f"{practice.notes['process']:016x}"
    refused = export(practice, tmp_path / "out", "--note", note)
    assert refused.code == 2
    assert "psychotherapy note" in refused.err
    done = export(practice, tmp_path / "out", "--note", note, "--process-notes")
    assert done.code == 0
    assert "That takes an authorization of its own" in done.err


@pytest.mark.parametrize("more", [("--note", "1", "--client", "OTTER"), ("--name",), ("--client", "ELM")])
def test_what_leaves_must_be_clear(practice: Practice, tmp_path: Path, more: tuple[str, ...]) -> None:
    assert export(practice, tmp_path / "out", *more).code == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("word", ["import", "export", "disclosures"])
def test_help_teaches_by_example(word: str) -> None:
    done = tacenda(word, "--help")
    assert done.code == 0
    assert f"tacenda {word} practice.tacenda" in done.out
    assert max(map(len, done.out.splitlines())) <= 80
