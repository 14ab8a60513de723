"""Sessions, policy and the trail itself: what is written for them."""

from __future__ import annotations

from collections.abc import Sequence

from core.acts.acting import Acting
from core.details import Origin
from core.keys import derive
from vault_format.codes import Action, LockReason, Reason
from vault_format.frames.record import Draft
from vault_format.public.members import Policy
from vault_format.public.trail import (
    Alert,
    Backup,
    Checkpoint,
    Counted,
    FormatRaise,
    Reasoned,
    RestoreTest,
    Reviewed,
    TailRepaired,
    Unlock,
)  # fmt: skip


def unlock_failed(claimed_member: int = 0) -> Draft:
    """10, unsigned: a passphrase was wrong; CLAIMED_MEMBER is whom the person said to be (0: nobody)."""
    return Draft(Action.UNLOCK_FAILED, outcome=1, claimed_member=claimed_member)


def recovery_begun(claimed_member: int = 0) -> Draft:
    """16, unsigned: somebody began to recover a member's keys."""
    return Draft(Action.RECOVERY_BEGUN, claimed_member=claimed_member)


def recovery_failed(step: int, claimed_member: int = 0) -> Draft:
    """11, unsigned: a recovery failed at STEP: 1 printed code, 2 phone codes, 3 shares, 4 given up."""
    return Draft(Action.RECOVERY_FAILED, outcome=step, claimed_member=claimed_member)


def unlock(acting: Acting, origin: Origin, *, failed: int = 0, first: int = 0, last: int = 0) -> Draft:
    """12: opens the session, whose number is new.

    FAILED counts wrong passphrases that the file has no record of, FIRST and LAST (UTC ms) say when they were.
    """
    pseudonym = derive.origin_pseudonym(acting.keyring.bundle.origin, origin.host, origin.login)
    shape = Unlock(origin=pseudonym, failed=failed, first=first, last=last)
    return acting.record(Action.UNLOCK, shape, acting.detail(Action.UNLOCK, origin))


def lock(acting: Acting, why: LockReason = LockReason.PERSON) -> Draft:
    """13: closes the session."""
    return acting.record(Action.LOCK, outcome=why)


def listed(acting: Acting, chart: int, process: int) -> Draft:
    """14: so many notes of each class were listed."""
    return acting.record(Action.LIST, Counted(chart=chart, process=process))


def searched(acting: Acting, chart: int, process: int) -> Draft:
    """15: so many bodies of each class were opened to search them."""
    return acting.record(Action.SEARCH, Counted(chart=chart, process=process))


def tail_repaired(acting: Acting, *, case: int, length: int, digest: bytes, head: bytes = b"") -> Draft:
    """03: bytes at the end were set aside; HEAD is their first 208 bytes if they were a record cut short."""
    shape = TailRepaired(case=case, length=length, digest=digest, head=head)
    return acting.record(Action.TAIL_REPAIRED, shape, outside=True)


def format_raise(acting: Acting) -> Draft:
    """02: records of the next version are lawful from here on."""
    return acting.record(Action.FORMAT_RAISE, FormatRaise(version=acting.state.raised + 1))


def policy(acting: Acting, shape: Policy) -> Draft:
    """70: a new policy."""
    return acting.record(Action.POLICY, shape)


def rotation_due(acting: Acting, reason: Reason, words: str = "") -> Draft:
    """31: a member asks for new keys."""
    parts = [acting.words(Action.ROTATION_DUE, words)] if words else []
    return acting.record(Action.ROTATION_DUE, Reasoned(reason=reason), *parts)


def alert(acting: Acting, rule: int, severity: int, records: Sequence[int]) -> Draft:
    """71: RULE (a code) found something in RECORDS (sequences, at most 100)."""
    return acting.record(Action.ALERT, Alert(rule=rule, severity=severity, records=list(records)[:100]))


def answered(acting: Acting, alert_seq: int, reason: Reason, words: str = "") -> Draft:
    """72: an alert was looked into."""
    parts = [acting.words(Action.ANSWERED, words)] if words else []
    return acting.record(Action.ANSWERED, Reasoned(reason=reason), *parts, ref=alert_seq)


def reviewed(acting: Acting, first: int, last: int, digest: bytes, words: str = "") -> Draft:
    """73: the records FIRST to LAST were reviewed, as in the report with this SHA-256."""
    parts = [acting.words(Action.REVIEWED, words)] if words else []
    return acting.record(Action.REVIEWED, Reviewed(first=first, last=last, digest=digest), *parts)


def checkpoint(acting: Acting, size: int, root: bytes, digest: bytes) -> Draft:
    """74: a checkpoint over SIZE records with tree ROOT was made; DIGEST is the SHA-256 of its text."""
    return acting.record(Action.CHECKPOINT, Checkpoint(size=size, root=root, digest=digest))


def backup(acting: Acting, size: int, head: bytes, digest: bytes) -> Draft:
    """75: a copy of SIZE bytes that ends at HEAD was verified; DIGEST is its SHA-256."""
    return acting.record(Action.BACKUP, Backup(size=size, head=head, digest=digest))


def restore_test(acting: Acting, backup_seq: int, *, milliseconds: int, opened: int, worked: bool) -> Draft:
    """76: a backup was opened elsewhere, OPENED notes of it read."""
    shape = RestoreTest(milliseconds=milliseconds, opened=opened)
    return acting.record(Action.RESTORE_TEST, shape, outcome=0 if worked else 1, ref=backup_seq)


def act_failed(acting: Acting, intent_seq: int, reason: Reason) -> Draft:
    """7F: what the record at INTENT_SEQ announced did not come about."""
    return acting.record(Action.ACT_FAILED, Reasoned(reason=reason), outcome=1, ref=intent_seq)
