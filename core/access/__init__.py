"""Who holds which key, given by whom, and what they did lately: the access sheet. It needs no key."""

from __future__ import annotations

from core.access.rows import AccessRow, Custody, Given, access_sheet

__all__ = ["AccessRow", "Custody", "Given", "access_sheet"]
