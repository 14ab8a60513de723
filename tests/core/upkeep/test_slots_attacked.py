"""Passphrase slots that open under two passphrases, ask for too much, or ask for less than before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

import core.keys.passphrase as passphrases
from core.acts import members
from core.acts.acting import Acting
from core.create import new_vault
from core.session import Door, RefusedUnlock
from tests.core.practice import COST, PASSPHRASES, Clock, Practice, forge, keyring
from tests.core.upkeep.two_keys import open_under_both
from vault_format.codes import Action
from vault_format.crypto import sealing
from vault_format.errors import NotWhole, VaultBroken
from vault_format.frames.record import Draft
from vault_format.public.members import Slot, SlotSet


class Scripted:
    """Random bytes that a forger chose: the first of each size, and the second of 32."""

    def __init__(self, **chosen: bytes) -> None:
        self._first = {32: [chosen["birth"], chosen["master"]], 8: [chosen["enrolment"]], 16: [chosen["salt"]],
                       24: [chosen["nonce"]]}  # fmt: skip
        self._rest = Random(2)

    def __call__(self, size: int) -> bytes:
        """Return SIZE bytes."""
        chosen = self._first.get(size)
        return chosen.pop(0) if chosen else self._rest.randbytes(size)


def test_a_slot_that_opens_under_two_passphrases_opens_under_one(tmp_path: Path) -> None:
    random = Random(3)
    birth, salt, nonce, enrolment = random.randbytes(32), random.randbytes(16), random.randbytes(24), 77
    words = ("the passphrase", "the back door")
    keks = [
        passphrases.slot_kek(passphrases.stretch(each, COST, salt), birth, enrolment, COST, salt) for each in words
    ]  # fmt: skip
    associated = passphrases.slot_place(enrolment, 1).bind(birth)
    payload, master, other = open_under_both(keks[0], keks[1], nonce, associated)
    # such a part can be made: the cipher alone takes both keys
    assert [sealing.open_sealed(kek, payload, associated) for kek in keks] == [master, other]

    path, clock = tmp_path / "v.tacenda", Clock()
    entropy = Scripted(birth=birth, master=master, enrolment=enrolment.to_bytes(8, "little"), salt=salt, nonce=nonce)
    new_vault(str(path), "practice", "owner", words[0], clock=clock, cost=COST, entropy=entropy)
    assert payload in path.read_bytes()
    door = Door(str(path), clock=clock, folder=str(tmp_path))
    with pytest.raises(RefusedUnlock):
        door.unlock(None, words[1])
    clock.later(1)
    door.unlock(None, words[0]).lock()


def _slot(memory: int = 65_536, passes: int = 3, lanes: int = 1) -> Slot:
    return Slot(memory=memory, passes=passes, lanes=lanes, salt=bytes(16), commitment=bytes(32))


def _slot_set(slot: Slot) -> Callable[[Acting], list[Draft]]:
    def build(acting: Acting) -> list[Draft]:
        who = acting.state.members[acting.keyring.member]
        part = passphrases.slot_place(who.enrolment, who.generation).part(bytes(72))
        return [acting.record(Action.SLOT_SET, SlotSet(master=who.master, slot=slot), part)]

    return build


@pytest.mark.parametrize(
    "slot",
    [_slot(memory=2**32 - 1), _slot(memory=2_097_153), _slot(passes=11), _slot(lanes=9), _slot(memory=8),
     _slot(passes=1), _slot(lanes=0)],
)  # fmt: skip
def test_a_slot_out_of_bounds_is_refused_before_anything_is_allocated(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, slot: Slot
) -> None:
    session = practice.unlock()
    forge(practice, _slot_set(slot), keyring(session), session._desk.number)
    session.lock()

    def allocated(*_: object, **__: object) -> bytes:
        raise AssertionError("Argon2id was asked for memory")

    monkeypatch.setattr("argon2.low_level.hash_secret_raw", allocated)
    door = practice.door()
    with pytest.raises(VaultBroken):
        door.unlock("owner", PASSPHRASES["owner"])
    door.close()
    with pytest.raises(NotWhole, match="out of bounds"):
        passphrases.open_slot("x", slot, bytes(72), birth=bytes(32), binding=bytes(32), enrolment=1, generation=1)


def test_a_lowered_slot_is_a_finding(practice: Practice) -> None:
    session = practice.unlock()
    dearer = passphrases.Cost(65_536 + 1_024, 3, 1)
    session.append(lambda acting: [members.slot_set(acting, PASSPHRASES["owner"], dearer)])
    forge(practice, lambda acting: [members.slot_set(acting, PASSPHRASES["owner"], COST)], keyring(session),
          session._desk.number)  # fmt: skip
    session.lock()
    assert [finding.kind for finding in practice.verdict().findings] == ["authority"]
    door = practice.door()
    with pytest.raises(VaultBroken):
        door.unlock("owner", PASSPHRASES["owner"])
    door.close()
