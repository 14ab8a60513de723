"""The table of actions (docs/FORMAT.md, section 8): who may write what, and which condition goes with it."""

from __future__ import annotations

from collections.abc import Container

from vault_format import bounds
from vault_format.authority import custody, epochs, members, moves, notes, sessions
from vault_format.authority.admission import (
    CLIENT,
    EITHER,
    ENTITY,
    NO_SESSION,
    ON_ENTITY,
    OPENS,
    REF,
    REVISION,
    Condition,
    Rule,
)
from vault_format.codes import Action, Flag, Kind, NoteClass, Role

O = frozenset({Role.OWNER})  # noqa: E741  the letters are those of the table in docs/FORMAT.md
OC = frozenset({Role.OWNER, Role.CLINICIAN})
OCS = frozenset({Role.OWNER, Role.CLINICIAN, Role.SUPERVISOR})
S = frozenset({Role.SUPERVISOR})
M = frozenset({Role.OWNER, Role.CLINICIAN, Role.SUPERVISOR, Role.AUDITOR})
R = frozenset({Role.AUTHORITY})
NOBODY: frozenset[Role] = frozenset()

NOTE = frozenset({int(Kind.NOTE)})
CLIENT_KIND = frozenset({int(Kind.CLIENT)})
ANY_KIND = frozenset({int(Kind.NOTE), int(Kind.CLIENT), int(Kind.APPOINTMENT), int(Kind.TEMPLATE)})
CHART = frozenset({int(NoteClass.CHART)})
BOTH = frozenset({int(NoteClass.CHART), int(NoteClass.PROCESS)})

ANYTHING = frozenset(range(256))


def _rule(
    action: int, who: frozenset[Role], parts: str | None, condition: Condition | None = None, *,
    counts: Container[int] | None = None, outcomes: set[int] | None = None, kinds: frozenset[int] = frozenset({0}),
    classes: frozenset[int] = frozenset({0}), flags: int = 0, uses: int = 0, session: int = 0,
) -> tuple[int, Rule]:  # fmt: skip
    patterns = None if parts is None else tuple(parts.split("|"))
    return action, Rule(
        action, who, patterns, condition, counts or {len(pattern) for pattern in patterns or ()},
        frozenset(outcomes or {0}), kinds, classes, flags, uses, session,
    )  # fmt: skip


def _from(least: int, step: int = 1) -> range:
    return range(least, bounds.MAX_PARTS + 1, step)


A = Action
RULES: dict[int, Rule] = dict(
    (
        _rule(A.GENESIS, O, None, members.genesis, counts={3}, session=NO_SESSION),
        _rule(A.FORMAT_RAISE, O, "P", sessions.format_raise),
        _rule(A.TAIL_REPAIRED, M, "P", sessions.tail_repaired, session=NO_SESSION),
        _rule(A.UNLOCK_FAILED, NOBODY, "", outcomes={1}, session=NO_SESSION),
        _rule(A.RECOVERY_FAILED, NOBODY, "", outcomes={1, 2, 3, 4}, session=NO_SESSION),
        _rule(A.RECOVERY_BEGUN, NOBODY, "", session=NO_SESSION),
        _rule(A.UNLOCK, M, "PD", sessions.unlock, session=OPENS),
        _rule(A.LOCK, M, "", sessions.lock, outcomes=set(range(7))),
        _rule(A.LIST, OCS, "P"),
        _rule(A.SEARCH, OCS, "P"),
        _rule(A.MEMBER_ADD, O, None, members.add, counts={4}),
        _rule(A.MEMBER_REMOVE, O, None, epochs.remove, counts=_from(3)),
        _rule(A.MEMBER_ROLE, O, None, epochs.role, counts=_from(2)),
        _rule(A.MEMBER_ROLLOVER, M, None, members.rollover, counts=_from(2), session=EITHER),
        _rule(A.MEMBER_REKEY, R, None, members.rekey, counts={4}, session=NO_SESSION),
        _rule(A.SLOT_SET, M, None, members.slot_set, counts={2}),
        _rule(A.AUTHORITY_SET, O, None, epochs.authority_set, counts=_from(3)),
        _rule(A.AUTHORITY_ACCEPT, M, None, epochs.authority_accept, counts={1, 2}),
        _rule(A.OWNER_ADD, R, None, members.add, counts={5}, session=NO_SESSION),
        _rule(A.BUNDLE_SET, M, None, members.bundle_set, counts={2}),
        _rule(A.GRANT_REFUSED, M, "P", outcomes={1}),
        _rule(A.EPOCH_OPEN, O, None, epochs.epoch_open, counts=_from(3)),
        _rule(A.ROTATION_DUE, M, "P|PD"),
        _rule(A.REENCRYPT, OC, None, moves.reencrypt, counts=_from(2, 2)),
        _rule(A.REENCRYPT_CONFIRMED, OCS, "P", moves.confirmed),
        _rule(A.SAVE, OC, None, notes.save, counts={3}, kinds=ANY_KIND, classes=BOTH, uses=ON_ENTITY),
        _rule(A.SIGN, OC, "P", notes.sign, kinds=NOTE, classes=BOTH, uses=ON_ENTITY | REF),
        _rule(A.ADDENDUM, OC, None, notes.addendum, counts={3}, kinds=NOTE, classes=BOTH, uses=ON_ENTITY | REF),
        _rule(A.COSIGN, S, "P", notes.cosign, kinds=NOTE, classes=CHART, uses=ON_ENTITY | REF),
        _rule(
            A.READ, OCS, None, notes.read, counts={0, 2}, kinds=ANY_KIND, classes=BOTH, uses=ON_ENTITY,
            flags=Flag.OUTSIDE_CASELOAD | Flag.OTHERS_DRAFT | Flag.BESIDE,
        ),
        _rule(
            A.DISCLOSE, OC, "PD", notes.disclose, kinds=NOTE | CLIENT_KIND, classes=BOTH, uses=ON_ENTITY,
            flags=Flag.OUTSIDE_CASELOAD | Flag.OTHERS_DRAFT,
        ),
        _rule(A.SHRED, OC, "P|PD", notes.shred, kinds=ANY_KIND, classes=BOTH, uses=ON_ENTITY),
        _rule(A.CLIENT_SET, OC, "P", notes.client_set, kinds=CLIENT_KIND, classes=CHART, uses=CLIENT | ENTITY),
        _rule(A.DRAFT_BEGUN, OC, "P", notes.draft, kinds=NOTE, classes=BOTH, uses=ON_ENTITY),
        _rule(A.DRAFT_KEPT, OC, "P", notes.draft, kinds=NOTE, classes=BOTH, uses=ON_ENTITY),
        _rule(A.DRAFT_RECOVERED, OC, "P", notes.draft, kinds=NOTE, classes=BOTH, uses=ON_ENTITY),
        _rule(A.DRAFT_DISCARDED, OC, "P", notes.draft, kinds=NOTE, classes=BOTH, uses=ON_ENTITY),
        _rule(A.IMPORT, OC, None, notes.imported, counts={3}, kinds=ANY_KIND, classes=BOTH, uses=ON_ENTITY),
        _rule(A.KIT_SET, M, None, custody.kit_set, counts=_from(2)),
        _rule(A.KIT_EXTEND, M, None, custody.kit_extend, counts=_from(1)),
        _rule(A.DRILL, M, "P", custody.drill, outcomes={0, 1}),
        _rule(A.RECOVERY_DONE, M | R, "P", custody.recovery_done, uses=REF, session=NO_SESSION),
        _rule(A.DROP, OC, "P", moves.drop, uses=REF),
        _rule(A.COMPACTED, OC, "P", moves.compacted, uses=REF),
        _rule(A.POLICY, O, "P", sessions.policy),
        _rule(A.ALERT, M, "P", sessions.alert),
        _rule(A.ANSWERED, M, "P|PD", sessions.answered, uses=REF),
        _rule(A.REVIEWED, M, "P|PD"),
        _rule(A.CHECKPOINT, M, "P"),
        _rule(A.BACKUP, M, "P", sessions.backup),
        _rule(A.RESTORE_TEST, M, "P", sessions.restore_test, outcomes={0, 1}, uses=REF),
        _rule(A.ACT_FAILED, M, "P", sessions.act_failed, outcomes={1}, uses=REF),
    )
)  # fmt: skip

RESERVED = Rule(
    0x80, M, None, None, _from(0), ANYTHING, ANYTHING, ANYTHING, 0xFF, CLIENT | ENTITY | REVISION | REF
)  # fmt: skip
"""Actions 80 to BF: signed by an active member, changing nothing."""
