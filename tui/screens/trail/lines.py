"""What the list of the trail is drawn from: the verdict, rows, and how far a check is."""

from __future__ import annotations

from core.audit import Run, Shown, Trail, TrailRow
from core.session import Checking, OpenVault, grouped
from tui import keymap, words
from tui.screens.beside import ROOMY
from tui.widgets.lines import Line

_COLUMNS = (("When", 20), ("Who", 12), ("What", 21), ("About", 12), ("Result", 0))
_ROOMY_COLUMNS = (("When", 20), ("Who", 25), ("What", 36), ("About", 14), ("Result", 0))
_NARROW_HEADS = "  Record When     Who        What"


def heads(width: int) -> str:
    """Return the heads over rows of WIDTH."""
    if width < 79:
        return _NARROW_HEADS
    return "  Record " + "".join(words.fit(name, size) if size else name for name, size in _columns(width))


def _columns(width: int) -> tuple[tuple[str, int], ...]:
    return _ROOMY_COLUMNS if width >= ROOMY else _COLUMNS


class NewestFirst:
    """A source over the rows of SHOWN, with the newest record in row 0."""

    def __init__(self, trail: Trail, shown: Shown) -> None:
        self.trail = trail
        self.shown = shown

    def __len__(self) -> int:
        return len(self.shown)

    def run(self, row: int) -> Run:
        """Return what stands in ROW."""
        return self.shown.at(len(self.shown) - 1 - row)

    def sequence(self, row: int) -> int:
        """Return the newest record that stands in ROW."""
        return self.run(row).last

    def row(self, sequence: int) -> int:
        """Return the row of record SEQUENCE, or of the nearest that is shown."""
        return max(0, len(self.shown) - 1 - self.shown.row_of(sequence))

    def line(self, index: int, width: int) -> Line:
        """Return the line of ROW."""
        run = self.run(index)
        return row_line(self.trail.row(run.last), width, run.count)


class Unverified:
    """A source over the newest records of a file that is still being checked; FIRST is the number of the oldest."""

    def __init__(self, trail: Trail, first: int) -> None:
        self.trail = trail
        self._first = first

    def __len__(self) -> int:
        return len(self.trail)

    def line(self, index: int, width: int) -> Line:
        """Return the line of row INDEX; who did it is known only once the members are."""
        row = self.trail.row(len(self.trail) - 1 - index)
        number = self._first + row.seq
        return row_line(
            TrailRow(number, row.time, row.member, row.what, row.about, row.outcome, row.failed, row.signed), width
        )  # fmt: skip


def row_line(row: TrailRow, width: int, count: int = 1) -> Line:
    """Return one line of the trail; COUNT records are folded into it."""
    role = "danger" if row.failed else "text" if row.signed else "caution"
    number = f"{row.seq:>7,} "
    what = f"{row.what} x{count:,}" if count > 1 else row.what
    if width < 79:
        return (
            (number, "muted"), (words.fit(words.clock(row.time), 9), "muted"), (words.fit(row.member, 11), "text"),
            (words.fit(what, max(10, width - 30)), role), ("✗" if row.failed else "✓", role),
        )  # fmt: skip
    when, who, did, about = (size for _, size in _columns(width)[:4])
    return (
        (number, "muted"), (words.fit(words.second(row.time), when), "muted"), (words.fit(row.member, who), "text"),
        (words.fit(what, did), role), (words.fit(row.about or "-", about), "muted"), (row.outcome, role),
    )  # fmt: skip


def checking_lines(checking: Checking, seconds: float, width: int) -> list[Line]:
    """Return how far the check is, how fast, and when it ends; SECONDS since it was first looked at."""
    part = 100 * checking.done // checking.all if checking.all else 0
    lines: list[Line] = [((f" So far whole, {part} %", "text"), ("  every record is being checked", "muted"))]
    if checking.done and seconds >= 1:
        rate = checking.done / seconds
        left = max(1, round((checking.all - checking.done) / rate))
        lines.append(((f"   {rate / 1e6:,.0f} MB/s, about {left:,} s more", "muted"),))
    else:
        lines.append((("   ", "muted"),))
    said = "   Not verified yet: the newest rows, as they stand in the file"
    return [*lines, ((words.fit(said, min(width - 1, len(said))), "caution"),), ()]


def verdict_lines(vault: OpenVault, checkpoint: int = 0, unanswered: int = 0, width: int = 80) -> list[Line]:
    """Return the verdict: whole or broken, what this machine remembers, what nobody proved.

    CHECKPOINT is when the last one was made (UTC ms, 0: never), UNANSWERED how many alerts wait for an answer.
    """
    ledger = vault.ledger
    members = len(ledger.state.active_members())
    facts = f"{words.plural(ledger.count, 'record')} checked, {words.plural(members, 'member')}, "
    keys = f"key set {ledger.state.epoch}, " if ledger.state.epoch else ""
    head = f"head {grouped(ledger.head)}"
    if ledger.findings:
        first = ledger.findings[0]
        found = words.plural(ledger.walk.report.finding_count, "finding")
        verdict = (" ✗ BROKEN", "danger") if ledger.broken else (" ! DAMAGED", "caution")
        lines: list[Line] = [(verdict,
                              (f"  at record {first.seq:,}, {found}, first of kind {first.kind}", "text"))]  # fmt: skip
    else:
        lines = [((" ✓ WHOLE", "good"), (f"  {facts}{keys}{head}", "text"))]
        if width < 80:
            lines = [((" ✓ WHOLE", "good"), (f"  {facts}".rstrip(", "), "text")), ((f"   {keys}{head}", "text"),)]
    wide = width >= 80
    made = f"Checkpoint of {words.second(checkpoint)[:10]}" if checkpoint else "No checkpoint yet"
    seen = vault.seen_before
    if seen is not None and seen.vault_id == ledger.state.vault_id:
        new = max(0, ledger.count - seen.sequence - 1)
        when = f" here {words.second(vault.seen_at)[:10]}" if wide and vault.seen_at else ""
        made = made.replace(" of ", " ") if when else made
        lines.append(((f"   Agrees with what was seen{when}, {new:,} new. {made}", "muted"),))
    else:
        lines.append(((f"   Not seen {'on this machine before' if wide else 'here before'}. {made}", "muted"),))
    unproven = ledger.walk.replay.unattested
    if unproven:
        why = " (nobody was identified, so nobody signed)" if wide else ": nobody signed them"
        lines.append(((
            f" ! Unproven: {words.plural(unproven, 'failed unlock')}" + why, "caution"),))  # fmt: skip
    if unanswered:
        key = keymap.key_of("alerts", "audit")
        lines.append(((f" ! {words.plural(unanswered, 'alert')} not answered: {key} lists them", "caution"),))
    return [*lines, ()]
