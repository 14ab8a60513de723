"""The door: what is known without a passphrase, and the passphrase; it is checked while one types (F1, F25)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual import on
from textual.timer import Timer
from textual.widget import Widget

from core.session import Door, DoorFacts, RefusedUnlock, Session, Unfinished
from tui.drafts.draft import Rescue
from tui.keys import keymap
from tui.screens.door.facts import checking_lines, fact_lines, locked_lines
from tui.screens.page import Page
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet
from tui.widgets.rows import Listed, Rows
from vault_format.codes import LockReason
from vault_format.errors import TacendaError

_AUDIT, _ANOTHER = ("audit", "Audit trail (no passphrase needed)"), ("another", "Another vault")
_AGAIN = ("again", "Look again: it may be writable by now")
_KIT = ("kit", "I lost my passphrase: the recovery kit")
_INVITE = ("invite", "I am new here: make an invitation for an owner to admit")
_CUSTODIANS = ("custodians", "I lost my passphrase: the custodians")


class DoorPage(Page):
    """DOOR is the vault, being verified; REASON and RESCUE say why this page is here after a lock."""

    WHERE = "door"
    ABOUT = "The vault is locked. The facts above need no passphrase: anybody who holds the file could compute them."
    BINDINGS = keymap.bindings("door")

    def __init__(self, door: Door, reason: LockReason | None = None, rescue: Rescue | None = None) -> None:
        super().__init__()
        self._door = door
        self._reason = reason
        self._rescue = rescue or Rescue("")
        self._facts: DoorFacts | None = None
        self._timer: Timer | None = None
        self._busy = False
        self._ways = 2

    def body(self) -> Iterator[Widget]:
        """Facts, fields, other ways."""
        yield Sheet(id="facts", focusable=False)
        yield Labelled("Member", Field(id="member", limit=64), id="member-row")
        yield Labelled("Passphrase", Field(id="focus", password=True, limit=1_024), id="passphrase-row")
        yield Sheet(id="ways-title", focusable=False)
        yield Rows(id="ways")

    def fill(self) -> None:
        """Begin: fields that are not needed are hidden, the check is watched."""
        self.bar("top").show(((" Tacenda", "accent"),), self.place_of(self._door.path))
        self.query_one("#member-row").display = False
        self.query_one("#ways-title", Sheet).show([(), (("   Other ways in", "muted"),)])
        self._show_ways(_AUDIT, _ANOTHER)
        self._show_facts()
        demo = self.tacenda.demo
        if demo is not None:
            self.show_state(f"This demonstration's passphrase: {demo.passphrase}", "text")
            if self._reason is None:
                self._unlock(demo.member, demo.passphrase)
        else:
            self.show_state("Type while it checks. The vault opens when the check is done.")
        if self._timer is None:
            self._timer = self.set_interval(0.1, self._watch)
        elif self._facts is not None:
            # a way in that was gone may have changed who there is
            self._facts = self._door.facts() or self._facts
            self._checked(self._facts)

    def fill_anew(self) -> None:
        """Lay the facts out for another width."""
        self._show_facts()

    def show_top(self) -> None:
        """Show no place and no practice: nothing is open."""

    # -- the check -------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        """Follow the check until it is done."""
        if not self._door.progress().finished:
            self._show_facts()
            return
        if self._timer is not None:
            self._timer.stop()
        try:
            self._facts = self._door.facts()
        except TacendaError as error:
            self.say(str(error), "danger")
            self.query_one("#passphrase-row").display = False
            self.set_focus(self.query_one("#ways", Rows))
            return
        except Exception as error:  # noqa: BLE001  said in one sentence
            self.fail(error)
            return
        if self._facts is not None:
            self._checked(self._facts)

    def _checked(self, facts: DoorFacts) -> None:
        if any(not finding.local for finding in facts.findings):
            from tui.screens.damage.broken import Broken  # noqa: PLC0415

            self.tacenda.swap_page(Broken(self._door))
            return
        member = self.query_one("#member", Field)
        if len(facts.members) > 1:
            self.query_one("#member-row").display = True
            if not member.value and facts.last_use is not None and facts.last_use.member in facts.members:
                member.set(facts.last_use.member)
        if facts.writable:
            self.query_one("#passphrase-row").display = False
            self.say(
                "This file cannot be written here. You can check it and see the audit trail."
                " To read notes, open it where it can be written.", "caution",
            )  # fmt: skip
            self.set_focus(self.query_one("#ways", Rows))
        state = self._door.opened.ledger.state
        lost = [_KIT] if any(each.kit is not None for each in state.active_members()) else []
        lost += [_CUSTODIANS] if state.authority else []
        self._show_ways(*([_AGAIN, _AUDIT] if facts.writable else [_AUDIT, *lost]), _INVITE, _ANOTHER)
        self._show_facts()
        self.show_keys()

    def _show_ways(self, *ways: tuple[str, str]) -> None:
        self._ways = len(ways)
        self.query_one("#ways", Rows).show(Listed(ways, lambda way, _: ((f"    {way[1]}", "text"),)))

    def _show_facts(self) -> None:
        width = self.app.size.width
        lines: list[Line] = [()] if self.app.size.height >= 24 else []
        if self._reason is not None:
            lines += locked_lines(self._reason, self._rescue, width)
            lines += checking_lines(self._door.progress(), self._facts, width)
        else:
            lines += fact_lines(self._facts, self._door.progress(), width)
        sheet = self.query_one("#facts", Sheet)
        # whatever there is to say, the passphrase stays in view
        sheet.styles.max_height = max(4, self.app.size.height - 7 - max(4, self._ways))
        sheet.show([*lines, ()])

    def hidden_keys(self) -> frozenset[str]:
        """Leave `unlock` out where nothing can be unlocked."""
        return frozenset({"submit"}) if self._facts is not None and self._facts.writable else frozenset()

    # -- the passphrase --------------------------------------------------------------------------------------

    def field_done(self, field: Field) -> None:
        """Take Enter in a field."""
        if field.id == "member":
            self.set_focus(self.query_one("#focus", Field))
            return
        typed = self.query_one("#focus", Field)
        passphrase = typed.said
        if not passphrase or self._busy:
            return
        typed.erase()
        member = self.query_one("#member", Field).said.strip()
        self._unlock(member if self.query_one("#member-row").display else None, passphrase)

    def _unlock(self, member: str | None, passphrase: str) -> None:
        self._busy = True
        self.say("Unlocking.", "muted")
        self.work(lambda: _unlock(self._door, member, passphrase), self._opened, self._refused)

    def _opened(self, opened: tuple[Session, Sequence[Unfinished]]) -> None:
        self._busy = False
        self.tacenda.unlocked(*opened)

    def _refused(self, error: BaseException) -> None:
        self._busy = False
        self.fail(error)
        if isinstance(error, RefusedUnlock):
            self._facts = self._door.facts()
            self._show_facts()

    # -- other ways ------------------------------------------------------------------------------------------

    def action_other(self) -> None:
        """Go to the other ways in."""
        self.set_focus(self.query_one("#ways", Rows))

    @on(Rows.Edge)
    def _back_up(self) -> None:
        if self.query_one("#passphrase-row").display:
            self.set_focus(self.query_one("#focus", Field))

    def action_submit(self) -> None:
        """Take the way the cursor stands on."""
        from tui.screens.trail.audit import AuditPage  # noqa: PLC0415

        rows = self.query_one("#ways", Rows)
        if self.focused is not rows or not isinstance(rows.source, Listed):
            return
        way = rows.source.items[rows.cursor]
        member = self.query_one("#member", Field).said.strip() if self.query_one("#member-row").display else ""
        if way == _ANOTHER:
            self.tacenda.change_path(None)
        elif way == _AGAIN:
            self.tacenda.clear_pages()
            self.tacenda.show_door(self._reason, self._rescue)
        elif way == _INVITE:
            from tui.screens.door.invite import Invite  # noqa: PLC0415

            self.tacenda.show_page(Invite(self._door))
        elif way == _KIT:
            from tui.screens.recovery.own_kit.recover import RecoverPage  # noqa: PLC0415

            self.tacenda.show_page(RecoverPage(self._door, member or None))
        elif way == _CUSTODIANS:
            from tui.screens.recovery.custody.by_custodians import ByCustodians  # noqa: PLC0415

            several = self._facts is not None and len(self._facts.members) == 1
            self.tacenda.show_page(ByCustodians(self._door, self._facts.members[0] if several else member))  # type: ignore[union-attr]
        else:
            self.tacenda.show_page(AuditPage(self._door))

    def action_out(self) -> None:
        """Stay: there is nothing further out than the door."""
        self.hush()
        if self.query_one("#passphrase-row").display:
            self.set_focus(self.query_one("#focus", Field))


def _unlock(door: Door, member: str | None, passphrase: str) -> tuple[Session, Sequence[Unfinished]]:
    """Return the session, and what earlier ones left beside the vault."""
    session = door.unlock(member, passphrase)
    try:
        return session, session.unfinished()
    except TacendaError:
        # the session goes on, and says itself what is wrong with it
        return session, ()
