"""What differs between two texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.writing.differences import Change, differences

LINES = st.lists(st.sampled_from(["", "a b", "a c", "## Plan", "slept well"]), max_size=12)


def test_equal_texts_differ_in_nothing() -> None:
    assert differences("a\nb", "a\nb") == []
    assert differences("", "") == []


def test_a_changed_line_shows_its_changed_words() -> None:
    gone, come = differences("March 2025 it was", "March 2026 it was")
    assert (gone.change, come.change) == (Change.GONE, Change.NEW)
    assert gone.pieces == (("March ", False), ("2025", True), (" it was", False))
    assert [text for text, differs in come.pieces if differs] == ["2026"]


def test_equal_lines_far_from_a_change_are_left_out_and_counted() -> None:
    old = [f"line {number}" for number in range(20)]
    new = [*old[:10], "one more", *old[10:]]
    found = differences("\n".join(old), "\n".join(new), around=2)
    assert [line.text for line in found] == ["line 8", "line 9", "one more", "line 10", "line 11"]
    assert found[0].skipped == 8
    assert [line.number for line in found] == [9, 10, 11, 12, 13]


@given(LINES, LINES)
def test_each_text_can_be_told_from_the_difference(old: list[str], new: list[str]) -> None:
    before, after = "\n".join(old), "\n".join(new)
    found = differences(before, after, around=100)
    if before.splitlines() == after.splitlines():
        assert found == []
        return
    assert [line.text for line in found if line.change is not Change.NEW] == before.splitlines()
    assert [line.text for line in found if line.change is not Change.GONE] == after.splitlines()


def test_long_texts_that_share_nothing_are_compared_at_once() -> None:
    old = "\n".join(f"old {number}" for number in range(30_000))
    new = "\n".join(f"new {number}" for number in range(29_000))
    found = differences(old, new)
    assert sum(line.change is Change.GONE for line in found) == 30_000
    assert sum(line.change is Change.NEW for line in found) == 29_000
