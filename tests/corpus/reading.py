"""What a reader with a passphrase says of a case: everything opens, nothing does, or which entities do not."""

from __future__ import annotations

from core.audit.columns import Columns
from core.session.entrance.unlocking import open_keyring, open_master
from tests.vectors.opening import open_entity
from vault_format.codes import NoteClass
from vault_format.errors import NotWhole, Refused
from vault_format.ledger import Ledger


def read_all(path: str, now: int, member: str, passphrase: str) -> str:
    """Return `whole`, `refuses unlock`, or `refuses` with the numbers of the entities that do not open, rising.

    Entities are tried if the member's role may open them: chart notes and all else, and process notes by their author.
    """
    columns = Columns()
    ledger = Ledger(path, lambda: now, listener=columns.take)
    try:
        ledger.check_whole()
        who = next(one for one in ledger.state.members.values() if one.name == member)
        try:
            keyring = open_keyring(ledger, columns, who, open_master(ledger, who, passphrase))
        except (NotWhole, Refused):
            return "refuses unlock"
        closed = []
        for number, entity in ledger.state.entities.items():
            if entity.shredded or (entity.note_class == NoteClass.PROCESS and entity.author != who.number):
                continue
            try:
                open_entity(ledger, keyring, number)
            except (NotWhole, Refused):
                closed.append(number)
        return "refuses " + " ".join(map(str, sorted(closed))) if closed else "whole"
    finally:
        ledger.close()
