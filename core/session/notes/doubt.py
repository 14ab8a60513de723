"""Saves of which nobody can say whether the disk took them: a retry finds the first one and writes no second.

A failed sync is cut off again; where even that fails, the record may stand in the file all the same. What was tried is
remembered by its commitment until a save of that entity succeeds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from vault_format.authority.entities import Entity, EntityTable


@dataclass(slots=True)
class _Tried:
    """What was tried as revisions of one entity from BASE on, by its commitment."""

    base: int
    texts: dict[bytes, object] = field(default_factory=dict)

    def found(self, entities: EntityTable, entity: Entity | None) -> object | None:
        """Return what was tried and is ENTITY's latest revision, if anything is."""
        if entity is None or entity.revision <= self.base:
            return None
        return next((text for commit, text in self.texts.items() if entities.tag(commit) == entity.tag), None)


class Place(NamedTuple):
    """Where a save belongs: entity, the revision before it, and the record that holds it already (0: none does)."""

    number: int
    base: int
    saved: int = 0


class Doubts:
    """The saves of one session that failed after they were handed over. Texts are compared, never shown."""

    def __init__(self) -> None:
        self._tried: dict[int, _Tried] = {}

    def number(self, text: object, base: int) -> int | None:
        """Return the number under which TEXT was tried as something new, None if it was not."""
        if base:
            return None
        tries = self._tried.items()
        return next((number for number, tried in tries if not tried.base and text in tried.texts.values()), None)

    def place(self, entities: EntityTable, text: object, number: int, base: int) -> Place:
        """Return where TEXT belongs, for the newest state: what was tried before may have got into the file.

        Then it is done where it is the same text, also under the number that it was tried with at first; and another
        text goes on after it.
        """
        new = not base and entities.get(number) is None
        for tried_number, tried in self._tried.items():
            entity = entities.get(tried_number)
            found = tried.found(entities, entity)
            if entity is None or found is None:
                continue
            if found == text and (new or (tried_number, tried.base) == (number, base)):
                return Place(tried_number, entity.revision - 1, entity.saved)
            if (tried_number, tried.base) == (number, base):
                return Place(number, entity.revision)
        return Place(number, base)

    def trying(self, number: int, base: int, commit: bytes, text: object) -> None:
        """Remember TEXT, about to be written with COMMIT as NUMBER; BASE is the revision that its writer knows of."""
        self._tried.setdefault(number, _Tried(base)).texts[commit] = text

    def settled(self, number: int) -> None:
        """Forget what was tried as NUMBER: it is known to be on the disk."""
        self._tried.pop(number, None)

    def forget(self) -> None:
        """Let go of every text."""
        self._tried.clear()
