"""Making a vault: its first record."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass

from core.keys import derive
from core.keys.bundle import Bundle, bundle_place, seal_bundle
from core.keys.epochs import EpochKeys, descriptor, new_epoch_keys
from core.keys.passphrase import Cost, calibrate, make_slot, slot_place
from core.names import check_name
from core.state_folder import state_folder
from vault_format.codes import Action
from vault_format.crypto import signing
from vault_format.crypto.sealing import Entropy
from vault_format.frames import layout
from vault_format.frames.record import Draft, Place, Signer, frame, said
from vault_format.ledger import Clock
from vault_format.pins import PinFile
from vault_format.public.members import AlertPolicy, Continues, Genesis, Keys, Policy
from vault_format.store import create
from vault_format.verification.verify import Pinned


def default_policy(cost: Cost, zone: str = "UTC") -> Policy:
    """Return the policy a new vault begins with; slots may not cost less than COST or 64 MiB, whichever is less."""
    return Policy(
        rotation_days=90, rotation_auto=True, idle_minutes=10, memory=min(cost.memory, 65_536), passes=3,
        hours_from=6 * 60, hours_to=22 * 60, zone=zone, retention_years=7, retention_minor_years=7, export=0,
        clipboard=False, sign_passphrase=False, late_epochs=5, drill_days=180, review_days=1,
        alerts=AlertPolicy(
            failures=5, failure_minutes=10, bulk_notes=40, bulk_times=2, fast_notes=20, fast_seconds=30,
            dormant_days=45, clock_minutes=1, clock_days=40, habit_unlocks=40,
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Founding:
    """Genesis, and the secrets that its maker holds."""

    frame: bytes
    vault_id: bytes
    birth: bytes
    master: bytes
    bundle: Bundle
    keys: EpochKeys
    enrolment: int


def random_id(entropy: Entropy = os.urandom) -> int:
    """Return a random u64 that is not zero."""
    while True:
        number = int.from_bytes(entropy(8), "little")
        if number:
            return number


def found(
    practice: str, name: str, passphrase: str, *, cost: Cost, policy: Policy, now: int, entropy: Entropy = os.urandom,
    continues: Continues | None = None, birth: bytes | None = None,
) -> Founding:  # fmt: skip
    """Return the first record of a vault with one owner. Raises UsageError for a name or passphrase out of bounds."""
    check_name(practice)
    check_name(name)
    birth = birth or entropy(32)
    enrolment = random_id(entropy)
    master, seed, box = entropy(32), entropy(32), entropy(32)
    sign_public, secret = signing.keypair(seed)
    box_public = signing.box_public(box)
    keys = new_epoch_keys(1, entropy)
    bundle = Bundle(
        sign=seed, box=box, generation=1, epoch=1, notes=keys.notes, index=keys.index, audit=keys.audit,
        authors=[(1, entropy(32))], drafts=[(1, entropy(32))], origin=entropy(32), kit=None,
    )  # fmt: skip
    slot = make_slot(
        passphrase, master, cost, birth=birth, binding=birth, enrolment=enrolment, generation=1, entropy=entropy
    )
    sealed = seal_bundle(bundle, master, birth=birth, binding=birth, enrolment=enrolment, entropy=entropy)
    genesis = Genesis(
        birth=birth, practice=practice, name=name, enrolment=enrolment,
        keys=Keys(
            sign=sign_public, box=box_public, proof=signing.prove(birth, enrolment, 1, secret, box_public)
        ),
        master=derive.master_commitment(master, birth), slot=slot.descriptor, policy=policy,
        epoch=descriptor(keys, birth, []), continues=continues,
    )  # fmt: skip
    parts = (
        said(genesis), slot_place(enrolment, 1).part(slot.payload), bundle_place(enrolment, 1).part(sealed),
    )  # fmt: skip
    place = Place(0, layout.preamble_hash(layout.PREAMBLE), now, layout.ZERO32)
    raw = frame(Draft(Action.GENESIS, parts, epoch=1), place, Signer(1, 1, secret))
    return Founding(raw, layout.record_hash(raw), birth, master, bundle, keys, enrolment)


def new_vault(
    path: str, practice: str, name: str, passphrase: str, *, clock: Clock, cost: Cost | None = None,
    zone: str = "UTC", group: bool = False, entropy: Entropy = os.urandom, folder: str | None = None,
) -> bytes:  # fmt: skip
    """Create a vault at PATH with one owner and return its id.

    What is remembered, in the state FOLDER, of an earlier vault at this place gives way to the new one. COST defaults
    to about half a second on this machine. Raises UsageError, ReadOnly or NoSpace; then nothing is there.
    """
    cost = cost or calibrate()
    founding = found(
        practice, name, passphrase, cost=cost, policy=default_policy(cost, zone), now=clock(), entropy=entropy
    )
    create(path, founding.frame, group=group)
    supersede(path, founding.vault_id, folder)
    return founding.vault_id


def supersede(path: str, vault_id: bytes, folder: str | None) -> None:
    """Let what is remembered in the state FOLDER of an earlier vault at PATH give way to the one just made there."""
    pins = PinFile(folder or state_folder(), path)
    if pins.pinned is not None:
        pins.remember(Pinned(vault_id, 0, vault_id))
    pins.close()


def new_session_id() -> int:
    """Return a random session number."""
    return secrets.randbits(64) or 1
