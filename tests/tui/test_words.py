from __future__ import annotations

import pytest
from rich.cells import cell_len

from tui import words
from tui.keys import keymap
from tui.widgets.note_text import count_words, empty_sections


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1002", "10:02"), ("10:02", "10:02"), ("10.02", "10:02"), ("930", "09:30"), ("9:05", "09:05"), ("late", "late"),
     ("2561", "2561"), ("", "")],
)  # fmt: skip
def test_times_as_typed(typed: str, kept: str) -> None:
    assert words.typed_time(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1201", "2026-12-01"), ("12-01", "2026-12-01"), ("2026-12-01", "2026-12-01"), ("20261201", "2026-12-01"),
     ("soon", "soon"), ("", ""), ("1340", "1340")],
)  # fmt: skip
def test_dates_as_typed(typed: str, kept: str) -> None:
    assert words.typed_date(typed, "2026-11-24") == kept


def test_ages_and_lengths() -> None:
    assert words.age("2026-11-23", "2026-11-24") == "1 day"
    assert words.age("2026-11-24", "2026-11-24") == "today"
    assert words.age("", "2026-11-24") == ""
    assert words.lasting("10:02", "10:55") == "53 min"
    assert words.lasting("23:30", "00:20") == "50 min"
    assert words.lasting("", "10:00") == ""


@pytest.mark.parametrize("width", [8, 20, 80])
def test_wrapping_keeps_every_word_and_the_width(width: int) -> None:
    text = "Slept six hours on five nights of seven. " + "a" * 50 + " 日本語の文章はここにある end"
    rows = list(words.wrap(text, width))
    assert all(cell_len(row) <= width for row in rows)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")


def test_words_and_empty_sections() -> None:
    text = "## Subjective\none two\n\n## Plan\n\n"
    assert count_words(text) == 2
    assert empty_sections(text) == ["Plan"]


# what a person learns once: letters with one meaning on every page; all others are the page's own, in its last row
RESERVED = "neasurxivdJKjkgG"
SAME = {"edit": "edit", "reschedule": "edit", "sign_now": "sign"}


def test_letters_mean_the_same_everywhere() -> None:
    """A letter that everybody knows from one page never does something else on another."""
    meanings: dict[str, set[str]] = {}
    for act in keymap.ACTS:
        for key in act.keys:
            if key in RESERVED and act.where not in {"leaving", "broken", "conflict", "discard", "mend"}:
                meanings.setdefault(key, set()).add(SAME.get(act.name, act.name))
    assert {key: names for key, names in meanings.items() if len(names) > 1} == {}


def test_no_page_has_a_letter_twice() -> None:
    for where in {act.where for act in keymap.ACTS}:
        letters = [key for act in keymap.ACTS if act.where == where for key in act.keys if len(key) == 1]
        assert len(letters) == len(set(letters)), where


def test_keys_as_people_write_them() -> None:
    keys = ("ctrl+l", "f5", "escape", "n", "question_mark")
    assert [keymap.key_word(key) for key in keys] == ["^L", "F5", "Esc", "n", "?"]
