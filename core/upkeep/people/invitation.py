"""An invitation: a newcomer's public keys, carried to an owner, and the six words both sides compare aloud.

Nothing in it is secret. What could happen to it on the way is that somebody puts other keys in its place; the words
are what shows that, so they are made slow to search for: Argon2id at its floor over everything in it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import textwrap
from typing import Annotated

from msgspec import Meta
from shamir_mnemonic.wordlist import WORDLIST

from core.acts.members import Invitation, join
from core.create import random_id
from core.keys.passphrase import FLOOR, Cost, argon2id
from core.names import check_name
from vault_format.authority.state import State
from vault_format.crypto import signing
from vault_format.crypto.sealing import Entropy
from vault_format.encoding import NotCanonical, Shape, decode, decoder, encode
from vault_format.errors import UsageError
from vault_format.public.members import Keys, Slot
from vault_format.public.types import U64, Bytes32, Name

WORDS = 6
"""Words of ten bits each."""
_BEGIN, _END = "-----BEGIN TACENDA INVITATION-----", "-----END TACENDA INVITATION-----"
_MOST = 8_192
_BLOCK = re.compile(rf"{_BEGIN}([A-Za-z0-9+/=\s]+){_END}")
_AGAIN = "Ask for it again, whole, with its first and last line."


class _Carried(Shape):
    """What the block holds, in canonical msgpack."""

    vault: Bytes32
    name: Name
    enrolment: U64
    keys: Keys
    master: Bytes32
    slot: Slot
    slot_payload: Annotated[bytes, Meta(min_length=40, max_length=256)]
    bundle_payload: Annotated[bytes, Meta(min_length=40, max_length=4_096)]


_DECODER = decoder(_Carried)


def newcomer_cost(state: State, here: Cost) -> Cost:
    """Return what a try at a newcomer's passphrase costs: what HERE, their machine, allows, never below the policy."""
    policy = state.current_policy()
    return Cost(max(here.memory, policy.memory), max(here.passes, policy.passes), here.lanes)


def invite(state: State, name: str, passphrase: str, cost: Cost, entropy: Entropy) -> str:
    """Make a newcomer's keys and return the block that an owner admits; the secrets lie in it, under PASSPHRASE.

    Raises UsageError for a name that is taken, or a name or passphrase out of bounds.
    """
    check_name(name)
    if any(name.casefold() == known.casefold() for known in state.names):
        raise UsageError(f"There is, or was, a member {name} already.", todo="Choose another name.")
    made = join(
        name, passphrase, cost, enrolment=random_id(entropy), birth=state.birth, vault_id=state.vault_id,
        entropy=entropy,
    ).invitation  # fmt: skip
    return _block(made, state.vault_id)


def _raw(invitation: Invitation, vault_id: bytes) -> bytes:
    return encode(
        _Carried(
            vault=vault_id, name=invitation.name, enrolment=invitation.enrolment, keys=invitation.keys,
            master=invitation.master, slot=invitation.slot, slot_payload=invitation.slot_payload,
            bundle_payload=invitation.bundle_payload,
        )
    )  # fmt: skip


def _block(invitation: Invitation, vault_id: bytes) -> str:
    raw = _raw(invitation, vault_id)
    text = base64.b64encode(raw + hashlib.sha256(raw).digest()[:4]).decode()
    return "\n".join((_BEGIN, *textwrap.wrap(text, 64), _END)) + "\n"


def read_invitation(text: str, state: State) -> Invitation:
    """Return the invitation in TEXT, as it was pasted or read from a file. Raises UsageError for anything else."""
    found = _BLOCK.search(text) if len(text) <= 4 * _MOST else None
    if found is None:
        raise UsageError("There is no invitation in this text.", safe="Nobody was admitted.", todo=_AGAIN)
    try:
        data = base64.b64decode("".join(found[1].split()), validate=True)
    except binascii.Error:
        data = b""
    raw, check = data[:-4], data[-4:]
    if not raw or hashlib.sha256(raw).digest()[:4] != check or len(raw) > _MOST:
        raise UsageError("The invitation was damaged on its way.", safe="Nobody was admitted.", todo=_AGAIN)
    try:
        said = decode(raw, _DECODER)
    except NotCanonical:
        raise UsageError("This invitation is not of this version.", safe="Nobody was admitted.", todo=_AGAIN) from None
    if said.vault != state.vault_id:
        raise UsageError("This invitation is for another vault.", safe="Nobody was admitted.")
    keys = said.keys
    if not signing.may_register(state.vault_id, said.enrolment, 1, keys.sign, keys.box, keys.proof):
        raise UsageError("The keys in this invitation are not sound.", safe="Nobody was admitted.", todo=_AGAIN)
    check_name(said.name)
    return Invitation(said.name, said.enrolment, keys, said.master, said.slot, said.slot_payload, said.bundle_payload)


def fingerprint(invitation: Invitation, vault_id: bytes) -> tuple[str, ...]:
    """Return the six words that stand for all of an invitation. Takes a tenth of a second, on purpose."""
    tag = argon2id(hashlib.sha256(_raw(invitation, vault_id)).digest(), FLOOR, vault_id[:16])
    number = int.from_bytes(tag, "big") >> (8 * len(tag) - 10 * WORDS)
    return tuple(WORDLIST[number >> 10 * at & 1023] for at in reversed(range(WORDS)))
