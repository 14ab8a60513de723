"""The service unit for systemd that `tacenda watch --unit` prints."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

_PLAIN = re.compile(r"[A-Za-z0-9_@+=:,./-]+")


def quoted(word: str) -> str:
    """Return WORD as one argument of ExecStart (systemd.service(5), "Command lines"), whatever stands in it."""
    if not _PLAIN.fullmatch(word):
        # bytes that are no UTF-8, and what would end the line, as the escapes that systemd knows
        raw = "".join(
            f"\\x{ord(each) & 0xFF:02x}" if "\udc80" <= each <= "\udcff" or each < " " or each == "\x7f" else each
            for each in word.replace("\\", "\\\\").replace('"', '\\"')
        )
        word = f'"{raw}"'
    return word.replace("%", "%%").replace("$", "$$")


def unit_for(vaults: tuple[str, ...], *, as_json: bool, syslog: str | None, command: str | None) -> str:
    """Return a unit that watches VAULTS with the same options."""
    installed = shutil.which("tacenda")
    words = [str(Path(installed).absolute())] if installed else [sys.executable, "-m", "tui.cli"]
    paths = [str(Path(vault).absolute()) for vault in vaults]
    words += ["watch", *paths]
    words += ["--json"] if as_json else []
    words += ["--syslog", syslog] if syslog else []
    words += ["--run", command] if command else []
    line = " ".join(quoted(word) for word in words)
    # a service with a /tmp of its own does not see the other
    seen = [path.startswith(("/tmp/", "/var/tmp/")) for path in (*paths, (syslog or "").removeprefix("unix:"))]  # noqa: S108
    private = "" if any(seen) else "PrivateTmp=yes\n"
    return (
        "[Unit]\nDescription=Tacenda: watch vaults for what somebody should look at\n\n"
        f"[Service]\nExecStart={line}\nRestart=on-failure\nRestartSec=30\nNoNewPrivileges=yes\n{private}"
        "ProtectSystem=strict\nStateDirectory=tacenda\nEnvironment=TACENDA_STATE=%S/tacenda\n\n"
        "[Install]\nWantedBy=default.target\n"
    )
