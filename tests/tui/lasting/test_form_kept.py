"""What is typed in a client's form is not lost: at a lock, whatever its cause, it stays sealed and comes back."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from core.session import ClientDraft, Session, TypedClient
from tests.harness.faults import tmpfs
from tests.harness.wait import wait_until
from tests.tui.conftest import Fill, open_session
from tests.tui.lasting.test_journal import fill_up
from tests.tui.trail.test_broken import read_only
from tests.tui.walking import screen_text, see, type_text, unlock, until
from tui.application import Tacenda
from tui.drafts.form_draft import FormKeeper
from tui.drafts.journaling import Journaling
from tui.screens.clients.client_form import ClientForm
from tui.screens.clients.clients import Clients
from tui.screens.today import Today
from tui.widgets.fields import Field
from tui.widgets.note_text import NoteText
from vault_format.codes import LockReason

LONG = 120.0
SAID = "rings before noon, and nobody"


def journals() -> list[Path]:
    return list(Path(os.environ["TACENDA_STATE"]).glob("drafts/*/*.draft"))


def said(app: Tacenda, name: str) -> str:
    return app.screen.query_one(f"#{name}", Field).said


async def form(app: Tacenda, pilot: object) -> ClientForm:
    """Wait for the form, and return it."""
    await until(pilot, lambda: isinstance(app.screen, ClientForm) and bool(app.screen._loaded))  # type: ignore[arg-type]
    assert isinstance(app.screen, ClientForm)
    return app.screen


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_a_new_client_goes_on_after_a_lock_where_the_cursor_was(
    vault: str, fill: Fill, size: tuple[int, int]
) -> None:
    fill()
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await unlock(pilot)
        await pilot.press("2", "n")
        await form(app, pilot)
        await type_text(pilot, "MAPLE")
        await pilot.press("enter")
        await type_text(pilot, "a fictional name")
        await pilot.press(*["enter"] * 3)
        await type_text(pilot, "sleep, sch")
        await pilot.press("left", "left", "left", "backspace")
        await pilot.press("ctrl+l")
        screen = await see(pilot, "Locked at")
        assert "form is sealed on this machine" in " ".join(screen.split())
        assert "fictional" not in screen
        await unlock(pilot)
        now = await form(app, pilot)
        assert [type(page) for page in app.pages] == [Clients, ClientForm]
        assert (said(app, "focus"), said(app, "name"), said(app, "goals")) == ("MAPLE", "a fictional name", "sleep,sch")
        assert app.focused is now.query_one("#goals", Field)
        assert now.query_one("#goals", Field).cursor_position == 6
        assert "and not in the vault" in screen_text(app)
        await type_text(pilot, " ")
        await pilot.press("ctrl+s")
        await see(pilot, "No notes yet")
        session = app.session
        assert session is not None
        (row,) = [row for row in session.catalog.clients() if row.code == "MAPLE"]
        assert session.read_client(row.id).draft == ClientDraft("MAPLE", "a fictional name", goals=("sleep, sch",))
        assert session.unfinished() == []
        assert app.returning.left == []


async def test_one_that_moved_meanwhile_shows_it_after_an_idle_lock(vault: str, fill: Fill) -> None:
    fill(name="a name")
    now = [0.0]
    app = Tacenda(vault, clock=lambda: now[0])
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2", "e")
        opened = await form(app, pilot)
        app.screen.query_one("#risk", Field).set("moderate")
        opened.set_focus(opened.query_one(NoteText))
        opened.query_one(NoteText).insert(SAID)
        other = open_session(vault)
        (row,) = other.catalog.clients()
        other.save_client(ClientDraft("OTTER", "saved there", risk="high"), row.id, 1)
        other.lock()
        now[0] += 3_600
        assert SAID not in await see(pilot, "Locked at")
        await unlock(pilot)
        back = await form(app, pilot)
        screen = screen_text(app)
        assert "Changed in another session meanwhile" in screen
        assert "Risk: high" in screen
        # nobody touched the name here
        assert said(app, "name") == "saved there"
        assert back.query_one(NoteText).said == SAID
        assert app.focused is back.query_one(NoteText)
        assert back.query_one(NoteText).cursor_location == (0, len(SAID))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, ClientForm))
        session = app.session
        assert session is not None
        await until(pilot, lambda: session.catalog.entry(row.id).revision == 3)
        draft = session.read_client(row.id).draft
        assert (draft.name, draft.risk, draft.text) == ("saved there", "moderate", SAID)
        await until(pilot, lambda: app.form is not None and not app.form.pending)
    assert open_session(vault).unfinished() == []


@pytest.mark.parametrize("keys", [["escape"], ["ctrl+s"]], ids=["closed", "saved"])
async def test_one_that_was_closed_or_saved_is_not_offered(vault: str, fill: Fill, keys: list[str]) -> None:
    fill()
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2", "e")
        await form(app, pilot)
        app.screen.query_one("#risk", Field).set("moderate")
        assert app.form is not None
        assert app.form.seal()
        (journal,) = journals()
        assert any(journal.read_bytes()[16 + 65_536 :][:104])
        await pilot.press(*keys)
        # the journal is empty before anything else is asked of it: a kill now leaves nothing
        await until(pilot, lambda: not any(journal.read_bytes()[16 + 65_536 :][:104]))
        await pilot.press("ctrl+l")
        screen = await see(pilot, "Locked at")
        assert "sealed" not in screen
        await unlock(pilot)
        await see(pilot, "OTTER")
        assert not isinstance(app.screen, ClientForm)
        assert app.returning.left == []


async def test_an_untouched_form_is_nothing_to_come_back_to(vault: str, fill: Fill) -> None:
    fill()
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2", "e")
        opened = await form(app, pilot)
        await pilot.press("tab", "tab", "x", "backspace")
        assert app.focused is opened.query_one("#born", Field)
        await pilot.press("ctrl+l")
        await see(pilot, "Locked at")
        assert journals() == []


def leave(session: Session, typed: TypedClient, client: int = 0, base: int = 0) -> None:
    session.keep_client(typed, client or session.reserve_note(), base)
    session._drafting.close()


async def test_several_are_offered_and_one_is_discarded(vault: str, fill: Fill) -> None:
    fill()
    first = open_session(vault)
    (row,) = first.catalog.clients()
    leave(first, TypedClient(risk="moderate"), row.id, 1)
    leave(open_session(vault), TypedClient(code="HERON"))
    open_session(vault).lock()
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        screen = await see(pilot, "Not in the vault yet")
        assert "new client" in screen
        assert "HERON" not in screen
        assert "1 note to finish" not in screen
        assert "Nothing is due" not in screen
        await pilot.press("D")
        screen = await see(pilot, "stands in no vault")
        assert "is recorded" not in screen
        await pilot.press("d")
        await until(pilot, lambda: len(app.returning.left) == 1)
        await until(pilot, lambda: isinstance(app.screen, Today))
        await pilot.press("enter")
        await form(app, pilot)
        assert said(app, "focus") == "HERON"
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Today))
        assert "Not in the vault yet" not in screen_text(app)
        await until(pilot, lambda: app.form is not None and not app.form.pending)


async def test_what_the_vault_has_already_is_said_and_not_asked_again(vault: str, fill: Fill) -> None:
    """The process ended between the save and the moment when the journal was emptied."""
    fill()
    session = open_session(vault)
    (row,) = session.catalog.clients()
    session.save_client(ClientDraft("OTTER", risk="moderate"), row.id, 1)
    leave(session, TypedClient(risk="moderate"), row.id, 1)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await see(pilot, "is in the vault.")
        assert isinstance(app.screen, Today)
        await until(pilot, lambda: not journals() or not any(journals()[0].read_bytes()[16 + 65_536 :][:104]))
    assert open_session(vault).unfinished() == []


async def test_a_form_that_cannot_be_kept_here_says_so_and_the_first_lock_waits(vault: str, fill: Fill) -> None:
    fill()
    folder = Path(os.environ["TACENDA_STATE"]) / "drafts"
    folder.write_text("a file where the folder should be")
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2", "n")
        await form(app, pilot)
        await see(pilot, "cannot be kept beside the")
        await type_text(pilot, "MAPLE")
        await pilot.press("ctrl+l")
        assert "could not be" in await see(pilot, "Not locked.")
        assert said(app, "focus") == "MAPLE"
        folder.unlink()
        await pilot.press("ctrl+l")
        assert "sealed on this machine" in " ".join((await see(pilot, "Locked at")).split())
        await unlock(pilot)
        await form(app, pilot)
        assert said(app, "focus") == "MAPLE"


async def test_a_lock_that_is_asked_for_twice_comes_and_says_what_is_lost(vault: str, fill: Fill) -> None:
    fill()
    (Path(os.environ["TACENDA_STATE"]) / "drafts").write_text("a file where the folder should be")
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2", "n")
        await form(app, pilot)
        await type_text(pilot, "MAPLE")
        await pilot.press("ctrl+l")
        await see(pilot, "Not locked.")
        await pilot.press("ctrl+l")
        assert "could not be kept" in " ".join((await see(pilot, "Locked at")).split())


async def test_on_a_full_disk_the_form_stays_and_comes_back(vault: str, fill: Fill) -> None:
    """The vault's disk is full, the state folder's is not: what cannot be saved is sealed there."""
    fill()
    now = [0.0]
    with tmpfs(4 * 2**20) as disk:
        path, filler = disk / "practice.tacenda", disk / "filler"
        shutil.copyfile(vault, path)
        app = Tacenda(str(path), clock=lambda: now[0])
        async with app.run_test() as pilot:
            await unlock(pilot)
            await pilot.press("2", "n")
            opened = await form(app, pilot)
            await type_text(pilot, "MAPLE")
            fill_up(filler)
            long = SAID + "\nsaid" * 4_000
            opened.query_one(NoteText).insert(long)
            await pilot.press("ctrl+s")
            await until(pilot, lambda: isinstance(app.screen, ClientForm) and app.screen is not opened)
            again = await form(app, pilot)
            assert (said(app, "focus"), again.query_one(NoteText).said) == ("MAPLE", long)
            assert "full" in screen_text(app) or "space" in screen_text(app)
            now[0] += 3_600
            await see(pilot, "Locked at")
            filler.unlink()
            await unlock(pilot)
            back = await form(app, pilot)
            assert (said(app, "focus"), back.query_one(NoteText).said) == ("MAPLE", long)
            await pilot.press("ctrl+s")
            await see(pilot, "No notes yet")
            assert app.session is not None
            assert app.session.unfinished() == []


async def test_a_vault_that_turns_read_only_loses_no_field(vault: str, fill: Fill) -> None:
    fill()
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2", "n")
        opened = await form(app, pilot)
        await type_text(pilot, "MAPLE")
        with read_only(Path(vault)):
            await pilot.press("ctrl+s")
            await until(pilot, lambda: isinstance(app.screen, ClientForm) and app.screen is not opened)
            await see(pilot, "cannot be written")
            assert said(app, "focus") == "MAPLE"
            await pilot.press("ctrl+l")
            await see(pilot, "Locked at")
        await see(pilot, "Look again")
        await pilot.press("enter")
        await unlock(pilot)
        await form(app, pilot)
        assert said(app, "focus") == "MAPLE"
        await pilot.press("ctrl+s")
        await see(pilot, "No notes yet")


def test_the_thread_seals_a_form_when_it_is_due_and_empties_it_at_once(vault: str, fill: Fill) -> None:
    fill()
    session = open_session(vault)
    keeper = FormKeeper(session)
    keeper.begin(session.reserve_note(), 0)
    thread = Journaling(keeper, seconds=3_600.0, changes=20)
    thread.start()
    for number in range(1, 21):
        keeper.keep(TypedClient(name="x" * number, cursor=number))
    wait_until(lambda: session._drafting._journal is not None and session._drafting._journal.seals == 1, LONG, "a seal")
    keeper.drop()
    wait_until(lambda: session._drafting._journal is not None and session._drafting._journal.seals == 0, LONG, "none")
    keeper.close()
    thread.join(LONG)
    assert not thread.is_alive()
    assert not keeper.pending
    session.lock(LockReason.PERSON)
    assert journals() == []


def test_a_lock_in_the_midst_of_a_save_waits_for_it(vault: str, fill: Fill) -> None:
    """What the vault got is not offered again; what it did not get is sealed."""
    fill()
    session = open_session(vault)
    keeper = FormKeeper(session)
    client = session.reserve_note()
    keeper.begin(client, 0)
    keeper.keep(TypedClient(code="MAPLE"))
    assert keeper.seal()
    saved = keeper.save(lambda: session.save_client(ClientDraft("MAPLE"), client))
    assert saved.note == client
    assert keeper.rescue().words == ""
    keeper.keep(TypedClient(risk="low"))
    with pytest.raises(ZeroDivisionError):
        keeper.save(lambda: 1 // 0)  # type: ignore[arg-type, return-value]
    assert "sealed" in keeper.rescue().words
    session.lock(LockReason.PERSON)
    # the thread may come a moment too late
    keeper.clear()
    assert keeper.seal()
    (left,) = open_session(vault).unfinished()
    assert left.client == client
