"""Every exit code of the contract, each by a command that really ends so; and never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import ROOT, TACENDA, tacenda
from tests.core.practice import PASSPHRASES, Practice
from tests.harness import faults, processes
from tests.harness.os_user import install_for_all, public_folder, run_as, throwaway_user
from vault_format.codes import Action

LARCHES = "quiet stones under larches"
OWNER = PASSPHRASES["owner"]


def broken(practice: Practice, folder: Path) -> Path:
    """Return a copy with a broken chain."""
    raw = bytearray(practice.path.read_bytes())
    raw[16 + 33] ^= 1
    path = folder / "broken.tacenda"
    path.write_bytes(raw)
    return path


def test_0_for_done_and_whole(practice: Practice) -> None:
    assert tacenda("verify", practice.path).code == 0
    assert tacenda("--help").code == 0
    assert tacenda("note", "add", "--help").code == 0
    version = tacenda("--version")
    assert version.code == 0
    assert version.out.startswith("tacenda ")


def test_1_for_a_finding(practice: Practice, tmp_path: Path) -> None:
    path = broken(practice, tmp_path)
    before = path.read_bytes()
    assert tacenda("verify", path).code == 1
    assert tacenda("audit", path).code == 1
    done = tacenda("note", "list", path, "--as", "owner", secret=OWNER)
    assert (done.code, done.out) == (1, "")
    assert "Nothing was changed" in done.err
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "{folder}/nothing"), ("verify", "{folder}"), ("verify", "{folder}/empty"),
        ("verify", "{folder}/text"), ("verify", "{folder}/pipe"), ("verify", "/dev/null"), ("verify",),
        ("verify", "--odd"), ("note",),
        ("note", "list"), ("note", "list", "{folder}/nothing"), ("audit", "{folder}/text"), ("verfiy", "{folder}/text"),
        ("{folder}/text", "verify"), ("note", "add", "{folder}/text", "--client", "OTTER"), ("{folder}/text",), (),
    ],
)  # fmt: skip
def test_2_for_wrong_usage_and_what_is_no_vault(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "text").write_text("# no vault\n" * 50)
    os.mkfifo(tmp_path / "pipe")
    before = sorted(os.listdir(tmp_path))
    done = tacenda(*(word.format(folder=tmp_path) for word in words))
    assert (done.code, done.out) == (2, "")
    assert done.err
    assert sorted(set(os.listdir(tmp_path)) - {"state"}) == sorted(set(before) - {"state"})


def test_2_says_what_was_probably_meant(practice: Practice) -> None:
    assert "Is it verify?" in tacenda("verfiy", practice.path).err
    assert f"tacenda verify {practice.path}" in tacenda(practice.path, "verify").err
    assert "needs a terminal" in tacenda(practice.path).err
    assert "needs a terminal" in tacenda().err
    assert "needs a terminal" in tacenda("demo").err


def test_2_for_a_member_or_client_that_is_not_there(practice: Practice) -> None:
    unsaid = tacenda("note", "list", practice.path, secret=OWNER)
    assert (unsaid.code, unsaid.out) == (2, "")
    assert "owner, clinician, supervisor, auditor" in unsaid.err
    assert tacenda("note", "list", practice.path, "--as", "weasel", secret=OWNER).code == 2
    done = tacenda("note", "add", practice.path, "--client", "WEASEL", "--as", "owner", secret=OWNER, stdin="x")
    assert done.code == 2
    for option in (("--type", "poem"), ("--form", "haiku"), ("--date", "2026-02-30"), ("--title", "x" * 201)):
        done = tacenda(
            "note", "add", practice.path, "--client", "OTTER", "--as", "owner", *option, secret=OWNER, stdin="x"
        )
        assert (done.code, done.out) == (2, ""), option
    assert practice.verdict().intact


def test_2_for_a_text_over_its_bound_or_not_utf_8(practice: Practice) -> None:
    size = practice.path.stat().st_size
    words = ("note", "add", practice.path, "--client", "OTTER", "--as", "owner")
    for text in (b"x" * (8 * 2**20 + 1), b"\xff\xfe"):
        done = tacenda(*words, secret=OWNER, stdin=text)
        assert (done.code, done.out) == (2, "")
        assert "Nothing was written" in done.err
    assert practice.path.stat().st_size == size


def test_3_for_a_wrong_passphrase_which_is_recorded(practice: Practice) -> None:
    done = tacenda("note", "list", practice.path, "--as", "owner", secret="wrong")
    assert (done.code, done.out) == (3, "")
    assert "Recorded as record" in done.err
    assert "wrong" not in done.err.replace("was wrong", "")
    assert practice.actions()[-1] == Action.UNLOCK_FAILED
    failed = tacenda("audit", practice.path, "--outcome", "failed", "--json").objects
    assert [(row["action"], row["signed"], row["name"]) for row in failed] == [("unlock_failed", False, "")]


def test_3_for_a_role_that_may_not(practice: Practice) -> None:
    done = tacenda(
        "note", "add", practice.path, "--client", "OTTER", "--as", "supervisor", secret=PASSPHRASES["supervisor"],
        stdin="x",
    )  # fmt: skip
    assert done.code == 3
    assert "supervisor does not write" in done.err


def test_4_for_a_file_that_cannot_be_written() -> None:
    with throwaway_user() as user, public_folder() as folder:
        installed = install_for_all(folder)
        vault = folder / "v.tacenda"
        made = tacenda("new", vault, "--name", "p", "--member", "o", secret=LARCHES)
        assert made.code == 0
        vault.chmod(0o644)
        before = vault.read_bytes()
        # a second user who can only read verifies, and can stop nobody's writing
        assert run_as(user, [installed.tacenda, "verify", vault]).returncode == 0
        assert run_as(user, [installed.tacenda, "audit", vault]).returncode == 0
        refused = run_as(
            user, ["/bin/sh", "-c", f"echo {LARCHES} | {installed.tacenda} note list {vault} --passphrase-fd 0"]
        )
        assert (refused.returncode, refused.stdout) == (4, "")
        assert "cannot be written here" in refused.stderr
        assert "Traceback" not in refused.stderr
        assert vault.read_bytes() == before
        assert tacenda("client", "add", vault, "OTTER", secret=LARCHES).code == 0
        vault.chmod(0o600)
        unreadable = run_as(user, [installed.tacenda, "verify", vault])
        assert unreadable.returncode == 4


def test_4_for_a_full_disk(made_practice: Practice) -> None:
    with faults.tmpfs(1 << 20) as disk:
        practice = made_practice.copied(disk)
        words = ("note", "add", practice.path, "--client", "OTTER", "--as", "owner")
        ballast = faults.fill(disk)
        done = tacenda(*words, secret=OWNER, stdin="x" * 10_000)
        assert (done.code, done.out) == (4, "")
        assert "disk is full" in done.err
        ballast.unlink()
        assert practice.verdict().intact
        assert tacenda(*words, secret=OWNER, stdin="x" * 10_000).code == 0


def test_4_for_output_that_goes_nowhere(practice: Practice) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*TACENDA, "audit", str(practice.path)], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 4
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr


def test_70_for_an_error_of_ours_that_shows_nothing_of_what_it_worked_on(practice: Practice) -> None:
    faulty = (
        "import core.session.notes.reading as reading\n"
        "def fail(*_, **__):\n"
        "    secret = 'the text of a note'\n"
        "    raise RuntimeError(secret)\n"
        "reading.open_entity = fail\n"
        "from tui.cli.main import main\n"
        "main()\n"
    )
    note = f"{practice.notes['signed']:016x}"
    done = tacenda(
        "note", "show", practice.path, note, "--as", "owner", secret=OWNER, program=[sys.executable, "-c", faulty]
    )
    assert (done.code, done.out) == (70, "")
    assert "the text of a note" not in done.err
    assert "RuntimeError" in done.err
    assert "What was saved is safe" in done.err
    # the session was locked all the same
    assert practice.actions()[-1] == Action.LOCK


def test_70_for_one_vault_does_not_hide_the_others(practice: Practice) -> None:
    faulty = (
        "import vault_format.verification.verify as module\n"
        "real = module.verify\n"
        "def verify(path, *rest, **more):\n"
        "    if path.endswith('odd'):\n"
        "        raise ZeroDivisionError(path)\n"
        "    return real(path, *rest, **more)\n"
        "module.verify = verify\n"
        "from tui.cli.main import main\n"
        "main()\n"
    )
    done = tacenda("verify", "odd", practice.path, "--json", program=[sys.executable, "-c", faulty])
    assert done.code == 70
    assert [told["intact"] for told in done.objects] == [None, True]
    assert done.objects[0]["exit_code"] == 70


def test_several_vaults_end_with_the_worst_code(made_practice: Practice, tmp_path: Path) -> None:
    whole = made_practice.copied(tmp_path).path
    bad = broken(made_practice, tmp_path)
    nothing = tmp_path / "nothing"

    def code(*vaults: Path) -> int:
        done = tacenda("verify", "--json", *vaults)
        assert len(done.objects) == len(vaults)
        assert [told["path"] for told in done.objects] == [str(vault) for vault in vaults]
        return done.code

    assert code(whole, whole) == 0
    assert code(whole, nothing) == 2
    assert code(nothing, bad, whole) == 1
    assert code(bad, nothing) == 1
    told = tacenda("verify", "--json", nothing, whole).objects[0]
    assert told["intact"] is None
    assert told["exit_code"] == 2
    assert told["error"]


def test_4_for_too_little_memory(practice: Practice) -> None:
    limited = (
        "import resource\n"
        "from tui.cli.main import main\n"
        "import core.session.entrance.door as door\n"
        "real = door.open_master\n"
        "def scarce(*given):\n"
        "    resource.setrlimit(resource.RLIMIT_AS, (40 << 20, resource.RLIM_INFINITY))\n"
        "    try:\n"
        "        return real(*given)\n"
        "    finally:\n"
        "        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "door.open_master = scarce\n"
        "main()\n"
    )
    before = len(practice.actions())
    done = tacenda(
        "note", "list", practice.path, "--as", "owner", secret=OWNER, program=[sys.executable, "-c", limited]
    )
    assert (done.code, done.out) == (4, "")
    assert "memory" in done.err
    # it was no wrong passphrase
    assert len(practice.actions()) == before


@pytest.mark.parametrize(
    ("worst", "rest"),
    [(70, (1, 2, 4, 3, 0)), (1, (2, 4, 3, 0)), (2, (4, 3, 0)), (4, (3, 0)), (3, (0,)), (0, (0,))],
)
def test_of_several_codes_the_worst_is_returned(practice: Practice, worst: int, rest: tuple[int, ...]) -> None:
    faulty = (
        "import vault_format.errors as errors\n"
        "import vault_format.verification.verify as module\n"
        "real = module.verify\n"
        "kinds = {'1': errors.VaultBroken, '2': errors.NotAVault, '4': errors.ReadOnly, '3': errors.Refused}\n"
        "def verify(path, *given, **more):\n"
        "    if path == '70':\n"
        "        raise ZeroDivisionError\n"
        "    if path in kinds:\n"
        "        raise kinds[path](path)\n"
        "    return real(path, *given, **more)\n"
        "module.verify = verify\n"
        "from tui.cli.main import main\n"
        "main()\n"
    )
    paths = [practice.path if code == 0 else code for code in (*rest, worst)]
    done = tacenda("verify", "--json", *paths, program=[sys.executable, "-c", faulty])
    assert done.code == worst
    assert len(done.objects) == len(paths)


def test_busy_is_4_and_loses_nothing(practice: Practice) -> None:
    hold = (
        "import fcntl, sys, time\n"
        "file = open(sys.argv[1], 'a')\n"
        "fcntl.flock(file, fcntl.LOCK_EX)\n"
        "print(1, flush=True)\n"
        "time.sleep(600)\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", hold, f"{practice.path}.lock"], stdout=subprocess.PIPE)
    impatient = (
        "from vault_format.store import LocalStore\n"
        "LocalStore.__init__.__defaults__ = (0.1,)\n"
        "from tui.cli.main import main\n"
        "main()\n"
    )
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        done = tacenda(
            "note", "list", practice.path, "--as", "owner", secret=OWNER, program=[sys.executable, "-c", impatient]
        )
        assert (done.code, done.out) == (4, "")
        assert "Another session is writing" in done.err
        # whoever only looks waits for nobody
        assert tacenda("verify", practice.path).code == 0
        assert tacenda("audit", practice.path).code == 0
    finally:
        processes.end(holder.pid, hard=True)
        holder.communicate()
