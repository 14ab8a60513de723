"""What measurements rest on: the names of vaults that are kept, and a week of the year that bench/year.py plays."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bench.author import stamp
from bench.year import DAYS_A_WEEK, SESSIONS_A_DAY, grow
from vault_format import public
from vault_format.codes import Action
from vault_format.encoding import Shape


def test_a_vault_of_another_format_is_not_taken_for_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    before = stamp()
    assert stamp() == before != stamp(Path(__file__))
    shape = msgspec.defstruct("Policy", [("zone", str)], bases=(Shape,))
    monkeypatch.setitem(public.SHAPES, Action.POLICY, shape)
    assert stamp() != before


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
