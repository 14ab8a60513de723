"""Text from a vault, made harmless; shared by the application and the plain commands.

Text from a vault may hold escape sequences, C1 controls, bidirectional overrides or characters that nobody sees. They
are shown as visible symbols, one cell each. The editor keeps such characters in a reversible form (`editable`,
`written`): saving a note changes none of them.
"""

from __future__ import annotations

_JOINERS = {0x200C, 0x200D}
"""Zero-width joiners, which scripts and emoji are written with: they stay."""
_UNSEEN = [
    *range(0x20), 0x7F, *range(0x80, 0xA0), 0xAD, 0x61C, 0x180E,
    0x200B, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2060, 0x2070),
    0xFEFF, *range(0xFFF0, 0xFFFC), *range(0x1D173, 0x1D17B), 0xE0001, *range(0xE0020, 0xE0080),
]  # fmt: skip
_KEEP = {0x09, 0x0A}
"""Tab and line feed mean what they say in a text."""

_PRIVATE = 0x10F000
"""Where the editor keeps characters that must not reach the terminal: private use, one cell wide."""


def _symbol(code: int) -> str:
    """Return the visible symbol for an unsafe character: the control picture, else a lozenge."""
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\u25ca"


_VISIBLE = {code: _symbol(code) for code in _UNSEEN}
# Half of a pair that is no character: UTF-8 cannot say it
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_VISIBLE.update(_SURROGATES)
_EDITABLE = {code: chr(_PRIVATE + place) for place, code in enumerate(_UNSEEN) if code not in _KEEP}
_WRITTEN = {ord(private): chr(code) for code, private in _EDITABLE.items()}
_EDITABLE.update(_SURROGATES)
DRAWN = {**_VISIBLE, **{ord(private): _symbol(code) for code, private in _EDITABLE.items() if len(private) == 1}}

PLAIN = str.maketrans("✓✗›·•█░▄▀─│┌┐└┘├┤┬┴┼↑↓←→–", "+x>.*#.##-|+++++++++^v<>-")  # noqa: RUF001
"""Our symbols in ASCII, for terminals that have no others."""


def display_safe(text: str) -> str:
    """Return TEXT as one line that a terminal shows and never obeys; each unsafe character becomes one symbol."""
    return text if text.isascii() and text.isprintable() else text.translate(_VISIBLE)


def editable(text: str) -> str:
    """Return TEXT for an editor: line ends as line feeds, unsafe characters kept where they cannot act."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() and text.replace("\n", "").isprintable() else text.translate(_EDITABLE)


def written(text: str) -> str:
    """Return what the editor's text says, with the characters that `editable` put away."""
    return text if text.isascii() else text.translate(_WRITTEN)
