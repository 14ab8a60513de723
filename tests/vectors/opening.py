"""Opens entities with a member's keys and checks them, without a record of it."""

from __future__ import annotations

from core.acts.moves import Moving
from core.keyring import Identity
from tests.vectors.stage import Stage
from vault_format import public
from vault_format.public.entities import Addendum, Committed, Import


def opened(stage: Stage, name: str, entity: int) -> Moving:
    """Open ENTITY as the member NAME, hold it against its author's commitment, and return its plaintexts."""
    keyring = stage.people[name].keyring
    known = stage.ledger.state.entities.get(entity)
    assert known is not None
    who = Identity(known.kind, known.note_class, entity, known.revision, known.author)
    (index_row, index_part), (body_row, body_part) = (stage.part(known.live), stage.part(known.live + 1))
    index, raw_index = keyring.open_index(who, index_row.key_type, index_row.key_epoch, index_part)
    raw_body = keyring.open_body(who, body_row, body_part)
    saved = stage.ledger.record(known.saved)
    said = public.read(saved.header.action, saved.parts[0] or b"")
    assert isinstance(said, Committed | Addendum | Import)
    keyring.check_commitment(who, index, raw_index, raw_body, said.commit)
    return Moving(entity, raw_index, raw_body)
