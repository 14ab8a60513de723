"""What the making of a kit says: what it is for, what is needed, what comes next."""

from __future__ import annotations

_WAY_BACK = (
    "A forgotten passphrase loses every note. A kit is the way back: a code on paper and the codes of a phone. Both "
    "are needed, each alone opens nothing, and no program can be made to skip one of them."
)
_NEEDED = (
    "Paper and a pen, or a printer you trust. A phone with an authenticator, any that shows six digits for 30 seconds. "
    "Five minutes, and nobody looking on."
)
_REHEARSE = (
    "A drill, today and then every {days} days: it tells whether both halves still fit. After a recovery the kit is "
    "used up, and a new one is due."
)
WHY = (
    "* What it is for",
    _WAY_BACK,
    "* What you need now",
    _NEEDED,
    "* What it does not do",
    "It is no backup of the file, and it does not help whoever has neither half. Keep the two apart.",
)
ANEW = "The kit you have is void from then on, also in old copies of this paper. Your keys change with it."
SHOWN = "Write these four lines on paper, or press x for a page to print. They are shown this once."
DONE = (
    "* The kit counts",
    "The paper: in a sealed envelope, in a safe place away from this machine and away from the phone.",
    "The phone: the entry {label} in its authenticator. If the phone goes, make a new kit.",
    "* What comes next",
    _REHEARSE,
)
