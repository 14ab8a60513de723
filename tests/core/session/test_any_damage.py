"""Whatever byte a disk changes: the door says so or lets in to what is left, and never fails otherwise."""

from __future__ import annotations

import pytest

from tests.core.practice import PASSPHRASES, Practice
from vault_format.codes import Reason
from vault_format.errors import TacendaError
from vault_format.verification.verify import verify


@pytest.mark.parametrize("start", range(0, 300, 75))
def test_a_changed_byte_closes_one_entry_at_most_or_the_vault(practice: Practice, start: int) -> None:
    whole = practice.path.read_bytes()
    for at in range(16 + start, len(whole), len(whole) // 10):
        damaged = bytearray(whole)
        damaged[at] ^= 0x10
        practice.path.write_bytes(bytes(damaged))
        broken = any(not finding.local for finding in verify(str(practice.path), practice.clock.now).findings)
        door = practice.door(practice.folder / str(at))
        try:
            session = door.unlock("owner", PASSPHRASES["owner"])
        except TacendaError:
            # a chain that broke, or this member's own slot or bundle: then nothing was written
            assert practice.path.read_bytes() == bytes(damaged)
            continue
        finally:
            door.close()
        assert not broken
        session.open_rest()
        session.catalog.clients()
        closed = []
        for row in session.catalog.notes():
            try:
                session.read_note(row.id, reason=Reason.OTHER)
            except TacendaError:
                closed.append(row.title)
        assert len(closed) <= 1
        session.lock()


@pytest.mark.slow
def test_a_file_that_is_cut_anywhere_never_fails_otherwise(practice: Practice) -> None:
    whole = practice.path.read_bytes()
    for size in range(0, len(whole), len(whole) // 25):
        practice.path.write_bytes(whole[:size])
        door = practice.door(practice.folder / str(size))
        try:
            door.unlock("owner", PASSPHRASES["owner"]).lock()
        except TacendaError:
            continue
        finally:
            door.close()
        assert practice.verdict().intact
