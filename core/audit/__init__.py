"""The audit trail as people read it: rows over columns, and a page for one record. No key is needed."""

from __future__ import annotations

from core.audit.columns import Columns
from core.audit.page import RecordPage, record_page
from core.audit.trail import Filter, Trail, TrailRow

__all__ = ["Columns", "Filter", "RecordPage", "Trail", "TrailRow", "record_page"]
