"""A client's fields: for a new one only the code is needed; one that is edited was opened, which is recorded."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import partial

from textual.widget import Widget

from core.session import ClientDraft, NeedsReason, OpenClient, Saved, Session
from tui import keymap, words
from tui.screens.box import Box
from tui.screens.notes.reason import AskReason
from tui.screens.page import Page
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Bar, Line, Sheet
from vault_format.codes import Reason
from vault_format.errors import Conflict

_FIELDS = (("Code", "focus"), ("Name", "name"), ("Next", "next"), ("Risk", "risk"))


class ClientForm(Box):
    """Asks for a client; its result is a ClientDraft. THERE is what another session saved meanwhile."""

    WHERE = "client"
    BINDINGS = keymap.bindings("client")

    def __init__(
        self, draft: ClientDraft | None = None, problem: str = "", *, title: str = "New client",
        there: ClientDraft | None = None,
    ) -> None:  # fmt: skip
        super().__init__(title)
        self._draft = draft or ClientDraft("")
        self._there = there
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
        self.query_one("#advice", Sheet).show([(), *self._advice()])
        self.query_one("#problem", Bar).show(((f" {self._problem}", "danger"),) if self._problem else ())

    def _advice(self) -> list[Line]:
        there = self._there
        if there is None:
            return [
                ((" The code stands on lists: a word that tells nothing about the person.", "muted"),),
                ((" Not initials, not a date of birth, not a number of theirs.", "muted"),),
            ]
        here = self._draft
        pairs = (("Code", here.code, there.code), ("Name", here.name, there.name), ("Next", here.next, there.next),
                 ("Risk", here.risk, there.risk))  # fmt: skip
        return [
            ((" Changed in another session meanwhile. ^S takes what stands above,", "caution"),),
            ((" Esc what was saved there:", "caution"),),
            *(((f"   {label}: {theirs or 'empty'}", "text"),) for label, mine, theirs in pairs if mine != theirs),
        ]

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
        self.dismiss(dataclasses.replace(
            self._draft, code=said["focus"], name=said["name"], next=following, risk=said["risk"]
        ))  # fmt: skip


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
    from tui.screens.notes.chart import Chart  # noqa: PLC0415

    page.tacenda.renew()
    page.tacenda.go_to("clients")
    page.tacenda.show_page(Chart(saved.note))


def edit_client(page: Page, client: int, reason: tuple[Reason, str] | None = None) -> None:
    """Open CLIENT over PAGE, which is recorded, and save what is changed; nothing is written where nothing is."""
    session = page.tacenda.session
    if session is None:
        return

    def reason_given(answer: tuple[Reason, str] | None) -> None:
        if answer is not None:
            edit_client(page, client, answer)

    def refused(error: BaseException) -> None:
        if isinstance(error, NeedsReason):
            page.tacenda.show_page(AskReason(error.what), reason_given)
        else:
            page.fail(error)

    why, said = reason or (None, "")
    page.work(
        partial(session.read_client, client, reason=why, words=said), lambda opened: _edit(page, opened), refused
    )  # fmt: skip


def _edit(
    page: Page, opened: OpenClient, draft: ClientDraft | None = None, problem: str = "", *, moved: bool = False
) -> None:  # fmt: skip
    """Ask for the fields of OPENED, which stand as DRAFT; MOVED where another session saved it meanwhile."""

    def answered(result: ClientDraft | None) -> None:
        session = page.tacenda.session
        if result is not None and session is not None and result != opened.draft:
            page.work(
                partial(session.save_client, result, opened.client, opened.revision),
                lambda _: page.tacenda.renew(), partial(failed, session, result),
            )  # fmt: skip

    def failed(session: Session, result: ClientDraft, error: BaseException) -> None:
        if isinstance(error, Conflict):
            page.work(partial(_read_anew, session, opened.client), partial(both, result))
        else:
            _edit(page, opened, result, str(error))

    def both(mine: ClientDraft, theirs: OpenClient) -> None:
        # what has no field here was not changed here
        merged = dataclasses.replace(
            theirs.draft, code=mine.code, name=mine.name, next=mine.next, risk=mine.risk
        )  # fmt: skip
        _edit(page, theirs, merged, moved=True)

    there = opened.draft if moved else None
    form = ClientForm(draft or opened.draft, problem, title=f"Client {opened.draft.code}", there=there)
    page.tacenda.show_page(form, answered)


def _read_anew(session: Session, client: int) -> OpenClient:
    session.follow()
    return session.read_client(client)
