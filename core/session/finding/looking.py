"""Finding notes: by what lists show of them, and inside their bodies, which are opened for it once, recorded.

What is looked for stands in no record and in no file. The texts are kept in memory until they are forgotten by hand or
by the lock; what this session saves meanwhile takes their place, what others save is left out until it is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.acts import trail
from core.acts.acting import Acting
from core.catalog import NoteRow
from core.search import Place, Query, Titles
from core.session.desk import Desk
from core.session.finding.bodies import open_bodies, uncollected
from core.session.finding.looked import Found, Hit, Looked, Seen, may_look
from core.session.notes.reading import record_failed
from core.session.part import SessionPart
from vault_format.errors import Refused, UsageError
from vault_format.frames.record import Draft

MAX_HELD = 256 << 20
"""Characters of text that are held at most; what is older than what fits is left out, and told."""
_TURN = 200
"""Bodies that are opened before somebody else may act in this session."""
_LINES = 3

Progress = Callable[[int, int], object]


def _untold(done: int, of: int) -> None:
    """Tell nobody."""


class Looking(SessionPart):
    """The part of a session that finds notes."""

    _looked: Looked | None = None
    _listed: tuple[int, Titles] | None = None
    _readable: tuple[tuple[int, int], list[NoteRow], int] | None = None

    def titles(self) -> Titles:
        """Return notes and clients by what lists show of them, as they are now. Nothing is opened.

        Raises Refused for a role that is shown no list.
        """
        self.require_reader()
        catalog = self.catalog
        version = catalog.version
        if self._listed is None or self._listed[0] != version:
            before = self._listed[1] if self._listed is not None else None
            self._listed = (version, Titles(catalog.notes(), catalog.clients(), before))
        return self._listed[1]

    # -- inside ----------------------------------------------------------------------------------------------

    @property
    def looks_inside(self) -> bool:
        """Whether bodies are held."""
        return self._looked is not None and self._looked.whole

    def look_inside(self, progress: Progress = _untold, cancelled: Callable[[], bool] = lambda: False) -> bool:
        """Open the bodies of all notes this member may look into, those that are held already left out.

        One record tells how many, never what for; where some do not open, a second one says so. PROGRESS is told how
        many of how many are open; CANCELLED is asked now and then, and where it says so everything is forgotten again
        and the result is False. Raises Refused for a role without notes, and what appending raises: then nothing was
        opened.
        """
        looked = self._looked or Looked()
        rows = self._record_looking(looked)
        kept = False
        try:
            self._open(looked, rows, progress, cancelled)
            # under the lock: a session that was locked meanwhile holds nothing
            with self.at_desk():
                if not cancelled():
                    kept = looked.whole = True
                    self._looked = looked
        finally:
            if not kept:
                self.forget_inside()
                looked.wipe()
        return kept

    def _record_looking(self, looked: Looked) -> list[NoteRow]:
        """Write the record for what is about to be opened; return that. Nothing is written where nothing would be."""
        rows: list[NoteRow] = []
        with self.at_desk() as desk:
            if not desk.who.holds_notes:
                raise Refused("The role auditor does not open notes.", safe="Nothing was opened.")

            def build(acting: Acting) -> Sequence[Draft]:
                may, looked.left_out = may_look(desk)
                rows[:] = [row for row in may if looked.lacks(row)]
                if looked.whole and not rows:
                    return []
                process = sum(row.process for row in rows)
                return [trail.searched(acting, len(rows) - process, process)]

            desk.open_indexes()
            for written in desk.append(build):
                looked.sequence = written.sequence
        return rows

    def _open(self, looked: Looked, rows: Sequence[NoteRow], progress: Progress, cancelled: Callable[[], bool]) -> None:
        closed = 0
        with self.at_desk() as desk:
            # the newest record first, and what stands in one record together
            entries = sorted((desk.catalog.entry(row.id) for row in rows), key=lambda entry: entry.live, reverse=True)
            numbers = [entry.entity for entry in entries]
        for at in range(0, len(numbers), _TURN):
            if cancelled():
                break
            with self.at_desk() as desk, uncollected():
                closed += _take(desk, looked, numbers[at : at + _TURN])
            progress(min(at + _TURN, len(numbers)), len(numbers))
        if closed:
            with self.at_desk() as desk:
                record_failed(desk, [looked.sequence])

    def inside_behind(self) -> int:
        """Return how many notes would be opened if one looked inside now."""
        looked = self._looked or Looked()
        may, _ = self._may_look()
        return sum(looked.lacks(row) for row in may)

    def find_inside(self, query: Query) -> Seen:
        """Return the notes whose held text, together with what lists show of them, has all that QUERY wants.

        At least one word stands in the text itself. Notes that were saved elsewhere since are left out, and counted.
        """
        looked = self._looked or Looked()
        may, left_out = self._may_look()
        held = looked.standing(may)
        titles = self.titles()
        rows = [held.rows[match.note] for match in looked.inside.find(query, held.rows, titles.head)]
        return Seen(rows, len(held.rows), held.behind, left_out, held.over, held.closed, looked.sequence)

    def places_inside(self, note: int, query: Query) -> list[Place]:
        """Return the lines of a held note that have the most of QUERY; none if it is not held any more."""
        looked = self._looked
        try:
            return looked.inside.places(note, query) if looked is not None else []
        except LookupError:
            return []

    def forget_inside(self) -> None:
        """Forget every body that was opened to look inside."""
        looked, self._looked, self._readable = self._looked, None, None
        if looked is not None:
            looked.wipe()

    def keep_in_step(self, note: int, revision: int, text: str) -> None:
        """Hold what this session just saved as NOTE in the place of what it was, if bodies are held."""
        looked = self._looked
        if looked is not None and looked.whole:
            looked.inside.put(note, revision, text)

    def forget_found(self) -> None:
        """Forget everything that was found or could be: for the lock."""
        self.forget_inside()
        listed, self._listed = self._listed, None
        if listed is not None:
            listed[1].wipe()

    def _may_look(self) -> tuple[list[NoteRow], int]:
        # without the lock: a key that is pressed waits for nobody who writes
        desk = self._require_open()
        now, known = (desk.catalog.version, desk.vault.ledger.count), self._readable
        if known is None or known[0] != now:
            known = self._readable = (now, *may_look(desk, self.titles().notes))
        return known[1], known[2]

    # -- at once ---------------------------------------------------------------------------------------------

    def search(self, words: str, cancelled: Callable[[], bool] = lambda: False) -> Found:
        """Look once inside all notes for WORDS, recorded, and forget them again; see Query for what words mean.

        Raises UsageError for no words, and what `look_inside` raises.
        """
        query = Query.of(words)
        if not query:
            raise UsageError("There is nothing to look for.", todo="Type a word.")
        found, looked = Found(), Looked()
        rows = self._record_looking(looked)
        found.left_out = looked.left_out
        try:
            self._open(looked, rows, _untold, cancelled)
            titles = self.titles()
            known = {row.id: row for row in rows}
            for match in looked.inside.find(query, known, titles.head):
                places = looked.inside.places(match.note, query)[:_LINES]
                found += [Hit(known[match.note], place.line.strip()) for place in places]
            found.closed = [row for row in rows if row.id in looked.closed]
            found.over = len(looked.over)
        finally:
            looked.wipe()
        return found


def _take(desk: Desk, looked: Looked, numbers: Sequence[int]) -> int:
    """Open NUMBERS into LOOKED, as far as there is room; return how many did not open."""
    closed = 0
    for number, revision, text in open_bodies(desk, numbers, lambda: looked.inside.size < MAX_HELD):
        if text is not None:
            looked.inside.put(number, revision, text)
        elif looked.inside.size < MAX_HELD:
            looked.closed[number] = revision
            closed += 1
        else:
            looked.over[number] = revision
    return closed
