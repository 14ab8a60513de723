"""A real rsyslogd in the foreground, with a configuration of its own, made for one test and gone with it."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.harness.tools import need_tool
from tests.harness.wait import wait_until

ADDRESS = "127.0.0.1"
_FIELDS = ("pri", "protocol-version", "timereported", "hostname", "app-name", "msgid", "structured-data", "msg")


def _free_port(kind: socket.SocketKind) -> int:
    with contextlib.closing(socket.socket(type=kind)) as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


class Rsyslogd:
    """rsyslogd on a unix socket, a UDP and a TCP port; a context manager. Skips the test where it is not installed."""

    def __init__(self) -> None:
        self._program = need_tool("rsyslogd", "rsyslog")
        self._folder = tempfile.TemporaryDirectory(prefix="rsyslogd-", dir="/tmp")
        self._process: subprocess.Popen[bytes] | None = None
        self._tcp, self._udp = _free_port(socket.SOCK_STREAM), _free_port(socket.SOCK_DGRAM)
        folder = Path(self._folder.name)
        self._got, self._log, self._socket = folder / "got", folder / "log", folder / "socket"
        said = " ".join(
            f'property(outname="{name}" name="{name}" format="jsonf") constant(value=",")' for name in _FIELDS
        ).removesuffix(' constant(value=",")')
        (folder / "config").write_text(
            f"""
            global(workDirectory="{folder}")
            module(load="imuxsock" SysSock.Use="off")
            module(load="imudp")
            module(load="imtcp")
            template(name="fields" type="list") {{ constant(value="{{") {said} constant(value="}}\\n") }}
            ruleset(name="all") {{ action(type="omfile" file="{self._got}" template="fields" asyncWriting="off") }}
            input(type="imuxsock" Socket="{self._socket}" UseSpecialParser="off" ParseHostname="on" ruleset="all")
            input(type="imudp" address="{ADDRESS}" port="{self._udp}" ruleset="all")
            input(type="imtcp" address="{ADDRESS}" port="{self._tcp}" ruleset="all")
            """
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self._folder.cleanup()

    def start(self) -> None:
        """Start it, and wait until it listens."""
        folder = Path(self._folder.name)
        self._socket.unlink(missing_ok=True)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [self._program, "-n", "-f", str(folder / "config"), "-i", str(folder / "pid")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        wait_until(self._listens, what=lambda: f"rsyslogd to listen: {self._log.read_text()}")

    def _listens(self) -> bool:
        if not self._socket.exists():
            return False
        with contextlib.suppress(OSError), socket.create_connection((ADDRESS, self._tcp), 1):
            return True
        return False

    def kill(self) -> None:
        """End it at once, as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def address(self, kind: str) -> str:
        """Return where it listens, as `watch --syslog` takes it; KIND is unix, udp or tcp."""
        return {
            "unix": f"unix:{self._socket}", "udp": f"udp:{ADDRESS}:{self._udp}", "tcp": f"tcp:{ADDRESS}:{self._tcp}",
        }[kind]  # fmt: skip

    def got(self) -> list[dict[str, Any]]:
        """Return the fields of every message that it took, in order, as it parsed them."""
        if not self._got.exists():
            return []
        return [json.loads(line) for line in self._got.read_text(encoding="utf-8").splitlines()]
