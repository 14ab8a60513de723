"""Messages between threads, widgets and the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual.message import Message

from tui.drafts.draft import Rescue
from vault_format.codes import LockReason


@dataclass
class Finished(Message):
    """A job in a thread came to its end: its result, or what it raised.

    THEN and FAILED belong to the page that asked; they are called only while that page stands and the vault was not
    locked since (ERA).
    """

    era: int
    asker: object
    then: Callable[[Any], None]
    failed: Callable[[BaseException], None] | None
    result: object = None
    error: BaseException | None = None


@dataclass
class Ended(Message):
    """The session was ended by the guard, for REASON; RESCUE says what became of the draft."""

    reason: LockReason
    rescue: Rescue


@dataclass
class HangUp(Message):
    """The line dropped, or the system asks to end; the text is saved and the session locked by then."""

    reason: LockReason
