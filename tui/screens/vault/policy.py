"""The policy: what an owner decided for the whole vault; shown to everybody, changed by an owner."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from textual import on
from textual.widget import Widget

from core.alerts.thresholds import loosened
from core.session import Session
from core.upkeep.policy import EXPORTS, LATER, RULES, change_policy, parse, told, values_of, with_values
from tui import words
from tui.keys import keymap
from tui.screens.vault.charts.approval import Approval, Matter
from tui.screens.vault.copies import AskLine
from tui.screens.vault.parts import VaultPage
from tui.widgets.lines import Line, Sheet
from tui.widgets.rows import Listed, Rows
from vault_format.errors import TacendaError

_GROUPS: dict[str, dict[str, str]] = {
    "Keys": {
        "rotation_days": "Keys change every", "rotation_auto": "By itself", "late_epochs": "Sets one may miss",
    },
    "Lock": {
        "idle_minutes": "Locks after", "memory": "Passphrase memory", "passes": "Passphrase passes",
        "sign_passphrase": "Sign asks again", "clipboard": "Clipboard",
    },
    "Work": {"hours_from": "Work begins", "hours_to": "Work ends", "zone": "Time zone"},
    "Charts": {"retention_years": "Charts kept", "retention_minor_years": "Minors' charts", "export": "Exports"},
    "Upkeep": {"drill_days": "Drill every", "review_days": "Review every"},
    "Alerts": {
        "alerts.failures": "Failed unlocks", "alerts.failure_minutes": "Failures within",
        "alerts.bulk_notes": "Notes a day", "alerts.bulk_times": "Times the busiest",
        "alerts.fast_notes": "Notes at a run", "alerts.fast_seconds": "Run within", "alerts.dormant_days": "Away for",
        "alerts.clock_minutes": "Clock back", "alerts.clock_days": "Clock forward",
        "alerts.habit_unlocks": "Habit of hours",
    },
}  # fmt: skip
_NAMES = {field: name for group in _GROUPS.values() for field, name in group.items()}
_HEADS = {next(iter(fields)): group for group, fields in _GROUPS.items()}
_WIDE = 119
_SENTENCES = {**{rule.field: rule.sentence for rule in RULES}, "zone": "time zone of the practice"}


class PolicyPage(VaultPage):
    """Every value of the policy; what was changed here waits for the approval."""

    WHERE = "policy"
    at = "Policy"
    ABOUT = "What an owner decided for everybody. It is signed, and whoever holds the file can read it without a key."
    BINDINGS = keymap.bindings("policy")

    def __init__(self) -> None:
        super().__init__()
        self._wanted: dict[str, Any] = {}

    def body(self) -> Iterator[Widget]:
        """The values, and a sentence on the chosen one."""
        yield Rows(id="focus")
        yield Sheet(id="about", focusable=False)

    def fill(self) -> None:
        """Show the values in force, and those that wait."""
        session = self.tacenda.session
        if session is None:
            return
        self.query_one("#focus", Rows).show(Listed(tuple(_NAMES), partial(self._line, session)))
        if self._wanted:
            changed = words.plural(len(self._wanted), "value waits", "values wait")
            self.show_state(f"{changed} for {self.key_of('finish')}. Nothing has happened yet.", "caution")
        else:
            self.show_state("Readable without a key: whoever looks after the file can hold it against what is asked.")
        self.show_keys()

    def fill_anew(self) -> None:
        """Lay it out for this width."""
        self.fill()

    def _line(self, session: Session, field: str, width: int) -> Line:
        value, role = told(field, values_of(session.policy)[field]), "text"
        if field in self._wanted:
            value, role = f"{value} → {told(field, self._wanted[field])}", "caution"
        line = [
            (words.fit(f" {_HEADS.get(field, '')}", 9), "accent"), (words.fit(_NAMES[field], 18) + " ", "text"),
            (words.fit(value, 25) + " ", role),
        ]  # fmt: skip
        return [*line, (_SENTENCES[field], "muted")] if width >= _WIDE else line

    @on(Rows.Moved)
    def _say_about(self) -> None:
        field, session = self.here, self.tacenda.session
        told = [] if self.page_width > _WIDE else [((f"   {_NAMES[field]}: {_SENTENCES[field]}", "muted"),)]
        self.query_one("#about", Sheet).show(told)
        if session is not None:
            who = "owner, may change" if self.owner(session) else "an owner changes"
            self.show_where(f"{tuple(_NAMES).index(field) + 1} of {len(_NAMES)}   {who}")

    @property
    def here(self) -> str:
        """The field that the cursor stands on."""
        return tuple(_NAMES)[self.query_one("#focus", Rows).cursor]

    def hidden_keys(self) -> frozenset[str]:
        """Leave out what only owners do, and the approval of nothing."""
        session = self.tacenda.session if self.is_mounted else None
        if session is None or not self.owner(session):
            return frozenset({"choose", "finish", "undo"})
        return frozenset() if self._wanted else frozenset({"finish", "undo"})

    def action_choose(self) -> None:
        """Ask for another value; a switch is turned."""
        session = self.tacenda.session
        if session is None:
            return
        if not self.owner(session):
            self.say("Only an owner changes the policy.")
            return
        field = self.here
        present = self._wanted.get(field, values_of(session.policy)[field])
        if isinstance(present, bool):
            self._want(field, "no" if present else "yes")
        elif field == "export":
            self._want(field, EXPORTS[not present])
        else:
            shown = told(field, present) if field.startswith("hours_") else str(present)
            rule = next((rule for rule in RULES if rule.field == field), None)
            hint = f"{rule.unit}, {rule.least:,} to {rule.most:,}" if rule else "as Europe/Vienna"
            self.tacenda.show_page(AskLine(_NAMES[field], "Value", hint, value=shown), partial(self._want, field))

    def _want(self, field: str, text: str | None) -> None:
        session = self.tacenda.session
        if text is None or session is None:
            return
        try:
            value = parse(field, text)
        except TacendaError as error:
            self.fail(error)
            return
        self._wanted[field] = value
        if value == values_of(session.policy)[field]:
            del self._wanted[field]
        self.fill()

    def action_undo(self) -> None:
        """Want nothing else any more."""
        self._wanted.clear()
        self.fill()

    def action_finish(self) -> None:
        """Ask for the approval."""
        session = self.tacenda.session
        if session is None or not self._wanted:
            return
        wanted, present = dict(self._wanted), values_of(session.policy)
        changes = "; ".join(
            f"{_NAMES[field]}: {told(field, present[field])} becomes {told(field, value)}"
            for field, value in wanted.items()
        )
        later = loosened(session.policy, with_values(session.policy, wanted))
        self.tacenda.show_page(Approval(
            Matter(
                "Policy > change", "put in force",
                f"{changes}. From the next record on, for everybody.{f' {LATER}' if later else ''}",
                "Nothing: every policy that was ever in force stays in the trail, with who changed it.",
                "Sessions that are open take up another idle limit at their next unlock.", "you are an owner",
            ),
            lambda _: self._done(), lambda session, *_: change_policy(session, wanted),
        ))  # fmt: skip

    def _done(self) -> None:
        self._wanted.clear()
        self.fill()
        self.say("In force.", "good")
