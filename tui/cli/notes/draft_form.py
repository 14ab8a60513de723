"""A client's form that a session left outside the vault, taken into it by command."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from core.session import ClientDraft, Session, TakenClient, Unfinished


class Wishes(NamedTuple):
    """What the command said besides: why it is opened, and what the form lacked or what decides between two texts."""

    reason: str | None
    words: str
    code: str | None
    born: str | None
    over: bool


def is_form(left: Unfinished) -> bool:
    """Whether LEFT is of a client's form."""
    from core.drafts import DraftKind

    return left.kind == DraftKind.CLIENT


def recover_form(session: Session, left: Unfinished, wishes: Wishes) -> None:
    """Save what was LEFT as the client's entry, and print the client's id. What cannot be saved stays sealed."""
    import click

    from core.catalog import short_id
    from core.client_form import planned_for, save_with_next
    from tui.cli.clients.client_acts import reason_of, reasons
    from tui.cli.terminal.output import say
    from vault_format.errors import TacendaError

    with reasons():
        taken = session.recover_client(left, reason=reason_of(wishes.reason), words=wishes.words)
    planned = planned_for(session, taken.client)
    draft = _draft(session, taken, wishes)
    try:
        if draft is None:
            say("tacenda: the vault says so already; nothing was written.")
        else:
            _check(taken, draft, wishes)
            base = taken.opened.revision if taken.opened is not None else 0
            when = session.understood(draft.next, taken.client) if taken.typed.next is not None else None
            saved = save_with_next(session, draft, taken.client, base, planned.id if planned else 0)
            say(f"tacenda: {draft.code} is saved as revision {saved.revision}.")
            if when is not None and when.time is not None:
                # it may have been typed on another day
                say(f"tacenda: Next is understood as {when.words()}.")
    except TacendaError:
        say("tacenda: the form stays sealed on this machine: `draft list` names it.")
        raise
    session.empty_journal()
    click.echo(short_id(taken.client))


def _draft(session: Session, taken: TakenClient, wishes: Wishes) -> ClientDraft | None:
    """Return what is to be saved, None where the vault has it."""
    from dataclasses import replace

    from core.client_form import planned_for, written
    from core.session import ClientDraft

    was = taken.opened.draft if taken.opened is not None else ClientDraft("")
    draft = written(taken.typed, was, planned_for(session, taken.client))
    draft = replace(
        draft, code=draft.code if wishes.code is None else wishes.code,
        born=draft.born if wishes.born is None else wishes.born,
    )  # fmt: skip
    return None if taken.opened is not None and draft == was else draft


def _check(taken: TakenClient, draft: ClientDraft, wishes: Wishes) -> None:
    """Refuse what the form itself would refuse. Raises UsageError, and Conflict where the entry moved on."""
    from core.client_form import differing
    from core.upkeep.charts.retention import check_born
    from tui.cli.terminal.output import say
    from vault_format.errors import Conflict, UsageError

    if not draft.code:
        raise UsageError("A client needs a code.", safe="Nothing was written.", todo="Name one: --code CODE.")
    if taken.opened is None or draft.born != taken.opened.draft.born:
        try:
            check_born(draft.born)
        except UsageError as error:
            raise UsageError(error.what, safe="Nothing was written.", todo="Say it anew: --born DAY.") from None
    if taken.moved and taken.opened is not None and not wishes.over:
        for label, here, there in differing(draft, taken.opened.draft):
            say(f"  {label}: typed here {here[:200] or '-'}, saved there {there[:200] or '-'}")
        raise Conflict(
            "This client was changed in another session since.", safe="Both are kept.",
            todo="--over takes what was typed here; `draft discard` leaves what was saved there.",
        )  # fmt: skip
