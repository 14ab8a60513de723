"""A client is asked for, saved and edited over a page; what another session saved meanwhile is not written over."""

from __future__ import annotations

import dataclasses
from functools import partial

from core.catalog import AppointmentRow
from core.catalog.client_rows import is_same_as
from core.session import ClientDraft, NeedsReason, OpenClient, Saved, Session
from tui.screens.client_form import ClientForm
from tui.screens.notes.reason import AskReason
from tui.screens.page import Page
from vault_format.codes import Reason
from vault_format.errors import Conflict


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


def brought_together(was: ClientDraft, mine: ClientDraft, theirs: ClientDraft) -> ClientDraft:
    """Return MINE with what THEIRS says in the fields that still stand in it as they WERE."""
    untouched = {
        field.name: getattr(theirs, field.name) for field in dataclasses.fields(ClientDraft)
        if getattr(mine, field.name) == getattr(was, field.name)
    }  # fmt: skip
    return dataclasses.replace(mine, **untouched)


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
        _edit(page, theirs, brought_together(opened.draft, mine, theirs.draft), moved=True)

    there = opened.draft if moved else None
    form = ClientForm(
        draft or opened.draft, problem, title=f"Client {opened.draft.code}", there=there, client=opened.client,
        appointment=planned,
    )  # fmt: skip
    page.tacenda.show_page(form, answered)


def _read_anew(session: Session, client: int) -> OpenClient:
    session.follow()
    return session.read_client(client)
