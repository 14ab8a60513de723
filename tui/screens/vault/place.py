"""Vault (F17): one line of state for each thing, and the way to its page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from textual.widget import Widget

from core.recovery.status import RecoveryStatus, recovery_status
from core.session import Session
from core.upkeep import KeyStatus, key_status
from core.upkeep.copies.backup import Copy, known_copies
from core.upkeep.policy import told
from tui import words
from tui.keys import keymap
from tui.screens.page import Memento, Page
from tui.screens.vault.charts.dropping import ask_to_compact, drop_words
from tui.screens.vault.charts.retention import look as look_at_charts
from tui.screens.vault.charts.retention import told as told_of_charts
from tui.screens.vault.looking import LookingPage
from tui.screens.vault.parts import amount, day
from tui.widgets.lines import Line, Sheet
from tui.widgets.rows import Listed, Rows
from vault_format.codes import Action, Role

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Seen:
    """What was looked at, in one go: the keys, copies, recovery, the last checkpoint and passphrase change (UTC ms)."""

    keys: KeyStatus
    copies: tuple[Copy, ...]
    recovery: RecoveryStatus
    checkpoint: int
    changed: int
    size: int
    records: int
    members: int
    entries: int
    kept: str


@dataclass(frozen=True, slots=True)
class Thing:
    """A row: its name, its state, what Enter does; a mark where it needs a person."""

    name: str
    state: str
    act: str
    do: Callable[[], None]
    mark: str = " "


def look(session: Session) -> Seen:
    """Look at the whole vault. Nothing is opened."""
    recovery = recovery_status(session)
    kept = told_of_charts(look_at_charts(session)) if session.role is not Role.AUDITOR else ""
    with session.at_desk() as desk:
        columns, who = desk.vault.columns, desk.who
        shapes = dict(enumerate(columns.shapes))
        checkpoints = [
            time for code, time in zip(columns.codes, columns.times, strict=False)
            if shapes[code].action == Action.CHECKPOINT
        ]  # fmt: skip
        # the record of the slot: a recovery and a change of keys set a passphrase, too
        return Seen(
            key_status(desk), tuple(known_copies(desk)), recovery, checkpoints[-1] if checkpoints else 0,
            columns.times[who.slot_seq],
            Path(session.path).stat().st_size, desk.vault.ledger.count, len(desk.state.active_members()),
            sum(desk.catalog.counts()), kept,
        )  # fmt: skip


class VaultPlace(LookingPage[Seen]):
    """The fifth place."""

    WHERE = "vault"
    ABOUT = "Keys, members, recovery, policy, copies. Nothing happens before a page has said what it does."
    BINDINGS = keymap.bindings("vault")

    def body(self) -> Iterator[Widget]:
        """A line over the list."""
        yield Sheet(id="lead", focusable=False)
        yield Rows(id="focus")

    def memento(self) -> Memento:
        """Come back to the place."""
        return VaultPlace, {}

    def look(self, session: Session) -> Seen:
        """Look at each thing."""
        return look(session)

    def fill_anew(self) -> None:
        """Show what was seen, for this width."""
        seen, session = self.seen, self.tacenda.session
        if seen is None or session is None:
            return
        notes = f"{words.plural(seen.entries, 'note')}   " if session.role is not Role.AUDITOR else ""
        told = f" {Path(session.path).name}   {amount(seen.size)}   {seen.records:,} records   {notes}"
        self.bar("where").show(((told + words.plural(seen.members, "member"), "muted"),))
        self.query_one("#lead", Sheet).show([()])
        self.query_one("#focus", Rows).show(Listed(self._things(seen, session), _line))
        self.show_state("Nothing here happens before a page has said what it does.")

    def _things(self, seen: Seen, session: Session) -> list[Thing]:
        keys, work = seen.keys, self.tacenda.keywork
        current = keys.epochs[-1]
        due = f"overdue since {day(keys.due)}" if keys.days < 0 else f"new ones on {day(keys.due)}"
        if keys.asked is not None:
            due = f"new ones asked for by {keys.asked.member}"
        if work.running:
            due = "a rotation goes on"
        elif keys.at_work:
            due = f"{keys.to_move:,} texts to move"
        behind = f"; behind: {', '.join(each.name for each in keys.behind)}" if keys.behind else ""
        policy = session.policy
        mark, recovery = recovery_words(seen.recovery, self.tacenda.now())
        copies, tried = seen.copies, any(copy.worked for copy in seen.copies)
        known = "none known: one disk that fails takes all"
        if copies:
            known = f"{len(copies)} known, newest {day(copies[0].time)}"
            oldest = min(copies, key=lambda copy: copy.epoch)
            known += f"; oldest opens with set {oldest.epoch}" if tried else "; none was ever tried"
        hours = f"{told('hours_from', policy.hours_from)}-{told('hours_to', policy.hours_to)}"
        rows = [
            Thing("Keys", f"set {current.number}, {words.plural(current.days, 'day')} old, {due}", "look, rotate",
                  self._go("keys"), "!" if keys.overdue else " "),
            Thing("Members", f"{seen.members}{behind}", "look, admit", self._go("members")),
            Thing("Recovery", recovery, "look, rehearse", self._go("recovery"), mark),
            Thing("Policy", f"locks at {policy.idle_minutes} min, keys {policy.rotation_days} days, {hours}",
                  "look, change", self._go("policy")),
            Thing("My account", f"passphrase since {day(seen.changed)}", "change it", self._go("passphrase")),
            Thing("Checkpoint", f"last {day(seen.checkpoint)}" if seen.checkpoint else
                  "none yet: one file cannot prove its own end", "look, make", self._checkpoint),
            Thing("Compact", drop_words(keys.drop, session.role), "look", self._compact),
            Thing("Copies", known, "look, make", self._go("copies"), " " if tried else "!"),
        ]  # fmt: skip
        if session.role in (Role.OWNER, Role.CLINICIAN):
            rows.insert(5, Thing("Import", "Markdown, text, CSV, JSON", "begin", self._go("import")))
        if seen.kept:
            # an auditor is shown no clients
            rows.insert(-2, Thing("Retention", seen.kept, "look, hold", self._go("retention")))
        return rows

    def _go(self, name: str) -> Callable[[], None]:
        return partial(self._open, name)

    def _open(self, name: str) -> None:
        from tui.screens.exchange.bring_in import BringIn  # noqa: PLC0415
        from tui.screens.recovery.page import RecoveryPage  # noqa: PLC0415
        from tui.screens.vault.charts.retention import RetentionPage  # noqa: PLC0415
        from tui.screens.vault.copies import CopiesPage  # noqa: PLC0415
        from tui.screens.vault.keys.keys import KeysPage  # noqa: PLC0415
        from tui.screens.vault.keys.passphrase import PassphrasePage  # noqa: PLC0415
        from tui.screens.vault.members.members import MembersPage  # noqa: PLC0415
        from tui.screens.vault.policy import PolicyPage  # noqa: PLC0415

        pages: dict[str, type[Page]] = {
            "keys": KeysPage, "members": MembersPage, "policy": PolicyPage, "passphrase": PassphrasePage,
            "copies": CopiesPage, "import": BringIn, "recovery": RecoveryPage, "retention": RetentionPage,
        }  # fmt: skip
        self.tacenda.show_page(pages[name]())

    def _compact(self) -> None:
        ask_to_compact(self)

    def _checkpoint(self) -> None:
        from tui.screens.trail.checkpoint import CheckpointPage  # noqa: PLC0415

        self.tacenda.show_page(CheckpointPage())

    def action_choose(self) -> None:
        """Do what the row says."""
        rows = self.query_one("#focus", Rows)
        if isinstance(rows.source, Listed) and len(rows.source):
            item = rows.source.items[rows.cursor]
            if isinstance(item, Thing):
                item.do()


def _line(thing: Thing, width: int) -> Line:
    mark = (f"{thing.mark} ", "caution" if thing.mark == "!" else "text")
    if width < 79:
        return (mark, (f"{thing.name:<12}", "text"), (words.fit(thing.state, width - 15), "muted"))
    state = words.fit(thing.state, width - 31) + "  "
    return (mark, (f"{thing.name:<13}", "text"), (state, "muted"), (thing.act, "text"))


def recovery_words(status: RecoveryStatus, now: int) -> tuple[str, str]:
    """Return a mark, and the state of recovery in one line; NOW in UTC ms."""
    kit, custodians = status.kit, status.custodians
    if kit is None and custodians is None:
        return "!", "none: a forgotten passphrase loses every note"
    told, mark = [], " "
    if kit is None:
        told.append("no kit")
    elif kit.exposed:
        told.append("kit exposed, make a new one")
        mark = "!"
    elif not kit.drilled:
        told.append("kit ✓, never drilled")
        mark = "!" if kit.drill_due and kit.drill_due < now else " "
    else:
        told.append(f"kit ✓, drill {(now - kit.drilled) // _DAY_MS} days old")
        mark = "!" if not kit.matched or kit.drill_due < now else " "
    if custodians is not None:
        accepted = "" if custodians.accepted else ", not accepted by you"
        told.append(f"custodians {custodians.threshold} of {len(custodians.names)}{accepted}")
    return mark, "; ".join(told)
