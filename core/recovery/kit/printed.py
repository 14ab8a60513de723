"""The printed code: 160 random bits in four lines that are checked one by one, for people who copy by hand.

A line is `1  K7QM 3XWD  P4`: its number, eight characters of data, two to check. Letters that look like others are not
among them, and are read as what they look like. The check is a weighted sum modulo a prime: it finds every single wrong
character, every two that changed places, and a line in another line's place.
"""

from __future__ import annotations

from collections.abc import Sequence

from vault_format.errors import UsageError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U."""
LINES, DATA, CHECK = 4, 8, 2
SIZE = LINES * DATA * 5 // 8
_PRIME = 1_021
_LOOKS_LIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
_WEIGHTS = (1, 3, 9, 27, 81, 243, 729, 145)


class WrongLine(UsageError):
    """A line of the printed code cannot be right; `line` counts from 1."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"Line {line} {what}.", safe="Nothing was tried.", todo=f"Compare line {line} with the paper.")
        self.line = line


def _check_of(number: int, values: Sequence[int]) -> int:
    """Return the check of line NUMBER (from 1): a sum in which each place has a weight of its own."""
    total = number * 435 + sum(weight * value for weight, value in zip(_WEIGHTS, values, strict=True))
    return total % _PRIME


def lines_of(code: bytes) -> list[str]:
    """Return the four lines of CODE (20 bytes), as they are printed: data and check, without the line's number."""
    number = int.from_bytes(code, "big")
    symbols = [number >> 5 * at & 31 for at in reversed(range(LINES * DATA))]
    found = []
    for line in range(LINES):
        values = symbols[line * DATA : (line + 1) * DATA]
        check = _check_of(line + 1, values)
        text = "".join(ALPHABET[value] for value in values)
        found.append(f"{text[:4]} {text[4:]}  {ALPHABET[check >> 5]}{ALPHABET[check & 31]}")
    return found


def read_line(number: int, text: str) -> list[int]:
    """Return the eight values of line NUMBER (from 1) as it was typed. Raises WrongLine."""
    typed = "".join(text.upper().replace("-", " ").split()).translate(_LOOKS_LIKE)
    for character in typed:
        if character not in ALPHABET:
            raise WrongLine(number, f"holds {character!r}, which no line does")
    if len(typed) != DATA + CHECK:
        raise WrongLine(number, f"has {len(typed)} characters; a line has {DATA + CHECK}")
    values = [ALPHABET.index(character) for character in typed]
    if _check_of(number, values[:DATA]) != values[DATA] << 5 | values[DATA + 1]:
        raise WrongLine(number, "has a wrong character, or two that changed places")
    return values[:DATA]


def read_code(lines: Sequence[str]) -> bytes:
    """Return the code (20 bytes) of the four LINES as they were typed. Raises WrongLine, or UsageError for others."""
    if len(lines) != LINES:
        raise UsageError(f"The printed code has {LINES} lines; these are {len(lines)}.", safe="Nothing was tried.")
    number = 0
    for at, line in enumerate(lines, 1):
        for value in read_line(at, line):
            number = number << 5 | value
    return number.to_bytes(SIZE, "big")
