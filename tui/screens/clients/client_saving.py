"""A client is asked for, saved and edited over a page; what another session saved meanwhile is not written over.

What is typed is in the keeper of forms until the vault has it: a lock, also in the midst of a save, loses none of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from core.client_form import planned_for, save_with_next, written
from core.session import ClientDraft, NeedsReason, OpenClient, Saved, Session, TakenClient, TypedClient, Unfinished
from tui import words
from tui.screens.clients.client_form import ClientForm
from tui.screens.notes.reading.reason import AskReason
from tui.screens.page import Page
from vault_format.codes import Reason
from vault_format.errors import Conflict


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a form is about: CLIENT, as it was OPENED; a new one where it was not. MOVED where the form is older."""

    client: int
    opened: OpenClient | None = None
    moved: bool = False

    @property
    def was(self) -> ClientDraft:
        """What the vault says."""
        return self.opened.draft if self.opened is not None else ClientDraft("")

    @property
    def revision(self) -> int:
        """The revision that the vault has."""
        return self.opened.revision if self.opened is not None else 0


def ask_for_client(page: Page) -> None:
    """Ask for a new client over PAGE, save it, and go to its chart; ask again where it cannot be saved."""
    session, keeper = page.tacenda.session, page.tacenda.form
    if session is not None and keeper is not None:
        entry = _Entry(session.reserve_note())
        keeper.begin(entry.client, 0)
        _ask(page, entry)


def edit_client(page: Page, client: int, reason: tuple[Reason, str] | None = None) -> None:
    """Open CLIENT over PAGE, which is recorded, and save what is changed; nothing is written where nothing is."""
    session = page.tacenda.session
    if session is None:
        return

    def opened(there: OpenClient) -> None:
        keeper = page.tacenda.form
        if keeper is not None:
            keeper.begin(client, there.revision)
            _ask(page, _Entry(client, there))

    why, said = reason or (None, "")
    page.work(
        partial(session.read_client, client, reason=why, words=said), opened,
        lambda error: _refused(page, error, lambda answer: edit_client(page, client, answer)),
    )  # fmt: skip


def resume(page: Page, left: Unfinished, reason: tuple[Reason, str] | None = None) -> None:
    """Open over PAGE the form that a session LEFT, which is recorded first, with the cursor where it was."""
    session = page.tacenda.session
    if session is None:
        return
    why, said = reason or (None, "")
    page.tacenda.hold_keys(left)
    page.work(
        partial(session.recover_client, left, reason=why, words=said), partial(_taken, page, left),
        lambda error: _not_taken(page, left, error),
    )  # fmt: skip


def _not_taken(page: Page, left: Unfinished, error: BaseException) -> None:
    page.tacenda.release_keys(left)
    _refused(page, error, lambda answer: resume(page, left, answer))


def _taken(page: Page, left: Unfinished, taken: TakenClient) -> None:
    app = page.tacenda
    session, keeper = app.session, app.form
    app.returning.settled(left)
    if session is None or keeper is None:
        return
    keeper.begin(taken.client, taken.base, taken.typed, sealed=True)
    entry = _Entry(taken.client, taken.opened, taken.moved)
    kept = words.clock(left.time)[:5]
    if taken.moved and written(taken.typed, entry.was, planned_for(session, taken.client)) == entry.was:
        # the session ended between its save and the moment when the journal was emptied
        keeper.drop()
        page.fill()
        page.say(f"What you typed of {entry.was.code} until {kept} is in the vault.")
    else:
        page.fill()
        here = (f"Typed until {kept}, and not in the vault: here it is.", "muted")
        _ask(page, entry, taken.typed, None if taken.moved else here)
    app.release_keys(left)


def _refused(page: Page, error: BaseException, again: Callable[[tuple[Reason, str]], None]) -> None:
    """Ask for a reason where one is needed, and try AGAIN with it; say anything else."""

    def answered(answer: tuple[Reason, str] | None) -> None:
        if answer is not None:
            again(answer)

    if isinstance(error, NeedsReason):
        page.tacenda.show_page(AskReason(error.what), answered)
    else:
        page.fail(error)


def _ask(page: Page, entry: _Entry, typed: TypedClient | None = None, told: tuple[str, str] | None = None) -> None:
    """Show the form of ENTRY, in which TYPED stands, and save what it gives; TOLD is said on it."""
    now = page.tacenda.session
    planned = planned_for(now, entry.client) if now is not None else None

    def answered(result: TypedClient | None) -> None:
        session, keeper = page.tacenda.session, page.tacenda.form
        if session is None or keeper is None:
            return
        draft = written(result, entry.was, planned) if result is not None else entry.was
        if result is None or (entry.opened is not None and draft == entry.was):
            keeper.drop()
            return
        save = partial(
            save_with_next, session, draft, entry.client, entry.revision, planned.id if planned else 0
        )  # fmt: skip
        page.work(partial(keeper.save, save), partial(_saved, page, entry), partial(failed, session, result))

    def failed(session: Session, result: TypedClient, error: BaseException) -> None:
        if isinstance(error, Conflict):
            page.work(
                partial(_read_anew, session, entry.client),
                lambda there: _ask(page, _Entry(entry.client, there, moved=True), result),
                lambda other: _ask(page, entry, result, (str(other), "danger")),
            )  # fmt: skip
        else:
            _ask(page, entry, result, (str(error), "danger"))

    page.tacenda.show_page(
        ClientForm(
            entry.was if entry.opened is not None else None, typed, client=entry.client, appointment=planned,
            moved=entry.moved, told=told,
        ), answered,
    )  # fmt: skip


def _saved(page: Page, entry: _Entry, saved: Saved) -> None:
    from tui.screens.notes.chart import Chart  # noqa: PLC0415

    page.tacenda.renew()
    if entry.opened is None:
        page.tacenda.go_to("clients")
        page.tacenda.show_page(Chart(saved.note))


def _read_anew(session: Session, client: int) -> OpenClient:
    session.follow()
    return session.read_client(client)
