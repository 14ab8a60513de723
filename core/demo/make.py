"""Makes the demonstration vault: some weeks of a small practice, written by the ordinary session."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.create import new_vault
from core.demo.texts import CLIENTS, NOTES, Told
from core.keys.passphrase import FLOOR
from core.session import Door, NoteDraft, Session
from vault_format import machine

PASSPHRASE = "quiet river stone"  # noqa: S105  it stands on the page: the vault holds nothing but inventions
MEMBER = "owner"
PRACTICE = "demo practice"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DemoVault:
    """Where the vault is, and what opens it."""

    path: str
    passphrase: str
    member: str


class _Clock:
    """A clock that the maker sets; it moves one second with each look."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> int:
        self.moment += timedelta(seconds=1)
        return int(self.moment.timestamp() * 1000)


@contextmanager
def demo_folder() -> Iterator[Path]:
    """Yield a folder of mode 0700 that is erased afterwards, with a state folder of its own."""
    with tempfile.TemporaryDirectory(prefix="tacenda-demo-") as name:
        yield Path(name)


def make_demo(path: str, now: int | None = None) -> DemoVault:
    """Make the vault at PATH as if it had been written up to NOW (UTC ms). Raises UsageError if something is there."""
    end = datetime.fromtimestamp((machine.now_ms() if now is None else now) / 1000, UTC)
    clock = _Clock(end - 58 * _DAY)
    new_vault(path, PRACTICE, MEMBER, PASSPHRASE, clock=clock, cost=FLOOR)
    with tempfile.TemporaryDirectory(prefix="tacenda-demo-state-") as state:
        door = Door(path, clock=clock, folder=state)
        session = door.unlock(MEMBER, PASSPHRASE)
        clients = {code: session.add_client(code) for code in CLIENTS}
        for told in sorted(NOTES, key=lambda each: -each.days):
            day = end - told.days * _DAY
            moment = day.replace(hour=11, minute=20, second=0)
            clock.moment = min(max(clock.moment, moment), end - timedelta(minutes=10))
            _write(session, told, clients[told.client], day.date().isoformat())
        session.lock()
    return DemoVault(path, PASSPHRASE, MEMBER)


def _write(session: Session, told: Told, client: int, date: str) -> None:
    draft = NoteDraft(
        client, told.text, type=told.type, form=told.form, title=told.title, date=date, start=told.start,
        end=told.end, tags=told.tags, place="office" if told.start else "", risk=told.risk,
    )  # fmt: skip
    saved = session.save_note(draft)
    if told.signed:
        session.sign_note(saved.note, saved.revision)
