"""`tacenda compact` and `tacenda shred`: ciphertext that leaves the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.cli.opening import unlocked, unlocking

if TYPE_CHECKING:
    from core.session import Session
    from vault_format.codes import Reason

REASONS = {
    "client-request": "CLIENT_REQUEST", "legal": "LEGAL", "retention-over": "RETENTION_OVER", "mistake": "MISTAKE",
    "other": "OTHER",
}  # fmt: skip
COPIES = "Copies made before, and what was exported, keep it."

_COMPACT = """\b
Examples:
  tacenda compact practice.tacenda --dry-run
  tacenda compact practice.tacenda
"""


@click.command(epilog=_COMPACT, short_help="Drop ciphertext that may go.")
@unlocking
@click.option("--dry-run", is_flag=True, help="Tell how much you, and how much an owner, could drop; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Sizes before and after, as one object.")
def compact(vault: str, member: str | None, passphrase_fd: int | None, dry_run: bool, as_json: bool) -> None:
    """Write the vault anew without what may go: re-encrypted texts, shredded notes, older revisions of drafts.

    What goes is recorded first, the new file is verified from its first byte, then it takes the old one's place. Who
    did what and when stays for ever. Ctrl-C stops it; the vault is then as it was.
    """
    from core.upkeep import compact_vault
    from tui.cli.terminal.long_work import amount, metered
    from tui.cli.terminal.output import print_json, print_line, say

    with unlocked(vault, member, passphrase_fd) as session:
        if dry_run:
            _print_droppable(session, as_json=as_json)
            return
        with metered() as (meter, stop):
            done = compact_vault(session, watch=meter.bytes_done, cancelled=stop)
        if as_json:
            print_json({"before": done.before, "after": done.after, "parts": done.parts})
        else:
            print_line(f"{amount(done.before)} before, {amount(done.after)} now; {done.parts:,} parts went")
        say(COPIES)


def _print_droppable(session: Session, *, as_json: bool) -> None:
    """Tell what this member's compacting would take out, and what is left to an owner's."""
    from core.upkeep.charts.droppable import droppable
    from tui.cli.terminal.long_work import amount
    from tui.cli.terminal.output import print_json, print_line
    from vault_format.codes import Role

    with session.at_desk() as desk:
        drop = droppable(desk)
    if as_json:
        print_json({
            "droppable": drop.parts, "droppable_bytes": drop.size, "by_an_owner": drop.whole_parts,
            "by_an_owner_bytes": drop.whole_size,
        })  # fmt: skip
        return
    if session.role is Role.OWNER:
        print_line(f"{drop.parts:,} parts could go, {amount(drop.size)}")
        return
    if session.role is Role.CLINICIAN:
        print_line(f"{drop.parts:,} parts of what you shredded could go, {amount(drop.size)}")
    if drop.whole_parts > drop.parts:
        print_line(f"{drop.whole_parts:,} parts could go if an owner compacted, {amount(drop.whole_size)}")
    elif session.role is not Role.CLINICIAN:
        print_line("nothing could go")


_SHRED = """\b
Examples:
  tacenda shred practice.tacenda 3fa2 --reason retention-over
  tacenda shred practice.tacenda 3fa2 --reason mistake --confirm "shred 3fa2"
  tacenda shred practice.tacenda --client OTTER --reason retention-over
"""


@click.command(epilog=_SHRED, short_help="Give up a note's text, or a whole chart, for good.")
@unlocking
@click.argument("note_id", metavar="[ID]", default="")
@click.option("--client", "code", default="", metavar="CODE", help="Every entry of this client, and the client.")
@click.option("--reason", type=click.Choice(list(REASONS)), required=True, help="Stands in the record.")
@click.option("--words", default="", metavar="WORDS", help="More of the reason; sealed. `-` asks for it.")
@click.option("--confirm", default="", metavar="WORDS", help="`shred ID` or `shred CODE`, as it would be typed.")
@click.option("--json", "as_json", is_flag=True, help="The record, as one object.")
def shred(
    vault: str, member: str | None, passphrase_fd: int | None, note_id: str, code: str, reason: str, words: str,
    confirm: str, as_json: bool,
) -> None:  # fmt: skip
    """Give up the text of a note: nobody can read it again, with any key. Asks first. Prints the record.

    The records stay: who wrote, read and signed it, and when. Its ciphertext leaves the file with `tacenda compact`.
    How long the chart has to be kept is told; under a legal hold, or for `retention-over` before its time, it is
    refused.

    With --client the whole chart is given up, in one write: each note and appointment, then the client. Owners only;
    refused where somebody else's process notes stand in it.
    """
    from tui.cli.terminal import typed
    from vault_format.codes import Reason
    from vault_format.errors import UsageError

    if bool(note_id) == bool(code):
        raise UsageError("Either the id of a note or --client CODE.", safe="Nothing was given up.")
    asked = words == typed.ASK
    if asked:
        words = typed.line("Words")
    with unlocked(vault, member, passphrase_fd, stdin_taken=asked) as session:
        why = Reason[REASONS[reason]]
        (_shred_chart if code else _shred_note)(session, code or note_id, why, words, confirm, as_json)


def _agree(named: str, confirm: str, clock: str, *told: str) -> None:
    """Have `shred NAMED` typed by a person, who is TOLD first what it means, where CONFIRM does not say it.

    What the retention CLOCK says is told either way, before anything is given up.
    """
    from tui.cli.terminal import typed
    from tui.cli.terminal.output import say
    from vault_format.errors import UsageError

    wanted = f"shred {named}"
    if not confirm:
        if not typed.is_typed():
            raise UsageError("Nobody is there to ask.", safe="Nothing was given up.", todo=f'--confirm "{wanted}"')
        for line in told:
            say(line)
    if clock:
        say(clock)
    if not confirm:
        confirm = typed.line(f"To go on, type `{wanted}`")
    if confirm.strip() != wanted:
        raise UsageError("These are not the words.", safe="Nothing was given up.", todo=f"They are: {wanted}")


def _shred_note(session: Session, note_id: str, reason: Reason, words: str, confirm: str, as_json: bool) -> None:
    from core.catalog import short_id
    from core.upkeep import shred_note
    from core.upkeep.charts.dropping import before_shredding
    from tui.cli.terminal.output import print_json, print_line, say

    row = session.catalog.find_note(note_id)
    clock = before_shredding(session, row.id)
    what = f"The text of {row.client_code}, {row.date} {row.title or row.type}, cannot be read again, by anyone."
    _agree(note_id, confirm, clock, what, COPIES)
    sequence = shred_note(session, row.id, reason, words)
    if as_json:
        print_json({"id": short_id(row.id), "record": sequence})
    else:
        print_line(f"record {sequence:,}")
    say("Its ciphertext leaves the file with `tacenda compact`.")


def _shred_chart(session: Session, code: str, reason: Reason, words: str, confirm: str, as_json: bool) -> None:
    from core.upkeep.charts.whole_charts import before_shredding_chart, shred_chart
    from tui.cli.terminal.output import print_json, print_line, say

    session.require_reader()
    row = session.catalog.find_client(code)
    chart = before_shredding_chart(session, row.id)
    what = f"All of {chart.code}: {chart.notes} notes ({chart.signed} signed), {chart.appointments} appointments."
    _agree(code, confirm, chart.clock, what, "None of it can be read again, by anyone.", COPIES)
    gone = shred_chart(session, row.id, reason, words)
    if as_json:
        print_json(
            {"client": f"{row.id:016x}", "entries": gone.entries, "first_record": gone.first, "record": gone.last}
        )
    else:
        print_line(f"{gone.entries:,} entries, records {gone.first:,} to {gone.last:,}")
    say("Their ciphertext leaves the file with `tacenda compact`.")
