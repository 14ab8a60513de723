"""What a test needs of the machine, and the skip that names it where it is missing."""

from __future__ import annotations

import os
import shutil

import pytest

# Where Debian keeps what only administrators run; an ordinary PATH may lack it.
ADMINISTRATION = "/usr/local/sbin:/usr/sbin:/sbin"


def need_tool(name: str, package: str | None = None) -> str:
    """Return the path of the program NAME; skip the test where it is not installed."""
    path = shutil.which(name) or shutil.which(name, path=ADMINISTRATION)
    if path is None:
        pytest.skip(f"{name} is not installed (Debian: apt install {package or name})")
    return path


def need_root(purpose: str) -> None:
    """Skip the test unless it runs as root."""
    if os.geteuid() != 0:
        pytest.skip(f"{purpose} needs root")
