"""What the records say of the member's present kit: when it was made, how it was rehearsed, whether it is exposed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.recovery.kit.recovering import Factor
from core.session.desk import Desk
from vault_format import public
from vault_format.codes import Action
from vault_format.public.members import Drill


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """Drills of the present kit, UTC ms, 0 for never: when it was made, the last drill, the last where both matched."""

    made: int
    last: int
    matched: int


def _newest(desk: Desk, *actions: Action, outcome: int | None = None) -> Iterator[int]:
    """Yield the records of ACTIONS under the member's name, newest first."""
    columns, number = desk.vault.columns, desk.who.number
    wanted = {
        code for code, shape in enumerate(columns.shapes)
        if shape.member == number and shape.action in actions and outcome in (None, shape.outcome)
    }  # fmt: skip
    if wanted:
        codes = columns.codes
        yield from (seq for seq in range(len(columns) - 1, -1, -1) if codes[seq] in wanted)


def kit_made_at(desk: Desk) -> int:
    """Return the record in which the member's present kit was made; -1 without a kit."""
    present = desk.who.kit
    if present is not None:
        for seq in _newest(desk, Action.KIT_SET, Action.MEMBER_ROLLOVER):
            said = public.read(desk.vault.columns.shape(seq).action, desk.record(seq).parts[0] or b"")
            kit = getattr(said, "kit", None)
            if kit is not None and kit.id == present.id:
                return seq
    return -1


def had_kit(desk: Desk) -> bool:
    """Whether the member ever had a kit."""
    return any(_newest(desk, Action.KIT_SET))


def rehearsed(desk: Desk) -> Rehearsed:
    """Return how the present kit was rehearsed; a drill of one that was replaced says nothing of it."""
    times, made = desk.vault.columns.times, kit_made_at(desk)
    if made < 0:
        return Rehearsed(0, 0, 0)
    last = next((seq for seq in _newest(desk, Action.DRILL) if seq > made), None)
    matched = next((seq for seq in _newest(desk, Action.DRILL, outcome=0) if seq > made and _matched(desk, seq)), None)
    return Rehearsed(times[made], 0 if last is None else times[last], 0 if matched is None else times[matched])


def _matched(desk: Desk, seq: int) -> bool:
    said = public.read(Action.DRILL, desk.record(seq).parts[0] or b"")
    return isinstance(said, Drill) and said.code and said.phone


def was_exposed(desk: Desk) -> bool:
    """Whether codes were typed under the member's name since the kit was made. Such records are unproven."""
    typed = next(_newest(desk, Action.RECOVERY_FAILED, outcome=Factor.PHONE), -1)
    return desk.who.kit is not None and typed > kit_made_at(desk)


def is_exposed(desk: Desk) -> bool:
    """Whether the member's present kit is exposed: by its own mark, or by what stands in the records since."""
    held = desk.keyring.bundle.kit
    return was_exposed(desk) or (held is not None and held.exposed)
