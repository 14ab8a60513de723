"""Each command does what its help says, and prints data on standard output alone."""

from __future__ import annotations

import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.command import tacenda
from tests.core.practice import PASSPHRASES, Practice, damage
from vault_format.codes import Action

LARCHES = "quiet stones under larches"
OWNER = PASSPHRASES["owner"]
LISTED = ["id", "client", "type", "title", "status", "revision", "updated"]


def hex_id(number: int) -> str:
    """Return an id as commands print it."""
    return f"{number:016x}"


def test_a_vault_is_made_written_in_and_verified(tmp_path: Path) -> None:
    """From nothing to a signed note, as a script would do it."""
    vault, secret = tmp_path / "my.tacenda", "quiet stones under larches\n"
    made = tacenda("new", vault, "--name", "River practice", "--member", "owner", secret=secret)
    assert (made.code, made.out) == (0, "")
    assert "readable by you alone" in made.err
    assert stat.S_IMODE(vault.stat().st_mode) == 0o600

    otter = tacenda("client", "add", vault, "OTTER", secret=secret)
    assert otter.code == 0
    assert len(otter.out.strip()) == 16
    added = tacenda(
        "note", "add", vault, "--client", "otter", "--title", "-", "--tag", "sleep", "--date", "2026-11-20",
        secret=secret, stdin="A title\nand the text\nof two lines",
    )  # fmt: skip
    assert added.code == 0
    note = added.out.strip()
    assert tacenda("note", "edit", vault, note, secret=secret, stdin="a better text").out == "2\n"
    assert tacenda("note", "sign", vault, note[:6], secret=secret).code == 0
    shown = tacenda("note", "show", vault, note, "--json", secret=secret)
    [told] = shown.objects
    assert told["text"] == "a better text"
    assert (told["title"], told["tags"], told["date"], told["status"]) == ("A title", ["sleep"], "2026-11-20", "signed")
    first = tacenda("note", "show", vault, note, "--revision", 1, "--json", secret=secret).objects[0]
    assert (first["text"], first["revision"]) == ("and the text\nof two lines", 1)
    verified = tacenda("verify", vault, "--json")
    assert verified.code == 0
    assert verified.objects[0]["intact"] is True
    assert verified.err == ""


def test_new_for_a_group_lets_the_group_write(tmp_path: Path) -> None:
    made = tacenda("new", tmp_path / "v", "--name", "p", "--member", "o", "--group", secret=LARCHES)
    assert made.code == 0
    assert stat.S_IMODE((tmp_path / "v").stat().st_mode) == 0o660
    assert "group" in made.err


def test_new_touches_nothing_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"precious")
    done = tacenda("new", tmp_path / "there", "--name", "p", "--member", "o", secret="words")
    assert done.code == 2
    assert "is there already" in done.err
    assert (tmp_path / "there").read_bytes() == b"precious"
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    assert tacenda("new", tmp_path / "link", "--name", "p", "--member", "o", secret="words").code == 2
    assert tacenda("new", tmp_path / "no" / "v", "--name", "p", "--member", "o", secret="words").code == 2
    assert tacenda("new", tmp_path / "v", "--name", "p\x1b", "--member", "o", secret="words").code == 2
    assert tacenda("new", tmp_path / "v", "--name", "p", "--member", " ", secret="words").code == 2
    assert not (tmp_path / "v").exists()


def test_verify_says_whole_and_prints_the_head(practice: Practice) -> None:
    verdict = practice.verdict()
    first = tacenda("verify", practice.path)
    head = " ".join(verdict.head.hex()[at : at + 4] for at in range(0, 16, 4))
    lines = first.out.splitlines()
    assert lines[0] == f"{practice.path}: whole, {verdict.records} records, head {head}"
    assert "first seen on this machine" in lines[1]
    assert first.code == 0
    assert tacenda("verify", practice.path).out.splitlines() == lines[:1]


def test_verify_json_has_the_keys_that_scripts_read(practice: Practice) -> None:
    verdict = practice.verdict()
    [told] = tacenda("verify", "--json", practice.path).objects
    assert told == {
        "path": str(practice.path), "vault_id": verdict.vault_id.hex(), "records": verdict.records,
        "head": verdict.head.hex(), "intact": True, "unattested": 0, "findings": [], "notices": [],
    }  # fmt: skip
    assert list(told) == [
        "path", "vault_id", "records", "head", "intact", "unattested", "findings", "notices",
    ]  # fmt: skip


def test_verify_tells_each_finding(practice: Practice) -> None:
    with practice.path.open("r+b") as file:
        file.seek(16 + 150)
        file.write(b"\0\0\0\0")
    done = tacenda("verify", practice.path, "--json")
    assert done.code == 1
    [told] = done.objects
    assert told["intact"] is False
    assert [sorted(each) for each in told["findings"]] == [["detail", "kind", "seq"]] * len(told["findings"])
    assert told["findings"][0]["kind"] in {"signature", "chain"}
    text = tacenda("verify", practice.path)
    assert text.code == 1
    assert "BROKEN" in text.out
    assert text.err == ""


def test_verify_remembers_and_notices_what_is_missing(practice: Practice) -> None:
    whole = practice.path.read_bytes()
    size = len(whole)
    tacenda("verify", practice.path)
    practice.unlock().lock()
    tacenda("verify", practice.path)
    practice.path.write_bytes(whole[:size])
    done = tacenda("verify", practice.path, "--json")
    assert done.code == 1
    assert [finding["kind"] for finding in done.objects[0]["findings"]] == ["pin"]


def test_the_trail_needs_no_key(practice: Practice) -> None:
    done = tacenda("audit", practice.path)
    assert done.code == 0
    lines = done.out.splitlines()
    assert len(lines) == practice.verdict().records
    assert "vault made" in lines[0]
    for word in ("signed text", "first session", "OTTER", "name of"):
        assert word not in done.out


def test_the_trail_can_be_narrowed(practice: Practice) -> None:
    note = hex_id(practice.notes["signed"])
    rows = tacenda("audit", practice.path, "--json", "--note", note[:8]).objects
    assert [row["action"] for row in rows] == ["save", "sign"]
    assert {row["entity"] for row in rows} == {note}
    assert tacenda("audit", practice.path, "--json", "--note", f"n{note[:4]}").objects == rows
    clinician = tacenda("audit", practice.path, "--json", "--member", "CLINICIAN").objects
    assert {row["name"] for row in clinician} == {"clinician"}
    assert {row["action"] for row in tacenda("audit", practice.path, "--json", "--action", "40").objects} == {"save"}
    assert len(tacenda("audit", practice.path, "--action", "lock").out.splitlines()) == 2
    assert tacenda("audit", practice.path, "--outcome", "failed").out == ""
    assert tacenda("audit", practice.path, "--until", "2020-01-01").out == ""
    assert len(tacenda("audit", practice.path, "--since", "2020-01-01").out.splitlines()) == len(rows) + len(
        tacenda("audit", practice.path).out.splitlines()
    ) - len(rows)
    client = hex_id(practice.clients["HERON"])
    assert len(tacenda("audit", practice.path, "--client", f"c{client[:6]}").out.splitlines()) == 4
    assert tacenda("audit", practice.path, "--note", "").code == 2
    assert tacenda("audit", practice.path, "--session", "").out == ""
    session = rows[0]["session"]
    of_it = tacenda("audit", practice.path, "--json", "--session", session[:8]).objects
    assert {row["session"] for row in of_it} == {session}
    assert "unlock" in {row["action"] for row in of_it}
    process = tacenda("audit", practice.path, "--json", "--class", "process", "--action", "save").objects
    assert {row["class"] for row in process} == {2}
    assert len(process) == 2
    every = tacenda("audit", practice.path).out.splitlines()
    first, last = (datetime.fromisoformat(every[at][11:30]) for at in (0, -1))
    begins, ends = f"{first:%H:00}", f"{last + timedelta(hours=1):%H:00}"
    assert len(tacenda("audit", practice.path, "--hours", f"{begins}-{ends}").out.splitlines()) == len(every)
    assert tacenda("audit", practice.path, "--hours", f"{ends}-{begins}").out == ""
    assert tacenda("audit", practice.path, "--since", "36 h", "--member", "nobody").out == ""
    assert len(tacenda("audit", practice.path, "--until", f"{last:%Y-%m-%d}").out.splitlines()) == len(every)


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--since", "soon"), "--since: soon says nothing"), (("--until", "2026-13-01"), "--until"),
     (("--action", "add"), "no action"), (("--member", "weasel"), "--member: weasel is no member"),
     (("--outcome", "odd"), "odd"), (("--hours", "night"), "Write 02:00-04:00"),
     (("--class", "c3"), "chart or process"), (("--note", ""), "--note says nothing")],
)  # fmt: skip
def test_a_filter_that_cannot_be_is_refused(practice: Practice, words: tuple[str, ...], said: str) -> None:
    done = tacenda("audit", practice.path, *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_clients_are_listed_without_their_names(practice: Practice) -> None:
    done = tacenda("client", "list", practice.path, "--as", "owner", secret=OWNER)
    assert [line.split()[0] for line in done.out.splitlines()] == ["HERON", "MAPLE", "OTTER"]
    assert "name of" not in done.out
    rows = tacenda("client", "list", practice.path, "--as", "owner", "--json", "--names", secret=OWNER).objects
    assert [row["name"] for row in rows] == ["name of HERON", "name of MAPLE", "name of OTTER"]
    assert rows[2]["notes"] == 5


def test_a_clients_name_can_come_from_standard_input(practice: Practice) -> None:
    words = (practice.path, "--as", "owner", "--name", "-")
    assert tacenda("client", "add", *words, "WREN", secret=OWNER, stdin="W. R.\n").code == 0
    rows = tacenda("client", "list", practice.path, "--as", "owner", "--json", "--names", secret=OWNER).objects
    assert [row["name"] for row in rows if row["code"] == "WREN"] == ["W. R."]
    assert tacenda("client", "add", *words, "LYNX", secret=OWNER).code == 2


def test_note_list_json_has_the_keys_that_scripts_read(practice: Practice) -> None:
    before = len(practice.actions())
    done = tacenda("note", "list", practice.path, "--json", "--as", "owner", secret=OWNER)
    assert done.code == 0
    assert all(list(row) == LISTED for row in done.objects)
    row = next(row for row in done.objects if row["title"] == "first session")
    assert row == {
        "id": hex_id(practice.notes["signed"]), "client": "OTTER", "type": "progress", "title": "first session",
        "status": "signed", "revision": 1, "updated": row["updated"],
    }  # fmt: skip
    assert row["updated"].endswith("Z")
    # the clinician's process note is not the owner's to know of
    assert hex_id(practice.notes["their process"]) not in done.out
    assert practice.actions()[before:] == [Action.UNLOCK, Action.LIST, Action.LOCK]
    only = tacenda("note", "list", practice.path, "--client", "heron", "--as", "owner", secret=OWNER)
    assert only.out.count("\n") == 1
    assert "assigned" in only.out


def test_show_prints_the_note_and_what_was_added(practice: Practice) -> None:
    done = tacenda("note", "show", practice.path, hex_id(practice.notes["signed"]), "--as", "owner", secret=OWNER)
    assert done.code == 0
    assert "signed text" in done.out
    assert "Addendum" in done.out
    assert "the addition" in done.out
    [told] = tacenda(
        "note", "show", practice.path, hex_id(practice.notes["signed"]), "--as", "owner", "--json", secret=OWNER
    ).objects
    assert list(told)[: len(LISTED)] == LISTED
    assert [each["text"] for each in told["additions"]] == ["the addition"]


def test_show_outside_the_caseload_says_which_option_is_missing(practice: Practice) -> None:
    words = ("note", "show", practice.path, hex_id(practice.notes["assigned"]), "--as", "clinician")
    refused = tacenda(*words, secret=PASSPHRASES["clinician"])
    assert (refused.code, refused.out) == (3, "")
    assert "--reason" in refused.err
    done = tacenda(*words, "--reason", "care", "--words", "holiday", secret=PASSPHRASES["clinician"])
    assert done.code == 0
    assert "heron's text" in done.out
    typed = tacenda(*words, "--reason", "care", "--words", "-", secret=PASSPHRASES["clinician"], stdin="holiday\n")
    assert typed.code == 0


def test_show_of_a_damaged_note_is_a_finding_and_closes_nothing_else(practice: Practice) -> None:
    session = practice.unlock()
    live = session.catalog.entry(practice.notes["plan"]).live
    session.lock()
    damage(practice, live[0], 2)
    words = ("--as", "owner")
    done = tacenda("note", "show", practice.path, hex_id(practice.notes["plan"]), *words, secret=OWNER)
    assert (done.code, done.out) == (1, "")
    assert "backup" in done.err
    assert tacenda("note", "show", practice.path, hex_id(practice.notes["draft"]), *words, secret=OWNER).code == 0
    found = tacenda("note", "search", practice.path, "wording", *words, secret=OWNER)
    assert found.code == 0
    assert "second wording" in found.out
    assert hex_id(practice.notes["plan"]) in found.err


def test_edit_refuses_what_moved_on_and_what_is_signed(practice: Practice) -> None:
    words = ("note", "edit", practice.path, hex_id(practice.notes["draft"]), "--as", "owner")
    done = tacenda(*words, "--base", 1, secret=OWNER, stdin="on the first")
    assert (done.code, done.out) == (4, "")
    assert "your text is where it came from" in done.err
    assert tacenda(*words, "--base", 2, "--title", "new title", secret=OWNER, stdin="on the second").out == "3\n"
    rows = tacenda("note", "list", practice.path, "--json", "--as", "owner", secret=OWNER).objects
    assert ("new title", 3) in [(row["title"], row["revision"]) for row in rows]
    signed = ("note", "edit", practice.path, hex_id(practice.notes["signed"]), "--as", "owner")
    done = tacenda(*signed, secret=OWNER, stdin="x")
    assert (done.code, done.out) == (2, "")
    assert "addendum" in done.err
    theirs = ("note", "edit", practice.path, hex_id(practice.notes["draft"]), "--as", "clinician")
    assert tacenda(*theirs, secret=PASSPHRASES["clinician"], stdin="x").code == 3


def test_sign_is_for_good(practice: Practice) -> None:
    words = ("note", "sign", practice.path, hex_id(practice.notes["draft"]), "--as", "owner")
    done = tacenda(*words, secret=OWNER)
    assert done.code == 0
    assert practice.actions()[int(done.out)] == Action.SIGN
    assert tacenda(*words, secret=OWNER).code == 2


def test_search_says_what_it_did_not_look_into(practice: Practice) -> None:
    done = tacenda("note", "search", practice.path, "walk", "to", "--json", "--as", "owner", secret=OWNER)
    [told] = done.objects
    assert told["line"] == "1. a walk to the river"
    assert list(told) == [*LISTED, "line"]
    assert "drafts of others" in done.err
    piped = tacenda("note", "search", practice.path, "-", "--as", "owner", secret=OWNER, stdin="HERON'S text\n")
    assert "heron's text" in piped.out
    phrases = [
        tacenda("note", "search", practice.path, words, "--as", "owner", secret=OWNER).out
        for words in ("walk to the river", "to walk the river")
    ]
    assert phrases[0].count("river") == 1
    assert phrases[1] == ""


def test_find_opens_nothing(practice: Practice) -> None:
    words = ("note", "find", practice.path, "--as", "owner")
    before = practice.actions()
    rows = tacenda(*words, "otter", "SESSION", "--json", secret=OWNER).objects
    assert [row["title"] for row in rows] == ["first session"]
    assert list(rows[0]) == LISTED
    assert tacenda(*words, "-", secret=OWNER, stdin="otter session\n").out.count("first session") == 1
    assert tacenda(*words, "no such title", secret=OWNER).out == ""
    assert set(practice.actions()[len(before) :]) == {Action.UNLOCK, Action.LIST, Action.LOCK}


@pytest.mark.parametrize("note", ["zz", "", "0123456789abcdef0"])
def test_an_id_that_names_no_note_is_refused(practice: Practice, note: str) -> None:
    done = tacenda("note", "show", practice.path, note, "--as", "owner", secret=OWNER)
    assert (done.code, done.out) == (2, "")


def test_an_auditor_is_shown_no_list(practice: Practice) -> None:
    for group, act, *more in (("note", "list"), ("client", "list"), ("note", "search", "x"), ("note", "find", "x")):
        done = tacenda(group, act, practice.path, *more, "--as", "auditor", secret=PASSPHRASES["auditor"])
        assert (done.code, done.out) == (3, ""), act


def test_the_demonstration_can_be_kept(tmp_path: Path) -> None:
    vault = tmp_path / "demo.tacenda"
    made = tacenda("demo", "--keep", vault)
    assert made.code == 0
    assert made.out == ""
    passphrase = made.err.strip().split("passphrase: ")[1]
    rows = tacenda("note", "list", vault, "--json", secret=passphrase).objects
    assert len(rows) > 5
    assert tacenda("verify", vault, "--json").objects[0]["notices"] == []
    assert tacenda("demo", "--keep", vault).code == 2
