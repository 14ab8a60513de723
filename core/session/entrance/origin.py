"""Where a session comes from; sealed in its unlock record, so only auditors and owners can open it."""

from __future__ import annotations

import os
import socket
import sys

from core.details import Origin
from core.version import version

_LIMIT = 256


def _login() -> str:
    try:
        return os.getlogin()
    except OSError:
        return os.environ.get("USER") or os.environ.get("USERNAME") or str(getattr(os, "getuid", lambda: "")())


def _terminal() -> str:
    for stream in (0, 1, 2):
        try:
            return os.ttyname(stream)
        except (OSError, AttributeError):
            continue
    return ""


def current_origin() -> Origin:
    """Return this process's origin: machine, OS login, terminal, SSH client address, program and Python version."""
    client = os.environ.get("SSH_CONNECTION") or os.environ.get("SSH_CLIENT") or ""
    agent = f"tacenda {version()}, Python {sys.version_info.major}.{sys.version_info.minor}, {sys.platform}"
    return Origin(
        host=socket.gethostname()[:_LIMIT], login=_login()[:_LIMIT], terminal=_terminal()[:_LIMIT],
        client=client[:_LIMIT], agent=agent[:_LIMIT],
    )  # fmt: skip
