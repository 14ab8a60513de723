"""Opening a vault for one command: unlock, act, lock."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import click

from tui.cli.terminal.secrets import Secrets, passphrase_option

if TYPE_CHECKING:
    from types import FrameType

    from core.session import Session
    from vault_format.codes import LockReason

VAULT = click.argument("vault", type=click.Path(readable=False), metavar="VAULT")


def unlocking(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what every command with a key takes: the vault, who one is, where the passphrase comes from."""
    command = passphrase_option(command)
    command = click.option("--as", "member", metavar="MEMBER", help="Who you are, where there are several.")(command)
    return VAULT(command)


class Ended(KeyboardInterrupt):
    """The person interrupted, the line dropped, or somebody asked the process to end."""

    def __init__(self, reason: LockReason) -> None:
        super().__init__()
        self.reason = reason


class _Ending:
    """Turns signals into Ended, so that the session is locked and the trail says why; later, where that must wait.

    An unlock that is recorded and a lock that is being written are not to be torn in two.
    """

    def __init__(self) -> None:
        from vault_format.codes import LockReason

        self._reasons = {"SIGINT": LockReason.PERSON, "SIGTERM": LockReason.SYSTEM, "SIGHUP": LockReason.HANGUP}
        self._before: dict[int, Any] = {}
        self._holding = False
        self._pending: LockReason | None = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            known = [getattr(signal, name) for name in self._reasons if hasattr(signal, name)]
            # a signal that is ignored already stays so: nohup wants that
            heard = [number for number in known if signal.getsignal(number) != signal.SIG_IGN]
            self._before = {number: signal.signal(number, self._heard) for number in heard}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        self._pending = self._reasons[signal.Signals(number).name]
        self.check()

    def check(self) -> None:
        """Raise Ended if a signal came, unless it has to wait."""
        if self._pending is not None and not self._holding:
            reason, self._pending = self._pending, None
            raise Ended(reason)

    def hold(self) -> None:
        """Let signals wait."""
        self._holding = True

    def release(self) -> None:
        """Wait no longer: raise Ended if a signal came meanwhile."""
        self._holding = False
        self.check()


def _tell_of_recovery(session: Session) -> None:
    """Say who was recovered since the last unlock, and keep the recovery kit up; a command never fails over it."""
    from core.recovery.after_unlock import after_unlock
    from tui.cli.terminal.output import say
    from vault_format.errors import TacendaError

    try:
        told = after_unlock(session, rotate=False).sentences
    except TacendaError:
        return  # nothing was lost: it is due at the next unlock, too
    for sentence in told:
        say(f"tacenda: {sentence}")


@contextmanager
def unlocked(
    vault: str, member: str | None, passphrase_fd: int | None, *, stdin_taken: bool = False,
    secrets: Secrets | None = None,
) -> Iterator[Session]:  # fmt: skip
    """Yield an unlocked session and lock it afterwards. The vault is verified while the passphrase is typed.

    STDIN_TAKEN says that standard input holds a text. SECRETS is given by a command that asks once more.
    """
    from core.session import Door
    from tui.cli.terminal.output import say
    from vault_format.codes import LockReason

    secrets = secrets or Secrets(passphrase_fd, stdin_taken=stdin_taken)
    door = Door(vault)
    door.start()
    with _Ending() as ending:
        try:
            if door.wait(0.5):
                door.check()
            passphrase = secrets.ask("Passphrase")
            door.wait()
            ending.hold()
            session = door.unlock(member, passphrase)
        except (KeyboardInterrupt, click.Abort):
            # the check goes on in its thread and is not waited for
            raise
        except BaseException:
            door.close()
            raise
        reason = LockReason.PERSON
        try:
            ending.release()
            session.open_rest()
            _tell_of_recovery(session)
            yield session
        except Ended as ended:
            reason = ended.reason
            raise
        finally:
            try:
                ending.hold()
            finally:
                session.lock(reason)
            if session.problem:
                say(f"tacenda: the lock could not be recorded. {session.problem}")
