"""The state machine over batches: applies the table of actions to records in order."""

from __future__ import annotations

from collections.abc import Iterable

from vault_format import bounds
from vault_format.authority import rows
from vault_format.authority.admission import (
    EITHER,
    IN_SESSION,
    NO_SESSION,
    ON_ENTITY,
    OPENS,
    SEQUENCE,
    TIME,
    Admitted,
    Opened,
    admit,
    strays,
)  # fmt: skip
from vault_format.authority.rules import RESERVED, RULES
from vault_format.authority.state import State
from vault_format.codes import Action, PartRole
from vault_format.encoding import UNREADABLE, NotCanonical, decode, encode
from vault_format.frames import layout
from vault_format.frames.scan import Batch, Fields, Parts
from vault_format.verification.findings import Objection, Report
from vault_format.verification.hashing import PUBLIC_DAMAGED

_MEMO_LIMIT = 4_096
_LATEST = bounds.MAX_TIME
_PUBLIC, _PUBLIC_ROLE = rows.PUBLIC[:6], int(PartRole.PUBLIC)
# what NamedTuple's own constructor does, without the Python call around it
_NEW = tuple.__new__


class Replay:
    """Folds batches of records into `state` and collects what is wrong.

    The caller has checked chain and hashes; signatures are the caller's too: `signers` holds, for the last batch, the
    public key each record must verify under (None: unsigned, or not admitted). `run` are the actions of the unsigned
    records behind the last signed one, whose time was `signed_time` (UTC ms).
    """

    def __init__(self, report: Report) -> None:
        self.state = State()
        self.report = report
        self.unattested = 0
        self.signed_time = 0
        self.newer = False
        self.run: list[int] = []
        self.signers: list[bytes | None] = []

    def apply(self, batch: Batch, damaged: dict[int, int]) -> None:
        """Apply the records of BATCH; DAMAGED names, by position in it, those whose parts do not hash.

        Everything that an ordinary record needs stands in this one loop, because a call for each record and layer
        costs as much as hashing the record does.
        """
        state = self.state
        sessions, number_parts, verdicts = state.sessions, state.parts.add, state.verdicts
        buffer, alone, new = batch.buffer, _PUBLIC, _NEW
        signers: list[bytes | None] = []
        calm = not (damaged or self.run or self.newer)
        last = self.signed_time
        for position, (_, head, fields, parts) in enumerate(batch.items):
            _, key, seq, time, session, client, entity, revision, _, ref, _, _ = fields
            act = verdicts.get(key)
            if act is None:
                act = self._admit(key)
            try:
                first = number_parts(parts[2]) if parts is not None else 0
                if calm and not act.special and last <= time <= _LATEST:
                    last = time
                else:
                    calm = False
                    self.signed_time, last = last, time if act.signed else last
                    judged = self._unusual(act, fields, damaged.get(position, 0))
                    calm = not (damaged or self.run or self.newer)
                    if not judged:
                        signers.append(None)
                        continue
                if ref if act.uses == ON_ENTITY else strays(act, client, entity, revision, ref):
                    raise Objection("authority", "a field that the action does not use")
                mode = act.session
                if mode == IN_SESSION or (mode == EITHER and session):
                    known = sessions.get(session)
                    if known is None or known.member != act.member:
                        raise Objection("authority", "not in an open session of this member")
                elif mode == NO_SESSION and session:
                    raise Objection("authority", "a session where there is none")
                elif mode == OPENS and (not session or session in sessions):
                    raise Objection("authority", "a session that is already open, or none")
                condition = act.condition
                if parts is None:
                    opened = None
                elif act.alone and act.decoder is not None:
                    _, part_rows, spans, _ = parts
                    row, start = part_rows[0], spans[0]
                    if row[:6] != alone or row[7] or start < 0:
                        raise Objection("format", "the public part's row is not the one that belongs there")
                    raw = buffer[start : start + row[6]]
                    try:
                        said = act.decoder.decode(raw)
                    except UNREADABLE as error:
                        raise Objection("format", "the public part is not a value of this shape") from error
                    if encode(said) != raw:
                        raise Objection("format", "the public part is not the shortest or only encoding")
                    opened = new(Opened, (first, part_rows, spans, said)) if condition is not None else None
                else:
                    opened = self._open(buffer, act, entity, parts, first)
                if condition is not None:
                    condition(state, act, fields, opened)
                signers.append(self._signer(act, fields, head) if act.special else act.sign)
            except Objection as objection:
                self.report.find(seq, objection.kind, objection.detail)
                signers.append(None)
        self.signers, self.signed_time = signers, last

    def _admit(self, key: bytes) -> Admitted:
        verdicts = self.state.verdicts
        if len(verdicts) >= _MEMO_LIMIT:
            verdicts.clear()
        act = verdicts[key] = admit(self.state, key, RULES, RESERVED)
        return act

    def _unusual(self, act: Admitted, fields: Fields, damage: int) -> bool:
        """Take note of what an ordinary record does not have; whether it is to be judged further. Raises Objection."""
        if act.newer and not self.newer:
            self.newer = True
            self.run.clear()
            self.report.note(fields[SEQUENCE], "newer", "from here on it needs a newer Tacenda")
        if self.newer:
            self.unattested += not act.signed
            return False
        flooded = False
        if act.signed:
            flooded = len(self.run) > self.lawful_run(fields[TIME])
            self.run.clear()
            if fields[TIME] < self.signed_time:
                self.report.note(fields[SEQUENCE], "clock", "earlier than the signed record before it")
        else:
            self.unattested += 1
            self.run.append(act.action)
        if damage == PUBLIC_DAMAGED:
            return False
        if flooded:
            raise Objection("authority", "more unsigned records before this one than may stand there")
        if act.action == Action.GENESIS and act.rule is not None and fields[SEQUENCE]:
            raise Objection("authority", "a second genesis")
        if act.problem:
            raise Objection(act.problem_kind, act.problem)
        if not act.signed and not fields[SEQUENCE]:
            raise Objection("authority", "an unsigned record where genesis belongs")
        if fields[TIME] > _LATEST:
            raise Objection("format", "a time out of bounds")
        return True

    def _signer(self, act: Admitted, fields: Fields, head: bytes) -> bytes | None:
        """Return the key that an unusual record must verify under. Raises Objection."""
        if act.reserved:
            self.report.note(fields[SEQUENCE], "unknown-harmless", f"action {act.action:02x}")
        if not act.signed and head[layout.HEADER_SIZE :] != layout.UNSIGNED:
            raise Objection("signature", "an unsigned record with a signature")
        return self.state.members[1].sign if act.action == Action.GENESIS else act.sign

    def _open(self, buffer: bytes, act: Admitted, entity: int, parts: Parts, first: int) -> Opened:
        """Read rows and public part, and check those patterns that need no condition. Raises Objection."""
        _, part_rows, spans, _ = parts
        row = part_rows[0]
        said = None
        if act.decoder is not None:
            start = spans[0]
            if row[0] != _PUBLIC_ROLE or start < 0:
                raise Objection("format", "the first part is not the public one")
            try:
                said = decode(buffer[start : start + row[6]], act.decoder)
            except NotCanonical as error:
                raise Objection("format", f"the public part is {error}") from error
        if act.paired:
            rows.require(part_rows, (rows.PUBLIC, rows.detail(entity, act.epoch)))
        elif act.reserved and any(other[:6] != _PUBLIC or other[7] for other in part_rows):
            raise Objection("format", "a reserved action with parts that are not public")
        return _NEW(Opened, (first, part_rows, spans, said))

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
