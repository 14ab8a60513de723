"""Work in threads: nothing that waits for the disk or for Argon2id stands in the event loop's way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual import on
from textual.app import App
from textual.screen import Screen
from textual.worker import Worker

from tui.messages import Finished


class Jobs(App[int]):
    """An application whose work is done in threads, and whose pages take the results."""

    era: int = 0
    """Rises with every unlock and lock: a result from before it is not taken."""

    def start_job(
        self, asker: object, job: Callable[[], Any], then: Callable[[Any], None],
        failed: Callable[[BaseException], None] | None = None,
    ) -> Worker[None]:  # fmt: skip
        """Do JOB in a thread; THEN or FAILED is called here, if the asker still stands and nothing was locked."""
        era = self.era

        def run() -> None:
            message = Finished(era, asker, then, failed)
            try:
                message.result = job()
            except Exception as error:  # noqa: BLE001  it goes to the page, which says it
                message.error = error.with_traceback(None)
            self.post_message(message)

        return self.run_worker(run, thread=True, exit_on_error=False)

    @on(Finished)
    def _finished(self, message: Finished) -> None:
        asker = message.asker
        if message.era != self.era or (isinstance(asker, Screen) and asker not in self.screen_stack):
            return
        if message.error is None:
            message.then(message.result)
        elif message.failed is not None:
            message.failed(message.error)
