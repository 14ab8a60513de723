"""Boxes about a client as a whole: status, who works with it, merging, removing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from core.catalog import ClientRow
from core.names import fold
from tui import words
from tui.keys import keymap
from tui.screens.box import Box
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Bar, Line, Sheet
from tui.widgets.rows import Listed, Rows
from vault_format.codes import ClientStatus, Reason

_CLOSE = (
    (ClientStatus.CLOSED, Reason.ENDED, "close it: the work has ended"),
    (ClientStatus.CLOSED, Reason.CLIENT_REQUEST, "close it: the client asked for it"),
    (ClientStatus.CLOSED, Reason.LEFT, "close it: the client stays away"),
    (ClientStatus.CLOSED, Reason.MISTAKE, "close it: made by mistake"),
    (ClientStatus.CLOSED, Reason.OTHER, "close it: another reason"),
)
_REOPEN = (
    (ClientStatus.ACTIVE, Reason.CLIENT_REQUEST, "reopen it: the client comes again"),
    (ClientStatus.ACTIVE, Reason.MISTAKE, "reopen it: that was a mistake"),
    (ClientStatus.ACTIVE, Reason.OTHER, "reopen it: another reason"),
)
_ARCHIVE = (
    (ClientStatus.ARCHIVED, Reason.ENDED, "archive it: out of the way; nothing is lost"),
    (ClientStatus.ARCHIVED, Reason.RETENTION_OVER, "archive it: it need not be kept any longer"),
)
StatusChoice = tuple[ClientStatus, Reason, str]


class Telling(Box):
    """A box with sentences in it."""

    def wrapped(self, text: str, role: str = "text") -> list[Line]:
        """Return TEXT in rows that fit into the box."""
        return [((f" {row}", role),) for row in words.wrap(text, min(60, self.app.size.width - 6))]


class AskStatus(Telling):
    """Asks what a client becomes and why; its result is (status, reason, words)."""

    WHERE = "status"
    BINDINGS = keymap.bindings("status")

    def __init__(self, row: ClientRow) -> None:
        super().__init__(f"{row.code} is {row.status}")
        self._row = row
        choices = _CLOSE if row.status == "active" else _REOPEN
        self._choices: Sequence[StatusChoice] = (*choices, *(() if row.status == "archived" else _ARCHIVE))

    def body(self) -> Iterator[Widget]:
        """What is still open there, then the list."""
        yield Sheet(id="left", focusable=False)
        yield Rows(id="focus")

    def on_mount(self) -> None:
        """Fill it."""
        row = self._row
        left = ", ".join(filter(None, (f"next {row.next}" if row.appointment else "", row.to_do)))
        self.query_one("#left", Sheet).show(self.wrapped(f"Still open there: {left}.", "caution") if left else [])
        self.query_one(Rows).show(Listed(self._choices, lambda choice, _: ((f" {choice[2]}", "text"),)))

    def action_choose(self) -> None:
        """Take the row that the cursor stands on."""
        self.dismiss(self._choices[self.query_one(Rows).cursor])


class AskWho(Telling):
    """Asks who works with a client; its result is the names, none for everybody."""

    WHERE = "who"
    BINDINGS = keymap.bindings("who")

    def __init__(self, code: str, members: Sequence[str], assigned: Sequence[str]) -> None:
        super().__init__(f"Who works with {code}")
        self._members = list(members)
        self._assigned = set(assigned)

    def body(self) -> Iterator[Widget]:
        """What it means, then the list."""
        yield Sheet(id="means", focusable=False)
        yield Rows(id="focus")

    def on_mount(self) -> None:
        """Fill it."""
        told = "Others give a reason before they open anything of this client; it is recorded, and stands out. "
        told += "Nobody marked: everybody opens it without. This is accountability, no lock: all hold the keys."
        self.query_one("#means", Sheet).show([*self.wrapped(told, "muted"), ()])
        self._show()

    def _show(self) -> None:
        self.query_one(Rows).show(Listed(self._members, self._line))

    def _line(self, name: str, width: int) -> Line:
        del width
        return ((f" {'✓' if name in self._assigned else ' '} {name}", "text"),)

    def action_choose(self) -> None:
        """Mark the member, or take the mark away."""
        self._assigned ^= {self._members[self.query_one(Rows).cursor]}
        self._show()

    def action_finish(self) -> None:
        """Be done."""
        self.dismiss(tuple(name for name in self._members if name in self._assigned))


class AskInto(Telling):
    """Asks which client a duplicate is the same as; its result is that client's number."""

    WHERE = "merge"
    BINDINGS = keymap.bindings("merge")

    def __init__(self, row: ClientRow, others: Sequence[ClientRow]) -> None:
        super().__init__(f"{row.code} was made twice")
        self._row = row
        self._others = {fold(other.code): other for other in others if other.id != row.id and not other.same_as}

    def body(self) -> Iterator[Widget]:
        """What will happen, then the field."""
        yield Sheet(id="means", focusable=False)
        yield Labelled("The same as", Field(id="focus", limit=24, hint="the code of the other one"))
        yield Bar(id="found")

    def on_mount(self) -> None:
        """Say what will happen."""
        row = self._row
        self.query_one("#means", Sheet).show([
            *self.wrapped(f"Your {words.plural(row.unsigned, 'draft')} and what is planned go to the other one."),
            *self.wrapped("Signed notes stay here for ever; both charts point to each other."),
            *self.wrapped(f"{row.code} is closed. Drafts of others wait for their authors.", "muted"), (),
        ])  # fmt: skip
        self._find()

    @on(Input.Changed, "#focus")
    def _find(self) -> None:
        other = self.other
        told = "" if other is None else f" {other.code}: {words.plural(other.notes, 'note')}, {other.status}"
        self.query_one("#found", Bar).show(((told, "good"),))

    @property
    def other(self) -> ClientRow | None:
        """The client that the field names."""
        return self._others.get(fold(self.query_one("#focus", Field).said.strip()))

    def field_done(self, field: Field) -> None:
        """Enter never approves."""
        said = f" {self.key_of('finish')} merges." if self.other else " No other client has this code."
        self.query_one("#found", Bar).show(((said, "caution"),))

    def action_finish(self) -> None:
        """Merge, if there is such a client."""
        if self.other is not None:
            self.dismiss(self.other.id)
        else:
            self.field_done(self.query_one("#focus", Field))


class AskRemoval(Telling):
    """Asks for the approval that a client is removed; its result is (passphrase, words)."""

    WHERE = "remove"
    BINDINGS = keymap.bindings("remove")

    def __init__(self, row: ClientRow, problem: str = "") -> None:
        super().__init__(f"Remove {row.code}")
        self._row = row
        self._problem = problem

    def body(self) -> Iterator[Widget]:
        """The five headings, then the form."""
        yield Sheet(id="means", focusable=False)
        yield Labelled("Reason", Field(id="words", hint="in words; only auditors read them"))
        yield Labelled("Type", Field(id="focus", limit=60, hint=f"remove {self._row.code}"))
        yield Labelled("Passphrase", Field(id="passphrase", password=True, limit=1_024))
        yield Bar(id="problem")

    def on_mount(self) -> None:
        """Say what it means."""
        row = self._row
        inside = [words.plural(row.unsigned, "draft")] if row.unsigned else []
        what = ", ".join([f"{row.code}, its name and what is written about it", *inside, "its appointments"])
        self.query_one("#means", Sheet).show([
            *self.wrapped(f"What will happen: {what} are given up."),
            *self.wrapped("What cannot be undone: nobody reads them here any more."),
            *self.wrapped("What it does not reach: copies of the file; the records that they were there."),
            *self.wrapped("Allowed: you are an owner, and nothing in it is signed."), (),
        ])  # fmt: skip
        self._say(self._problem)

    def _say(self, problem: str) -> None:
        self.query_one("#problem", Bar).show(((f" {problem}", "danger"),) if problem else ())

    def field_done(self, field: Field) -> None:
        """Go on; Enter never approves."""
        if field.id == "passphrase":
            self._say(f"{self.key_of('finish')} removes it.")
        else:
            self.focus_next()

    def action_finish(self) -> None:
        """Remove it, if what was to be typed was typed."""
        if fold(self.query_one("#focus", Field).said.strip()) != fold(f"remove {self._row.code}"):
            self._say(f"Type: remove {self._row.code}")
            self.set_focus(self.query_one("#focus"))
        elif not self.query_one("#passphrase", Field).said:
            self._say("The passphrase is needed once more.")
            self.set_focus(self.query_one("#passphrase"))
        else:
            self.dismiss((self.query_one("#passphrase", Field).said, self.query_one("#words", Field).said.strip()))
