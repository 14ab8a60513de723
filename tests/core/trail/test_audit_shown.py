"""Filters as they are typed, rows with runs folded, files for other programs, counts by hour, sealed details."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.audit.activity import activity
from core.audit.asking import asked
from core.audit.columns import Columns, Shape
from core.audit.detail import detail_of
from core.audit.export import Source
from core.audit.keeping import write_text, write_trail
from core.audit.shown import Shown
from core.audit.trail import Filter, Trail
from core.session import NoteDraft
from tests.core.practice import Practice
from vault_format.codes import Action
from vault_format.errors import NotWhole, Unavailable, UsageError

NAMES = {1: "owner", 2: "clinician-1", 3: "clinician-2"}
NOW = int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp() * 1000)
HOUR = 3_600_000


def shape(action: Action, member: int = 1, kind: int = 1) -> Shape:
    return Shape(1, 0, action, 1, member, 0 if action == Action.UNLOCK_FAILED else 1, kind, 1, 0, 0, 0)


def add(columns: Columns, entity: int, what: Shape, time: int = NOW) -> None:
    if what not in columns.shapes:
        columns.shapes.append(what)
    columns.times.append(time)
    columns.clients.append(0xC3F1 << 48)
    columns.entities.append(entity)
    columns.sessions.append(7)
    columns.codes.append(columns.shapes.index(what))


def trail_of(columns: Columns) -> Trail:
    return Trail(columns, lambda number: NAMES.get(number, ""))


def folded_slowly(columns: Columns, sequences: Sequence[int]) -> list[tuple[int, int, int]]:
    """Fold one after the other, as it is said, not as it is done."""
    rows: list[list[int]] = []
    for position, seq in enumerate(sequences):
        draft = columns.shape(seq).action in (Action.SAVE, Action.DRAFT_KEPT)
        before = sequences[position - 1] if position else -1
        if (
            draft and rows and columns.shape(before).action in (Action.SAVE, Action.DRAFT_KEPT)
            and columns.entities[before] == columns.entities[seq]
        ):  # fmt: skip
            rows[-1].append(seq)
        else:
            rows.append([seq])
    return [(row[0], row[-1], len(row)) for row in rows]


@pytest.mark.parametrize("wanted", [None, Filter(member=1)])
def test_runs_are_folded_as_the_trail_grows(wanted: Filter | None) -> None:
    chance, columns = random.Random(20), Columns()
    shown = Shown(trail_of(columns), wanted)
    kinds = [Action.SAVE, Action.DRAFT_KEPT, Action.SAVE, Action.READ]
    for _ in range(60):
        for _ in range(chance.randrange(0, 9)):
            add(columns, chance.randrange(1, 3), shape(chance.choice(kinds), chance.choice([1, 1, 1, 2])))
        shown.extend()
        sequences = [seq for seq in range(len(columns)) if wanted is None or columns.shape(seq).member == 1]
        slow = folded_slowly(columns, sequences)
        assert [(run.first, run.last, run.count) for run in map(shown.at, range(len(shown)))] == slow
        assert list(shown.sequences()) == sequences
        for row, (first, last, _) in enumerate(slow):
            assert shown.row_of(first) == shown.row_of(last) == row
    before = len(shown)
    row = next(row for row in range(before) if shown.at(row).count > 1)
    run = shown.at(row)
    assert shown.unfold(row)
    assert not shown.unfold(row)
    assert len(shown) == before + run.count - 1
    for each in range(len(shown)):
        assert shown.row_of(shown.at(each).first) == each
    with pytest.raises(IndexError):
        shown.at(len(shown))


def test_only_these_records_are_shown() -> None:
    columns = Columns()
    for _ in range(9):
        add(columns, 1, shape(Action.SAVE))
    shown = Shown(trail_of(columns), only=(2, 3, 8), folded=False)
    assert [shown.at(row).first for row in range(len(shown))] == [2, 3, 8]
    assert shown.row_of(8) == 2
    assert not shown.extend()


def test_what_is_typed_finds_what_is_meant() -> None:
    columns = Columns()
    night = int(datetime(2026, 11, 23, 2, 30, tzinfo=UTC).timestamp() * 1000)
    add(columns, 0x8820 << 48, shape(Action.READ), night)
    add(columns, 0x8820 << 48, shape(Action.SAVE, 2), night + 2 * HOUR)
    add(columns, 0, shape(Action.UNLOCK_FAILED, 2, 0), night + HOUR)
    add(columns, 0x1234 << 48, shape(Action.READ, 3), NOW)
    trail = trail_of(columns)

    def found(**typed: str) -> list[int]:
        said = asked({name.rstrip("_"): text for name, text in typed.items()}, NAMES, NOW, UTC)
        assert said is not None
        return trail.find(said.wanted)

    assert found(hours="02:00-04:00") == [0, 2]
    assert found(hours="2-4") == [0, 2]
    assert found(hours="02:31-03:31") == [2]
    assert found(hours="23:00-03:00") == [0]
    assert found(who="owner") == [0]
    assert found(who="clinician-2") == [3]
    assert found(who="nobody") == [2]
    assert found(what="read") == [0, 3]
    assert found(result="f") == [2]
    assert found(note="n8820") == [0, 1]
    assert found(note="88") == [0, 1]
    assert found(client="c3f1", note="1234") == [3]
    assert found(client="c3f") == [0, 1, 2, 3]
    assert found(client="cc3f100") == [0, 1, 2, 3]
    assert found(client="3f1") == found(client="ccc3f1") == []
    assert found(from_="today") == [3]
    assert found(from_="2 d", until="yesterday") == [0, 1, 2]
    assert found(from_="2026-11-24 11:59") == [3]
    assert found(until="2026-11-23") == [0, 1, 2]
    assert found(**{"class": "process"}) == []
    assert asked({"who": "  "}, NAMES, NOW) is None
    told = asked({"result": "failed", "from": "7 d"}, NAMES, NOW, UTC)
    assert told is not None
    assert told.words == "from 7 d, result failed"
    wrong = (
        ("from", "soon"), ("until", "2026-13-01"), ("hours", "night"), ("hours", "25-26"), ("who", "clin"),
        ("who", "x"), ("result", "maybe"), ("class", "c3"), ("client", "xyz"), ("note", "n"),
    )  # fmt: skip
    for field, text in wrong:
        with pytest.raises(UsageError, match=field):
            asked({field: text}, NAMES, NOW, UTC)


def test_a_file_is_new_and_its_owners_alone(tmp_path: Path) -> None:
    columns = Columns()
    for _ in range(5_000):
        add(columns, 1, shape(Action.READ))
    trail, source = trail_of(columns), Source("ab", "desk")
    path = tmp_path / "trail.csv"
    assert write_trail(str(path), "csv", trail, range(10, 5_000), source) == 4_990
    assert path.stat().st_mode & 0o777 == 0o600
    lines = path.read_text().splitlines()
    assert len(lines) == 4_991
    assert lines[1].startswith("ab,10,")
    with pytest.raises(UsageError, match="already"):
        write_trail(str(path), "jsonl", trail, [1], source)
    with pytest.raises(Unavailable):
        write_text(str(tmp_path / "no" / "such"), "text")
    with pytest.raises(Unavailable):
        write_text("a\0b", "text")
    with pytest.raises(ZeroDivisionError):
        write_trail(str(tmp_path / "half"), "jsonl", trail, [0, 10_000 // 0], source)
    assert not (tmp_path / "half").exists()


def test_activity_counts_every_record_once() -> None:
    columns = Columns()
    monday = int(datetime(2026, 11, 2, 9, 15, tzinfo=UTC).timestamp() * 1000)
    for _ in range(3):
        add(columns, 1, shape(Action.READ), monday)
    add(columns, 1, shape(Action.UNLOCK_FAILED, 2, 0), monday + 26 * HOUR)
    add(columns, 1, shape(Action.SAVE, 2), monday + 21 * 24 * HOUR)
    found = activity(trail_of(columns), UTC)
    assert found.hours[0][9] == 4
    assert found.hours[1][11] == 1
    assert sum(map(sum, found.hours)) == 5
    assert [(week.records, week.reads, week.failures) for week in found.weeks] == [
        (4, 3, 1), (0, 0, 0), (0, 0, 0), (1, 0, 0)
    ]  # fmt: skip
    some = activity(trail_of(columns), UTC, only=[0, 3])
    assert (some.hours[0][9], sum(map(sum, some.hours)), some.weeks[0].failures) == (1, 2, 1)
    assert activity(trail_of(columns), UTC, only=[]).weeks == ()
    assert activity(trail_of(Columns())).weeks == ()


def test_details_open_for_auditors_and_owners_alone(practice: Practice) -> None:
    owner = practice.unlock()
    with owner.at_desk() as desk:
        columns = desk.vault.columns
    unlocked = max(seq for seq in range(len(columns)) if columns.shape(seq).action == Action.UNLOCK)
    opened = detail_of(owner, unlocked)
    assert opened.state == "open"
    assert dict(opened.lines)["Program"].lower().startswith("tacenda")
    assert detail_of(owner, 0).state == "none"
    with pytest.raises(NotWhole):
        detail_of(owner, 10**6)
    owner.save_note(NoteDraft(practice.clients["OTTER"], "more", title="more"))
    owner.lock()
    clinician = practice.unlock("clinician")
    assert detail_of(clinician, unlocked).state == "closed"
    clinician.lock()
    assert detail_of(None, unlocked, sealed=True).state == "closed"
