"""The one table of keys, put to work: bindings, the row at the bottom, help and the palette are made from it.

A letter means the same on every page. Letters act outside text only; in text the Ctrl and F keys and Esc do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from textual.binding import Binding, BindingType

from tui.keys.act import EVERYWHERE, SHOWN, Act, key_word
from tui.keytable import ACTS

__all__ = [
    "ACTS", "EVERYWHERE", "SHOWN", "Act", "acts", "bindings", "footer", "key_of", "key_word", "keyed", "place_key",
    "use",
]  # fmt: skip

_NAMED = re.compile(r"\{([a-z_]+)\}")

_own: dict[str, tuple[str, ...]] = {}
"""Keys that the person has given to acts instead of the table's, by the id of the act."""


def use(own: Mapping[str, tuple[str, ...]]) -> None:
    """Take a person's own keys for what rows, help and palette say; no keys for an act leave it out."""
    _own.clear()
    _own.update(own)


def acts(where: str) -> list[Act]:
    """Return what can be done on a page, in the order of use, with the keys that do it."""
    found = []
    for act in ACTS:
        if act.where == where:
            keys = _own.get(act.id)
            if keys is None:
                found.append(act)
            elif keys:
                found.append(replace(act, keys=keys, shown=""))
    return found


def key_of(name: str, where: str = EVERYWHERE) -> str:
    """Return the first key of an act as it is written for people, for a sentence; empty if it has none."""
    return next((key_word(act.keys[0]) for act in acts(where) if act.name == name), "")


def place_key(name: str) -> str:
    """Return the key of a place, `vault` say."""
    return key_of(f"place('{name}')", "place")


def keyed(sentence: str, where: str) -> str:
    """Return SENTENCE with the key of each act in it that is named in braces: one of WHERE, else of every page."""
    return _NAMED.sub(lambda found: key_of(found[1], where) or key_of(found[1]), sentence)


def bindings(where: str) -> list[BindingType]:
    """Return Textual's bindings for a page, with the table's keys; the person's own are laid over them by their ids."""
    return [
        Binding(",".join(act.keys), act.name, act.sentence, show=False, priority=act.priority, id=act.id)
        for act in ACTS
        if act.where == where
    ]


def footer(where: str, hidden: frozenset[str] = frozenset(), *, with_help: bool = True) -> list[tuple[str, str]]:
    """Return (key, word) for the row at the bottom, without the acts that HIDDEN names."""
    shown = [act for act in acts(where) if act.label and act.name not in hidden]
    pairs = [(act.shown or key_word(act.keys[0]), act.label) for act in shown]
    return [*pairs, (key_of("help") or "F1", "keys")] if with_help and where != "help" else pairs
