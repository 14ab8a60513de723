"""Who may write which record: the program's one table and the document's say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vault_format.authority.rules import RULES
from vault_format.codes import Action, Role

_LETTERS = {"O": Role.OWNER, "C": Role.CLINICIAN, "S": Role.SUPERVISOR, "A": Role.AUDITOR, "R": Role.AUTHORITY}
_MEMBERS = frozenset(_LETTERS.values()) - {Role.AUTHORITY}
_ROW = re.compile(r"^\| ([0-9A-F]{2}(?:[, ]+[0-9A-F]{2})*|48–4B) \|[^|]*\| ([^|]*) \|", re.MULTILINE)


def _said() -> dict[int, frozenset[Role]]:
    """Return who the document lets write each action; what stands behind the letters narrows it further."""
    text = (Path(__file__).parents[2] / "docs/FORMAT.md").read_text(encoding="utf-8")
    found: dict[int, frozenset[Role]] = {}
    for codes, who in _ROW.findall(text.split("## 8. Actions")[1].split("\n## ")[0]):
        roles = frozenset(_LETTERS[letter] for letter in re.findall(r"\b[OCSAR]\b", who))
        roles |= _MEMBERS if re.search(r"\bM\b", who) else frozenset()
        numbers = range(0x48, 0x4C) if "–" in codes else (int(code, 16) for code in re.findall(r"[0-9A-F]{2}", codes))
        found.update(dict.fromkeys(numbers, roles))
    return found


@pytest.mark.parametrize("action", [action for action in Action if action != Action.GENESIS])
def test_the_document_names_the_roles_of_the_program(action: Action) -> None:
    assert _said()[action] == RULES[action].who


def test_every_action_stands_in_both() -> None:
    # a genesis is signed by the owner that it makes, of whom the document has no letter yet
    assert set(_said()) == set(RULES) == set(Action)
