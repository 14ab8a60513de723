"""A page that opens notes: recorded first, with a reason where one is needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from core.session import NeedsReason
from tui.screens.notes.reading.reason import AskReason
from tui.screens.page import Page
from vault_format.codes import Reason


class Opening(Page):
    """Base of the pages that open notes."""

    def __init__(self) -> None:
        super().__init__()
        self._asked: tuple[Reason, str] | None = None
        self._job: tuple[Callable[..., Any], Callable[[Any], None]] | None = None
        self._opens = ("opens", self)

    def open_notes(self, job: Callable[..., Any], then: Callable[[Any], None]) -> None:
        """Do JOB, which takes `reason` and `words`, in a thread, then THEN with what it returns.

        A reason is asked for where one is needed; without it the page goes.
        """
        self._job = job, then
        reason, said = self._asked or (None, "")
        self.say("Opening.", "muted")
        # what is pressed meanwhile is meant for the note
        self.tacenda.hold_keys(self._opens)
        self.work(partial(job, reason=reason, words=said), self._opened_notes, self._not_opened)

    def _opened_notes(self, result: Any) -> None:  # noqa: ANN401  whatever the job returns
        self.hush()
        job, self._job = self._job, None
        try:
            if job is not None:
                job[1](result)
        finally:
            self.tacenda.release_keys(self._opens)

    def _not_opened(self, error: BaseException) -> None:
        self.tacenda.release_keys(self._opens)
        if isinstance(error, NeedsReason):
            self.tacenda.show_page(AskReason(error.what), self._reason_given)
            return
        self.fail(error)
        self.show_top()

    def _reason_given(self, answer: tuple[Reason, str] | None) -> None:
        if answer is None or self._job is None:
            self.tacenda.back()
            return
        self._asked = answer
        self.open_notes(*self._job)
