"""What the pages of the trail look like, kept as text beside the others; see test_captures.py."""

from __future__ import annotations

import pytest

from core.session import NoteDraft
from tests.tui.conftest import Fill
from tests.tui.pictures.test_captures import check, settle
from tests.tui.trail.test_trail import enter_later, fail_unlocks, revise
from tests.tui.walking import see, until
from tui.application import Tacenda


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 40)])
async def test_the_trail_looks_as_it_did(vault: str, fill: Fill, size: tuple[int, int]) -> None:
    (note,) = fill(NoteDraft(0, "text", title="one"))
    revise(vault, note, 3)
    fail_unlocks(vault, 5)
    app = Tacenda(vault)
    async with app.run_test(size=size) as pilot:
        await see(pilot, "Passphrase")
        enter_later(app, vault)
        await see(pilot, "Alert, critical")
        await until(pilot, lambda: app.alerting.unanswered == 2)
        await settle(pilot)
        await check("today-alert", pilot)
        for name, keys in {
            "trail": ["4"], "trail-filter": ["slash"], "trail-write": ["escape", "x"], "alerts": ["escape", "A"],
            "alert-answer": ["w"], "alert-records": ["escape", "enter"],
            "day": ["escape", "escape", "d"], "checkpoint": ["escape", "p"],
        }.items():  # fmt: skip
            await pilot.press(*keys)
            await settle(pilot)
            await check(name, pilot)
