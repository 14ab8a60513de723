"""What is looked at before a note is signed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.catalog import NoteRow
from core.session import NoteDraft
from core.writing.forms import skeleton
from core.writing.review import review
from vault_format.codes import AddendumKind

TODAY = "2026-11-24"
WRITTEN = skeleton("dap").replace("\n\n\n", "\nwords\n\n") + "words\n"
WHOLE = NoteDraft(
    1, WRITTEN, "progress", "dap", date=TODAY, start="10:02", end="10:55", service="90837", risk="none",
)  # fmt: skip


def row(**more: object) -> NoteRow:
    """Return a row of another note on the same day."""
    fields: dict[str, object] = {
        "id": 2, "client": 1, "client_code": "OTTER", "date": TODAY, "type": "progress", "form": "dap", "title": "",
        "tags": (), "status": "signed", "state_words": "signed", "revision": 1, "updated": 0, "signed_at": 0,
        "author": "owner", "mine": True, "process": False, "parent": 0, "addendum": 0, "local": "", "start": "10:02",
        "end": "", "risk": "", "problem": "", **more,
    }  # fmt: skip
    return NoteRow(**fields)  # type: ignore[arg-type]


def test_a_whole_note_has_nothing_to_look_at() -> None:
    assert review(WHOLE, TODAY) == []


@pytest.mark.parametrize(
    ("changed", "said", "field"),
    [
        ({"end": ""}, "no End", "end"),
        ({"start": ""}, "no Start", "start"),
        ({"service": ""}, "suggest 90837", "service"),
        ({"risk": ""}, "no Risk", "risk"),
        ({"text": skeleton("dap")}, "nothing is written", ""),
        ({"text": ""}, "nothing is written", ""),
        ({"text": WRITTEN.replace("## Plan\nwords", "## Plan\n")}, "empty: Plan", ""),
        ({"text": WRITTEN + "## More\n"}, "empty: More", ""),
        ({"date": "2026-11-25"}, "in the future", "date"),
        ({"date": "2026-11-22"}, "signed late, 2 days", "date"),
        ({"end": "10:02"}, "is not after Start", "end"),
        ({"end": "09:00"}, "is not after Start", "end"),
        ({"end": "16:00"}, "is long", "end"),
        ({"end": "10:40"}, "90837 asks for 53 min or more, these are 38", "service"),
        ({"service": "90832"}, "90832 asks for 16 to 37 min", "service"),
        ({"next": "2026-11-20 10:00"}, "is not after this session", "next"),
    ],
)
def test_what_is_missing_or_looks_wrong_is_said(changed: dict[str, str], said: str, field: str) -> None:
    points = review(replace(WHOLE, **changed), TODAY)  # type: ignore[arg-type]
    [found] = [point for point in points if said in point.words]
    assert found.field == field
    assert not found.hinders


def test_a_process_note_needs_a_progress_note_and_keeps_no_times() -> None:
    process = NoteDraft(1, "thoughts", "process", "free", date=TODAY, process=True)
    assert ["no progress note" in point.words for point in review(process, TODAY)] == [True]
    assert review(process, TODAY, [row()]) == []
    assert review(process, TODAY, [row(type="contact-log")]) != []
    assert "no times" in review(replace(process, start="10:00"), TODAY, [row()])[0].words


def test_a_second_note_of_the_same_session_is_pointed_out() -> None:
    [point] = review(WHOLE, TODAY, [row(), row(id=3, start="12:00")])
    assert "another progress note begins at 10:02" in point.words
    assert review(WHOLE, TODAY, [row()], note=2) == []


def test_an_addition_needs_a_reason_and_a_text_and_nothing_more() -> None:
    addition = NoteDraft(
        1, "words", "progress", "free", title="why", date="2026-11-20", parent=2, addendum=AddendumKind.CORRECTION
    )
    assert review(addition, TODAY) == []
    for lacking in (replace(addition, title=" "), replace(addition, text="\n")):
        [point] = review(lacking, TODAY)
        assert point.hinders
