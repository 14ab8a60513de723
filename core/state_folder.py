"""Where this machine keeps what is not in the vault: pins, counters, draft journals; nothing in it is in clear."""

from __future__ import annotations

import os

import platformdirs


def state_folder() -> str:
    """Return the user's state folder for Tacenda; it is made, mode 0700, by whoever first writes into it."""
    return os.environ.get("TACENDA_STATE") or platformdirs.user_state_dir("tacenda", appauthor=False)
