"""How a vault grows in a year of a full-time practice, and what is left of its drafts after compaction."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.measure import Line, cache_folder, show
from bench.vaults import WORDS
from core.create import new_vault
from core.keys.passphrase import FLOOR
from core.session import Door, NoteDraft, Session
from core.upkeep import Rotation, compact_vault
from vault_format.codes import Action, Kind, LockReason, Reason
from vault_format.view import View

PASSPHRASE = "quiet larches by the quarry pond"
DAYS_A_WEEK, SESSIONS_A_DAY, CASELOAD = 5, 5, 25
_IN_TWO_SITTINGS = 0.4
_SEALS = 12
"""How often a text is sealed into the journal while it is written; no seal is a record."""
_DRAFTS = "earlier saves of drafts", "the journal's own records"
_KINDS = {
    Action.SIGN: "notes as they stand", Action.COSIGN: "notes as they stand", Action.ADDENDUM: "notes as they stand",
    Action.DRAFT_BEGUN: _DRAFTS[1], Action.DRAFT_KEPT: _DRAFTS[1], Action.DRAFT_RECOVERED: _DRAFTS[1],
    Action.DRAFT_DISCARDED: _DRAFTS[1], Action.READ: "openings", Action.LIST: "openings", Action.SEARCH: "openings",
    Action.UNLOCK: "openings", Action.LOCK: "openings", Action.EPOCH_OPEN: "keys and rotations",
    Action.REENCRYPT: "keys and rotations", Action.REENCRYPT_CONFIRMED: "keys and rotations",
}  # fmt: skip


@dataclass(frozen=True)
class Year:
    """What came out: sizes in bytes, `before` and `after` compaction by what the records are about."""

    notes: int
    records: int
    grown: int
    compacted: int
    before: Counter[str]
    after: Counter[str]

    @property
    def drafts_left(self) -> float:
        """The share that drafts have in the compacted file."""
        return sum(self.after[name] for name in _DRAFTS) / self.compacted

    @property
    def drafts_of_growth(self) -> float:
        """What compaction leaves of drafts, as a share of what the year added to the file."""
        return sum(self.after[name] for name in _DRAFTS) / self.grown


class Practice:
    """A counselor who sees five clients a day on five days a week. Two notes of five are written in two sittings."""

    def __init__(self, folder: Path) -> None:
        self.path, self.folder = str(folder / "practice.tacenda"), str(folder / "state")
        self.random = random.Random(46)
        self.now = datetime(2025, 1, 6, 8, 0, tzinfo=UTC)
        new_vault(self.path, "a year", "owner", PASSPHRASE, clock=self.clock, cost=FLOOR, folder=self.folder)
        self.clients: list[int] = []
        self.last: dict[int, int] = {}
        self.notes = 0

    def clock(self) -> int:
        """Return the time; a look takes a second."""
        self.now += timedelta(seconds=1)
        return int(self.now.timestamp() * 1000)

    def unlock(self) -> Session:
        session = Door(self.path, clock=self.clock, folder=self.folder).unlock("owner", PASSPHRASE)
        session.open_rest()
        return session

    def _text(self) -> str:
        parts = [" ".join(self.random.choices(WORDS, k=self.random.randrange(40, 120))) for _ in range(4)]
        return "\n\n".join(f"## {name}\n{part}" for name, part in zip("SOAP", parts, strict=True))

    def _write(self, session: Session, draft: NoteDraft, note: int, base: int, share: float) -> tuple[NoteDraft, int]:
        """Write SHARE of the text, as the editor does: the journal behind the keys, a save at the end."""
        session.begin_draft(draft, note, base)
        whole = draft.text
        for seal in range(1, _SEALS + 1):
            draft = replace(draft, text=whole[: int(len(whole) * share * seal / _SEALS)])
            session.keep_draft(draft, note, base, len(draft.text))
            self.now += timedelta(seconds=40)
        saved = session.save_note(draft, note, base)
        session.draft_kept(draft, note, saved.revision, session.empty_journal())
        return draft, saved.revision

    def _sign(self, session: Session, note: int, revision: int, client: int) -> None:
        session.sign_note(note, revision)
        self.last[client] = note
        self.notes += 1

    def day(self, week: int) -> None:
        """See clients and write; what is not signed at once is gone on with in the evening."""
        session = self.unlock()
        while len(self.clients) < CASELOAD or self.random.random() < 0.12:
            self.clients.append(session.add_client(f"TREE-{len(self.clients)}", "a name of some length"))
        today = self.random.sample(self.clients[-CASELOAD:], SESSIONS_A_DAY)
        begun = []
        for at, client in enumerate(today):
            if client in self.last:
                session.read_note(self.last[client], beside=True)
            note, text = session.reserve_note(), self._text()
            draft = NoteDraft(
                client, text, title=f"week {week}", date=f"{self.now:%Y-%m-%d}", start=f"{9 + at}:02".zfill(5),
                end=f"{9 + at}:53".zfill(5), service="90834", place="office", risk="none", tags=("sleep",),
            )  # fmt: skip
            later = self.random.random() < _IN_TWO_SITTINGS
            _, revision = self._write(session, draft, note, 0, 0.6 if later else 1.0)
            if later:
                begun.append((note, revision, draft))
            else:
                self._sign(session, note, revision, client)
            ahead = f"{self.now + timedelta(days=7):%Y-%m-%d} {9 + at}:00"
            session.set_appointment(session.appoint(client, session.when(ahead)).appointment, "kept")
            self.now += timedelta(minutes=35)
            if at == 2:
                session.lock(LockReason.IDLE)
                session = self.unlock()
        for note, revision, draft in begun:
            session.read_note(note)
            _, whole = self._write(session, draft, note, revision, 1.0)
            self._sign(session, note, whole, draft.client)
        for note in self.random.sample(sorted(self.last.values()), min(3, len(self.last))):
            session.read_note(note)
        if self.now.weekday() == DAYS_A_WEEK - 1:
            session.search("letter")
        session.lock()

    def rotate(self) -> None:
        session = self.unlock()
        rotation = Rotation(session)
        rotation.begin(Reason.BY_DATE)
        rotation.go_on()
        session.lock()

    def compact(self) -> None:
        session = self.unlock()
        compact_vault(session)
        session.lock()


def grow(folder: Path, weeks: int = 46) -> Year:
    """Return what became of a vault in so many WEEKS of work; its keys are rotated every thirteen."""
    practice = Practice(folder)
    for week in range(1, weeks + 1):
        monday = practice.now.replace(hour=8, minute=0, second=0) - timedelta(days=practice.now.weekday())
        for day in range(DAYS_A_WEEK):
            practice.now = monday + timedelta(days=day)
            practice.day(week)
        practice.now = monday + timedelta(days=7)
        if week % 13 == 0:
            practice.rotate()
    grown, before, records = Path(practice.path).stat().st_size, shares(practice), len(_view(practice).offsets)
    practice.compact()
    return Year(practice.notes, records, grown, Path(practice.path).stat().st_size, before, shares(practice))


def _view(practice: Practice) -> View:
    return View(practice.path, practice.clock)


def shares(practice: Practice) -> Counter[str]:
    """Return the bytes of the file by what the records are about."""
    view, found = _view(practice), Counter[str]()
    try:
        ends = [*view.offsets[1:], view.walk.offset]
        for sequence, (start, end) in enumerate(zip(view.offsets, ends, strict=True)):
            header = view.record(sequence).header
            found[_about(view, header.action, header.kind, header.entity, header.revision)] += end - start
    finally:
        view.close()
    return found


def _about(view: View, action: int, kind: int, entity: int, revision: int) -> str:
    if action == Action.SAVE and kind != Kind.NOTE:
        return "clients and appointments"
    if action == Action.SAVE:
        known = view.state.entities.get(entity)
        return "notes as they stand" if known is not None and revision == known.revision else _DRAFTS[0]
    return _KINDS.get(Action(action), "all else")


def run() -> None:
    with tempfile.TemporaryDirectory(dir=cache_folder()) as folder:
        year = grow(Path(folder))
    lines = [
        Line(f"{name}, of {year.before[name] / 1e6:.2f} MB before compaction", f"{year.after[name] / 1e6:.2f} MB")
        for name, _ in year.before.most_common()
    ]
    lines.append(Line("a note, all in all, before and after",
                      f"{year.grown / year.notes:,.0f}, {year.compacted / year.notes:,.0f} bytes"))  # fmt: skip
    left = year.drafts_of_growth
    lines.append(Line("left of drafts, of the year's growth", f"{left:.1%}", left, 0.1))
    lines.append(Line("  of the compacted file", f"{year.drafts_left:.1%}"))
    show(f"A year: {year.notes:,} notes, {year.records:,} records, {year.grown / 1e6:.1f} MB, "
         f"{year.compacted / 1e6:.1f} MB compacted", lines)  # fmt: skip
