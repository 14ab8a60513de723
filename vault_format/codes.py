"""Numbers that stand in headers, rows and public parts (docs/FORMAT.md, sections 3, 7 and 8)."""

from __future__ import annotations

from enum import IntEnum


class Action(IntEnum):
    """What a record says was done."""

    GENESIS = 0x01
    FORMAT_RAISE = 0x02
    TAIL_REPAIRED = 0x03
    UNLOCK_FAILED = 0x10
    RECOVERY_FAILED = 0x11
    UNLOCK = 0x12
    LOCK = 0x13
    LIST = 0x14
    SEARCH = 0x15
    RECOVERY_BEGUN = 0x16
    MEMBER_ADD = 0x20
    MEMBER_REMOVE = 0x21
    MEMBER_ROLE = 0x22
    MEMBER_ROLLOVER = 0x23
    MEMBER_REKEY = 0x24
    SLOT_SET = 0x25
    AUTHORITY_SET = 0x26
    AUTHORITY_ACCEPT = 0x27
    OWNER_ADD = 0x28
    BUNDLE_SET = 0x29
    GRANT_REFUSED = 0x2A
    EPOCH_OPEN = 0x30
    ROTATION_DUE = 0x31
    REENCRYPT = 0x32
    REENCRYPT_CONFIRMED = 0x33
    SAVE = 0x40
    SIGN = 0x41
    ADDENDUM = 0x42
    COSIGN = 0x43
    READ = 0x44
    DISCLOSE = 0x45
    SHRED = 0x46
    CLIENT_SET = 0x47
    DRAFT_BEGUN = 0x48
    DRAFT_KEPT = 0x49
    DRAFT_RECOVERED = 0x4A
    DRAFT_DISCARDED = 0x4B
    IMPORT = 0x4C
    KIT_SET = 0x50
    KIT_EXTEND = 0x51
    DRILL = 0x52
    RECOVERY_DONE = 0x55
    DROP = 0x60
    COMPACTED = 0x61
    POLICY = 0x70
    ALERT = 0x71
    ANSWERED = 0x72
    REVIEWED = 0x73
    CHECKPOINT = 0x74
    BACKUP = 0x75
    RESTORE_TEST = 0x76
    ACT_FAILED = 0x7F


RESERVED_FIRST = 0x80
RESERVED_LAST = 0xBF

_SPOKEN: dict[int, str] = {
    Action.GENESIS: "vault made",
    Action.FORMAT_RAISE: "format raised",
    Action.TAIL_REPAIRED: "torn tail set aside",
    Action.UNLOCK_FAILED: "unlock failed",
    Action.RECOVERY_FAILED: "recovery failed",
    Action.RECOVERY_BEGUN: "recovery begun",
    Action.LIST: "notes listed",
    Action.SEARCH: "notes searched",
    Action.MEMBER_ADD: "member added",
    Action.MEMBER_REMOVE: "member removed",
    Action.MEMBER_ROLE: "role changed",
    Action.MEMBER_ROLLOVER: "keys rolled over",
    Action.MEMBER_REKEY: "member re-keyed",
    Action.SLOT_SET: "passphrase changed",
    Action.AUTHORITY_SET: "custodians set",
    Action.AUTHORITY_ACCEPT: "custodians accepted",
    Action.OWNER_ADD: "owner added",
    Action.BUNDLE_SET: "key bundle written",
    Action.GRANT_REFUSED: "grant refused",
    Action.EPOCH_OPEN: "keys rotated",
    Action.ROTATION_DUE: "rotation asked for",
    Action.REENCRYPT: "re-encrypted",
    Action.REENCRYPT_CONFIRMED: "re-encryption confirmed",
    Action.SIGN: "signed",
    Action.COSIGN: "co-signed",
    Action.DISCLOSE: "exported",
    Action.SHRED: "shredded",
    Action.CLIENT_SET: "client changed",
    Action.DRAFT_BEGUN: "draft begun",
    Action.DRAFT_KEPT: "draft kept",
    Action.DRAFT_RECOVERED: "draft recovered",
    Action.DRAFT_DISCARDED: "draft discarded",
    Action.IMPORT: "imported",
    Action.KIT_SET: "recovery kit set",
    Action.KIT_EXTEND: "recovery kit extended",
    Action.DRILL: "recovery drill",
    Action.RECOVERY_DONE: "recovery done",
    Action.DROP: "ciphertext dropped",
    Action.COMPACTED: "compacted",
    Action.POLICY: "policy changed",
    Action.ANSWERED: "alert answered",
    Action.REVIEWED: "day reviewed",
    Action.RESTORE_TEST: "restore tested",
    Action.ACT_FAILED: "act failed",
}


def action_words(code: int) -> str:
    """Return the words that stand for an action on a screen; unknown codes as `action 9f`."""
    try:
        return _SPOKEN.get(code) or Action(code).name.lower().replace("_", " ")
    except ValueError:
        return f"action {code:02x}"


class Role(IntEnum):
    """What a member may do; AUTHORITY is the recovery authority, no person."""

    OWNER = 1
    CLINICIAN = 2
    SUPERVISOR = 3
    AUDITOR = 4
    AUTHORITY = 5


class Kind(IntEnum):
    """What an entity, or a key part, is."""

    NONE = 0
    NOTE = 1
    CLIENT = 2
    APPOINTMENT = 3
    TEMPLATE = 4
    SLOT = 16
    BUNDLE = 17
    GRANT_BOX = 18
    OLD_KEYS = 19
    KIT_SLOT = 20
    KIT_CHUNK = 21
    AUTHOR_BOX = 22


class NoteClass(IntEnum):
    """Chart notes belong to the chart; process notes to their author alone."""

    NONE = 0
    CHART = 1
    PROCESS = 2


class PartRole(IntEnum):
    """What a part is for."""

    PUBLIC = 1
    INDEX = 2
    BODY = 3
    DETAIL = 4
    KEY = 5


class KeyType(IntEnum):
    """Which key a part is sealed under."""

    NONE = 0
    INDEX = 1
    NOTES = 2
    AUTHOR = 3
    AUDIT = 4
    MASTER = 5
    KIT = 6
    PASSPHRASE = 7
    MEMBER = 8


class Flag(IntEnum):
    """Bits of the header's flags."""

    OUTSIDE_CASELOAD = 1
    OTHERS_DRAFT = 2
    BESIDE = 4


class LockReason(IntEnum):
    """Outcome of a lock record."""

    PERSON = 0
    IDLE = 1
    HANGUP = 2
    SUSPEND = 3
    QUIT = 4
    KEYS_REPLACED = 5
    SYSTEM = 6


class Reason(IntEnum):
    """Fixed reasons; typed words go into a sealed detail, never into a public part."""

    NONE = 0
    BY_DATE = 1
    BY_HAND = 2
    COMPROMISE = 3
    LEFT = 4
    KIT_ANEW = 5
    KIT_RECOVERY = 6
    CUSTODIAN_RECOVERY = 7
    CARE = 8
    SUPERVISION = 9
    EMERGENCY = 10
    CLIENT_REQUEST = 11
    LEGAL = 12
    RETENTION_OVER = 13
    MISTAKE = 14
    DAMAGE = 15
    NO_SPACE = 16
    REFUSED = 17
    ENDED = 18
    OTHER = 19


class ClientStatus(IntEnum):
    """Public status of a client."""

    ACTIVE = 1
    CLOSED = 2
    ARCHIVED = 3


class AddendumKind(IntEnum):
    """The three ways to add to a signed note."""

    ADDENDUM = 1
    LATE_ENTRY = 2
    CORRECTION = 3


class TailCase(IntEnum):
    """Why bytes at the end were set aside."""

    SHORT = 1
    CUT = 2
    ZEROS = 3
    FLOOD = 4


class ExportForm(IntEnum):
    """What an export was written as."""

    MARKDOWN = 1
    TEXT = 2
    HTML = 3
    JSON = 4


class Basis(IntEnum):
    """Which law or consent an export rests on."""

    AUTHORIZATION = 1
    ACCESS = 2
    CARE = 3
    COURT = 4
    LAW = 5
    THREAT = 6
    OTHER = 7


class Purpose(IntEnum):
    """What an export is for."""

    TREATMENT = 1
    PAYMENT = 2
    OPERATIONS = 3
    CLIENT_COPY = 4
    COURT = 5
    ABUSE_REPORT = 6
    DUTY_TO_WARN = 7
    OVERSIGHT = 8
    OTHER = 9
