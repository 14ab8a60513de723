"""A passphrase is judged as it is typed, beside the keys: one estimate at a time, the newest text wins."""

# ruff: noqa: F811  fixtures are imported, and tests name them
from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from core.keys.strength import Strength, strength
from tests.core.practice import Practice
from tests.tui.conftest import CHEAP
from tests.tui.in_practice import NEW, application, enter, made, practice, put  # noqa: F401
from tests.tui.pictures.test_captures import settle
from tests.tui.vault.test_inviting import to_the_page
from tests.tui.walking import screen_text, see, type_text, until
from tui.application import Tacenda
from tui.screens.vault.keys.passphrase import PassphrasePage
from tui.widgets.fields import Field
from tui.widgets.strength import Judging

PASTED = "4@8({[<369&#!1/|0$5+7%2" * 43 + "elevens wood"
"""A thousand characters, and the slowest there are: each symbol may be several letters."""


class Work:
    """Jobs that wait until a test lets them be done, and their results until it hands them over."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[[], Any], Callable[[Any], None], Callable[[BaseException], None]]] = []

    def __call__(
        self, job: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[BaseException], None]
    ) -> None:
        self.waiting.append((job, then, failed))

    def do(self) -> Callable[[], None]:
        """Do the oldest in a thread's place; return what hands its result over."""
        job, then, _ = self.waiting.pop(0)
        result = job()
        return lambda: then(result)


def test_one_estimate_at_a_time_and_the_newest_text_wins() -> None:
    work, shown = Work(), list[Strength | None]()
    judging = Judging(work, shown.append)
    for text in ("otter", "otter m", "otter ma"):
        judging.judge(text, ("owner",))
    assert len(work.waiting) == 1
    hand_over = work.do()
    for text in ("otter map", "otter mapl", NEW):
        judging.judge(text, ("owner",))
    assert work.waiting == []
    hand_over()
    # what is no longer there is told to nobody; the newest is judged next, and only it
    assert shown == []
    assert len(work.waiting) == 1
    work.do()()
    assert shown == [strength(NEW, ("owner",))]
    assert work.waiting == []


def test_a_text_that_is_gone_is_kept_nowhere() -> None:
    work, shown = Work(), list[Strength | None]()
    judging = Judging(work, shown.append)
    judging.judge("otter maple", ())
    result = work.waiting[0][0]()
    assert "otter" not in repr(result)
    judging.judge("heron wren", ())
    judging.judge("", ())
    assert shown == [None]
    assert not judging._waits
    work.waiting.pop(0)[1](result)
    assert (shown, work.waiting) == ([None], [])
    judging.judge("heron wren", ())
    judging.forget()
    assert not judging._waits
    work.do()()
    assert shown == [None]


async def judged_beside_the_keys(pilot: Pilot[int], field: str, wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paste what is slow to judge into FIELD, type on, and see WANTED once the newest text was judged."""
    begun, slowly, threads, texts = threading.Event(), threading.Event(), set[int](), list[str]()

    def slow(said: str, known: tuple[str, ...]) -> Strength:
        threads.add(threading.get_ident())
        texts.append(said)
        begun.set()
        slowly.wait(20)
        return strength(said, known)

    monkeypatch.setattr("tui.widgets.strength.strength", slow)
    app = pilot.app
    assert isinstance(app, Tacenda)
    put(app, field, PASTED)
    app.screen.set_focus(app.screen.query_one(f"#{field}"))
    try:
        await until(pilot, begun.is_set)
        await pilot.press("ctrl+u")
        await type_text(pilot, NEW)
        # every key has come while the first estimate goes on
        assert app.screen.query_one(f"#{field}", Field).said == NEW
        assert texts == [PASTED]
    finally:
        slowly.set()
    await see(pilot, wanted)
    await settle(pilot)
    assert texts == [PASTED, NEW]
    assert threading.get_ident() not in threads
    assert NEW not in screen_text(app)


async def test_a_newcomers_passphrase(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    async with application(practice).run_test() as pilot:
        await to_the_page(pilot)
        await judged_beside_the_keys(pilot, "new-1", "strong, about 10^", monkeypatch)


async def test_another_passphrase(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    app = application(practice)
    async with app.run_test() as pilot:
        await enter(pilot, "5")
        app.show_page(PassphrasePage())
        await see(pilot, "six random words are good")
        await judged_beside_the_keys(pilot, "new", "strong, about 10^", monkeypatch)


async def test_the_first_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Tacenda(str(tmp_path / "practice.tacenda"), cost=CHEAP).run_test() as pilot:
        await see(pilot, "Six random words are good")
        await judged_beside_the_keys(pilot, "passphrase", "strong, about 10^", monkeypatch)
