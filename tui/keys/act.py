"""One thing that a person can do, and how its keys are written; the tables of all of them stand in keytable/."""

from __future__ import annotations

from dataclasses import dataclass

from textual.keys import key_to_character

EVERYWHERE = "everywhere"
TEXT = "text"


@dataclass(frozen=True, slots=True)
class Act:
    """Something a person can do: its keys, the page where it is, the word in the row of keys, one sentence.

    NAME is the action that a page has as `action_NAME`. A LABEL that is empty keeps it out of the row of keys; PRIORITY
    keys work in text too; SHOWN replaces how the keys are written.
    """

    name: str
    keys: tuple[str, ...]
    where: str
    label: str
    sentence: str
    priority: bool = False
    shown: str = ""

    @property
    def id(self) -> str:
        """What Textual knows its binding by, whatever its keys are."""
        return f"{self.where}.{self.name.split('(', maxsplit=1)[0]}.{self.keys[0]}"

    @property
    def title(self) -> str:
        """What a person's own keymap calls it, on its page."""
        name = _TITLES.get(self.name, self.name).removeprefix("screen.").removeprefix("place('").removesuffix("')")
        return name.replace("_", "-")


_TITLES = {
    "move(-1)": "up", "move(1)": "down", "go(0)": "first", "go(-1)": "last", "page(-1)": "page-up",
    "page(1)": "page-down", "half(-1)": "half-page-up", "half(1)": "half-page-down", "leaf(-1)": "page-up",
    "leaf(1)": "page-down", "kind(-1)": "kind-before", "kind(1)": "kind-after", "turn(-1)": "value-before",
    "turn(1)": "next-value", "hit(1)": "down", "hit(-1)": "up",
}  # fmt: skip
"""Names of acts that move about; the others are called what they are called in the table."""

SHOWN = {
    "escape": "Esc", "enter": "Enter", "tab": "Tab", "shift+tab": "Shift+Tab", "question_mark": "?",
    "number_sign": "#", "exclamation_mark": "!", "slash": "/", "colon": ":",
    "space": "Space", "down": "↓", "up": "↑", "pageup": "PgUp", "pagedown": "PgDn", "home": "Home", "end": "End",
    "left": "←", "right": "→",
}  # fmt: skip


def key_word(key: str) -> str:
    """Return how a key is written for people: `^L`, `F5`, `Esc`, `n`."""
    if key in SHOWN:
        return SHOWN[key]
    if key.startswith("ctrl+"):
        return "^" + key[5:].upper()
    character = key_to_character(key)
    if character is not None and character.isprintable():
        return character
    return key.upper() if key[0] == "f" and key[1:].isdigit() else key
