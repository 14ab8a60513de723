"""What commands print: data a program can read in any locale, and nothing that a terminal obeys."""

from __future__ import annotations

import json
import os
import re
import subprocess

import pytest

from core.acts import entries
from core.acts.acting import Acting, Target
from core.indexes import NoteIndex
from core.session import NoteDraft
from tests.cli.command import ROOT, TACENDA, tacenda
from tests.core.practice import PASSPHRASES, Practice, forge, keyring
from tests.harness.pty_terminal import PtyTerminal
from vault_format.codes import Kind, NoteClass
from vault_format.frames.record import Draft

OWNER = PASSPHRASES["owner"]
# what a title could hold that was written by another program
HOSTILE = "\x1b]0;owned\x07\x1b[31mred\x9b32m\x85\u202eevil\u2066\x7f"


@pytest.fixture
def hostile(practice: Practice) -> Practice:
    """A practice with a note whose title, tags and text are made to be obeyed."""
    session = practice.unlock()

    def build(acting: Acting) -> list[Draft]:
        index = NoteIndex(
            c=bytes(32), local="", zone="", client=practice.clients["OTTER"], type=HOSTILE, form=HOSTILE, title=HOSTILE,
            date=HOSTILE[:20], start="", end="", tags=[HOSTILE], attendees="", place="", service="", risk="", goal="",
            next="", appointment=0, parent=0,
        )  # fmt: skip
        about = Target(Kind.NOTE, NoteClass.CHART, practice.clients["OTTER"], 0xBAD, 1)
        return [entries.save(acting, about, index, f"zebra {HOSTILE}\n\tsecond line\r\n").draft]

    forge(practice, build, keyring(session), session._desk.number)
    session.lock()
    return practice


UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize(
    ("act", "words"), [("list", ()), ("show", ("0000000000000bad",)), ("search", ("zebra",))],
)  # fmt: skip
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_nothing_in_a_note_reaches_a_terminal_raw(
    hostile: Practice, act: str, words: tuple[str, ...], options: tuple[str, ...]
) -> None:
    command = [*TACENDA, "note", act, "--as", "owner", *options, str(hostile.path), *words]
    with PtyTerminal(command, cwd=ROOT, columns=200) as there:
        there.wait_for("Passphrase:")
        there.send(OWNER + "\r")
        assert there.wait_exit() == 0
        shown = bytes(there.raw).decode()
    assert "red" in shown
    # a tab is no hazard
    assert ("        second line" in shown) == ((act, options) == ("show", ()))
    assert UNSAFE.findall(shown.replace("\r\n", "\n").replace("\r", "")) == []


def test_a_text_goes_into_a_pipe_as_it_is(hostile: Practice) -> None:
    done = subprocess.run(
        [*TACENDA, "note", "show", str(hostile.path), "0000000000000bad", "--as", "owner", "--passphrase-fd", "0"],
        cwd=ROOT, input=OWNER.encode(), capture_output=True, check=True,
    )  # fmt: skip
    assert f"zebra {HOSTILE}\n\tsecond line\r\n".encode() in done.stdout
    # the lines about it are not the text
    assert UNSAFE.findall(done.stdout.decode().split("\n\n")[0]) == []


@pytest.mark.parametrize("locale", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
                                    {"PYTHONIOENCODING": "latin-1"}, {"LC_ALL": "C.UTF-8"}])  # fmt: skip
def test_data_is_the_same_in_every_locale(practice: Practice, locale: dict[str, str]) -> None:
    session = practice.unlock()
    text = "Zürich 東京 \U0001f9a6"
    saved = session.save_note(NoteDraft(practice.clients["OTTER"], text, title=text))
    session.lock()
    words = (practice.path, "--as", "owner")
    note = f"{saved.note:016x}"
    rows = tacenda("note", "list", *words, "--json", secret=OWNER, env=locale).objects
    assert text in [row["title"] for row in rows]
    assert tacenda("note", "show", *words, note, "--json", secret=OWNER, env=locale).objects[0]["text"] == text
    shown = subprocess.run(
        [*TACENDA, "note", "show", *map(str, words), note, "--passphrase-fd", "0"], cwd=ROOT, input=OWNER.encode(),
        capture_output=True, check=True, env={**os.environ, **locale},
    )  # fmt: skip
    assert shown.stdout.decode().endswith(f"\n\n{text}\n")
    added = tacenda("note", "add", *words, "--client", "OTTER", secret=OWNER, stdin=text, env=locale)
    assert added.code == 0
    again = practice.unlock()
    assert again.read_note(int(added.out, 16)).text == text
    again.lock()


def test_names_of_files_are_shown_harmless(practice: Practice) -> None:
    odd = practice.path.with_name("a\x1b[31m\nb")
    practice.path.rename(odd)
    done = tacenda("verify", odd)
    assert done.code == 0
    assert "\x1b" not in done.out
    assert len(done.out.splitlines()) == 2
    assert json.loads(tacenda("verify", "--json", odd).out)["path"] == str(odd)
    missing = tacenda("verify", "\x1b[31mnothing")
    assert missing.code == 2
    assert "\x1b" not in missing.err
    option = tacenda("verify", "--\x1b[31m")
    assert option.code == 2
    assert "\x1b" not in option.err
