"""When things were done: by weekday and hour, and openings and failures week by week. No key is needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from core import moments
from core.audit.trail import QUARTER_MS, Trail, outcome_words
from vault_format.codes import Action

WEEKS = 520
"""Of a longer life the last ten years are counted by weeks."""


@dataclass(frozen=True, slots=True)
class Week:
    """One week: its Monday, how many records in all, how many openings of entries, how many failures."""

    monday: date
    records: int
    reads: int
    failures: int


@dataclass(frozen=True, slots=True)
class Activity:
    """`hours[weekday][hour]` counts records, Monday first; `weeks` from the oldest to the newest, none left out."""

    hours: tuple[tuple[int, ...], ...]
    weeks: tuple[Week, ...]


def activity(trail: Trail, zone: tzinfo | None = None, only: Sequence[int] | None = None) -> Activity:
    """Count the records of TRAIL in ZONE (None: this machine's); ONLY those with these numbers if some are given."""
    columns = trail.columns
    shapes = list(columns.shapes)
    reads = {number for number, shape in enumerate(shapes) if shape.action == Action.READ}
    failed = {number for number, shape in enumerate(shapes) if outcome_words(shape)[1]}
    times, codes = columns.times, columns.codes
    counted = zip(times, codes, strict=False) if only is None else ((times[seq], codes[seq]) for seq in only)
    pairs = Counter((time // QUARTER_MS, code) for time, code in counted)
    hours = [[0] * 24 for _ in range(7)]
    weeks: dict[date, list[int]] = {}
    places: dict[int, tuple[int, int, date]] = {}
    for (quarter, code), count in pairs.items():
        place = places.get(quarter)
        if place is None:
            at = moments.moment(quarter * QUARTER_MS, zone)
            place = places[quarter] = (at.weekday(), at.hour, at.date() - timedelta(days=at.weekday()))
        weekday, hour, monday = place
        hours[weekday][hour] += count
        week = weeks.setdefault(monday, [0, 0, 0])
        week[0] += count
        week[1] += count * (code in reads)
        week[2] += count * (code in failed)
    return Activity(tuple(tuple(row) for row in hours), _in_a_row(weeks))


def _in_a_row(weeks: dict[date, list[int]]) -> tuple[Week, ...]:
    """Return every week from the first to the last; those without a record, too."""
    if not weeks:
        return ()
    last = max(weeks)
    monday = max(min(weeks), last - timedelta(weeks=min(WEEKS, (last - date.min).days // 7)))
    found = []
    for _ in range((last - monday).days // 7 + 1):
        found.append(Week(monday, *weeks.get(monday, (0, 0, 0))))
        if monday < last:
            monday += timedelta(weeks=1)
    return tuple(found)
