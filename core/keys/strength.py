"""How long a passphrase holds: zxcvbn's guesses, told in what they cost at this machine's Argon2id."""

from __future__ import annotations

import os
from dataclasses import dataclass

from vault_format.errors import WeakPassphrase
from vault_format.sealing import Entropy

_LONGEST = 72
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
    # what is longer is judged by its beginning: the estimate takes time that grows with the square of the length
    found = zxcvbn(passphrase[:_LONGEST], user_inputs=list(known), max_length=_LONGEST)
    power = float(found["guesses_log10"])
    word = next((word for most, word in _SCALE if 10**power < most), "strong")
    advice = found["feedback"]["warning"] or next(iter(found["feedback"]["suggestions"]), "")
    return Strength(power, word, str(advice).rstrip("."))


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
