"""Opening a vault for one command: unlock, act, lock."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from tui.cli.secrets import Secrets, passphrase_option

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
    """The line dropped, or somebody asked the process to end."""

    def __init__(self, reason: LockReason) -> None:
        super().__init__()
        self.reason = reason


@contextmanager
def _ending_by_lock() -> Iterator[None]:
    """Make a hang-up or a request to end an interruption, so that the session is locked and that is recorded."""
    from vault_format.codes import LockReason

    reasons = {"SIGHUP": LockReason.HANGUP, "SIGTERM": LockReason.SYSTEM}

    def end(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_IGN)
        raise Ended(reasons[signal.Signals(number).name])

    known = [getattr(signal, name) for name in reasons if hasattr(signal, name)]
    before = {}
    if threading.current_thread() is threading.main_thread():
        # a signal that is ignored already stays so: nohup wants that
        before = {number: signal.signal(number, end) for number in known if signal.getsignal(number) != signal.SIG_IGN}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def unlocked(
    vault: str, member: str | None, passphrase_fd: int | None, *, stdin_taken: bool = False
) -> Iterator[Session]:
    """Yield an unlocked session and lock it afterwards. The vault is verified while the passphrase is typed.

    STDIN_TAKEN says that standard input holds a text.
    """
    from core.session import Door
    from tui.cli.output import say
    from vault_format.codes import LockReason

    secrets = Secrets(passphrase_fd, stdin_taken=stdin_taken)
    door = Door(vault)
    door.start()
    with _ending_by_lock():
        try:
            if door.wait(0.5):
                door.check()
            session = door.unlock(member, secrets.ask("Passphrase"))
        except (KeyboardInterrupt, click.Abort):
            # the check goes on in its thread and is not waited for
            raise
        except BaseException:
            door.close()
            raise
        reason = LockReason.PERSON
        try:
            session.open_rest()
            yield session
        except Ended as ended:
            reason = ended.reason
            raise
        finally:
            session.lock(reason)
            if session.problem:
                say(f"tacenda: the lock could not be recorded. {session.problem}")
