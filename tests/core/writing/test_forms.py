"""Forms: headings, what is empty, minutes and codes."""

from __future__ import annotations

import pytest

from core.indexes import FORMS
from core.writing.forms import SECTIONS, empty_sections, minutes_between, sections, skeleton, suggest_service


def test_every_form_has_its_headings() -> None:
    assert set(SECTIONS) == set(FORMS)


def test_a_new_note_begins_with_its_headings_all_empty() -> None:
    text = skeleton("soap")
    assert [heading for heading, _ in sections(text)] == ["Subjective", "Objective", "Assessment", "Plan"]
    assert empty_sections("soap", text) == ["Subjective", "Objective", "Assessment", "Plan"]
    assert skeleton("free") == ""


def test_what_is_written_under_a_heading_belongs_to_it() -> None:
    text = "before\n## Data\none\n\ntwo\n## Plan\n"
    assert sections(text) == [("Data", "one\n\ntwo"), ("Plan", "")]
    assert empty_sections("dap", text) == ["Assessment", "Plan"]


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [("10:02", "10:55", 53), ("23:50", "00:20", 30), ("", "10:00", None), ("10:00", "", None), ("x", "10:00", None)],
)
def test_minutes(start: str, end: str, minutes: int | None) -> None:
    assert minutes_between(start, end) == minutes


@pytest.mark.parametrize(
    ("minutes", "code"),
    [(None, ""), (15, ""), (16, "90832"), (37, "90832"), (38, "90834"), (52, "90834"), (53, "90837"), (90, "90837")],
)
def test_codes(minutes: int | None, code: str) -> None:
    assert suggest_service(minutes) == code
