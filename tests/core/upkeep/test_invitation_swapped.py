"""An invitation in which somebody on the way exchanged one thing: refused, or seen by who compares the six words."""

from __future__ import annotations

import dataclasses
from random import Random
from typing import Any

import msgspec
import pytest

from core.acts.members import Invitation, Joining, join
from core.keys.pairs import Pairs
from core.session import Door
from core.upkeep.people.invitation import _block, fingerprint, read_invitation
from core.upkeep.people.members import admit
from tests.core.practice import COST, Practice
from vault_format.authority.state import State
from vault_format.codes import Role
from vault_format.errors import TacendaError, UsageError

NAME, PASSPHRASE = "clinician-2", "larches lose needles"


def joining(state: State, seed: int) -> Joining:
    """Return a newcomer's keys; all of them belong to the name NAME."""
    return join(
        NAME, PASSPHRASE, COST, enrolment=seed, birth=state.birth, vault_id=state.vault_id,
        entropy=Random(seed).randbytes,
    )  # fmt: skip


def exchanged(mine: Invitation, theirs: Invitation, what: str) -> Invitation:
    """Return MINE with the one thing WHAT of THEIRS."""
    head, _, tail = what.partition(".")
    if not tail:
        return dataclasses.replace(mine, **{head: getattr(theirs, head)})
    inner: Any = getattr(mine, head)
    changed = msgspec.structs.replace(inner, **{tail: getattr(getattr(theirs, head), tail)})
    return dataclasses.replace(mine, **{head: changed})


def everything(invitation: Invitation) -> list[str]:
    """Return the names of all single things in an invitation."""
    found = []
    for field in dataclasses.fields(invitation):
        value = getattr(invitation, field.name)
        if isinstance(value, msgspec.Struct):
            found += [f"{field.name}.{name}" for name in value.__struct_fields__]
        else:
            found.append(field.name)
    return found


def test_one_thing_exchanged_is_refused_or_changes_the_six_words(practice: Practice) -> None:
    state = practice.unlock().vault.ledger.state
    mine, theirs = (joining(state, seed).invitation for seed in (1, 2))
    theirs = dataclasses.replace(
        theirs, name="clinician-3",
        slot=msgspec.structs.replace(theirs.slot, memory=2 * mine.slot.memory, passes=9, lanes=mine.slot.lanes + 1),
    )  # fmt: skip
    words, outcome = fingerprint(mine, state.vault_id), {}
    assert fingerprint(read_invitation(_block(mine, state.vault_id), state), state.vault_id) == words
    for what in everything(mine):
        # whoever exchanges something makes the block's check sum anew, too
        block = _block(exchanged(mine, theirs, what), state.vault_id)
        try:
            found = read_invitation(block, state)
        except UsageError as error:
            assert "not sound" in str(error)  # noqa: PT017
            outcome[what] = "refused"
            continue
        assert fingerprint(found, state.vault_id) != words, what
        outcome[what] = "other words"
    refused = {what for what, how in outcome.items() if how == "refused"}
    assert refused == {"enrolment", "keys.sign", "keys.box", "keys.proof"}
    assert set(outcome) - refused == {
        "name", "master", "slot.memory", "slot.passes", "slot.lanes", "slot.salt", "slot.commitment", "slot_payload",
        "bundle_payload",
    }  # fmt: skip


@pytest.mark.parametrize("which", ["sign", "box"])
def test_one_key_exchanged_by_somebody_who_proves_it(practice: Practice, which: str) -> None:
    """Who knows the newcomer's signing key could prove another box key; who has a signing key can prove their own."""
    owner = practice.unlock()
    state = owner.vault.ledger.state
    mine, other = joining(state, 1), joining(state, 2)
    pairs = Pairs(
        other.bundle.sign if which == "sign" else mine.bundle.sign,
        other.bundle.box if which == "box" else mine.bundle.box,
    )
    keys = pairs.register(state.vault_id, mine.invitation.enrolment, 1)
    assert (keys.sign == mine.invitation.keys.sign) is (which == "box")
    assert (keys.box == mine.invitation.keys.box) is (which == "sign")
    swapped = dataclasses.replace(mine.invitation, keys=keys)
    found = read_invitation(_block(swapped, state.vault_id), state)
    assert fingerprint(found, state.vault_id) != fingerprint(mine.invitation, state.vault_id)
    # and where nobody compared: the newcomer is not let work under keys that are not theirs
    admit(owner, found, Role.CLINICIAN)
    owner.lock()
    there = Door(str(practice.path), clock=practice.clock, folder=str(practice.folder / "new"))
    with pytest.raises(TacendaError, match="put keys into your invitation on its way"):
        there.unlock(NAME, PASSPHRASE)
    there.close()
    assert practice.verdict().intact
