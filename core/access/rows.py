"""The rows of the access sheet: each member, the custodians, and those who left."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass

from core.access.lately import Lately, lately
from core.audit.columns import Columns
from core.session.opened import OpenVault
from core.upkeep.keys.status import outdated
from vault_format.authority.state import Member, State
from vault_format.codes import Action, NoteClass, Role

_FINGERPRINT = 32
"""Hex digits: 128 bits, which nobody finds other keys for."""


@dataclass(frozen=True, slots=True)
class Given:
    """By whom something was given (empty: by making the vault), when (UTC ms), and in which record."""

    by: str
    time: int
    record: int


@dataclass(frozen=True, slots=True)
class Custody:
    """Who holds the recovery authority's key in shares, and how many of them make it.

    `accepted` are the members whom it may give new keys, `process` those of them who opened their process notes to it.
    """

    threshold: int
    people: tuple[str, ...]
    accepted: tuple[str, ...]
    process: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccessRow:
    """One line of the access sheet.

    `since` and `added_by` say when (UTC ms) and by whom; `notes` and `audit` which of the current keys the member
    holds; `epoch` the key set of the present key pair (the authority's never ages), `generation` its number;
    `fingerprint` 32 hex digits of the SHA-256 of the pair's public keys, signing key first; `process_behind` how many
    of the member's process notes stand under older ones; `memory` (KiB) and `passes` what a try at the passphrase
    costs; `kit_until` the end of the recovery kit's table (UTC ms, 0: no kit); `custodians` whether the custodians may
    give the member new keys; `keys_since` and `last_here` are when the present key pair was registered and when the
    member last unlocked, or the authority last acted (UTC ms, 0: never). `admitted`, `role_given` and `keys_given` say
    who let the member in, gave the present role, and sealed the newest key set that the member was given. `lately` is
    what was done in the last 30 days. `custody` is None but for the authority in force.
    """

    number: int
    name: str
    role: Role
    active: bool
    since: int
    added_by: str
    notes: bool
    audit: bool
    epoch: int
    generation: int
    fingerprint: str
    process_behind: int
    memory: int
    passes: int
    kit_until: int
    custodians: bool
    keys_since: int
    last_here: int
    admitted: Given
    role_given: Given
    keys_given: Given
    lately: Lately
    custody: Custody | None = None


def access_sheet(vault: OpenVault) -> list[AccessRow]:
    """Return who holds what in a verified vault: members, the custodians, those who left or were replaced last."""
    state, columns = vault.ledger.state, vault.columns
    times, last, done = columns.times, _last(columns), lately(columns, vault.clock())
    behind = Counter(
        entry.author for entry in list(vault.gathered.entries.values())
        if entry.note_class == NoteClass.PROCESS and outdated(entry, state)
    )  # fmt: skip

    def given(seq: int) -> Given:
        giver = state.members.get(columns.shape(seq).member) if seq else None
        return Given(giver.name if giver else "", times[seq], seq)

    rows = [
        AccessRow(
            member.number, member.name, member.role, member.active, times[member.added_seq],
            state.members[member.added_by].name if member.added_by else "", member.active and member.holds_notes,
            member.active and member.holds_audit,
            state.epoch if member.active and member.role is Role.AUTHORITY else member.registered_epoch,
            member.generation, fingerprint(member), behind[member.number], member.memory, member.passes,
            member.kit.end * 900_000 if member.kit else 0,
            bool(state.authority) and member.accepted == state.authority, times[member.registered_seq],
            last.get(member.number, 0), given(member.added_seq), given(member.role_seq or member.added_seq),
            given(_newest_keys(member, state)), done.get(member.number, Lately()),
            _custody(state) if member.number == state.authority else None,
        )
        for member in state.members.values()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (not row.active, row.role is Role.AUTHORITY, row.number))


def fingerprint(member: Member) -> str:
    """Return what stands for MEMBER's present public keys."""
    return hashlib.sha256(member.sign + member.box).hexdigest()[:_FINGERPRINT]


def _custody(state: State) -> Custody:
    accepted = [each for each in state.active_members() if each.accepted == state.authority]
    return Custody(
        state.threshold, tuple(name for name, _ in state.custodians), tuple(each.name for each in accepted),
        tuple(each.name for each in accepted if each.process_opt_in),
    )  # fmt: skip


def _newest_keys(member: Member, state: State) -> int:
    """Return the record in which MEMBER was given the newest keys: the one of the set, or one that came behind it."""
    came = max(member.added_seq, member.role_seq)
    return max(came, state.epochs[-1].seq) if member.active else came


def _last(columns: Columns) -> dict[int, int]:
    """Return when each member last unlocked, and the authority last signed anything (UTC ms), by number."""
    outside = (Action.MEMBER_REKEY, Action.OWNER_ADD)
    wanted = {
        number: shape.member for number, shape in enumerate(list(columns.shapes))
        if shape.action == Action.UNLOCK or shape.action in outside
    }  # fmt: skip
    last: dict[int, int] = {}
    for code, time in zip(columns.codes, columns.times, strict=False):
        if code in wanted:
            last[wanted[code]] = time
    return last
