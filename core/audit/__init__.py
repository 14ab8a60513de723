"""The audit trail as people read it: rows over columns, and a page for one record. No key is needed."""

from __future__ import annotations

from core.audit.asking import Asked, asked
from core.audit.columns import Columns
from core.audit.page import RecordPage, record_page
from core.audit.shown import Run, Shown
from core.audit.trail import Filter, Trail, TrailRow

__all__ = [
    "Asked", "Columns", "Filter", "RecordPage", "Run", "Shown", "Trail", "TrailRow", "asked", "record_page",
]  # fmt: skip
