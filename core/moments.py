"""Times of records as dates: whatever a record says, there is a moment that can be shown.

A record may claim any time up to 2^53 - 1 ms, hundreds of thousands of years ahead; calendars end with the year 9999.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LAST_MS = 253_402_128_000_000
"""The last moment that is shown, in UTC ms: two days before the calendar ends, so that every zone has it."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(milliseconds: int, zone: tzinfo | None = UTC) -> datetime:
    """Return the moment in ZONE (None: this machine's); what lies outside the calendar, at its end."""
    # added up, for what converts from a timestamp objects to years that the system's own clock does not know
    found = _EPOCH + timedelta(milliseconds=min(max(0, milliseconds), LAST_MS))
    try:
        return found.astimezone(zone)
    except (OverflowError, ValueError, OSError):
        return found


def zone_of(name: str) -> tzinfo:
    """Return the time zone called NAME, UTC if this machine knows none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
