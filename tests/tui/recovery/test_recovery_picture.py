"""The kit's QR code, as it really stands on a terminal: painted cell by cell, and read by another program."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.core.recovery.test_recovery_kit import QUARTER
from tests.harness.pty_terminal import PtyTerminal
from tests.harness.tools import need_tool
from tests.harness.wait import wait_until
from tests.tui.walking import PASSPHRASE, ROOT
from tui.terminal.qr import half_blocks, swapped

_NAMED = {"black": 0, "white": 229, "brightblack": 127, "brightwhite": 255}
_WIDE, _HIGH = 6, 12
"""Pixels of a cell."""


def command(path: str, theme: str) -> list[str]:
    """Return the application with its clock in the middle of a quarter of an hour."""
    ahead = (400_000 - time.time_ns() // 1_000_000) % QUARTER
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "import vault_format.machine as machine\n"
        f"now = machine.now_ms\nmachine.now_ms = lambda: now() + {ahead}\n"
        "from core.keys.passphrase import FLOOR\nfrom tui.app import run\nfrom tui.terminal import environment\n"
        "environment.scrub()\nimport tui.look as look\n"
        f"look.usual_theme = lambda: {theme!r}\nlook.theme_for = lambda *_: {theme!r}\n"
        f"sys.exit(run({path!r}, cost=FLOOR))"
    )
    return [sys.executable, "-c", code]


def grey(color: str, *, default: int) -> int:
    if color == "default":
        return default
    if color in _NAMED:
        return _NAMED[color]
    if not re.fullmatch("[0-9a-f]{6}", color):
        return 127  # a colour of the page, nowhere near the code
    red, green, blue = (int(color[at : at + 2], 16) for at in (0, 2, 4))
    return (red * 3 + green * 6 + blue) // 10


def picture(there: PtyTerminal, *, dark: bool) -> bytes:
    """Paint the terminal's screen as a grey PGM; DARK says what the terminal's own colours are."""
    screen = there._screen._screen
    paper, ink = (18, 220) if dark else (250, 30)
    rows = []
    for y in range(screen.lines):
        upper, lower = bytearray(), bytearray()
        for x in range(screen.columns):
            cell = screen.buffer[y][x]
            fore, back = grey(cell.fg, default=ink), grey(cell.bg, default=paper)
            if cell.reverse:
                fore, back = back, fore
            top = fore if cell.data in "█▀" else back
            bottom = fore if cell.data in "█▄" else back
            upper += bytes([top]) * _WIDE
            lower += bytes([bottom]) * _WIDE
        rows += [bytes(upper)] * (_HIGH // 2) + [bytes(lower)] * (_HIGH // 2)
    head = f"P5 {screen.columns * _WIDE} {screen.lines * _HIGH} 255\n".encode()
    return head + b"".join(rows)


def read(image: bytes, folder: Path) -> str:
    """Return what zbarimg reads in IMAGE, an empty text for nothing."""
    file = folder / "screen.pgm"
    file.write_bytes(image)
    done = subprocess.run(
        [need_tool("zbarimg", "zbar-tools"), "--nodbus", "--raw", "-q", str(file)], capture_output=True, check=False
    )
    return done.stdout.decode().strip()


@pytest.mark.parametrize(
    ("theme", "dark", "env", "size"),
    [
        ("dark", True, {"COLORTERM": "truecolor"}, (80, 24)), ("light", False, {"COLORTERM": "truecolor"}, (80, 24)),
        ("dark", True, {"COLORTERM": "", "TERM": "xterm-256color"}, (80, 24)),
        ("ansi", False, {"COLORTERM": ""}, (60, 24)), ("ansi", True, {"TERM": "xterm"}, (80, 24)),
        ("contrast", True, {"COLORTERM": "truecolor"}, (120, 40)), ("nocolor", True, {"NO_COLOR": "1"}, (80, 24)),
        ("nocolor", False, {"NO_COLOR": "1"}, (80, 24)),
    ],
)  # fmt: skip
def test_phones_read_the_code_off_the_screen(
    vault: str, tmp_path: Path, theme: str, dark: bool, env: dict[str, str], size: tuple[int, int]
) -> None:
    columns, rows = size
    with PtyTerminal(command(vault, theme), columns=columns, rows=rows, env=env, cwd=ROOT) as there:
        there.wait_for("Passphrase")
        there.send(PASSPHRASE + "\r")
        there.wait_for("Add your first client")
        there.send("5")
        there.wait_for("Recovery")
        there.wait_for("none")
        _to_recovery(there)
        there.wait_for("if you lose")
        there.send("\r")
        there.wait_for("step 1 of 4")
        there.send("\r")
        there.wait_for("step 2 of 4")
        lines = re.findall(r" \d {4}([0-9A-Z]{4} [0-9A-Z]{4}  [0-9A-Z]{2})", there.screen())
        there.send("\r")
        there.wait_for("typed back")
        for line in lines:
            there.send(line + "\r")
        there.wait_for("step 3 of 4")
        there.wait_for("This machine's clock")
        there.wait_for(re.compile("Kind"))
        there.wait_for("swap")
        screen = there.screen()
        if env.get("NO_COLOR") and not dark:
            # a terminal of dark on light, that is given no colours: the person swaps
            assert not read(picture(there, dark=dark), tmp_path)
            there.send("\x1b[18~")
        said = wait_until(lambda: drawn(there, tmp_path, dark=dark), 20.0, lambda: f"a code on\n{there.screen()}")
        label, secret = re.search(r"Tacenda-[0-9a-f]{4}", screen), re.findall(r"(?<![-\w])[A-Z2-7]{4}\b", screen)
        assert label is not None
        assert said == f"otpauth://totp/{label.group()}?secret={''.join(secret)}"


def drawn(there: PtyTerminal, folder: Path, *, dark: bool) -> str:
    """Take in what the terminal was sent meanwhile, and return what stands there as a code."""
    there.wait_for("step 3 of 4")
    return read(picture(there, dark=dark), folder)


def _to_recovery(there: PtyTerminal) -> None:
    """Move the cursor to the row of recovery and open it."""
    for _ in range(12):
        row = next((row for row in there.screen().splitlines() if row.startswith("\u203a")), "")
        if "Recovery" in row:
            break
        there.send("j")
        there.wait_for(re.compile("^\u203a(?!" + re.escape(row[1:].rstrip()) + ")", re.MULTILINE))
    there.send("\r")


def test_a_code_is_swapped_and_swapped_back() -> None:
    rows = half_blocks("otpauth://totp/Tacenda-7f3a?secret=" + "A" * 32)
    assert (len(rows), len(rows[0])) == (21, 41)
    assert swapped(rows) != rows
    assert swapped(swapped(rows)) == rows
