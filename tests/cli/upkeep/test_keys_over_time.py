"""Members, passphrases, copies, what is dropped, the policy: as scripts run them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.alerts import Rule
from core.alerts.feed import Feed, record_new, standing_in
from core.session import NoteDraft
from core.upkeep.policy import change_policy
from tests.cli.as_owner import OWNER, acts, owner
from tests.cli.command import ROOT, TACENDA, tacenda
from tests.core.practice import PASSPHRASES, Practice
from tests.core.recovery.test_custodians import held
from tests.harness.pty_terminal import PtyTerminal
from vault_format.codes import Action, Role
from vault_format.errors import UsageError
from vault_format.ledger import Ledger

NEW = "seven larches above the quarry pond"


def invited(practice: Practice, tmp_path: Path, name: str = "clinician-2") -> tuple[Path, str]:
    """Return the file of an invitation, and its six words."""
    made = tacenda("members", "invite", practice.path, "--name", name, secret=NEW)
    assert made.code == 0, made
    file = tmp_path / "me.txt"
    file.write_text(made.out)
    return file, made.err.strip().rpartition(": ")[2]


# -- members -------------------------------------------------------------------------------------------------


def test_a_newcomer_is_invited_admitted_and_writes(practice: Practice, tmp_path: Path) -> None:
    before = len(practice.actions())
    file, words = invited(practice, tmp_path)
    assert len(words.split()) == 6
    assert practice.actions()[before:] == []
    assert NEW not in file.read_text()
    seen = tacenda("members", "fingerprint", practice.path, file)
    assert (seen.code, seen.out) == (0, words + "\n")
    done = owner("members", "admit", practice.path, file, "--role", "clinician", "--yes-words", words, "--json")
    assert done.code == 0, done
    [told] = done.objects
    assert (told["member"], told["role"], told["added_by"]) == ("clinician-2", "clinician", "owner")
    assert acts(practice, before) == [Action.MEMBER_ADD]
    added = tacenda("note", "list", practice.path, "--as", "clinician-2", secret=NEW)
    assert (added.code, len(added.out) > 0) == (0, True)
    assert tacenda("verify", practice.path).code == 0


def test_words_that_differ_stop_it(practice: Practice, tmp_path: Path) -> None:
    file, words = invited(practice, tmp_path)
    before = len(practice.actions())
    other = " ".join(reversed(words.split()))
    done = owner("members", "admit", practice.path, file, "--role", "owner", "--yes-words", other)
    assert (done.code, done.out) == (3, "")
    assert "Nobody was admitted; that is on the record" in done.err
    assert acts(practice, before) == [Action.ALERT]
    session = practice.unlock()
    assert [each.rule for each in standing_in(session.vault)] == [Rule.WORDS_DIFFER]
    # whoever judges the records tells it, and does not record it once more
    alerts = Feed().refresh(session.vault)
    assert Rule.WORDS_DIFFER in {each.rule for each in alerts}
    record_new(session, [each for each in alerts if each.rule == Rule.WORDS_DIFFER])
    session.lock()
    assert acts(practice, before) == [Action.ALERT]
    before = len(practice.actions())
    # nobody is there to be asked
    done = owner("members", "admit", practice.path, file, "--role", "owner")
    assert (done.code, done.out) == (2, "")
    assert "--yes-words" in done.err
    assert acts(practice, before) == []


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "code"), [("same", 0), ("differ", 3)])
def test_the_six_words_are_asked_about(practice: Practice, tmp_path: Path, answer: str, code: int) -> None:
    file, words = invited(practice, tmp_path)
    command = [*TACENDA, "members", "admit", str(practice.path), str(file), "--role", "auditor", "--as", "owner"]
    with PtyTerminal(command, columns=100, cwd=ROOT) as terminal:
        terminal.wait_for("Passphrase")
        terminal.send(f"{OWNER}\r".encode())
        terminal.wait_for(words)
        terminal.wait_for("Type `same`, or `differ`")
        terminal.send(b"yes\r")
        terminal.send(f"{answer}\r".encode())
        assert terminal.wait_exit() == code
    state = practice.unlock().vault.ledger.state
    assert ("clinician-2" in {member.name for member in state.active_members()}) is (code == 0)


def test_a_weak_passphrase_is_no_invitation(practice: Practice) -> None:
    done = tacenda("members", "invite", practice.path, "--name", "clinician-2", secret="otter")
    assert (done.code, done.out) == (2, "")
    assert "No key was made" in done.err


def test_a_member_is_removed_and_every_key_changes(practice: Practice, tmp_path: Path) -> None:
    state, copy = {"TACENDA_STATE": str(tmp_path / "state")}, tmp_path / "copy.tacenda"
    assert owner("backup", practice.path, copy, env=state).code == 0
    before = len(practice.actions())
    done = owner("members", "remove", practice.path, "clinician", "--json", env=state)
    assert done.code == 0, done
    # what their keys still open is told first
    first = done.err.splitlines()[0]
    assert first.startswith("1 known copy opens with the keys of clinician, for ever: ")
    assert first.endswith(f"(key set 1, {copy}).")
    [told] = done.objects
    assert (told["epoch"], told["stopped"], told["closed"]) == (2, False, [])
    assert told["moved"] > 0
    assert "What they copied they keep" in done.err
    assert "whole" in done.err
    assert acts(practice, before)[0] == Action.MEMBER_REMOVE
    assert tacenda("note", "list", practice.path, "--as", "clinician", secret=PASSPHRASES["clinician"]).code == 2
    listed = tacenda("members", "list", practice.path, "--json").objects
    assert [each["member"] for each in listed] == ["owner", "supervisor", "auditor"]
    everybody = tacenda("members", "list", practice.path, "--all", "--json").objects
    assert [each["active"] for each in everybody] == [True, True, True, False]
    assert "still has the keys of set 1" in tacenda("members", "list", practice.path).out


def test_a_role_is_given(practice: Practice) -> None:
    done = owner("members", "role", practice.path, "supervisor", "clinician", "--json")
    assert (done.code, done.objects[0]["epoch"]) == (0, 1)
    assert "copy" not in done.err
    assert owner("backup", practice.path, str(practice.path.with_name("copy.tacenda"))).code == 0
    done = owner("members", "role", practice.path, "clinician", "auditor", "--json")
    assert (done.code, done.objects[0]["epoch"]) == (0, 2)
    assert "1 known copy opens with the keys of clinician, for ever" in done.err
    assert owner("members", "role", practice.path, "owner", "auditor").code == 2


@pytest.mark.parametrize("words", [
    ("members", "remove", "auditor"), ("members", "role", "auditor", "owner"), ("policy", "set", "export=1"),
    ("rotate", "--reason", "compromise"),
])  # fmt: skip
def test_only_owners_do_it(practice: Practice, words: tuple[str, ...]) -> None:
    before = len(practice.actions())
    two = 1 if words[0] == "rotate" else 2
    done = tacenda(*words[:two], practice.path, *words[two:], "--as", "clinician", secret=PASSPHRASES["clinician"])
    assert done.code == (2 if words[0] == "rotate" else 3), done
    assert acts(practice, before) == []


def test_the_access_sheet_needs_no_passphrase(practice: Practice) -> None:
    before = len(practice.actions())
    done = tacenda("access", practice.path)
    assert done.code == 0
    assert "clinician (clinician)\n  may           write, read" in done.out
    assert "given by      owner" in done.out
    told = tacenda("access", practice.path, "--json").objects
    assert [each["member"] for each in told] == ["owner", "clinician", "supervisor", "auditor"]
    assert [each["keys_given"]["by"] for each in told] == [None, "owner", "owner", "owner"]
    assert [each["notes_key"] for each in told] == [True, True, True, False]
    assert {each["custody"] for each in told} == {None}
    assert told[1]["last_30_days"] == {
        "unlocks": 1, "read": 0, "at_once": 0, "saved": 3, "signed": 1, "exports": 0, "shredded": 0, "failed": 0,
    }  # fmt: skip
    assert "  last 30 days  1 unlock, 0 notes read, 3 saved, 1 signed, 0 exports, 0 failed unlocks\n" in done.out
    grouped = " ".join(re.findall("....", told[1]["fingerprint"]))
    assert f"  fingerprint   {grouped}\n" in done.out
    assert len(practice.actions()) == before


def test_the_sheet_tells_of_the_custodians_and_of_process_notes_under_older_keys(practice: Practice) -> None:
    held(practice.unlock())
    theirs = practice.unlock("clinician", practice.folder / "c")
    theirs.save_note(NoteDraft(practice.clients["OTTER"], "the pair rolls over with it"))
    theirs.lock()
    listed = tacenda("members", "list", practice.path).out.splitlines()
    assert [line.split()[0] for line in listed] == ["owner", "clinician", "supervisor", "auditor", "recovery"]
    assert listed[1].endswith("1 process notes under older keys")
    assert "custodians" in listed[4]
    assert listed[4].endswith("2 of 3, accepted by 0")
    out = tacenda("access", practice.path).out
    assert "  custodians    2 of 3 together: custodian-1, custodian-2, supervisor\n" in out
    assert "; 1 process note stands under older ones\n" in out
    told = tacenda("access", practice.path, "--json").objects
    assert told[-1]["role"] == "custodians"
    assert told[-1]["custody"] == {
        "threshold": 2, "people": ["custodian-1", "custodian-2", "supervisor"], "accepted": [], "process": [],
    }  # fmt: skip
    assert told[1]["process_notes_behind"] == 1


# -- passphrase ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [False, True])
def test_a_passphrase_is_changed(practice: Practice, known: bool) -> None:
    before = len(practice.actions())
    done = owner("passphrase", practice.path, *(["--known"] if known else []), secret=f"{OWNER}\n{NEW}\n")
    assert (done.code, done.out) == (0, ""), done
    assert "The new passphrase is strong" in done.err
    assert ("rotate --reason compromise" in done.err) is known
    wanted = [Action.MEMBER_ROLLOVER, Action.ROTATION_DUE] if known else [Action.SLOT_SET]
    assert acts(practice, before) == wanted
    asked = owner("rotate", practice.path, "--dry-run", secret=NEW).out
    assert ("asked for by owner" in asked) is known
    assert ("somebody might know the keys" in owner("today", practice.path, secret=NEW).out) is known
    assert owner("note", "list", practice.path, secret=NEW).code == 0
    assert owner("note", "list", practice.path).code == 3


def test_a_weak_one_is_refused_and_none_is_offered_to_a_pipe(practice: Practice) -> None:
    done = owner("passphrase", practice.path, secret=f"{OWNER}\notter\n")
    assert (done.code, "The old one still holds" in done.err) == (2, True)
    piped = owner("passphrase", practice.path, "--suggest", secret=f"{OWNER}\n{NEW}\n")
    assert (piped.code, "is shown on a terminal only" in piped.err) == (2, True)
    assert "nobody guesses" not in piped.err
    assert owner("note", "list", practice.path).code == 0


# -- what is dropped, copies ---------------------------------------------------------------------------------


def test_compacting_tells_both_sizes(practice: Practice) -> None:
    assert owner("rotate", practice.path).code == 0
    dry = owner("compact", practice.path, "--dry-run", "--json").objects[0]
    assert dry["droppable"] == dry["by_an_owner"] > 0
    for member in ("clinician", "auditor"):
        theirs = tacenda("compact", practice.path, "--dry-run", "--as", member, secret=PASSPHRASES[member])
        assert re.search(r"^\d+ parts could go if an owner compacted, [\d.]+ kB$", theirs.out, re.MULTILINE)
        assert ("0 parts of what you shredded" in theirs.out) is (member == "clinician")
    done = owner("compact", practice.path, "--json")
    assert done.code == 0, done
    told = done.objects[0]
    assert told["before"] > told["after"] == practice.path.stat().st_size - _written_after(practice)
    assert told["parts"] >= dry["droppable"]
    assert "Copies made before" in done.err
    assert owner("compact", practice.path).code == 2
    auditor = tacenda("compact", practice.path, "--as", "auditor", secret=PASSPHRASES["auditor"])
    assert auditor.code == 3
    assert tacenda("verify", practice.path).code == 0


def _written_after(practice: Practice) -> int:
    """Return the bytes of what stands behind the file as it was renamed: compacted, lock."""
    ledger = Ledger(str(practice.path), practice.clock)
    actions = [ledger.record(seq).header.action for seq in range(ledger.count)]
    at = len(actions) - 1 - actions[::-1].index(Action.DROP)
    size = practice.path.stat().st_size - ledger.offsets[at + 1]
    ledger.close()
    return size


def test_a_note_is_shredded_once_its_words_are_typed(practice: Practice) -> None:
    note = f"{practice.notes['draft']:016x}"[:6]
    before = len(practice.actions())
    assert owner("shred", practice.path, note, "--reason", "mistake").code == 2
    assert owner("shred", practice.path, note, "--reason", "mistake", "--confirm", "shred it").code == 2
    early = owner("shred", practice.path, note, "--reason", "retention-over", "--confirm", f"shred {note}")
    assert (early.code, "has to be kept until" in early.err) == (2, True)
    assert acts(practice, before) == []
    done = owner("shred", practice.path, note, "--reason", "mistake", "--confirm", f"shred {note}", "--json")
    assert done.code == 0, done
    # what the clock says is told before the text is gone, also where the words were given along
    assert -1 < done.err.find("This chart has to be kept until") < done.err.find("Its ciphertext leaves the file")
    assert acts(practice, before) == [Action.SHRED]
    assert owner("note", "show", practice.path, note).code == 2
    assert owner("compact", practice.path).code == 0


@pytest.mark.slow
def test_copies_are_made_listed_and_tried(practice: Practice, tmp_path: Path) -> None:
    copy = tmp_path / "copy.tacenda"
    state = {"TACENDA_STATE": str(tmp_path / "state")}
    made = owner("backup", practice.path, copy, "--json", env=state)
    assert made.code == 0, made
    assert (made.objects[0]["size"], made.objects[0]["path"]) == (copy.stat().st_size, str(copy))
    assert owner("backup", practice.path, copy, env=state).code == 2
    tried = owner("backup", "test", practice.path, copy, "--json", env=state)
    assert (tried.code, tried.objects[0]["worked"]) == (0, True), tried
    assert "It opens: verified, unlocked and a note read in" in tried.err
    assert owner("rotate", practice.path, env=state).code == 0
    assert owner("passphrase", practice.path, secret=f"{OWNER}\n{NEW}", env=state).code == 0
    listed = owner("backup", "list", practice.path, secret=NEW, env=state)
    assert "key set 1, older" in listed.out
    assert "1 of them still open with older keys" in listed.err
    old = owner("backup", "test", practice.path, copy, "--old-passphrase", secret=f"{NEW}\n{OWNER}", env=state)
    assert old.code == 0, old
    copy.unlink()
    assert owner("backup", "list", practice.path, "--json", secret=NEW, env=state).objects[0]["there"] is False


def test_the_policy_is_read_without_a_passphrase_and_set_by_an_owner(practice: Practice) -> None:
    told = tacenda("policy", practice.path, "--json").objects[0]
    assert (told["rotation_days"], told["rotation_auto"]) == (90, True)
    assert "rotation_days" in tacenda("policy", "show", practice.path).out
    done = owner("policy", "set", practice.path, "rotation_days=60", "hours_from=08:30", "--json")
    assert (done.code, done.objects[0]["rotation_days"], done.objects[0]["hours_from"]) == (0, 60, 510)
    shown = tacenda("policy", practice.path).out
    assert "60 days" in shown
    assert "08:30" in shown
    for wrong in ("rotation_days=0", "no_such=1", "rotation_days", "zone=Nowhere/Nohow"):
        assert owner("policy", "set", practice.path, wrong).code == 2, wrong


def test_a_policy_that_would_change_nothing_here_is_refused(practice: Practice) -> None:
    before = practice.actions()
    done = owner("policy", "set", practice.path, "clipboard=yes")
    assert (done.code, done.out) == (2, "")
    assert "no way to the system's clipboard" in done.err
    assert practice.actions() == before
    with pytest.raises(UsageError, match="clipboard"):
        change_policy(practice.unlock(), {"clipboard": True})


def test_a_broken_vault_tells_no_policy_and_no_members(practice: Practice) -> None:
    raw = bytearray(practice.path.read_bytes())
    raw[3_000] ^= 1
    practice.path.write_bytes(raw)
    for words in (("policy",), ("access",), ("members", "list")):
        done = tacenda(*words, practice.path)
        assert (done.code, done.out) == (1, ""), words


def test_roles_are_those_of_the_format() -> None:
    from tui.cli.members.members import ROLES

    assert [Role[name.upper()] for name in ROLES] == [Role.OWNER, Role.CLINICIAN, Role.SUPERVISOR, Role.AUDITOR]
