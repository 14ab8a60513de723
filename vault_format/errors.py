"""The one exception tree of Tacenda.

Every error that reaches a person says three things: what happened, what is safe, what to do next. The exit code that a
command ends with is an attribute of the class, so that no caller has to map them.
"""

from __future__ import annotations

EXIT_DONE = 0
EXIT_FINDING = 1
EXIT_USAGE = 2
EXIT_CREDENTIALS = 3
EXIT_UNAVAILABLE = 4
EXIT_INTERNAL = 70
EXIT_INTERRUPTED = 130


class TacendaError(Exception):
    """Base of all errors that are for people.

    `what`, `safe` and `todo` are one short sentence each; `safe` and `todo` may be empty.
    """

    exit_code = EXIT_INTERNAL

    def __init__(self, what: str, *, safe: str = "", todo: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.safe = safe
        self.todo = todo

    def __str__(self) -> str:
        return " ".join(sentence for sentence in (self.what, self.safe, self.todo) if sentence)


class UsageError(TacendaError):
    """Input that cannot be acted on: a wrong value, an unknown id, text over its bound."""

    exit_code = EXIT_USAGE


class NotAVault(TacendaError):
    """The path does not hold a vault: nothing there, another magic, not a regular file."""

    exit_code = EXIT_USAGE


class NewerFormat(TacendaError):
    """The vault was lawfully made or raised by a newer program."""

    exit_code = EXIT_USAGE


class VaultBroken(TacendaError):
    """Verification found something; reading stops because it could not be recorded."""

    exit_code = EXIT_FINDING


class NotWhole(TacendaError):
    """One entity's ciphertext or commitment does not hold; everything else stays open."""

    exit_code = EXIT_FINDING


class Refused(TacendaError):
    """Wrong passphrase, or a role that may not do this."""

    exit_code = EXIT_CREDENTIALS


class Unavailable(TacendaError):
    """Base of what may work later: busy, read-only, no space, moved on."""

    exit_code = EXIT_UNAVAILABLE


class Busy(Unavailable):
    """Another process holds the lock for longer than the caller waits."""


class ReadOnly(Unavailable):
    """The file or its folder cannot be written here."""


class NoSpace(Unavailable):
    """The disk or a quota is full."""


class SyncFailed(Unavailable):
    """The system could not say that a write is on disk."""


class CapReached(Unavailable):
    """The vault holds as many unsigned records as may stand between two signed ones."""


class Conflict(Unavailable):
    """The entity moved on since it was read; both texts are kept."""


class WeakPassphrase(UsageError):
    """A new passphrase is empty or under the policy."""
