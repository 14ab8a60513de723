"""How long a passphrase holds: zxcvbn's guesses, told in what they cost at this machine's Argon2id."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass

from vault_format.crypto.sealing import Entropy
from vault_format.errors import WeakPassphrase

_LONGEST, _LEAST = 72, 24
"""Characters of a passphrase that are judged; how many where each symbol can stand for several letters."""
_STANDS_FOR = {
    "a": "4@", "b": "8", "c": "({[<", "e": "3", "g": "69", "i": "1!|", "l": "1|7", "o": "0", "s": "$5", "t": "+7",
    "x": "%", "z": "2",
}  # fmt: skip
"""Symbols that zxcvbn reads as letters: it tries every way to read those that a passphrase has."""
_WAYS = 8
"""So many ways are tried over the whole length; more of them take a shorter one, for they multiply."""
_SCALE = ((1e9, "too short to hold"), (1e12, "weak"), (1e15, "fair"), (1e18, "good"))
WORDS = 6


@dataclass(frozen=True, slots=True)
class Strength:
    """`guesses` as a power of ten, a word for it, and what would make it better (may be empty)."""

    guesses: float
    word: str
    advice: str

    @property
    def enough(self) -> bool:
        """Whether it may guard a vault whose file somebody copied: a million million guesses and more."""
        return self.guesses >= 12


def strength(passphrase: str, known: tuple[str, ...] = ()) -> Strength:
    """Return how hard PASSPHRASE is to guess; KNOWN are words that a thief would try first (names, the practice)."""
    from zxcvbn import zxcvbn  # noqa: PLC0415  its word lists take 30 ms, and most commands need none

    if not passphrase:
        return Strength(0.0, "empty", "")
    found = zxcvbn(_beginning(passphrase), user_inputs=list(known), max_length=_LONGEST)
    power = float(found["guesses_log10"])
    word = next((word for most, word in _SCALE if 10**power < most), "strong")
    advice = found["feedback"]["warning"] or next(iter(found["feedback"]["suggestions"]), "")
    return Strength(power, word, str(advice).rstrip("."))


def _beginning(passphrase: str) -> str:
    """Return what of PASSPHRASE is judged. Time grows with the square of its length, times the ways to read it."""
    text = passphrase[:_LONGEST]
    ways = math.prod(max(1, sum(symbol in text for symbol in symbols)) for symbols in _STANDS_FOR.values())
    return text[: max(_LEAST, min(_LONGEST, int(_LONGEST * math.sqrt(_WAYS / ways))))]


def require_strong(passphrase: str, known: tuple[str, ...] = (), *, safe: str) -> None:
    """Refuse a passphrase that would not guard a copied file. Raises WeakPassphrase, which says what is SAFE."""
    found = strength(passphrase, known)
    if not found.enough:
        raise WeakPassphrase(
            f"This passphrase is {found.word}.", safe=safe,
            todo=f"{found.advice or 'Use more words'}; or take the one that is offered.",
        )  # fmt: skip


def suggestion(entropy: Entropy = os.urandom) -> str:
    """Return a passphrase of six words drawn at random from 1,024: 60 bits."""
    from shamir_mnemonic.wordlist import WORDLIST  # noqa: PLC0415  loaded when somebody asks for it

    number = int.from_bytes(entropy(8), "big")
    return " ".join(WORDLIST[number >> 10 * at & 1023] for at in range(WORDS))
