"""Opens entities with a member's keys and checks them, without a record of it."""

from __future__ import annotations

from core.acts.moves import Moving
from core.indexes import AppointmentIndex, NoteIndex
from core.keyring import Identity, Keyring
from tests.vectors.stage import Stage
from vault_format import public
from vault_format.errors import NotWhole
from vault_format.frames.layout import Row
from vault_format.ledger import Ledger
from vault_format.public.entities import Addendum, Committed, Import


def part_of(ledger: Ledger, number: int) -> tuple[Row, bytes]:
    """Return row and bytes of a part by its number through the whole chain. Raises NotWhole if it is not there."""
    for seq in range(ledger.count):
        record = ledger.record(seq)
        if number < len(record.rows):
            data = record.parts[number]
            if data is None:
                break
            return record.rows[number], data
        number -= len(record.rows)
    raise NotWhole("no such part")


def open_entity(ledger: Ledger, keyring: Keyring, entity: int) -> Moving:
    """Return the plaintexts of ENTITY's latest revision. Raises NotWhole, or Refused if a key is not held.

    The text is held against its author's commitment, the index's client against the record's.
    """
    known = ledger.state.entities.get(entity)
    assert known is not None
    who = Identity(known.kind, known.note_class, entity, known.revision, known.author)
    (index_row, index_part), (body_row, body_part) = part_of(ledger, known.live), part_of(ledger, known.live + 1)
    index, raw_index = keyring.open_index(who, index_row.key_type, index_row.key_epoch, index_part)
    raw_body = keyring.open_body(who, body_row.key_type, body_row.key_epoch, body_part)
    saved = ledger.record(known.saved)
    said = public.read(saved.header.action, saved.parts[0] or b"")
    assert isinstance(said, Committed | Addendum | Import)
    keyring.check_commitment(who, index, raw_index, raw_body, said.commit)
    if isinstance(index, NoteIndex | AppointmentIndex) and index.client != known.client:
        raise NotWhole("another client than the record's")
    try:
        raw_body.decode()
    except UnicodeDecodeError:
        raise NotWhole("a body that is no text") from None
    return Moving(entity, raw_index, raw_body)


def opened(stage: Stage, name: str, entity: int) -> Moving:
    """Return the plaintexts of ENTITY as the member NAME opens it."""
    return open_entity(stage.ledger, stage.people[name].keyring, entity)
