"""Help is complete: what a page can do has a key, and every key of a page is in its help."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import tui
from core.session import NoteDraft
from tests.tui.conftest import Fill
from tests.tui.walking import see, unlock, until
from tui.application import Tacenda
from tui.keys import keymap
from tui.keys.own_keys import types
from tui.screens.box import Box
from tui.screens.help import Help, help_lines
from tui.screens.page import Page
from tui.widgets.fields import Field
from tui.widgets.lines import Sheet


def pages() -> Iterator[type[Page | Box]]:
    """Yield every page and box that there is."""
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        if not module.name.startswith(("tui.light", "tui.cli")):
            importlib.import_module(module.name)
    waiting: list[type[Page | Box]] = [Page, Box]
    found = set()
    while waiting:
        for one in waiting.pop().__subclasses__():
            if one not in found and one.__module__.startswith("tui."):
                found.add(one)
                waiting.append(one)
    yield from sorted((one for one in found if one.WHERE), key=lambda one: one.__name__)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.__name__)
def test_what_a_page_can_do_stands_in_the_table(page: type[Page | Box]) -> None:
    wheres = (page.WHERE, "place", "list", keymap.EVERYWHERE)
    listed = {act.name.split("(")[0].removeprefix("screen.") for where in wheres for act in keymap.acts(where)}
    can = {
        name.removeprefix("action_")
        for kind in page.__mro__
        if kind.__module__.startswith("tui.")
        for name in vars(kind)
        if name.startswith("action_")
    }
    # a page that is nowhere left by a key is left by what it asks
    assert can - {"out"} <= listed
    assert keymap.acts(page.WHERE)
    # what a field does with Enter it tells its page without an action
    own = {act.name.split("(")[0] for act in keymap.acts(page.WHERE)} - {"submit"}
    assert {name for name in own if not hasattr(page, f"action_{name}") and not hasattr(Tacenda, f"action_{name}")} <= {
        "move"
    }


async def test_every_key_that_works_is_in_the_help(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "text", date="2026-11-20"), sign=True)
    app = Tacenda(vault)
    async with app.run_test(size=(80, 50)) as pilot:
        await unlock(pilot)
        await see(pilot, "Nothing is due")
        for keys in (["1"], ["2"], ["enter"], ["enter"], ["4"], ["enter"], ["2", "e"], ["escape", "comma"], ["3"]):
            await pilot.press(*keys)
            await pilot.pause()
            page = app.screen
            assert isinstance(page, Page | Box)
            said = "\n".join("".join(text for text, _ in line) for line in help_lines(page, 76))
            typing = isinstance(app.focused, Field)
            for _, binding, _, _ in page.active_bindings.values():
                if binding.id is not None and not (typing and types(binding.key)):
                    assert keymap.key_word(binding.key) in said, (page, binding)


async def test_help_of_a_box_and_of_the_door(vault: str) -> None:
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await see(pilot, "Passphrase")
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, Help))
        said = app.screen.query_one(Sheet).text
        assert "unlock with what you typed" in said
        # no place is there before the vault is open
        assert "Clients and their charts" not in said
