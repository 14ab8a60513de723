"""Each role tries each act by command: what it may works and is recorded, what it may not changes nothing.

The table is DESIGN's: owners everything but others' process notes, clinicians the notes, supervisors reading and
co-signing, auditors the sealed detail of the trail. Commands run in this process: one a role and act.
"""

from __future__ import annotations

import io
import os
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from core.keys.passphrase import FLOOR
from core.recovery.custody.ceremony import Ceremony, custodian_named
from core.session import NoteDraft
from core.upkeep.people.invitation import fingerprint, invite, read_invitation
from tests.cli.command import pipe_with
from tests.core.practice import PASSPHRASES, Practice
from tui.cli.main import cli, run
from vault_format.codes import Action
from vault_format.errors import Refused

NEW = "seven larches above the quarry pond"
O, OC, OCS, S = ("owner",), ("owner", "clinician"), ("owner", "clinician", "supervisor"), ("supervisor",)  # noqa: E741
EVERYBODY = (*OCS, "auditor")
_QUIET = {Action.UNLOCK, Action.LIST, Action.LOCK, Action.BUNDLE_SET}
"""What any unlock leaves, the first one with what it looked after in the member's own bundle."""


@dataclass(frozen=True)
class Try:
    """A command, the words behind the vault, who may, the record it leaves; STDIN, further SECRETS one a line."""

    command: str
    words: str
    who: tuple[str, ...]
    leaves: Action | None = None
    stdin: str = ""
    secrets: str = ""


TRIES = (
    Try("today", "", EVERYBODY),
    Try("client list", "", OCS),
    Try("client show", "OTTER --reason care", OCS, Action.READ),
    Try("client add", "LARCH", OC, Action.SAVE),
    Try("client edit", "OTTER --risk low --reason care", OC, Action.SAVE),
    Try("client close", "MAPLE --reason ended", OC, Action.CLIENT_SET),
    Try("client reopen", "MAPLE", OC, Action.CLIENT_SET),
    Try("client archive", "LARCH", OC, Action.CLIENT_SET),
    Try("client assign", "LARCH --to {role}", OC, Action.CLIENT_SET),
    Try("client merge", "LARCH OTTER --reason care", OC, Action.SAVE),
    Try("appointment add", "OTTER '2031-01-01 10:00'", OC, Action.SAVE),
    Try("appointment list", "", OCS),
    Try("appointment kept", "{appointment}", OC, Action.SAVE),
    Try("appointment missed", "{appointment}", OC, Action.SAVE),
    Try("appointment move", "{appointment} '2031-01-02 10:00'", OC, Action.SAVE),
    Try("appointment cancel", "{appointment}", OC, Action.SAVE),
    Try("note list", "", OCS),
    Try("note find", "words of the list", OCS),
    Try("note search", "text --json", OCS, Action.SEARCH),
    Try("note show", "{signed}", OCS, Action.READ),
    Try("note history", "{signed}", EVERYBODY),
    Try("note add", "--client OTTER", OC, Action.SAVE, stdin="words"),
    Try("note edit", "{draft}", OC, Action.SAVE, stdin="other words"),
    Try("note move", "{draft} MAPLE", OC, Action.SHRED),
    Try("note sign", "{second}", OC, Action.SIGN),
    Try("note addendum", "{signed} --reason later", OC, Action.ADDENDUM, stdin="more"),
    Try("note late-entry", "{theirs} --reason later", OC, Action.ADDENDUM, stdin="more"),
    Try("note correct", "{plan} --reason wrong --says river", OC, Action.ADDENDUM, stdin="more"),
    Try("note cosign", "{signed}", S, Action.COSIGN),
    Try("import", "{folder} --client OTTER", OC, Action.SAVE),
    Try("export", "--client OTTER --form text --to {out} --recipient court --purpose court --basis court", OC,
        Action.DISCLOSE, secrets="{own}"),
    Try("disclosures", "--client {otter}", EVERYBODY),
    Try("retention", "", OCS),
    Try("report", "--sign", ("owner", "auditor"), Action.REVIEWED),
    Try("alerts record", "", EVERYBODY),
    Try("draft list", "", OCS),
    Try("checkpoint make", "", EVERYBODY, Action.CHECKPOINT),
    Try("recovery status", "", EVERYBODY),
    Try("custodians status", "", EVERYBODY),
    Try("backup make", "{copy}", EVERYBODY, Action.BACKUP),
    Try("backup list", "", EVERYBODY),
    Try("backup test", "{copy}", EVERYBODY, Action.RESTORE_TEST),
    Try("hold", "MAPLE", OC, Action.CLIENT_SET),
    Try("hold", "MAPLE --lift", O, Action.CLIENT_SET),
    Try("policy set", "rotation_days=60", O, Action.POLICY),
    Try("members admit", "{invitation} --role auditor --yes-words '{six}'", O, Action.MEMBER_ADD),
    Try("members role", "auditor supervisor", O, Action.MEMBER_ROLE),
    Try("client remove", "LARCH", O, Action.SHRED, secrets="{own}"),
    Try("shred", "{third} --reason mistake --confirm", OC, Action.SHRED),
    Try("compact", "", OC, Action.COMPACTED),
    Try("rotate", "", EVERYBODY),
    Try("rotate", "--reason compromise", O, Action.EPOCH_OPEN),
    Try("members remove", "supervisor", O, Action.MEMBER_REMOVE),
    Try("passphrase", "", EVERYBODY, Action.SLOT_SET, secrets=NEW),
)  # fmt: skip
"""In the order in which one member does them all."""
ELSEWHERE = {
    "new", "recover", "carry-on", "recovery enrol", "recovery drill", "custodians set", "custodians accept",
    "custodians will", "alerts answer", "draft recover", "draft discard",
}  # fmt: skip
"""Acts before there is a member; of recovery (test_recovery_commands.py; the ceremony's role is below); on what has to
be there first (test_alerts.py, test_drafts.py)."""


def _commands(command: click.Command, path: str = "") -> Iterator[tuple[str, set[str]]]:
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            below = command.get_command(click.Context(command), name)
            assert below is not None
            yield from _commands(below, f"{path} {name}".strip())
    else:
        yield path, {parameter.name or "" for parameter in command.params}


def test_every_command_with_a_key_is_tried() -> None:
    keyed = {path for path, takes in _commands(cli) if {"member", "passphrase_fd"} <= takes}
    assert {each.command for each in TRIES} | ELSEWHERE == keyed


class Member:
    """One member with a practice, who gives commands."""

    def __init__(self, practice: Practice, role: str, folder: Path) -> None:
        self.practice, self.role = practice, role
        writer = role if role in OC else "owner"
        session = practice.unlock(writer)
        otter = practice.clients["OTTER"]
        made = {name: session.save_note(NoteDraft(otter, f"the {name} text", title=name)).note
                for name in ("draft", "second", "third")}  # fmt: skip
        planned = session.appoint(otter, session.understood("2031-01-01 10:00", otter)).appointment  # type: ignore[arg-type]
        state = session.vault.ledger.state
        block = invite(state, "newcomer", NEW, FLOOR, os.urandom)
        six = " ".join(fingerprint(read_invitation(block, state), state.vault_id))
        session.lock()
        (folder / "notes").mkdir()
        (folder / "notes" / "a.md").write_text("---\ndate: 2026-11-20\n---\nwords\n")
        (folder / "invitation.txt").write_text(block)
        numbers = {**practice.notes, **made, "appointment": planned, "otter": otter}
        self.names = {name: f"{number:016x}" for name, number in numbers.items()} | {
            "six": six, "role": role, "own": PASSPHRASES[role], "folder": str(folder / "notes"),
            "out": str(folder / "out"), "copy": str(folder / "copy.tacenda"),
            "invitation": str(folder / "invitation.txt"),
        }  # fmt: skip

    def does(self, each: Try, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[int]]:
        """Give the command; return its exit code and the actions it left besides unlocking and locking."""
        before = len(self.practice.actions())
        secret = "\n".join(filter(None, (self.names["own"], each.secrets.format(**self.names))))
        words = shlex.split(each.words.format(**self.names))
        if words[-1:] == ["--confirm"]:
            words.append(f"shred {words[0]}")
        descriptor = pipe_with(secret.encode())
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(each.stdin.encode())))
        try:
            code = run([*each.command.split(), str(self.practice.path), *words, "--as", self.role,
                        "--passphrase-fd", str(descriptor)])  # fmt: skip
        finally:
            os.close(descriptor)
        return code, [act for act in self.practice.actions()[before:] if act not in _QUIET]


@pytest.fixture
def member(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Member:
    """A member of the role that the test names; this process stays as it is."""
    monkeypatch.setenv("TACENDA_STATE", str(tmp_path / "state"))
    monkeypatch.setattr("vault_format.machine.harden", lambda: None)
    monkeypatch.setattr("tui.cli.main._prepare_streams", lambda: None)
    monkeypatch.setattr("core.keys.passphrase.calibrate", lambda: FLOOR)
    monkeypatch.setattr("core.upkeep.keys.passphrase.calibrate", lambda: FLOOR)
    return Member(practice, request.param, tmp_path)


@pytest.mark.parametrize("member", EVERYBODY, indirect=True)
def test_what_a_role_may_not_do_is_refused_and_changes_nothing(
    member: Member, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    for each in TRIES:
        if member.role in each.who:
            continue
        code, left = member.does(each, monkeypatch)
        said = capsys.readouterr()
        assert code in (2, 3), (each.command, code, said)
        assert left == [], (each.command, [Action(act).name for act in left])
        assert said.err.startswith("tacenda: "), each.command
        # refused for what it is, not for how it was typed
        assert "Missing" not in said.err, (each.command, said.err)
        assert "No such" not in said.err, (each.command, said.err)
    assert member.practice.verdict().intact


@pytest.mark.parametrize("member", EVERYBODY, indirect=True)
def test_what_a_role_may_do_works_and_is_recorded(
    member: Member, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    for each in TRIES:
        if member.role not in each.who:
            continue
        code, left = member.does(each, monkeypatch)
        assert code == 0, (each.command, capsys.readouterr())
        assert each.leaves is None or each.leaves in left, (each.command, [Action(act).name for act in left])
    assert member.practice.verdict().intact


@pytest.mark.parametrize("role", EVERYBODY)
def test_only_an_owner_holds_the_ceremony(practice: Practice, role: str) -> None:
    session = practice.unlock(role)
    people = [custodian_named(f"custodian-{at}", session) for at in range(3)]
    before = len(practice.actions())
    try:
        ceremony = Ceremony(session, 2, people)
    except Refused:
        assert role != "owner"
    else:
        assert role == "owner"
        ceremony.give_up()
    assert len(practice.actions()) == before
