"""What stands beside a list where there is room, and how lists use the room of a wide screen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rich.cells import cell_len

from core.audit.trail import TrailRow
from core.session import NoteDraft
from tests.tui.conftest import Fill, open_session
from tests.tui.walking import screen_text, see, unlock, until
from tui import words
from tui.application import Tacenda
from tui.screens.beside import list_width
from tui.screens.trail.lines import heads, row_line
from tui.widgets.lines import Sheet
from tui.widgets.rows import Rows
from vault_format import machine
from vault_format.codes import AddendumKind

LONG = "What was said of the sister's wedding, the journey there and the night after it"
CODE = "OTTER-AND-HERON-2026"


async def test_a_note_is_known_in_short_without_being_opened(vault: str, fill: Fill) -> None:
    draft = NoteDraft(0, "the text itself", title=LONG, date="2026-11-09", start="10:05", end="10:56", risk="high",
                      tags=("sleep", "sister"), attendees="Somebody Else", next="2026-11-16 10:00")  # fmt: skip
    newer = NoteDraft(0, "more", title="Second session", date="2026-11-16")
    signed, _ = fill(draft, newer)
    session = open_session(vault)
    session.sign_note(signed, 1)
    session.save_note(session.begin_addition(signed, AddendumKind.LATE_ENTRY, "left out"))
    session.lock()
    app = Tacenda(vault)
    async with app.run_test(size=(120, 40)) as pilot:
        await unlock(pilot)
        await pilot.press("2")
        await see(pilot, "OTTER")
        await pilot.press("enter")
        await see(pilot, "Second session")
        beside = app.screen.query_one("#beside", Sheet)
        await until(pilot, lambda: "Mon 2026-11-16" in beside.text)
        assert app.session is not None
        records = app.session.vault.ledger.count
        await pilot.press("j")
        await until(pilot, lambda: "Mon 2026-11-09" in beside.text)
        told = " ".join(beside.text.split())
        for said in ("Progress note, SOAP", "10:05 to 10:56, 51 min", "sleep, sister", "Risk high", "State signed",
                     "Author owner", "Signed 20", "Revisions 1", "Next Mon 2026-11-16 10:00", "1 addition Late entry, ",
                     ", draft"):  # fmt: skip
            assert said in told
        assert "".join(LONG.split()) in "".join(told.split())
        assert "Somebody" not in screen_text(app)
        assert "the text itself" not in screen_text(app)
        # moving opened nothing: nothing is on the record
        assert app.session.vault.ledger.count == records
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "Revisions" not in screen_text(app))
        await pilot.resize_terminal(120, 40)
        await see(pilot, "Revisions")
        await pilot.press("ctrl+l")
        await see(pilot, "Passphrase")
        assert "sister" not in screen_text(app)


async def test_a_client_is_known_in_short_without_a_name(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "text", date="2026-11-09", risk="moderate"), name="the otter")
    fill(code="WREN", name="the wren")
    session = open_session(vault)
    session.open_rest()
    client = session.catalog.find_client("OTTER").id
    day = words.moment(machine.now_ms()).date()
    for days in (-2, 3, 10):
        session.appoint(client, session.when(f"{day + timedelta(days)} 00:01"))
    session.lock()
    app = Tacenda(vault)
    async with app.run_test(size=(120, 40)) as pilot:
        await unlock(pilot)
        await pilot.press("2")
        await see(pilot, "OTTER")
        beside = app.screen.query_one("#beside", Sheet)
        await until(pilot, lambda: "moderate, since 2026-11-09" in beside.text)
        for said in (f"{day + timedelta(3)} 00:01", f"{day + timedelta(10)} 00:01", "2026-11-09, draft: progress note",
                     f"{day - timedelta(2)} 00:01, no note", "1, 1 unsigned"):  # fmt: skip
            assert said in beside.text
        await pilot.press("j")
        await until(pilot, lambda: "WREN" in beside.text and "none planned" in beside.text)
        await pilot.press("v")
        await see(pilot, "the wren")
        assert "the wren" not in beside.text
        # what changes elsewhere is seen here, too
        other = open_session(vault)
        other.save_note(NoteDraft(other.catalog.find_client("WREN").id, "text", date="2026-11-10"))
        other.lock()
        await until(pilot, lambda: "2026-11-10, draft" in beside.text)


async def test_a_wide_screen_shows_long_texts_whole_and_stretches_nothing(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "text", title=LONG[:50], date="2026-11-09"), NoteDraft(0, "text", title="Short"), code=CODE)
    app = Tacenda(vault)
    async with app.run_test(size=(200, 60)) as pilot:
        await unlock(pilot)
        await pilot.press("2")
        screen = await see(pilot, CODE)
        row, head = (next(line for line in screen.splitlines() if said in line) for said in (CODE, "Status"))
        assert row.index("active") == head.index("Status") == len(f"   {CODE}  ")
        assert row.index("1 draft") < 100 if "1 draft" in row else row.index("2 drafts") < 100
        assert app.screen.query_one(Rows).size.width == list_width(200) == 133
        await pilot.press("enter")
        screen = await see(pilot, LONG[:50])
        row, head = (next(line for line in screen.splitlines() if said in line) for said in (LONG[:50], "Title"))
        assert row.index("· draft") == head.index("State")
        assert row[: row.index("· draft")].endswith(f"{LONG[:50]}  ")


@pytest.mark.parametrize("width", [79, 80, 109, 110, 132, 199])
def test_heads_of_the_trail_stand_over_their_columns(width: int) -> None:
    row = TrailRow(12, 0, "a member with a name", "an act", "n0001", "done", failed=False, signed=True)
    line = "".join(text for text, _ in row_line(row, width))
    head = heads(width)
    for said, over in (("an act", "What"), ("n0001", "About"), ("done", "Result")):
        assert line.index(said) == head.index(over) - 1
    assert (row.member in line) == (width >= 110)
    assert cell_len(line) <= width


async def test_the_list_is_as_wide_as_its_heads_take_it_to_be(vault: str) -> None:
    app = Tacenda(vault)
    async with app.run_test(size=(119, 24)) as pilot:
        await unlock(pilot)
        await pilot.press("2")
        await see(pilot, "No clients yet")
        rows = app.screen.query_one(Rows)
        for width in (119, 120, 121, 133, 200, 239, 240, 241, 300):
            await pilot.resize_terminal(width, 24)
            await until(pilot, lambda: rows.size.width == list_width(app.size.width))
            assert app.size.width == width
