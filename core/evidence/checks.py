"""The checks themselves: what each step's verification means for a vault, from the file alone."""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from core.alerts import Engine, Rule
from core.alerts.thresholds import GUESSED, UNOPENED
from core.audit.columns import Columns
from core.evidence import known_answers
from core.keys.kit import SLOT_SECONDS
from core.keys.passphrase import Cost, stretch
from vault_format import bounds
from vault_format.authority.state import State
from vault_format.codes import Action, KeyType, Kind, PartRole
from vault_format.crypto import interchange
from vault_format.crypto.sealing import CannotOpen
from vault_format.encoding import encode
from vault_format.errors import NotWhole
from vault_format.frames import layout
from vault_format.frames.scan import Batch, Parts
from vault_format.public.trail import Unlock
from vault_format.verification.verify import verify
from vault_format.view import Clock, View

_SAMPLE = 50
_MOST = 100


@dataclass
class Subject:
    """A verified vault that checks are run against, and what its records say at a glance."""

    path: str
    clock: Clock
    view: View
    columns: Columns
    acts: Counter[int] = field(default_factory=Counter)

    @property
    def state(self) -> State:
        """The vault's state."""
        return self.view.state

    def count(self) -> None:
        """Count the records by action."""
        by_shape = Counter(self.columns.codes)
        for number, times in by_shape.items():
            self.acts[self.columns.shapes[number].action] += times

    def newest(self, *actions: Action) -> tuple[int, ...]:
        """Return the records of ACTIONS, rising, at most the newest hundred."""
        columns = self.columns
        wanted = {number for number, shape in enumerate(columns.shapes) if shape.action in actions}
        rows = (seq for seq in range(len(columns) - 1, -1, -1) if columns.codes[seq] in wanted)
        return tuple(islice(rows, _MOST))[::-1] if wanted else ()


@dataclass(frozen=True, slots=True)
class Said:
    """What was found, in a sentence, and the records that it rests on, rising."""

    words: str
    records: tuple[int, ...] = ()


class Unmet(Exception):
    """A check that does not hold; the text says why, in a sentence, and `records` where."""

    def __init__(self, why: str, *records: int) -> None:
        super().__init__(why)
        self.records = records


Check = Callable[[Subject], Said]
"""Returns what was found; raises Unmet."""


def encryption_library(subject: Subject) -> Said:
    """1.1: known answers of every primitive; keys of 256 bits."""
    wrong = [name for name, check in known_answers.ALL.items() if not _answers(check)]
    if wrong:
        raise Unmet(f"{', '.join(wrong)} gave another answer than its document")
    members = subject.state.active_members()
    if any(len(member.sign) != 32 or len(member.box) != 32 for member in members):
        raise Unmet("a registered key is not of 256 bits")
    return Said(
        f"{len(known_answers.ALL)} primitives gave their published answers; keys of 256 bits", _registered(subject)
    )


def _answers(check: Callable[[], bool]) -> bool:
    """Whether a primitive gives its answer; one that refuses its own document's input gives another."""
    try:
        return check()
    except Exception:  # noqa: BLE001  whatever a broken library does, the check is not met
        return False


def _registered(subject: Subject) -> tuple[int, ...]:
    """Return the records that registered the members' present keys."""
    return tuple(sorted({member.registered_seq for member in subject.state.active_members()}))


def key_derivation(subject: Subject) -> Said:
    """1.2: each member a slot of its own, nowhere below the floor; what one guess costs here."""
    members = subject.state.active_members()
    for name, values in (
        ("signing key", {member.sign for member in members}), ("box key", {member.box for member in members}),
        ("master key", {member.master for member in members}),
    ):  # fmt: skip
        if len(values) != len(members):
            raise Unmet(f"two members have the same {name}", *_registered(subject))
    floor = min((member.memory, member.passes, member.name) for member in members)
    if floor[0] < bounds.ARGON_MEMORY[0] or floor[1] < bounds.ARGON_PASSES[0]:
        raise Unmet(f"a guess at {floor[2]}'s passphrase costs less than the floor")
    began = time.perf_counter()
    stretch("a guess that opens nothing", Cost(floor[0], floor[1], 1), os.urandom(16))
    spent = time.perf_counter() - began
    return Said(
        f"{len(members)} members, no key shared; the cheapest guess takes Argon2id "
        f"{floor[0] // 1024} MiB × {floor[1]}, {spent * 1000:.0f} ms here",
        _registered(subject),
    )


def data_structure(subject: Subject) -> Said:
    """1.3: sealed parts, taken apart: nonce, ciphertext, tag, metadata; every part as it was signed."""
    view, seen, sampled = subject.view, 0, list[int]()
    for seq in range(view.count - 1, -1, -1):
        try:
            record = view.record(seq)
        except NotWhole as error:
            raise Unmet(f"record {seq:,} is not what was verified", seq) from error
        for row, part in zip(record.rows, record.parts, strict=True):
            if part is None or row.role not in (PartRole.INDEX, PartRole.BODY):
                continue
            try:
                apart = interchange.take_apart(part, row, subject.state.vault_id, record.header.member)
            except CannotOpen as error:
                raise Unmet(f"a sealed part of record {seq:,} is no sealed part", seq) from error
            if (len(apart.iv), len(apart.tag)) != (24, 16) or row.digest != layout.part_digest(part):
                raise Unmet(f"a sealed part of record {seq:,} is not as it was signed", seq)
            interchange.as_json(apart)
            seen += 1
            sampled.append(seq)
        if seen >= _SAMPLE:
            break
    damaged = [each for each in view.findings if each.kind == "payload"]
    if damaged:
        raise Unmet(f"record {damaged[0].seq:,}: {damaged[0].detail}", *(each.seq for each in damaged))
    return Said(
        f"every part is as it was signed; the newest {seen} sealed ones have nonce, ciphertext, tag and metadata",
        tuple(sorted(set(sampled))),
    )


def key_storage(subject: Subject) -> Said:
    """2.1: every private key sealed in a part of its own; every unlock on the record."""
    view, sealed = subject.view, 0
    types = {
        Kind.SLOT: KeyType.PASSPHRASE, Kind.BUNDLE: KeyType.MASTER, Kind.GRANT_BOX: KeyType.MEMBER,
        Kind.KIT_SLOT: KeyType.KIT, Kind.KIT_CHUNK: KeyType.KIT, Kind.AUTHOR_BOX: KeyType.MEMBER,
    }  # fmt: skip
    records = sorted({*subject.state.registrations, *(epoch.seq for epoch in subject.state.epochs)})
    for seq in records:
        for row in view.record(seq).rows:
            if row.role == PartRole.KEY:
                wanted = types.get(Kind(row.kind))
                if wanted is not None and row.key_type != wanted:
                    raise Unmet(f"a key part of record {seq:,} is sealed under the wrong kind of key", seq)
                sealed += 1
    if not sealed:
        raise Unmet("no sealed key was found", *records)
    unlocks = subject.acts[Action.UNLOCK]
    roles = Counter(member.role.name.lower() for member in subject.state.active_members())
    told = ", ".join(f"{count} {role}" for role, count in sorted(roles.items()))
    return Said(f"{sealed} key parts, all sealed; {told}; {unlocks:,} unlocks on the record", tuple(records))


def key_rotation(subject: Subject) -> Said:
    """2.2: the key set is not older than the policy says; older ones are kept for old data."""
    state, now = subject.state, subject.clock()
    policy, epoch = state.current_policy(), state.epochs[-1]
    days = (now - epoch.time) // 86_400_000
    if days > policy.rotation_days:
        raise Unmet(f"key set {epoch.number} is {days} days old, and the policy says {policy.rotation_days}", epoch.seq)
    for each in state.epochs[1:]:
        kinds = [row.kind for row in subject.view.record(each.seq).rows]
        if kinds.count(Kind.OLD_KEYS) != 2:
            raise Unmet(f"the record of key set {each.number} does not keep the older keys", each.seq)
    return Said(
        f"key set {epoch.number}, {days} days old, due after {policy.rotation_days}; "
        f"a record in an older one is refused; {subject.acts[Action.REENCRYPT]:,} re-encryptions",
        tuple(each.seq for each in state.epochs),
    )


def key_recovery(subject: Subject) -> Said:
    """2.3: every member has a way back that takes several factors."""
    state, now = subject.state, subject.clock()
    without = []
    kits = custodians = 0
    for member in state.active_members():
        kit = member.kit is not None and member.kit.end * SLOT_SECONDS * 1000 > now
        accepted = bool(state.authority) and member.accepted == state.authority
        kits += kit
        custodians += accepted
        if not (kit or accepted):
            without.append(member.name)
    if without:
        raise Unmet(f"no way back for {', '.join(without)}: neither a kit nor custodians")
    tries = subject.acts[Action.RECOVERY_BEGUN] + subject.acts[Action.RECOVERY_FAILED]
    return Said(
        f"{kits} kits of two factors, {custodians} members with custodians; {tries} tries, all on the record",
        subject.newest(Action.KIT_SET, Action.AUTHORITY_SET, Action.AUTHORITY_ACCEPT, Action.DRILL),
    )


def audit_log(subject: Subject) -> Said:
    """3.1: the chain is whole, and a copy with one bit changed is not."""
    view = subject.view
    if view.findings:
        first = view.findings[0]
        raise Unmet(f"record {first.seq:,}: {first.kind}: {first.detail}", first.seq)
    head = bytearray()
    for batch in view.batches():
        head += batch.buffer[batch.items[0][0] : (batch.items[-1][3].end if batch.items[-1][3] else len(batch.buffer))]
        break
    sample = bytes(layout.PREAMBLE + head)
    with tempfile.TemporaryDirectory(prefix="tacenda-") as folder:
        path = Path(folder) / "tampered"
        for at in (layout.PREAMBLE_SIZE + 40, len(sample) // 2, layout.PREAMBLE_SIZE + layout.HEADER_SIZE + 3):
            changed = bytearray(sample)
            changed[at] ^= 1
            path.write_bytes(changed)
            if verify(str(path), subject.clock()).intact:
                raise Unmet("a copy with one bit changed still verifies")
    opened, saved = subject.acts[Action.READ], subject.acts[Action.SAVE]
    return Said(
        f"{view.count:,} records, one chain, every signature holds; {opened:,} openings and {saved:,} saves; "
        "a copy with one bit changed was refused three times",
        (0, view.count - 1),
    )


def access_monitoring(subject: Subject) -> Said:
    """3.2: the rules speak when they should, tried on records made up for it."""
    engine, state = Engine(), subject.state
    found: set[Rule] = set()
    base = 1_795_392_000_000 + 3 * 3_600_000
    failures = max(GUESSED, state.current_policy().alerts.failures)
    for at in range(failures):
        found |= _judged(engine, state, Action.UNLOCK_FAILED, at, base + at * 1_000, b"")
    said = encode(Unlock(origin=bytes(8), failed=0, first=0, last=0))
    found |= _judged(engine, state, Action.UNLOCK, failures, base + 15_000, said)
    for at in range(UNOPENED):
        found |= _judged(engine, state, Action.ACT_FAILED, failures + 1 + at, base + 20_000 + at * 1_000, b"")
    if {Rule.FAILURES, Rule.SUCCESS_AFTER_FAILURES} - found:
        raise Unmet(f"the rules did not speak of {failures} failures and an unlock behind them")
    if Rule.NOT_OPENED not in found:
        raise Unmet(f"the rules did not speak of {UNOPENED} notes that did not open")
    night = Rule.OUTSIDE_HOURS in found
    end = ", and its unusual time" if night else ""
    return Said(
        f"{failures} failures, the unlock behind them, and {UNOPENED} notes that did not open were told{end}",
        subject.newest(Action.ALERT, Action.ANSWERED, Action.REVIEWED),
    )


def _judged(engine: Engine, state: State, action: Action, seq: int, moment: int, said: bytes) -> set[Rule]:
    generation = 0 if action == Action.UNLOCK_FAILED else 1
    key = layout.HEADER.pack(
        layout.MAGIC, 0, 0, action, 1, 1, generation, 0, 0, 0, 0, bool(said), seq, moment, 1, 0, 0, 0, 208, 0,
        bytes(32), bytes(32),
    )[4:24]  # fmt: skip
    parts = Parts(b"", [(1, 0, 0, 0, 0, 0, len(said), 0, b"")], [0], len(said)) if said else None
    fields = (layout.MAGIC, key, seq, moment, 1, 0, 0, 0, 208, 0, bytes(32), bytes(32))
    return {alert.rule for alert in engine.take(Batch(said, 0, [(0, bytes(208), fields, parts)]), state)}


CHECKS: dict[str, Check] = {
    "1.1": encryption_library, "1.2": key_derivation, "1.3": data_structure, "2.1": key_storage, "2.2": key_rotation,
    "2.3": key_recovery, "3.1": audit_log, "3.2": access_monitoring,
}  # fmt: skip
