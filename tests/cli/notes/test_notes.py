"""Notes from the command line: the list narrowed down, the header of a draft changed field by field."""

from __future__ import annotations

from typing import Any

from core.session import NoteDraft
from tests.cli.command import Done, tacenda
from tests.core.practice import PASSPHRASES, Practice

OWNER = PASSPHRASES["owner"]


def hex_id(number: int) -> str:
    return f"{number:016x}"


def listed(practice: Practice, *words: str) -> set[str]:
    done = tacenda("note", "list", practice.path, "--json", *words, "--as", "owner", secret=OWNER)
    assert done.code == 0, done
    return {row["id"] for row in done.objects}


def opened(practice: Practice, name: str) -> Any:  # noqa: ANN401  the index of a note
    return practice.door().unlock("owner", OWNER).read_note(practice.notes[name])


def edit(practice: Practice, name: str, *words: str, stdin: str = "") -> Done:
    number = hex_id(practice.notes[name])
    return tacenda("note", "edit", practice.path, number, *words, "--as", "owner", secret=OWNER, stdin=stdin)


def test_the_list_is_narrowed_by_type_status_and_tags(practice: Practice) -> None:
    session = practice.door().unlock("owner", OWNER)
    tagged = NoteDraft(practice.clients["OTTER"], "x", type="contact-log", tags=("Sleep", "school"), date="2026-11-24")
    note = hex_id(session.save_note(tagged).note)
    rows = session.catalog.notes()
    session.lock()
    assert listed(practice, "--status", "signed") == {hex_id(row.id) for row in rows if row.status == "signed"}
    assert listed(practice, "--type", "safety-plan", "--status", "draft") == set()
    assert listed(practice, "--type", "safety-plan") == {hex_id(practice.notes["plan"])}
    assert listed(practice, "--tag", "SLEEP", "--tag", "school") == {note}
    assert listed(practice, "--tag", "sleep", "--tag", "nothing") == set()
    wrong = tacenda("note", "list", practice.path, "--type", "poem", "--as", "owner", secret=OWNER)
    assert (wrong.code, "There is no type of note called poem." in wrong.err) == (2, True)


def test_a_field_of_the_header_is_changed_and_the_rest_stays(practice: Practice) -> None:
    was = opened(practice, "draft")
    done = edit(
        practice, "draft", "--keep-text", "--start", "10:02", "--end", "10:55", "--service", "minutes", "--risk", "low",
        "--date", "2026-11-20", "--form", "dap", "--tag", "school", stdin="this is not read",
    )  # fmt: skip
    assert done.out == "3\n", done
    now = opened(practice, "draft")
    assert now.text == was.text
    index = now.index
    assert (index.start, index.end, index.service, index.risk) == ("10:02", "10:55", "90837", "low")
    assert (index.date, index.form, index.tags, index.title) == ("2026-11-20", "dap", ["school"], was.index.title)
    assert edit(practice, "draft", "--risk", "", "--tag", "", "--title", "-", stdin="new title\nnew text").out == "4\n"
    now = opened(practice, "draft")
    assert (now.index.risk, now.index.tags, now.index.title, now.text) == ("", [], "new title", "new text")
    assert now.index.start == "10:02"


def test_what_cannot_be_edited_is_refused_before_anything_is_written(practice: Practice) -> None:
    before = practice.actions()
    assert edit(practice, "draft", "--keep-text").code == 2
    assert edit(practice, "draft", "--keep-text", "--title", "-").code == 2
    assert practice.actions() == before
    moved = edit(practice, "draft", "--keep-text", "--type", "process")
    assert (moved.code, "between chart and process" in moved.err) == (2, True)
    assert edit(practice, "draft", "--keep-text", "--start", "25:00").code == 2
    assert opened(practice, "draft").revision == 2


def test_the_next_appointment_is_planned_and_moved_with_the_note(practice: Practice) -> None:
    planned = edit(practice, "draft", "--keep-text", "--next", "in 2 weeks 10")
    assert "next: " in planned.err
    assert "10:00" in planned.err
    moved = edit(practice, "draft", "--keep-text", "--next", "in 2 weeks 11")
    assert "11:00" in moved.err
    session = practice.door().unlock("owner", OWNER)
    session.open_rest()
    rows = session.catalog.appointments(practice.clients["OTTER"])
    assert [row.time for row in rows if row.state == "planned"][-1] == "11:00"
    assert sum(row.time in ("10:00", "11:00") for row in rows) == 1
