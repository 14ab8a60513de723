"""A week of the year that bench/year.py measures: what drafts leave in the file, and what compaction leaves of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.year import DAYS_A_WEEK, SESSIONS_A_DAY, grow


@pytest.mark.slow
def test_of_drafts_only_headers_are_left_after_compaction(tmp_path: Path) -> None:
    week = grow(tmp_path, weeks=1)
    assert week.notes == DAYS_A_WEEK * SESSIONS_A_DAY
    assert sum(week.before.values()) < week.grown
    saves = week.before["earlier saves of drafts"]
    left = week.after["earlier saves of drafts"]
    assert 0 < left < saves / 3
    assert week.after["notes as they stand"] == week.before["notes as they stand"]
    assert week.compacted < week.grown
    assert week.drafts_left < 0.15
