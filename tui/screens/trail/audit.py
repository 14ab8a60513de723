"""The audit trail: the verdict first, then everything that was done, newest first (F14). No passphrase is needed."""

from __future__ import annotations

from functools import partial

from rich.cells import cell_len
from textual import on

from core.audit.asking import Asked
from core.audit.shown import Shown
from core.audit.surveyed import Surveyed, survey
from core.audit.trail import Trail
from core.session import OpenVault
from tui import words
from tui.keys import keymap
from tui.screens.page import Memento
from tui.screens.trail.base import LOOKING, TrailPage
from tui.screens.trail.lines import Needs, NewestFirst, Unverified, alike_words, heads, verdict_lines
from tui.widgets.lines import Bar, Sheet
from tui.widgets.rows import Listed, Rows

_AT_ONCE = 20_000
"""So many records are looked through before a key could be missed; more are, in a thread."""


class AuditPage(TrailPage):
    """The trail of the open session, or of DOOR where nothing is unlocked; AT is where the cursor begins.

    ASKED is what is shown of it; ONLY are the records to show, and ABOUT says why they.
    """

    WHERE = "audit"
    ABOUT = "Every act since the vault was made. Each record follows from the one before and is signed."
    BINDINGS = keymap.bindings("audit")

    def memento(self) -> Memento | None:
        """Come back to the same record."""
        return (AuditPage, {"at": self.here}) if self._door is None else None

    # -- what stands there -------------------------------------------------------------------------------------

    def fill(self) -> None:
        """Show verdict and list, with the cursor on the record where it was."""
        vault = self.vault
        if vault is None:
            if self._door is not None:
                self._wait(self._door)
            return
        found, columns = self._found, vault.columns
        if found is not None and found.columns is columns:
            at = self.here
            if found.extend():
                self._show(found, at)
            self._show_verdict(vault)
        elif self._looking is not columns:
            self._look(vault)

    def _look(self, vault: OpenVault) -> None:
        """Look through the trail: at once if that takes no time, else in a thread."""
        members, columns = vault.ledger.state.members, vault.columns
        trail = Trail(columns, lambda number: members[number].name if number in members else "")
        wanted = self._asked.wanted if self._asked is not None else None
        self._at = self.here if self._at is None and self.here >= 0 else self._at
        self._question += 1
        if len(columns) <= _AT_ONCE:
            self._looked(self._question, survey(columns, trail, wanted, self._only))
            return
        self._looking, self._found = columns, None
        # what stood here before is no answer to what is asked now
        shown = Shown(trail, only=() if wanted is not None or self._only else None, folded=False)
        self._put = self._show_rows(NewestFirst(trail, shown), self._at)
        self._show_verdict(vault)
        self.fill_anew()
        self.work(partial(survey, columns, trail, wanted, self._only), partial(self._looked, self._question),
                  self._stopped)  # fmt: skip

    def _stopped(self, error: BaseException) -> None:
        self._looking = None
        self.fail(error)

    def _looked(self, question: int, found: Surveyed) -> None:
        vault = self.vault
        if vault is None or question != self._question:
            # something else was asked meanwhile
            return
        here, at = self.here, self._at
        moved = self._looking is not None and here >= 0 and here != self._put
        self._looking, self._found, self._at = None, found, None
        self._show(found, here if moved or at is None else at)
        self._show_verdict(vault)

    def _show_rows(self, source: NewestFirst, at: int | None) -> int:
        """Show SOURCE with the cursor on record AT or near it; return the record that it stands on."""
        self.records.show(source, source.row(at) if at is not None and at >= 0 and len(source) else 0)
        return self.here

    def _show(self, found: Surveyed, at: int | None) -> None:
        self._checkpoint = found.checkpoint
        self._show_rows(NewestFirst(found.trail, found.shown), at)
        self.fill_anew()
        self.show_keys()

    def _show_verdict(self, vault: OpenVault) -> None:
        waiting, width = self.tacenda.alerting.unanswered, self.app.size.width
        self.query_one("#verdict", Sheet).show(verdict_lines(vault, self._checkpoint, waiting, width))
        self._show_damage(vault)
        self.show_keys()

    def _show_damage(self, vault: OpenVault) -> None:
        """Show a row of its own where something was found: Enter on it goes there."""
        rows, ledger = self.query_one("#damage", Rows), vault.ledger
        rows.display = bool(ledger.findings)
        count = words.plural(ledger.walk.report.finding_count, "damaged entry stays closed",
                             "damaged entries stay closed")  # fmt: skip
        said, role = f" {count}; all else opens. {self.key_of('choose')} on this row lists them.", "caution"
        if ledger.broken:
            shows = self.keyed("{choose} on this row shows it.")
            said, role = f" Broken at record {ledger.findings[0].seq:,}. {shows}", "danger"
        rows.show(Listed([said] if ledger.findings else [], lambda told, _: ((told, role),)))

    def fill_anew(self) -> None:
        """Show verdict and heads for this width, and what is left out."""
        if self.vault is not None and self._found is not None:
            self._show_verdict(self.vault)
        source = self.records.source
        needs = source.needs if isinstance(source, NewestFirst | Unverified) else Needs()
        self.query_one("#heads", Bar).show(((heads(self.list_width - 1, needs), "muted"),))
        self.show_record(self.vault, self.here)
        bar, found = self.query_one("#narrowed", Bar), self._found
        bar.display = narrowed = self._asked is not None or bool(self._only)
        if narrowed:
            said = (self._asked.words if self._asked is not None else self._why) + alike_words(found)
            count = f"   {found.shown.records:,} of {len(found.columns):,}" if found is not None else "   looking"
            key = keymap.key_of("all", "audit")
            # what is asked gives way to how much there is of it
            room = self.app.size.width - len(f" Only {count} {key} shows all ")
            said = said if cell_len(said) <= room else words.fit(said, room)
            bar.show(((" Only ", "muted"), (said, "accent"), (count, "text")),
                     ((f"{key} ", "accent"), ("shows all ", "muted")))  # fmt: skip
        if self._looking is not None:
            self.show_state(LOOKING)

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
        rows, found = self.records, self._found
        if not isinstance(rows.source, NewestFirst):
            return
        self.show_record(self.vault, self.here)
        if self._looking is not None:
            self.show_state(LOOKING)
            return
        if not len(rows.source):
            self.show_state("No record is like that.")
            return
        run = rows.source.run(rows.cursor)
        said = f"{rows.cursor + 1:,} of {len(rows.source):,}, newest first."
        if run.count > 1:
            said += f" {run.count:,} records of one draft stand in this row: {self.key_of('choose')} unfolds them."
        elif found is not None and len(found.shown) < found.shown.records:
            said += " Runs of drafts are folded into one row."
        self.show_state(said)

    def hidden_keys(self) -> frozenset[str]:
        """Leave out the way to a finding where there is none, and what needs a filter."""
        vault = self.vault if self.is_mounted else None
        hidden = set() if vault is not None and vault.ledger.findings else {"finding"}
        if self._asked is None and not self._only:
            hidden.add("all")
        return frozenset(hidden)

    # -- which records -----------------------------------------------------------------------------------------

    def _names(self, vault: OpenVault) -> dict[int, str]:
        return {number: member.name for number, member in vault.ledger.state.members.items()}

    def action_narrow(self) -> None:
        """Ask what to show."""
        from tui.screens.trail.narrow import NarrowBox  # noqa: PLC0415

        vault = self.vault
        if vault is None:
            self.say("The check is not done yet.")
            return

        def answered(said: Asked | bool | None) -> None:
            if said is not None:
                self.narrow(said if isinstance(said, Asked) else None)

        typed = self._asked.typed if self._asked is not None else {}
        self.tacenda.show_page(NarrowBox(self._names(vault), self.tacenda.now(), typed), answered)

    def narrow(self, asked: Asked | None) -> None:
        """Show what ASKED takes, everything for None, with the cursor on the same record if it is there."""
        vault = self.vault
        if vault is not None:
            self._asked, self._only = asked, ()
            # what is asked before the last was answered begins where that one did
            self._at = self.here if self.here >= 0 else self._at
            self._look(vault)

    def action_all(self) -> None:
        """Show every record again."""
        if self._asked is not None or self._only:
            self.narrow(None)

    def go(self, sequence: int) -> None:
        """Put the cursor on a record."""
        rows = self.records
        if isinstance(rows.source, NewestFirst) and len(rows.source):
            row = rows.source.row(sequence)
            rows.move_to(row)
            run = rows.source.run(row)
            if not run.first <= sequence <= run.last:
                self.say(f"Record {sequence:,} is not among those shown; this one is near it.")

    def action_number(self) -> None:
        """Go to a record by its number."""
        from tui.screens.go_to import GoTo  # noqa: PLC0415

        def answered(number: str | None) -> None:
            vault = self.vault
            if number is None or vault is None:
                return
            count = len(vault.columns)
            if not (number.isascii() and number.isdigit()) or int(number) >= count:
                self.say(f"There is no record {number}; the newest is {count - 1:,}.")
            else:
                self.go(int(number))

        self.tacenda.show_page(GoTo(), answered)

    def action_failure(self) -> None:
        """Go to the next failed act, further back; after the oldest, to the newest."""
        found = self._found
        if found is None:
            self.say(LOOKING)
            return
        failure = found.failure_before(self.here)
        if failure is None:
            narrowed = self._asked is not None or bool(self._only)
            self.say("No act shown here has failed." if narrowed else "No act in this vault has failed.")
        else:
            self.go(failure)
