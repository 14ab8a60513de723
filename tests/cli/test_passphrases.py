"""Where a passphrase comes from: a terminal that shows nothing of it, or a descriptor."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.command import ROOT, TACENDA, tacenda
from tests.core.practice import PASSPHRASES, Practice
from tests.harness.pty_terminal import PtyTerminal
from vault_format.codes import Action

OWNER = PASSPHRASES["owner"]


def listed(practice: Practice, secret: str | bytes) -> int:
    """Return how `note list` ends with this on the descriptor."""
    done = tacenda("note", "list", practice.path, "--as", "owner", secret=secret)
    assert done.code == 0 or not done.out
    return done.code


def test_one_newline_is_stripped(practice: Practice) -> None:
    for secret in (OWNER, OWNER + "\n", OWNER + "\r\n", OWNER + "\nmore\n"):
        assert listed(practice, secret) == 0, secret


@pytest.mark.parametrize(
    "secret",
    [b"", b"\n", b"\r\n", b"\xff\xfe\n", b"x" * 1_025, b"x" * 60_000, b"\n" + OWNER.encode()],
    ids=["nothing", "empty", "empty, CRLF", "not UTF-8", "1,025 bytes", "60,000 bytes", "an empty line first"],
)
def test_what_cannot_be_a_passphrase_is_wrong_usage_and_tries_nothing(practice: Practice, secret: bytes) -> None:
    before = len(practice.actions())
    done = tacenda("note", "list", practice.path, "--as", "owner", secret=secret)
    assert (done.code, done.out) == (2, "")
    assert "assphrase" in done.err
    assert len(practice.actions()) == before


def test_a_flood_of_passphrases_is_not_read_to_its_end(practice: Practice) -> None:
    done = tacenda("note", "list", practice.path, "--as", "owner", "--passphrase-fd", "0", stdin=b"x\n" * 200_000)
    assert (done.code, done.out) == (2, "")
    assert "too long" in done.err


def test_a_descriptor_that_is_not_open_is_wrong_usage(practice: Practice) -> None:
    for number in ("77", "-1", "x"):
        done = tacenda("note", "list", practice.path, "--as", "owner", "--passphrase-fd", number)
        assert (done.code, done.out) == (2, "")


def test_standard_input_can_hold_the_passphrase_or_the_text(practice: Practice) -> None:
    words = (practice.path, "--as", "owner", "--passphrase-fd", "0")
    assert tacenda("note", "list", *words, stdin=OWNER).code == 0
    before = len(practice.actions())
    done = tacenda("note", "add", *words, "--client", "OTTER", stdin=f"{OWNER}\nthe text")
    assert (done.code, done.out) == (2, "")
    assert "3<file" in done.err
    assert len(practice.actions()) == before


def test_without_terminal_and_descriptor_nothing_is_asked(practice: Practice) -> None:
    done = tacenda("note", "list", practice.path, "--as", "owner", stdin=OWNER)
    assert (done.code, done.out) == (2, "")
    assert "--passphrase-fd" in done.err


def test_a_passphrase_is_no_argument_and_no_variable(practice: Practice) -> None:
    done = tacenda("note", "list", practice.path, "--as", "owner", "--passphrase", OWNER)
    assert done.code == 2
    done = tacenda("note", "list", practice.path, "--as", "owner", env={"TACENDA_PASSPHRASE": OWNER})
    assert done.code == 2


def terminal(*words: object) -> PtyTerminal:
    """Return a command at a terminal."""
    return PtyTerminal([*TACENDA, *map(str, words)], cwd=ROOT)


def test_a_prompt_shows_nothing_of_the_passphrase(practice: Practice) -> None:
    with terminal("note", "list", practice.path, "--as", "owner") as there:
        there.wait_for("Passphrase:")
        there.send(OWNER + "\r")
        there.wait_for("first session")
        assert there.wait_exit() == 0
        assert OWNER.encode() not in bytes(there.raw)
        assert OWNER.split()[0].encode() not in bytes(there.raw)


def test_a_new_passphrase_is_asked_for_twice(tmp_path: Path) -> None:
    vault = tmp_path / "v.tacenda"
    with terminal("new", vault, "--name", "p", "--member", "owner") as there:
        there.wait_for("Passphrase:")
        there.send("quiet stones under larches\r")
        there.wait_for("Again:")
        there.send("quiet stones under the larch\r")
        there.wait_for("not the same")
        assert not vault.exists()
        there.wait_for(re.compile(r"same.*\n+Passphrase:"))
        there.send("quiet stones under larches\r")
        there.wait_for(re.compile(r"same(.|\n)*Again:"))
        there.send("quiet stones under larches\r")
        there.wait_for("Created")
        assert there.wait_exit() == 0
        assert b"quiet" not in bytes(there.raw)
    assert tacenda("note", "list", vault, secret="quiet stones under larches").code == 0


def test_a_weak_first_passphrase_is_asked_for_again_and_a_good_one_is_offered(tmp_path: Path) -> None:
    vault = tmp_path / "v.tacenda"
    with terminal("new", vault, "--name", "p", "--member", "owner", "--suggest") as there:
        there.wait_for("Enter when it is on paper.")
        [offered] = re.findall(r"drawn just now:\s+((?:[a-z]+ ){5}[a-z]+)", there.screen())
        there.send("\r")
        for said in ("otter", offered):
            there.wait_for(re.compile(r"Passphrase: *\n*$"))
            there.send(f"{said}\r")
            there.wait_for(re.compile(r"Again: *\n*$"))
            there.send(f"{said}\r")
            if said == "otter":
                there.wait_for("too short to hold")
                assert not vault.exists()
        there.wait_for("The new passphrase is strong")
        assert there.wait_exit() == 0
        # nothing of it can be scrolled back to
        assert offered not in there.screen()
    assert tacenda("note", "list", vault, secret=offered).code == 0
    weak = tacenda("new", tmp_path / "w", "--name", "p", "--member", "owner", secret="otter")
    assert (weak.code, weak.out) == (2, "")
    assert "Nothing was written" in weak.err


def test_the_end_of_input_at_the_prompt_leaves_a_terminal_that_echoes(practice: Practice) -> None:
    before = len(practice.actions())
    command = " ".join(TACENDA)
    shell = ["/bin/sh", "-c", f'{command} note list "$0" --as owner; echo "code $?"; stty -a', str(practice.path)]
    with PtyTerminal(shell, cwd=ROOT) as there:
        there.wait_for("Passphrase:")
        there.send("\x04")
        there.wait_for("code 130")
        there.wait_for(re.compile(r" echo\b"))
        assert b"Traceback" not in bytes(there.raw)
    assert len(practice.actions()) == before


def test_ctrl_c_at_the_prompt_ends_with_130(practice: Practice) -> None:
    with terminal("note", "list", practice.path, "--as", "owner") as there:
        there.wait_for("Passphrase:")
        there.send("half of it\x03")
        assert there.wait_exit() == 130
        assert b"Traceback" not in bytes(there.raw)
        assert b"half" not in bytes(there.raw)


def test_a_text_is_typed_after_the_passphrase_so_that_a_miss_costs_nothing(practice: Practice) -> None:
    with terminal("note", "add", practice.path, "--client", "OTTER", "--title", "-", "--as", "owner") as there:
        there.wait_for("Passphrase:")
        there.send(OWNER + "\r")
        there.wait_for("Ctrl-D")
        there.send("typed title\rtyped text\r\x04")
        assert there.wait_exit() == 0
    session = practice.unlock()
    [row] = [row for row in session.catalog.notes() if row.title == "typed title"]
    assert session.read_note(row.id).text == "typed text\n"
    session.lock()
    with terminal("note", "add", practice.path, "--client", "OTTER", "--as", "owner") as there:
        there.wait_for("Passphrase:")
        there.send("wrong\r")
        assert there.wait_exit() == 3
        assert b"Ctrl-D" not in bytes(there.raw)
    assert practice.actions()[-1] == Action.UNLOCK_FAILED


def test_a_broken_or_read_only_vault_is_said_before_anybody_types(practice: Practice) -> None:
    raw = bytearray(practice.path.read_bytes())
    raw[16 + 33] ^= 1
    practice.path.write_bytes(raw)
    with terminal("note", "list", practice.path, "--as", "owner") as there:
        assert there.wait_exit() == 1
        assert b"Passphrase" not in bytes(there.raw)
    with terminal("note", "list", practice.path.parent / "nothing", "--as", "owner") as there:
        assert there.wait_exit() == 2
        assert b"Passphrase" not in bytes(there.raw)


def test_a_passphrase_in_another_encoding_is_wrong_usage(practice: Practice) -> None:
    with PtyTerminal([*TACENDA, "note", "list", str(practice.path), "--as", "owner"], cwd=ROOT,
                     env={"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"}) as there:  # fmt: skip
        there.wait_for("Passphrase:")
        there.send(b"\xff\xfe\r")
        assert there.wait_exit() == 2
        assert b"Traceback" not in bytes(there.raw)
    assert practice.actions()[-1] == Action.LOCK
