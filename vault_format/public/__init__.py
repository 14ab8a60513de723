"""What public parts say: one msgpack map for each action (docs/FORMAT.md, section 7).

`SHAPES` names the map of every action that has one; `read` decodes it or raises NotCanonical.
"""

from __future__ import annotations

from functools import cache

import msgspec

from vault_format.codes import Action
from vault_format.encoding import Shape, decode, decoder, encode
from vault_format.public import entities, members, trail

SHAPES: dict[int, type[Shape]] = {
    Action.GENESIS: members.Genesis,
    Action.FORMAT_RAISE: trail.FormatRaise,
    Action.TAIL_REPAIRED: trail.TailRepaired,
    Action.UNLOCK: trail.Unlock,
    Action.LIST: trail.Counted,
    Action.SEARCH: trail.Counted,
    Action.MEMBER_ADD: members.MemberAdd,
    Action.MEMBER_REMOVE: members.MemberRemove,
    Action.MEMBER_ROLE: members.MemberRole,
    Action.MEMBER_ROLLOVER: members.Rollover,
    Action.MEMBER_REKEY: members.Rekey,
    Action.SLOT_SET: members.SlotSet,
    Action.AUTHORITY_SET: members.AuthoritySet,
    Action.AUTHORITY_ACCEPT: members.AuthorityAccept,
    Action.OWNER_ADD: members.MemberAdd,
    Action.BUNDLE_SET: members.BundleSet,
    Action.GRANT_REFUSED: members.GrantRefused,
    Action.EPOCH_OPEN: members.EpochOpen,
    Action.ROTATION_DUE: trail.Reasoned,
    Action.REENCRYPT_CONFIRMED: entities.Confirmed,
    Action.SAVE: entities.Committed,
    Action.SIGN: entities.Committed,
    Action.ADDENDUM: entities.Addendum,
    Action.COSIGN: entities.Committed,
    Action.READ: trail.Reasoned,
    Action.DISCLOSE: entities.Disclose,
    Action.SHRED: trail.Reasoned,
    Action.CLIENT_SET: entities.ClientSet,
    Action.DRAFT_BEGUN: entities.Seals,
    Action.DRAFT_KEPT: entities.Seals,
    Action.DRAFT_RECOVERED: entities.Seals,
    Action.DRAFT_DISCARDED: entities.Seals,
    Action.IMPORT: entities.Import,
    Action.KIT_SET: members.KitSet,
    Action.KIT_EXTEND: members.KitExtend,
    Action.DRILL: members.Drill,
    Action.RECOVERY_DONE: members.RecoveryDone,
    Action.DROP: trail.Drop,
    Action.COMPACTED: trail.Compacted,
    Action.POLICY: members.Policy,
    Action.ALERT: trail.Alert,
    Action.ANSWERED: trail.Reasoned,
    Action.REVIEWED: trail.Reviewed,
    Action.CHECKPOINT: trail.Checkpoint,
    Action.BACKUP: trail.Backup,
    Action.RESTORE_TEST: trail.RestoreTest,
    Action.ACT_FAILED: trail.Reasoned,
}


@cache
def decoder_of(action: int) -> msgspec.msgpack.Decoder[Shape]:
    """Return the decoder of an ACTION's public part, made when it is first asked for. Raises KeyError."""
    return decoder(SHAPES[action])


def read(action: int, raw: bytes) -> Shape:
    """Return what the public part RAW of an ACTION record says.

    Raises NotCanonical if it is not exactly that; KeyError if the action has no public part.
    """
    return decode(raw, decoder_of(action))


__all__ = ["SHAPES", "Shape", "decoder_of", "encode", "entities", "members", "read", "trail"]
