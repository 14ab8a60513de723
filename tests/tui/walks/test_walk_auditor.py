"""An auditor's four questions at a real terminal, without a passphrase: every key is counted, every answer looked at.

bench/viewing.py measures the same in a vault of a million records.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench.author import PASSPHRASE
from bench.vaults import MILLION, made
from core.session import Door
from core.trust import parse
from tests.core.practice import Clock, build_practice
from tests.harness.tmux import Tmux
from tests.tui.trail.auditing import (
    Asked,
    Auditor,
    asked_about,
    months_ago,
    remember,
    trail,
    what_failed,
    what_happened_at_night,
    whether_it_is_the_same,
    who_opened,
)
from vault_format.codes import Action
from vault_format.view import View

SURROUNDINGS = {"80x24": (80, 24, {}), "60x20, no colour": (60, 20, {"NO_COLOR": "1"}), "120x40": (120, 40, {})}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """A practice of four, in which a clinician wrote and an owner looked."""
    folder = tmp_path_factory.mktemp("asked")
    practice = build_practice(folder)
    clinician = practice.unlock("clinician")
    clinician.read_note(practice.notes["theirs"])
    clinician.lock()
    kept, key = months_ago(practice.unlock, practice.clock, practice.notes["theirs"], folder)
    state = str(practice.folder)
    return asked_about(str(practice.path), state, practice.clock, practice.notes["theirs"], kept, key)


@pytest.fixture(scope="module")
def million(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """A million records of nine years and a half, and the month after them; the note that was opened most."""
    source = made(MILLION)
    folder = tmp_path_factory.mktemp("asked")
    path, state = str(folder / "practice.tacenda"), str(folder / "state")
    shutil.copyfile(source, path)
    columns = remember(path, state, 4_000_000_000_000)
    reads = {number for number, shape in enumerate(columns.shapes) if shape.action == Action.READ and shape.kind == 1}
    counts: dict[int, int] = {}
    for code, entity in zip(columns.codes, columns.entities, strict=True):
        if code in reads:
            counts[entity] = counts.get(entity, 0) + 1
    note = max(counts, key=lambda entity: counts[entity])
    clock = Clock(columns.times[-1] + 60_000)
    door = Door(path, clock=clock, folder=state)
    kept, key = months_ago(lambda: door.unlock("owner", PASSPHRASE), clock, note, folder)
    yield asked_about(path, state, clock, note, kept, key)
    # half a gigabyte, which pytest would keep for three runs
    shutil.rmtree(folder)


def check(tmux: Tmux, asked: Asked) -> Auditor:
    """Ask everything, one question after the other."""
    auditor = Auditor(tmux, asked)
    screen = auditor.ask("the verdict", 2, trail)
    assert "no passphrase" in screen
    # somebody who is here for the first time reads in the last row which key filters, and which finds failures
    screen = auditor.see("/ filter")
    assert "/ filter" in screen.splitlines()[-1]
    assert "f failure" in screen.splitlines()[-1]
    auditor.ask("who opened a given note", 10, who_opened)
    who = dict(asked.openings)
    seen = auditor.rows(list(who))
    for number, row in seen.items():
        assert f" {who[number]} " in row
        assert "note read" in row
    auditor.press("Enter")
    assert who[next(iter(seen))] in auditor.see("says it follows")
    auditor.press("Escape")
    auditor.see("Only what note read")
    auditor.press("w")
    auditor.ask("every failure of the last week", 7, what_failed)
    seen = auditor.rows(asked.failures)
    assert all("nobody" in row and ("FAILED" in row or "✗" in row) for row in seen.values())
    auditor.press("f")
    auditor.see(f"2 of {len(asked.failures)}, newest first")
    auditor.press("w")
    auditor.ask("what happened between 02:00 and 04:00", 4, what_happened_at_night)
    seen = auditor.rows(asked.night)
    assert all(" 02:" in row or " 03:" in row for row in seen.values())
    screen = auditor.ask("whether it is the file of last month", 4, whether_it_is_the_same)
    assert "by county: the key that was named" in screen
    tmux.keys("C-q")
    assert tmux.wait_exit() == 0
    return auditor


@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_an_auditor_finds_four_answers(small: Asked, monkeypatch: pytest.MonkeyPatch, surroundings: str) -> None:
    columns, rows, env = SURROUNDINGS[surroundings]
    monkeypatch.setenv("TACENDA_STATE", small.state)
    argv = ["env", *(f"{name}={value}" for name, value in env.items()), *small.command()]
    with Tmux(argv, columns=columns, rows=rows) as tmux:
        check(tmux, small)


@pytest.mark.slow
def test_an_auditor_finds_four_answers_in_a_million_records(million: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each within a minute, on a machine that has verified the vault before; the first time signatures take longer."""
    monkeypatch.setenv("TACENDA_STATE", million.state)
    with Tmux(million.command()) as tmux:
        check(tmux, million)


def test_a_file_that_lost_its_end_is_not_the_one_of_last_month(
    small: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine that never saw it everything looks whole; what was kept says that it is not."""
    monkeypatch.setenv("TACENDA_STATE", str(tmp_path / "elsewhere"))
    kept = parse(small.kept.read_text())
    view = View(small.path, lambda: small.now)
    end = view.offsets[kept.size - 2]
    view.close()
    cut = tmp_path / "practice.tacenda"
    cut.write_bytes(Path(small.path).read_bytes()[:end])
    asked = replace(small, path=str(cut), state=str(tmp_path / "elsewhere"))
    with Tmux(asked.command()) as tmux:
        auditor = Auditor(tmux, asked)
        assert "✓ WHOLE" in auditor.ask("the verdict", 2, trail)
        screen = auditor.ask(
            "whether it is the file of last month", 4, lambda who: whether_it_is_the_same(who, "NOT go on from it")
        )
        assert f"and had {kept.size}" in screen
