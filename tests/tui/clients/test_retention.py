"""A person looks at how long charts are kept, sets and lifts a hold, and gives a whole chart up."""

# ruff: noqa: F811  fixtures are imported, and tests name them
from __future__ import annotations

import threading

import pytest

from core.session import ClientDraft, NoteDraft, Session
from core.upkeep.charts.retention import set_hold
from tests.core.practice import Practice
from tests.tui.in_practice import SMALL, application, approve, enter, made, practice, put  # noqa: F401
from tests.tui.pictures.test_captures import SIZES, check, settle
from tests.tui.walking import screen_text, see, until
from tui.screens.trail.record import RecordView
from tui.screens.vault.charts.retention import RetentionPage, Seen
from vault_format.codes import Action, ClientStatus

OVER = ("5", "G", "k", "k", "enter")


@pytest.fixture
def kept(practice: Practice) -> Practice:
    """The practice with a chart whose years are over, and one of a minor."""
    owner = practice.unlock()
    for code, born in (("LARCH", "1980-04-01"), ("WREN", "2003-04-01")):
        client = owner.save_client(ClientDraft(code, born=born)).note
        owner.save_note(NoteDraft(client, "the last one", date="2018-03-01"))
        owner.set_status(client, ClientStatus.CLOSED)
    owner.lock()
    return practice


async def test_a_hold_is_set_and_lifted(kept: Practice) -> None:
    app = application(kept)
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, "5")
        assert "1 chart may be destroyed" in await see(pilot, "Retention")
        await pilot.press("G", "k", "k", "enter")
        await see(pilot, "This chart had to be kept until 2025-03-01; that is over.")
        assert isinstance(app.screen, RetentionPage)
        await pilot.press("L")
        await see(pilot, "The hold on LARCH is set, on the record.")
        await see(pilot, "a legal hold stands")
        held = [row.code for row in app.screen.seen.rows if row.hold] if app.screen.seen else []
        assert held == ["LARCH"]
        await pilot.press(*"jjjj")
        await settle(pilot)
        while app.screen.here is not None and app.screen.here.code != "LARCH":
            await pilot.press("k")
        await pilot.press("X")
        await see(pilot, "Nothing of it is given up before that is lifted.")
        await pilot.press("L")
        await see(pilot, "The legal hold is lifted, on the record.")
        await approve(pilot)
        await see(pilot, "The hold on LARCH is lifted")
    assert kept.actions().count(Action.SHRED) == 0
    assert kept.verdict().intact


async def test_a_clinician_sets_a_hold_at_once_and_lifts_none(kept: Practice) -> None:
    app = application(kept)
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, *OVER, member="clinician")
        await see(pilot, "clinician, may set a hold")
        page = app.screen
        assert isinstance(page, RetentionPage)
        await pilot.press("L")
        await see(pilot, "The hold on LARCH is set, on the record.")
        await see(pilot, "a legal hold stands, set by clinician on 20")
        while page.here is not None and page.here.code != "LARCH":
            await pilot.press("j")
        await settle(pilot)
        assert "hold" in page.hidden_keys()
        await pilot.press("L")
        await see(pilot, "Only an owner lifts a hold.")
        assert app.screen is page
        await pilot.press("g")
        while page.here is not None and page.here.code != "HERON":
            await pilot.press("j")
        await pilot.press("L")
        await see(pilot, "This client is outside your caseload.")
        assert app.session is not None
        held = app.session.vault.ledger.state.holds
        assert [row.code for row in app.session.catalog.clients() if row.id in held] == ["LARCH"]
    assert kept.verdict().intact


async def test_what_changes_while_the_page_looks_is_looked_at_after_it(kept: Practice) -> None:
    app = application(kept)
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, *OVER)
        await see(pilot, "that is over.")
        page, session = app.screen, app.session
        assert isinstance(page, RetentionPage)
        assert session is not None
        going, slowly, real, looks = threading.Event(), threading.Event(), page.look, []

        def look(session: Session) -> Seen:
            looks.append(1)
            found = real(session)
            going.set()
            slowly.wait(20)
            return found

        page.look = look  # type: ignore[method-assign]
        app.renew()
        await until(pilot, going.is_set)
        set_hold(session, kept.clients["OTTER"], hold=True)
        app.renew()
        app.renew()
        slowly.set()
        await see(pilot, "legal hold")
        await settle(pilot)
        assert len(looks) == 2


async def test_a_whole_chart_is_given_up(kept: Practice) -> None:
    app = application(kept)
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, *OVER)
        await see(pilot, "that is over.")
        await pilot.press("enter")
        await settle(pilot)
        assert app.page is not None
        assert app.page.WHERE == "sheet"
        await pilot.press("escape")
        await see(pilot, "that is over.")
        await pilot.press("X")
        await see(pilot, "Everything of LARCH is given up: 1 note, 0 appointments")
        await approve(pilot)
        await see(pilot, "To go on, type: shred LARCH")
        await pilot.press("escape")
        put(app, "typed", "shred LARCH")
        await approve(pilot)
        await see(pilot, "LARCH is shredded, records")
        await settle(pilot)
        assert app.session is not None
        assert "LARCH" not in [row.code for row in app.session.catalog.clients()]
        assert isinstance(app.screen, RetentionPage)
        seq = max(app.session.vault.ledger.state.shreds)
        app.show_page(RecordView(None, seq))
        screen = await see(pilot, "by this record, approved by owner, role owner, 20")
        for said in ("the client asked for it", "with the next compaction", "records of it: who wrote"):
            assert said in screen
        record = app.session.vault.ledger.record
        entity = record(seq).header.entity
        app.show_page(RecordView(None, next(number for number in range(seq) if record(number).header.entity == entity)))
        await see(pilot, f"by record {seq:,}, approved by owner")
    assert kept.actions().count(Action.SHRED) == 2
    assert kept.verdict().intact


async def test_process_notes_of_somebody_else_are_told_before_anything_is_asked(kept: Practice) -> None:
    app = application(kept)
    async with app.run_test(size=(120, 40)) as pilot:
        await enter(pilot, *OVER)
        await see(pilot, "that is over.")
        page = app.screen
        assert isinstance(page, RetentionPage)
        while page.here is not None and page.here.code != "MAPLE":
            await pilot.press("j")
        await pilot.press("X")
        await see(pilot, "Process notes of clinician stand in this chart")
        assert app.screen is page
    assert kept.actions().count(Action.SHRED) == 0


@pytest.mark.parametrize("size", [*SIZES, SMALL])
async def test_the_page_looks_as_it_did(kept: Practice, size: tuple[int, int]) -> None:
    app = application(kept)
    async with app.run_test(size=size) as pilot:
        await enter(pilot, *OVER)
        await settle(pilot)
        await check("retention", pilot)
        await pilot.press("X")
        await settle(pilot)
        assert "shred" in screen_text(app)
        await check("shred-chart", pilot)
