"""A real ssh server on a free high port of the loopback address, made for one test and gone with it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.harness import processes
from tests.harness.os_user import OsUser
from tests.harness.tools import need_root, need_tool
from tests.harness.wait import wait_until

ADDRESS = "127.0.0.1"


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


class Sshd:
    """sshd in the foreground, with its own host key, one user key, and no other way in; a context manager.

    Root is needed to log in as another user. Skips the test without it, or where OpenSSH is not installed.
    """

    def __init__(self) -> None:
        need_root("an ssh login as another user")
        self._sshd = need_tool("sshd", "openssh-server")
        self._ssh = need_tool("ssh", "openssh-client")
        self._keygen = need_tool("ssh-keygen", "openssh-client")
        self._folder = Path()
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def __enter__(self) -> Self:
        # Not below the test's own folder: sshd reads the authorized keys as the user that logs in.
        self._folder = Path(tempfile.mkdtemp(prefix="sshd-", dir="/tmp"))
        try:
            self._folder.chmod(0o755)
            self._make_keys()
            # Another process may take a port between its being found free and its use.
            wait_until(self._start, what="a free port for sshd")
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _make_keys(self) -> None:
        for name in ("host", "user"):
            make = [self._keygen, "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(self._folder / name)]
            subprocess.run(make, check=True)
        shutil.copyfile(self._folder / "user.pub", self._folder / "authorized")
        (self._folder / "authorized").chmod(0o644)

    def _start(self) -> bool:
        """Start sshd on some port; return whether it took it."""
        self.port = _free_port()
        host_key = (self._folder / "host.pub").read_text(encoding="ascii")
        (self._folder / "known").write_text(f"[{ADDRESS}]:{self.port} {host_key}", encoding="ascii")
        options = {
            "Port": self.port,
            "ListenAddress": ADDRESS,
            "HostKey": self._folder / "host",
            "AuthorizedKeysFile": self._folder / "authorized",
            "AuthenticationMethods": "publickey",
            # The folder above is /tmp, which others may write to.
            "StrictModes": "no",
            "UsePAM": "no",
            "PidFile": "none",
            "PrintMotd": "no",
            "PrintLastLog": "no",
        }
        config = self._folder / "config"
        config.write_text("".join(f"{name} {value}\n" for name, value in options.items()), encoding="ascii")
        # sshd drops its privileges into this folder, which only its package's service would make.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [self._sshd, "-D", "-e", "-f", str(config)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        wait_until(self._listens_or_ended, what=lambda: f"sshd to listen: {self.log()}")
        if self._process.poll() is not None:
            assert "Address already in use" in self.log(), self.log()
            return False
        return True

    def _listens_or_ended(self) -> bool:
        assert self._process is not None
        return "Server listening" in self.log() or self._process.poll() is not None

    def _stop(self) -> None:
        if self._process is not None:
            # A session outlives the server that it came through.
            sessions = [process.pid for process in processes.descendants(self._process.pid)]
            self._process.terminate()
            self._process.wait()
            processes.end(*sessions, hard=True)
        shutil.rmtree(self._folder)

    def log(self) -> str:
        """Return what sshd has said so far."""
        return (self._folder / "log").read_text(encoding="utf-8", errors="replace")

    def command(self, user: OsUser, remote: Sequence[str] = (), *, terminal: bool = True) -> list[str]:
        """Return the ssh command line that logs in as USER and runs REMOTE there, or the login shell.

        TERMINAL asks for a terminal on the other side. REMOTE's words are joined by ssh and read by a shell.
        """
        options = {
            "IdentityFile": self._folder / "user",
            "IdentitiesOnly": "yes",
            "UserKnownHostsFile": self._folder / "known",
            "StrictHostKeyChecking": "yes",
            "BatchMode": "yes",
            "LogLevel": "ERROR",
        }
        return [
            *(self._ssh, "-F", os.devnull, "-p", str(self.port), "-tt" if terminal else "-T"),
            *(word for name, value in options.items() for word in ("-o", f"{name}={value}")),
            *(f"{user.name}@{ADDRESS}", *remote),
        ]

    def drop_line(self) -> None:
        """Cut every connection at once, as a lost network does: kill sshd's side of it, not what it started."""
        assert self._process is not None
        lines = [process.pid for process in processes.descendants(self._process.pid) if process.name == "sshd"]
        assert lines, f"nobody is connected: {self.log()}"
        processes.end(*lines, hard=True)
