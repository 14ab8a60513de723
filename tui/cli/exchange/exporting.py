"""`tacenda export` and `tacenda disclosures`: notes that leave the vault, and the accounting of it."""

from __future__ import annotations

from typing import Any

import click

from tui.cli.opening import unlocked, unlocking

FORMS = {"md": "MARKDOWN", "text": "TEXT", "html": "HTML", "json": "JSON"}
_PURPOSES = ("treatment", "payment", "operations", "client-copy", "court", "abuse-report", "duty-to-warn",
             "oversight", "other")  # fmt: skip
_BASES = ("authorization", "access", "care", "court", "law", "threat", "other")

_EXAMPLES = """\b
Examples:
  tacenda export practice.tacenda --client OTTER --form html --to copy \\
      --recipient - --purpose client-copy --basis access
  tacenda export practice.tacenda --note 3fa2 --form md --to note \\
      --recipient "the county court" --purpose court --basis court
\b
Purpose: treatment, payment, operations, client-copy, court, abuse-report,
duty-to-warn, oversight, other.
Basis: authorization (the client's), access (the client's right to a copy),
care (treatment, payment, operations), court, law, threat, other.
"""


@click.command(epilog=_EXAMPLES, short_help="One note or a chart, in clear, for somebody. Recorded.")
@unlocking
@click.option("--client", "code", metavar="CODE", help="The chart of this client.")
@click.option("--note", "note_id", metavar="ID", help="This note, with what was added to it.")
@click.option("--form", type=click.Choice(list(FORMS)), required=True, help="What is written; JSON comes in again.")
@click.option("--to", "folder", required=True, type=click.Path(readable=False), metavar="FOLDER",
              help="A folder that is made for it.")  # fmt: skip
@click.option("--recipient", required=True, metavar="WORDS", help="For whom. Sealed to owners and auditors, but "
              "everybody on this machine can see arguments: `-` asks for it.")  # fmt: skip
@click.option("--address", default="", metavar="WORDS", help="Where the recipient is; `-` asks for it.")
@click.option("--purpose", type=click.Choice(_PURPOSES), required=True, metavar="WORD", help="What it is for.")
@click.option("--basis", type=click.Choice(_BASES), required=True, metavar="WORD", help="What allows it.")
@click.option("--words", default="", metavar="WORDS", help="More of the basis: a docket, a date; `-` asks for it.")
@click.option("--drafts", is_flag=True, help="Your unsigned notes too, marked as drafts.")
@click.option("--process-notes", is_flag=True, help="Your process notes too (HIPAA: psychotherapy notes).")
@click.option("--name", "named", is_flag=True, help="The client's name, not only the code.")
@click.option("--without", multiple=True, metavar="ID", help="Leave this note out; may be given several times.")
@click.option("--json", "as_json", is_flag=True, help="What was written, as one object.")
def export(
    vault: str, member: str | None, passphrase_fd: int | None, code: str | None, note_id: str | None, form: str,
    folder: str, recipient: str, address: str, purpose: str, basis: str, words: str, drafts: bool,
    process_notes: bool, named: bool, without: tuple[str, ...], as_json: bool,
) -> None:  # fmt: skip
    """Write one note, or the chart of a client, in clear into a new folder, with a manifest.

    What leaves, for whom and why stands in the trail before anything is opened. The passphrase is asked for twice: to
    open the vault, and to let this out. On --passphrase-fd it is given on two lines.
    """
    from core.exchange import Request, check_request, preview, send_out
    from tui.cli.terminal import typed
    from tui.cli.terminal.output import say
    from tui.cli.terminal.secrets import Secrets
    from vault_format.codes import Basis, ExportForm, Purpose
    from vault_format.errors import UsageError

    if (code is None) == (note_id is None):
        raise UsageError("Either --client or --note says what is to leave.", safe="Nothing was exported.")
    asked = typed.ASK in {recipient, address, words}
    recipient, address, words = (
        typed.line(name) if said == typed.ASK else said
        for name, said in (("Recipient", recipient), ("Address", address), ("Words", words))
    )
    secrets = Secrets(passphrase_fd, stdin_taken=asked)
    with unlocked(vault, member, passphrase_fd, secrets=secrets) as session:
        catalog = session.catalog
        request = check_request(Request(
            ExportForm[FORMS[form]], recipient, Purpose[purpose.upper().replace("-", "_")], Basis[basis.upper()],
            folder,
            client=catalog.find_client(code).id if code else 0, note=catalog.find_note(note_id).id if note_id else 0,
            address=address, words=words, drafts=drafts, process=process_notes, named=named,
            without=frozenset(catalog.find_note(each).id for each in without),
        ))  # fmt: skip
        seen = preview(session, request)
        say(_will(seen.count, seen.code, request.folder, request.recipient))
        for line in seen.left_out:
            say(f"Not in it: {line}.")
        if seen.process:
            say(f"In it: {seen.process:,} of your process notes (HIPAA: psychotherapy notes). That takes an "
                "authorization of its own.")  # fmt: skip
        done = send_out(session, request, secrets.ask("Passphrase again, to let this out"))
        _print_done(done, as_json=as_json)


def _will(count: int, code: str, folder: str, recipient: str) -> str:
    notes = "1 note" if count == 1 else f"{count:,} notes"
    return f"{notes} of {code} will be written in clear to {folder}, for {recipient}. This is recorded first."


def _print_done(done: Any, *, as_json: bool) -> None:  # noqa: ANN401  core is imported when the command runs
    from tui.cli.terminal.output import print_json, print_line, say

    if as_json:
        print_json({
            "folder": done.folder, "record": done.sequence, "notes": done.notes, "manifest_sha256": done.manifest,
            "files": [{"name": name, "size": size} for name, size in done.files],
        })  # fmt: skip
    else:
        for name, size in done.files:
            print_line(f"{size:>10,}", f"{done.folder}/{name}")
    say(
        f"This is PLAINTEXT: whoever can read {done.folder} reads the notes. Recorded as record {done.sequence:,}. "
        "Remove it when it has been handed over."
    )


_LIST = """\b
Examples:
  tacenda disclosures practice.tacenda --client OTTER
  tacenda disclosures practice.tacenda --client OTTER --accounting --json
  tacenda disclosures practice.tacenda --client OTTER --out accounting.md
"""


@click.command(epilog=_LIST, short_help="What left of a client's notes: when, for whom, why.")
@unlocking
@click.option("--client", "code", required=True, metavar="CODE", help="Whose: the code, or how the id begins.")
@click.option("--accounting", is_flag=True, help="Only what an accounting (45 CFR 164.528) must name.")
@click.option("--json", "as_json", is_flag=True, help="One object an export.")
@click.option("--out", type=click.Path(dir_okay=False), metavar="FILE",
              help="As a page, too, to be handed over; with requests to amend, and what was added.")  # fmt: skip
def disclosures(
    vault: str, member: str | None, passphrase_fd: int | None, code: str, accounting: bool, as_json: bool,
    out: str | None,
) -> None:  # fmt: skip
    """List what left of a client's notes, newest first. Opens no note.

    Recipients are sealed to owners and auditors; other members see when, by whom, in which form and why.
    """
    from core.audit.keeping import write_text
    from core.catalog import short_id
    from core.exchange import accounting_page
    from core.exchange import disclosures as listed
    from tui.cli.terminal.output import local, print_json, print_line, say, utc

    with unlocked(vault, member, passphrase_fd) as session:
        client = _client(session, code)
        if out is not None:
            write_text(out, accounting_page(session, client, accounted=accounting))
            say(f"Written to {out}, in clear. Only you can read it.")
        for row in listed(session, client):
            if accounting and not row.accounted:
                continue
            if as_json:
                print_json({
                    "record": row.sequence, "time": utc(row.time), "member": row.member, "recipient": row.recipient,
                    "readable": row.readable, "note": short_id(row.note) if row.note else "", "notes": row.entries,
                    "process_notes": row.process, "form": row.form, "purpose": row.purpose, "basis": row.basis,
                    "accounted": row.accounted, "failed": row.failed, "more": list(row.more),
                })  # fmt: skip
                continue
            what = f"note {short_id(row.note)[:4]}" if row.note else f"{row.entries:,} notes"
            print_line(
                f"{row.sequence:>9,}", local(row.time)[:16], row.recipient or "(sealed to owners and auditors)",
                what + (", process notes in it" if row.process else ""), row.form, row.purpose, row.basis,
                "FAILED" if row.failed else "", f"by {row.member}",
            )  # fmt: skip
            for line in row.more:
                print_line(" " * 9, line)


def _client(session: Any, text: str) -> int:  # noqa: ANN401  core is imported when the command runs
    """Return the client with a code or, for a role that is shown no codes, whose id begins so."""
    from vault_format.codes import Kind
    from vault_format.errors import UsageError

    try:
        return int(session.catalog.find_client(text).id)
    except UsageError:
        wanted = text.strip().lower()
        found = [
            entry.entity for entry in session.catalog.entries()
            if entry.kind == Kind.CLIENT and len(wanted) >= 4 and f"{entry.entity:016x}".startswith(wanted)
        ]  # fmt: skip
        if len(found) != 1:
            raise
        return int(found[0])
