"""What the door says: facts without a key, how far the check is, why it is locked."""

from __future__ import annotations

from core.session import Checking, DoorFacts
from tui import words
from tui.draft import Rescue
from tui.widgets.lines import Line
from vault_format import machine
from vault_format.codes import LockReason

_BAR = 30
_LOCKED = {
    LockReason.PERSON: "Locked at {at} by you.",
    LockReason.IDLE: "Locked at {at}, because no key was pressed for a while.",
    LockReason.HANGUP: "The line dropped at {at}; it was locked then.",
    LockReason.SUSPEND: "Locked at {at}, when it was suspended.",
    LockReason.KEYS_REPLACED: "Locked at {at}: your keys were replaced in another session.",
    LockReason.SYSTEM: "Locked at {at} by the system.",
}
MAX_FAILED = 3


def labelled(label: str, parts: Line, width: int, *, mark: str = " ") -> list[Line]:
    """Return a label with what belongs to it: beside it, or under it where the page is narrow."""
    head = (f" {mark} {label}", "caution" if mark != " " else "muted")
    if width < 80:
        return [(head,), (("     ", "text"), *parts)]
    return [((words.fit(head[0], 16), head[1]), *parts)]


def fact_lines(facts: DoorFacts | None, checking: Checking, width: int) -> list[Line]:
    """Return the facts, or what stands in their place while they are being checked."""
    lines: list[Line] = [((" Known without a passphrase", "accent"),)]
    if facts is not None:
        known = ("   the same vault as last time here ✓", "good") if facts.known_here else (
            "   not seen on this machine before", "caution")  # fmt: skip
        lines += labelled("Vault", ((facts.vault_id, "text"), known), width)
        lines += labelled("Practice", ((facts.practice, "text"),), width)
        lines += _last_use(facts, width)
        lines += labelled("Records", _records(facts), width)
        lines += _failed(facts, width)
        if facts.torn:
            said = "The last record was cut short; it is set aside at the next unlock. Nothing saved is lost."
            lines += labelled("End", ((said, "caution"),), width, mark="!")
    return [*lines, (), *checking_lines(checking, facts, width)]


def _records(facts: DoorFacts) -> Line:
    if not facts.known_here:
        return ((f"{facts.records:,}", "text"),)
    new = f"{facts.new_here:,} new" if facts.new_here else "nothing new"
    return (
        (f"{facts.records:,}; this machine had seen {facts.seen_here:,}: none missing, {new} ", "text"),
        ("✓", "good"),
    )


def _last_use(facts: DoorFacts, width: int) -> list[Line]:
    last = facts.last_use
    if last is None:
        return labelled("Last use", (("never opened", "text"),), width)
    end = "locked at the end" if last.locked else "not locked at the end, or still open"
    role = "text" if last.locked else "caution"
    return labelled("Last use", ((f"{last.member}, {words.minute(last.time)}, ", "text"), (end, role)), width)


def _failed(facts: DoorFacts, width: int) -> list[Line]:
    times = facts.failed_unlocks
    if not times:
        return []
    told = ", ".join(words.minute(time) for time in times[-MAX_FAILED:])
    more = " last " if len(times) > MAX_FAILED else " "
    said = f"{words.plural(len(times), 'failed unlock')} since then:{more}{told}"
    return labelled("Failed", ((said, "caution"),), width, mark="!")


def checking_lines(checking: Checking, facts: DoorFacts | None, width: int) -> list[Line]:
    """Return the bar, and what has been checked."""
    share = 1.0 if checking.finished else checking.done / checking.all if checking.all else 0.0
    full = int(_BAR * share)
    bar: Line = (("█" * full, "good"), ("░" * (_BAR - full), "muted"))
    if not checking.finished:
        return labelled("Checking", (*bar, (f"  {share:.0%}", "text")), width)
    if facts is None:
        return labelled("Checked", bar, width)
    what = ("order, authority, ciphertext and signatures of every record", "muted")
    said = ((f"  {words.plural(facts.records, 'record')} ", "text"), ("✓ whole", "good"))
    return [*labelled("Checked", (*bar, *said), width), *labelled("", (what,), width)]


def locked_lines(reason: LockReason, rescue: Rescue) -> list[Line]:
    """Return why it is locked, when, and what became of the text."""
    said = _LOCKED.get(reason, "Locked at {at}.").format(at=words.clock(machine.now_ms())[:5])
    lines: list[Line] = [((f"   {said}", "text"),), ()]
    if rescue.words:
        lines.append(((f" {'!' if rescue.lost else ' '} {rescue.words}", "danger" if rescue.lost else "text"),))
        if not rescue.lost:
            lines.append((("   When you unlock you are back in it, with the cursor where it was.", "muted"),))
        lines.append(())
    return lines
