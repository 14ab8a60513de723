"""Where this machine keeps what is not in the vault: pins, counters, draft journals; nothing in it is in clear."""

from __future__ import annotations

import os
import sys

_NAME = "tacenda"


def state_folder() -> str:
    """Return the user's state folder for Tacenda; it is made, mode 0700, by whoever first writes into it."""
    named = os.environ.get("TACENDA_STATE")
    if named:
        return named
    if sys.platform != "linux":
        import platformdirs  # noqa: PLC0415  these systems' folders are its affair

        return platformdirs.user_state_dir(_NAME, appauthor=False)
    # what platformdirs says here, whose import alone would be a fifth of a short command (pathlib's a twentieth)
    base = os.environ.get("XDG_STATE_HOME", "").strip() or os.path.expanduser("~/.local/state")  # noqa: PTH111
    return f"{base}/{_NAME}"
