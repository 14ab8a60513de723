"""The audit trail: the verdict first, then everything that was done, newest first (F14). No passphrase is needed."""

from __future__ import annotations

from collections.abc import Iterator

from textual import on
from textual.widget import Widget

from core.audit import Trail, TrailRow
from core.session import Door, OpenVault, grouped
from tui import keymap, words
from tui.screens.page import Memento, Page
from tui.widgets.lines import Bar, Line, Sheet
from tui.widgets.rows import Listed, Rows


class NewestFirst:
    """A source over the trail, with the newest record in row 0."""

    def __init__(self, trail: Trail) -> None:
        self.trail = trail
        self._count = len(trail)

    def __len__(self) -> int:
        return self._count

    def sequence(self, row: int) -> int:
        """Return the record that stands in ROW, and the row that a record stands in."""
        return self._count - 1 - row

    def line(self, index: int, width: int) -> Line:
        """Return the line of the record in row INDEX."""
        return row_line(self.trail.row(self.sequence(index)), width)


class AuditPage(Page):
    """The trail of the open session, or of DOOR where nothing is unlocked; AT is where the cursor begins."""

    WHERE = "audit"
    PLACE = "audit"
    ABOUT = "Every act since the vault was made. Each record follows from the one before and is signed."
    BINDINGS = keymap.bindings("audit")

    def __init__(self, door: Door | None = None, at: int | None = None) -> None:
        super().__init__()
        self._door = door
        self._at = at

    def body(self) -> Iterator[Widget]:
        """Verdict, heads, list."""
        yield Sheet(id="verdict", focusable=False)
        yield Rows(id="damage")
        yield Bar(id="heads")
        yield Rows(id="focus")

    @property
    def records(self) -> Rows:
        """The list of records."""
        return self.query_one("#focus", Rows)

    def memento(self) -> Memento | None:
        """Come back to the same record."""
        return (AuditPage, {"at": self.here}) if self._door is None else None

    @property
    def vault(self) -> OpenVault | None:
        """The verified vault."""
        session = self.tacenda.session
        if session is not None:
            return session.vault
        return self._door.opened if self._door is not None else None

    @property
    def here(self) -> int:
        """The record that the cursor stands on, -1 if there is none."""
        rows = self.records
        return rows.source.sequence(rows.cursor) if isinstance(rows.source, NewestFirst) else -1

    def show_top(self) -> None:
        """Show the places, or that nothing is unlocked."""
        if self._door is None:
            super().show_top()
            return
        self.bar("top").show(
            (("[4 Audit]", "accent"), ("  no passphrase: notes and names stay closed", "muted")),
            self.place_of(self._door.path),
        )

    def fill(self) -> None:
        """Show verdict and list, with the cursor on the record where it was."""
        vault = self.vault
        if vault is None:
            return
        members = vault.ledger.state.members
        trail = Trail(vault.columns, lambda number: members[number].name if number in members else "")
        at = self.here if self.here >= 0 else self._at
        source = NewestFirst(trail)
        self.query_one("#verdict", Sheet).show(verdict_lines(vault))
        self._show_damage(vault)
        self.fill_anew()
        self.records.show(source, source.sequence(at) if at is not None and at >= 0 else None)
        self.show_keys()

    def _show_damage(self, vault: OpenVault) -> None:
        """Show a row of its own where entries are damaged: Enter on it lists them."""
        rows = self.query_one("#damage", Rows)
        found = vault.ledger.findings and not vault.ledger.broken
        rows.display = bool(found)
        count = words.plural(vault.ledger.walk.report.finding_count, "damaged entry stays closed",
                             "damaged entries stay closed")  # fmt: skip
        said = f" {count}; all else opens. Enter on this row lists them."
        rows.show(Listed([said] if found else [], lambda told, _: ((told, "caution"),)))

    def fill_anew(self) -> None:
        """Show the heads for this width."""
        narrow = self.app.size.width < 80
        heads = " Record When     Who        What" if narrow else (
            " Record When                Who         What                About       Result")  # fmt: skip
        self.query_one("#heads", Bar).show(((f" {heads}", "muted"),))

    @on(Rows.Edge)
    def _upwards(self) -> None:
        damage = self.query_one("#damage", Rows)
        if damage.display:
            self.set_focus(damage)

    @on(Rows.Below)
    def _downwards(self, message: Rows.Below) -> None:
        if message.rows is not self.records:
            self.set_focus(self.records)

    @on(Rows.Moved)
    def _moved(self) -> None:
        rows = self.records
        if len(rows.source):
            self.show_state(f"{rows.cursor + 1:,} of {len(rows.source):,}, newest first.")

    def hidden_keys(self) -> frozenset[str]:
        """Leave out the way to a finding where there is none."""
        vault = self.vault if self.is_mounted else None
        return frozenset() if vault is not None and vault.ledger.findings else frozenset({"finding"})

    def action_choose(self) -> None:
        """Show all about the record."""
        from tui.screens.trail.record import RecordView  # noqa: PLC0415

        if self.focused is self.query_one("#damage", Rows):
            self.action_finding()
        elif self.here >= 0:
            self.tacenda.show_page(RecordView(self._door, self.here))

    def go(self, sequence: int) -> None:
        """Put the cursor on a record."""
        rows = self.records
        if isinstance(rows.source, NewestFirst):
            rows.move_to(rows.source.sequence(sequence))

    def action_number(self) -> None:
        """Go to a record by its number."""
        from tui.screens.go_to import GoTo  # noqa: PLC0415

        def answered(number: str | None) -> None:
            if number is None:
                return
            if not number.isdigit() or int(number) >= len(self.records.source):
                self.say(f"There is no record {number}; the newest is {len(self.records.source) - 1:,}.")
            else:
                self.go(int(number))

        self.tacenda.show_page(GoTo(), answered)

    def action_failure(self) -> None:
        """Go to the next failed act, further back; after the oldest, to the newest."""
        rows = self.records
        if not isinstance(rows.source, NewestFirst):
            return
        from core.audit import Filter  # noqa: PLC0415

        failures = rows.source.trail.find(Filter(failed=True))
        if not failures:
            self.say("No act in this vault has failed.")
            return
        earlier = [sequence for sequence in failures if sequence < self.here]
        self.go(earlier[-1] if earlier else failures[-1])

    def action_finding(self) -> None:
        """Show what is broken, or which entries are damaged."""
        from tui.screens.broken import Broken  # noqa: PLC0415
        from tui.screens.damaged import Damaged  # noqa: PLC0415

        vault = self.vault
        if vault is None or self.hidden_keys():
            return
        if not vault.ledger.broken:
            self.tacenda.show_page(Damaged(vault))
        elif self._door is not None:
            self.tacenda.show_page(Broken(self._door))


def verdict_lines(vault: OpenVault) -> list[Line]:
    """Return the verdict: whole or broken, what this machine remembers, what nobody proved."""
    ledger = vault.ledger
    members = len(ledger.state.active_members())
    facts = f"{words.plural(ledger.count, 'record')} checked, {words.plural(members, 'member')}, head "
    head = grouped(ledger.head)
    if ledger.findings:
        first = ledger.findings[0]
        found = words.plural(ledger.walk.report.finding_count, "finding")
        verdict = (" ✗ BROKEN", "danger") if ledger.broken else (" ! DAMAGED", "caution")
        lines: list[Line] = [(verdict,
                              (f"  at record {first.seq:,}, {found}, first of kind {first.kind}", "text"))]  # fmt: skip
    else:
        lines = [((" ✓ WHOLE", "good"), (f"  {facts}{head}", "text"))]
    seen = vault.seen_before
    if seen is not None and seen.vault_id == ledger.state.vault_id:
        new = max(0, ledger.count - seen.sequence - 1)
        lines.append(((f"   Agrees with what this machine saw, {new:,} new since", "muted"),))
    else:
        lines.append((("   Not seen on this machine before", "muted"),))
    unproven = ledger.walk.replay.unattested
    if unproven:
        lines.append(((
            f" ! Unproven: {words.plural(unproven, 'failed unlock')} (nobody was identified, so nobody signed)",
            "caution"),))  # fmt: skip
    return [*lines, ()]


def row_line(row: TrailRow, width: int) -> Line:
    """Return one line of the trail."""
    role = "danger" if row.failed else "text" if row.signed else "caution"
    number = f"{row.seq:>7,} "
    if width < 79:
        return (
            (number, "muted"), (words.fit(words.clock(row.time), 9), "muted"), (words.fit(row.member, 11), "text"),
            (words.fit(row.what, 22), role), ("✗" if row.failed else "✓", role),
        )  # fmt: skip
    return (
        (number, "muted"), (words.fit(words.second(row.time), 20), "muted"), (words.fit(row.member, 12), "text"),
        (words.fit(row.what, 20), role), (words.fit(row.about or "-", 12), "muted"), (row.outcome, role),
    )  # fmt: skip
