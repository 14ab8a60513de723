"""Recovery as a person does it: the kit's ceremony, its drill, recovering; custodians, their ceremony, their shares."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.keys.kit import SLOT_SECONDS
from core.session import Door
from tests.core.recovery.test_recovery_kit import oath
from tests.tui.conftest import CHEAP
from tests.tui.pictures.test_captures import check, settle
from tests.tui.walking import PASSPHRASE, screen_text, see, unlock, until
from tui.application import Tacenda
from tui.screens.recovery.own_kit.kit import KitPage
from tui.screens.recovery.own_kit.recover import RecoverPage
from tui.screens.recovery.page import RecoveryPage
from tui.widgets.fields import Field
from vault_format import machine
from vault_format.codes import Action
from vault_format.ledger import Ledger

NEW = "seven herons over the weir"
QUARTER = SLOT_SECONDS * 1000


class Time:
    """A clock that goes with the machine's, put forward by a test; UTC milliseconds."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self) -> int:
        """Return the time."""
        return self._machine() + self.ahead

    _machine = staticmethod(machine.now_ms)

    def to(self, into_ms: int) -> None:
        """Go forward to the next time that is INTO_MS into a quarter of an hour."""
        self.ahead += (into_ms - self()) % QUARTER


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """The clock of every vault that is opened, in the middle of a quarter of an hour."""
    found = Time()
    found.to(400_000)
    defaults = Door.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "clock", found)
    return found


def read(path: str) -> bytes:
    return Path(path).read_bytes()


def actions(path: str) -> list[int]:
    ledger = Ledger(path, machine.now_ms)
    try:
        return [ledger.record(seq).header.action for seq in range(ledger.count)]
    finally:
        ledger.close()


async def put(pilot: Pilot[int], field: str, text: str) -> None:
    """Type TEXT into a field at once, and Enter."""
    app = pilot.app
    await until(pilot, lambda: bool(app.screen.query(f"#{field}")))
    target = app.screen.query_one(f"#{field}", Field)
    app.screen.set_focus(target)
    target.set(text)
    await pilot.pause()
    await pilot.press("enter")


async def recovery_page(pilot: Pilot[int]) -> None:
    app = pilot.app
    assert isinstance(app, Tacenda)
    await unlock(pilot)
    await app.workers.wait_for_complete()
    app.show_page(RecoveryPage())
    await see(pilot, "if you lose")


def printed(app: Tacenda) -> list[str]:
    return re.findall(r" \d {4}([0-9A-Z]{4} [0-9A-Z]{4}  [0-9A-Z]{2})\n", screen_text(app))


def secret_of(app: Tacenda) -> str:
    assert isinstance(app.screen, KitPage)
    assert app.screen._making is not None
    return "".join(app.screen._making.phone.groups)


async def make_kit(pilot: Pilot[int], time: Time) -> tuple[list[str], str]:
    """Walk through the kit's ceremony from the recovery page; return the printed lines and the phone's secret."""
    app = pilot.app
    assert isinstance(app, Tacenda)
    await until(pilot, lambda: isinstance(app.screen, RecoveryPage))
    await pilot.press("enter")
    await see(pilot, "step 1 of 4")
    await pilot.press("enter")
    await see(pilot, "step 2 of 4")
    lines = printed(app)
    assert len(lines) == 4, screen_text(app)
    await pilot.press("enter")
    await see(pilot, "typed back")
    assert not any(line in screen_text(app) for line in lines)
    for number, line in enumerate(lines, 1):
        await put(pilot, f"kit-{number}", line.lower())
    await see(pilot, "step 3 of 4")
    secret = secret_of(app)
    await put(pilot, "phone-code", oath(secret, time()))
    await see(pilot, "step 4 of 4")
    await put(pilot, "kit-passphrase", PASSPHRASE)
    await see(pilot, "The kit counts")
    await pilot.press("enter")
    await see(pilot, "✓ present")
    return lines, secret


async def test_a_kit_is_made_with_every_wrong_turn(vault: str, time: Time, tmp_path: Path) -> None:
    app = Tacenda(vault, cost=CHEAP)
    async with app.run_test(size=(80, 24)) as pilot:
        await recovery_page(pilot)
        assert "✗ none" in screen_text(app)
        await pilot.press("enter")
        await see(pilot, "step 1 of 4")
        await pilot.press("enter")
        await see(pilot, "step 2 of 4")
        lines = printed(app)
        await pilot.press("x")
        await see(pilot, "Write a page to print")
        await put(pilot, "focus", str(tmp_path / "kit.html"))
        await see(pilot, "Written:")
        assert (tmp_path / "kit.html").stat().st_mode & 0o777 == 0o600
        assert lines[3] in (tmp_path / "kit.html").read_text()
        await pilot.press("enter")
        await see(pilot, "typed back")
        for number in (1, 2):
            await put(pilot, f"kit-{number}", lines[number - 1])
        wrong = lines[2][:-1] + ("0" if lines[2][-1] != "0" else "1")
        await put(pilot, "kit-3", wrong)
        await see(pilot, "✗ has a wrong")
        assert app.focused is app.screen.query_one("#kit-3")
        await put(pilot, "kit-3", "0000 0000  00")
        await see(pilot, "✗ has a wrong")
        await put(pilot, "kit-3", lines[2])
        await put(pilot, "kit-4", lines[3])
        await see(pilot, "step 3 of 4")
        await pilot.press("escape")
        await see(pilot, "step 2 of 4: typed back")
        for number, line in enumerate(lines, 1):
            await put(pilot, f"kit-{number}", line)
        await see(pilot, "step 3 of 4")
        secret = secret_of(app)
        await put(pilot, "phone-code", "12345")
        await see(pilot, "six digits")
        await pilot.press("escape")
        await put(pilot, "phone-code", "000000" if oath(secret, time()) != "000000" else "111111")
        await see(pilot, "does not match")
        await pilot.press("escape", "1", "2")
        time.to(60_000)
        await see(pilot, "Near a quarter of an hour")
        await until(pilot, lambda: app.screen.query_one("#phone-code").region.height == 0)
        time.to(400_000)
        await until(pilot, lambda: app.focused is app.screen.query_one("#phone-code"))
        assert app.screen.query_one("#phone-code", Field).value == ""
        await put(pilot, "phone-code", oath(secret, time()))
        await see(pilot, "step 4 of 4")
        await put(pilot, "kit-passphrase", "not this one")
        await see(pilot, "Not this passphrase")
        assert Action.KIT_SET not in actions(vault)
        await pilot.press("escape")
        await put(pilot, "kit-passphrase", PASSPHRASE)
        await see(pilot, "The kit counts")
    assert actions(vault).count(Action.KIT_SET) == 1


async def test_a_code_that_was_shown_is_not_shown_again(vault: str, time: Time) -> None:
    app = Tacenda(vault, cost=CHEAP)
    async with app.run_test(size=(80, 24)) as pilot:
        await recovery_page(pilot)
        await pilot.press("enter")
        await see(pilot, "step 1 of 4")
        await pilot.press("enter")
        await see(pilot, "step 2 of 4")
        first = printed(app)
        await pilot.press("enter")
        await see(pilot, "typed back")
        await pilot.press("escape")
        screen = await see(pilot, "Esc once more gives this code up")
        assert not any(line in screen for line in first)
        await pilot.press("escape")
        await see(pilot, "step 1 of 4")
        await pilot.press("enter")
        await see(pilot, "step 2 of 4")
        second = printed(app)
        assert len(second) == 4
        assert not set(first) & set(second)
        await pilot.press("escape", "escape")
        await see(pilot, "step 1 of 4")
    assert Action.KIT_SET not in actions(vault)


@pytest.mark.slow
async def test_a_drill_says_match_or_not_for_each(vault: str, time: Time) -> None:
    app = Tacenda(vault, cost=CHEAP)
    async with app.run_test(size=(80, 24)) as pilot:
        await recovery_page(pilot)
        lines, secret = await make_kit(pilot, time)
        await pilot.press("enter")
        await see(pilot, "Fetch the paper")
        time.to(880_000)
        await see(pilot, "Near a quarter of an hour")
        for number, line in enumerate(lines, 1):
            await put(pilot, f"drill-{number}", line)
        assert app.screen.query_one("#code").region.height == 0
        time.to(400_000)
        await until(pilot, lambda: app.focused is app.screen.query_one("#code"))
        await put(pilot, "code", "000000" if oath(secret, time()) != "000000" else "111111")
        screen = await see(pilot, "✗ no match")
        assert "✓ match" in screen
        await put(pilot, "code", oath(secret, time()))
        await see(pilot, "The kit would open")
        await pilot.press("escape")
        await see(pilot, "the next is due")
        assert re.search(r"Last drill +\S+, match", screen_text(app))


async def test_a_kit_brings_one_back_from_the_door(vault: str, time: Time) -> None:
    app = Tacenda(vault, cost=CHEAP)
    async with app.run_test(size=(80, 24)) as pilot:
        await recovery_page(pilot)
        lines, secret = await make_kit(pilot, time)
        await pilot.press("ctrl+l")
        await see(pilot, "the recovery kit")
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, RecoverPage))
        await see(pilot, "owner's keys")
        await put(pilot, "paper-1", lines[0][::-1])
        await see(pilot, "✗ has a wrong")
        for number, line in enumerate(lines, 1):
            await put(pilot, f"paper-{number}", line)
        await see(pilot, "begins in")
        assert "then" in screen_text(app)
        # a phone that is ten minutes ahead begins ten minutes earlier, and that is said
        time.to(400_000)
        clock = app.screen.query_one("#phone-clock", Field)
        clock.set(f"{datetime.fromtimestamp(time() / 1000 + 600, UTC).astimezone():%H:%M}")
        screen = await see(pilot, "the phone is 10 min ahead")
        assert re.search(r"begins in 1[234] min", screen), screen
        clock.erase()
        await see(pilot, "go by the phone's")
        time.to(QUARTER - 20_000)
        await see(pilot, "begins in 1")
        time.to(5_000)
        await see(pilot, "NOW: first code")
        begins = time() // QUARTER * QUARTER
        codes = [oath(secret, begins + at * 30_000 + 1_000) for at in range(3)]
        for number, code in enumerate((codes[1], codes[0], codes[2]), 1):
            await put(pilot, f"codes-{number}", code)
        await see(pilot, "single wrong digit")
        await pilot.press("ctrl+c")
        await see(pilot, "if the phone's clock does not")
        await pilot.press("escape")
        time.ahead += 3_000
        for number, code in enumerate(codes, 1):
            await put(pilot, f"codes-{number}", code)
        await see(pilot, "Both halves are right")
        app.screen.query_one("#new-1", Field).set("otter")
        app.screen.query_one("#new-2", Field).set("otter")
        await put(pilot, "new-2", "otter")
        await see(pilot, "This passphrase is")
        await pilot.press("escape")
        app.screen.query_one("#new-1", Field).set(NEW)
        await put(pilot, "new-2", NEW)
        # a new kit is begun at once, and left for later where somebody wants that
        await see(pilot, "step 1 of 4")
        await see(pilot, "make a new one now")
        assert app.session is not None
        await pilot.press("escape")
        assert "✗ none" in await see(pilot, "You have new keys")
        await pilot.press("enter")
        await see(pilot, "step 1 of 4")
    found = actions(vault)
    for action in (Action.RECOVERY_BEGUN, Action.RECOVERY_FAILED, Action.RECOVERY_DONE):
        assert found.count(action) == 1


@pytest.mark.slow
async def test_giving_up_is_recorded_and_leads_back_to_the_door(vault: str, time: Time) -> None:
    app = Tacenda(vault, cost=CHEAP)
    async with app.run_test(size=(80, 24)) as pilot:
        await recovery_page(pilot)
        await make_kit(pilot, time)
        await pilot.press("ctrl+l")
        await see(pilot, "the recovery kit")
        await pilot.press("down", "down", "enter")
        await see(pilot, "owner's keys")
        await pilot.press("escape")
        await see(pilot, "Passphrase")
        await until(pilot, lambda: "the recovery kit" in screen_text(app))
        time.ahead += 61_000
        await unlock(pilot)
    assert actions(vault).count(Action.RECOVERY_FAILED) == 1


@pytest.mark.slow
async def test_leaving_with_a_code_in_its_field_exposes_the_kit(vault: str, time: Time) -> None:
    app = Tacenda(vault, cost=CHEAP)
    async with app.run_test(size=(80, 24)) as pilot:
        await recovery_page(pilot)
        lines, secret = await make_kit(pilot, time)
        await pilot.press("ctrl+l")
        await see(pilot, "the recovery kit")
        await pilot.press("down", "down", "enter")
        await see(pilot, "owner's keys")
        for number, line in enumerate(lines, 1):
            await put(pilot, f"paper-{number}", line)
        await see(pilot, "begins in")
        await put(pilot, "codes-1", oath(secret, time() // QUARTER * QUARTER + QUARTER))
        await pilot.press("escape")
        await see(pilot, "Passphrase")
        time.ahead += 61_000
        await unlock(pilot)
        await app.workers.wait_for_complete()
        app.show_page(RecoveryPage())
        await see(pilot, "✗ exposed")


@pytest.mark.parametrize("size", [(80, 24), (60, 24), (60, 20), (120, 40)])
async def test_every_step_fits_every_size(vault: str, time: Time, size: tuple[int, int]) -> None:
    app = Tacenda(vault, cost=CHEAP)
    async with app.run_test(size=size) as pilot:
        await recovery_page(pilot)
        await pilot.press("enter")
        await see(pilot, "step 1 of 4")
        await pilot.press("enter", "enter")
        await see(pilot, "typed back")
        page = app.screen
        assert isinstance(page, KitPage)
        page.show_step(3)
        screen = await see(pilot, "Code")
        assert ("█" * 10 in screen) == (size[1] >= 24)
        field = page.query_one("#phone-code")
        assert field.region.bottom <= size[1] - 2
        assert field.region.width >= 6


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 40)])
async def test_pages_of_recovery_look_as_they_did(vault: str, time: Time, size: tuple[int, int]) -> None:
    app = Tacenda(vault, cost=CHEAP)
    async with app.run_test(size=size) as pilot:
        await recovery_page(pilot)
        await settle(pilot)
        await check("recovery", pilot)
        lines, _ = await make_kit(pilot, time)
        await settle(pilot)
        await check("recovery-kit", pilot)
        await pilot.press("enter")
        await see(pilot, "Fetch the paper")
        await check("drill", pilot)
        await pilot.press("escape", "down", "enter")
        await see(pilot, "step 1 of 4")
        await check("kit-why", pilot)
        await pilot.press("escape", "down", "enter")
        await see(pilot, "step 1")
        await check("ceremony", pilot)
        await pilot.press("escape")
        await pilot.press("ctrl+l")
        await see(pilot, "the recovery kit")
        await pilot.press("down", "down", "enter")
        await see(pilot, "owner's keys")
        await check("recover", pilot)
        for number, line in enumerate(lines, 1):
            await put(pilot, f"paper-{number}", line)
        await see(pilot, "begins in")
        assert app.screen.query_one("#phone-clock").region.bottom <= size[1] - 2
        await check("recover-phone", pilot)
