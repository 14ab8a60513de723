"""Walking through the application on a practice of several members."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.core.practice import COST, PASSPHRASES, Practice, build_practice
from tests.tui.pictures.test_captures import settle
from tests.tui.walking import unlock, until
from tui.application import Tacenda
from tui.screens.door.door import DoorPage
from tui.screens.vault.charts.approval import Approval
from tui.widgets.fields import Field
from vault_format import machine

OWNER = PASSPHRASES["owner"]
NEW = "seven larches above the quarry pond"
SMALL = (60, 20)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    """A practice of a minute ago; no test may change it."""
    return build_practice(tmp_path_factory.mktemp("practice"), machine.now_ms() - 60_000)


@pytest.fixture
def practice(made: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Practice:
    """A copy of the practice; state folders are the test's own."""
    monkeypatch.setenv("TACENDA_STATE", str(tmp_path / "state" / "tacenda"))
    return made.copied(tmp_path)


def put(app: Tacenda, name: str, value: str) -> None:
    """Put a value into a field, as a paste does."""
    app.screen.query_one(f"#{name}", Field).set(value)


async def enter(pilot: Pilot[int], *keys: str, member: str = "owner") -> Tacenda:
    """Unlock as MEMBER, press KEYS."""
    app = pilot.app
    assert isinstance(app, Tacenda)
    await until(pilot, lambda: isinstance(app.screen, DoorPage) and app.screen.query_one("#member-row").display)
    put(app, "member", member)
    await unlock(pilot, PASSPHRASES[member])
    await settle(pilot)
    for key in keys:
        await pilot.press(key)
        await settle(pilot)
    return app


def application(practice: Practice) -> Tacenda:
    """Return the application on the practice, with Argon2id at its floor."""
    return Tacenda(str(practice.path), cost=COST)


async def approve(pilot: Pilot[int], passphrase: str = OWNER) -> None:
    """Approve what stands on the approval page."""
    app = pilot.app
    assert isinstance(app, Tacenda)
    assert isinstance(app.screen, Approval)
    put(app, "passphrase", passphrase)
    await pilot.press("ctrl+s")
