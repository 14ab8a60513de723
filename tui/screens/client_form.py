"""A new client: only the code is needed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.widget import Widget

from core.session import ClientDraft, Saved
from tui import keymap, words
from tui.screens.box import Box
from tui.screens.page import Page
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Bar, Sheet

_FIELDS = (("Code", "focus"), ("Name", "name"), ("Next", "next"), ("Risk", "risk"))


class ClientForm(Box):
    """Asks for a client; its result is a ClientDraft."""

    WHERE = "client"
    BINDINGS = keymap.bindings("client")

    def __init__(self, draft: ClientDraft | None = None, problem: str = "") -> None:
        super().__init__("New client")
        self._draft = draft or ClientDraft("")
        self._problem = problem

    def body(self) -> Iterator[Widget]:
        """Four fields, and what a code must not be."""
        values = {"focus": self._draft.code, "name": self._draft.name, "next": self._draft.next,
                  "risk": self._draft.risk}  # fmt: skip
        hints = {"name": "optional; hidden until v", "next": "optional: 2026-12-01 10:00", "risk": "optional"}
        for label, name in _FIELDS:
            limit = 24 if name == "focus" else 200
            yield Labelled(label, Field(values[name], id=name, limit=limit, hint=hints.get(name, "")))
        yield Sheet(id="advice", focusable=False)
        yield Bar(id="problem")

    def on_mount(self) -> None:
        """Say what a code must not be."""
        self.query_one("#advice", Sheet).show([
            (), ((" The code stands on lists: a word that tells nothing about the person.", "muted"),),
            ((" Not initials, not a date of birth, not a number of theirs.", "muted"),),
        ])  # fmt: skip
        self.query_one("#problem", Bar).show(((f" {self._problem}", "danger"),) if self._problem else ())

    def field_done(self, field: Field) -> None:
        """Take Enter in a field."""
        ids = [name for _, name in _FIELDS]
        place = ids.index(field.id or "focus")
        if place + 1 < len(ids):
            self.set_focus(self.query_one(f"#{ids[place + 1]}"))
        else:
            self.action_finish()

    def action_finish(self) -> None:
        """Be done, if there is a code."""
        said = {name: self.query_one(f"#{name}", Field).said.strip() for _, name in _FIELDS}
        if not said["focus"]:
            self.query_one("#problem", Bar).show(((" A client needs a code.", "danger"),))
            self.set_focus(self.query_one("#focus"))
            return
        day, _, time = said["next"].partition(" ")
        following = " ".join(filter(None, (words.typed_date(day) if day else "", words.typed_time(time))))
        self.dismiss(ClientDraft(said["focus"], said["name"], next=following, risk=said["risk"]))


def ask_for_client(page: Page, draft: ClientDraft | None = None, problem: str = "") -> None:
    """Ask for a client over PAGE, save it, and go to its chart; ask again where it cannot be saved."""

    def answered(result: ClientDraft | None) -> None:
        session = page.tacenda.session
        if result is None or session is None:
            return
        page.work(
            partial(session.save_client, result), partial(_saved, page),
            lambda error: ask_for_client(page, result, str(error)),
        )  # fmt: skip

    page.tacenda.show_page(ClientForm(draft, problem), answered)


def _saved(page: Page, saved: Saved) -> None:
    from tui.screens.chart import Chart  # noqa: PLC0415

    page.tacenda.renew()
    page.tacenda.go_to("clients")
    page.tacenda.show_page(Chart(saved.note))
