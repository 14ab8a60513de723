"""Notes come in whole or not at all; a hostile folder is text, and what is refused is told."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from core.exchange import Plan, Watch, plan_import, run_import
from core.exchange.inward import bring_in, folder
from core.session import Session
from tests.core.notes.test_once import failing
from tests.core.practice import Practice
from tests.harness import faults
from vault_format.codes import Action
from vault_format.errors import Refused, UsageError


def write(path: Path, text: str | bytes) -> Path:
    """Write a file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def why(plan: Plan, source: str) -> str:
    """Return why something is refused or passed over."""
    return next(left.why for left in [*plan.refused, *plan.passed] if left.source == source)


def test_a_folder_becomes_drafts(practice: Practice, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write(notes / "a.md", "---\nclient: otter\ndate: 2026-11-09\nstart: 9:05\nend: 9:56\ntype: progress\nform: soap\n"
          "title: Week 4\ntags: [sleep, '#work']\nmodality: office\nmood: fair\n---\n\n## Plan\r\n"
          "Go on.\n")  # fmt: skip
    write(notes / "MAPLE" / "2026-11-10 The river.txt", "\ufeffno head at all\n")
    session = practice.unlock()
    before = session.vault.ledger.count
    plan = plan_import(session, str(notes))
    assert session.vault.ledger.count == before
    assert [(each.source, each.code) for each in plan.notes] == [
        ("MAPLE/2026-11-10 The river.txt", "MAPLE"), ("a.md", "otter"),
    ]  # fmt: skip
    assert plan.notes[1].remarks == ("left out: mood",)
    outcome = run_import(session, plan)
    assert not outcome.left
    assert not outcome.stopped
    assert session.vault.ledger.count == before + 2
    first, second = (session.catalog.note(each.note) for each in outcome.written)
    assert (first.client_code, first.date, first.title, first.status) == ("MAPLE", "2026-11-10", "The river", "draft")
    assert (second.client_code, second.start, second.end, second.form) == ("OTTER", "09:05", "09:56", "soap")
    assert second.tags[:2] == ("sleep", "work")
    assert session.read_note(second.id).text == "## Plan\nGo on.\n"
    assert session.read_note(first.id).text == "no head at all\n"
    assert [each.sequence for each in outcome.written] == [before, before + 1]
    session.lock()
    assert practice.actions()[before : before + 2] == [Action.SAVE, Action.SAVE]
    assert practice.verdict().intact


def test_clients_are_made_only_when_asked_for(empty: Practice, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write(notes / "OTTER" / "2026-11-09.md", "one")
    write(notes / "otter" / "2026-11-10.md", "two")
    write(notes / "2026-11-11.md", "three")
    session = empty.unlock()
    plan = plan_import(session, str(notes))
    assert why(plan, "OTTER/2026-11-09.md") == "there is no client OTTER"
    assert why(plan, "2026-11-11.md") == "no client is named"
    plan = plan_import(session, str(notes), make_clients=True)
    assert plan.clients == ["OTTER"]
    assert run_import(session, plan).clients == ["OTTER"]
    assert [row.code for row in session.catalog.clients()] == ["OTTER"]
    assert len(session.catalog.notes()) == 2
    plan = plan_import(session, str(notes), client="OTTER")
    assert [each.source for each in plan.notes] == ["2026-11-11.md"]
    assert {left.why for left in plan.passed} == {bring_in.TWICE}
    session.lock()


HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "no-date.md": ("---\nclient: OTTER\n---\ntext", "it has no date"),
    "bad-date.md": ("---\nclient: OTTER\ndate: 2026-02-30\n---\ntext", "2026-02-30 is no date"),
    "bad-time.md": ("---\nclient: OTTER\ndate: 2026-02-03\nstart: noon\n---\ntext", "noon is no time"),
    "bad-type.md": ("---\nclient: OTTER\ndate: 2026-02-03\ntype: essay\n---\ntext", "no type of note called essay"),
    "empty.md": ("---\nclient: OTTER\ndate: 2026-02-03\n---\n \n", "nothing is written in it"),
    "zero.md": ("", "no client is named"),
    "latin.md": (b"---\nclient: OTTER\n---\n\xe9t\xe9", "no UTF-8 at byte"),
    "wide.md": ("\ufefftext".encode("utf-16"), "no UTF-8 at byte"),
    "code.md": ("---\nclient: !!python/name:os.system x\n---\ntext", "YAML that is not taken"),
    "long.md": (f"---\nclient: OTTER\ndate: 2026-02-03\ntitle: {'x' * 201}\n---\ntext", "longer than 200"),
    "tags.md": ("---\nclient: OTTER\ndate: 2026-02-03\ntags: [" + "a," * 64 + "]\n---\ntext", "65 tags"),
}


def test_a_hostile_folder_is_refused_file_by_file(practice: Practice, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    for name, (text, _) in HOSTILE.items():
        write(notes / name, text)
    secret = write(tmp_path / "secret.md", "---\nclient: OTTER\ndate: 2026-02-03\n---\nnot of this folder")
    (notes / "link.md").symlink_to(secret)
    (notes / "way-out").symlink_to(tmp_path)
    (notes / "loop").symlink_to(notes)
    os.mkfifo(notes / "pipe.md")
    with socket.socket(socket.AF_UNIX) as there:
        there.bind(str(notes / "socket.md"))
    write(notes / ".hidden.md", "x")
    write(notes / "picture.png", b"\x89PNG")
    deep = notes.joinpath(*["d"] * folder.MAX_DEPTH)
    write(deep / "deep.md", "x")
    with (notes / "huge.md").open("wb") as file:
        file.truncate(folder.MAX_TEXT + 1)
    write(notes / os.fsdecode(b"\xff\xfe.md"), "x")
    session = practice.unlock()
    before = session.vault.ledger.count
    plan = plan_import(session, str(notes))
    assert plan.notes == []
    for name, (_, wanted) in HOSTILE.items():
        assert wanted in why(plan, name)
    assert why(plan, "link.md") == why(plan, "way-out") == why(plan, "loop") == "a link"
    assert why(plan, "pipe.md") == "a pipe"
    assert why(plan, "socket.md") == "a socket"
    assert why(plan, ".hidden.md") == "hidden"
    assert why(plan, "picture.png") == "neither Markdown nor text"
    assert "folders deep" in why(plan, "/".join(["d"] * folder.MAX_DEPTH))
    assert why(plan, "huge.md") == "8.5 MB is too large, 8 MiB the most"
    assert session.vault.ledger.count == before
    with pytest.raises(UsageError, match="cannot be imported"):
        bring_in.require_whole(plan)
    session.lock()


def test_what_would_act_on_a_terminal_is_text(practice: Practice, tmp_path: Path) -> None:
    evil = "a\x1b]0;owned\x07\x1b[2J\x00b\u202egnp.exe\u202c\u200bc [bold]d[/]"
    path = write(tmp_path / "2026-11-09 e\u202evil\x1b.md", f"---\nclient: OTTER\nplace: {evil}\n---\n{evil}\n")
    session = practice.unlock()
    (made,) = run_import(session, plan_import(session, str(path))).written
    note = session.read_note(made.note)
    # the text is kept to the last character, what stands on lists is cleaned
    assert note.text == evil + "\n"
    assert note.row.title == "evil"
    assert note.index.place == "a]0;owned[2Jbgnp.exec [bold]d[/]"
    session.lock()


@pytest.mark.parametrize("path", ["", "nothing", "a\0b"])
def test_a_path_where_nothing_stands_is_said(practice: Practice, tmp_path: Path, path: str) -> None:
    session = practice.unlock()
    with pytest.raises(UsageError, match="cannot be read"):
        plan_import(session, str(tmp_path / path) if path else path)
    session.lock()


def test_a_link_a_device_and_another_file_are_no_path(practice: Practice, tmp_path: Path) -> None:
    (tmp_path / "there.md").symlink_to(write(tmp_path / "real.md", "x"))
    session = practice.unlock()
    with pytest.raises(UsageError, match="is a link"):
        plan_import(session, str(tmp_path / "there.md"))
    with pytest.raises(UsageError, match="is a device"):
        plan_import(session, "/dev/zero")
    with pytest.raises(UsageError, match="no file that can be imported"):
        plan_import(session, str(practice.path))
    session.lock()


def test_bounds_hold_before_anything_is_read(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = tmp_path / "notes"
    for number in range(4):
        write(notes / f"{number}.md", "x" * 100)
    monkeypatch.setattr(folder, "read", lambda _: pytest.fail("it was read"))
    session = practice.unlock()
    for name, value, said in (("MAX_SEEN", 3, "names"), ("MAX_FILES", 3, "files"), ("MAX_TOTAL", 399, "at once")):
        with monkeypatch.context() as patch:
            patch.setattr(folder, name, value)
            with pytest.raises(UsageError, match=said):
                plan_import(session, str(notes))
    session.lock()


def test_a_file_that_is_swapped_or_grows_meanwhile_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.md", "text")
    (file,) = folder.find(str(path)).files
    write(path, "text and more")
    with pytest.raises(UsageError, match="changed while"):
        folder.read(file)
    os.replace(write(tmp_path / "else.md", "abcd"), path)
    with pytest.raises(UsageError, match="while it was looked at"):
        folder.read(file)
    path.unlink()
    path.symlink_to(write(tmp_path / "other.md", "text"))
    with pytest.raises(UsageError):
        folder.read(file)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(UsageError):
        folder.read(file)


def test_the_same_note_is_not_made_twice(practice: Practice, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    head = "---\nclient: OTTER\ndate: 2026-11-09\ntitle: one\n---\n"
    write(notes / "a.md", head + "text")
    write(notes / "b.md", head + "text")
    write(notes / "c.md", head + "text!")
    session = practice.unlock()
    plan = plan_import(session, str(notes))
    assert why(plan, "b.md") == "it is the same as a.md"
    assert len(run_import(session, plan).written) == 2
    # a plan that was made before somebody else imported the same
    again = run_import(session, plan)
    assert again.written == []
    assert {left.why for left in again.left} == {bring_in.TWICE}
    assert why(plan_import(session, str(notes)), "c.md") == bring_in.TWICE
    session.lock()
    # known on another machine, too
    session = practice.unlock(folder=tmp_path / "elsewhere")
    assert plan_import(session, str(notes)).notes == []
    session.lock()


def many(notes: Path, count: int) -> None:
    """Write COUNT notes of MAPLE and of clients that are not there."""
    for number in range(count):
        write(notes / f"{number:03}.md", f"---\nclient: TREE-{number % 7}\ndate: 2026-01-02\n---\nnote {number}\n")


def test_a_stopped_import_tells_what_it_did_and_goes_on_later(empty: Practice, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    many(notes, 120)
    session = empty.unlock()

    class Impatient(Watch):
        def step(self, by: int = 1) -> None:
            super().step(by)
            self.stopped = self.done >= 50

    plan = plan_import(session, str(notes), make_clients=True)
    outcome = run_import(session, plan, Impatient())
    assert outcome.stopped == "stopped by you"
    assert [each.source for each in outcome.written] == [f"{number:03}.md" for number in range(50)]
    assert [each.source for each in outcome.left] == [f"{number:03}.md" for number in range(50, 120)]
    plan = plan_import(session, str(notes), make_clients=True)
    assert (len(plan.notes), plan.clients) == (70, [])
    assert len(run_import(session, plan).written) == 70
    assert sorted(texts_of(session)) == sorted(f"note {number}\n" for number in range(120))
    session.lock()
    assert empty.verdict().intact


def texts_of(session: Session) -> list[str]:
    """Return the texts of all notes."""
    return [session.read_note(row.id).text for row in session.catalog.notes()]


def test_a_full_disk_ends_it_between_two_writes(tmp_path: Path, empty: Practice) -> None:
    notes = tmp_path / "notes"
    many(notes, 120)
    with faults.tmpfs(2 << 20) as disk:
        there = empty.copied(disk)
        session = there.unlock()
        plan = plan_import(session, str(notes), make_clients=True)
        ballast = faults.fill(disk, leave=120 << 10)
        outcome = run_import(session, plan)
        assert "full" in outcome.stopped or "space" in outcome.stopped
        written = {each.source for each in outcome.written}
        assert 0 < len(written) < 120
        assert written.isdisjoint(left.source for left in outcome.left)
        assert len(written) + len(outcome.left) == 120
        assert len(session.catalog.notes()) == len(written)
        ballast.unlink()
        rest = run_import(session, plan_import(session, str(notes), make_clients=True))
        assert len(rest.written) == 120 - len(written)
        session.lock()
        assert there.verdict().intact
        assert len(session_texts(there)) == 120


def session_texts(practice: Practice) -> list[str]:
    """Return the texts of all notes, through a session of its own."""
    session = practice.unlock()
    found = texts_of(session)
    session.lock()
    return found


@pytest.mark.parametrize("cut", [True, False], ids=["cut off", "in the file"])
@pytest.mark.parametrize("times", [1, 20])
def test_a_write_that_nobody_can_vouch_for_is_not_repeated(
    practice: Practice, tmp_path: Path, cut: bool, times: int
) -> None:
    path = write(tmp_path / "2026-11-09.md", "text")
    session = practice.unlock()
    before = len(session.catalog.notes())
    plan = plan_import(session, str(path), client="OTTER")
    with failing(cut=cut, times=times):
        outcome = run_import(session, plan)
    assert outcome.stopped
    # one of the two is said of it, and what is said is so
    assert [each.source for each in outcome.written + outcome.left] == ["2026-11-09.md"]
    assert bool(outcome.written) is (not cut and times == 1)
    again = run_import(session, plan)
    assert bool(again.written) is cut
    assert len(session.catalog.notes()) == before + 1
    session.lock()
    assert practice.verdict().intact


def test_roles_that_do_not_write_do_not_import(practice: Practice, tmp_path: Path) -> None:
    path = write(tmp_path / "2026-11-09.md", "text")
    for member in ("supervisor", "auditor"):
        session = practice.unlock(member)
        with pytest.raises(Refused):
            plan_import(session, str(path), client="OTTER")
        session.lock()
