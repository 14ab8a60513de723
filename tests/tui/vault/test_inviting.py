"""A newcomer makes an invitation at the door; an owner admits them with it."""

# ruff: noqa: F811  fixtures are imported, and tests name them
from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.upkeep.people.invitation import fingerprint, read_invitation
from core.upkeep.people.members import admit
from tests.core.practice import Practice
from tests.tui.in_practice import NEW, SMALL, application, made, practice, put  # noqa: F401
from tests.tui.pictures.test_captures import SIZES, check, settle
from tests.tui.walking import screen_text, see, until
from tui.application import Tacenda
from tui.screens.door.door import DoorPage
from tui.screens.door.invite import Invite, block_lines
from vault_format.codes import Action, Role

SIX = ("one", "two", "three", "four", "five", "six")


async def to_the_page(pilot: Pilot[int]) -> Tacenda:
    """Choose the way from the door."""
    app = pilot.app
    assert isinstance(app, Tacenda)
    await see(pilot, "I am new here")
    await pilot.press("down", "j", "enter")
    await until(pilot, lambda: isinstance(app.screen, Invite))
    await settle(pilot)
    return app


async def test_a_newcomer_makes_an_invitation_and_is_admitted_with_it(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, whole = len(practice.actions()), practice.path.read_bytes()
    monkeypatch.chdir(tmp_path)
    async with application(practice).run_test() as pilot:
        app = await to_the_page(pilot)
        put(app, "invite-name", "clinician-2")
        put(app, "new-1", NEW)
        put(app, "new-2", NEW)
        await pilot.press("ctrl+s")
        screen = await see(pilot, "The six words of clinician-2")
        assert NEW not in screen
        await pilot.press("x")
        await see(pilot, "Write the invitation")
        await pilot.press("enter")
        await see(pilot, "Written: invitation-clinician-2.txt")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DoorPage))
    # the vault was only read
    assert practice.path.read_bytes() == whole
    file = tmp_path / "invitation-clinician-2.txt"
    assert file.stat().st_mode & 0o777 == 0o600
    text = file.read_text()
    session = practice.unlock()
    state = session.vault.ledger.state
    invitation = read_invitation(text, state)
    assert " ".join(fingerprint(invitation, state.vault_id)) in screen
    # what is on the screen is the same block, and its rows may be copied at any width
    for width in (60, 80, 120):
        rows = "\n".join("".join(piece[0] for piece in line) for line in block_lines(text, width))
        assert max(map(len, rows.splitlines())) < width
        assert read_invitation(rows, state) == invitation
    admit(session, invitation, Role.CLINICIAN)
    session.lock()
    assert practice.actions()[before:].count(Action.MEMBER_ADD) == 1
    newcomer = practice.door(practice.folder / "new").unlock("clinician-2", NEW)
    assert newcomer.role is Role.CLINICIAN
    newcomer.lock()
    assert practice.verdict().intact


async def test_what_cannot_be_used_makes_no_keys(practice: Practice) -> None:
    async with application(practice).run_test() as pilot:
        app = await to_the_page(pilot)
        await pilot.press("ctrl+s")
        assert app.screen.step == 0  # type: ignore[attr-defined]
        await pilot.press("escape")
        put(app, "invite-name", "clinician-2")
        put(app, "new-1", "clinician-2 clinician-2")
        put(app, "new-2", "clinician-2 clinician-2")
        await pilot.press("ctrl+s")
        await see(pilot, "This passphrase is")
        await pilot.press("escape")
        put(app, "new-1", NEW)
        await pilot.press("ctrl+s")
        await see(pilot, "The two passphrases are not the same.")
        await pilot.press("escape")
        put(app, "new-2", NEW)
        # names of members, and of those who were, are taken
        put(app, "invite-name", "Clinician")
        await pilot.press("ctrl+s")
        await see(pilot, "There is, or was, a member")
        assert "BEGIN TACENDA" not in screen_text(app)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(app.screen, DoorPage))


async def test_what_was_not_written_is_left_by_a_second_escape(practice: Practice) -> None:
    async with application(practice).run_test() as pilot:
        app = await to_the_page(pilot)
        put(app, "invite-name", "clinician-2")
        put(app, "new-1", NEW)
        put(app, "new-2", NEW)
        app.screen.query_one("#new-2").focus()
        await pilot.press("enter")
        await see(pilot, "The six words of clinician-2")
        page = app.screen
        assert isinstance(page, Invite)
        await pilot.press("escape")
        await see(pilot, "once more leaves")
        await pilot.press("down", "escape")
        assert app.screen is page
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, DoorPage))
        assert page._block == ""
        assert NEW not in screen_text(app)


@pytest.mark.parametrize("size", [*SIZES, SMALL])
async def test_the_page_looks_as_it_did(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setattr("tui.screens.recovery.passphrase.suggestion", lambda: "six words that were drawn by chance")
    monkeypatch.setattr("tui.screens.door.invite.fingerprint", lambda *_: SIX)
    monkeypatch.setattr("tui.screens.door.invite.block_lines", lambda *_: [(("-----BEGIN", "text"),)])
    async with application(practice).run_test(size=size) as pilot:
        app = await to_the_page(pilot)
        put(app, "invite-name", "clinician-2")
        await settle(pilot)
        await check("invite", pilot)
        put(app, "new-1", NEW)
        put(app, "new-2", NEW)
        await pilot.press("ctrl+s")
        await see(pilot, "The six words of clinician-2")
        await settle(pilot)
        await check("invite-made", pilot)
