"""What the page of the trail says while it looks: no answer before there is one. And checkpoints that were kept."""

from __future__ import annotations

import re
import shutil
import threading
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.audit.surveyed import survey
from core.session import Door, NoteDraft
from core.trust import render
from core.trust.checking import take_checkpoint
from core.trust.checkpoint import key_name, verifier_key
from core.trust.witness import cosigned, new_witness
from tests.tui.conftest import Fill, open_session
from tests.tui.trail.test_trail import fail_unlocks
from tests.tui.walking import screen_text, see, unlock, until
from tui.application import Tacenda
from tui.screens.trail.checkpoint import CheckpointPage
from tui.widgets.fields import Field


class Gate:
    """Holds surveys of the trail back until they are let go, each by itself."""

    def __init__(self) -> None:
        self.begun: list[threading.Event] = []

    def survey(self, *given: object) -> object:
        """Wait, then survey."""
        own = threading.Event()
        self.begun.append(own)
        own.wait(60)
        return survey(*given)  # type: ignore[arg-type]  # what it is given


async def ask(pilot: Pilot[int], **fields: str) -> None:
    """Filter the trail by FIELDS."""
    await pilot.press("slash")
    await see(pilot, "Show these records only")
    for name in ("from", "until", "hours", "who", "what", "result", "class", "client", "note"):
        field = pilot.app.screen.query_one("#focus" if name == "from" else f"#f-{name}", Field)
        field.set(fields.get(name, ""))
    await pilot.press("ctrl+s")


async def test_until_there_is_an_answer_nothing_stands_for_one(
    vault: str, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(NoteDraft(0, "text", title="one"))
    gate = Gate()
    monkeypatch.setattr("tui.screens.trail.audit._AT_ONCE", 0)
    monkeypatch.setattr("tui.screens.trail.audit.survey", gate.survey)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("4")
        # of everything the rows are known at once, and what stands in the vault besides is not said before it is
        assert "checkpoint yet" not in await see(pilot, "note saved")
        await until(pilot, lambda: len(gate.begun) == 1)
        await pilot.press("f")
        await see(pilot, "Looking through the trail.")
        gate.begun[0].set()
        await see(pilot, "No checkpoint yet")
        await ask(pilot, what="note saved")
        screen = await see(pilot, "Only what note saved   looking")
        assert not {"unlock", "vault", "done"} & set(screen.partition("Only")[2].split())
        await pilot.press("down")
        await see(pilot, "Looking through the trail.")
        # asked again: the answer to what was asked before is none to this
        await until(pilot, lambda: len(gate.begun) == 2)
        await ask(pilot, what="vault made")
        await until(pilot, lambda: len(gate.begun) == 3)
        gate.begun[1].set()
        await pilot.pause(0.2)
        assert "note saved" not in screen_text(app)
        gate.begun[2].set()
        screen = await see(pilot, "Only what vault made   1 of")
        assert "note saved" not in screen
        await until(pilot, lambda: "Looking" not in screen_text(app))
        await pilot.press("w")
        await see(pilot, "note saved")
        for begun in gate.begun:
            begun.set()


async def test_charts_count_what_the_list_shows(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "text", title="one"))
    fail_unlocks(vault, 3)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await see(pilot, "Passphrase")
        await pilot.press("down", "enter")
        await see(pilot, "✓ WHOLE")
        await ask(pilot, result="failed")
        await see(pilot, "3 of")
        await pilot.press("h")
        screen = await see(pilot, "only result failed")
        days = [row.split()[-1] for row in screen.splitlines() if re.match(r"   (Mon|Tue|Wed|Thu|Fri|Sat|Sun) ", row)]
        assert sum(map(int, days)) == 3
        assert len(days) == 7
        await pilot.press("escape", "w", "h")
        await until(
            pilot, lambda: "Week by week" in screen_text(app) and "only" not in screen_text(app).splitlines()[1]
        )


async def test_ids_that_begin_alike_are_told_apart(vault: str, fill: Fill) -> None:
    notes = fill(*(NoteDraft(0, "text", title=f"{number}") for number in range(40)))
    first = next(digit for digit in "0123456789abcdef" if sum(f"{note:016x}"[0] == digit for note in notes) > 1)
    alike = sum(f"{note:016x}"[0] == first for note in notes)
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await see(pilot, "Passphrase")
        await pilot.press("down", "enter")
        await see(pilot, "✓ WHOLE")
        await ask(pilot, note=f"n{first}", what="note saved")
        await see(pilot, f"({alike} notes begin so)")
        whole = next(note for note in notes if f"{note:016x}"[0] == first)
        await ask(pilot, note=f"n{whole:016x}", what="note saved")
        screen = await see(pilot, "1 of")
        assert "begin so" not in screen


def kept_checkpoint(vault: str, folder: Path) -> tuple[Path, str, str]:
    """Return a file with a checkpoint of VAULT, co-signed, and the keys of its member and of the witness."""
    session = open_session(vault)
    made = take_checkpoint(session)
    with session.at_desk() as desk:
        key = verifier_key(key_name(desk.who.name), desk.who.sign)
    session.lock()
    witness = new_witness("county", folder / "county.key")
    kept = folder / "kept.checkpoint"
    kept.write_text(render(cosigned(made, folder / "county.key")))
    return kept, key, witness


async def compare(pilot: Pilot[int], file: str, key: str = "") -> None:
    """Compare the checkpoint FILE on its page."""
    await pilot.press("c")
    await see(pilot, "Compare a checkpoint with this vault")
    pilot.app.screen.query_one("#focus", Field).set(file)
    pilot.app.screen.query_one("#key", Field).set(key)
    await pilot.press("enter", "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, CheckpointPage))


async def keyless(pilot: Pilot[int]) -> None:
    """Go to the page of checkpoints without a passphrase."""
    await see(pilot, "Audit trail")
    await pilot.press("down", "enter")
    await see(pilot, "✓ WHOLE")
    await pilot.press("p")
    await see(pilot, "c compares one that was kept")


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_a_checkpoint_that_was_kept_is_compared_without_a_passphrase(
    vault: str, fill: Fill, tmp_path: Path, size: tuple[int, int]
) -> None:
    fill(NoteDraft(0, "text", title="one"))
    kept, key, witness = kept_checkpoint(vault, tmp_path)
    fill(NoteDraft(0, "more", title="two"), code="HERON")
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await keyless(pilot)
        assert "make one" not in screen_text(app)
        await pilot.press("n")
        assert app.session is None
        await compare(pilot, str(kept))
        screen = await see(pilot, "✓ The vault goes on from it.")
        assert "by owner, county, as it says. No key" in " ".join(screen.split())
        assert "came since" in screen
        await compare(pilot, str(kept), witness)
        await see(pilot, "by county: the key that was named")
        await compare(pilot, str(kept), witness[:-4])
        await see(pilot, "This is no verifier key.")
        await pilot.press("escape")
        await compare(pilot, str(tmp_path / "none"))
        await until(pilot, lambda: "cannot be read as a text" in " ".join(screen_text(app).split()))
        await pilot.press("escape")
        stranger = new_witness("somebody", tmp_path / "somebody.key")
        await compare(pilot, str(kept), stranger)
        await see(pilot, "NOT go on from it: somebody did not")
        await compare(pilot, str(kept), key)
        await see(pilot, "by owner: the key that was named")


async def test_an_older_copy_does_not_go_on_from_what_was_kept(vault: str, fill: Fill, tmp_path: Path) -> None:
    fill(NoteDraft(0, "text", title="one"))
    older = tmp_path / "older"
    shutil.copyfile(vault, older)
    fill(NoteDraft(0, "more", title="two"), code="HERON")
    kept, _, _ = kept_checkpoint(vault, tmp_path)
    elsewhere = tmp_path / "elsewhere.tacenda"
    shutil.copyfile(older, elsewhere)
    app = Tacenda(str(elsewhere))
    async with app.run_test() as pilot:
        await keyless(pilot)
        await compare(pilot, str(kept))
        screen = await see(pilot, "✗ The vault does NOT go on from it")
        assert "and had" in screen
        assert "look for the copy that goes on" in " ".join(screen.split())
        # another history of the same length and more
        door = Door(str(elsewhere), folder=str(tmp_path / "other"))
        session = door.unlock("owner", "otter maple heron wren")
        for number in range(12):
            session.save_note(NoteDraft(session.catalog.clients()[0].id, f"another {number}"))
        session.lock()
        app.close_door()
    app = Tacenda(str(elsewhere))
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("4")
        await see(pilot, "note saved")
        await pilot.press("p")
        await see(pilot, "None was made yet")
        await compare(pilot, str(kept))
        await see(pilot, "another history")
