"""Lists on 80 and 60 columns: what a row is about is read whole, or it is marked that something of it is missing."""

from __future__ import annotations

import threading

import pytest
from rich.cells import cell_len

from core.alerts import Severity
from core.alerts.alert import WORDS, Rule
from core.alerts.listed import Item
from core.audit.trail import TrailRow
from core.session import ClientDraft, NoteDraft, Session
from tests.tui.conftest import Fill, open_session
from tests.tui.walking import screen_text, see, unlock, until
from tui import words
from tui.application import Tacenda
from tui.screens.clients.clients import Clients
from tui.screens.trail.alert_lines import AlertRows
from tui.screens.trail.lines import Needs, heads, row_line
from tui.widgets.columns import widen
from tui.widgets.rows import Rows

SIZES = [(80, 24), (60, 20)]
CODE = "MAPLE-STREET-TWO"
LONGER = "MAPLE-STREET-TWO-AND-ONE"
DAY_MS = 86_400_000


def test_a_column_takes_from_those_that_can_give_and_from_no_other() -> None:
    columns = [("Code", 11), ("Status", 10), ("Seen", 12), ("Risk", 10)]
    assert widen(columns, 5, {"Status": 8, "Risk": 6}) == columns
    assert widen(columns, 14, {"Status": 8, "Risk": 6}) == [("Code", 14), ("Status", 10), ("Seen", 12), ("Risk", 7)]
    assert widen(columns, 99, {"Status": 8, "Risk": 6}) == [("Code", 17), ("Status", 8), ("Seen", 12), ("Risk", 6)]


@pytest.mark.parametrize("size", SIZES)
async def test_codes_of_clients_are_whole_up_to_a_bound(vault: str, fill: Fill, size: tuple[int, int]) -> None:
    fill(NoteDraft(0, "text", date="2026-11-09", next="2027-03-01 10:00", risk="moderate"), code=CODE)
    session = open_session(vault)
    session.save_client(ClientDraft(LONGER))
    session.lock()
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await unlock(pilot)
        assert CODE in await see(pilot, "go on with it" if size[0] == 80 else CODE)
        await pilot.press("2")
        screen = await see(pilot, "MODERATE")
        row, other, head = (
            next(line for line in screen.splitlines() if said in line) for said in (f"{CODE} ", "…  ", "Risk")
        )
        assert row.index("MODERATE") == head.index("Risk")
        assert cell_len(other.rstrip()) <= size[0]
        # the row of state has what the list has no room for
        await pilot.press("down")
        await see(pilot, LONGER)


@pytest.mark.parametrize("width", [59, 79, 99])
@pytest.mark.parametrize(("who", "whole"), [("supervisor-two", True), ("a name that nobody has room for", False)])
def test_names_in_the_trail_are_whole_up_to_a_bound(width: int, who: str, whole: bool) -> None:
    row = TrailRow(12, 0, who, "process note read", "n0001", "done", failed=False, signed=True)
    needs = Needs(8, cell_len(who) + 1, len(row.what) + 1)
    line = "".join(text for text, _ in row_line(row, width, 1, needs))
    assert (who in line, "…" in line) == (whole, not whole)
    assert cell_len(line) <= width
    # the commonest acts are read whole beside it
    assert line.index(row.what) == heads(width, needs).index("What") - 1


@pytest.mark.parametrize("width", [59, 79, 99, 110, 132])
def test_a_record_past_a_million_moves_no_column(width: int) -> None:
    lines = []
    for number in (7, 999_999, 1_000_009):
        row = TrailRow(number, 0, "owner", "note read", "n0001", "FAILED", failed=True, signed=True)
        lines.append("".join(text for text, _ in row_line(row, width, 1, Needs(10, 6, 10))))
    assert len({line.index("note read") for line in lines}) == 1
    assert lines[0].index("note read") == heads(width, Needs(10, 6, 10)).index("What") - 1
    assert all(cell_len(line) <= width and ("FAILED" in line or width == 59) for line in lines)


@pytest.mark.parametrize("width", [59, 79, 119, 199])
def test_an_alert_is_read_whole_whatever_it_says(width: int) -> None:
    who = "clinician-eleven"
    items = [
        Item(DAY_MS, Severity.CRITICAL, rule, WORDS[rule], who, tuple(range(100)), answer=7 * (at % 2),
             answered_by="somebody else")
        for at, rule in enumerate(Rule)
    ]  # fmt: skip
    laid = AlertRows(items, width)
    lines = ["".join(text for text, _ in laid.line(row, width)) for row in laid.rows]
    assert all(cell_len(line) <= width for line in lines)
    assert not any("…" in line for line in lines)
    at = [laid.rows.index(item) for item in items]
    for item, begins, ends in zip(items, at, [*at[1:], len(lines)], strict=True):
        told = " ".join(" ".join(lines[begins:ends]).split())
        end = "answered by somebody else" if item.answer else "100 records"
        assert end in told
        assert f"{item.what} ({who})" in told.replace(f" {end}", "")


@pytest.mark.parametrize("size", SIZES)
async def test_the_cursor_goes_over_alerts_and_not_over_their_second_rows(vault: str, size: tuple[int, int]) -> None:
    from tests.tui.trail.test_trail import enter_later, fail_unlocks

    fail_unlocks(vault, 5)
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await see(pilot, "Passphrase")
        enter_later(app, vault)
        await until(pilot, lambda: app.alerting.unanswered == 2)
        await pilot.press("4", "A")
        assert "(owner)" in await see(pilot, "several failed unlocks")
        rows = app.screen.query_one(Rows)
        stood = [rows.cursor]
        while True:
            await pilot.press("down")
            if rows.cursor == stood[-1]:
                break
            stood.append(rows.cursor)
        assert all(isinstance(rows.source.items[at], Item) for at in stood)  # type: ignore[attr-defined]
        assert len(stood) == sum(isinstance(row, Item) for row in rows.source.items)  # type: ignore[attr-defined]


def test_a_member_whose_name_is_the_role_is_said_once() -> None:
    assert words.with_role("owner", "owner") == "owner"
    assert words.with_role("Owner", "owner") == "Owner"
    assert words.with_role("owner", "clinician") == "owner, clinician"
    assert words.with_role("nobody", "") == "nobody"


@pytest.mark.parametrize("moved", [False, True])
async def test_the_cursor_stays_on_the_first_client_while_others_come(
    vault: str, monkeypatch: pytest.MonkeyPatch, moved: bool
) -> None:
    session = open_session(vault)
    for number in range(60, 0, -1):
        session.save_client(ClientDraft(f"O-{number:02}"))
    # the newest are opened first, and stand in the middle of the list
    for code in ("O-30-A", "O-30-B", "O-30-C"):
        session.save_client(ClientDraft(code))
    session.lock()
    gate, opened = threading.Event(), Session.open_rest
    monkeypatch.setattr("core.session.session.FIRST_ROWS", 3)

    def held(session: Session) -> None:
        gate.wait(60)
        opened(session)

    monkeypatch.setattr(Session, "open_rest", held)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2")
        await see(pilot, "3 clients")
        page = app.screen
        assert isinstance(page, Clients)
        assert page.here is not None
        assert page.here.code == "O-30-A"
        if moved:
            await pilot.press("down")
        gate.set()
        await see(pilot, "63 clients")
        await until(pilot, lambda: page.here is not None and page.here.code == ("O-30-B" if moved else "O-01"))
        # from now on it stays with the client that it stands on
        other = open_session(vault)
        other.save_client(ClientDraft("O-00"))
        other.lock()
        await see(pilot, "64 clients")
        assert page.here is not None
        assert page.here.code == ("O-30-B" if moved else "O-01")
        assert page.here.code in screen_text(app)
