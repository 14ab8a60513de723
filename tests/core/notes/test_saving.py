"""Clients and notes are saved as they were written, or refused with nothing lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.indexes import FORMS, NOTE_TYPES
from core.names import check_name, one_line
from core.session import ClientDraft, NoteDraft, Session
from tests.core.practice import NOW, Practice
from vault_format import bounds
from vault_format.codes import Action
from vault_format.crypto.padding import padded_size
from vault_format.errors import Conflict, UsageError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=3_000)


@pytest.fixture(scope="module")
def shared(made_practice: Practice, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Practice, Session]]:
    """One copy and one session for all examples of a property: an unlock is made slow on purpose."""
    practice = made_practice.copied(tmp_path_factory.mktemp("shared"))
    session = practice.unlock()
    yield practice, session
    session.lock()
    assert practice.verdict().intact


def test_a_saved_note_reads_back_whole(practice: Practice) -> None:
    session = practice.unlock()
    draft = NoteDraft(
        practice.clients["MAPLE"], "Line one\r\n\tand\x00two\x1b[31m", type="contact-log", form="free", title="call",
        date="2026-02-28", start="09:05", end="10:55", tags=("sleep", "work"), attendees="maple, cedar", place="office",
        service="60 min", risk="low", goal="1", next="in a week",
    )  # fmt: skip
    saved = session.save_note(draft)
    assert (saved.revision, saved.time) == (1, NOW)
    opened = session.read_note(saved.note)
    assert opened.text == draft.text
    for name in ("type", "form", "title", "date", "start", "end", "attendees", "place", "service", "risk", "goal",
                 "next", "appointment"):  # fmt: skip
        assert getattr(opened.index, name) == getattr(draft, name)
    assert tuple(opened.index.tags) == draft.tags
    row = session.catalog.note(saved.note)
    assert (row.title, row.date, row.start, row.risk, row.revision, row.status) == (
        "call", "2026-02-28", "09:05", "low", 1, "draft",
    )  # fmt: skip
    session.lock()


def test_a_note_without_a_date_is_of_today(practice: Practice) -> None:
    session = practice.unlock()
    row = session.catalog.note(session.save_note(NoteDraft(practice.clients["OTTER"], "x")).note)
    assert row.date == row.local[:10]
    session.lock()


@settings(max_examples=60)
@given(text=TEXT, title=st.text(max_size=150), tags=st.lists(st.text(max_size=30), max_size=5))
def test_any_text_comes_back_as_it_was(
    shared: tuple[Practice, Session], text: str, title: str, tags: list[str]
) -> None:
    practice, session = shared
    saved = session.save_note(NoteDraft(practice.clients["OTTER"], text, title=title, tags=tuple(tags)))
    opened = session.read_note(saved.note)
    assert opened.text == text
    assert opened.index.title == one_line(title)
    assert opened.index.tags == [line for line in map(one_line, tags) if line]


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        ({"type": "poem"}, "no type of note"),
        ({"form": "haiku"}, "no form"),
        ({"date": "2026-13-01"}, "is no date"),
        ({"date": "2026-02-29"}, "is no date"),
        ({"date": "\u0662\u0660\u0662\u0666-01-01"}, "is no date"),
        ({"date": "yesterday"}, "is no date"),
        ({"start": "25:00"}, "is no time"),
        ({"end": "9:5"}, "is no time"),
        ({"title": "x" * 201}, "longer than 200"),
        ({"tags": ("x" * 65,)}, "longer than 64"),
        ({"tags": tuple(map(str, range(65)))}, "room for 64"),
        ({"text": "\ud800"}, "no text"),
        ({"appointment": -1}, "no such appointment"),
        ({"client": 77}, "no such client"),
    ],
)
def test_what_could_not_be_read_again_is_not_saved(practice: Practice, draft: dict[str, object], said: str) -> None:
    session = practice.unlock()
    before = len(practice.actions())
    fields = {"client": practice.clients["OTTER"], "text": "x", **draft}
    with pytest.raises(UsageError, match=said) as caught:
        session.save_note(NoteDraft(**fields))  # type: ignore[arg-type]
    assert "ot" in caught.value.safe or caught.value.todo
    assert len(practice.actions()) == before
    assert session.problem == ""
    session.save_note(NoteDraft(practice.clients["OTTER"], "goes on"))
    session.lock()
    assert practice.verdict().intact


@pytest.mark.parametrize(
    "text", ["x" * (bounds.MAX_TEXT + 1), "é" * (bounds.MAX_TEXT // 2 + 1)], ids=["one byte each", "two"]
)
def test_a_text_over_eight_mebibytes_is_refused(practice: Practice, text: str) -> None:
    session = practice.unlock()
    size = practice.path.stat().st_size
    with pytest.raises(UsageError, match="over 8 MiB"):
        session.save_note(NoteDraft(practice.clients["OTTER"], text))
    with pytest.raises(UsageError, match="over 8 MiB"):
        session.save_client(ClientDraft("WREN", text=text))
    assert practice.path.stat().st_size == size
    session.lock()


def test_a_text_of_eight_mebibytes_is_saved(practice: Practice) -> None:
    session = practice.unlock()
    text = "é" * (bounds.MAX_TEXT // 2)
    size = practice.path.stat().st_size
    saved = session.save_note(NoteDraft(practice.clients["OTTER"], text))
    assert practice.path.stat().st_size - size < padded_size(bounds.MAX_TEXT + 4) + 1_500
    assert session.read_note(saved.note).text == text
    session.lock()


def test_a_revision_follows_the_one_it_was_written_on(practice: Practice) -> None:
    session = practice.unlock()
    draft = practice.notes["draft"]
    saved = session.save_note(NoteDraft(practice.clients["OTTER"], "third wording"), draft, 2)
    assert saved.revision == 3
    for base in (0, 2, 4):
        with pytest.raises(Conflict, match="changed in another session"):
            session.save_note(NoteDraft(practice.clients["OTTER"], "too late"), draft, base)
    assert session.read_note(draft).text == "third wording"
    session.lock()


def test_a_signed_note_is_never_written_over(practice: Practice) -> None:
    session = practice.unlock()
    signed = practice.notes["signed"]
    for base in (0, 1, 2):
        with pytest.raises(Conflict, match="signed"):
            session.save_note(NoteDraft(practice.clients["OTTER"], "rewritten"), signed, base)
    with pytest.raises(UsageError, match="signed already"):
        session.sign_note(signed, 1)
    assert session.read_note(signed).text == "signed text"
    session.lock()


def test_a_note_stays_with_its_client_and_its_class(practice: Practice) -> None:
    session = practice.unlock()
    with pytest.raises(UsageError, match="another client"):
        session.save_note(NoteDraft(practice.clients["MAPLE"], "x"), practice.notes["draft"], 2)
    with pytest.raises(UsageError, match="chart and process"):
        session.save_note(NoteDraft(practice.clients["OTTER"], "x", process=True), practice.notes["draft"], 2)
    assert not session.vault.ledger.stale
    session.lock()


def test_signing_takes_the_newest_revision(practice: Practice) -> None:
    session = practice.unlock()
    draft = practice.notes["draft"]
    with pytest.raises(Conflict, match="moved on"):
        session.sign_note(draft, 1)
    sequence = session.sign_note(draft, 2)
    record = session.vault.ledger.record(sequence)
    assert record.header.action == Action.SIGN
    assert record.header.ref == session.catalog.entry(draft).saved
    assert session.catalog.note(draft).status == "signed"
    session.lock()
    assert practice.verdict().intact


@pytest.mark.parametrize(
    ("code", "kept"),
    [("WREN\n2", "WREN 2"), ("\x1b[31mWREN\x07", "[31mWREN"), ("\u202eWREN\u2066", "WREN"), (" WREN\t", "WREN"),
     ("e\u0301tude", "étude")],
)  # fmt: skip
def test_control_characters_do_not_get_into_codes(practice: Practice, code: str, kept: str) -> None:
    session = practice.unlock()
    number = session.add_client(code, name=code)
    row = session.catalog.client(number)
    assert (row.code, row.name) == (kept, kept)
    assert session.catalog.find_client(f" {kept.upper()} ").id == number
    session.lock()


@pytest.mark.parametrize("code", ["", "   ", "\u200d", "\x00\x01", "x" * 25, "otter", " Otter\n"])
def test_a_code_is_short_seen_and_new(practice: Practice, code: str) -> None:
    session = practice.unlock()
    before = len(practice.actions())
    with pytest.raises(UsageError):
        session.add_client(code)
    assert len(practice.actions()) == before
    session.lock()


def test_two_sessions_cannot_take_one_code(practice: Practice) -> None:
    one, other = practice.unlock(), practice.unlock("clinician")
    one.add_client("WREN")
    with pytest.raises(UsageError, match="a client wren already"):
        other.add_client("wren")
    one.lock()
    other.lock()


def test_a_client_is_changed_and_a_conflict_is_seen(practice: Practice) -> None:
    session = practice.unlock()
    otter = practice.clients["OTTER"]
    row = session.catalog.client(otter)
    people = tuple(f"person {number}" for number in range(64))
    saved = session.save_client(ClientDraft("OTTER", "renamed", people, goals=("sleep",)), otter, row.version)
    assert saved.revision == row.version + 1
    assert session.catalog.client(otter).name == "renamed"
    with pytest.raises(Conflict):
        session.save_client(ClientDraft("OTTER", "again"), otter, row.version)
    with pytest.raises(UsageError, match="room for 64"):
        session.save_client(ClientDraft("OTTER", people=(*people, "one more")), otter, saved.revision)
    with pytest.raises(UsageError, match="not a client"):
        session.save_client(ClientDraft("WREN"), practice.notes["draft"], 2)
    session.lock()
    again = practice.unlock()
    assert again.catalog.client(otter).name == "renamed"
    again.lock()


def test_every_type_and_form_can_be_saved(practice: Practice) -> None:
    session = practice.unlock()
    for kind, form in zip([*NOTE_TYPES, *NOTE_TYPES], FORMS, strict=False):
        saved = session.save_note(NoteDraft(practice.clients["OTTER"], "x", type=kind, form=form))
        assert session.catalog.note(saved.note).process == (kind == "process")
    session.lock()
    assert practice.verdict().intact


@pytest.mark.parametrize("name", ["", " ", "x" * 65, " owner", "owner ", "a\nb", "a\u202eb", "a\x1b", "\ud800"])
def test_a_name_that_could_deceive_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        check_name(name)


@given(st.text(max_size=200))
def test_one_line_is_one_line(text: str) -> None:
    line = one_line(text, 1_000)
    assert "\n" not in line
    assert line == one_line(line, 1_000)
    assert len(line.splitlines()) <= 1
    assert line == line.strip()
