"""The state that a walk folds records into."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vault_format.authority.entities import EntityTable
from vault_format.authority.partbits import PartBits
from vault_format.codes import Role
from vault_format.public.members import Continues, Policy

if TYPE_CHECKING:
    from vault_format.authority.admission import Admitted

NOTE_KEYS = frozenset({Role.OWNER, Role.CLINICIAN, Role.SUPERVISOR, Role.AUTHORITY})
AUDIT_KEYS = frozenset({Role.OWNER, Role.AUDITOR, Role.AUTHORITY})


@dataclass(slots=True)
class KitState:
    """A member's recovery kit as the records tell it; `end` is the first slot (900 s) past its table."""

    id: bytes
    end: int
    parts: list[int]


@dataclass(slots=True)
class Member:
    """A member, or the recovery authority, as the records tell.

    `registered_epoch` and `registered_seq` say when the present generation was registered; `slot_seq` and
    `bundle_seq` in which record the current slot and bundle stand, with `slot_part` and `bundle_part` numbered
    through the chain. `role_seq` is the record that gave the present role, 0 where it is the one they came with.
    """

    number: int
    name: str
    role: Role
    enrolment: int
    added_by: int
    added_seq: int
    sign: bytes
    box: bytes
    master: bytes
    memory: int = 0
    passes: int = 0
    active: bool = True
    generation: int = 1
    registered_epoch: int = 0
    registered_seq: int = 0
    role_seq: int = 0
    slot_part: int = 0
    slot_seq: int = 0
    bundle_part: int = 0
    bundle_seq: int = 0
    kit: KitState | None = None
    accepted: int = 0
    process_opt_in: bool = False

    @property
    def holds_notes(self) -> bool:
        """Whether the role is given the notes and index keys."""
        return self.role in NOTE_KEYS

    @property
    def holds_audit(self) -> bool:
        """Whether the role is given the audit private key."""
        return self.role in AUDIT_KEYS


@dataclass(slots=True)
class EpochState:
    """An epoch's commitments (32 bytes each), its audit public key, and the record that opened it."""

    number: int
    notes: bytes
    index: bytes
    audit: bytes
    seq: int
    time: int
    box_parts: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Session:
    """An open session: whose, and the sequence of its unlock."""

    member: int
    unlock_seq: int


@dataclass(slots=True)
class State:
    """Everything a verifier keeps of the records behind it.

    `verdicts` are by header bytes 4 to 24, for as long as members, epochs, policy and format stay as they are.
    """

    vault_id: bytes = b""
    birth: bytes = b""
    practice: str = ""
    made: int = 0
    continues: Continues | None = None
    raised: int = 0
    members: dict[int, Member] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    epochs: list[EpochState] = field(default_factory=list)
    authority: int = 0
    threshold: int = 0
    custodians: list[tuple[str, int]] = field(default_factory=list)
    policy: Policy | None = None
    sessions: dict[int, Session] = field(default_factory=dict)
    entities: EntityTable = field(default_factory=EntityTable)
    parts: PartBits = field(default_factory=PartBits)
    caseloads: dict[int, frozenset[int]] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=dict)
    holds: set[int] = field(default_factory=set)
    shreds: dict[int, tuple[int, int]] = field(default_factory=dict)
    drops: dict[int, int] = field(default_factory=dict)
    drop_ranges: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    compacted: dict[int, int] = field(default_factory=dict)
    tails: set[bytes] = field(default_factory=set)
    alerts: set[int] = field(default_factory=set)
    backups: set[int] = field(default_factory=set)
    registrations: dict[int, int] = field(default_factory=dict)
    verdicts: dict[bytes, Admitted] = field(default_factory=dict)

    @property
    def epoch(self) -> int:
        """The current epoch, 0 before genesis."""
        return len(self.epochs)

    def current_policy(self) -> Policy:
        """Return the policy in force. Raises LookupError before genesis."""
        if self.policy is None:
            raise LookupError("no policy before genesis")
        return self.policy

    def changed(self) -> None:
        """Tell that members, epochs, policy or format changed: verdicts by header bytes are void."""
        self.verdicts.clear()

    def active_members(self) -> list[Member]:
        """Return the active members, the authority left out, by number."""
        return [m for m in self.members.values() if m.active and m.role is not Role.AUTHORITY]

    def note_writers(self) -> int:
        """Return how many active members hold the notes key."""
        return sum(1 for member in self.active_members() if member.holds_notes)

    def is_current(self, member: Member) -> bool:
        """Whether the member's generation was registered in the current epoch (the authority's never ages)."""
        return member.role is Role.AUTHORITY or member.registered_epoch == self.epoch
