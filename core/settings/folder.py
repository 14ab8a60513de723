"""Where this machine keeps what a person has chosen. Nothing about clients is kept there."""

from __future__ import annotations

import os
import sys

_NAME = "tacenda"


def config_folder() -> str:
    """Return the user's configuration folder for Tacenda; it is made, mode 0700, by whoever first writes into it."""
    if sys.platform != "linux":
        import platformdirs  # noqa: PLC0415  these systems' folders are its affair

        return platformdirs.user_config_dir(_NAME, appauthor=False)
    # what platformdirs says here, without its import
    base = os.environ.get("XDG_CONFIG_HOME", "").strip() or os.path.expanduser("~/.config")  # noqa: PTH111
    return f"{base}/{_NAME}"


def settings_file() -> str:
    """Return the path of the settings."""
    return os.path.join(config_folder(), "settings.toml")  # noqa: PTH118  no pathlib for a short command


def keymap_file() -> str:
    """Return the path of the person's own keys."""
    return os.path.join(config_folder(), "keymap.toml")  # noqa: PTH118


def templates_folder() -> str:
    """Return the folder of the person's own templates for notes."""
    return os.path.join(config_folder(), "templates")  # noqa: PTH118


def snippets_file() -> str:
    """Return the path of the texts that words expand to."""
    return os.path.join(config_folder(), "snippets.toml")  # noqa: PTH118
