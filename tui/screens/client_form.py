"""A client's fields: for a new one only the code is needed; one that is edited was opened, which is recorded."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import partial

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from core.catalog import AppointmentRow
from core.catalog.client_rows import is_same_as
from core.code_advice import advise
from core.session import ClientDraft, NeedsReason, OpenClient, Saved, Session
from tui import keymap, words
from tui.screens.box import Box
from tui.screens.notes.reason import AskReason
from tui.screens.page import Page
from tui.screens.practice.appointed import understood_lines
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Bar, Line, Sheet
from vault_format.codes import Reason
from vault_format.errors import Conflict

_FIELDS = (("Code", "focus"), ("Name", "name"), ("People", "people"), ("Next", "next"), ("Risk", "risk"))
_HINTS = {
    "name": "optional; hidden until v", "people": "a couple, a group: codes, with commas",
    "next": "optional: tomorrow 10:00, tue 9", "risk": "optional",
}  # fmt: skip
_ADVICE = (
    "The code stands on lists: a word that tells nothing about the person. Not initials, not a date of birth, not a "
    "number of theirs."
)


class ClientForm(Box):
    """Asks for a client; its result is a ClientDraft. THERE is what another session saved meanwhile.

    CLIENT is its number, 0 for a new one; APPOINTMENT is the one that Next shows, if any.
    """

    WHERE = "client"
    BINDINGS = keymap.bindings("client")

    def __init__(
        self, draft: ClientDraft | None = None, problem: str = "", *, title: str = "New client",
        there: ClientDraft | None = None, client: int = 0, appointment: AppointmentRow | None = None,
    ) -> None:  # fmt: skip
        super().__init__(title)
        self._draft = draft or ClientDraft("")
        self._there = there
        self._problem = problem
        self._client = client
        self._appointment = appointment

    def body(self) -> Iterator[Widget]:
        """Five fields, what a code must not be, and how Next is understood."""
        draft, planned = self._draft, self._appointment
        following = draft.next or (planned.when if planned else "")
        values = {"focus": draft.code, "name": draft.name, "people": ", ".join(draft.people), "next": following,
                  "risk": draft.risk}  # fmt: skip
        for label, name in _FIELDS:
            limit = 24 if name == "focus" else 1_000 if name == "people" else 200
            yield Labelled(label, Field(values[name], id=name, limit=limit, hint=_HINTS.get(name, "")))
        yield Sheet(id="advice", focusable=False)
        yield Sheet(id="understood", focusable=False)
        yield Bar(id="problem")

    def on_mount(self) -> None:
        """Say what a code must not be."""
        self._advise()
        self._understand()
        self.query_one("#problem", Bar).show(((f" {self._problem}", "danger"),) if self._problem else ())

    @on(Input.Changed, "#focus")
    @on(Input.Changed, "#name")
    def _advise(self) -> None:
        """Warn of a code that tells who somebody is; it is taken all the same."""
        if self._there is not None:
            lines = self._differences(self._draft, self._there)
        else:
            warning = advise(self._said("focus"), self._said("name"), self._draft.born)
            role, room = "caution" if warning else "muted", min(60, self.app.size.width - 6)
            lines = [((f" {row}", role),) for row in words.wrap(f"! {warning} {_ADVICE}" if warning else _ADVICE, room)]
        self.query_one("#advice", Sheet).show([(), *lines])

    @on(Input.Changed, "#next")
    def _understand(self) -> None:
        """Say how Next is understood: only a day and a time become an appointment."""
        session, said = self.tacenda.session, self._said("next")
        if session is None:
            return
        lines: list[Line] = []
        if said and not is_same_as(said):
            but = self._appointment.id if self._appointment else 0
            when, lines = understood_lines(session, said, self._client, but)
            if when is None:
                lines = [((" Next: kept as words; no appointment is made of them.", "muted"),)]
            elif when.time is None:
                lines = [((f" Next: {when.words()}; with a time it becomes an appointment.", "muted"),)]
        self.query_one("#understood", Sheet).show(lines)

    def _said(self, name: str) -> str:
        return self.query_one(f"#{name}", Field).said.strip()

    @staticmethod
    def _differences(here: ClientDraft, there: ClientDraft) -> list[Line]:
        pairs = (
            ("Code", here.code, there.code), ("Name", here.name, there.name),
            ("People", ", ".join(here.people), ", ".join(there.people)), ("Next", here.next, there.next),
            ("Risk", here.risk, there.risk),
        )  # fmt: skip
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
        if not self._said("focus"):
            self.query_one("#problem", Bar).show(((" A client needs a code.", "danger"),))
            self.set_focus(self.query_one("#focus"))
            return
        people = tuple(one.strip() for one in self._said("people").split(",") if one.strip())
        following, planned = self._said("next"), self._appointment
        if planned is not None and following in ("", planned.when):
            # the appointment stands as it is: its client's entry says nothing of it
            following = self._draft.next
        self.dismiss(dataclasses.replace(
            self._draft, code=self._said("focus"), name=self._said("name"), people=people, next=following,
            risk=self._said("risk"),
        ))  # fmt: skip


def save_with_next(
    session: Session, draft: ClientDraft, client: int | None = None, base: int = 0, appointment: int = 0
) -> Saved:  # fmt: skip
    """Save a client; where its Next is a day and a time, that becomes an appointment, or moves APPOINTMENT."""
    when = None if is_same_as(draft.next) else session.understood(draft.next, client or 0)
    plans = when is not None and when.time is not None
    saved = session.save_client(dataclasses.replace(draft, next="") if plans else draft, client, base)
    if when is not None and plans:
        if appointment:
            session.move_appointment(appointment, when)
        else:
            session.appoint(saved.note, when)
    return saved


def _planned(session: Session, client: int) -> AppointmentRow | None:
    number = session.catalog.client(client).appointment
    return session.catalog.appointment(number) if number else None


def ask_for_client(page: Page, draft: ClientDraft | None = None, problem: str = "") -> None:
    """Ask for a client over PAGE, save it, and go to its chart; ask again where it cannot be saved."""

    def answered(result: ClientDraft | None) -> None:
        session = page.tacenda.session
        if result is None or session is None:
            return
        page.work(
            partial(save_with_next, session, result), partial(_saved, page),
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
    now = page.tacenda.session
    planned = _planned(now, opened.client) if now is not None else None

    def answered(result: ClientDraft | None) -> None:
        session = page.tacenda.session
        if result is not None and session is not None and result != opened.draft:
            page.work(
                partial(save_with_next, session, result, opened.client, opened.revision, planned.id if planned else 0),
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
            theirs.draft, code=mine.code, name=mine.name, people=mine.people, next=mine.next, risk=mine.risk
        )  # fmt: skip
        _edit(page, theirs, merged, moved=True)

    there = opened.draft if moved else None
    form = ClientForm(
        draft or opened.draft, problem, title=f"Client {opened.draft.code}", there=there, client=opened.client,
        appointment=planned,
    )  # fmt: skip
    page.tacenda.show_page(form, answered)


def _read_anew(session: Session, client: int) -> OpenClient:
    session.follow()
    return session.read_client(client)
