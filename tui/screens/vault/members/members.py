"""Members and the access sheet (F23): who holds which key, given by whom; admitting, roles, removing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from textual import on
from textual.widget import Widget

from core.access import AccessRow, access_sheet
from core.access.sheet import role_words, sheet_text, told_of, write_sheet
from core.audit.asking import Asked
from core.audit.trail import Filter
from core.session import Session
from core.upkeep.copies.backup import Copy, known_copies
from core.upkeep.copies.copies_told import told_of_keys
from core.upkeep.people.members import PEOPLE, change_role, remove
from tui import words
from tui.keys import keymap
from tui.screens.vault.charts.approval import Approval, Matter
from tui.screens.vault.keys.work import Act
from tui.screens.vault.looking import LookingPage
from tui.screens.vault.parts import day, heading, labelled
from tui.widgets.lines import Bar, Line, Sheet
from tui.widgets.rows import Listed, Rows
from vault_format.codes import Reason, Role

_LEAVING = ((Reason.LEFT, "left the practice"), (Reason.COMPROMISE, "keys may be known"), (Reason.OTHER, "other"))
_KEEPS = "What this member copied, the member keeps. Copies made before open with the keys of then, for ever."
ROLES = tuple((role, role.name.lower()) for role in (Role.CLINICIAN, Role.SUPERVISOR, Role.AUDITOR, Role.OWNER))


@dataclass(frozen=True, slots=True)
class Seen:
    """The access sheet, how many key sets there are, and the copies that are known."""

    rows: tuple[AccessRow, ...]
    epoch: int
    copies: tuple[Copy, ...]


def look(session: Session) -> Seen:
    """Look up who holds what. Nothing is opened."""
    with session.at_desk() as desk:
        return Seen(tuple(access_sheet(desk.vault)), desk.state.epoch, tuple(known_copies(desk)))


class MembersPage(LookingPage[Seen]):
    """The members, and the access sheet of the chosen one."""

    WHERE = "members"
    at = "Members"
    ABOUT = "Who belongs to the vault and holds which key. Removing takes keys for the future, not what was copied."
    BINDINGS = keymap.bindings("members")

    def body(self) -> Iterator[Widget]:
        """Heads, members, the sheet of one."""
        yield Bar(id="heads")
        yield Rows(id="focus")
        yield Sheet(id="detail")

    def look(self, session: Session) -> Seen:
        """Look up who holds what."""
        return look(session)

    def before_looking(self, session: Session) -> None:
        """Say who changes what."""
        self.show_where("owner, may change" if self.owner(session) else "an owner changes")
        self.show_keys()

    def fill_anew(self) -> None:
        """Show what was found, for this width."""
        seen = self.seen
        if seen is None:
            return
        more = "" if self.page_width < 80 else "Keys since  Let in by     Last here   "
        self.query_one("#heads", Bar).show(((f"   {'Member':<16}{'Role':<12}{more}State", "muted"),))
        self.query_one("#focus", Rows).show(Listed(seen.rows, partial(_line, epoch=seen.epoch)))
        self.show_state("Removing somebody takes keys for the future, not what they have copied.")

    @property
    def here(self) -> AccessRow | None:
        """The member, or the custodians, that the cursor stands on."""
        seen, at = self.seen, self.query_one("#focus", Rows).cursor
        return seen.rows[at] if seen is not None and at < len(seen.rows) else None

    @on(Rows.Moved)
    def _show_detail(self) -> None:
        row, seen = self.here, self.seen
        if row is not None and seen is not None:
            self.query_one("#detail", Sheet).show([(), *sheet_lines(row, seen.epoch, self.page_width)])
        self.show_keys()

    def hidden_keys(self) -> frozenset[str]:
        """Leave out what only owners do, and what is done with people only."""
        session = self.tacenda.session if self.is_mounted else None
        if session is None or not self.owner(session):
            return frozenset({"new", "role", "remove"})
        row = self.here
        return frozenset({"role", "remove"}) if row is not None and row.role is Role.AUTHORITY else frozenset()

    # -- what can be done ---------------------------------------------------------------------------------------

    def _changes(self) -> AccessRow | None:
        """Return the chosen member, if this session may change it now; else say why not."""
        session, row = self.tacenda.session, self.here
        if session is None or row is None:
            return None
        if not self.owner(session):
            self.say("Only an owner admits, removes and gives roles.")
        elif row.role is Role.AUTHORITY:
            self.say(f"Other custodians are set under Recovery: {keymap.place_key('vault')}, Recovery.")
        elif self.tacenda.keywork.running:
            self.say(f"A rotation goes on. This waits until it is done or paused: {keymap.place_key('vault')}, Keys.")
        elif not row.active:
            self.say(f"{row.name} is no member any more.")
        else:
            return row
        return None

    def action_new(self) -> None:
        """Admit a newcomer."""
        from tui.screens.vault.members.admit import Admit  # noqa: PLC0415

        session = self.tacenda.session
        if session is not None and self.owner(session):
            self.tacenda.show_page(Admit())
        else:
            self.say("Only an owner admits members.")

    def _beyond(self, row: AccessRow) -> str:
        copies = self.seen.copies if self.seen is not None else ()
        return f"{_KEEPS} {told_of_keys(copies, row.name, row.admitted.record, day)}"

    def action_remove(self) -> None:
        """Ask, then remove."""
        row, session = self._changes(), self.tacenda.session
        if row is None or session is None:
            return
        if row.name == session.member:
            self.say("Nobody removes themselves. Another owner can.")
            return
        self.tacenda.show_page(Approval(Matter(
            f"Members > remove {row.name}", "remove",
            f"{row.name} opens nothing any more. Every key changes in the same record, and all texts are re-encrypted "
            "at once; an open session of theirs ends.",
            "The same member cannot come back; the same person can, by a new invitation under another name. Their "
            "process notes stay closed.",
            self._beyond(row), "you are an owner", reasons=_LEAVING,
        ), lambda reason: self._start(
            f"{row.name} removed", lambda session, watch, stop: remove(session, row.name, reason, watch=watch,
                                                                      cancelled=stop))))  # fmt: skip

    def action_role(self) -> None:
        """Ask for the role, then give it."""
        row = self._changes()
        if row is None:
            return
        roles = [(role, role.name.lower()) for role in PEOPLE if role is not row.role]
        self.tacenda.show_page(Approval(Matter(
            f"Members > role of {row.name}", "give it",
            f"{row.name}, {row.role.name.lower()} until now, gets the role that is chosen here. Where that takes a key "
            "away, every key changes and all texts are re-encrypted.",
            "Nothing: another role can be given at any time.", self._beyond(row), "you are an owner", reasons=roles,
        ), lambda role: self._start(
            f"{row.name} is {role.name.lower()}", lambda session, watch, stop: change_role(
                session, row.name, role, watch=watch, cancelled=stop))))  # fmt: skip

    def _start(self, what: str, act: Act) -> None:
        from tui.screens.vault.keys.rotation import RotationPage  # noqa: PLC0415

        self.tacenda.keywork.start(what, act)
        self.tacenda.show_page(RotationPage())

    def action_records(self) -> None:
        """Show what this member signed, in the trail."""
        from tui.screens.trail.audit import AuditPage  # noqa: PLC0415

        row = self.here
        if row is not None:
            wanted = Asked(Filter(member=row.number), {"who": row.name}, f"who {row.name}")
            self.tacenda.show_page(AuditPage(None, None, wanted))

    def action_write_out(self) -> None:
        """Write the access sheet to a file beside the vault."""
        session = self.tacenda.session
        if session is not None:
            self.work(partial(_write, session), self._written)

    def _written(self, name: str) -> None:
        self.say(f"Written: {words.short_path(name, 60)}. Names and roles are in it, nothing of a note.", "good")

    def action_choose(self) -> None:
        """Go to the sheet, where it does not fit."""
        self.set_focus(self.query_one("#detail"))


def _write(session: Session) -> str:
    with session.at_desk() as desk:
        ledger, now = desk.vault.ledger, desk.vault.clock()
        text = sheet_text(access_sheet(desk.vault), desk.state, ledger.count, ledger.head, now)
    return write_sheet(session.path, text, now)


def _state(row: AccessRow, epoch: int) -> tuple[str, str]:
    if row.custody is not None:
        of = f"{row.custody.threshold} of {len(row.custody.people)}"
        return (f"{of} ✓", "good") if row.custody.accepted else (f"! {of}", "caution")
    if not row.active:
        return "replaced" if row.role is Role.AUTHORITY else "removed", "muted"
    behind = row.epoch != epoch or row.process_behind
    return ("! old keys", "caution") if behind else ("✓", "good")


def _line(row: AccessRow, width: int, *, epoch: int) -> Line:
    role = "text" if row.active else "muted"
    line = [(words.fit(f"  {row.name}", 17) + " ", role), (f"{role_words(row.role):<12}", role)]
    if width >= 79:
        by = row.added_by or "(founder)"
        line += [
            (f"{day(row.keys_since):<12}", role), (words.fit(by, 13) + " ", role), (f"{day(row.last_here):<12}", role),
        ]  # fmt: skip
    return [*line, _state(row, epoch)]


def sheet_lines(row: AccessRow, epoch: int, width: int) -> list[Line]:
    """Return the access sheet of one row."""
    lines: list[Line] = [heading(f"Access sheet of {row.name}")]
    for label, text in told_of(row, epoch, day):
        lines += labelled(label, text, width)
    return lines
