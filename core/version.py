"""Which version of the program this is."""

from __future__ import annotations

from importlib import metadata


def version() -> str:
    """Return the installed version, `0` where the program was not installed."""
    try:
        return metadata.version("tacenda")
    except metadata.PackageNotFoundError:
        return "0"
