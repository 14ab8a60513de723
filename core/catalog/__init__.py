"""What lists show: gathered from records while they are verified, decrypted once at unlock, kept in memory only."""

from __future__ import annotations

from core.catalog.appointments import AppointmentRow, overlapping
from core.catalog.catalog import Catalog, identity
from core.catalog.gather import Entry, Gathered
from core.catalog.rows import ClientRow, NoteRow, days_late, short_id

__all__ = [
    "AppointmentRow", "Catalog", "ClientRow", "Entry", "Gathered", "NoteRow", "days_late", "identity", "overlapping",
    "short_id",
]  # fmt: skip
