"""A vault to open, and the application on it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from textual import _wait

from core.create import default_policy, new_vault
from core.keys.passphrase import Cost
from core.session import ClientDraft, Door, NoteDraft, Session
from tests.tui.walking import MEMBER, PASSPHRASE
from tui import words
from tui.application import Tacenda
from tui.keys import keymap
from tui.terminal import environment
from vault_format import machine
from vault_format.codes import LockReason

CHEAP = Cost(65_536, 3, 4)

# After each key Textual waits until the process has been idle for this long, twice: seconds.
_wait.SLEEP_GRANULARITY = 0.004
_wait.SLEEP_IDLE = 0.0004


@pytest.fixture(autouse=True)
def nothing_chosen() -> Iterator[None]:
    """Leave nothing of what a test chose to the next one: symbols, weekdays and keys are the process's."""
    yield
    environment.choose_symbols("auto")
    words.choose_weekdays(shown=True)
    keymap.use({})


@pytest.fixture(autouse=True)
def locked_at_the_end(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lock what a test's applications left open, as the process does at its end."""
    started: list[Tacenda] = []
    made = Tacenda.__init__

    def noticed(app: Tacenda, *args: Any, **options: Any) -> None:  # noqa: ANN401  whatever it takes
        made(app, *args, **options)
        started.append(app)

    monkeypatch.setattr(Tacenda, "__init__", noticed)
    yield
    for app in started:
        app.guard.end(LockReason.SYSTEM)
        app.guard.stop()


@pytest.fixture(scope="session")
def made_vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The original, which no test may change."""
    folder = tmp_path_factory.mktemp("vault")
    path = folder / "practice.tacenda"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TACENDA_STATE", str(folder / "state"))
        # tests are run at any hour, and an unlock at night would be told on their pages
        patch.setattr(
            "core.create.default_policy",
            lambda cost, zone: replace(default_policy(cost, zone), hours_from=0, hours_to=1_440),
        )
        new_vault(str(path), "practice", MEMBER, PASSPHRASE, clock=machine.now_ms, cost=CHEAP)
    return path


@pytest.fixture
def vault(made_vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A vault with one owner and nothing in it; state folders are the test's own."""
    monkeypatch.setenv("TACENDA_STATE", str(tmp_path / "state" / "tacenda"))
    path = tmp_path / "practice.tacenda"
    shutil.copyfile(made_vault, path)
    path.chmod(0o600)
    return str(path)


Fill = Callable[..., list[int]]


def open_session(path: str) -> Session:
    """Return an unlocked session without the application."""
    return Door(path).unlock(MEMBER, PASSPHRASE)


@pytest.fixture
def fill(vault: str) -> Fill:
    """Write clients and notes into the vault; return the notes' ids."""

    def filled(*notes: NoteDraft, code: str = "OTTER", name: str = "", sign: bool = False) -> list[int]:
        session = open_session(vault)
        client = session.save_client(ClientDraft(code, name)).note
        made = []
        for note in notes:
            fields = {name: getattr(note, name) for name in note.__dataclass_fields__ if name != "client"}
            saved = session.save_note(NoteDraft(client, **fields))
            made.append(saved.note)
            if sign:
                session.sign_note(saved.note, saved.revision)
        session.lock(LockReason.PERSON)
        return made

    return filled


_ELSEWHERE = re.compile(
    r"\[(size[1-9]|light|contrast|nocolor|200x60|screen|the Linux console's symbols|f2|colon"
    r"|(light|ansi|contrast|nocolor)-(True|False)-env\d-size\d)\]$"
    # 60 columns without colour are walked once, the ten minutes of them with the rest
    r"|walk_ten_minutes\.py::.*\[60x20, no colour\]$"
    # of the four roles, the two that a page has most to keep from
    r"|refuses_the_rest\[[13]\]$"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave sizes other than the first, and themes that differ in colours only, to the slow tests."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and _ELSEWHERE.search(item.nodeid):
            item.add_marker(pytest.mark.slow)
