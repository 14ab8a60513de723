"""Tables and JSON of notes: read as they are meant, or refused as a whole."""

from __future__ import annotations

import contextlib
import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.exchange import plan_import, run_import
from core.exchange.inward import tables
from tests.core.practice import Practice
from tests.exchange.test_bring_in import why, write
from vault_format import bounds
from vault_format.errors import UsageError


def test_a_table(practice: Practice, tmp_path: Path) -> None:
    rows = 'client;date;title;tags;text\r\nOTTER;2026-11-09;one;"a; b";"two\r\nlines, ""quoted"""\r\n\r\nOTTER;x;y\r\n'
    session = practice.unlock()
    plan = plan_import(session, str(write(tmp_path / "notes.csv", rows)))
    (note,) = plan.notes
    assert (note.source, note.draft.text) == ("notes.csv, row 1", 'two\nlines, "quoted"')
    assert note.draft.tags[:2] == ("a", "b")
    assert "3 cells" in why(plan, "notes.csv, row 3")
    session.lock()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "", "no line of column names"),
        ("a.csv", "client,client\n", "twice"),
        ("a.csv", 'client,text\n"a', "no CSV"),
        ("a.csv", ",".join(f"c{number}" for number in range(65)) + "\n", "more than 64 columns"),
        ("a.json", "{", "no JSON"),
        ("a.json", "[" * 100_000, "no JSON"),
        ("a.json", '{"notes": 1}', "no list of notes"),
        ("a.json", "3", "no list of notes"),
        ("a.csv", "client\n" + "x\n" * (tables.MAX_ROWS + 1), "more than 10,000 rows"),
        ("a.json", "[" + ",".join(["1"] * (tables.MAX_ROWS + 1)) + "]", "more than 10,000 notes"),
    ],
    ids=range(10),
)
def test_a_table_that_is_none_is_refused_as_a_whole(
    practice: Practice, tmp_path: Path, name: str, text: str, said: str
) -> None:
    session = practice.unlock()
    with pytest.raises(UsageError, match=said):
        plan_import(session, str(write(tmp_path / name, text)))
    session.lock()


def test_json_of_ones_own(practice: Practice, tmp_path: Path) -> None:
    text = (
        '[{"client": "OTTER", "date": "2026-11-09", "tags": ["a"], "text": "one"}, 5,'
        ' {"client": "OTTER", "date": "2026-11-10", "text": {"a": 1}}, {"client": "OTTER", "date": "2026-11-10",'
        ' "body": "a\\u0000\\u001b", "additions": [{"kind": "correction", "title": "the day", "text": "it was",'
        ' "date": "2026-11-12"}, 3]}, {"client": "OTTER", "date": "2026-11-10", "text": "x", "body": "y"}]'
    )
    session = practice.unlock()
    plan = plan_import(session, str(write(tmp_path / "n.json", text)))
    assert [(each.source, each.draft.title, each.draft.text) for each in plan.notes] == [
        ("n.json, note 1", "", "one"), ("n.json, note 4", "", "a\x00\x1b"),
        ("n.json, note 4, addition 1", "Correction: the day", "it was"),
    ]  # fmt: skip
    assert why(plan, "n.json, note 2") == "it is no object"
    assert "neither text" in why(plan, "n.json, note 3")
    assert why(plan, "n.json, note 4, addition 2") == "it is no object"
    assert "twice" in why(plan, "n.json, note 5")
    session.lock()


_COLUMNS = ["client", "date", "title", "text", "tags", "x"]


@given(st.lists(st.dictionaries(st.sampled_from(_COLUMNS), st.text(max_size=20), max_size=6), max_size=5))
def test_every_csv_is_read_or_refused(rows: list[dict[str, str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, _COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    try:
        found = list(tables.read_csv("n.csv", out.getvalue()))
    except UsageError:
        # a text that holds a carriage return alone is no line end in CSV
        assert any("\r" in value for row in rows for value in row.values())
        return
    for place, fields in found:
        assert place.startswith("n.csv, row ")
        assert isinstance(fields, str) or list(fields) == _COLUMNS


@given(st.text(max_size=200))
def test_no_text_is_more_than_a_table_or_none(text: str) -> None:
    for read in (tables.read_csv, tables.read_json):
        with contextlib.suppress(UsageError):
            assert isinstance(list(read("n", text)), list)


def test_the_bound_of_a_text_is_the_note_s(practice: Practice, tmp_path: Path) -> None:
    head = "---\nclient: OTTER\ndate: 2026-11-09\n---\n"
    session = practice.unlock()
    path = write(tmp_path / "a.md", head + "x" * bounds.MAX_TEXT)
    assert len(run_import(session, plan_import(session, str(path))).written) == 1
    path = write(tmp_path / "b.md", head + "x" * (bounds.MAX_TEXT + 1))
    assert "over 8 MiB" in why(plan_import(session, str(path)), "b.md")
    session.lock()
