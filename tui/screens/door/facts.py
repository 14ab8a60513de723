"""What the door says: facts without a key, how far the check is, why it is locked."""

from __future__ import annotations

from rich.cells import cell_len

from core.session import Checking, DoorFacts
from tui import words
from tui.drafts.draft import Rescue
from tui.widgets.lines import Line, Piece
from vault_format import machine
from vault_format.codes import LockReason

_BAR = 30
_NARROW_BAR = 10
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
    """Return a label with what belongs to it beside it, on as many rows as it needs."""
    indent = 16 if width >= 80 else 13
    head = (words.fit(f" {mark} {label}", indent), "caution" if mark != " " else "muted")
    rows: list[list[Piece]] = [[head]]
    room = width - indent
    for text, role in parts:
        if cell_len(text) <= room:
            rows[-1].append((text, role))
            room -= cell_len(text)
            continue
        first, *others = words.wrap(text.strip(), room - 1 if room >= 12 else width - indent - 1)
        if room < 12 and len(rows[-1]) > 1:
            rows.append([(" " * indent, "text")])
        apart = " " if len(rows[-1]) > 1 and not rows[-1][-1][0].endswith(" ") else ""
        rows[-1].append((apart + first, role))
        # what is longer than the rest of its row goes on below
        joined = " ".join(others)
        below = words.wrap(joined, width - indent - 1) if joined else ()
        rows += [[(" " * indent, "text"), (row, role)] for row in below]
        room = width - indent - cell_len(rows[-1][-1][0])
    return list(rows)


def fact_lines(facts: DoorFacts | None, checking: Checking, width: int) -> list[Line]:
    """Return the facts, or what stands in their place while they are being checked."""
    lines: list[Line] = [((" Known without a passphrase", "accent"),)]
    if facts is not None:
        known = ("   the same vault as last time here ✓", "good") if facts.known_here else (
            "   not seen on this machine before", "caution")  # fmt: skip
        lines += labelled("Vault", ((facts.vault_id, "text"), known), width)
        if width >= 80:
            lines += labelled("Practice", ((facts.practice, "text"),), width)
        lines += _last_use(facts, width)
        lines += labelled("Records", _records(facts), width)
        lines += _failed(facts, width)
        if facts.findings:
            damaged = words.plural(len(facts.findings), "damaged entry stays closed", "damaged entries stay closed")
            lines += labelled("Damage", ((damaged + "; all else opens", "caution"),), width, mark="!")
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
    size = _BAR if width >= 80 else _NARROW_BAR
    full = int(size * share)
    bar: Line = (("█" * full, "good"), ("░" * (size - full), "muted"))
    if not checking.finished:
        return labelled("Checking", (*bar, (f"  {share:.0%}", "text")), width)
    if facts is None:
        return labelled("Checked", bar, width)
    what = ("order, authority, ciphertext and signatures of every record", "muted")
    verdict = ("! damaged", "caution") if facts.findings else ("✓ whole", "good")
    said = ((f"  {words.plural(facts.records, 'record')} ", "text"), verdict)
    return [*labelled("Checked", (*bar, *said), width), *(labelled("", (what,), width) if width >= 80 else [])]


def locked_lines(reason: LockReason, rescue: Rescue, width: int) -> list[Line]:
    """Return why it is locked, when, what became of the text, and whether the lock is recorded."""
    said = _LOCKED.get(reason, "Locked at {at}.").format(at=words.clock(machine.now_ms())[:5])
    lines: list[Line] = [((f"   {said}", "text"),), ()]
    if rescue.words:
        lines += _told(rescue.words, "!" if rescue.lost else " ", "danger" if rescue.lost else "text", width)
        if not rescue.lost:
            lines.append((("   When you unlock you are back in it, with the cursor where it was.", "muted"),))
        lines.append(())
    if rescue.unrecorded:
        said = f"The lock could not be recorded: {rescue.unrecorded} It is locked all the same: the keys are gone."
        lines += [*_told(said, "!", "caution", width), ()]
    return lines


def _told(sentence: str, mark: str, role: str, width: int) -> list[Line]:
    rows = words.wrap(sentence, width - 4)
    return [((f" {' ' if number else mark} {row}", role),) for number, row in enumerate(rows)]
