"""Damaged ciphertext is listed while all else is open."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.session import NoteDraft
from tests.core.practice import add_to
from tests.tui.conftest import Fill, open_session
from tests.tui.trail.test_broken import mended
from tests.tui.walking import see, unlock, until
from tui.application import Tacenda
from tui.screens.damage.damaged import Damaged
from tui.screens.trail.audit import AuditPage
from tui.screens.trail.record import RecordView
from vault_format import machine
from vault_format.codes import LockReason
from vault_format.ledger import Ledger
from vault_format.verification.verify import verify


def damage(path: str, sequence: int) -> None:
    """Change one byte of the body in a record, as a disk does."""
    ledger = Ledger(path, machine.now_ms)
    record = ledger.record(sequence)
    end = ledger.offsets[sequence] + record.header.total
    ledger.close()
    raw = bytearray(Path(path).read_bytes())
    raw[end - record.rows[-1].length + 40] ^= 1
    Path(path).write_bytes(raw)


def cut_short(path: str) -> None:
    """Take the end of the last record away, as a power cut does."""
    Path(path).write_bytes(Path(path).read_bytes()[:-20])


async def test_what_is_damaged_is_listed_while_unlocked(vault: str, fill: Fill) -> None:
    note, other = fill(NoteDraft(0, "one", date="2026-11-20"), NoteDraft(0, "two", date="2026-11-21"))
    session = open_session(vault)
    sequence = session.revisions(note)[0].sequence
    session.lock(LockReason.PERSON)
    damage(vault, sequence)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await see(pilot, "1 damaged entry stays closed")
        await unlock(pilot)
        await pilot.press("4")
        await see(pilot, "Enter on this row lists them")
        assert isinstance(app.screen, AuditPage)
        assert app.screen.focused is app.screen.records
        await pilot.press("up", "enter")
        screen = await see(pilot, "OTTER progress 2026-11-20")
        assert f"record {sequence:,}" in screen
        assert "2026-11-21" not in screen
        assert isinstance(app.screen, Damaged)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RecordView))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(app.screen, AuditPage))
        await pilot.press("down")
        assert app.screen.focused is app.screen.records
        assert app.session is not None
        assert app.session.read_note(other).text == "two"


async def test_a_whole_vault_has_no_such_row(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "one", date="2026-11-20"))
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("4")
        screen = await see(pilot, "WHOLE")
        assert "stays closed" not in screen
        assert not app.screen.query_one("#damage").display


async def test_a_note_says_which_of_its_additions_stay_closed(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, "the original", date="2026-11-20"), sign=True)
    session = open_session(vault)
    add_to(session, note, "a whole addition")
    damaged = add_to(session, note, "a damaged addition")
    sequence = session.revisions(damaged)[0].sequence
    session.lock(LockReason.PERSON)
    damage(vault, sequence)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2", "enter")
        await see(pilot, "✓ signed, 2")
        await pilot.press("enter")
        screen = await see(pilot, "is damaged and stays closed")
        assert "! what was added on 2026-11-24 is damaged" in screen
        assert "the original" in screen
        assert "a whole addition" in screen
        assert "a damaged addition" not in screen


async def test_one_wrong_byte_of_a_text_is_mended_in_a_copy(vault: str, fill: Fill, tmp_path: Path) -> None:
    (note,) = fill(NoteDraft(0, "one", date="2026-11-20"))
    session = open_session(vault)
    sequence = session.revisions(note)[0].sequence
    session.lock(LockReason.PERSON)
    damage(vault, sequence)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("4", "exclamation_mark")
        await see(pilot, "m mends it, in a copy")
        await pilot.press("m")
        await see(pilot, "the part table names this hash")
        assert not mended(tmp_path)
        await pilot.press("m")
        await see(pilot, "Mended and whole")
    (copy,) = mended(tmp_path)
    session = open_session(str(copy))
    assert session.read_note(note).text == "one"


async def test_the_door_says_that_the_last_record_was_cut_short(
    vault: str, fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(NoteDraft(0, "one", date="2026-11-20"))
    # to a machine that saw the record whole, a file without it is an alarm
    monkeypatch.setenv("TACENDA_STATE", str(tmp_path / "another machine"))
    cut_short(vault)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        screen = await see(pilot, "cut short")
        assert "set aside at the next unlock" in " ".join(screen.split())
        await unlock(pilot)
        await see(pilot, "OTTER")
    assert verify(vault, machine.now_ms()).intact
    assert [row.date for row in open_session(vault).catalog.notes()] == ["2026-11-20"]
