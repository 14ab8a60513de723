"""What stands behind the last record: torn, a flood, or damage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from core.acts import trail
from tests.corpus.case import Case, scenario, variant
from tests.corpus.mend import Frame, Vault, broken, whole
from tests.corpus.vaults import FIRST, OWNER, early, small
from tests.vectors.scenes import texts
from vault_format.bounds import HOUR_MS
from vault_format.codes import Action, PartRole
from vault_format.frames.layout import Part
from vault_format.frames.record import Draft


def _torn(tail: bytes) -> Case:
    vault = Vault("small")
    vault.tail = tail
    return whole(vault, notices=[("torn", 6)])


def _damaged(tail: bytes) -> Case:
    vault = Vault("small")
    vault.tail = tail
    return broken(vault, "format", 6)


variant("tail-of-one-byte", "A byte behind the last record.", partial(_torn, b"\xa7"))
variant("tail-of-207-bytes", "207 bytes that are no record.", partial(_torn, b"x" * 207))
variant("tail-of-208-bytes", "208 bytes that are no record: damage, not torn.", partial(_damaged, b"x" * 208))
variant("tail-of-many-bytes", "Many bytes that are no record.", partial(_damaged, b"x" * 5_000))
variant("tail-of-zeros", "Zeros, as a file system leaves them after a power cut.", partial(_torn, bytes(4_096)))
variant("tail-of-few-zeros", "A few zeros.", partial(_torn, bytes(10)))
variant("tail-of-zeros-and-a-byte", "Zeros, and one byte at their end.", partial(_damaged, bytes(4_095) + b"\1"))


def _cut(length: int | None, change: Callable[[Frame], None] | None = None) -> tuple[Vault, bytes]:
    vault = small()
    me = vault.acting(OWNER)
    seq = vault.add(texts.new_note(me, vault.entity("OTTER"), "Second hour", "Never finished.").draft, me)
    frame = vault.frames.pop()
    if change is not None:
        change(frame)
    raw = frame.raw()
    assert seq == 5
    return vault, raw[:length]


def _cut_torn(length: int) -> Case:
    vault, tail = _cut(length)
    vault.tail = tail
    return whole(vault, notices=[("torn", 5)])


def _cut_damaged(length: int, change: Callable[[Frame], None]) -> Case:
    vault, tail = _cut(length, change)
    vault.tail = tail
    return broken(vault, "format", 5)


for _name, _where, _length in (
    ("in-its-header", "in its header", 100),
    ("in-its-signature", "in its signature", 207),
    ("behind-its-signature", "right behind its signature", 208),
    ("behind-its-bitmap", "behind its bitmap", 209),
    ("in-its-table", "in its part table", 300),
    ("behind-its-table", "behind its part table", 208 + 1 + 3 * 56),
    ("in-its-index", "in its index", 700),
    ("by-one-byte", "by one byte", -1),
):
    variant(f"save-cut-{_name}", f"A save that ends {_where}.", partial(_cut_torn, _length))


def _bitmap(frame: Frame) -> None:
    frame.bitmap = b"\x05"


def _table(frame: Frame) -> None:
    frame.rows[2] = frame.rows[2]._replace(digest=bytes(32))


def _lengths(frame: Frame) -> None:
    frame.rows[2] = frame.rows[2]._replace(length=frame.rows[2].length + 1)


def _part(frame: Frame) -> None:
    frame.parts[1] = b"\0" + (frame.parts[1] or b"")[1:]


def _signature(frame: Frame) -> None:
    frame.signature = frame.signature[:-1] + bytes([frame.signature[-1] ^ 1])


def _header(**fields: Any) -> Callable[[Frame], None]:  # noqa: ANN401  a header's fields
    def change(frame: Frame) -> None:
        frame.header = frame.header._replace(**fields)

    return change


for _name, _what, _length, _change in (
    ("with-a-bit-missing", "whose bitmap lacks a part", 300, _bitmap),
    ("with-another-table", "whose part table is not the one signed", -1, _table),
    ("with-other-lengths", "whose rows do not give its length", -1, _lengths),
    ("with-another-part", "whose whole part is not the one signed", -1, _part),
    ("with-another-signature", "whose signature does not hold", -1, _signature),
    ("with-another-number", "that has another number", 400, _header(sequence=6)),
    ("behind-another-record", "that follows another record", 400, _header(prev=bytes(32))),
    ("of-another-version", "of version 1", 400, _header(version=1)),
    ("of-another-member", "of a member that nobody is", 400, _header(member=9)),
    ("longer-than-32-mib", "that says it is longer than 32 MiB", 400, _header(total=2**25 + 1)),
):
    variant(f"save-cut-{_name}", f"A save cut short {_what}: damage.", partial(_cut_damaged, _length, _change))


@scenario
def policy_cut_that_was_not_allowed() -> Case:
    """A clinician's change of policy, cut short: it was never lawful, so it is damage."""
    vault = early()
    me = vault.acting(FIRST)
    seq = vault.add(trail.policy(me, me.state.current_policy()), me)
    vault.tail = vault.frames.pop().raw()[:-5]
    return broken(vault, "format", seq)


@scenario
def list_cut_with_an_outcome_that_is_not_allowed() -> Case:
    """A list that failed, cut short: section 8 has no such outcome."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(replace(trail.listed(me, 1, 0), outcome=1), me)
    vault.tail = vault.frames.pop().raw()[:-5]
    return broken(vault, "format", 5)


@scenario
def unsigned_record_cut_short() -> Case:
    """An unsigned record with parts, cut short: nothing proves that a member began it."""
    vault = small()
    vault.add_unsigned(Draft(Action.UNLOCK_FAILED, (Part(PartRole.PUBLIC, b"x" * 300),), outcome=1))
    vault.tail = vault.frames.pop().raw()[:-50]
    return broken(vault, "format", 5)


@scenario
def torn_behind_unsigned_records() -> Case:
    """Failed unlocks within their cap, and a few bytes behind them."""
    vault = small()
    for _ in range(3):
        vault.add_unsigned(trail.unlock_failed(1))
    vault.tail = b"\xa7TCD"
    return whole(vault, notices=[("torn", 8)])


def _flooded(failures: int, beginnings: int, hours: int = 0) -> Vault:
    vault = small()
    signed = vault.now - 7_000
    vault.now = signed
    for number in range(failures + beginnings):
        vault.add_unsigned(trail.unlock_failed(1) if number < failures else trail.recovery_begun(1))
        vault.now = signed
    vault.now = signed + hours * HOUR_MS
    return vault


@scenario
def failures_within_their_cap() -> Case:
    """64 failed unlocks and 8 begun recoveries behind the last signed record."""
    return whole(_flooded(64, 8))


@scenario
def failures_over_their_cap() -> Case:
    """One failed unlock too many, and some behind it: set aside, the vault stays usable."""
    return whole(_flooded(68, 0), notices=[("flood", 5 + 64)])


@scenario
def failures_over_their_cap_an_hour_later() -> Case:
    """65 failed unlocks, an hour after the last signed record: one more is allowed by then."""
    return whole(_flooded(65, 0, hours=1))


@scenario
def beginnings_over_their_cap() -> Case:
    """A ninth begun recovery: set aside, with the failures behind it not counted on."""
    return whole(_flooded(0, 9), notices=[("flood", 5 + 8)])


@scenario
def flood_below_the_pin() -> Case:
    """Records that this machine has seen would be set aside as a flood."""
    vault = _flooded(66, 0, hours=2)
    pin = vault.pin(5 + 65)
    vault.now -= 2 * HOUR_MS
    return broken(vault, "pin", 5 + 64, notices=[("flood", 5 + 64)], pin=pin)


@scenario
def flood_and_torn() -> Case:
    """A flood with an unfinished record behind it."""
    vault = _flooded(66, 0)
    vault.tail = b"\xa7TCD"
    return whole(vault, notices=[("flood", 5 + 64), ("torn", 5 + 66)])


@scenario
def excess_before_a_signed_record() -> Case:
    """A signed record covers more failures than may stand before it."""
    vault = _flooded(65, 0)
    me = small().acting(OWNER)
    vault.add(trail.listed(me, 1, 0), me)
    return broken(vault, "authority")


@scenario
def excess_before_a_signed_record_an_hour_later() -> Case:
    """As before, but an hour lies between the two signed records."""
    vault = _flooded(65, 0, hours=1)
    me = small().acting(OWNER)
    vault.add(trail.listed(me, 1, 0), me)
    return whole(vault)


@scenario
def excess_before_a_record_that_is_wrong_itself() -> Case:
    """A signed record that covers too many failures and is of an unknown action besides: the cap is looked at first."""
    vault = _flooded(65, 0)
    me = small().acting(OWNER)
    vault.add(replace(trail.listed(me, 1, 0), action=0x77), me)
    return broken(vault, "authority")


@scenario
def flood_of_records_that_are_wrong_themselves() -> Case:
    """What is set aside as a flood is no part of the vault: nothing is said of what else is wrong with it."""
    vault = _flooded(64, 0)
    for _ in range(3):
        vault.add_unsigned(replace(trail.unlock_failed(1), outcome=0))
    vault.now = vault.frames[4].header.time
    return whole(vault, notices=[("flood", 5 + 64)])


@scenario
def excess_of_records_that_are_wrong_themselves() -> Case:
    """Unsigned records count by their action, also those that are refused for another reason."""
    vault = _flooded(64, 0)
    seq = vault.add_unsigned(replace(trail.unlock_failed(1), outcome=0))
    me = small().acting(OWNER)
    vault.add(trail.listed(me, 1, 0), me)
    return broken(vault, "authority", seq, more=[("authority", seq + 1)])
