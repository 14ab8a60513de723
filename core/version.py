"""Which version of the program this is; pyproject.toml takes it from here. Asking the installed package takes 0.1 s."""

from __future__ import annotations

VERSION = "0.1.0"


def version() -> str:
    """Return the version."""
    return VERSION
