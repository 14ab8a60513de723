"""What the terminal can do beyond what every one can, by its entry in terminfo."""

from __future__ import annotations

from dataclasses import dataclass

_SEQUENCES = {
    "hpa": b"G", "vpa": b"d", "ech": b"X", "ich": b"@", "dch": b"P", "il": b"L", "dl": b"M", "csr": b"r",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Abilities:
    """BCE: what is erased takes the pen's background. The rest are control sequences of ECMA-48 that it knows.

    HPA and VPA are moves to a column or a row, ECH erases characters, SHIFTS inserts and deletes characters,
    SCROLLS inserts and deletes lines within margins. ENCODING is what text is sent in.
    """

    bce: bool = False
    hpa: bool = False
    vpa: bool = False
    ech: bool = False
    shifts: bool = False
    scrolls: bool = False
    encoding: str = "utf-8"

    def can_send(self, text: str) -> bool:
        """Whether the encoding has every character of TEXT."""
        if text.isascii():
            return True
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True


ALL = Abilities(bce=True, hpa=True, vpa=True, ech=True, shifts=True, scrolls=True)
"""What xterm and those like it can do."""


def of_terminal(name: str, fileno: int, encoding: str) -> Abilities:
    """Return what the terminal called NAME (the variable TERM) can do; nothing special if that is not known."""
    try:
        import curses  # noqa: PLC0415  not in every Python

        curses.setupterm(name or "dumb", fileno)
    except (ImportError, Exception):  # noqa: BLE001  curses.error is no name where there is no curses
        return Abilities(encoding=encoding)
    known = {what for what, end in _SEQUENCES.items() if (curses.tigetstr(what) or b"").endswith(end)}
    return Abilities(
        bce=curses.tigetflag("bce") == 1,
        hpa="hpa" in known,
        vpa="vpa" in known,
        ech="ech" in known,
        shifts={"ich", "dch"} <= known,
        scrolls={"il", "dl", "csr"} <= known,
        encoding=encoding,
    )
