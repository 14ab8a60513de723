"""Which part of the trail is shown, typed field by field; and where it is written to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual.widget import Widget

from core.audit.asking import FIELDS, Asked, asked
from tui.keys import keymap
from tui.screens.box import Box, say_in
from tui.screens.exchange.choice import Choice
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Sheet
from vault_format.errors import UsageError

_HINTS = {
    "from": "2026-11-24, 2026-11-24 09:30, today, 7 d, 2 h", "until": "the same; a day is meant to its end",
    "hours": "02:00-04:00", "who": "a member, or nobody", "what": "note read, unlock, exported",
    "result": "done or failed", "class": "chart or process", "client": "as in the list: c3f1", "note": "n8820",
}  # fmt: skip
FORMS = (
    ("jsonl", "JSON, one object a line"), ("csv", "CSV, for a spreadsheet"), ("syslog", "syslog, RFC 5424"),
    ("cef", "CEF, Common Event Format"),
)  # fmt: skip


class NarrowBox(Box):
    """Asks what to show; its result is an Asked, or False for everything. TYPED is what stands there already."""

    WHERE = "narrow"
    BINDINGS = keymap.bindings("narrow")

    def __init__(self, names: Mapping[int, str], now: int, typed: Mapping[str, str]) -> None:
        super().__init__("Show these records only")
        self._names = names
        self._now = now
        self._typed = typed

    def body(self) -> Iterator[Widget]:
        """A field for each."""
        for at, name in enumerate(FIELDS):
            field = Field(self._typed.get(name, ""), id="focus" if not at else f"f-{name}", limit=40, hint=_HINTS[name])
            yield Labelled(name.capitalize(), field)
        yield Sheet(id="wrong", focusable=False)

    def field_done(self, field: Field) -> None:
        """Take Enter in a field."""
        if field.id == f"f-{FIELDS[-1]}":
            self.action_finish()
        else:
            self.focus_next()

    def action_submit(self) -> None:
        """Go to the next field."""
        self.focus_next()

    def action_clear(self) -> None:
        """Empty every field."""
        for field in self.query(Field):
            field.set("")

    def action_finish(self) -> None:
        """Give what was typed, if it says something; else say what can be said."""
        typed = {name: field.said for name, field in zip(FIELDS, self.query(Field), strict=True)}
        try:
            found: Asked | None = asked(typed, self._names, self._now)
        except UsageError as error:
            say_in(self, "wrong", str(error), "danger")
            name = error.what.split(":", maxsplit=1)[0]
            if name in FIELDS:
                self.set_focus(list(self.query(Field))[FIELDS.index(name)])
            return
        self.dismiss(found or False)


class WriteTrail(Box):
    """Asks in which form and to which file WHAT is written; its result is (form, file)."""

    WHERE = "write-trail"
    BINDINGS = keymap.bindings("write-trail")

    def __init__(self, what: str, suggested: str) -> None:
        super().__init__("Write to a file")
        self._what = what
        self._suggested = suggested
        self._form = FORMS[0][0]

    def body(self) -> Iterator[Widget]:
        """What, the form, the file."""
        yield Sheet(id="what", focusable=False)
        yield Labelled("As", Choice(FORMS, id="form", changed=self._other))
        yield Labelled("File", Field(f"{self._suggested}.{self._form}", id="focus", limit=4_096))

    def on_mount(self) -> None:
        """Say what is written."""
        said = f"{self._what}. Nobody but you may read the file. No note, no name of a client is in it."
        say_in(self, "what", said, "text")

    def _other(self) -> None:
        field = self.query_one("#focus", Field)
        form = str(self.query_one("#form", Choice).value)
        if field.said.endswith(f".{self._form}"):
            field.set(field.said.removesuffix(self._form) + form)
        self._form = form

    def field_done(self, field: Field) -> None:
        """Take Enter in the field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Give form and name."""
        name = self.query_one("#focus", Field).said.strip()
        if name:
            self.dismiss((self._form, name))
