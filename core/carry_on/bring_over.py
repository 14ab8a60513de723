"""Making the new vault, and bringing over what its new owner can open."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from core.acts import entries
from core.acts.acting import Acting, Target
from core.carry_on.survey import Survey
from core.catalog import Entry
from core.create import default_policy, found, random_id, supersede
from core.indexes import ClientIndex, Index, NoteIndex
from core.keyring import Identity, Keyring
from core.keys.passphrase import Cost
from core.session import Door, Session
from core.session.entrance.door import find_member
from core.session.entrance.unlocking import open_keyring, open_master
from vault_format import public
from vault_format.authority.members import continues_message
from vault_format.codes import ClientStatus, Kind, NoteClass, PartRole, Reason, Role
from vault_format.crypto import signing
from vault_format.crypto.sealing import Entropy
from vault_format.encoding import NotCanonical
from vault_format.errors import NotWhole, Refused, TacendaError
from vault_format.frames.record import Draft
from vault_format.ledger import Clock
from vault_format.public.entities import Addendum, Committed, Import
from vault_format.public.members import Continues
from vault_format.store import create

_BATCH = 50
BEFORE, BEHIND = 1, 2
UNPROVEN = "unproven"
"""Tag of a note that stood behind the break and that no member's signature proves, or that contradicts a signed one."""


@dataclass(slots=True)
class Carried:
    """What became of it: entities brought over from before and from behind the break, and those left, with why.

    `unproven` counts those of `behind` that no signature proves; each is marked, and stands beside what is proven.
    """

    vault_id: str
    before: int = 0
    behind: int = 0
    unproven: int = 0
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Found:
    entry: Entry
    side: int
    number: int
    proven: bool
    index: Index
    text: str
    commit: bytes
    author: str


def carry_on(
    old: Survey, member: str | None, passphrase: str, target: str, *, clock: Clock, cost: Cost,
    folder: str | None = None, entropy: Entropy = os.urandom,
) -> Carried:  # fmt: skip
    """Make a vault at TARGET that carries on the broken one, as its owner MEMBER, under the same passphrase.

    The old file is only read. Raises Refused for a wrong passphrase or another role than owner, UsageError if
    something stands at TARGET, and what opening and appending raise.
    """
    who = find_member(old.state, member)
    if who.role is not Role.OWNER:
        raise Refused("Only an owner can carry a vault on.", safe="Nothing was changed.")
    keyring = open_keyring(old, old.columns, who, open_master(old, who, passphrase))
    birth = entropy(32)
    policy = old.state.policy or default_policy(cost)
    founding = found(
        old.state.practice, who.name, passphrase, cost=cost, policy=policy, now=clock(), entropy=entropy,
        continues=_continues(old, keyring, birth), birth=birth,
    )  # fmt: skip
    create(target, founding.frame)
    supersede(target, founding.vault_id, folder)
    carried = Carried(founding.vault_id.hex(), left=_told(old))
    session = Door(target, clock=clock, folder=folder).unlock(who.name, passphrase)
    try:
        _bring(old, keyring, session, carried, entropy)
    finally:
        session.lock()
        keyring.wipe()
    return carried


def _continues(old: Survey, keyring: Keyring, birth: bytes) -> Continues:
    public_key, secret = signing.keypair(keyring.bundle.sign)
    unsigned = Continues(
        vault=old.state.vault_id, sequence=old.whole - 1, head=old.head, digest=old.digest, reason=Reason.DAMAGE,
        key=public_key, proof=bytes(64),
    )  # fmt: skip
    proof = signing.sign(continues_message(birth, unsigned), secret)
    return Continues(
        vault=unsigned.vault, sequence=unsigned.sequence, head=unsigned.head, digest=unsigned.digest,
        reason=unsigned.reason, key=public_key, proof=proof,
    )  # fmt: skip


def _told(old: Survey) -> list[str]:
    """Return what is known of OLD that could not be taken over."""
    told = [old.warning] if old.warning else []
    if old.behind.left_out:
        told.append(f"{old.behind.left_out:,} more unproven saves behind the break were not looked at")
    return told


def _bring(old: Survey, keyring: Keyring, session: Session, carried: Carried, entropy: Entropy) -> None:
    clients = _readable(old, keyring, carried, entropy, lambda kind: kind == Kind.CLIENT)
    others = _readable(old, keyring, carried, entropy, lambda kind: kind != Kind.CLIENT)
    known = {each.number for each in clients}
    for each in others:
        if each.entry.client and each.entry.client not in known:
            carried.left.append(f"{each.entry.entity:016x}: its client could not be read")
    others = [each for each in others if not each.entry.client or each.entry.client in known]
    for group in (clients, others):
        for at in range(0, len(group), _BATCH):
            _write(old, session, group[at : at + _BATCH], carried)
    statuses = {**old.before.statuses, **old.witness.statuses}
    wanted = [(number, status) for number, status in statuses.items() if number in known and status != 1]
    if wanted:
        session.append(
            lambda acting: [
                entries.client_status(acting, number, ClientStatus(status), Reason.DAMAGE) for number, status in wanted
            ]
        )


def _readable(
    old: Survey, keyring: Keyring, carried: Carried, entropy: Entropy, wanted: Callable[[int], bool]
) -> list[_Found]:
    """Return what opens: of each entity the newest proven revision, and beside it what only claims to be one."""
    found: dict[int, _Found] = {}
    for side, gathered in ((BEFORE, old.before), (BEHIND, old.behind.proven)):
        for entry in gathered.entries.values():
            opened = _opened(old, keyring, carried, entry, side) if wanted(entry.kind) else None
            if opened is not None:
                found[entry.entity] = opened
    loose: list[_Found] = []
    for entry in old.behind.loose.entries.values():
        opened = _opened(old, keyring, carried, entry, BEHIND) if wanted(entry.kind) else None
        if opened is None or (entry.entity in found and found[entry.entity].commit == opened.commit):
            continue
        taken = entry.entity in found or entry.entity in old.before.entries or entry.entity in old.behind.proven.entries
        if entry.kind == Kind.NOTE or (entry.kind == Kind.CLIENT and not taken):
            number = random_id(entropy) if taken else entry.entity
            loose.append(replace(opened, number=number, proven=False))
        else:
            carried.left.append(f"{entry.entity:016x}: a version that no signature proves")
    return [*found.values(), *loose]


def _opened(old: Survey, keyring: Keyring, carried: Carried, entry: Entry, side: int) -> _Found | None:
    if entry.shredded or old.witness.shredded(entry.entity):
        return None
    try:
        if entry.note_class == NoteClass.PROCESS and old.author(entry.saved) != keyring.member:
            carried.left.append(f"{entry.entity:016x}: a process note of somebody else")
            return None
        return _open(old, keyring, entry, side)
    except (TacendaError, LookupError, NotCanonical, UnicodeDecodeError, ValueError) as error:
        carried.left.append(f"{entry.entity:016x}: {error}")
        return None


def _open(old: Survey, keyring: Keyring, entry: Entry, side: int) -> _Found:
    author = old.author(entry.saved)
    who = Identity(entry.kind, entry.note_class, entry.entity, entry.revision, author)
    sequence, position = entry.live
    record = old.record(sequence)
    if position + 1 >= len(record.rows) or record.rows[position].role != PartRole.INDEX:
        raise LookupError("its record was damaged")
    sealed_index, sealed_body = record.parts[position], record.parts[position + 1]
    if sealed_index is None or sealed_body is None:
        raise LookupError("its ciphertext is gone")
    row, body_row = record.rows[position : position + 2]
    index, raw_index = keyring.open_index(who, row.key_type, row.key_epoch, sealed_index)
    raw_body = keyring.open_body(who, body_row.key_type, body_row.key_epoch, sealed_body)
    commit = _commit(old, entry.saved)
    keyring.check_commitment(who, index, raw_index, raw_body, commit)
    return _Found(entry, side, entry.entity, True, index, raw_body.decode(), commit, old.witness.name(author))


def _commit(old: Survey, sequence: int) -> bytes:
    record = old.record(sequence)
    try:
        said = public.read(record.header.action, record.parts[0] or b"")
    except (NotCanonical, KeyError, IndexError):
        said = None
    if not isinstance(said, Committed | Addendum | Import):
        raise NotWhole("the record of its save was damaged")
    return said.commit


def _write(old: Survey, session: Session, group: list[_Found], carried: Carried) -> None:
    def build(acting: Acting) -> list[Draft]:
        return [
            entries.bring_in(
                acting, _target(each), _renewed(each, acting.entropy), each.text, vault=old.state.vault_id,
                author=each.author if each.proven else "", entity=each.entry.entity, revision=each.entry.revision,
                original=each.commit, side=each.side,
            ).draft
            for each in group
        ]  # fmt: skip

    session.append(build)
    carried.before += sum(each.side == BEFORE for each in group)
    carried.behind += sum(each.side == BEHIND for each in group)
    carried.unproven += sum(not each.proven for each in group)


_MOST_TAGS = 64
_CODE = 180


def _target(each: _Found) -> Target:
    return Target(each.entry.kind, each.entry.note_class, each.entry.client, each.number, 1)


def _renewed(each: _Found, entropy: Entropy) -> Index:
    """Return the index under a fresh commitment secret; the texts and times stay the author's."""
    index = each.index
    fields = {name: getattr(index, name) for name in index.__struct_fields__}
    fields["c"] = entropy(32)
    if isinstance(index, NoteIndex):
        fields["parent"] = each.entry.parent or index.parent
        if not each.proven:
            fields["tags"] = [UNPROVEN, *(tag for tag in index.tags if tag != UNPROVEN)][:_MOST_TAGS]
    elif isinstance(index, ClientIndex) and not each.proven:
        fields["code"] = f"{index.code[:_CODE]} ({UNPROVEN})"
    made: Index = type(index)(**fields)
    return made
