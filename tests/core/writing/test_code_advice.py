"""A code that tells who somebody is, is warned of; a word that tells nothing is not."""

from __future__ import annotations

import string
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.code_advice import advise

WORDS = ("OTTER", "MAPLE", "heron", "CEDAR-2", "wren 14", "LYNX", "oak-group", "4711-owl", "c-0042", "elm")


@pytest.mark.parametrize("code", WORDS)
def test_words_that_tell_nothing_pass(code: str) -> None:
    assert advise(code) == ""
    assert advise(code, "a person", "1990-04-12") == ""


@pytest.mark.parametrize("code", ["A", "ab", "A.B.", "A. B.", "ABC", "a-b"])
def test_initials(code: str) -> None:
    assert "initials" in advise(code)


@given(st.lists(st.text(string.ascii_letters, min_size=2, max_size=9), min_size=2, max_size=5))
def test_initials_of_the_name_in_any_order(words: list[str]) -> None:
    code = "".join(word[0] for word in words).upper()
    assert "initials" in advise(code, " ".join(words))
    assert "initials" in advise(code[::-1], " ".join(words))


@given(st.dates(date(1900, 1, 1), date(2025, 12, 31)), st.sampled_from(
    ["{0:%Y-%m-%d}", "{0:%d.%m.%Y}", "{0:%m/%d/%Y}", "{0:%Y%m%d}", "{0:%d%m%Y}", "{0:%m%d%Y}", "{0:%y%m%d}",
     "{0:%d%m%y}", "{0:%m/%d/%y}", "{0.day}.{0.month}.{0.year}"]
))  # fmt: skip
def test_every_way_to_write_a_birthday(day: date, form: str) -> None:
    assert "date of birth" in advise(form.format(day))


@given(st.dates(date(1900, 1, 1), date(2025, 12, 31)))
def test_the_year_of_birth_that_is_known(day: date) -> None:
    assert "date of birth" in advise(f"OTTER{day.year:04}", born=f"{day.year:04}")


@given(st.text(string.digits, min_size=9, max_size=15), st.sampled_from(["", "+"]))
def test_telephone_numbers(digits: str, sign: str) -> None:
    assert "telephone" in advise(sign + digits)
    assert "telephone" in advise(f"{sign}{digits[:3]} {digits[3:6]}-{digits[6:]}")


@given(st.text(string.ascii_letters, min_size=3, max_size=12))
def test_a_part_of_the_name(word: str) -> None:
    assume(len(word) > 3)
    assert advise(word.upper(), f"somebody {word}")


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=12))
def test_any_text_is_answered(code: str, name: str, born: str) -> None:
    assert isinstance(advise(code, name, born), str)
