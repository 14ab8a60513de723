"""A new note with its header, templates, a note for the wrong client, and the passphrase at each signature."""

from __future__ import annotations

from pathlib import Path

from core.upkeep.policy import change_policy
from tests.cli.command import tacenda
from tests.core.practice import PASSPHRASES, Practice

OWNER = PASSPHRASES["owner"]
AS_OWNER = ("--as", "owner")


def test_the_header_is_saved_and_the_next_appointment_planned(practice: Practice) -> None:
    done = tacenda(
        "note", "add", practice.path, *AS_OWNER, "--client", "OTTER", "--start", "10:02", "--end", "10:55", "--service",
        "minutes", "--with", "client", "--place", "office", "--risk", "none", "--next", "in 2 weeks 14:30",
        secret=OWNER, stdin="slept",
    )  # fmt: skip
    assert done.code == 0, done
    assert "next: " in done.err
    assert "14:30, 50 min" in done.err
    session = practice.unlock()
    note = session.catalog.find_note(done.out.strip())
    index = session.read_note(note.id).index
    assert (index.service, index.attendees, index.place, index.start) == ("90837", "client", "office", "10:02")
    assert index.next.endswith(" 14:30")
    session.lock()
    short = tacenda(
        "note", "add", practice.path, *AS_OWNER, "--client", "OTTER", "--service", "minutes", secret=OWNER, stdin="x"
    )
    assert short.code == 2
    assert "No minutes suggest" in short.err


def test_a_process_note_alone_is_pointed_out(practice: Practice) -> None:
    words = ("note", "add", practice.path, *AS_OWNER, "--client", "HERON", "--type", "process")
    done = tacenda(*words, "--date", "2026-01-05", secret=OWNER, stdin="mine")
    assert done.code == 0
    assert "a process note alone" in done.err


def test_templates_are_listed_and_begin_a_note(practice: Practice, tmp_path: Path) -> None:
    folder = tmp_path / "config" / "tacenda" / "templates"
    env = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    none = tacenda("note", "templates", env=env)
    assert (none.code, none.out) == (0, "")
    assert "there are none yet" in none.err
    folder.mkdir(parents=True)
    (folder / "a.toml").write_text("name = 'Group'\ntype = 'progress'\nheadings = ['Theme']\n", encoding="utf-8")
    (folder / "b.toml").write_text("name = 'Bad'\n", encoding="utf-8")
    listed = tacenda("note", "templates", "--json", env=env)
    assert [one["name"] for one in listed.objects] == ["Group"]
    assert "templates/b.toml" in listed.err
    made = tacenda(
        "note", "add", practice.path, *AS_OWNER, "--client", "OTTER", "--template", "group", secret=OWNER, env=env
    )
    assert made.code == 0, made
    session = practice.unlock()
    assert session.read_note(session.catalog.find_note(made.out.strip()).id).text == "## Theme\n"
    session.lock()
    strange = tacenda(
        "note", "add", practice.path, *AS_OWNER, "--client", "OTTER", "--template", "x", secret=OWNER, env=env
    )
    assert strange.code == 2
    assert "There are: Group." in strange.err


def test_a_note_is_moved_and_signed_with_the_passphrase_again(practice: Practice) -> None:
    twice = f"{OWNER}\n{OWNER}"
    session = practice.unlock()
    change_policy(session, {"sign_passphrase": True})
    session.lock()
    add = tacenda("note", "add", practice.path, *AS_OWNER, "--client", "OTTER", secret=OWNER, stdin="slept")
    note = add.out.strip()
    once = tacenda("note", "sign", practice.path, *AS_OWNER, note, secret=OWNER)
    assert once.code == 2
    assert "fewer passphrases" in once.err
    assert tacenda("note", "sign", practice.path, *AS_OWNER, note, secret=twice).code == 0
    moved = tacenda("note", "move", practice.path, *AS_OWNER, note, "HERON", "--json", secret=twice)
    assert moved.code == 0, moved
    [said] = moved.objects
    assert "the original stays" in moved.err
    shown = tacenda("note", "show", practice.path, *AS_OWNER, note, secret=OWNER)
    assert "written for the wrong client" in shown.out
    assert said["id"] in shown.out
    again = tacenda("note", "move", practice.path, *AS_OWNER, note, "HERON", secret=twice)
    assert again.code == 3
    assert "moved already" in again.err
    assert practice.verdict().intact
