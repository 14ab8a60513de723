"""Texts that a word expands to: the table `[snippets]` of a TOML file in the folder of settings.

They are phrases of one's trade, and hold no word about any client.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.settings import read, snippets_file

MAX_SNIPPETS = 500
MAX_WORD = 32
MAX_TEXT = 4_096
_TABLE = "snippets"
_OUTSIDE = "()[]{}<>\"'“”„«»"


@dataclass(frozen=True, slots=True)
class Snippets:
    """Word and text of each snippet, by word; PROBLEMS says in words what was left out. PATH is the file."""

    texts: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    path: str = ""

    def text(self, word: str) -> str:
        """Return what WORD expands to, in any case; empty if nothing is called so."""
        return self.texts.get(word) or self.texts.get(word.casefold(), "")

    def beginning(self, word: str) -> list[tuple[str, str]]:
        """Return the snippets whose word begins with WORD, all for an empty one."""
        start = word.casefold()
        return [(name, text) for name, text in self.texts.items() if name.startswith(start)]


def load_snippets(path: str | None = None) -> Snippets:
    """Return the snippets of the file at PATH (the person's own). Raises nothing: what is wrong is told."""
    path = snippets_file() if path is None else path
    written = read(path)
    if written.problem:
        return Snippets(problems=(written.problem,), path=path)
    table = written.tables.get(_TABLE, {})
    if not isinstance(table, dict):
        return Snippets(problems=(f"{written.at(_TABLE)}: [{_TABLE}] is a section.",), path=path)
    problems = [
        f"{written.at(name)}: {name[:MAX_WORD]} stands outside of [{_TABLE}]. It is not used."
        for name in written.tables if name != _TABLE
    ]  # fmt: skip
    kept: dict[str, str] = {}
    for word, text in table.items():
        wrong = _wrong(word, text) or ("there are too many" if len(kept) >= MAX_SNIPPETS else "")
        if wrong:
            problems.append(f"{written.at(_TABLE, word)}: {word[:MAX_WORD]} is not used; {wrong}.")
        else:
            kept[word.casefold()] = text.strip("\n")
    return Snippets(dict(sorted(kept.items())), tuple(problems), path)


def _wrong(word: str, text: object) -> str:
    if not word or len(word) > MAX_WORD or any(character.isspace() for character in word):
        return f"its word is one of at most {MAX_WORD} characters"
    if not isinstance(text, str) or not text.strip():
        return "it is no text"
    return f"its text is longer than {MAX_TEXT:,} characters" if len(text) > MAX_TEXT else ""


def word_before(line: str, column: int) -> str:
    """Return the word that ends at COLUMN of LINE, without the brackets and quotes before it; empty if none does."""
    before = line[:column]
    if not before or before[-1].isspace():
        return ""
    return before.split()[-1].lstrip(_OUTSIDE)
