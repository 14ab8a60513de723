"""Where alerts go: lines of JSON, a syslog (RFC 5424), a command that is given each on its standard input."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import subprocess
from collections.abc import Callable, Sequence
from typing import Protocol

from core.alerts import Severity
from core.audit.export import ALERT, NOTICE, WARNING, Source, moment, syslog_line
from core.watching.watcher import Told
from vault_format.errors import Unavailable, UsageError

_SEVERITY = {Severity.NOTE: NOTICE, Severity.LOW: WARNING, Severity.HIGH: 3, Severity.CRITICAL: ALERT}
_COMMAND_SECONDS = 30
_CONNECT_SECONDS = 5.0
Address = tuple[str, str, int]


class Sink(Protocol):
    """Somewhere that alerts go."""

    def send(self, told: Told) -> None:
        """Send one. Raises Unavailable if it cannot be handed over."""
        ...

    def close(self) -> None:
        """Give up. May be called again."""
        ...


def as_json(told: Told) -> str:
    """Return an alert as one line of JSON; bytes of a path that are no UTF-8 stand as escapes."""
    alert = told.alert
    line = json.dumps(
        {
            "path": told.path, "vault": told.vault, "time": moment(alert.time), "rule": alert.rule.name.lower(),
            "severity": alert.severity.name.lower(), "member": told.member, "records": list(alert.records),
            "words": alert.words, "detail": told.detail,
        },
        ensure_ascii=False,
    )  # fmt: skip
    return _in_utf_8(line)


def _in_utf_8(text: str) -> str:
    """Return TEXT with escapes, as JSON has them, for what stands for bytes of a path that are no UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()


class JsonSink:
    """Lines of JSON to WRITE, which takes a line without its end."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def send(self, told: Told) -> None:
        """Write one line."""
        self._write(as_json(told))

    def close(self) -> None:
        """Nothing to give up."""


def syslog_address(text: str) -> Address:
    """Return (kind, host or path, port) of `unix:/dev/log`, `udp:host[:514]` or `tcp:host[:601]`. Raises UsageError."""
    kind, _, rest = text.partition(":")
    if kind == "unix" and rest:
        return kind, rest, 0
    match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]\s]+)(?::([0-9]{1,5}))?", rest)
    port = int(match[2] or {"udp": 514, "tcp": 601}.get(kind, 0)) if match else 0
    if kind not in ("udp", "tcp") or match is None or not 0 < port < 65_536:
        raise UsageError(f"{text} is no syslog.", todo="Write it as unix:/dev/log, udp:HOST:514 or tcp:HOST:601.")
    return kind, match[1].strip("[]"), port


class SyslogSink:
    """Messages of RFC 5424 to ADDRESS; over TCP with octet counting (RFC 6587, section 3.4.1).

    A connection that was lost is made anew once for each message. The protocol has no receipts: what a service that
    dies had not read, or what UDP drops, nobody is told of.
    """

    def __init__(self, address: Address, host: str) -> None:
        self._address, self._host = address, host
        self._socket: socket.socket | None = None

    def send(self, told: Told) -> None:
        """Send one message. Raises Unavailable."""
        alert = told.alert
        params: dict[str, object] = {
            "vault": told.vault, "path": _in_utf_8(told.path), "rule": alert.rule.name.lower(), "member": told.member,
            "records": ",".join(map(str, alert.records)),
        }  # fmt: skip
        words = _in_utf_8(f"{alert.words}: {told.detail}" if told.detail else alert.words)
        line = syslog_line(
            Source(told.vault, self._host), alert.time, _SEVERITY[alert.severity], alert.rule.name.lower(), params,
            words,
        )  # fmt: skip
        data = line.encode()
        if self._address[0] == "tcp":
            data = b"%d %s" % (len(data), data)
        for attempt in (1, 2):
            try:
                self._connected().sendall(data)
            except OSError as error:
                self.close()
                if attempt == 2:
                    raise Unavailable(
                        f"The syslog at {':'.join(map(str, self._address[:2]))} takes nothing: "
                        f"{error.strerror or error}.",
                        safe="The alert stands on standard output.", todo="Check the address and the service.",
                    ) from None  # fmt: skip
            else:
                return

    def _connected(self) -> socket.socket:
        if self._socket is not None and self._address[0] == "tcp" and _ended(self._socket):
            # what is written to a connection that the other side has closed is taken by the system, and lost
            self.close()
        if self._socket is None:
            kind, where, port = self._address
            if kind == "unix":
                self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                # a service that does not read must not hold the watch up
                self._socket.settimeout(_CONNECT_SECONDS)
                self._socket.connect(where)
            elif kind == "udp":
                family, how, _, _, to = socket.getaddrinfo(where, port, type=socket.SOCK_DGRAM)[0]
                self._socket = socket.socket(family, how)
                self._socket.connect(to)
            else:
                self._socket = socket.create_connection((where, port), _CONNECT_SECONDS)
        return self._socket

    def close(self) -> None:
        """Give up the connection. May be called again."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.close()
            self._socket = None


def _ended(connection: socket.socket) -> bool:
    """Whether the other side has closed CONNECTION; a syslog says nothing else on it."""
    connection.setblocking(False)
    try:
        return not connection.recv(1)
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        connection.settimeout(_CONNECT_SECONDS)


class CommandSink:
    """Runs COMMAND for each alert, without a shell, with the line of JSON on its standard input."""

    def __init__(self, command: Sequence[str]) -> None:
        if not command:
            raise UsageError("There is no command.", todo="Name the program, then its arguments.")
        self._command = list(command)

    def send(self, told: Told) -> None:
        """Run it. Raises Unavailable if it cannot be run, fails, or takes longer than half a minute."""
        try:
            done = subprocess.run(
                self._command, input=f"{as_json(told)}\n".encode(), timeout=_COMMAND_SECONDS, check=False,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unavailable(f"The command {self._command[0]} could not be run: {error}.") from None
        if done.returncode:
            raise Unavailable(f"The command {self._command[0]} failed with status {done.returncode}.")

    def close(self) -> None:
        """Nothing to give up."""
