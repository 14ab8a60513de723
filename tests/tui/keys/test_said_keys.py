"""Sentences name keys as the table has them, so that a key that is moved is said right."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.vault.test_settings import write
from tests.tui.walking import screen_text, see, unlock
from tui import screens
from tui.application import Tacenda
from tui.keys import keymap
from tui.screens.practice.sheet import ClientSheet

SCREENS = Path(screens.__file__).parent
_KEY = re.compile(
    r"\^[A-Z]\b|\bF\d{1,2}\b|\b(?:Esc|Space|Tab|PgDn)\b"  # by name
    r"|\bEnter (?!does not\b|or |and )[a-z]+s\b"
    r"|(?:^|[ :;.(])(?:[b-zB-HJ-Z?/=:]|a) (?=[a-z]+s\b)"  # a letter that does something
    r"|(?:^|[ :(])[1-5], [A-Z]"  # a place
)
_FIXED = {
    # what is no act of the table, or no key
    "In text only Esc, Ctrl and F keys act; letters are letters.", '   older = ["J", "^B"]', "Space",
    "Start and End are never filled in for you: type the real times, 1002 is 10:02, n is now.",
}  # fmt: skip


def literals() -> Iterator[tuple[Path, int, str]]:
    """Yield the texts that stand in the pages' source, docstrings left out."""
    for file in sorted(SCREENS.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
                yield file, node.lineno, node.value


def test_no_page_spells_a_key_out() -> None:
    spelled = [
        f"{file.relative_to(SCREENS)}:{line}: {text}" for file, line, text in literals()
        if text not in _FIXED and _KEY.search(text)
    ]  # fmt: skip
    assert not spelled, "take the key from keymap.key_of or keymap.keyed:\n" + "\n".join(spelled)


@pytest.mark.parametrize("text", [
    "Esc goes back.", "None yet. n adds one.", " yet: a goes on", "Made. ^S opens it.", "old: 5, Keys rotates",
    "Enter opens it",
])  # fmt: skip
def test_a_key_that_is_spelled_out_would_be_found(text: str) -> None:
    assert _KEY.search(text)


def keyed_texts() -> Iterator[tuple[Path, str]]:
    """Yield the sentences that are given to `keyed`, and what help says about each page."""
    for file in sorted(SCREENS.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            given: list[ast.expr] = []
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "keyed":
                given = node.args[:1]
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in {"ABOUT", "said"}:
                given = [node.value]
            for value in given:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield file, value.value


def test_sentences_name_acts_that_are_there() -> None:
    acts, named = {act.name for act in keymap.ACTS}, 0
    for file, text in keyed_texts():
        for name in re.findall(r"\{([a-z_]+)\}", text):
            assert name in acts, f"{file}: {name}"
            named += 1
    assert named > 20


async def test_a_key_that_is_moved_is_said_where_it_helps(vault: str) -> None:
    write("[clients]\nnew = ['N']\n[place]\nclients = ['C']\n[sheet]\nnames = ['V']\n", "keymap.toml")
    app = Tacenda(vault)
    async with app.run_test() as pilot:
        await unlock(pilot)
        await pilot.press("C")
        await see(pilot, "No clients yet. N adds one.")
        assert "n adds" not in screen_text(app)
        await pilot.press("3")
        await see(pilot, "Nothing to find yet. C, outside the words, shows the clients.")
    assert keymap.keyed(ClientSheet.ABOUT, "sheet").endswith("Only V opens something, and is recorded.")
