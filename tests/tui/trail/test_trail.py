"""The trail as a person uses it: filters, runs, records, files, alerts, the day's review, checkpoints, charts."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.acts.trail import unlock_failed
from core.alerts import Rule
from core.alerts.feed import Feed
from core.audit.activity import Activity, Week
from core.audit.export import Source
from core.audit.keeping import write_trail
from core.audit.trail import Trail
from core.session import Door, NoteDraft, draft_of
from core.trust.checkpoint import parse
from tests.tui.conftest import Fill, open_session
from tests.tui.walking import MEMBER, PASSPHRASE, screen_text, see, type_text, unlock, until
from tui.application import Tacenda
from tui.screens.damage.broken import Broken
from tui.screens.trail.activity import activity_lines
from tui.screens.trail.alerts import AlertsPage
from tui.screens.trail.audit import AuditPage
from tui.screens.trail.checkpoint import CheckpointPage
from tui.screens.trail.record import RecordView
from tui.screens.trail.review import ReviewPage
from tui.widgets.fields import Field
from tui.widgets.rows import Rows
from vault_format import machine
from vault_format.codes import LockReason
from vault_format.frames import layout
from vault_format.ledger import Ledger

SIZES = [(80, 24), (60, 20), (120, 40)]


def fail_unlocks(vault: str, times: int) -> None:
    """Let somebody unknown miss the passphrase, seconds ago."""
    ledger = Ledger(vault, machine.now_ms)
    for _ in range(times):
        ledger.append(lambda: [unlock_failed(1)], None)
    ledger.close()


def revise(vault: str, note: int, times: int) -> None:
    """Save a draft again and again."""
    session = open_session(vault)
    draft = draft_of(session.read_note(note))
    for number in range(1, times + 1):
        session.save_note(replace(draft, text=f"wording {number}"), note, number)
    session.lock(LockReason.PERSON)


def change_a_byte(vault: str, sequence: int) -> None:
    """Change a byte in a record's header."""
    door = Door(vault)
    door.wait()
    at = door.opened.ledger.offsets[sequence] + 60
    door.close()
    raw = bytearray(Path(vault).read_bytes())
    raw[at] ^= 1
    Path(vault).write_bytes(raw)


def enter_later(app: Tacenda, vault: str) -> None:
    """Unlock minutes later: the pause after failures is not what is tried here."""
    app.door = None
    app.unlocked(Door(vault, clock=lambda: machine.now_ms() + 240_000).unlock(MEMBER, PASSPHRASE))


async def audit(pilot: Pilot[int]) -> AuditPage:
    """Go to the trail; return its page once rows stand there."""
    app = pilot.app
    await pilot.press("4")
    await until(pilot, lambda: isinstance(app.screen, AuditPage) and app.screen.is_mounted and app.screen.here >= 0)
    assert isinstance(app.screen, AuditPage)
    return app.screen


@pytest.mark.parametrize("size", SIZES)
async def test_runs_of_drafts_stand_in_one_row_and_unfold(vault: str, fill: Fill, size: tuple[int, int]) -> None:
    (note,) = fill(NoteDraft(0, "first wording", title="draft"))
    revise(vault, note, 4)
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await unlock(pilot)
        page = await audit(pilot)
        screen = await see(pilot, "note saved x4")
        assert "✓ WHOLE" in screen
        rows = page.records
        at = next(row for row in range(len(rows.source)) if rows.source.run(row).count == 4)  # type: ignore[attr-defined]
        count = len(rows.source)
        rows.move_to(at)
        newest = page.here
        await pilot.press("enter")
        await until(pilot, lambda: len(rows.source) == count + 3)
        assert page.here == newest
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RecordView))
        assert f"record {newest}" in await see(pilot, "says it follows")


async def test_a_filter_is_typed_shown_and_cleared_by_one_key(vault: str, fill: Fill, tmp_path: Path) -> None:
    fill(NoteDraft(0, "text", title="one"))
    fail_unlocks(vault, 2)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await see(pilot, "Passphrase")
        enter_later(app, vault)
        page = await audit(pilot)
        every = len(page.records.source)
        await pilot.press("slash")
        await see(pilot, "Show these records only")
        for _ in range(5):
            await pilot.press("enter")
        await type_text(pilot, "maybe")
        await pilot.press("ctrl+s")
        assert "Write failed or done." in await see(pilot, "says nothing here")
        app.screen.query(Field)[5].set("failed")
        await pilot.press("ctrl+s")
        screen = await see(pilot, "Only result failed")
        assert f"2 of {every:,}" in screen
        assert "w shows all" in screen
        assert len(page.records.source) == 2
        await pilot.press("x")
        await see(pilot, "Nobody but you may read")
        target = tmp_path / "failures.csv"
        app.screen.query_one("#focus", Field).set(str(target))
        await pilot.press("shift+tab", "right", "tab", "enter")
        await see(pilot, "Only you can read it")
        assert target.stat().st_mode & 0o777 == 0o600
        assert target.read_text().splitlines()[0].startswith("vault,seq,time")
        assert len(target.read_text().splitlines()) == 3
        await pilot.press("w")
        await until(pilot, lambda: len(page.records.source) >= every)
        assert "Only" not in screen_text(app)
        await pilot.press("number_sign", "0", "enter")
        await until(pilot, lambda: page.here == 0)
        await pilot.press("f")
        await until(pilot, lambda: page.found is not None and page.found.trail.row(page.here).failed)


async def test_the_record_under_the_cursor_stands_beside_the_list_where_there_is_room(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "text", title="one"))
    app = Tacenda(vault)
    async with app.run_test(size=(120, 40)) as pilot:
        await unlock(pilot)
        page = await audit(pilot)
        await see(pilot, f"Record {page.here}")
        await pilot.press("down", "down")
        screen = await see(pilot, f"Record {page.here}")
        assert "✓ it holds" in screen
        page.go(0)
        await until(pilot, lambda: screen_text(app).count("vault made") == 2)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: screen_text(app).count("vault made") == 1)
        await pilot.press("ctrl+l")
        await see(pilot, "Passphrase")


async def test_a_record_says_where_a_session_came_from_to_an_owner(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "text", title="one"))
    app = Tacenda(vault)
    async with app.run_test(size=(80, 40)) as pilot:
        await unlock(pilot)
        page = await audit(pilot)
        assert page.found is not None
        last = max(seq for seq in range(len(page.found.columns)) if page.found.trail.row(seq).what == "unlock")
        page.go(last)
        await pilot.press("enter")
        screen = await see(pilot, "Program")
        assert "it does" in screen
        assert "holds" in screen
        assert app.session is not None
        record = app.session.vault.ledger.record(last)
        every = "".join(screen.split())
        assert f"session{record.header.session:016x}" in every
        assert f"follows{record.header.prev.hex()}" in every
        assert layout.record_hash(record.header.pack() + record.signature).hex() in every
        assert record.signature.hex() in every
        await pilot.press("o")
        await see(pilot, "Only the same session")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, RecordView))


async def test_without_a_passphrase_what_is_sealed_stays_sealed(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "text", title="one"))
    app = Tacenda(vault)
    async with app.run_test(size=(80, 40)) as pilot:
        await see(pilot, "Passphrase")
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, AuditPage) and app.screen.is_mounted and app.screen.here >= 0)
        page = app.screen
        assert isinstance(page, AuditPage)
        assert page.found is not None
        page.go(max(seq for seq in range(len(page.found.columns)) if page.found.trail.row(seq).what == "unlock"))
        await pilot.press("enter")
        await see(pilot, "encrypted: opens for an auditor or an owner")
        await pilot.press("escape", "A")
        await until(pilot, lambda: isinstance(app.screen, AlertsPage))
        await see(pilot, "Nothing stands here")


async def test_a_burst_is_recorded_once_told_and_answered(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "text", title="one"))
    fail_unlocks(vault, 5)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await see(pilot, "Passphrase")
        enter_later(app, vault)
        await see(pilot, "Alert, critical")
        await until(pilot, lambda: app.alerting.unanswered == 2)
        await pilot.press("1")
        await see(pilot, "2 alerts not answered")
        await audit(pilot)
        await see(pilot, "A lists them")
        await pilot.press("A")
        screen = await see(pilot, "2 not answered")
        assert "critical" in screen
        assert "several failed unlocks" in screen
        await pilot.press("enter")
        await see(pilot, "Only an unlock right after several failures")
        await pilot.press("escape", "w", "enter")
        await see(pilot, "Answered: record")
        await until(pilot, lambda: app.alerting.unanswered == 1)
        assert "answered by owner" in await see(pilot, "1 not answered")
        count = len(app.alerting.standing)
        app.alerting.look(now=True)
        await until(pilot, lambda: not app.alerting._looking)
        assert len(app.alerting.standing) == count == 2


async def test_a_day_is_looked_through_and_signed_off(vault: str, fill: Fill, tmp_path: Path) -> None:
    fill(NoteDraft(0, "text", title="one"))
    app = Tacenda(vault)
    async with app.run_test(size=(80, 40)) as pilot:
        await unlock(pilot)
        await audit(pilot)
        await pilot.press("d")
        screen = await see(pilot, "Who did what, how often")
        assert isinstance(app.screen, ReviewPage)
        assert "client saved 1" in screen
        await pilot.press("x")
        await see(pilot, "Write this review")
        target = tmp_path / "review.md"
        app.screen.query_one("#focus", Field).set(str(target))
        await pilot.press("enter")
        await see(pilot, "Written")
        assert target.read_text().startswith("# Review of")
        await pilot.press("s")
        await see(pilot, "Sign off")
        await pilot.press("enter")
        await see(pilot, "Signed off: record")
        await pilot.press("J")
        await see(pilot, "Nothing happened that day")
        assert "sign off" not in screen_text(app).splitlines()[-1]
        await pilot.press("escape")
        await see(pilot, "day reviewed")


async def test_days_that_wait_are_signed_off_together_and_the_reminder_goes(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "text", title="one"))
    later = 16 * 86_400_000
    app = Tacenda(vault)
    async with app.run_test(size=(80, 40)) as pilot:
        await see(pilot, "Passphrase")
        app.door = None
        app.unlocked(Door(vault, clock=lambda: machine.now_ms() + later).unlock(MEMBER, PASSPHRASE))
        await audit(pilot)
        await pilot.press("A")
        await see(pilot, "the trail should have")
        page = app.screen
        assert isinstance(page, AlertsPage)
        page.query_one(Rows).move_to(
            next(at for at, item in enumerate(page.query_one(Rows).source.items) if item.rule == Rule.REVIEW_OVERDUE)  # type: ignore[attr-defined]
        )
        await pilot.press("enter")
        screen = await see(pilot, "Who did what, how often")
        assert "review of" in screen
        assert "client saved 1" in screen
        await pilot.press("escape")
        await see(pilot, "0 not answered")
        await pilot.press("w", "down", "enter")
        await see(pilot, "Answered: record")
        assert "answered by owner" in await see(pilot, "✓")
        await pilot.press("enter")
        await see(pilot, "Who did what, how often")
        await pilot.press("s", "enter")
        await see(pilot, "Signed off: record")
        session = app.session
        assert session is not None
        waits = Feed().refresh(session.vault)
        assert Rule.REVIEW_OVERDUE not in {alert.rule for alert in waits}


async def test_a_checkpoint_is_made_and_kept(vault: str, fill: Fill, tmp_path: Path) -> None:
    fill(NoteDraft(0, "text", title="one"))
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await audit(pilot)
        await pilot.press("p")
        await see(pilot, "None was made yet")
        assert isinstance(app.screen, CheckpointPage)
        await pilot.press("n")
        await see(pilot, "Made and recorded")
        await pilot.press("x")
        await see(pilot, "Write the checkpoint")
        target = tmp_path / "kept.checkpoint"
        app.screen.query_one("#focus", Field).set(str(target))
        await pilot.press("enter")
        await see(pilot, "Written")
        made = parse(target.read_text())
        assert made.size > 3
        await pilot.press("escape")
        assert "was seen here 20" in await see(pilot, "Checkpoint 20")


@pytest.mark.parametrize("size", SIZES)
async def test_charts_are_drawn_in_any_width(vault: str, fill: Fill, size: tuple[int, int]) -> None:
    fill(NoteDraft(0, "text", title="one"))
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await unlock(pilot)
        await audit(pilot)
        await pilot.press("h")
        screen = await see(pilot, "By hour and weekday")
        assert "Sun" in screen
        assert all(len(row) <= size[0] for row in screen.splitlines())


def test_charts_are_ascii_where_they_must_be() -> None:
    weeks = (Week(date(2026, 11, 2), 40, 30, 0), Week(date(2026, 11, 9), 0, 0, 0), Week(date(2026, 11, 16), 9, 1, 7))
    hours = tuple(tuple(range(day, day + 24)) for day in range(7))
    for width in (60, 80, 120):
        lines = activity_lines(Activity(hours, weeks), width, plain=True)
        text = ["".join(part for part, _ in line) for line in lines]
        assert all(row.isascii() and len(row) <= width for row in text)
        assert any("2026-11-16" in row and "#" in row and "7" in row for row in text)
        assert len([row for row in text if "2026-11-" in row]) == 3


async def test_a_break_is_shown_where_it_is(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "text", title="one"))
    change_a_byte(vault, 4)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await see(pilot, "✗ BROKEN")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, AuditPage) and app.screen.is_mounted and app.screen.here >= 0)
        assert "Broken at record" in screen_text(app)
        await pilot.press("home", "up", "enter")
        await until(pilot, lambda: isinstance(app.screen, Broken))


async def test_the_newest_rows_stand_before_the_check_is_done(
    vault: str, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(NoteDraft(0, "text", title="one"))
    gate = threading.Event()
    verify = Door._verify

    def held(door: Door) -> None:
        gate.wait(60)
        verify(door)

    monkeypatch.setattr(Door, "_verify", held)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await see(pilot, "Audit trail")
        await pilot.press("down", "enter")
        screen = await see(pilot, "Not verified yet")
        await see(pilot, "note saved")
        await pilot.press("enter")
        await see(pilot, "It opens when the check is done")
        assert "WHOLE" not in screen
        gate.set()
        await see(pilot, "✓ WHOLE")
        assert "Not verified" not in screen_text(app)


def test_what_is_written_for_programs_is_what_the_command_writes(vault: str, fill: Fill, tmp_path: Path) -> None:
    fill(NoteDraft(0, "text", title="one"))
    door = Door(vault)
    door.wait()
    columns = door.opened.columns
    trail = Trail(columns, lambda number: "owner" if number else "")
    target = tmp_path / "trail.jsonl"
    assert write_trail(str(target), "jsonl", trail, range(len(columns)), Source("ab", "desk")) == len(columns)
    rows = [json.loads(line) for line in target.read_text().splitlines()]
    assert [row["seq"] for row in rows] == list(range(len(columns)))
    door.close()
