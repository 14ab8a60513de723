"""The table of keys, by what the pages are about; `keymap.py` says what becomes of it."""

from __future__ import annotations

from tui.keytable import around, keeping, practice, trail, writing
from tui.keytable.everywhere import ANYWHERE, BOXES, LISTS, PLACES

ACTS = (
    *practice.ACTS, *writing.ACTS, *around.ACTS, *trail.ACTS, *keeping.ACTS, *BOXES, *PLACES, *LISTS, *ANYWHERE,
)  # fmt: skip
