"""A session in a process of its own, told what to do a line at a time: `python -m tests.core.session.other_session`.

Arguments: vault, state folder, member, time (UTC ms). Each line on standard input is a JSON list, a command and what it
takes; the answer is one JSON line. An error is answered as {"error": its class, "what": its words}.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from core.session import Door, NoteDraft
from tests.core.practice import PASSPHRASES, rotate
from vault_format.errors import TacendaError


def main() -> None:
    """Unlock, then do what is asked until `lock`."""
    path, folder, member, now = sys.argv[1:5]
    session = Door(path, clock=lambda: int(now), folder=folder).unlock(member, PASSPHRASES[member])
    session.open_rest()

    def save(client: int, text: str, note: int | None = None, base: int = 0, process: bool = False) -> list[int]:
        saved = session.save_note(NoteDraft(client, text, title=text[:20], process=process), note, base)
        return [saved.note, saved.revision]

    acts: dict[str, Callable[..., Any]] = {
        "save": save, "sign": session.sign_note, "read": lambda note: session.read_note(note).text,
        "follow": session.follow, "rotate": lambda: rotate(session), "lock": session.lock,
        "titles": lambda: [row.title for row in session.catalog.notes()],
        "many": lambda client, count: [save(client, f"note {number}") for number in range(count)],
        "generation": lambda: session._desk.keyring.bundle.generation,
    }  # fmt: skip
    print(json.dumps("unlocked"), flush=True)
    for line in sys.stdin:
        name, *given = json.loads(line)
        try:
            answer = acts[name](*given)
        except TacendaError as error:
            answer = {"error": type(error).__name__, "what": error.what}
        print(json.dumps(answer), flush=True)
        if name == "lock":
            return


if __name__ == "__main__":
    main()
