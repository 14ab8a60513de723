"""Members and the access sheet (F23): who holds which key, given by whom; admitting, roles, removing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual import on
from textual.widget import Widget

from core.session import Session
from core.upkeep.members import PEOPLE, AccessRow, access_sheet, change_role, remove
from core.upkeep.sheet import MAY, MAY_NOT, given_by, held, sheet_text, write_sheet
from tui import keymap, words
from tui.screens.vault.approval import Approval, Matter
from tui.screens.vault.parts import VaultPage, day, heading, labelled
from tui.screens.vault.work import Act
from tui.widgets.lines import Bar, Line, Sheet
from tui.widgets.rows import Listed, Rows
from vault_format.codes import Reason, Role

_LEAVING = ((Reason.LEFT, "left the practice"), (Reason.COMPROMISE, "keys may be known"), (Reason.OTHER, "other"))
_KEEPS = "What this member copied, the member keeps. Copies made before open with the keys of then, for ever."


class MembersPage(VaultPage):
    """The members, and the access sheet of the chosen one."""

    WHERE = "members"
    at = "Members"
    ABOUT = "Who belongs to the vault and holds which key. Removing takes keys for the future, not what was copied."
    BINDINGS = keymap.bindings("members")

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[AccessRow] = []
        self._epoch = 0
        self._looking = False

    def body(self) -> Iterator[Widget]:
        """Heads, members, the sheet of one."""
        yield Bar(id="heads")
        yield Rows(id="focus")
        yield Sheet(id="detail")

    def fill(self) -> None:
        """Look, in a thread."""
        session = self.tacenda.session
        if session is None:
            return
        self.show_where("owner, may change" if self.owner(session) else "an owner changes")
        self.show_keys()
        if not self._looking:
            self._looking = True
            self.work(partial(_look, session), self._looked, self._failed)

    def _looked(self, found: tuple[list[AccessRow], int]) -> None:
        self._looking = False
        self._rows, self._epoch = found
        self.fill_anew()

    def _failed(self, error: BaseException) -> None:
        self._looking = False
        self.fail(error)

    def fill_anew(self) -> None:
        """Show what was found, for this width."""
        more = "" if self.page_width < 80 else "Keys since  Let in by     Last here   "
        self.query_one("#heads", Bar).show(((f"   {'Member':<16}{'Role':<12}{more}State", "muted"),))
        self.query_one("#focus", Rows).show(Listed(self._rows, partial(_line, epoch=self._epoch)))
        self.show_state("Removing somebody takes keys for the future, not what they have copied.")

    @property
    def here(self) -> AccessRow | None:
        """The member that the cursor stands on."""
        at = self.query_one("#focus", Rows).cursor
        return self._rows[at] if at < len(self._rows) else None

    @on(Rows.Moved)
    def _show_detail(self) -> None:
        row = self.here
        if row is not None:
            self.query_one("#detail", Sheet).show([(), *sheet_lines(row, self._epoch, self.page_width)])

    def hidden_keys(self) -> frozenset[str]:
        """Leave out what only owners do."""
        session = self.tacenda.session if self.is_mounted else None
        return frozenset() if session is not None and self.owner(session) else frozenset({"new", "role", "remove"})

    # -- what can be done ---------------------------------------------------------------------------------------

    def _changes(self) -> AccessRow | None:
        """Return the chosen member, if this session may change it now; else say why not."""
        session, row = self.tacenda.session, self.here
        if session is None or row is None:
            return None
        if not self.owner(session):
            self.say("Only an owner admits, removes and gives roles.")
        elif self.tacenda.keywork.running:
            self.say(f"A rotation goes on. This waits until it is done or paused: {keymap.place_key('vault')}, Keys.")
        elif not row.active:
            self.say(f"{row.name} is no member any more.")
        else:
            return row
        return None

    def action_new(self) -> None:
        """Admit a newcomer."""
        from tui.screens.vault.admit import Admit  # noqa: PLC0415

        session = self.tacenda.session
        if session is not None and self.owner(session):
            self.tacenda.show_page(Admit())
        else:
            self.say("Only an owner admits members.")

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
            _KEEPS, "you are an owner", reasons=_LEAVING,
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
            "Nothing: another role can be given at any time.", _KEEPS, "you are an owner", reasons=roles,
        ), lambda role: self._start(
            f"{row.name} is {role.name.lower()}", lambda session, watch, stop: change_role(
                session, row.name, role, watch=watch, cancelled=stop))))  # fmt: skip

    def _start(self, what: str, act: Act) -> None:
        from tui.screens.vault.rotation import RotationPage  # noqa: PLC0415

        self.tacenda.keywork.start(what, act)
        self.tacenda.show_page(RotationPage())

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


def _look(session: Session) -> tuple[list[AccessRow], int]:
    with session.at_desk() as desk:
        return sorted(access_sheet(desk), key=lambda row: not row.active), desk.state.epoch


def _write(session: Session) -> str:
    with session.at_desk() as desk:
        ledger, now = desk.vault.ledger, desk.vault.clock()
        text = sheet_text(access_sheet(desk), desk.state, ledger.count, ledger.head, now)
    return write_sheet(session.path, text, now)


def _state(row: AccessRow, epoch: int) -> tuple[str, str]:
    if not row.active:
        return "removed", "muted"
    return ("✓", "good") if row.epoch == epoch else ("! old keys", "caution")


def _line(row: AccessRow, width: int, *, epoch: int) -> Line:
    role = "text" if row.active else "muted"
    line = [(words.fit(f"  {row.name}", 17) + " ", role), (f"{row.role.name.lower():<12}", role)]
    if width >= 79:
        by = row.added_by or "(founder)"
        line += [
            (f"{day(row.keys_since):<12}", role), (words.fit(by, 13) + " ", role), (f"{day(row.last_here):<12}", role),
        ]  # fmt: skip
    return [*line, _state(row, epoch)]


def sheet_lines(row: AccessRow, epoch: int, width: int) -> list[Line]:
    """Return the access sheet of one member."""
    kit = f"kit until {day(row.kit_until)}" if row.kit_until else "no kit"
    custodians = "custodians may give new keys" if row.custodians else "not by custodians"
    return [
        heading(f"Access sheet of {row.name}"),
        *(labelled("May", MAY[row.role], width) if row.active else []),
        *(labelled("May not", MAY_NOT[row.role], width) if row.active else []),
        *labelled("Holds", held(row, epoch), width),
        *labelled("Given by", given_by(row, epoch, day), width),
        *labelled("Own keys", f"pair {row.generation}, since {day(row.keys_since)}", width),
        *labelled("Passphrase", f"Argon2id, {row.memory // 1024:,} MiB, {row.passes} passes a try", width),
        *labelled("Recovery", f"{kit}; {custodians}", width),
    ]


ROLES = tuple((role, role.name.lower()) for role in (Role.CLINICIAN, Role.SUPERVISOR, Role.AUDITOR, Role.OWNER))
