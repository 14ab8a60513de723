"""What the header alone decides: may this member, with this key, in this epoch, write such a record.

The answer depends on 20 header bytes and on members, epochs, policy and format; it is remembered until one of those
changes. Everything that depends on an entity or a session is left to the action's condition.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar

import msgspec

from vault_format import bounds, public
from vault_format.authority.state import Member, State
from vault_format.codes import Action, Kind, NoteClass, Role
from vault_format.encoding import Shape
from vault_format.frames.scan import Fields, RowTuple
from vault_format.verification.findings import FindingKind, Objection

S = TypeVar("S", bound=Shape)

_KEY = struct.Struct("<BBHIIHBBBBH")

# positions in the tuple of header fields that `scan` gives
SEQUENCE: Final = 2
TIME: Final = 3
SESSION: Final = 4
CLIENT_FIELD: Final = 5
ENTITY_FIELD: Final = 6
REVISION_FIELD: Final = 7
REF_FIELD: Final = 9

CLIENT, ENTITY, REVISION, REF = 1, 2, 4, 8
ON_ENTITY = CLIENT | ENTITY | REVISION

IN_SESSION = 0
"""The record names an open session of its member."""
NO_SESSION = 1
EITHER = 2
OPENS = 3


class Opened(NamedTuple):
    """The parts of one record after their rows were read: first part number, rows, spans, public part."""

    first: int
    rows: list[RowTuple]
    spans: list[int]
    public: Shape | None

    def said(self, wanted: type[S]) -> S:
        """Return the public part, which must be of the WANTED shape. Raises Objection `format`."""
        if not isinstance(self.public, wanted):
            raise Objection("format", "no public part of the right shape")
        return self.public


def opened(parts: Opened | None) -> Opened:
    """Return PARTS. Raises Objection `format` if the record has none."""
    if parts is None:
        raise Objection("format", "a record without the parts it needs")
    return parts


Condition = Callable[["State", "Admitted", "Fields", "Opened | None"], None]


@dataclass(slots=True, frozen=True)
class Rule:
    """One line of the table of actions.

    `who` are the roles that may sign it (empty: unsigned); `parts` is the pattern of parts that needs no condition, or
    None where the condition checks the rows itself; `counts` are the numbers of parts it may have; `uses` says which
    of client, entity, revision and ref it may fill; `condition` checks and then applies it (None: nothing follows).
    """

    action: int
    who: frozenset[Role]
    parts: tuple[str, ...] | None
    condition: Condition | None
    counts: Container[int]
    outcomes: frozenset[int] = frozenset({0})
    kinds: frozenset[int] = frozenset({0})
    classes: frozenset[int] = frozenset({0})
    flags: int = 0
    uses: int = 0
    session: int = IN_SESSION


@dataclass(slots=True)
class Admitted:
    """A verdict on 20 header bytes: the rule and the signer, or what is wrong.

    `sign` is the key the record must verify under (None: unsigned, genesis, or not admitted). `special` is set for
    everything but a signed record of a known action and version that was found to be allowed. `alone` and `paired` say
    that its rule has no more to say of its parts than that they are the public one, or that and a detail.
    """

    rule: Rule | None = None
    condition: Condition | None = None
    member: int = 0
    who: Member | None = None
    sign: bytes | None = None
    outcome: int = 0
    action: int = 0
    epoch: int = 0
    generation: int = 0
    kind: int = 0
    note_class: int = 0
    flags: int = 0
    count: int = 0
    uses: int = 0
    session: int = IN_SESSION
    signed: bool = True
    reserved: bool = False
    newer: bool = False
    special: bool = True
    decoder: msgspec.msgpack.Decoder[Shape] | None = None
    alone: bool = False
    paired: bool = False
    problem_kind: FindingKind = "authority"
    problem: str = ""

    @property
    def signer(self) -> Member:
        """The signing member of a signed record. Raises LookupError on an unsigned one."""
        if self.who is None:
            raise LookupError("an unsigned record has no signer")
        return self.who


def admit(state: State, key: bytes, rules: dict[int, Rule], reserved: Rule) -> Admitted:
    """Return the verdict on header bytes 4 to 24."""
    version, outcome, action, epoch, member, generation, kind, note_class, flags, _, count = _KEY.unpack(key)
    verdict = Admitted(
        member=member, outcome=outcome, action=action, epoch=epoch, generation=generation, kind=kind,
        note_class=note_class, flags=flags, count=count,
    )  # fmt: skip
    rule = rules.get(action)
    verdict.signed = rule is None or bool(rule.who)
    try:
        if version:
            if version > state.raised:
                raise Objection("format", f"unknown version {version}")
            verdict.newer = True
            return verdict
        if rule is None:
            if not 0x80 <= action <= 0xBF:
                raise Objection("format", f"unknown action {action:02x}")
            rule = reserved
            verdict.reserved = True
        verdict.decoder = public.decoder_of(action) if action in public.SHAPES else None
        verdict.rule, verdict.condition = rule, rule.condition
        verdict.uses, verdict.session = rule.uses, rule.session
        _check_signer(state, verdict, rule)
        if not verdict.reserved:
            _check_fields(verdict, rule)
        if rule.parts is not None:
            verdict.alone, verdict.paired = count == 1, count == 2
        verdict.special = not verdict.signed or verdict.reserved or action == Action.GENESIS
        verdict.sign = verdict.who.sign if verdict.who is not None else None
    except Objection as objection:
        verdict.problem_kind, verdict.problem = objection.kind, objection.detail
    return verdict


def _check_fields(verdict: Admitted, rule: Rule) -> None:
    if verdict.outcome not in rule.outcomes:
        raise Objection("authority", f"outcome {verdict.outcome} does not exist for this action")
    if verdict.kind not in rule.kinds or verdict.note_class not in rule.classes:
        raise Objection("authority", "kind or class of entity does not fit the action")
    if verdict.note_class == NoteClass.PROCESS and verdict.kind != Kind.NOTE:
        raise Objection("authority", "only a note can be a process note")
    if verdict.flags & ~rule.flags:
        raise Objection("authority", "a flag that does not fit the action")
    if verdict.count not in rule.counts:
        raise Objection("format", f"{verdict.count} parts do not fit the action")


def _check_signer(state: State, verdict: Admitted, rule: Rule) -> None:
    if not rule.who:
        if verdict.epoch or verdict.generation or verdict.member > bounds.MAX_MEMBERS:
            raise Objection("authority", "an unsigned record that claims more than it may")
        return
    if verdict.action == Action.GENESIS:
        if (verdict.epoch, verdict.member, verdict.generation) != (1, 1, 1):
            raise Objection("authority", "genesis names another epoch, member or generation than 1")
        return
    who = state.members.get(verdict.member)
    if who is None or not who.active:
        raise Objection("authority", f"member {verdict.member} is not one, or not any more")
    verdict.who = who
    if who.role is Role.AUTHORITY and who.number != state.authority:
        raise Objection("authority", "a recovery authority that was replaced")
    if who.role not in rule.who:
        raise Objection("authority", f"the role {who.role.name.lower()} may not do this")
    if verdict.generation != who.generation:
        raise Objection("authority", "a key generation that is not the member's current one")
    if verdict.epoch != state.epoch:
        raise Objection("authority", "an epoch that is not the current one")
    if verdict.action != Action.MEMBER_ROLLOVER and not state.is_current(who):
        raise Objection("authority", "a key from before this epoch, which may only roll over")


def strays(act: Admitted, client: int, entity: int, revision: int, ref: int) -> bool:
    """Whether a target field is filled that the action does not use."""
    uses = act.uses
    if not uses:
        return bool(client or entity or revision or ref)
    return bool(
        (client and not uses & CLIENT) or (entity and not uses & ENTITY) or (revision and not uses & REVISION)
        or (ref and not uses & REF)
    )  # fmt: skip
