"""Every key of the application has a command, or stands here with the reason why it needs none.

A person who uses a screen reader, and a script, work with commands only. An act is named `page.name`, as in the table
of keys; `*` stands for every page, or for every act of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

import click
import pytest

from tui.cli.main import cli
from tui.keys.keymap import ACTS

MOVES = "it moves about on a page; a command prints all of it"
TYPES = "it helps while one types; who uses commands has an editor of their own"
ASKS = "it goes on in a box or form; a command takes all of it as arguments, and the passphrase is the approval"
LOOKS = "it is about the screen or the terminal; a command leaves nothing there"
FILES = "it is about files of a person, which any editor changes: docs/SETTINGS.md"

NEEDS_NONE = {
    MOVES: (
        "*.out", "*.move", "*.go", "*.page", "*.half", "*.leaf", "*.next_part", "*.previous_part", "*.screen.next_part",
        "*.screen.previous_part", "*.older", "*.newer", "place.place", "audit.number", "find.words", "history.mark",
        "vault.choose", "members.choose", "door.other", "recovery.choose", "keys.choose", "today.choose", "keys.watch",
    ),
    TYPES: (
        "editor.hop", "editor.hop_back", "editor.part", "editor.find_text", "editor.snippet", "editor.preview",
        "editor.next_hit", "editor.hit", "snippets.choose", "reader.find_here", "reader.next_hit", "find-here.submit",
        "passphrase.offer",
    ),
    ASKS: (
        "*.submit", "approval.finish", "adding.kind", "status.choose", "who.choose", "narrow.clear", "policy.choose",
        "policy.undo", "import.stop", "recover.stop", "rotation.hold", "admit.same", "admit.differ", "new-note.form",
        "conflict.mine", "conflict.theirs",
    ),
    LOOKS: (
        "everywhere.lock", "everywhere.leave", "everywhere.repaint", "everywhere.jump", "everywhere.palette",
        "everywhere.help", "everywhere.screen.stop", "palette.choose", "door.leave", "leaving.lock_now",
        "leaving.leave", "kit.swap",
    ),
    FILES: ("place.settings", "settings.choose", "settings.turn", "settings.undo", "broken.keep"),
    "the record stands in `audit --json`, by hour as by week: a spreadsheet counts it": ("audit.activity",),
    "the mended copy has the name that `repair` was given": ("broken.open_mended", "broken.open_copy"),
}  # fmt: skip

COMMANDS = {
    "invite.finish": "members invite", "invite.write_out": "members invite",
    "create.finish": "new", "create.offer": "new --suggest",
    "today.new": "client add", "today.discard": "draft discard",
    "today.took_place": "appointment kept", "today.missed": "appointment missed",
    "today.cancelled": "appointment cancel", "today.reschedule": "appointment move",
    "clients.choose": "note list --client", "clients.new": "client add", "clients.edit": "client edit",
    "clients.bring_in": "import", "clients.write_out": "export", "clients.sheet": "client show",
    "clients.which": "client list --status", "clients.names": "client list --names",
    "chart.choose": "note show", "chart.new": "note add", "chart.sign": "note sign", "chart.add": "note addendum",
    "chart.move_note": "note move", "chart.revisions": "note history", "chart.sheet": "client show",
    "chart.write_out": "export", "chart.told": "disclosures", "told.write_out": "disclosures --out",
    "chart.shred": "shred",
    "editor.sign": "note sign", "editor.plan": "note list --type", "editor.service": "note add --service",
    "editor.save": "note edit", "moving.finish": "note move", "new-note.choose": "note add --type",
    "reader.edit": "note edit", "reader.add": "note late-entry", "reader.sign": "note sign",
    "reader.move_note": "note move", "reader.revisions": "note history", "reader.write_out": "export",
    "reader.shred": "shred", "sign.sign_now": "note sign", "sign.service": "note edit --service",
    "sign.ask": "note edit --tag", "cosign.sign_now": "note cosign", "history.choose": "note history --diff",
    "history.text": "note show --revision", "find.choose": "note search", "place.look": "note find",
    "import.finish": "import", "export.finish": "export", "audit.choose": "audit --json", "audit.all": "audit",
    "audit.narrow": "audit --since", "audit.failure": "audit --outcome", "audit.finding": "verify",
    "audit.alerts": "alerts list", "audit.day": "report", "audit.write_out": "audit --form",
    "audit.checkpoint": "checkpoint make", "damaged.choose": "audit --json", "damaged.mend": "repair",
    "record.same_note": "audit --note", "record.same_client": "audit --client",
    "record.same_session": "audit --session", "narrow.finish": "audit --since", "alerts.choose": "audit --json",
    "alerts.answer": "alerts answer", "day.sign": "report --sign", "day.write_out": "report --json",
    "checkpoint.new": "checkpoint make", "checkpoint.compare": "verify --checkpoint",
    "checkpoint.write_out": "checkpoint make", "broken.mend": "repair",
    "mend.mend_now": "repair", "broken.backups": "backup list", "broken.carry_on": "carry-on",
    "broken.write_out": "verify --json", "broken.records": "verify", "carry-on.finish": "carry-on",
    "members.new": "members admit", "members.role": "members role", "members.remove": "members remove",
    "members.write_out": "access", "members.records": "audit --member",
    "admit.finish": "members admit", "passphrase.finish": "passphrase",
    "copies.new": "backup make", "copies.choose": "backup test", "policy.finish": "policy set",
    "retention.choose": "client show", "retention.hold": "hold", "retention.shred": "shred --client",
    "client.finish": "client add", "sheet.choose": "note add", "sheet.new": "appointment add",
    "sheet.took_place": "appointment kept", "sheet.missed": "appointment missed",
    "sheet.cancelled": "appointment cancel", "sheet.reschedule": "appointment move", "sheet.names": "client show",
    "sheet.status": "client close", "sheet.assign": "client assign", "sheet.merge": "client merge",
    "sheet.remove": "client remove", "who.finish": "client assign", "merge.finish": "client merge",
    "remove.finish": "client remove", "discard.discard_now": "draft discard",
    "kit.write_out": "recovery enrol --print-to", "accept.choose": "custodians accept",
    "will.write_out": "custodians will",
}  # fmt: skip

BEHIND_LISTS = {
    "keys": ("rotate", "passphrase", "policy set", "compact"),
    "recovery": ("recovery enrol", "recovery drill", "custodians set", "recover"),
    "today": ("today", "draft recover", "note edit", "note cosign", "note add"),
    "status": ("client close", "client reopen", "client archive"),
}
"""Pages whose Enter does what the row says: the commands of those rows."""


def acts() -> set[str]:
    return {f"{act.where}.{act.name.partition('(')[0]}" for act in ACTS}


def why_none(act: str) -> list[str]:
    return [why for why, patterns in NEEDS_NONE.items() if any(fnmatchcase(act, each) for each in patterns)]


def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{path}{name} ")
        else:
            yield f"{path}{name}", command


@pytest.fixture(scope="module")
def known() -> dict[str, click.Command]:
    assert isinstance(cli, click.Group)
    return dict(commands(cli))


def test_every_act_has_a_command_or_a_reason_why_not() -> None:
    untold = sorted(act for act in acts() if act not in COMMANDS and not why_none(act))
    assert not untold, f"no command, and no reason here: {', '.join(untold)}"


def test_no_act_stands_in_both_and_none_that_is_gone() -> None:
    assert not [act for act in COMMANDS if why_none(act)]
    assert not sorted(set(COMMANDS) - acts())
    unused = [each for patterns in NEEDS_NONE.values() for each in patterns
              if not any(fnmatchcase(act, each) for act in acts())]  # fmt: skip
    assert not unused
    assert not set(BEHIND_LISTS) - {act.partition(".")[0] for act in acts()}


def test_each_command_and_option_that_is_named_is_there(known: dict[str, click.Command]) -> None:
    for said in (*COMMANDS.values(), *(one for group in BEHIND_LISTS.values() for one in group)):
        path, _, option = said.partition(" --")
        assert path in known, said
        flags = {flag for parameter in known[path].params for flag in parameter.opts}
        assert not option or f"--{option}" in flags, said
