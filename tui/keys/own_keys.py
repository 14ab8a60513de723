"""A person's own keys, from keymap.toml: held against the one table; what cannot be is told and left as it comes.

A file says `[page]`, then `act = ["key", "key"]`. Every page's acts and their names: `tacenda keys`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import combinations

from textual.keys import _character_to_key, key_to_character
from textual.widgets import Input, TextArea

from core.settings import Written
from tui.keys import keymap
from tui.keys.keymap import EVERYWHERE, Act

NO_KEY = "no-key"
"""Laid over an act whose keys all went elsewhere; no terminal sends it."""
TEXT_PAGES = frozenset({
    "door", "create", "choose", "client", "editor", "adding", "go-to", "reason", "carry-on", "palette", "find-here",
    "import", "export",
})  # fmt: skip
"""Where every letter is for a text."""

_NAMES = {
    **{word.lower(): key for key, word in keymap.SHOWN.items()},
    **{key: key for key in keymap.SHOWN},
    **{f"f{number}": f"f{number}" for number in range(1, 13)},
    **{name: name for name in ("left", "right", "insert", "delete")},
}  # fmt: skip
_SAME = {"h": "Backspace", "i": "Tab", "j": "Enter", "m": "Enter"}
_TEXT_KEYS = frozenset(
    key
    for widget in (Input, TextArea)
    for binding in widget.BINDINGS
    for key in (binding if isinstance(binding, tuple) else (binding.key,))[0].split(",")
) | {"enter", "tab", "shift+tab", "escape", "space", "backspace"}
"""What moves and edits in a text; what works everywhere, text included, cannot have it."""
_TAKEN = frozenset(key for act in keymap.ACTS if act.priority for key in act.keys)


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """KEYS by the id of an act, CHANGES and PROBLEMS in words."""

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    def for_textual(self) -> dict[str, str]:
        """Return what `App.set_keymap` takes."""
        return {name: ",".join(keys) or NO_KEY for name, keys in self.keys.items()}


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a line of the file asks for: KEYS for the rows of one act, which stand AT a line."""

    at: str
    rows: tuple[Act, ...]
    keys: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"[{self.rows[0].where}] {self.rows[0].title}"


def parse_key(said: str) -> str:
    """Return Textual's name of the key that SAID names: `n`, `?`, `^N`, `F5`, `Esc`, `ctrl+n`. Raises ValueError."""
    if said in {"[", "O"}:
        raise ValueError(f"{said} begins what arrow keys send and cannot be bound")
    if len(said) == 1 and said.isascii() and said.isprintable() and said != " ":
        return _character_to_key(said)
    name = said.strip().lower()
    letter = name.removeprefix("ctrl+") if name.startswith("ctrl+") else name.removeprefix("^")
    if letter != name and len(letter) == 1 and letter.isascii() and letter.isalpha():
        if letter in _SAME:
            raise ValueError(f"^{letter.upper()} arrives as {_SAME[letter]}")
        return f"ctrl+{letter}"
    if name in _NAMES:
        return _NAMES[name]
    character = key_to_character(name)
    if character is not None and len(name) > 1 and character.isascii() and types(name):
        return name
    raise ValueError(f'"{said}" is no key that every terminal sends; write n, ?, ^N, F5, Enter')


def types(key: str) -> bool:
    """Whether KEY types something in a text."""
    character = key_to_character(key)
    return character is not None and character.isprintable()


def own_keys(written: Written) -> OwnKeys:
    """Return what the file asks for, as far as it can be had."""
    problems = [f"{written.problem} Every key is as it comes."] if written.problem else []
    wishes = list(_wishes(written, problems))
    while True:
        keys = _laid(wishes)
        clash = _clash(keys, wishes)
        if clash is None:
            break
        wish, said = clash
        problems.append(said)
        wishes.remove(wish)
    changes = tuple(
        f"{wish.name}: {_said(wish.keys)}, usually {_said(tuple(key for row in wish.rows for key in row.keys))}"
        for wish in wishes
    )
    return OwnKeys(keys, changes, tuple(problems))


def _said(keys: tuple[str, ...]) -> str:
    return ", ".join(keymap.key_word(key) for key in keys)


def _wishes(written: Written, problems: list[str]) -> Iterator[_Wish]:
    """Yield what the file asks for line by line; what cannot be is added to PROBLEMS."""
    pages = {act.where for act in keymap.ACTS}
    for page, table in written.tables.items():
        if page not in pages or not isinstance(table, dict):
            problems.append(f"{written.at(page)}: there is no page [{page}].{_near(page, pages)}")
            continue
        for title, said in table.items():
            at = written.at(page, title)
            rows = tuple(act for act in keymap.ACTS if act.where == page and act.title == title)
            if not rows:
                titles = {act.title for act in keymap.ACTS if act.where == page}
                problems.append(f"{at}: [{page}] has no {title}.{_near(title, titles)}")
                continue
            try:
                keys = _keys(said)
                _check(rows, keys)
            except ValueError as error:
                problems.append(f"{at}: [{page}] {title} keeps its keys; {error}.")
                continue
            yield _Wish(at, rows, keys)


def _near(word: str, words: set[str]) -> str:
    near = get_close_matches(word, words, 1)
    return f" Is it {near[0]}?" if near else ""


def _keys(said: object) -> tuple[str, ...]:
    listed = [said] if isinstance(said, str) else said
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise ValueError('keys are written ["n", "F5"]')
    if not listed:
        raise ValueError("it needs one key at least")
    return tuple(dict.fromkeys(parse_key(one) for one in listed))


def _check(rows: tuple[Act, ...], keys: tuple[str, ...]) -> None:
    """Refuse keys that would not work, or that a text needs. Raises ValueError."""
    everywhere = any(row.priority for row in rows)
    outside = any(not row.priority for row in rows) and rows[0].where not in TEXT_PAGES
    if any(types(key) for row in rows if row.priority for key in row.keys):
        everywhere, outside = False, True  # a page without a text
    for key in keys:
        if types(key) and not outside:
            raise ValueError(f"{keymap.key_word(key)} types in a text there. Give it a Ctrl or an F key")
        if everywhere and not types(key) and key in _TEXT_KEYS - _TAKEN:
            raise ValueError(f"{keymap.key_word(key)} moves or edits in a text")
    if everywhere and all(types(key) for key in keys):
        raise ValueError("it works in text too and needs a Ctrl or an F key there")


def _laid(wishes: list[_Wish]) -> dict[str, tuple[str, ...]]:
    """Return the keys of each row that WISHES change: what types goes to the row that is for outside text."""
    keys: dict[str, tuple[str, ...]] = {}
    for wish in wishes:
        first = wish.rows[0]
        outside = next((row for row in wish.rows if not row.priority), first)
        inside = next((row for row in wish.rows if row.priority), first)
        for row in wish.rows:
            keys[row.id] = tuple(key for key in wish.keys if row is (outside if types(key) else inside))
    return keys


def _clash(keys: Mapping[str, tuple[str, ...]], wishes: list[_Wish]) -> tuple[_Wish, str] | None:
    """Return a wish that takes a key from another act on the same page, and how that is told."""
    usual = _meetings({})
    for (one, other), (key, page) in _meetings(keys).items():
        if (one, other) in usual:
            continue
        wish = next(wish for wish in reversed(wishes) if any(row.id in {one, other} for row in wish.rows))
        theirs = _BY_ID[other if any(row.id == one for row in wish.rows) else one]
        where = f" of [{theirs.where}]" if theirs.where != wish.rows[0].where else ""
        on = f" on {page}" if wish.rows[0].where != page and theirs.where != page else ""
        return wish, (
            f"{wish.at}: {wish.name} keeps its keys; {keymap.key_word(key)} is {theirs.title}{where}{on}."
            " Give that another key as well."
        )
    return None


_BY_ID = {act.id: act for act in keymap.ACTS}
_ALONE = frozenset({EVERYWHERE, "place", "list"})


def _meetings(keys: Mapping[str, tuple[str, ...]]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the pairs of acts that share a key on some page, each with the key and the page."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for page in dict.fromkeys(act.where for act in keymap.ACTS if act.where not in _ALONE):
        by_key: dict[str, list[Act]] = {}
        for act in keymap.ACTS:
            if act.where == page or act.where in _ALONE:
                for key in keys.get(act.id, act.keys):
                    by_key.setdefault(key, []).append(act)
        for key, sharing in by_key.items():
            for one, other in combinations(sharing, 2):
                if one.name != other.name:
                    found.setdefault((one.id, other.id), (key, page))
    return found
