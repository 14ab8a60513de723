"""The state of recovery: kit, drill, custodians, and what happens if this or that is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from textual.widget import Widget

from core.recovery.status import RecoveryStatus, recovery_status
from core.session import Session
from tui import words
from tui.keys import keymap
from tui.screens.page import Memento, Page
from tui.widgets.lines import Line, Rule, Sheet
from tui.widgets.rows import Listed, Rows
from vault_format import machine
from vault_format.codes import Role


@dataclass(frozen=True, slots=True)
class Way:
    """Something to do here: what it is called, what it means, and the doing."""

    name: str
    what: str
    do: Callable[[], None]


class RecoveryPage(Page):
    """How one gets back in, and whether that was rehearsed. TOLD stands above: what follows a recovery."""

    WHERE = "recovery"
    PLACE = "vault"
    ABOUT = "What happens if you lose this or that, from this vault's actual state. Red where there is no way back."
    BINDINGS = keymap.bindings("recovery")

    def __init__(self, told: str = "") -> None:
        super().__init__()
        self._told = told

    def body(self) -> Iterator[Widget]:
        """The state, what can be done, the table of losses."""
        yield Sheet(id="state", focusable=False)
        yield Rows(id="focus")
        yield Rule(id="losses-rule")
        yield Sheet(id="losses")

    def memento(self) -> Memento:
        """Come back here."""
        return RecoveryPage, {}

    def fill(self) -> None:
        """Look it up."""
        session = self.tacenda.session
        if session is not None:
            self.bar("where").show(((" Recovery: how you get back in", "accent"),))
            self.work(partial(recovery_status, session), self._show)

    def _show(self, status: RecoveryStatus) -> None:
        session = self.tacenda.session
        if session is None:
            return
        told: list[Line] = [((f" {row}", "good"),) for row in words.wrap(self._told, self.app.size.width - 2) if row]
        self.query_one("#state", Sheet).show([*told, *_kit_lines(status), *_custodian_lines(status), ()])
        self.query_one(Rows).show(Listed(self._ways(status, session), _line))
        self.query_one("#losses-rule", Rule).show_words("if you lose")
        self.query_one("#losses", Sheet).show(self._losses(status))
        hopeless = sum(not row.back for row in status.losses)
        if hopeless:
            self.show_state(f"✗ {words.plural(hopeless, 'loss', 'losses')} without a way back.", "danger")
        else:
            self.show_state("✓ There is a way back from every loss in the table.", "good")

    def _losses(self, status: RecoveryStatus) -> list[Line]:
        width = min(self.app.size.width, 100)
        lines: list[Line] = []
        for row in status.losses:
            mark: tuple[str, str] = (" ✓ ", "good") if row.back else (" ✗ ", "danger")
            role = "text" if row.back else "danger"
            if width < 80:
                lines += [(mark, (row.lost, "accent"))]
                lines += [((f"     {part}", role),) for part in words.wrap(row.way, width - 7)]
                continue
            left = list(words.wrap(row.lost, 26))
            right = list(words.wrap(row.way, width - 34))
            for at in range(max(len(left), len(right))):
                lost = left[at] if at < len(left) else ""
                way = right[at] if at < len(right) else ""
                lines.append((mark if not at else ("   ", "text"), (words.fit(lost, 28), "text"), (way, role)))
        return lines

    def _ways(self, status: RecoveryStatus, session: Session) -> list[Way]:
        from tui.screens.recovery.custody.accept import Accept  # noqa: PLC0415
        from tui.screens.recovery.custody.ceremony import CeremonyPage  # noqa: PLC0415
        from tui.screens.recovery.custody.will import WillPage  # noqa: PLC0415
        from tui.screens.recovery.own_kit.drill import DrillPage  # noqa: PLC0415
        from tui.screens.recovery.own_kit.kit import KitPage  # noqa: PLC0415

        show = self.tacenda.show_page
        kit, custodians = status.kit, status.custodians
        if kit is None:
            ways = [Way("Make a recovery kit", "a printed code and a phone", lambda: show(KitPage()))]
        else:
            ways = [
                Way("Rehearse with the kit", "match or no match, nothing else", lambda: show(DrillPage())),
                Way("Make a new kit", "the old one is void then", lambda: show(KitPage(anew=True))),
            ]
        if session.role is Role.OWNER:
            name = "Set new custodians" if custodians else "Set custodians"
            ways.append(Way(name, "people who together can recover", lambda: show(CeremonyPage())))
        if custodians is not None:
            accepted = "again: decide anew on process notes" if custodians.accepted else "they may give you keys"
            ways.append(Way("Accept the custodians", accepted, lambda: show(Accept())))
            ways.append(Way("The professional will", "instructions to print", lambda: show(WillPage())))
        return ways

    def action_choose(self) -> None:
        """Do what the row says."""
        rows = self.query_one(Rows)
        item = rows.source.items[rows.cursor] if isinstance(rows.source, Listed) and len(rows.source) else None
        if isinstance(item, Way):
            item.do()

    def fill_anew(self) -> None:
        """Lay it out for another width."""
        self.fill()


def _line(way: Way, width: int) -> Line:
    return ((words.fit(f"  {way.name}", 28), "text"), (words.fit(way.what, max(0, width - 28)), "muted"))


def _day(milliseconds: int) -> str:
    return f"{words.moment(milliseconds):%Y-%m-%d}"


def _labelled(name: str, *pieces: tuple[str, str]) -> Line:
    return ((words.fit(f"   {name}", 16), "muted"), *pieces)


def _kit_lines(status: RecoveryStatus) -> list[Line]:
    kit = status.kit
    if kit is None:
        return [_labelled("Kit", ("✗ none", "danger"))]
    state: tuple[str, str] = ("✓ present", "good")
    if kit.exposed:
        state = ("✗ exposed: codes were tried with it; make a new one", "danger")
    elif kit.ends < machine.now_ms():
        state = ("✗ its moments have ended; make a new one", "danger")
    lines = [
        _labelled("Kit", state),
        _labelled("", (f"made {_day(kit.made)}, moments to {_day(kit.ends)}", "muted")),
    ]
    late = kit.drill_due < machine.now_ms()
    due = (f"   the next is due {_day(kit.drill_due)}", "caution" if late else "muted")
    if not kit.drilled:
        return [*lines, _labelled("Last drill", ("! never" if late else "never", "caution" if late else "text"), due)]
    how = ("match", "good") if kit.matched else ("no match", "danger")
    return [*lines, _labelled("Last drill", (f"{_day(kit.drilled)}, ", "text"), how, due)]


def _custodian_lines(status: RecoveryStatus) -> list[Line]:
    found = status.custodians
    if found is None:
        return [_labelled("Custodians", ("none", "caution"))]
    names = ", ".join(found.names)
    lines = [
        _labelled("Custodians", (f"{found.threshold} of {len(found.names)}, set {_day(found.set_at)}: {names}", "text"))
    ]
    if found.accepted:
        process = "with your process notes" if found.process else "without your process notes"
        lines.append(_labelled("", (f"✓ you accepted them {_day(found.accepted)}, {process}", "good")))
    else:
        lines.append(_labelled("", ("! you have not accepted them: they cannot give you new keys", "caution")))
    return lines
