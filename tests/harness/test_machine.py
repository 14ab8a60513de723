from __future__ import annotations

import os
import pwd
import re
import shlex
from pathlib import Path

import pytest

from tests.harness import processes
from tests.harness.os_user import install_for_all, public_folder, run_as, throwaway_user
from tests.harness.pty_terminal import PtyTerminal
from tests.harness.sshd import Sshd
from tests.harness.tmux import Tmux
from tests.harness.wait import wait_until


def test_another_user_has_its_own_name_home_and_rights(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("closed")
    mine.chmod(0o600)
    with throwaway_user() as user:
        told = run_as(user, ["sh", "-c", "id -un; echo $HOME $MARK; cat"], env={"MARK": "here"}, stdin="typed")
        assert told.stdout == f"{user.name}\n{user.home} here\ntyped"
        assert user.uid == user.home.stat().st_uid != os.geteuid()
        assert run_as(user, ["cat", mine]).returncode != 0
        left = run_as(user, ["sh", "-c", "sleep 600 >/dev/null 2>&1 & echo $!"])
        pid = int(left.stdout)
        assert pid in processes.owned_by(user.uid)
    assert not processes.is_running(pid)
    assert not user.home.exists()


def test_a_failing_test_leaves_no_user_behind() -> None:
    left: list[str] = []

    def fails() -> None:
        with throwaway_user() as user:
            told = run_as(user, ["sh", "-c", "sleep 600 >/dev/null 2>&1 & echo $!"])
            left.extend((told.stdout, user.name))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    pid, name = left
    assert not processes.is_running(int(pid))
    assert name not in {entry.pw_name for entry in pwd.getpwall()}


def test_another_user_runs_the_checkout() -> None:
    with public_folder() as folder, throwaway_user() as user:
        installation = install_for_all(folder)
        script = "import core, getpass, nacl, textual, tui.cli, vault_format as v\nprint(getpass.getuser(), v.__file__)"
        told = run_as(user, [installation.python, "-c", script])
        assert told.stderr == ""
        assert told.stdout == f"{user.name} {folder}/lib/vault_format/__init__.py\n"
        assert run_as(user, ["touch", folder / "mark"]).returncode != 0


def test_ssh_logs_in_on_a_terminal_and_hangs_up_when_the_line_drops() -> None:
    with Sshd() as sshd, throwaway_user() as user, PtyTerminal(sshd.command(user), columns=70) as terminal:
        terminal.wait_for("$")
        terminal.send("echo $USER $(stty size) $$; exec sleep 600\r")
        screen = terminal.wait_for(re.compile(rf"^{user.name} 24 70 \d+$", re.MULTILINE))
        found = re.search(rf"^{user.name} 24 70 (\d+)$", screen, re.MULTILINE)
        assert found is not None
        shell = int(found.group(1))
        assert processes.is_running(shell)
        sshd.drop_line()
        assert terminal.wait_exit() == 255
        wait_until(lambda: not processes.is_running(shell), what="the end of what ran there")


def test_ssh_runs_a_command_inside_tmux() -> None:
    remote = ["echo", shlex.quote("two  blanks"), "$USER"]
    with (
        Sshd() as sshd,
        throwaway_user() as user,
        Tmux(sshd.command(user, remote, terminal=False)) as tmux,
    ):
        tmux.wait_for(f"two  blanks {user.name}")
        assert tmux.wait_exit() == 0


def test_nothing_of_a_session_outlives_its_server() -> None:
    stubborn = ["trap '' HUP; echo up $$; sleep 600"]
    with (
        throwaway_user() as user,
        Sshd() as sshd,
        PtyTerminal(sshd.command(user, stubborn)) as terminal,
    ):
        found = re.search(r"up (\d+)", terminal.wait_for(re.compile(r"up \d+")))
        assert found is not None
        pid = int(found.group(1))
        sshd.drop_line()
        assert terminal.wait_exit() == 255
        assert processes.is_running(pid)
    assert not processes.is_running(pid)
