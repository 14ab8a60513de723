"""Public parts about members, keys, epochs, recovery and policy."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from vault_format.encoding import Shape
from vault_format.public.types import (
    U8,
    U16,
    U32,
    U64,
    Bytes16,
    Bytes32,
    Bytes64,
    MemberNumber,
    Minute,
    Name,
    ReasonCode,
    RoleCode,
    Salt,
    Time,
    Zone,
)  # fmt: skip


class Keys(Shape):
    """A member's public keys of one generation: Ed25519, X25519, and the proof that the first is held."""

    sign: Bytes32
    box: Bytes32
    proof: Bytes64


class Slot(Shape):
    """How a passphrase (or a kit) leads to the master key: Argon2id cost (KiB, passes, lanes), salt, key commitment."""

    memory: U32
    passes: U8
    lanes: U8
    salt: Salt
    commitment: Bytes32


class Epoch(Shape):
    """A new epoch: commitments to notes and index key, audit public key, who gets boxes, how many older ones."""

    notes: Bytes32
    index: Bytes32
    audit: Bytes32
    boxes: list[tuple[MemberNumber, U16]]
    old: U32


class Kit(Shape):
    """A recovery kit: id, cost and commitment, first quarter-hour slot, number of slots in each chunk."""

    id: Bytes16
    slot: Slot
    first: U64
    counts: Annotated[list[U32], Meta(min_length=1, max_length=64)]


class AlertPolicy(Shape):
    """Where alerts begin to speak (docs/ALERTS.md). Bounds keep each able to speak, and able to be heard."""

    failures: Annotated[int, Meta(ge=3, le=8)]
    failure_minutes: Annotated[int, Meta(ge=10, le=1_440)]
    bulk_notes: Annotated[int, Meta(ge=10, le=100)]
    bulk_times: Annotated[int, Meta(ge=1, le=3)]
    fast_notes: Annotated[int, Meta(ge=10, le=30)]
    fast_seconds: Annotated[int, Meta(ge=30, le=120)]
    dormant_days: Annotated[int, Meta(ge=14, le=90)]
    clock_minutes: Annotated[int, Meta(ge=1, le=15)]
    clock_days: Annotated[int, Meta(ge=7, le=90)]
    habit_unlocks: Annotated[int, Meta(ge=20, le=100)]


class Policy(Shape):
    """What an owner decided for the vault; anyone can read it."""

    rotation_days: Annotated[int, Meta(ge=1, le=3_650)]
    rotation_auto: bool
    idle_minutes: Annotated[int, Meta(ge=1, le=240)]
    memory: U32
    passes: U8
    hours_from: Minute
    hours_to: Minute
    zone: Zone
    retention_years: Annotated[int, Meta(ge=0, le=100)]
    retention_minor_years: Annotated[int, Meta(ge=0, le=100)]
    export: Annotated[int, Meta(ge=0, le=1)]
    clipboard: bool
    sign_passphrase: bool
    late_epochs: Annotated[int, Meta(ge=1, le=100)]
    drill_days: Annotated[int, Meta(ge=1, le=3_650)]
    review_days: Annotated[int, Meta(ge=1, le=3_650)]
    alerts: AlertPolicy


class Continues(Shape):
    """The vault that this one carries on after damage, countersigned by an owner key of that vault."""

    vault: Bytes32
    sequence: U32
    head: Bytes32
    digest: Bytes32
    reason: ReasonCode
    key: Bytes32
    proof: Bytes64


class Genesis(Shape):
    """Record 0."""

    birth: Bytes32
    practice: Name
    name: Name
    enrolment: U64
    keys: Keys
    master: Bytes32
    slot: Slot
    policy: Policy
    epoch: Epoch
    continues: Continues | None


class MemberAdd(Shape):
    """A new member, with what the newcomer made on their own side."""

    member: MemberNumber
    name: Name
    role: RoleCode
    enrolment: U64
    keys: Keys
    master: Bytes32
    slot: Slot


class MemberRemove(Shape):
    """A removal; it is an epoch record, so it cannot be written without a rotation."""

    member: MemberNumber
    reason: ReasonCode
    epoch: Epoch


class MemberRole(Shape):
    """A new role; with a new epoch if a key is lost by it."""

    member: MemberNumber
    role: RoleCode
    epoch: Epoch | None


class Rollover(Shape):
    """A member's next key generation; with slot (and kit) if the master key changes."""

    keys: Keys
    master: Bytes32
    slot: Slot | None
    kit: Kit | None
    reason: ReasonCode


class Rekey(Shape):
    """New keys for a member, by the recovery authority."""

    member: MemberNumber
    keys: Keys
    master: Bytes32
    slot: Slot
    reason: ReasonCode


class SlotSet(Shape):
    """A new passphrase slot for the same master key."""

    master: Bytes32
    slot: Slot


class BundleSet(Shape):
    """A new bundle under the same master key."""

    master: Bytes32


class GrantRefused(Shape):
    """A grant that did not match its commitments."""

    epoch: U32
    reason: ReasonCode


class AuthoritySet(Shape):
    """A new recovery authority; an epoch record."""

    member: MemberNumber
    enrolment: U64
    keys: Keys
    threshold: Annotated[int, Meta(ge=2, le=16)]
    custodians: Annotated[list[tuple[Name, U32]], Meta(min_length=2, max_length=16)]
    reason: ReasonCode
    epoch: Epoch


class AuthorityAccept(Shape):
    """A member agrees that this authority may re-key them, and says whether process notes are included."""

    authority: MemberNumber
    process: bool


class EpochOpen(Shape):
    """A rotation."""

    reason: ReasonCode
    epoch: Epoch


class KitSet(Shape):
    """A first kit, or one made after the old was voided."""

    master: Bytes32
    kit: Kit


class KitExtend(Shape):
    """More slots at the end of a kit's table."""

    id: Bytes16
    first: U64
    counts: Annotated[list[U32], Meta(min_length=1, max_length=64)]


class Drill(Shape):
    """A rehearsal: which factor matched, nothing else."""

    id: Bytes16
    code: bool
    phone: bool


class RecoveryDone(Shape):
    """The steps of a recovery that succeeded, as [code, time]."""

    factors: U8
    steps: Annotated[list[tuple[U8, Time]], Meta(max_length=64)]
