"""What was typed and the vault does not have comes back: after a kill, a full disk, several sessions."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from core.drafts import find_kept, open_kept
from core.session import NoteDraft, Session
from tests.harness.faults import tmpfs
from tests.harness.pty_terminal import PtyTerminal
from tests.harness.wait import wait_until
from tests.tui.conftest import Fill, open_session
from tests.tui.trail.test_broken import read_only
from tests.tui.walking import PASSPHRASE, command, screen_text, see, type_text, unlock, until
from tui.application import Tacenda
from tui.drafts.draft import DraftKeeper
from tui.drafts.journaling import CHANGES, SECONDS, Journaling
from tui.screens.notes.writing.editor import Editor
from tui.screens.notes.writing.recovering import Recovering
from tui.widgets.note_text import NoteText
from vault_format.codes import Action, LockReason

LONG = 120.0
SAID = "half a sentence that nobody"


def quick(path: str) -> list[str]:
    """Return the command that starts the application with a journal that is a hundredth of a second behind."""
    said = command(path)
    said[2] = said[2].replace("sys.exit(", "from tui.drafts import journaling\njournaling.SECONDS = 0.01\nsys.exit(")
    return said


def leave(session: Session, text: str, *, note: int | None = None, base: int = 0, cursor: int = 0) -> None:
    """Have SESSION leave TEXT in its journal, and end as a killed process does."""
    client = session.catalog.clients()[0].id
    draft = NoteDraft(client, text, date="2026-11-20")
    session.keep_draft(draft, note or session.reserve_note(), base, cursor)
    session._drafting.close()


def sealed(path: str) -> str:
    """Return the text in the newest journal that no session has open any more."""
    session = open_session(path)
    found = session.unfinished()
    kept = find_kept(found[-1].path)[0] if found else None
    said = open_kept(kept, session._desk.keyring) if kept else None
    return (said.text or "") if said else ""


def count(path: str, action: Action) -> int:
    columns = open_session(path).vault.columns
    return sum(columns.shape(seq).action == action for seq in range(len(columns)))


def test_a_kill_in_mid_word_loses_nothing_that_was_sealed(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, "begun ", date="2026-11-20"))
    folder = Path(os.environ["TACENDA_STATE"])
    with PtyTerminal(quick(vault)) as terminal:
        terminal.wait_for("✓ whole", LONG)
        terminal.send(PASSPHRASE + "\r")
        terminal.wait_for("go on with it", LONG)
        terminal.send("\r")
        terminal.wait_for("begun", LONG)
        wait_until(lambda: list(folder.glob("drafts/*/*.draft")), LONG, "the journal's space")
        (journal,) = folder.glob("drafts/*/*.draft")
        before = journal.read_bytes()
        terminal.send(SAID)
        terminal.wait_for(SAID, LONG)
        wait_until(lambda: journal.read_bytes() != before, LONG, "something to be sealed")
        settled(terminal, journal)
        terminal.kill()
        terminal.wait_exit(LONG)
    assert SAID.encode() not in journal.read_bytes()
    with PtyTerminal(quick(vault)) as terminal:
        terminal.wait_for("✓ whole", LONG)
        assert SAID not in terminal.screen()
        terminal.send(PASSPHRASE + "\r")
        terminal.wait_for("begun " + SAID, LONG)
        terminal.wait_for("was not in the vault", LONG)
        terminal.send(" knew\x11")
        assert terminal.wait_exit(LONG) == 0
    assert open_session(vault).read_note(note).text == "begun " + SAID + " knew"
    assert list(folder.glob("drafts/*/*.draft")) == []
    assert count(vault, Action.DRAFT_RECOVERED) == 1


def test_a_kill_leaves_an_addition_to_a_signed_note_with_its_reason(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, "Slept since March.", date="2026-11-20"), sign=True)
    folder = Path(os.environ["TACENDA_STATE"])
    with PtyTerminal(quick(vault)) as terminal:
        terminal.wait_for("✓ whole", LONG)
        terminal.send(PASSPHRASE + "\r")
        terminal.wait_for("[1 Today]", LONG)
        terminal.send("2\r\r")
        terminal.wait_for("Slept since March", LONG)
        terminal.send("a")
        terminal.wait_for("Add to this signed note", LONG)
        terminal.send("left out\r")
        terminal.wait_for("signed, stays as it is", LONG)
        wait_until(lambda: list(folder.glob("drafts/*/*.draft")), LONG, "the journal's space")
        (journal,) = folder.glob("drafts/*/*.draft")
        before = journal.read_bytes()
        terminal.send(SAID)
        terminal.wait_for(SAID, LONG)
        wait_until(lambda: journal.read_bytes() != before, LONG, "something to be sealed")
        settled(terminal, journal)
        terminal.kill()
        terminal.wait_exit(LONG)
    with PtyTerminal(quick(vault)) as terminal:
        terminal.wait_for("✓ whole", LONG)
        terminal.send(PASSPHRASE + "\r")
        terminal.wait_for(SAID, LONG)
        terminal.wait_for("Slept since March", LONG)
        terminal.send("\x11")
        assert terminal.wait_exit(LONG) == 0
    [added] = open_session(vault).read_note(note).additions
    assert (added.text, added.row.title) == (SAID, "left out")


def settled(terminal: PtyTerminal, journal: Path) -> None:
    """Wait until the journal is written no more: two looks that see the same while the screen stands still."""
    seen = [b"", b""]

    def still() -> bool:
        terminal.screen()
        seen.append(journal.read_bytes())
        return len(seen) > 50 and all(one == seen[-1] for one in seen[-40:])

    wait_until(still, LONG, "the journal to have caught up")


def test_the_thread_seals_when_it_is_due(vault: str, fill: Fill) -> None:
    fill()
    session = open_session(vault)
    keeper = DraftKeeper(session)
    draft = NoteDraft(session.catalog.clients()[0].id, "", date="2026-11-20")
    keeper.begin(draft, None, 0)
    thread = Journaling(keeper, seconds=3_600.0, changes=20)
    thread.start()
    for number in range(1, 21):
        keeper.keep(NoteDraft(draft.client, "x" * number, date="2026-11-20"), number)
    journal = session._drafting
    wait_until(lambda: journal._journal is not None and journal._journal.seals == 1, LONG, "twenty changes sealed")
    keeper.close()
    thread.join(LONG)
    assert not thread.is_alive()
    session._drafting.close()
    assert sealed(vault) == "x" * 20


async def test_idle_lock_on_a_full_disk(vault: str, fill: Fill) -> None:
    """The vault's disk is full, the state folder's is not: the text is sealed there, and comes back."""
    (note,) = fill(NoteDraft(0, "begun ", date="2026-11-20"))
    now, typed = [0.0], "\nsaid" * 4_000
    with tmpfs(4 * 2**20) as disk:
        path = disk / "practice.tacenda"
        shutil.copyfile(vault, path)
        filler = disk / "filler"
        app = Tacenda(str(path), clock=lambda: now[0])
        async with app.run_test() as pilot:
            await unlock(pilot)
            await see(pilot, "go on with it")
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, Editor) and app.screen._ready)
            # more than the end of the file's last block would take
            fill_up(filler)
            app.screen.query_one(NoteText).insert(SAID + typed)
            await until(pilot, lambda: app.keeper is not None and app.keeper.pending)
            now[0] += 3_600
            screen = await see(pilot, "Locked at")
            assert SAID not in screen
            assert "sealed on this machine" in " ".join(screen.split())
            filler.unlink()
            await unlock(pilot)
            await until(pilot, lambda: isinstance(app.screen, Recovering) and app.screen._ready)
            assert app.screen.query_one(NoteText).said == "begun " + SAID + typed
            assert app.screen.query_one(NoteText).cursor_location == (4_000, 4)
            await pilot.press("escape")
            await until(pilot, lambda: not isinstance(app.screen, Editor))
            assert app.session is not None
            assert app.session.read_note(note).text == "begun " + SAID + typed
            assert app.session.unfinished() == []


def fill_up(filler: Path) -> None:
    """Write until the disk takes nothing more."""
    with filler.open("wb", buffering=0) as file:
        for size in (2**16, 2**10, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue


async def test_several_are_offered_and_one_is_discarded(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, "begun", date="2026-11-20"))
    first = open_session(vault)
    leave(first, "left first")
    second = open_session(vault)
    second.save_note(NoteDraft(second.catalog.clients()[0].id, "saved since", date="2026-11-20"), note, 1)
    leave(second, "typed on the older one", note=note, base=1)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        screen = await see(pilot, "Not in the vault yet")
        assert "ended without a lock" in screen
        assert "older than the vault" in screen
        assert not isinstance(app.screen, Editor)
        await pilot.press("D")
        await see(pilot, "stands in no vault")
        await pilot.press("escape")
        await see(pilot, "ended without a lock")
        await pilot.press("D")
        await see(pilot, "stands in no vault")
        await pilot.press("d")
        await until(pilot, lambda: "ended without a lock" not in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Recovering) and app.screen._ready)
        assert app.screen.query_one(NoteText).said == "typed on the older one"
        await pilot.press("escape")
        await see(pilot, "[1 Today]")
        assert "older than the vault" not in screen_text(app)
        session = app.session
        assert session is not None
        assert session.read_note(note).text == "saved since"
        assert len(session.catalog.notes()) == 2
        assert session.unfinished() == []
    assert count(vault, Action.DRAFT_DISCARDED) == 1


async def test_without_space_it_says_so_and_goes_on(vault: str, fill: Fill) -> None:
    (note,) = fill(NoteDraft(0, "begun ", date="2026-11-20"))
    folder = Path(os.environ["TACENDA_STATE"]) / "drafts"
    folder.write_text("a file where the folder should be")
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await see(pilot, "go on with it")
        await pilot.press("enter")
        await see(pilot, "cannot be kept beside the vault")
        await type_text(pilot, "still")
        await pilot.press("ctrl+s")
        await see(pilot, "saved")
        await until(pilot, lambda: app.keeper is not None and not app.keeper.pending)
        assert app.session is not None
        assert app.session.read_note(note).text == "begun still"


def test_what_was_taken_back_by_hand_is_not_offered(vault: str, fill: Fill) -> None:
    fill()
    session = open_session(vault)
    keeper = DraftKeeper(session)
    draft = NoteDraft(session.catalog.clients()[0].id, "", date="2026-11-20")
    keeper.begin(draft, None, 0)
    keeper.keep(NoteDraft(draft.client, "no", date="2026-11-20"))
    assert keeper.seal()
    keeper.keep(draft)
    assert keeper.rescue().words == ""
    session.lock(LockReason.PERSON)
    assert sealed(vault) == ""


async def test_a_vault_that_turns_read_only_loses_no_word(vault: str, fill: Fill) -> None:
    """Saving says so and leaves the text where it is; a lock seals it on this machine; writable again, it is saved."""
    (note,) = fill(NoteDraft(0, "begun ", date="2026-11-20"))
    now = [0.0]
    app = Tacenda(vault, clock=lambda: now[0])
    async with app.run_test() as pilot:
        await unlock(pilot)
        await see(pilot, "go on with it")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor) and app.screen._ready)
        app.screen.query_one(NoteText).insert("before. ")
        with read_only(Path(vault)):
            app.screen.query_one(NoteText).insert(SAID)
            await pilot.press("ctrl+s")
            screen = await see(pilot, "cannot be written")
            assert "before. " + SAID in screen
            now[0] += 3_600
            screen = await see(pilot, "Locked at")
            assert SAID not in screen
            assert "sealed on this machine" in " ".join(screen.split())
        await see(pilot, "Look again")
        await pilot.press("enter")
        await unlock(pilot)
        await until(pilot, lambda: isinstance(app.screen, Recovering) and app.screen._ready)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.keeper is not None and not app.keeper.pending)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, Editor))
        assert app.session is not None
        assert app.session.read_note(note).text == "begun before. " + SAID
        assert app.session.unfinished() == []


def test_what_may_be_lost_to_a_kill_is_five_seconds_and_two_hundred_changes() -> None:
    assert SECONDS <= 5
    assert CHANGES <= 200
    # and the thread that seals takes them unless a test says otherwise
    thread = Journaling(DraftKeeper(None))  # type: ignore[arg-type]
    assert (thread._seconds, thread._changes) == (SECONDS, CHANGES)
