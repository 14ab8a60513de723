"""A person makes a vault: the first passphrase is judged as it is typed, one is offered, a weak one is not taken."""

from __future__ import annotations

from pathlib import Path

from core.session import Door
from tests.tui.conftest import CHEAP
from tests.tui.walking import screen_text, see, type_text, until
from tui.application import Tacenda
from tui.screens.door.create import Create
from tui.widgets.fields import Field


def put(app: Tacenda, **values: str) -> None:
    """Put values into fields, as a paste does."""
    for name, value in values.items():
        app.screen.query_one(f"#{name}", Field).set(value)


async def test_the_first_passphrase_is_judged_and_one_is_offered(tmp_path: Path) -> None:
    path = tmp_path / "practice.tacenda"
    app = Tacenda(str(path), cost=CHEAP)
    async with app.run_test() as pilot:
        await see(pilot, "Six random words are good")
        put(app, focus="owner")
        await pilot.press("tab")
        await type_text(pilot, "otter")
        await see(pilot, "too short to hold, about 10^")
        put(app, passphrase="practice practice owner")
        # what a thief would try first counts little
        await see(pilot, "too short to hold, about 10^")
        put(app, again="practice practice owner")
        await pilot.press("ctrl+s")
        await see(pilot, "Nothing was written.")
        assert not path.exists()
        await pilot.press("escape", "f7")
        screen = await see(pilot, "drawn just now")
        row = next(row for row in screen.splitlines() if row.strip() and len(row.split()) == 6 and row.islower())
        offered = " ".join(row.split())
        put(app, passphrase=offered, again=offered)
        await see(pilot, "strong, about 10^")
        page = app.screen
        assert isinstance(page, Create)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.session is not None)
        assert page._offer == ""
        assert offered not in screen_text(app)
    assert Door(str(path)).unlock("owner", offered).member == "owner"


async def test_the_page_says_where_the_offer_is_on_a_small_screen(tmp_path: Path) -> None:
    app = Tacenda(str(tmp_path / "practice.tacenda"), cost=CHEAP)
    async with app.run_test(size=(60, 20)) as pilot:
        await see(pilot, "Six random words are good")
        await pilot.press("f7")
        await see(pilot, "drawn just now")
        assert len(app.screen._offer.split()) == 6  # type: ignore[attr-defined]
        assert app.screen._offer in screen_text(app)  # type: ignore[attr-defined]
