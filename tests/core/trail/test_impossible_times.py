"""Records may claim times that no calendar has: everything that shows or judges them goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.acts import trail
from core.alerts import Rule
from core.audit.columns import Columns
from core.audit.export import FORMS, Source
from core.audit.trail import Trail
from core.moments import LAST_MS, moment, zone_of
from core.reports.report import as_markdown, report
from core.watching import Watcher
from tests.core.practice import Practice, unsigned
from vault_format import bounds
from vault_format.codes import Action
from vault_format.verification.verify import verify
from vault_format.view import View


@given(st.integers(-(2**70), 2**70))
def test_every_number_is_some_moment(milliseconds: int) -> None:
    for zone in ("UTC", "Pacific/Kiritimati", "Etc/GMT+12", "no/where"):
        assert 1969 <= moment(milliseconds, zone_of(zone)).year <= 9999
    assert moment(milliseconds, None).year <= 9999
    assert moment(LAST_MS + 1) == moment(LAST_MS)


def test_a_record_of_the_end_of_time_stops_nobody(practice: Practice, tmp_path: Path) -> None:
    unsigned(practice, [trail.unlock_failed(1)], [bounds.MAX_TIME])
    assert practice.verdict().intact
    columns = Columns()
    view = View(str(practice.path), practice.clock, listener=columns.take)
    view.close()
    rows = Trail(columns, lambda _: "")
    for form in FORMS.values():
        assert list(form([rows.row(seq) for seq in range(len(rows))], Source("ab", "host")))
    assert "does not verify" not in as_markdown(report(str(practice.path), None, practice.clock))
    watcher = Watcher([str(practice.path)], str(tmp_path / "w"), practice.clock)
    watcher.begin()
    unsigned(practice, [trail.unlock_failed(1)] * 5, [bounds.MAX_TIME] * 5)
    assert Rule.FAILURES in {told.alert.rule for told in watcher.step(10)}


def test_dates_that_were_made_up_silence_nothing(practice: Practice, tmp_path: Path) -> None:
    watcher = Watcher([str(practice.path)], str(tmp_path / "w"), practice.clock)
    watcher.begin()
    unsigned(practice, [trail.unlock_failed(1)] * 7, [LAST_MS] * 7)
    assert Rule.FAILURES in {told.alert.rule for told in watcher.step(10)}
    practice.clock.later(3_600)
    unsigned(practice, [trail.unlock_failed(2)] * 5)
    assert Rule.FAILURES in {told.alert.rule for told in watcher.step(10)}
    practice.clock.later(60)
    unsigned(practice, [trail.unlock_failed(2)] * 5)
    assert Rule.FAILURES not in {told.alert.rule for told in watcher.step(10)}, "it goes on"
    practice.clock.later(3_600)
    unsigned(practice, [trail.unlock_failed(2)] * 5)
    assert Rule.FAILURES in {told.alert.rule for told in watcher.step(10)}, "another one"


def test_a_flood_with_a_malformed_end_locks_nobody_out(practice: Practice, tmp_path: Path) -> None:
    """The records over the cap are set aside whatever they hold, in an open session too."""
    open_before = practice.unlock(folder=tmp_path / "elsewhere")
    unsigned(practice, [trail.unlock_failed(1)] * (bounds.UNLOCK_FAILURES + 1))
    raw = bytearray(practice.path.read_bytes())
    raw[-64:] = bytes([1]) * 64
    practice.path.write_bytes(raw)
    verdict = verify(str(practice.path), practice.clock.now)
    assert verdict.intact
    assert [notice.kind for notice in verdict.notices] == ["flood"]
    assert open_before.add_client("WREN")
    open_before.lock()
    assert practice.verdict().intact
    practice.clock.later(61)
    session = practice.unlock()
    assert "WREN" in [row.code for row in session.catalog.clients()]
    assert practice.actions().count(Action.UNLOCK_FAILED) == bounds.UNLOCK_FAILURES


@pytest.mark.parametrize("polled", [0, 1])
def test_what_one_vault_does_to_the_watcher_does_not_end_the_others(
    practice: Practice, tmp_path: Path, polled: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    other = practice.copied(tmp_path / "other")
    watcher = Watcher([str(practice.path), str(other.path)], str(tmp_path / "w"), practice.clock)
    watcher.begin()
    first = watcher._vaults[str(practice.path)]

    def broken(**_: object) -> list[object]:
        raise ZeroDivisionError

    monkeypatch.setattr(first, "_look", broken)
    unsigned(other, [trail.unlock_failed(2)] * 5)
    unsigned(practice, [trail.unlock_failed(2)] * (1 + polled))
    told = watcher.step(10) + watcher.step(0.2)
    assert {each.alert.rule for each in told if each.path == str(other.path)} == {Rule.FAILURES}
    assert [each.detail for each in told if each.path == str(practice.path)] == [
        "an error of Tacenda itself (ZeroDivisionError)"
    ]
