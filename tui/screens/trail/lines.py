"""What the list of the trail is drawn from: the verdict, rows, and how far a check is."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len

from core.audit.shown import Run, Shown
from core.audit.surveyed import Surveyed
from core.audit.trail import Trail, TrailRow
from core.session import Checking, OpenVault, grouped
from tui import words
from tui.keys import keymap
from tui.screens.beside import ROOMY
from tui.widgets.columns import Column, widen
from tui.widgets.lines import Line, width_of

_COLUMNS = (("When", 20), ("Who", 12), ("What", 21), ("About", 12), ("Result", 0))
_ROOMY_COLUMNS = (("When", 20), ("Who", 25), ("What", 36), ("About", 14), ("Result", 0))
_NARROW_COLUMNS = (("When", 12), ("Who", 11), ("What", 0))
_NORMAL = 79
_LONGEST_NAME = 21
"""No name takes more of a list that is not wide, nor more than leaves room for the commonest acts."""
_LEAST_WHAT = 18


class Needs(NamedTuple):
    """How many cells a trail's longest record number, name and words for what was done take, with a blank each."""

    number: int = 8
    name: int = 0
    what: int = 0


_FEW = Needs()


def needs_of(trail: Trail, newest: int) -> Needs:
    """Return what TRAIL needs, the NEWEST of whose records has that number."""
    names, acts = trail.texts()
    number = max(_FEW.number, len(f"{newest:,}") + 1)
    return Needs(number, max(map(cell_len, names)) + 1, max(map(len, acts), default=0) + 1)


def heads(width: int, needs: Needs = _FEW) -> str:
    """Return the heads over rows of WIDTH."""
    names = (words.fit(name, size) if size else name for name, size in _columns(width, needs))
    return f" {'Record':>{needs.number - 1}} {''.join(names)}"


def _columns(width: int, needs: Needs) -> list[Column]:
    """Return heads and sizes of the columns behind the record's number; the last has what is left."""
    wider = needs.number - _FEW.number
    if width >= ROOMY:
        return [(name, size - wider * (name == "What")) for name, size in _ROOMY_COLUMNS]
    floors, name = {"What": min(needs.what, _LEAST_WHAT)}, min(needs.name, _LONGEST_NAME)
    if width < _NORMAL:
        when, who, _ = _NARROW_COLUMNS
        rest = max(10, width - needs.number - when[1] - who[1] - 1)
        return [when, *widen((who, ("What", rest)), name, floors)]
    when, who, (did, size), *rest_of = _COLUMNS
    return [when, *widen((who, (did, size + width - _NORMAL - wider), *rest_of), name, floors)]


class NewestFirst:
    """A source over the rows of SHOWN, with the newest record in row 0."""

    def __init__(self, trail: Trail, shown: Shown) -> None:
        self.trail = trail
        self.shown = shown
        self.needs = needs_of(trail, max(0, len(trail) - 1))

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
        return row_line(self.trail.row(run.last), width, run.count, self.needs)


class Unverified:
    """A source over the newest records of a file that is still being checked; FIRST is the number of the oldest."""

    def __init__(self, trail: Trail, first: int) -> None:
        self.trail = trail
        self._first = first
        self.needs = needs_of(trail, first + len(trail))

    def __len__(self) -> int:
        return len(self.trail)

    def line(self, index: int, width: int) -> Line:
        """Return the line of row INDEX; who did it is known only once the members are."""
        row = self.trail.row(len(self.trail) - 1 - index)
        number = self._first + row.seq
        return row_line(
            TrailRow(number, row.time, row.member, row.what, row.about, row.outcome, row.failed, row.signed), width,
            needs=self.needs,
        )  # fmt: skip


def alike_words(found: Surveyed | None) -> str:
    """Return that several ids begin as it was typed: what was FOUND is then of more than one."""
    named = zip(found.alike if found is not None else (), ("clients", "notes"), strict=False)
    several = [f"{count:,} {things}" for count, things in named if count > 1]
    return f" ({' and '.join(several)} begin so)" if several else ""


def row_line(row: TrailRow, width: int, count: int = 1, needs: Needs = _FEW) -> Line:
    """Return one line of the trail; COUNT records are folded into it."""
    role = "danger" if row.failed else "text" if row.signed else "caution"
    number = (f"{row.seq:>{needs.number - 1},} ", "muted")
    what = f"{row.what} x{count:,}" if count > 1 else row.what
    sizes = [size for _, size in _columns(width, needs)]
    if width < _NORMAL:
        when, who, did = sizes
        return (
            number, (words.fit(words.second(row.time)[5:16], when), "muted"), (_whole(row.member, who), "text"),
            (words.fit(what, did), role), ("✗" if row.failed else "✓", role),
        )  # fmt: skip
    when, who, did, about, _ = sizes
    return (
        number, (words.fit(words.second(row.time), when), "muted"), (_whole(row.member, who), "text"),
        (words.fit(what, did), role), (words.fit(row.about or "-", about), "muted"), (row.outcome, role),
    )  # fmt: skip


def _whole(text: str, width: int) -> str:
    """Return TEXT in WIDTH cells, a blank behind it also where it was cut."""
    return words.fit(text, width - 1) + " "


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


def verdict_lines(vault: OpenVault, checkpoint: int | None = 0, unanswered: int = 0, width: int = 80) -> list[Line]:
    """Return the verdict: whole or broken, what this machine remembers, what nobody proved.

    CHECKPOINT is when the last one was made (UTC ms, 0: never, None: not known yet), UNANSWERED how many alerts wait.
    """
    ledger = vault.ledger
    members = len(ledger.state.active_members())
    facts = f"{words.plural(ledger.count, 'record')} checked, {words.plural(members, 'member')}"
    keys = f"key set {ledger.state.epoch}, " if ledger.state.epoch else ""
    head = f"{keys}head {grouped(ledger.head)}"
    if ledger.findings:
        first = ledger.findings[0]
        found = words.plural(ledger.walk.report.finding_count, "finding")
        verdict = (" ✗ BROKEN", "danger") if ledger.broken else (" ! DAMAGED", "caution")
        lines: list[Line] = [(verdict,
                              (f"  at record {first.seq:,}, {found}, first of kind {first.kind}", "text"))]  # fmt: skip
    else:
        lines = [((" ✓ WHOLE", "good"), (f"  {facts}, {head}", "text"))]
        if width_of(lines[0]) > width:
            lines = [((" ✓ WHOLE", "good"), (f"  {facts}", "text")), ((f"   {head}", "text"),)]
    made = "" if checkpoint is None else "No checkpoint yet"
    if checkpoint:
        made = f"Checkpoint {words.second(checkpoint)[:10]}"
    lines += _seen_lines(vault, made, width)
    unproven = ledger.walk.replay.unattested
    if unproven:
        why = " (nobody was identified, so nobody signed)" if width >= 80 else ": nobody signed them"
        lines.append(((
            f" ! Unproven: {words.plural(unproven, 'failed unlock')}" + why, "caution"),))  # fmt: skip
    if unanswered:
        key = keymap.key_of("alerts", "audit")
        lines.append(((f" ! {words.plural(unanswered, 'alert')} not answered: {key} lists them", "caution"),))
    return [*lines, ()]


def _seen_lines(vault: OpenVault, made: str, width: int) -> list[Line]:
    """Return what this machine remembers, and which checkpoint was MADE, in as many rows of WIDTH as it takes."""
    seen, ledger = vault.seen_before, vault.ledger
    wide = width >= 80
    told = f"Not seen {'on this machine before' if wide else 'here before'}."
    if seen is not None and seen.vault_id == ledger.state.vault_id:
        new = max(0, ledger.count - seen.sequence - 1)
        when = f" here {words.second(vault.seen_at)[:10]}" if wide and vault.seen_at else ""
        told = f"Agrees with what was seen{when}, {new:,} new."
    if not made or len(told) + len(made) + 4 <= width:
        return [((f"   {told} {made}".rstrip(), "muted"),)]
    return [((f"   {told}", "muted"),), ((f"   {made}", "muted"),)]
