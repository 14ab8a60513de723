"""A small program that appends to a vault and reports on standard output what it was told is on the disk.

Called as `python -m tests.harness.appender STARTED VAULT STEP…`; STARTED is a file of `vaults.save_started`. Steps:
`note`, `note:TEXT`, `notes:COUNT` (each a write of its own), `fail` (an unsigned record), `again` (open the vault
anew), `wait` (for a line on standard input). It prints `ready`, `ack SEQUENCE HASH`, `refused CLASS: TEXT`; a step
that is refused does not end it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.harness.vaults import Owner, Started, load_started
from vault_format.errors import TacendaError
from vault_format.ledger import Written
from vault_format.store import Moved


def _say(*words: object) -> None:
    print(*words, flush=True)


def _refused(error: TacendaError) -> None:
    _say(f"refused {type(error).__name__}: {error}")


def _step(owner: Owner, name: str, argument: str) -> list[Written]:
    match name:
        case "note":
            return [owner.note(argument or "The river was high today.")]
        case "fail":
            return owner.fail()
        case "wait":
            sys.stdin.readline()
            return []
        case _:
            raise LookupError(name)


def _save(owner: Owner, path: Path, started: Started, text: str) -> tuple[Owner, Written]:
    """Save a note as a session does: where the file has moved on under it, it opens it again."""
    while True:
        try:
            return owner, owner.note(text)
        except Moved:
            owner.close()
            owner = Owner(path, started)


def main() -> None:
    """Do the steps."""
    started, path = load_started(Path(sys.argv[1])), Path(sys.argv[2])
    try:
        owner = Owner(path, started)
    except TacendaError as error:
        _refused(error)
        return
    _say("ready")
    for step in sys.argv[3:]:
        name, _, argument = step.partition(":")
        try:
            if name == "again":
                owner.close()
                owner = Owner(path, started)
            elif name == "notes":
                for number in range(int(argument)):
                    owner, written = _save(owner, path, started, f"note {number}")
                    _say("ack", written.sequence, written.head.hex())
            else:
                for each in _step(owner, name, argument):
                    _say("ack", each.sequence, each.head.hex())
        except TacendaError as error:
            _refused(error)
    owner.close()


if __name__ == "__main__":
    main()
