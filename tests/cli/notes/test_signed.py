"""What is done about signed notes from the command line."""

from __future__ import annotations

import pytest

from tests.cli.command import tacenda
from tests.core.practice import PASSPHRASES, Practice
from vault_format.codes import Action

OWNER, SUPERVISOR = PASSPHRASES["owner"], PASSPHRASES["supervisor"]
AS_OWNER = ("--as", "owner")


def hex_id(number: int) -> str:
    """Return an id as commands print it."""
    return f"{number:016x}"


def test_each_kind_is_added_and_shown_in_order(practice: Practice) -> None:
    note = hex_id(practice.notes["signed"])
    base = (practice.path, note, *AS_OWNER)
    first = tacenda("note", "late-entry", *base, "--reason", "left out", "--sign", secret=OWNER, stdin="he limped")
    assert (first.code, len(first.out.strip())) == (0, 16)
    fixed = tacenda(
        "note", "correct", *base, "--reason", "-", "--says", "signed text", secret=OWNER, stdin="wrong word\nread: text"
    )
    assert fixed.code == 0
    assert "it is a draft" in fixed.err
    held = tacenda("note", "addendum", *base, "--reason", "more", secret=OWNER, stdin="more")
    assert held.code == 2
    assert "not signed yet" in held.err
    assert tacenda("note", "sign", practice.path, fixed.out.strip(), *AS_OWNER, secret=OWNER).code == 0
    more = ("--kind", "addendum", "--reason", "more", "--sign")
    last = tacenda("note", "addendum", *base, *more, secret=OWNER, stdin="x")
    assert last.code == 0
    [told] = tacenda("note", "show", *base, "--json", secret=OWNER).objects
    assert told["text"] == "signed text"
    assert [(each["kind"], each["reason"]) for each in told["additions"]][1:] == [
        ("late-entry", "left out"), ("correction", "wrong word"), ("addendum", "more"),
    ]  # fmt: skip
    assert told["additions"][2]["text"] == "> signed text\n\nread: text"
    text = tacenda("note", "show", *base, secret=OWNER).out
    places = [text.index(said) for said in ("Late entry", "Reason: left out", "Correction", "read: text")]
    assert places == sorted(places)
    assert practice.verdict().intact


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (("addendum", "--reason", " "), "text", "needs a reason"),
        (("addendum", "--reason", "why"), " \n", "nothing to add"),
        (("correct", "--reason", "why", "--says", "never there"), "text", "do not stand in the note"),
        (("addendum",), "text", "--reason"),
        (("addendum", "--reason", "why", "--kind", "edit"), "text", "edit"),
    ],
)
def test_what_is_incomplete_is_refused_and_writes_no_addition(
    practice: Practice, words: tuple[str, ...], stdin: str, said: str
) -> None:
    note = hex_id(practice.notes["signed"])
    done = tacenda("note", words[0], practice.path, note, *words[1:], *AS_OWNER, secret=OWNER, stdin=stdin)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert practice.actions().count(Action.ADDENDUM) == 1


def test_a_draft_is_not_added_to(practice: Practice) -> None:
    note = hex_id(practice.notes["draft"])
    done = tacenda("note", "addendum", practice.path, note, "--reason", "r", *AS_OWNER, secret=OWNER, stdin="text")
    assert done.code == 2
    assert "is a draft" in done.err


def test_a_review_says_what_is_missing_and_signs_nothing(practice: Practice) -> None:
    note = hex_id(practice.notes["draft"])
    done = tacenda("note", "sign", practice.path, note, "--review", *AS_OWNER, secret=OWNER)
    assert done.code == 0
    assert "no Start" in done.out
    signatures = practice.actions().count(Action.SIGN)
    assert tacenda("note", "sign", practice.path, note, *AS_OWNER, secret=OWNER).code == 0
    assert practice.actions().count(Action.SIGN) == signatures + 1


def test_a_supervisor_co_signs_what_asks_for_it(practice: Practice) -> None:
    asks = tacenda(
        "note", "add", practice.path, "--client", "OTTER", "--tag", "co-sign", *AS_OWNER, secret=OWNER, stdin="text"
    ).out.strip()
    tacenda("note", "sign", practice.path, asks, *AS_OWNER, secret=OWNER)
    supervisor = ("--as", "supervisor")
    listed = tacenda("note", "list", practice.path, "--to-cosign", "--json", *supervisor, secret=SUPERVISOR).objects
    assert [each["id"] for each in listed] == [asks]
    done = tacenda("note", "cosign", practice.path, asks, *supervisor, secret=SUPERVISOR)
    assert (done.code, done.out.strip().isdigit()) == (0, True)
    assert tacenda("note", "list", practice.path, "--to-cosign", *supervisor, secret=SUPERVISOR).out == ""
    assert tacenda("note", "cosign", practice.path, asks, *supervisor, secret=SUPERVISOR).code == 2
    assert tacenda("note", "cosign", practice.path, asks, *AS_OWNER, secret=OWNER).code == 3
    [told] = tacenda("note", "show", practice.path, asks, "--json", *AS_OWNER, secret=OWNER).objects
    assert told["cosigned_by"] == "supervisor"
    assert practice.verdict().intact


def test_history_lists_and_compares_on_the_record(practice: Practice) -> None:
    note = hex_id(practice.notes["draft"])
    base = (practice.path, note, *AS_OWNER)
    reads = practice.actions().count(Action.READ)
    rows = tacenda("note", "history", *base, "--json", secret=OWNER).objects
    assert [(row["revision"], row["author"], row["present"], row["signed"]) for row in rows] == [
        (2, "owner", True, False), (1, "owner", True, False),
    ]  # fmt: skip
    assert all(row["sealed_bytes"] >= 256 for row in rows)
    assert practice.actions().count(Action.READ) == reads
    shown = tacenda("note", "history", *base, "--diff", secret=OWNER)
    assert shown.code == 0
    assert "- first wording\n+ second wording\n" in shown.out
    assert "- tags: sleep, work" in shown.out
    assert practice.actions().count(Action.READ) == reads + 2
    lines = tacenda("note", "history", *base, "--diff", "--from", 1, "--to", 2, "--json", secret=OWNER).objects
    assert {"change": "+", "line": 1, "text": "second wording"} in lines
    assert tacenda("note", "history", *base, "--diff", "--to", 1, secret=OWNER).code == 2
    assert tacenda("note", "history", *base, "--diff", "--to", 9, secret=OWNER).code == 2
    assert tacenda("note", "history", *base, "--from", 1, secret=OWNER).code == 2
