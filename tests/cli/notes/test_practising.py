"""Clients, appointments and Today from the command line, with the records that the application writes."""

from __future__ import annotations

import pytest

from tests.cli.command import Done, tacenda
from tests.core.practice import PASSPHRASES, Practice

OWNER = PASSPHRASES["owner"]


def run(practice: Practice, group: str, act: str, *words: object, who: str = "owner", secret: str = "") -> Done:
    return tacenda(group, act, practice.path, *words, "--as", who, secret=secret or PASSPHRASES[who])


def client_named(practice: Practice, code: str) -> dict[str, object]:
    rows = run(practice, "client", "list", "--json").objects
    return next(row for row in rows if row["code"] == code)


def test_a_client_is_closed_reopened_and_archived(practice: Practice) -> None:
    closed = run(practice, "client", "close", "OTTER", "--reason", "ended")
    assert closed.code == 0
    assert closed.out.strip().isdigit()
    assert "OTTER is closed. Left there: 1 draft" not in closed.err  # two of them: the process note is one
    assert "OTTER is closed. Left there: 2 drafts" in closed.err
    assert run(practice, "client", "close", "OTTER").code == 2
    only = run(practice, "client", "list", "--status", "closed", "--json").objects
    assert [row["code"] for row in only] == ["OTTER"]
    assert run(practice, "client", "reopen", "OTTER").code == 0
    assert run(practice, "client", "archive", "OTTER").code == 0
    assert client_named(practice, "OTTER")["status"] == "archived"
    assert practice.verdict().intact


def test_a_code_that_tells_who_it_is_is_warned_of_and_taken(practice: Practice) -> None:
    added = run(practice, "client", "add", "1990-04-12")
    assert added.code == 0
    assert "date of birth" in added.err
    assert run(practice, "client", "add", "WREN").err == ""
    pair = run(practice, "client", "add", "OAKS", "--person", "OTTER", "--person", "HERON", "--next", "tomorrow 10:00")
    assert (pair.code, "10:00, 50 min" in pair.err) == (0, True)
    assert client_named(practice, "OAKS")["kind"] == "couple"


@pytest.mark.slow
def test_appointments_from_plan_to_note(practice: Practice) -> None:
    made = run(practice, "appointment", "add", "MAPLE", "2020-01-02 10:00")
    assert made.code == 0
    assert "MAPLE: 2020-01-02 10:00, 50 min, planned." in made.err
    number = made.out.strip()
    double = run(practice, "appointment", "add", "OTTER", "2020-01-02 10:30")
    assert "there is MAPLE already: 2020-01-02 10:00" in double.err
    assert run(practice, "appointment", "cancel", double.out.strip()).code == 0
    due = tacenda("today", practice.path, "--json", "--as", "owner", secret=OWNER).objects
    assert [one["appointment"] for one in due if one["kind"] == "session"] == [number]
    missed = run(practice, "appointment", "missed", number[:6])
    assert "--type missed-session --date 2020-01-02" in missed.err
    [row] = run(practice, "appointment", "list", "--client", "MAPLE", "--json").objects
    assert (row["state"], row["note"]) == ("missed", "")
    assert run(practice, "appointment", "move", number, "2020-01-03 9:00").code == 0
    assert run(practice, "appointment", "kept", number).code == 0
    [row] = run(practice, "appointment", "list", "--all", "--client", "MAPLE", "--json").objects
    assert (str(row["start"])[:16], row["minutes"], row["state"]) == ("2020-01-03T09:00", 50, "kept")
    assert run(practice, "appointment", "add", "MAPLE", "some day").code == 2
    assert run(practice, "appointment", "kept", "zz").code == 2
    assert run(practice, "appointment", "add", "MAPLE", "tomorrow 9", who="supervisor").code == 3
    assert practice.verdict().intact


def test_today_in_words(practice: Practice) -> None:
    told = tacenda("today", practice.path, "--as", "owner", secret=OWNER)
    assert told.code == 0
    assert "OTTER" in told.out
    assert "unsigned today" in told.out
    assert "No recovery kit" in told.out


def test_assigning_and_the_reason_of_others(practice: Practice) -> None:
    assert run(practice, "client", "assign", "HERON").out == "owner\n"
    refused = run(practice, "client", "show", "HERON", who="clinician")
    assert (refused.code, refused.out) == (3, "")
    assert "--reason care" in refused.err
    shown = run(practice, "client", "show", "HERON", "--reason", "emergency", "--json", who="clinician").objects[0]
    assert (shown["name"], shown["assigned"], shown["text"]) == ("name of HERON", ["owner"], "on paper: box 4")
    assert run(practice, "client", "assign", "HERON", "--to", "clinician", "--to", "owner").code == 0
    assert run(practice, "client", "show", "HERON", who="clinician").code == 0
    assert run(practice, "client", "assign", "HERON", "--to", "auditor").code == 2
    assert run(practice, "client", "assign", "HERON", "--everybody").code == 0
    assert run(practice, "client", "assign", "HERON").out == ""


def test_a_duplicate_and_a_mistake(practice: Practice) -> None:
    run(practice, "client", "add", "OTTER-2")
    tacenda("note", "add", practice.path, "--client", "OTTER-2", "--as", "owner", secret=OWNER, stdin="a draft")
    merged = run(practice, "client", "merge", "OTTER-2", "OTTER")
    assert merged.out == "1 drafts moved  0 appointments moved  0 signed notes stay in OTTER-2\n"
    assert "same as" in run(practice, "client", "show", "OTTER-2").out
    assert "duplicates" in run(practice, "client", "show", "OTTER").out
    assert run(practice, "client", "remove", "OTTER").code == 3
    gone = run(practice, "client", "remove", "OTTER-2", "--words", "made twice", secret=f"{OWNER}\n{OWNER}")
    assert gone.out == "OTTER-2 removed  1 entries\n"
    run(practice, "client", "add", "WREN")
    assert run(practice, "client", "remove", "WREN", secret=f"{OWNER}\nanother").code == 3
    assert practice.verdict().intact


def test_a_client_is_edited_field_by_field(practice: Practice) -> None:
    done = run(practice, "client", "edit", "HERON", "--born", "2011-04-12", "--goal", "sleep", "--goal", "school")
    assert done.code == 0, done
    shown = run(practice, "client", "show", "HERON", "--json").objects[0]
    assert (shown["born"], shown["goals"]) == ("2011-04-12", ["sleep", "school"])
    assert (shown["name"], shown["text"]) == ("name of HERON", "on paper: box 4")
    again = run(practice, "client", "edit", "HERON", "--born", "2011-04-12")
    assert (again.out, "nothing was written" in again.err) == (done.out, True)
    assert run(practice, "client", "edit", "HERON", "--born", "in spring").code == 2
    assert run(practice, "client", "edit", "HERON").code == 2
    assert run(practice, "client", "edit", "HERON", "--code", "OTTER").code == 2
    named = tacenda("client", "edit", practice.path, "HERON", "--name", "-", "--as", "owner", secret=OWNER, stdin="Elm")
    assert named.code == 0
    assert run(practice, "client", "show", "HERON", "--json").objects[0]["name"] == "Elm"
    assert practice.verdict().intact


def test_a_client_is_added_with_all_that_is_known(practice: Practice) -> None:
    about = ("--born", "2011", "--goal", "sleep", "--goal", "school", "--risk", "low", "--text", "-")
    words = ("client", "add", practice.path, "WREN", *about, "--as", "owner")
    assert tacenda(*words, secret=OWNER, stdin="likes dogs\nbox 4").code == 0
    shown = run(practice, "client", "show", "WREN", "--json").objects[0]
    assert (shown["born"], shown["goals"], shown["risk"]) == ("2011", ["sleep", "school"], "low")
    assert shown["text"] == "likes dogs\nbox 4"
    refused = run(practice, "client", "add", "LARK", "--born", "in spring")
    assert (refused.code, "Write it as 2011-04-12" in refused.err) == (2, True)
    assert tacenda("client", "add", practice.path, "LARK", "--name", "-", "--text", "-", secret=OWNER).code == 2
    emptied = run(practice, "client", "edit", "WREN", "--goal", "", "--born", "")
    assert emptied.code == 0
    shown = run(practice, "client", "show", "WREN", "--json").objects[0]
    assert (shown["born"], shown["goals"]) == ("", [])
