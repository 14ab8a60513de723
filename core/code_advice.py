"""What a client's code must not be: initials, a date of birth, a telephone number. A warning; the person decides.

Codes stand on lists that somebody may see over a shoulder, so they are to tell nothing about the person.
"""

from __future__ import annotations

import re
from datetime import date

from core.names import fold

_FORMS = (("Y", "M", "D"), ("D", "M", "Y"), ("M", "D", "Y"))
_DATE = re.compile(r"(\d{1,4})[-./ ](\d{1,2})[-./ ](\d{1,4})")
_PHONE = re.compile(r"\+?[\d ()/.-]+")
_LEAST_DIGITS, _MOST_DIGITS = 7, 15
"""Of a telephone number: without an area code, and by ITU-T E.164."""
_OLDEST = 1900
_SHORTEST_NAME = 3


def advise(code: str, name: str = "", born: str = "") -> str:
    """Return what CODE looks like and must not be, as a sentence; empty if nothing.

    NAME and BORN are what is known of the client, if anything is.
    """
    text = code.strip()
    if _is_birth_date(text, born):
        return "This looks like a date of birth."
    if _is_phone(text):
        return "This looks like a telephone number."
    if _is_initials(text, name):
        return "This looks like initials."
    if _is_of_name(text, name):
        return "This is a part of the name."
    return ""


def _is_initials(code: str, name: str) -> bool:
    letters = [character for character in code if character.isalpha()]
    rest = {character for character in code if not character.isalpha()}
    if not letters or rest - set(". -'"):
        return False
    own = [word[0] for word in re.split(r"[\s.'-]+", name) if word and word[0].isalpha()]
    if len(own) > 1 and sorted(map(fold, letters)) == sorted(map(fold, own)):
        return True
    return len(letters) <= 3 and (len(letters) < 3 or code == code.upper())


def _is_of_name(code: str, name: str) -> bool:
    parts = {fold(word) for word in re.split(r"[\s.,'-]+", name) if len(word) >= _SHORTEST_NAME}
    said = {fold(word) for word in re.split(r"[\s.,'_-]+", code)}
    return bool(parts & said)


def _is_phone(code: str) -> bool:
    digits = sum(character.isdigit() for character in code)
    return bool(_PHONE.fullmatch(code)) and _LEAST_DIGITS <= digits <= _MOST_DIGITS


def _is_birth_date(code: str, born: str) -> bool:
    digits = "".join(character for character in code if character in "0123456789")
    known = "".join(character for character in born if character in "0123456789")
    if len(known) >= 4 and known in digits:
        return True
    separated = _DATE.fullmatch(code)
    if separated is not None:
        return any(_is_day(dict(zip(form, separated.groups(), strict=True))) for form in _FORMS)
    if digits != code or len(digits) not in (6, 8):
        return False
    long = 4 if len(digits) == 8 else 2
    cuts = ((long, 2, 2), (2, 2, long), (2, 2, long))
    return any(
        _is_day(dict(zip(form, _cut(digits, sizes), strict=True))) for form, sizes in zip(_FORMS, cuts, strict=True)
    )


def _cut(digits: str, sizes: tuple[int, ...]) -> list[str]:
    found, at = [], 0
    for size in sizes:
        found.append(digits[at : at + size])
        at += size
    return found


def _is_day(parts: dict[str, str]) -> bool:
    year, month, day = parts["Y"], int(parts["M"]), int(parts["D"])
    if len(year) not in (2, 4):
        return False
    try:
        # of two digits any century will do; 2000 knows a 29th of February
        found = date(int(year) if len(year) == 4 else 2000 + int(year) % 4, month, day)
    except ValueError:
        return False
    return len(year) == 2 or _OLDEST <= found.year <= date.today().year  # noqa: DTZ011  a year is enough
