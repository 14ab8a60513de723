"""Which records behind a break are proven: a member's signature holds, and the member might write such a record.

The chain does not reach there, so not every rule can be applied: a record that opened a session or an epoch may be the
one that is lost. What can be told from keys, roles and the entities themselves is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vault_format import public
from vault_format.authority.rules import RULES
from vault_format.authority.state import State
from vault_format.codes import Action, Kind, Role
from vault_format.crypto import signing
from vault_format.encoding import NotCanonical
from vault_format.frames import layout
from vault_format.frames.scan import Batch, Item
from vault_format.public import entities as entity_shapes
from vault_format.public import members as shapes

SAVES = frozenset({Action.SAVE, Action.IMPORT, Action.ADDENDUM})


@dataclass(slots=True)
class _Member:
    name: str
    role: Role
    enrolment: int
    generation: int
    sign: bytes
    accepted: int
    active: bool = True


@dataclass(slots=True)
class _Entity:
    author: int
    revision: int
    signed: bool
    shredded: bool
    place: tuple[int, int, int]
    """Client, kind and class."""


class Witness:
    """Knows members and entities as they were at the break, in STATE, and learns from proven records behind it.

    `statuses` are those that proven records gave to clients.
    """

    def __init__(self, state: State) -> None:
        self.statuses: dict[int, int] = {}
        self._vault_id = state.vault_id
        self._members = {
            who.number: _Member(who.name, who.role, who.enrolment, who.generation, who.sign, who.accepted, who.active)
            for who in state.members.values()
        }
        self._authority = state.authority
        self._entities: dict[int, _Entity] = {}
        self._before = state.entities
        self._learning: dict[int, Callable[[int, Any], None]] = {
            Action.MEMBER_ADD: self._added, Action.OWNER_ADD: self._added, Action.MEMBER_ROLLOVER: self._rolled,
            Action.MEMBER_REKEY: self._rekeyed, Action.MEMBER_REMOVE: self._removed, Action.MEMBER_ROLE: self._role,
            Action.AUTHORITY_SET: self._replaced_authority, Action.AUTHORITY_ACCEPT: self._accepted,
        }  # fmt: skip

    def name(self, number: int) -> str:
        """Return what the member NUMBER is called, empty for none."""
        who = self._members.get(number)
        return who.name if who else ""

    def signed(self, raw: bytes, header: layout.Header) -> bool:
        """Whether the record RAW (208 bytes) is signed with the key that its member has, by one who has that role."""
        who, rule = self._members.get(header.member), RULES.get(header.action)
        if who is None or rule is None or not who.active or who.role not in rule.who:
            return False
        if header.generation != who.generation or header.flags & ~rule.flags or header.outcome not in rule.outcomes:
            return False
        if header.kind not in rule.kinds or header.note_class not in rule.classes or header.parts not in rule.counts:
            return False
        message = layout.signed_message(self._vault_id, raw[: layout.HEADER_SIZE])
        return signing.holds(raw[layout.HEADER_SIZE :], message, who.sign)

    def take(self, batch: Batch) -> bool:
        """Learn from the one record of BATCH, whose signature holds. Whether it counts, or must be left as unproven."""
        item = batch.items[0]
        header = layout.unpack_header(item[1])
        said = None
        if item[3] is not None:
            if layout.table_digest(item[3].table) != header.table:
                return False
            if header.action in public.SHAPES:
                said = _said(batch.buffer, item, header.action)
                if said is None:
                    return False
        learn = self._learning.get(header.action)
        if learn is not None:
            learn(header.member, said)
        if header.action in SAVES:
            return self._saved(header)
        if header.action in (Action.SIGN, Action.SHRED):
            return self._closed(header)
        if header.action == Action.CLIENT_SET and isinstance(said, entity_shapes.ClientSet) and said.status is not None:
            self.statuses[header.client] = said.status
        return True

    # -- keys ------------------------------------------------------------------------------------------------

    def _may_hold(self, keys: shapes.Keys, enrolment: int, generation: int) -> bool:
        return signing.may_register(self._vault_id, enrolment, generation, keys.sign, keys.box, keys.proof)

    def _added(self, _: int, said: shapes.MemberAdd) -> None:
        if said.member not in self._members and self._may_hold(said.keys, said.enrolment, 1):
            self._members[said.member] = _Member(said.name, Role(said.role), said.enrolment, 1, said.keys.sign, 0)

    def _rolled(self, member: int, said: shapes.Rollover) -> None:
        self._renew(self._members[member], said.keys)

    def _rekeyed(self, authority: int, said: shapes.Rekey) -> None:
        who = self._members.get(said.member)
        if who is not None and authority == self._authority == who.accepted:
            self._renew(who, said.keys)

    def _renew(self, who: _Member, keys: shapes.Keys) -> None:
        if self._may_hold(keys, who.enrolment, who.generation + 1):
            who.generation, who.sign = who.generation + 1, keys.sign

    def _removed(self, _: int, said: shapes.MemberRemove) -> None:
        if said.member in self._members:
            self._members[said.member].active = False

    def _role(self, _: int, said: shapes.MemberRole) -> None:
        who = self._members.get(said.member)
        if who is not None and who.role is not Role.AUTHORITY:
            who.role = Role(said.role)

    def _replaced_authority(self, _: int, said: shapes.AuthoritySet) -> None:
        if said.member not in self._members and self._may_hold(said.keys, said.enrolment, 1):
            if self._authority in self._members:
                self._members[self._authority].active = False
            name = f"recovery {said.member}"
            self._members[said.member] = _Member(name, Role.AUTHORITY, said.enrolment, 1, said.keys.sign, 0)
            self._authority = said.member

    def _accepted(self, member: int, said: shapes.AuthorityAccept) -> None:
        self._members[member].accepted = said.authority

    # -- entities --------------------------------------------------------------------------------------------

    def shredded(self, number: int) -> bool:
        """Whether a proven record says that the entity was shredded."""
        known = self._known(number)
        return known is not None and known.shredded

    def _known(self, number: int) -> _Entity | None:
        known = self._entities.get(number)
        if known is None and (there := self._before.get(number)) is not None:
            place = (there.client, there.kind, there.note_class)
            known = _Entity(there.author, there.revision, bool(there.signed), there.shredded, place)
            self._entities[number] = known
        return known

    def _saved(self, header: layout.Header) -> bool:
        """Whether a save goes on from what is known: nothing signed is replaced, and no note of somebody else's."""
        place = (header.client, header.kind, header.note_class)
        known = self._known(header.entity)
        if known is None:
            self._entities[header.entity] = _Entity(header.member, header.revision, False, False, place)
            return True
        others = header.kind == Kind.NOTE and known.author != header.member
        if known.signed or known.shredded or others or known.place != place or header.revision <= known.revision:
            return False
        known.author, known.revision = header.member, header.revision
        return True

    def _closed(self, header: layout.Header) -> bool:
        known = self._known(header.entity)
        if known is None or known.shredded or known.place != (header.client, header.kind, header.note_class):
            return False
        own = known.author == header.member
        if header.action == Action.SIGN:
            if own and header.revision == known.revision:
                known.signed = True
            return own
        owner = self._members[header.member].role is Role.OWNER
        known.shredded = owner or (own and header.kind == Kind.NOTE and not known.signed)
        return known.shredded


def _said(buffer: bytes, item: Item, action: int) -> public.Shape | None:
    """Return what the public part says, if it is the one that the table names."""
    parts = item[3]
    if parts is None or parts.spans[0] < 0:
        return None
    row, at = parts.rows[0], parts.spans[0]
    raw = buffer[at : at + row[6]]
    if layout.part_digest(raw) != row[8]:
        return None
    try:
        return public.read(action, raw)
    except NotCanonical:
        return None
