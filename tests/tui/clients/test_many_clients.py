"""20,000 clients: what is drawn is what is in view, wherever one goes. Making them takes seconds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pytest

from core.acts import entries
from core.acts.acting import Acting, Target
from core.create import random_id
from core.indexes import ClientIndex
from tests.tui.conftest import open_session
from tests.tui.walking import screen_text, see, unlock, until
from tui.application import Tacenda
from tui.screens.clients.clients import Clients
from tui.screens.notes.chart import Chart
from tui.widgets.lines import Line, Sheet
from tui.widgets.rows import Rows
from vault_format.codes import ClientStatus, Kind, NoteClass
from vault_format.frames.record import Draft

MANY, BATCH, CLOSED = 20_000, 2_000, 3
pytestmark = pytest.mark.slow


def write_clients(path: str) -> None:
    """Write them in batches, a sync each; the last of them are closed."""
    session = open_session(path)
    numbers = [random_id() for _ in range(MANY)]

    def save(acting: Acting, at: int) -> Draft:
        index = ClientIndex(
            c=acting.entropy(32), local="2026-11-23T10:00:00+00:00", zone="UTC", code=f"O-{at:05}", name="",
            people=[], born="", risk="", next="", goals=[],
        )  # fmt: skip
        return entries.save(acting, Target(Kind.CLIENT, NoteClass.CHART, numbers[at], numbers[at], 1), index, "").draft

    def batch(first: int, acting: Acting) -> Sequence[Draft]:
        return [save(acting, at) for at in range(first, first + BATCH)]

    for first in range(0, MANY, BATCH):
        session.append(partial(batch, first))
    for number in numbers[-CLOSED:]:
        session.set_status(number, ClientStatus.CLOSED)
    session.lock()


async def test_twenty_thousand_clients_draw_only_what_is_in_view(vault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write_clients(vault)
    drawn: list[str] = []
    line = Clients._line

    def counted(page: Clients, row: object, width: int) -> Line:
        found = line(page, row, width)  # type: ignore[arg-type]  # what it is given
        drawn.append(found[1][0].strip())
        return found

    monkeypatch.setattr(Clients, "_line", counted)
    app = Tacenda(vault)
    async with app.run_test(size=(120, 40)) as pilot:
        await unlock(pilot)
        # rows come in as they are opened; what is drawn is counted once all of them are
        await until(pilot, lambda: app.session is not None and not app.session.catalog.closed)
        await pilot.press("2")
        await see(pilot, "20,000 clients: 19,997 active, 3 closed")
        beside = app.screen.query_one("#beside", Sheet)
        await until(pilot, lambda: "O-00000" in beside.text)
        assert set(drawn) <= {f"O-{at:05}" for at in range(40)}
        rows = app.screen.query_one(Rows)
        drawn.clear()
        await pilot.press("j")
        await until(pilot, lambda: "O-00001" in beside.text)
        assert set(drawn) <= {"O-00000", "O-00001"}
        drawn.clear()
        await pilot.press("G")
        await until(pilot, lambda: rows.cursor == MANY - 1 and "O-19999" in beside.text)
        await see(pilot, "O-19999")
        near = {f"O-{at:05}" for at in (0, 1, *range(MANY - 40, MANY))}
        assert set(drawn) <= near
        # those of one status, then all again, with the cursor on the same client
        drawn.clear()
        await pilot.press("w", "w")
        await see(pilot, "closed shown")
        await until(pilot, lambda: len(rows.source) == CLOSED)
        assert rows.cursor == CLOSED - 1
        await pilot.press("w", "w")
        await until(pilot, lambda: len(rows.source) == MANY and rows.cursor == MANY - 1)
        assert len(set(drawn)) < 250
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Chart))
        await see(pilot, "No notes yet")
        assert "O-19999" in screen_text(app)
        await pilot.press("3", *"12345")
        screen = await see(pilot, "O-12345")
        assert "O-12346" not in screen
