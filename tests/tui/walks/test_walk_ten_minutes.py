"""The first ten minutes of a person who has never seen it: each key that is not text is counted.

A new question in the way raises the number, and fails here.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from tests.harness.os_user import install_for_all, public_folder, throwaway_user
from tests.harness.sshd import Sshd
from tests.harness.tmux import Tmux
from tests.harness.tools import need_tool
from tests.tui.walking import PASSPHRASE, command
from vault_format import machine
from vault_format.verification.verify import verify

PRESSES = 22
SURROUNDINGS = {
    "80x24": (80, 24, {}),
    "60x20, no colour": (60, 20, {"NO_COLOR": "1"}),
    "200x60": (200, 60, {}),
    "the Linux console's symbols": (80, 24, {"TERM": "linux"}),
    "screen": (80, 24, {"TERM": "screen-256color"}),
}


class Walk:
    """A person at TMUX: keys are counted, text and passphrases are not."""

    def __init__(self, tmux: Tmux) -> None:
        self._tmux = tmux
        self.presses = 0

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        self.presses += len(keys)
        self._tmux.keys(*keys)

    def write(self, text: str) -> None:
        """Type TEXT."""
        self._tmux.type(text)

    def see(self, wanted: str) -> str:
        """Wait until WANTED stands on the screen."""
        return self._tmux.wait_for(wanted)


def create(walk: Walk) -> None:
    """A vault and a client."""
    walk.see("There is no file there yet")
    walk.press("Enter")
    walk.write(PASSPHRASE)
    walk.press("Enter")
    walk.write(PASSPHRASE)
    walk.press("Enter")
    walk.see("the same")
    walk.press("Enter")
    walk.see("Add your first client")
    walk.press("Enter")
    walk.see("New client")
    walk.write("OTTER")
    walk.press("C-s")


def write_and_sign(walk: Walk) -> None:
    """A note from the form, its real times, signed."""
    walk.see("No notes yet")
    walk.press("n")
    walk.see("Progress note")
    walk.press("Enter")
    walk.see("not saved yet")
    walk.write("1002")
    walk.write("1055")
    walk.press("Escape")
    walk.see("10:02-10:55, 53 min")
    walk.write("Slept six hours.")
    walk.press("Tab")
    walk.write("On time.")
    walk.press("Tab")
    walk.write("Better.")
    walk.press("Tab")
    walk.write("Go on.")
    walk.see("Go on.")
    walk.press("F8")
    walk.see("Before you sign")
    walk.press("s")
    walk.see("signed by")


def add_to_it(walk: Walk) -> None:
    """An addendum, signed."""
    walk.press("a")
    walk.see("Add to this signed note")
    walk.write("diary received")
    walk.press("Enter")
    walk.see("addendum to note")
    walk.write("Six and a half.")
    walk.see("Six and a half.")
    walk.press("F8")
    walk.see("What signing does")
    walk.press("s")
    walk.see("Signed, record")


def find_lock_unlock(walk: Walk) -> None:
    """Found by search; locked and unlocked, the same note stands there."""
    walk.press("3")
    walk.see("Find")
    walk.write("OTTER")
    walk.see("OTTER")
    walk.press("Enter")
    walk.see("Slept six hours.")
    walk.press("C-l")
    locked = walk.see("Passphrase")
    assert "Slept" not in locked
    walk.write(PASSPHRASE)
    walk.press("Enter")
    walk.see("Slept six hours.")


@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_create_client_note_sign_add_find_lock_unlock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, surroundings: str
) -> None:
    columns, rows, env = SURROUNDINGS[surroundings]
    monkeypatch.setenv("TACENDA_STATE", str(tmp_path / "state" / "tacenda"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    argv = ["env", *(f"{name}={value}" for name, value in env.items()), *command(str(tmp_path / "practice.tacenda"))]
    with Tmux(argv, columns=columns, rows=rows) as tmux:
        walk = Walk(tmux)
        create(walk)
        write_and_sign(walk)
        add_to_it(walk)
        find_lock_unlock(walk)
        assert walk.presses == PRESSES
        tmux.keys("C-q")
        assert tmux.wait_exit() == 0
        assert "Slept" not in tmux.screen()


@pytest.mark.slow
@pytest.mark.parametrize("environment", ["", "NO_COLOR=1"], ids=["colours", "no colour"])
def test_the_same_walk_in_tmux_over_ssh(environment: str) -> None:
    """A terminal, ssh to a real sshd, a tmux of 80x24 there: what a counselor on the road sits at."""
    with throwaway_user() as user, public_folder() as folder, Sshd() as sshd:
        installed = install_for_all(folder)
        remote = [need_tool("tmux"), "-u", "-L", "walk", "-f", os.devnull, "new-session", "-x", "80", "-y", "24"]
        started = f"env {environment} {installed.tacenda} {user.home}/practice.tacenda; tmux -L walk kill-server"
        argv = sshd.command(user, [*remote, shlex.quote(started)])
        # the window's last row is the other tmux's
        with Tmux(argv, columns=80, rows=25) as tmux:
            walk = Walk(tmux)
            create(walk)
            write_and_sign(walk)
            add_to_it(walk)
            find_lock_unlock(walk)
            assert walk.presses == PRESSES
            tmux.keys("C-q")
            tmux.wait_exit()
            assert "Slept" not in tmux.screen()
        assert verify(f"{user.home}/practice.tacenda", machine.now_ms()).intact
