"""What is printed: the kit's page and the professional will, as text and as a page of HTML, written for one reader.

A file of these is a secret in clear or tells who holds one: it is made new, 0600, and never over another.
"""

from __future__ import annotations

import errno
import html
import os
from collections.abc import Sequence
from pathlib import Path

from core.moments import moment
from core.recovery.status import RecoveryStatus
from vault_format import machine
from vault_format.errors import NoSpace, ReadOnly, Unavailable, UsageError

WIDTH = 72
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def _day(milliseconds: int) -> str:
    return f"{moment(milliseconds, None):%Y-%m-%d}" if milliseconds else "never"


def kit_page(practice: str, member: str, lines: Sequence[str], path: str, *, when: int) -> str:
    """Return the text of a kit's printed page: the code in LINES, what it is for, how it is used."""
    code = "\n".join(f"        {number}    {line}" for number, line in enumerate(lines, 1))
    return f"""TACENDA RECOVERY KIT: THE PRINTED CODE

Vault      {practice}
Member     {member}
File       {Path(path).name}
Made on    {_day(when)}

{code}

Letters that look alike are not used: there is no I, L, O or U. The last
two characters of a line check that line.

This paper opens nothing by itself. The phone's codes are the other half.
Keep the two apart: not in one bag, one drawer, one house if you can.

To recover, with a copy of the file and the program:

  1  Start the program on the file, choose "Recover with the kit".
  2  Type the four lines.
  3  Wait for the next quarter of an hour on the phone's clock (:00, :15,
     :30, :45). Write down the code that the phone shows then, the next
     one, and the next: three codes in a minute and a half.
  4  Type the three codes, then a new passphrase.

The kit is used up by it: make a new one the same day. If this paper is
lost or was seen by somebody, make a new kit; this one is void then.
"""


def will_page(practice: str, path: str, status: RecoveryStatus, *, when: int) -> str:
    """Return the professional will's instructions for a layperson, from the vault's actual STATUS.

    Raises UsageError without custodians: there would be no way to describe.
    """
    custodians = status.custodians
    if custodians is None:
        raise UsageError(
            "There are no custodians, so nobody could follow a will.", safe="Nothing was written.",
            todo="Set custodians first.",
        )  # fmt: skip
    names = "\n".join(f"     [ ]  {name}" for name in custodians.names)
    accepted = next((each for name, each in custodians.members if name == status.member), False)
    rekey = _REKEY.format(member=status.member) if accepted else ""
    process = f"The process notes of {status.member} stay closed."
    if custodians.process:
        process = _PROCESS.format(member=status.member)
    return f"""INSTRUCTIONS FOR THE PROFESSIONAL WILL

Practice   {practice}
Written by {status.member}, {_day(when)}
The file   {Path(path).name}
           Its usual place: {path}
           Copies of it: ____________________________________________
The program is called Tacenda. Somebody who looks after computers can
install it; no account and no network are needed.

What this is for: {status.member} has died, is ill, or cannot be reached, and
clients need somebody who can see their notes. The notes are encrypted.
{custodians.threshold} of these {len(custodians.names)} people together can open them. Each holds a sheet of
33 words:

{names}

One sheet opens nothing. Do not photograph a sheet, do not send it, and do
not put two of them in one envelope.

What to do

  1  Ask {custodians.threshold} of them to come, each with the sheet. The sheets that count
     are those of {_day(custodians.set_at)}; older ones open nothing.
  2  Make a copy of the file first and put it away untouched. Then work in
     the file itself, where it always was, and ask that nobody else uses it
     meanwhile: two files that are both worked in cannot be joined again.
     Only if it is gone: work in the newest copy, and use no other.
  3  The person who takes over the clients makes an invitation: in the
     program, on the file, as the new owner, with a passphrase of their own:
         tacenda members invite FILE --name NEW-NAME > invitation
  4  At one computer, run
         tacenda recover FILE --custodians --add-owner invitation
     Each types the own sheet alone; the others look away. Four letters of a
     word are enough. The program says which word is wrong.
  5  Say why, who is present, and on whose word. It is recorded for good,
     and every member of the vault is told.
  6  The new owner opens the file with the new passphrase. It opens all
     chart notes.
     {process}
{rekey}
What to expect

  Nobody can do this alone, and what is done with the program stands in
  the file's audit trail. The law on clients' records still holds: the
  person who takes over answers for it.
"""


_PROCESS = """Process notes of {member} open otherwise: it was allowed that
     the same people make new keys in that name, which open them, too:
         tacenda recover FILE --custodians --as {member}"""

_REKEY = """
Only the passphrase is forgotten, and {member} is there: the same people give
{member} new keys with
         tacenda recover FILE --custodians --as {member}
"""


def as_html(title: str, text: str) -> str:
    """Return TEXT as a page of HTML that prints on one sheet and loads nothing."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{html.escape(title)}</title>"
        "<style>@page{margin:2cm}body{background:#fff;color:#000}pre{font:11pt/1.35 monospace;white-space:pre-wrap}"
        "</style></head><body><pre>" + html.escape(text) + "</pre></body></html>\n"
    )


def write_page(path: str, title: str, text: str) -> str:
    """Write TEXT to PATH, which must be new, readable by its owner alone; HTML where the name ends so.

    Returns the whole path. Raises UsageError where something stands there, ReadOnly or NoSpace; nothing is left then.
    """
    whole = os.path.abspath(os.path.expanduser(path.strip())) if path.strip() else ""  # noqa: PTH100, PTH111
    if not whole or "\0" in whole:
        raise UsageError("Name a file to be made.", safe="Nothing was written.")
    page = as_html(title, text) if whole.lower().endswith((".html", ".htm")) else text
    try:
        descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL | machine.NO_LINK, 0o600)
    except FileExistsError:
        raise UsageError(f"{whole} is there already.", safe="It was not touched.", todo="Name another.") from None
    except FileNotFoundError:
        raise UsageError("There is no such folder.", safe="Nothing was written.", todo="Name another.") from None
    except OSError as error:
        raise ReadOnly(f"{whole} cannot be written: {error.strerror}.", safe="Nothing was written.") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(page)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        os.unlink(whole)  # noqa: PTH108
        kind: type[Unavailable] = NoSpace if error.errno in _FULL else Unavailable
        raise kind(f"The page could not be written: {error.strerror}.", safe="Nothing of it is left.") from None
    return whole
