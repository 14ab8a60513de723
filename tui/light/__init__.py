"""Few bytes for each key: the driver that sends only the cells that changed."""

from __future__ import annotations

import os

from textual.driver import Driver

SWITCH = "TACENDA_LIGHT"
"""Set to 0, everything that Textual draws is sent as it draws it."""


def driver_class(*, light: bool = True) -> type[Driver]:
    """Return the driver for this terminal. LIGHT is what was chosen on this machine; the environment outweighs it."""
    if (os.environ.get(SWITCH) or "01"[light]) == "0":
        from tui.terminal.driver import TerminalDriver  # noqa: PLC0415  not there on every system

        return TerminalDriver
    from tui.light.driver import LightDriver  # noqa: PLC0415

    return LightDriver
