"""The fields of a note's header as options, for a new note and for one that is edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from core.session import NoteDraft, Session

_FIELDS = (
    ("--start", "start", "TIME", "Actual start, as 10:02; never filled in for you."),
    ("--end", "end", "TIME", "Actual end."),
    ("--with", "attendees", "WHO", "Who was there."),
    ("--place", "place", "WORDS", "Place, or how it was held."),
    ("--service", "service", "CODE", "Service code; `minutes` takes what start and end suggest."),
    ("--risk", "risk", "WORDS", "What is said of risk."),
    ("--goal", "goal", "WORDS", "The goal it is about."),
    ("--next", "following", "WHEN", "Next appointment, as `tue 9` or `2026-12-01 10:00`; it is planned."),
)


def header(command: Any) -> Any:  # noqa: ANN401  as Click's decorators have it
    """Add the fields of a note's header. Everybody on this machine can see arguments while the command runs."""
    for flag, name, metavar, said in reversed(_FIELDS):
        command = click.option(flag, name, metavar=metavar, help=said)(command)
    return command


def filled(draft: NoteDraft, said: dict[str, str | None]) -> NoteDraft:
    """Return DRAFT with the fields that were SAID; the next appointment and the service as they are meant."""
    from dataclasses import replace
    from datetime import datetime

    from core.writing.follow_up import kept_next
    from core.writing.forms import minutes_between, suggest_service
    from vault_format.errors import UsageError

    fields: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    if "following" in fields:
        fields["next"] = kept_next(fields.pop("following"), datetime.now())  # noqa: DTZ005  the person's own clock
    meant = replace(draft, **fields)
    if fields.get("service") != "minutes":
        return meant
    service = suggest_service(minutes_between(meant.start, meant.end))
    if not service:
        raise UsageError("No minutes suggest a service.", safe="Nothing was written.",
                         todo="Give --start and --end of at least 16 minutes, or a code.")  # fmt: skip
    return replace(meant, service=service)


def after_saving(session: Session, draft: NoteDraft, before: str = "") -> list[str]:
    """Plan what comes next, or move what was planned for what it said BEFORE; return what there is to say of DRAFT."""
    from dataclasses import replace

    from core.writing.follow_up import plan_next
    from core.writing.review import stands_alone
    from vault_format.errors import TacendaError

    told = []
    try:
        planned = plan_next(session, draft, before)
    except TacendaError as error:
        told.append(f"the next appointment is not planned: {error.what}")
    else:
        if planned is not None:
            twice = ", ".join(row.client_code for row in planned.overlaps)
            told.append(f"next: {planned.words}" + (f", at the same time as {twice}" if twice else ""))
    draft = replace(draft, process=draft.process or draft.type == "process", date=draft.date or session.local_day())
    if stands_alone(draft, session.catalog.notes(draft.client)):
        told.append("a process note alone leaves the chart of that day without a note. Write the progress note, too.")
    return told
