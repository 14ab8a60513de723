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
@click.option("--dry-run", is_flag=True, help="Tell how much could go; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Sizes before and after, as one object.")
def compact(vault: str, member: str | None, passphrase_fd: int | None, dry_run: bool, as_json: bool) -> None:
    """Write the vault anew without what may go: re-encrypted texts, shredded notes, older revisions of drafts.

    What goes is recorded first, the new file is verified from its first byte, then it takes the old one's place. Who
    did what and when stays for ever. Ctrl-C stops it; the vault is then as it was.
    """
    from core.upkeep import compact_vault, key_status
    from tui.cli.long_work import amount, metered
    from tui.cli.output import print_json, print_line, say

    with unlocked(vault, member, passphrase_fd) as session:
        if dry_run:
            with session.at_desk() as desk:
                status = key_status(desk)
            if as_json:
                print_json({"droppable": status.droppable, "droppable_bytes": status.droppable_bytes})
            else:
                print_line(f"{status.droppable:,} parts could go, {amount(status.droppable_bytes)}")
            return
        with metered() as (meter, stop):
            done = compact_vault(session, watch=meter.bytes_done, cancelled=stop)
        if as_json:
            print_json({"before": done.before, "after": done.after, "parts": done.parts})
        else:
            print_line(f"{amount(done.before)} before, {amount(done.after)} now; {done.parts:,} parts went")
        say(COPIES)


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
    from tui.cli import typed
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


def _agree(named: str, confirm: str, *told: str) -> None:
    """Have `shred NAMED` typed by a person, who is TOLD first what it means, where CONFIRM does not say it."""
    from tui.cli import typed
    from tui.cli.output import say
    from vault_format.errors import UsageError

    wanted = f"shred {named}"
    if not confirm:
        if not typed.is_typed():
            raise UsageError("Nobody is there to ask.", safe="Nothing was given up.", todo=f'--confirm "{wanted}"')
        for line in filter(None, told):
            say(line)
        confirm = typed.line(f"To go on, type `{wanted}`")
    if confirm.strip() != wanted:
        raise UsageError("These are not the words.", safe="Nothing was given up.", todo=f"They are: {wanted}")


def _shred_note(session: Session, note_id: str, reason: Reason, words: str, confirm: str, as_json: bool) -> None:
    from core.catalog import short_id
    from core.upkeep import shred_note
    from core.upkeep.dropping import before_shredding
    from tui.cli.output import print_json, print_line, say

    row = session.catalog.find_note(note_id)
    clock = before_shredding(session, row.id)
    what = f"The text of {row.client_code}, {row.date} {row.title or row.type}, cannot be read again, by anyone."
    _agree(note_id, confirm, what, COPIES, clock)
    sequence = shred_note(session, row.id, reason, words)
    if as_json:
        print_json({"id": short_id(row.id), "record": sequence})
    else:
        print_line(f"record {sequence:,}")
    say(f"Its ciphertext leaves the file with `tacenda compact`. {clock}".strip())


def _shred_chart(session: Session, code: str, reason: Reason, words: str, confirm: str, as_json: bool) -> None:
    from core.upkeep.whole_charts import before_shredding_chart, shred_chart
    from tui.cli.output import print_json, print_line, say

    session.require_reader()
    row = session.catalog.find_client(code)
    chart = before_shredding_chart(session, row.id)
    held = f"{chart.notes} notes, {chart.signed} of them signed, and {chart.appointments} appointments"
    what = f"All of {chart.code} goes: {held}."
    _agree(code, confirm, what, "None of it can be read again, by anyone.", COPIES, chart.clock)
    gone = shred_chart(session, row.id, reason, words)
    if as_json:
        print_json(
            {"client": f"{row.id:016x}", "entries": gone.entries, "first_record": gone.first, "record": gone.last}
        )
    else:
        print_line(f"{gone.entries:,} entries, records {gone.first:,} to {gone.last:,}")
    say(f"Their ciphertext leaves the file with `tacenda compact`. {chart.clock}".strip())
