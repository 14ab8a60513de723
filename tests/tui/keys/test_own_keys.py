"""A person's own keymap: every act can have other keys; what cannot be had is told, and a text stays typable."""

from __future__ import annotations

import pytest

from core.session import NoteDraft
from core.settings import keymap_file, read
from tests.tui.conftest import Fill
from tests.tui.vault.test_settings import go_to, write
from tests.tui.walking import screen_text, see, type_text, unlock, until
from tui.application import Tacenda
from tui.keys import keymap
from tui.keys.own_keys import OwnKeys, own_keys, parse_key
from tui.screens.clients.clients import Clients
from tui.screens.notes.chart import Chart
from tui.screens.settings.page import SettingsPage
from tui.widgets.fields import Field


def parsed(text: str) -> OwnKeys:
    write(text, "keymap.toml")
    return own_keys(read(keymap_file()))


def test_every_act_has_a_binding_of_its_own_and_a_name() -> None:
    ids = [act.id for act in keymap.ACTS]
    assert len(ids) == len(set(ids))
    for act in keymap.ACTS:
        assert act.title.replace("-", "").isalpha(), act
    for where in {act.where for act in keymap.ACTS}:
        by_title: dict[str, set[str]] = {}
        for act in keymap.acts(where):
            by_title.setdefault(act.title, set()).add(act.name)
        assert all(len(names) == 1 for names in by_title.values()), by_title


def test_every_key_of_the_table_can_be_written_in_a_file() -> None:
    for act in keymap.ACTS:
        for key in act.keys:
            assert parse_key(keymap.key_word(key)) == key
            assert parse_key(key) == key


def test_the_table_itself_is_a_keymap_without_a_problem() -> None:
    lines = []
    for where in dict.fromkeys(act.where for act in keymap.ACTS):
        lines.append(f"[{where}]")
        for title in dict.fromkeys(act.title for act in keymap.ACTS if act.where == where):
            keys = [key for act in keymap.ACTS if act.where == where and act.title == title for key in act.keys]
            lines.append(f"{title} = {keys}")
    found = parsed("\n".join(lines))
    assert not found.problems
    # a page may have one act in two rows, with a sentence for each key; all keys work
    laid = {(act.where, act.title, key) for act in keymap.ACTS for key in found.keys[act.id]}
    assert laid == {(act.where, act.title, key) for act in keymap.ACTS for key in act.keys}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[raeder]\nolder = ['b']", "keymap.toml, line 1: there is no page [raeder]. Is it reader?"),
        ("[reader]\noldr = ['b']", "keymap.toml, line 2: [reader] has no oldr. Is it older?"),
        ("[reader]\nolder = 3", 'keys are written ["n", "F5"]'),
        ("[reader]\nolder = []", "it needs one key at least"),
        ("[reader]\nolder = ['hyper+x']", '"hyper+x" is no key that every terminal sends'),
        ("[reader]\nolder = ['^M']", "^M arrives as Enter"),
        ("[reader]\nolder = ['O']", "O begins what arrow keys send"),
        ("[reader]\nolder = ['a']", "a is add"),
        ("[reader]\nolder = ['j']", "j is down of [list]"),
        ("[everywhere]\nlock = ['^S']", "^S is finish of [create]"),
        ("[everywhere]\nlock = ['L']", "L types in a text there"),
        ("[everywhere]\nlock = ['^Z']", "^Z moves or edits in a text"),
        ("[everywhere]\nhelp = ['h', '?']", "needs a Ctrl or an F key there"),
        ("[editor]\nsave = ['s']", "s types in a text there"),
        ("[editor]\nhop = ['s']", "s types in a text there"),
        ("[reader", "no TOML"),
    ],
)
def test_what_cannot_be_had_is_told_with_its_line_and_left_as_it_comes(text: str, says: str) -> None:
    found = parsed(text)
    assert says in found.problems[0]
    assert found.problems[0].startswith("keymap.toml, line ")
    assert not found.keys
    assert len(found.problems) == 1


def test_two_acts_can_change_places() -> None:
    found = parsed("[reader]\nolder = ['K']\nnewer = ['J']\n")
    assert not found.problems
    assert found.keys == {"reader.older.J": ("K",), "reader.newer.K": ("J",)}
    assert found.changes[0] == "[reader] older: K, usually J"


def test_what_types_goes_to_the_row_outside_text() -> None:
    found = parsed("[everywhere]\nhelp = ['F12', 'H', '?']\n")
    assert not found.problems
    assert found.keys == {"everywhere.help.f1": ("f12",), "everywhere.help.question_mark": ("H", "question_mark")}


async def test_keys_footer_help_and_palette_follow(vault: str, fill: Fill) -> None:
    fill(NoteDraft(0, "text", date="2026-11-20"))
    write(
        "[place]\nclients = ['Q']\n[clients]\nnames = ['B']\n[everywhere]\nlock = ['F11']\nhelp = ['F12', '?']\n",
        "keymap.toml",
    )
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("2")
        await see(pilot, "[1 Today]")
        await pilot.press("Q")
        await until(pilot, lambda: isinstance(app.screen, Clients))
        screen = await see(pilot, "B names")
        assert "F11 lock" in screen
        assert "F12 keys" in screen.split("\n")[-1]
        await pilot.press("v", "B")
        await see(pilot, "names shown")
        await pilot.press("f12")
        await see(pilot, "B            show or hide names")
        await pilot.press("escape")
        await see(pilot, "B names")
        await pilot.press("colon")
        await type_text(pilot, "lock now")
        await see(pilot, "F11")
        await pilot.press("escape")
        await see(pilot, "B names")
        await pilot.press("ctrl+l")
        assert app.session is not None
        await pilot.press("f11")
        await until(pilot, lambda: app.session is None)


async def test_letters_stay_letters_in_a_field(vault: str) -> None:
    write("[place]\nclients = ['Q']\ntoday = ['Y']\n[everywhere]\npalette = ['^P', 'X']\n", "keymap.toml")
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("Q", "n")
        await see(pilot, "Code")
        await type_text(pilot, "QYX")
        assert app.screen.query_one("#focus", Field).said.lower() == "qyx"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Chart))


async def test_a_wrong_keymap_is_told_of_and_listed(vault: str) -> None:
    write("[reader]\nolder = ['a']\n", "keymap.toml")
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await see(pilot, "[reader] older keeps its keys; a is add.")
        await unlock(pilot)
        await pilot.press("comma")
        await until(pilot, lambda: isinstance(app.screen, SettingsPage))
        write("[reader]\nolder = ['b']\n", "keymap.toml")
        await go_to(pilot, "Keymap")
        await pilot.press("enter")
        await see(pilot, "[reader] older: b, usually J")
        await pilot.press("escape")
        await see(pilot, "1 act changed")
        assert "keeps its keys" not in screen_text(app)
