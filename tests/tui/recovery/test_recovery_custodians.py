"""Custodians as people meet them: the ceremony, one at a time; recovering by their shares; the will."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.session import Door
from core.upkeep.people.invitation import fingerprint, invite, read_invitation
from tests.tui.conftest import CHEAP, open_session
from tests.tui.recovery.test_recovery import NEW, actions, put, read, recovery_page
from tests.tui.walking import PASSPHRASE, screen_text, see, unlock, until
from tui.application import Tacenda
from tui.screens.recovery.custody.by_custodians import ByCustodians
from tui.screens.recovery.custody.ceremony import CeremonyPage
from tui.screens.recovery.own_kit.kit import KitPage
from tui.screens.recovery.page import RecoveryPage
from tui.widgets.fields import Field
from tui.widgets.rows import Rows
from vault_format import machine
from vault_format.codes import Action
from vault_format.view import View


def words_on(app: Tacenda) -> list[str]:
    found = dict(re.findall(r" (\d{1,2}) ([a-z]{4,8})\b", screen_text(app)))
    return [found[str(at)] for at in range(1, 34)]


async def hold(pilot: Pilot[int], names: list[str]) -> list[list[str]]:
    """Hold a ceremony from its page to its end; return the shares."""
    app = pilot.app
    assert isinstance(app, Tacenda)
    await put(pilot, "threshold", "2")
    await put(pilot, "names", ", ".join(names))
    papers = []
    for name in names:
        await see(pilot, f"{name} alone at the keyboard")
        await until(pilot, lambda: "Enter shows your share" in screen_text(app))
        assert not re.search(r" 33 [a-z]{4}", screen_text(app))
        await pilot.press("enter")
        await see(pilot, "Write these 33 words")
        papers.append(words_on(app))
        await pilot.press("enter")
        await see(pilot, f"{name}: type them back")
        assert papers[-1][32] not in screen_text(app).split("type them back")[1]
        await put(pilot, "share-back", " ".join(word[:4] for word in papers[-1]))
    await see(pilot, "Every share was typed back")
    await put(pilot, "ceremony-passphrase", PASSPHRASE)
    await see(pilot, "The custodians are set")
    await pilot.press("enter")
    return papers


@pytest.mark.slow
async def test_custodians_are_set_one_at_a_time_and_stopping_counts_for_nothing(vault: str) -> None:
    app = Tacenda(vault, cost=CHEAP)
    async with app.run_test(size=(80, 24)) as pilot:
        await recovery_page(pilot)
        before = read(vault)
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, CeremonyPage))
        await put(pilot, "threshold", "4")
        await put(pilot, "names", "custodian-1, custodian-2")
        await see(pilot, "is no number of custodians")
        await pilot.press("escape")
        await put(pilot, "threshold", "2")
        await put(pilot, "names", "custodian-1, custodian-2")
        await pilot.press("enter")
        await see(pilot, "Write these 33 words")
        shown = words_on(app)
        await pilot.press("enter")
        await see(pilot, "type them back")
        field = app.screen.query_one("#share-back", Field)
        app.screen.set_focus(field)
        await pilot.press(*shown[0][:4])
        await see(pilot, f"Word 1 of 33: {shown[0]}")
        await pilot.press("space")
        await until(pilot, lambda: field.value == shown[0] + " ")
        await pilot.press(*("acid" if shown[1] != "acid" else "acne"))
        await see(pilot, "Word 2 is not the one that was shown")
        await pilot.press("escape")
        await pilot.press("escape")
        await see(pilot, "Esc once more")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, RecoveryPage))
        assert read(vault) == before
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CeremonyPage))
        await hold(pilot, ["custodian-1", "custodian-2", "custodian-3"])
        await see(pilot, "you have not accepted them")
        rows = app.screen.query_one(Rows)
        rows.move_to(2)
        await pilot.press("enter")
        screen = await see(pilot, "Process notes are what")
        assert "2 of these 3: custodian-1, custodian-2, custodian-3" in screen
        await pilot.press("enter")
        await see(pilot, "you accepted them")
        rows.move_to(3)
        await pilot.press("enter")
        await see(pilot, "INSTRUCTIONS FOR THE PROFESSIONAL WILL")
        await pilot.press("x")
        await see(pilot, "Write the instructions")
        await pilot.press("enter")
        await see(pilot, "Written:")
    assert actions(vault).count(Action.AUTHORITY_SET) == 1
    assert b"custodian-3" in read(str(Path(vault).with_name("professional-will.html")))


@pytest.fixture
def papers(vault: str) -> list[str]:
    """The shares of custodians whom the owner accepted."""
    from core.recovery.custody.ceremony import Ceremony, Custodian, accept

    session = open_session(vault)
    ceremony = Ceremony(session, 2, [Custodian("custodian-1"), Custodian("custodian-2"), Custodian("custodian-3")])
    shares = [" ".join(ceremony.share(number)) for number in range(3)]
    for number, share in enumerate(shares):
        ceremony.type_back(number, share)
    ceremony.finish(PASSPHRASE)
    accept(session, process=True)
    session.lock()
    return shares


@pytest.mark.slow
async def test_shares_bring_one_back_with_every_wrong_turn(vault: str, papers: list[str]) -> None:
    app = Tacenda(vault, cost=CHEAP)
    async with app.run_test(size=(80, 24)) as pilot:
        await see(pilot, "the custodians")
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, ByCustodians))
        await put(pilot, "shares-member", "owner")
        await pilot.press("enter")
        await see(pilot, "0/2 shares")
        words = papers[1].split()
        words[6] = "acid" if words[6] != "acid" else "acne"
        await put(pilot, "share-words", " ".join(words))
        await see(pilot, "These words are no share")
        await pilot.press("escape")
        app.screen.query_one("#share-words", Field).set("acad zzzz ")
        await see(pilot, "Word 2 is not in the list")
        await pilot.press("escape")
        await put(pilot, "share-words", papers[1])
        await see(pilot, "1/2 shares")
        assert papers[1].split()[5] not in screen_text(app)
        await put(pilot, "share-words", papers[1])
        await see(pilot, "typed already")
        await pilot.press("escape", "escape")
        await see(pilot, "Esc once more")
        await put(pilot, "share-words", papers[0])
        await see(pilot, "The shares are enough")
        await put(pilot, "reason-words", "")
        await put(pilot, "present", "custodian-1, custodian-2")
        await see(pilot, "Say why")
        await pilot.press("escape")
        await put(pilot, "reason-words", "in hospital; on the word of the family")
        await put(pilot, "present", "custodian-1, custodian-2")
        await see(pilot, "alone at the keyboard")
        app.screen.query_one("#new-1", Field).set(NEW)
        await put(pilot, "new-2", NEW)
        await see(pilot, "A kit from before is void")
        assert isinstance(app.screen, KitPage)
        await pilot.press("escape")
        await see(pilot, "You have new keys")
    assert actions(vault).count(Action.MEMBER_REKEY) == 1


@pytest.mark.slow
async def test_custodians_add_an_owner_from_the_door_and_the_others_are_told(
    vault: str, papers: list[str], tmp_path: Path
) -> None:  # fmt: skip
    view = View(vault, machine.now_ms)
    block = invite(view.state, "owner-2", NEW, CHEAP, os.urandom)
    six = " ".join(fingerprint(read_invitation(block, view.state), view.state.vault_id))
    view.close()
    file = tmp_path / "invitation"
    file.write_text(block)
    app = Tacenda(vault, cost=CHEAP)
    async with app.run_test(size=(80, 24)) as pilot:
        await see(pilot, "the custodians")
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, ByCustodians))
        await put(pilot, "invitation", str(tmp_path / "no such file"))
        await see(pilot, "cannot be read")
        await pilot.press("escape")
        await put(pilot, "invitation", str(file))
        await see(pilot, "0/2 shares")
        await put(pilot, "share-words", papers[2])
        await see(pilot, "1/2 shares")
        await put(pilot, "share-words", papers[0])
        assert six in await see(pilot, "Compare with owner-2, aloud")
        await put(pilot, "reason-words", "the practice goes on; on the word of the will")
        await put(pilot, "present", "custodian-1, custodian-3")
        await see(pilot, "owner-2 is an owner now")
        await pilot.press("enter")
        # the door knows that there are two members now
        await see(pilot, "Member")
        app.screen.query_one("#member", Field).set("owner")
        await unlock(pilot)
        screen = await see(pilot, "The custodians added the owner owner-2")
        assert "Ask owner-2 whether that is" in screen
    assert actions(vault).count(Action.OWNER_ADD) == 1
    assert Door(vault).unlock("owner-2", NEW).member == "owner-2"
