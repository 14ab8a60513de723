from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.widgets import Input

from core.session import NoteDraft
from tests.harness.tools import need_tool
from tests.tui.conftest import CHEAP, Fill
from tests.tui.walking import PASSPHRASE, screen_text, see, unlock, until
from tui.application import Tacenda
from tui.screens.damage import mending
from tui.screens.damage.broken import Broken
from vault_format import machine
from vault_format.frames import layout
from vault_format.ledger import Ledger
from vault_format.verification.findings import Finding


def flip(path: Path, place: int) -> bytes:
    """Change one bit of a file; return what stands there now."""
    raw = bytearray(path.read_bytes())
    raw[place] ^= 1
    path.write_bytes(raw)
    return bytes(raw)


def read(path: str) -> bytes:
    return Path(path).read_bytes()


def kept(folder: Path) -> tuple[bytes, int]:
    """Return the copy that was kept, and its mode."""
    (copy,) = folder.glob("*.evidence")
    return copy.read_bytes(), copy.stat().st_mode & 0o777


def mended(folder: Path) -> list[Path]:
    """Return the mended copies."""
    return list(folder.glob("practice.mended-*.tacenda"))


async def test_a_broken_chain_takes_the_place_of_the_door(vault: str, fill: Fill, tmp_path: Path) -> None:
    fill(NoteDraft(0, "text", date="2026-11-20"))
    raw = flip(Path(vault), -10)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        screen = await see(pilot, "To do")
        assert "✗ BROKEN" in screen
        await pilot.press("k")
        await see(pilot, "Kept:")
        assert kept(tmp_path) == (raw, 0o400)
        await pilot.press("x")
        await see(pilot, "Written:")
        await pilot.press("b")
        await see(pilot, "tacenda verify COPY-1")
        await pilot.press("escape")
        await see(pilot, "To do")
        await pilot.press("escape")
        await see(pilot, "Record When")
    assert read(vault) == raw


def take_out(vault: str, sequence: int) -> str:
    """Take a record out; return the hash of the one before it, in hex."""
    ledger = Ledger(vault, machine.now_ms)
    at = list(ledger.offsets)
    ledger.close()
    raw = read(vault)
    Path(vault).write_bytes(raw[: at[sequence]] + raw[at[sequence + 1] :])
    return layout.record_hash(raw[at[sequence - 1] :]).hex()


def findings(folder: Path) -> str:
    """Return what was written out."""
    (written,) = folder.glob("*.finding.txt")
    return written.read_text()


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 40)])
async def test_what_stands_there_is_shown_beside_what_was_expected(
    vault: str, fill: Fill, tmp_path: Path, size: tuple[int, int]
) -> None:  # fmt: skip
    fill(NoteDraft(0, "text", date="2026-11-20"))
    head = take_out(vault, 3)
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        screen = await see(pilot, "record 4 says it follows")
        assert f"{head[:4]} {head[4:8]} {head[8:12]} {head[12:16]} ..." in screen
        assert "not a bad disk" in " ".join(screen.split())
        if size[1] > 20:
            assert "c  Carry on" in screen
        await pilot.press("x")
        await see(pilot, "Written:")
    assert head in findings(tmp_path)


async def test_one_wrong_byte_is_mended_in_a_copy_once_that_was_asked(
    vault: str, fill: Fill, tmp_path: Path
) -> None:  # fmt: skip
    fill(NoteDraft(0, "words that were written", date="2026-11-20"))
    ledger = Ledger(vault, machine.now_ms)
    place = ledger.offsets[2] + 100
    ledger.close()
    raw = flip(Path(vault), place)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        screen = await see(pilot, "Mend it in a copy")
        assert "✗ BROKEN" in screen
        assert "open the copy" not in screen
        await pilot.press("m")
        wrong, right = raw[place], raw[place] ^ 1
        await see(pilot, f"byte at {place:,}: {wrong:02x} becomes {right:02x}")
        await pilot.press("escape")
        assert not mended(tmp_path)
        await pilot.press("m")
        await see(pilot, "names this hash")
        await pilot.press("m")
        await see(pilot, "Mended and whole")
        assert read(vault) == raw
        (copy,) = mended(tmp_path)
        assert copy.stat().st_mode & 0o777 == 0o600
        await pilot.press("o")
        await see(pilot, "✓ whole")
        assert app.path == str(copy)
        await unlock(pilot)
        await see(pilot, "go on with it")


async def test_where_no_hash_proves_a_repair_there_is_no_key_for_it(vault: str, fill: Fill, tmp_path: Path) -> None:
    fill(NoteDraft(0, "text", date="2026-11-20"))
    flip(Path(vault), -10)
    flip(Path(vault), -100)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await see(pilot, "To do")
        await app.workers.wait_for_complete()
        await pilot.press("m", "o")
        assert "Mend" not in screen_text(app)
        assert isinstance(app.screen, Broken)
        assert not mended(tmp_path)


async def test_a_search_for_a_repair_ends_with_the_page(
    vault: str, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    fill(NoteDraft(0, "text", date="2026-11-20"))
    flip(Path(vault), -10)
    ended = threading.Event()

    def long_search(path: str, finding: Finding, cancelled: Callable[[], bool]) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            if cancelled():
                ended.set()
                return
            os.sched_yield()

    monkeypatch.setattr(mending, "propose", long_search)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await see(pilot, "To do")
        assert isinstance(app.screen, Broken)
        await pilot.press("escape")
    assert ended.wait(20)


async def test_a_full_disk_leaves_no_half_copy(
    vault: str, fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    fill(NoteDraft(0, "text", date="2026-11-20"))
    ledger = Ledger(vault, machine.now_ms)
    place = ledger.offsets[2] + 100
    ledger.close()
    flip(Path(vault), place)
    # a disk that takes the copy and fails to keep it
    monkeypatch.setattr(machine, "sync_data", no_space)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await see(pilot, "Mend it in a copy")
        await pilot.press("m")
        await see(pilot, "names this hash")
        await pilot.press("m")
        await see(pilot, "The copy could not be written: no space left on device")
    assert not mended(tmp_path)


def no_space(descriptor: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


async def test_what_is_no_vault_says_so(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear otter")
    app = Tacenda(str(path))
    async with app.run_test() as pilot:
        screen = await see(pilot, "Another vault")
        await until(pilot, lambda: "vault" in screen_text(app).split("\n")[-2])
        assert "Traceback" not in screen
        await pilot.press("down", "down", "enter")
        await see(pilot, "Which vault?")
        await pilot.press("escape")


async def test_a_broken_vault_is_carried_on_in_a_new_file(vault: str, fill: Fill, tmp_path: Path) -> None:
    fill(NoteDraft(0, "words before the break", date="2026-11-20"))
    raw = flip(Path(vault), -100)
    app = Tacenda(vault, cost=CHEAP)
    async with app.run_test() as pilot:
        await see(pilot, "To do")
        await pilot.press("c")
        await see(pilot, "What will happen")
        app.screen.query_one("#focus", Input).value = PASSPHRASE
        await pilot.press("ctrl+s")
        await see(pilot, "^S opens it")
        assert read(vault) == raw
        await pilot.press("ctrl+s")
        await unlock(pilot)
        await see(pilot, "go on with it")
        assert app.session is not None
        (row,) = app.session.catalog.notes()
        assert app.session.read_note(row.id).text == "words before the break"
    assert str(tmp_path) in str(app.path)


async def test_a_file_that_cannot_be_written_can_be_checked(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "text", date="2026-11-20"))
    with read_only(Path(vault)):
        app = Tacenda(vault)
        async with app.run_test() as pilot:
            await see(pilot, "This file cannot be written here")
            assert not app.screen.query_one("#passphrase-row").display
            await pilot.press("down", "enter")
            await see(pilot, "✓ WHOLE")
            await pilot.press("enter")
            await see(pilot, "✓ holds")


@contextlib.contextmanager
def read_only(path: Path) -> Iterator[None]:
    """Make PATH and its folder such that not even root writes there."""
    chattr = need_tool("chattr", "e2fsprogs")
    files = [str(each) for each in path.parent.glob(path.name + "*")]
    done = subprocess.run([chattr, "+i", *files], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("this file system has no immutable files")
    try:
        yield
    finally:
        subprocess.run([chattr, "-i", *files], check=True)
