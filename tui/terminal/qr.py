"""A QR code as rows of half blocks: always explicit black on white, whatever the terminal's colours are."""

from __future__ import annotations

from tui.terminal import environment

QUIET = 4
"""Light modules round the code, which readers need."""
_BLOCKS = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
"""Drawn in white on black: a block is a pair of light modules, upper and lower."""


def half_blocks(text: str, quiet: int = QUIET) -> list[str]:
    """Return TEXT as a QR code of level L, two rows of modules in each row of cells; drawn white on black."""
    import segno  # noqa: PLC0415  loaded where a code is shown

    code = segno.make(text, error="l", boost_error=False, micro=False)
    dark = [[bool(module) for module in row] for row in code.matrix_iter(border=quiet)]
    if len(dark) % 2:
        dark.append([False] * len(dark[0]))
    return [
        "".join(_BLOCKS[upper, lower] for upper, lower in zip(one, two, strict=True))
        for one, two in zip(dark[::2], dark[1::2], strict=True)
    ]  # fmt: skip


def swapped(rows: list[str]) -> list[str]:
    """Return ROWS drawn the other way round: for a terminal whose own two colours are dark on light."""
    return [row.translate(str.maketrans("█▀▄ ", " ▄▀█")) for row in rows]


def painted(rows: list[str]) -> list[str]:
    """Return ROWS with the sequences that make them white on black; as they are where no colour is wanted."""
    if environment.no_color():
        return rows
    return [f"\x1b[38;5;231;48;5;16m{row}\x1b[0m" for row in rows]
