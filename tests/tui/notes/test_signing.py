"""Signing, adding, co-signing and looking back, as a person does it by keyboard."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.session import ASKS_COSIGN, NoteDraft
from tests.core.practice import PASSPHRASES, Practice, build_practice
from tests.tui.conftest import Fill, open_session
from tests.tui.walking import screen_text, see, type_text, unlock, until
from tui import words
from tui.application import Tacenda
from tui.screens.notes.chart import Chart
from tui.screens.notes.reading.reader import Reader
from tui.screens.notes.signing.sign import SignReview
from tui.screens.notes.writing.editor import Editor
from tui.widgets.note_text import NoteText
from vault_format import machine
from vault_format.codes import Action, AddendumKind

SIZES = [(80, 24), (60, 20), (120, 40)]
TEXT = "## Data\nSlept since March 2025 badly.\n\n## Assessment\nBetter.\n\n## Plan\nGo on."


def on(app: Tacenda, page: type) -> bool:
    """Whether a page of this kind stands."""
    return isinstance(app.screen, page)


async def to_chart(pilot: Pilot[int]) -> None:
    """Unlock and go to the first client's chart."""
    await unlock(pilot)
    await pilot.press("2")
    await see(pilot, "OTTER")
    await pilot.press("enter")
    await until(pilot, partial(on, pilot.app, Chart))  # type: ignore[arg-type]


def actions(path: str) -> list[int]:
    """Return the actions of all records."""
    columns = open_session(path).vault.columns
    return [columns.shape(seq).action for seq in range(len(columns))]


@pytest.mark.parametrize("size", SIZES)
async def test_a_note_is_written_reviewed_signed_and_added_to(vault: str, fill: Fill, size: tuple[int, int]) -> None:
    fill()
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await to_chart(pilot)
        await pilot.press("n", "enter")
        await until(pilot, partial(on, app, Editor))
        await type_text(pilot, "1002")
        await pilot.press("enter")
        await type_text(pilot, "1055")
        await pilot.press("escape")
        await type_text(pilot, "Slept six hours.")
        await pilot.press("f8")
        screen = await see(pilot, "Before you sign")
        assert "empty: Objective, Assessment, Plan" in screen
        assert "suggest 90837" in screen
        assert "What signing does" in screen
        await pilot.press("enter")
        assert on(app, SignReview)
        await pilot.press("s")
        await see(pilot, "✓ signed by owner")
        assert on(app, Reader)
        screen = await see(pilot, "Signed, record")
        assert "Slept six hours." in screen
        assert app.session is not None
        row = app.session.catalog.notes()[0]
        assert row.status == "signed"
        assert app.keeper is not None
        assert app.keeper.draft is None

        await pilot.press("a")
        await see(pilot, "Add to this signed note")
        await type_text(pilot, "heard later")
        await pilot.press("enter")
        await see(pilot, "signed, stays as it is")
        assert "Slept six hours." in screen_text(app)
        await type_text(pilot, "He rang.")
        await pilot.press("f8")
        await see(pilot, "What signing does")
        await pilot.press("s")
        await see(pilot, "He rang.")
        assert on(app, Reader)
        lines = [line for line in screen_text(app).splitlines() if line.strip()]
        text = "\n".join(lines)
        places = [text.index(said) for said in ("Slept six hours.", "Addendum", "heard later", "He rang.")]
        assert places == sorted(places)
        await pilot.press("escape")
        await until(pilot, partial(on, app, Chart))
        await see(pilot, "signed, 1 addendum")
        await pilot.press("ctrl+q")
        await until(pilot, lambda: app.return_value is not None or app.session is None)
    assert actions(vault).count(Action.SIGN) == 2


async def test_the_review_names_what_is_missing_and_going_back_leads_there(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, TEXT, form="dap", date=words.today(), start="10:02", risk="none", service="90837"))
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await to_chart(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: on(app, Editor) and "Better" in app.screen.query_one(NoteText).text)
        await pilot.press("f8")
        screen = await see(pilot, "no End")
        assert "Esc goes on writing, at End" in screen
        await pilot.press("escape")
        await until(pilot, lambda: on(app, Editor) and app.focused is not None and app.focused.id == "end")
        await type_text(pilot, "1055")
        await pilot.press("f8")
        screen = await see(pilot, "nothing is missing")
        await pilot.press("escape")
        await until(pilot, partial(on, app, Editor))
        assert app.session is not None
        assert app.session.catalog.notes()[0].status == "draft"
        assert app.session.catalog.notes()[0].end == "10:55"


async def test_a_time_that_is_none_is_said_in_the_review(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, TEXT, form="dap", date=words.today()))
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await to_chart(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: on(app, Editor) and "Better" in app.screen.query_one(NoteText).text)
        await pilot.press("f6", "tab")
        await type_text(pilot, "99")
        await pilot.press("f8")
        await see(pilot, "99 is no time")


async def test_a_draft_is_signed_from_the_chart(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, TEXT, form="dap", date="2026-11-20"))
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await to_chart(pilot)
        assert "a add to it" not in screen_text(app)
        await pilot.press("s")
        screen = await see(pilot, "Slept since")
        assert "signed late" in screen
        await pilot.press("s")
        await see(pilot, "✓ signed by owner")
        await pilot.press("escape")
        await see(pilot, "a add to it")
        assert "s sign" not in screen_text(app)
    done = actions(vault)
    assert done.index(Action.READ) < done.index(Action.SIGN)
    assert open_session(vault).catalog.note(note).status == "signed"


@pytest.mark.slow
async def test_what_another_session_saved_meanwhile_is_not_signed(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, TEXT, form="dap", date="2026-11-20"))
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await to_chart(pilot)
        await pilot.press("s")
        await see(pilot, "Slept since")
        other = open_session(vault)
        draft = NoteDraft(other.catalog.note(note).client, "something else", form="dap", date="2026-11-20")
        other.save_note(draft, note, 1)
        other.lock()
        await pilot.press("s")
        await see(pilot, "moved on meanwhile")
        assert on(app, SignReview)
    assert open_session(vault).catalog.note(note).status == "draft"


async def test_a_correction_marks_what_it_corrects(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, TEXT, form="dap", date="2026-11-20"), sign=True)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await to_chart(pilot)
        await pilot.press("a")
        await see(pilot, "Add to this signed note")
        await pilot.press("enter")
        await see(pilot, "A reason is needed")
        await pilot.press("down", "down")
        await see(pilot, "It says")
        await type_text(pilot, "wrong year written")
        await pilot.press("enter")
        await type_text(pilot, "March 2024")
        await pilot.press("enter")
        await see(pilot, "These words do not stand in the note")
        await pilot.press("backspace", "5", "enter")
        await until(pilot, lambda: on(app, Editor) and "> March 2025" in app.screen.query_one(NoteText).text)
        await type_text(pilot, "It was March 2026.")
        await pilot.press("f8")
        await see(pilot, "What signing does")
        await pilot.press("s")
        screen = await see(pilot, "It was March 2026.")
        assert "[1] corrected" in screen
        assert "[1]Slept since March 2025 badly." in screen
        assert "Correction [1]" in screen
        rows = ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]
        [at] = [number for number, row in enumerate(rows) if "[1]Slept since" in row]
        styles = {segment.text.strip(): segment.style for segment in app.screen._compositor.render_strips()[at]}
        assert "March 2025" in styles
        assert styles["March 2025"] != styles["badly."]
    opened = open_session(vault).read_note(note)
    assert opened.text == TEXT
    assert [added.row.addendum for added in opened.additions] == [AddendumKind.CORRECTION]


@pytest.mark.slow
async def test_an_addition_is_as_safe_as_any_draft(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, TEXT, form="dap", date="2026-11-20"), sign=True)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await to_chart(pilot)
        await pilot.press("enter")
        await see(pilot, "✓ signed by owner")
        await pilot.press("a")
        await see(pilot, "Add to this signed note")
        await pilot.press("down")
        await type_text(pilot, "left out")
        await pilot.press("enter")
        await see(pilot, "signed, stays as it is")
        await type_text(pilot, "Half a sen")
        await pilot.press("ctrl+l")
        await see(pilot, "by you")
        assert "Half" not in screen_text(app)
        await unlock(pilot)
        await until(pilot, lambda: on(app, Editor) and "Half a sen" in app.screen.query_one(NoteText).text)
        screen = await see(pilot, "late entry to note of 2026-11-20")
        await see(pilot, "Slept since March")
        await pilot.press("escape")
        screen = await see(pilot, "not signed yet: a goes on with it")
        assert on(app, Reader)
        await pilot.press("a")
        await until(pilot, lambda: on(app, Editor) and "Half a sen" in app.screen.query_one(NoteText).text)
        screen = screen_text(app)
        assert "Late entry" in screen or "late entry" in screen
    session = open_session(vault)
    [added] = session.read_note(note).additions
    assert (added.text, added.row.title, added.row.addendum) == ("Half a sen", "left out", AddendumKind.LATE_ENTRY)


@pytest.mark.slow
async def test_an_addition_of_which_nothing_was_typed_is_not_saved(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, TEXT, form="dap", date="2026-11-20"), sign=True)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await to_chart(pilot)
        await pilot.press("a")
        await see(pilot, "Add to this signed note")
        await type_text(pilot, "why")
        await pilot.press("enter")
        await see(pilot, "signed, stays as it is")
        await pilot.press("f8")
        await see(pilot, "Nothing is written yet")
        await pilot.press("escape")
        await until(pilot, partial(on, app, Reader))
    assert open_session(vault).read_note(note).additions == ()


@pytest.mark.slow
async def test_the_reason_of_an_addition_can_be_mended_before_it_is_signed(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, TEXT, form="dap", date="2026-11-20"), sign=True)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await to_chart(pilot)
        await pilot.press("a")
        await see(pilot, "Add to this signed note")
        await type_text(pilot, "x")
        await pilot.press("enter")
        await see(pilot, "signed, stays as it is")
        await type_text(pilot, "Words.")
        await pilot.press("f6", "backspace", "f8")
        screen = await see(pilot, "no reason")
        await pilot.press("s")
        await see(pilot, "It cannot be signed yet")
        await pilot.press("escape", "escape")
        await until(pilot, lambda: on(app, Editor) and app.focused is not None and app.focused.id == "title")
        await type_text(pilot, "heard it later")
        await pilot.press("f8")
        screen = await see(pilot, "nothing is missing")
        assert "heard it later" in screen
        await pilot.press("s")
        await see(pilot, "Addendum")


async def test_revisions_are_listed_and_compared_on_the_record(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, TEXT, form="dap", date="2026-11-20"))
    session = open_session(vault)
    client = session.catalog.note(note).client
    second = TEXT.replace("2025", "2026")
    session.save_note(NoteDraft(client, second, form="dap", date="2026-11-20"), note, 1)
    session.save_note(NoteDraft(client, second + "\nMore.", form="dap", date="2026-11-20", risk="low"), note, 2)
    session.lock()
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await to_chart(pilot)
        await pilot.press("r")
        screen = await see(pilot, "3 revisions, newest first")
        assert "bytes" in screen
        before = actions(vault).count(Action.READ)
        await pilot.press("j", "k")
        await see(pilot, "what changed from 2 to 3")
        assert actions(vault).count(Action.READ) == before
        await pilot.press("enter")
        screen = await see(pilot, "+ More.")
        assert "+ Risk: low" in screen
        assert "Go on." in screen
        assert actions(vault).count(Action.READ) == before + 2
        await pilot.press("J")
        screen = await see(pilot, "- Slept since March 2025 badly.")
        assert "+ Slept since March 2026 badly." in screen
        assert "More." not in screen
        await pilot.press("escape")
        await see(pilot, "newest first")
        await pilot.press("m", "j", "j")
        await see(pilot, "what differs between 3 and 1")
        await pilot.press("enter")
        await see(pilot, "From revision 1 to 3")
        await pilot.press("ctrl+l")
        await see(pilot, "by you")
        assert "March" not in screen_text(app)
        await unlock(pilot)
        await see(pilot, "From revision 1 to 3")
        await pilot.press("escape", "g", "t")
        screen = await see(pilot, "Revision 3, as it was saved")
        assert "More." in screen


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    """A practice with several members, of now."""
    return build_practice(tmp_path_factory.mktemp("practice"), machine.now_ms() - 60_000)


@pytest.fixture
def practice(made: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Practice:
    """A copy of it."""
    monkeypatch.setenv("TACENDA_STATE", str(tmp_path / "state" / "tacenda"))
    return made.copied(tmp_path)


async def unlock_as(pilot: Pilot[int], member: str) -> None:
    """Unlock as MEMBER of a practice."""
    await see(pilot, "✓ whole")
    app = pilot.app
    assert isinstance(app, Tacenda)
    app.screen.query_one("#member").set(member)  # type: ignore[attr-defined]
    await unlock(pilot, PASSPHRASES[member])


async def test_a_supervisor_reads_and_co_signs(practice: Practice) -> None:
    owner = practice.unlock()
    fresh = owner.save_note(NoteDraft(practice.clients["OTTER"], TEXT, form="dap", tags=(ASKS_COSIGN,)))
    owner.sign_note(fresh.note, 1)
    owner.lock()
    app = Tacenda(str(practice.path))
    async with app.run_test(size=(120, 40)) as pilot:
        await unlock_as(pilot, "supervisor")
        await pilot.press("2")
        await see(pilot, "OTTER")
        app.show_page(Chart(practice.clients["OTTER"], fresh.note))
        await see(pilot, "to co-sign")
        await pilot.press("enter")
        screen = await see(pilot, "✓ signed by owner")
        assert "a add to it" not in screen
        await pilot.press("s")
        await see(pilot, "What co-signing does")
        await pilot.press("s")
        screen = await see(pilot, "✓ co-signed by supervisor")
        assert "✓ signed, co-signed" in screen
        assert "s sign" not in screen
    assert practice.verdict().intact
    assert practice.actions().count(Action.COSIGN) == 1


async def test_an_author_asks_for_a_co_signature_in_the_review(practice: Practice) -> None:
    owner = practice.unlock()
    draft = owner.save_note(NoteDraft(practice.clients["MAPLE"], TEXT, form="dap", date=words.today())).note
    owner.lock()
    app = Tacenda(str(practice.path))
    async with app.run_test() as pilot:
        await unlock_as(pilot, "owner")
        assert app.session is not None
        app.show_page(Editor(note=draft))
        await until(pilot, lambda: on(app, Editor) and "Better" in app.screen.query_one(NoteText).text)
        await pilot.press("f8")
        await see(pilot, "asked to co-sign: no")
        await pilot.press("c")
        await see(pilot, "asked to co-sign: yes")
        await pilot.press("escape")
        await until(pilot, partial(on, app, Editor))
        await pilot.press("f8")
        await see(pilot, "asked to co-sign: yes")
        await pilot.press("c", "c", "s")
        await see(pilot, "✓ signed by owner")
        assert [row.id for row in app.session.waiting_for_cosignature()] == [draft]
