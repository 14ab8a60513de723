"""The state machine over batches: applies the table of actions to records in order."""

from __future__ import annotations

from collections.abc import Iterable

from vault_format import bounds, layout, public
from vault_format.authority import rows
from vault_format.authority.admission import EITHER, IN_SESSION, NO_SESSION, Admitted, Opened, admit
from vault_format.authority.rules import RESERVED, RULES
from vault_format.authority.state import State
from vault_format.codes import Action, PartRole
from vault_format.encoding import NotCanonical
from vault_format.findings import Objection, Report
from vault_format.scan import Batch, Fields, Parts

_MEMO_LIMIT = 4_096
_LATEST = bounds.MAX_TIME

PUBLIC_DAMAGED = 2
"""Damage after which a record changes no state: its table, or its public part."""


class Replay:
    """Folds batches of records into `state` and collects what is wrong.

    `now` is the time in UTC milliseconds that unsigned records at the end are counted until. The caller has checked
    the chain; signatures are the caller's too: `signers` holds, for the last batch, the public key each record must
    verify under (None: unsigned, or not admitted).
    """

    def __init__(self, report: Report) -> None:
        self.state = State()
        self.report = report
        self.unattested = 0
        self.signed_time = 0
        self.newer = False
        self.run: list[int] = []
        self.signers: list[bytes | None] = []
        self._memo: dict[bytes, Admitted] = {}
        self._changes = 0

    def apply(self, batch: Batch, damaged: dict[int, int]) -> None:
        """Apply the records of BATCH; DAMAGED names, by position in it, those whose parts do not hash."""
        state, report = self.state, self.report
        sessions, parts_bits = state.sessions, state.parts
        memo = self._memo
        signers: list[bytes | None] = []
        for position, (_, head, fields, parts) in enumerate(batch.items):
            if self._changes != state.changes or len(memo) > _MEMO_LIMIT:
                memo.clear()
                self._changes = state.changes
            act = memo.get(fields[1])
            if act is None:
                act = memo[fields[1]] = admit(state, fields[1], RULES, RESERVED)
            signer = act.who.sign if act.who is not None else None
            try:
                first = parts_bits.add(parts.spans) if parts is not None else 0
                if act.signed:
                    if self.run:
                        self._end_run(fields)
                    if fields[3] < self.signed_time:
                        report.note(fields[2], "clock", "earlier than the signed record before it")
                    self.signed_time = fields[3]
                else:
                    self.unattested += 1
                    self.run.append(act.action)
                if damaged and damaged.get(position) == PUBLIC_DAMAGED:
                    signers.append(None)
                    continue
                if act.problem or act.newer or self.newer:
                    self._exceptional(act, fields)
                    signers.append(None)
                    continue
                if fields[3] > _LATEST:
                    raise Objection("format", "a time out of bounds")
                uses = act.uses
                if (
                    (fields[5] and not uses & 1)
                    or (fields[6] and not uses & 2)
                    or (fields[7] and not uses & 4)
                    or (fields[9] and not uses & 8)
                ):
                    raise Objection("authority", "a field that the action does not use")
                session = fields[4]
                mode = act.session
                if mode == IN_SESSION or (mode == EITHER and session):
                    known = sessions.get(session)
                    if known is None or known.member != act.member:
                        raise Objection("authority", "not in an open session of this member")
                elif mode == NO_SESSION and session:
                    raise Objection("authority", "a session where there is none")
                opened = None
                if parts is not None:
                    opened = self._open(batch, act, fields, parts, first)
                if not act.signed and head[layout.HEADER_SIZE :] != layout.UNSIGNED:
                    raise Objection("signature", "an unsigned record with a signature")
                if act.reserved:
                    report.note(fields[2], "unknown-harmless", f"action {act.action:02x}")
                else:
                    act.condition(state, act, fields, opened)
                    if act.action == Action.GENESIS:
                        signer = self.state.members[1].sign
            except Objection as objection:
                signer = None
                report.find(fields[2], objection.kind, objection.detail)
            signers.append(signer)
        self.signers = signers

    def _exceptional(self, act: Admitted, fields: Fields) -> None:
        if act.newer and not self.newer:
            self.newer = True
            self.report.note(fields[2], "newer", "from here on it needs a newer Tacenda")
        if self.newer:
            return
        raise Objection(act.problem_kind, act.problem)

    def _open(self, batch: Batch, act: Admitted, fields: Fields, parts: Parts, first: int) -> Opened:
        """Read rows and public part, and check those patterns that need no condition. Raises Objection."""
        if act.reserved:
            if any(row[:6] != rows.PUBLIC[:6] or row[7] for row in parts.rows):
                raise Objection("format", "a reserved action with parts that are not public")
            return Opened(first, parts.rows, parts.spans, None)
        said = None
        if act.action in public.SHAPES:
            said = self._public(batch, act, parts)
        rule = act.rule
        if rule is not None and rule.parts is not None:
            wanted = [rows.PUBLIC]
            if len(parts.rows) == 2:
                wanted.append(rows.detail(fields[6], act.epoch))
            rows.require(parts.rows, wanted)
        return Opened(first, parts.rows, parts.spans, said)

    def _public(self, batch: Batch, act: Admitted, parts: Parts) -> public.Shape:
        if parts.spans[0] < 0:
            raise Objection("payload", "the public part is missing, which nothing may drop")
        if parts.rows[0][0] != PartRole.PUBLIC:
            raise Objection("format", "the first part is not the public one")
        start = parts.spans[0]
        try:
            return public.read(act.action, batch.buffer[start : start + parts.rows[0][6]])
        except NotCanonical as error:
            raise Objection("format", f"the public part is {error}") from error

    def allowed(self, until: int) -> tuple[int, int]:
        """Return how many unsigned records may stand between the last signed record and UNTIL (UTC ms)."""
        hours = max(0, until - self.signed_time) // bounds.HOUR_MS
        return bounds.UNLOCK_FAILURES + hours, bounds.RECOVERY_BEGINNINGS + hours

    def lawful_run(self, until: int) -> int:
        """Return how many records of the present unsigned run are within their caps."""
        failures, beginnings = self.allowed(until)
        for position, action in enumerate(self.run):
            if action == Action.RECOVERY_BEGUN:
                beginnings -= 1
            else:
                failures -= 1
            if failures < 0 or beginnings < 0:
                return position
        return len(self.run)

    def _end_run(self, fields: Fields) -> None:
        excess = len(self.run) - self.lawful_run(fields[3])
        self.run.clear()
        if excess:
            raise Objection("authority", "more unsigned records before this one than may stand there")

    def cut_run(self, keep: int) -> None:
        """Forget all but the first KEEP records of the present unsigned run."""
        self.unattested -= len(self.run) - keep
        del self.run[keep:]


def finish(state: State, report: Report, seq_of_part: Iterable[tuple[int, int]]) -> None:
    """Apply the final rules of docs/FORMAT.md section 4.

    SEQ_OF_PART yields (part number, sequence of the record that holds it) for each missing part, in order.
    """
    for part, seq in seq_of_part:
        report.find(seq, "payload", f"part {part} is missing and no drop lists it", local=True)
    for number, entity in state.entities.items():
        if not entity.shredded:
            live = entity.live
            if not (state.parts.is_present(live) and state.parts.is_present(live + 1)):
                report.find(entity.saved, "payload", f"the live text of {number:016x} is missing", local=True)
    for drop, seq in state.compacted.items():
        ranges = state.drop_ranges[drop]
        left = sum(state.parts.is_present(part) for first, count in ranges for part in range(first, first + count))
        if left:
            report.note(seq, "undropped", f"{left} parts are still there though their compaction is recorded")
