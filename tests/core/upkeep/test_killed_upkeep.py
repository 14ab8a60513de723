"""Rotation, compaction, a change of passphrase killed at what they ask of the disk: they go on, nothing is lost."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.session import Session
from core.upkeep import Rotation, compact_vault, key_status
from tests.core.practice import PASSPHRASES, Practice
from tests.harness.upkeep import NEW_PASSPHRASE
from vault_format.errors import Refused, UsageError

_TEXTS = {
    "signed": "signed text", "addition": "the addition", "draft": "second wording", "assigned": "heron's text",
    "process": "for the author alone", "theirs": "clinician's text",
}  # fmt: skip


def run(
    act: str, practice: Practice, point: int, program: str = "tests.harness.upkeep"
) -> subprocess.CompletedProcess[str]:
    """Let a process of PROGRAM do ACT and be killed at POINT."""
    return subprocess.run(
        [
            sys.executable, "-m", program, act, str(practice.path), str(practice.folder),
            str(practice.clock.now), str(point),
        ],
        capture_output=True, text=True, check=False, timeout=120, cwd=Path(__file__).parents[3],
    )  # fmt: skip


def points(act: str, practice: Practice, most: int) -> list[int]:
    """Return at most MOST points among all there are: one from each of as many equal stretches, drawn from a seed."""
    done = run(act, practice, 0)
    assert done.returncode == 0, done.stderr
    every = int(done.stdout)
    most, drawn = min(most, every), random.Random(act)
    return [drawn.randint(every * turn // most + 1, every * (turn + 1) // most) for turn in range(most)]


def check_whole(practice: Practice, session: Session) -> None:
    for name, text in _TEXTS.items():
        assert session.read_note(practice.notes[name]).text == text
    session.lock()
    verdict = practice.verdict()
    assert verdict.intact, verdict.findings
    for path in (*practice.path.parent.rglob("*"), *practice.folder.rglob("*")):
        if path.is_file():
            raw = path.read_bytes()
            assert not any(text.encode() in raw for text in _TEXTS.values()), path


def killed(act: str, made: Practice, folder: Path, most: int) -> Iterator[tuple[int, Practice]]:
    """Yield copies of MADE in which ACT was killed, one for each point."""
    (folder / "count").mkdir()
    for point in points(act, made.copied(folder / "count"), most):
        (folder / str(point)).mkdir()
        practice = made.copied(folder / str(point))
        done = run(act, practice, point)
        assert done.returncode == -signal.SIGKILL, done.stderr
        yield point, practice


def _rotations(made: Practice, folder: Path, most: int) -> int:
    tried = 0
    for _, practice in killed("rotate", made, folder, most):
        assert practice.verdict().intact
        session = practice.unlock()
        rotation = Rotation(session)
        with session.at_desk() as desk:
            begun = key_status(desk).at_work or desk.state.epoch > 1
        if not begun:
            rotation.begin()
        rotation.go_on()
        with session.at_desk() as desk:
            status = key_status(desk)
        assert not status.at_work
        assert status.to_move == status.to_confirm == 0
        check_whole(practice, session)
        tried += 1
    return tried


def _compactions(made: Practice, folder: Path, most: int) -> int:
    tried = 0
    for _, practice in killed("compact", made, folder, most):
        assert practice.verdict().intact
        session = practice.unlock()
        try:
            compact_vault(session)
        except UsageError as nothing:
            assert "nothing to drop" in str(nothing)  # noqa: PT017  both ends are right: it had come to its end
        assert not [each for each in practice.path.parent.iterdir() if ".compacting-" in each.name]
        with session.at_desk() as desk:
            assert key_status(desk).drop.whole_parts == 0
        check_whole(practice, session)
        tried += 1
    return tried


def test_a_rotation_killed_anywhere_goes_on(made_practice: Practice, tmp_path: Path) -> None:
    assert _rotations(made_practice, tmp_path, 10) == 10


def test_a_compaction_killed_anywhere_is_whole(made_practice: Practice, tmp_path: Path) -> None:
    assert _compactions(made_practice, tmp_path, 10) == 10


@pytest.mark.parametrize("act", ["passphrase", pytest.param("renew", marks=pytest.mark.slow)])
def test_a_change_of_passphrase_killed_anywhere_leaves_one_that_opens(
    made_practice: Practice, tmp_path: Path, act: str
) -> None:
    old, opened = PASSPHRASES["owner"], []
    for _, practice in killed(act, made_practice, tmp_path, 100):
        found = []
        assert practice.verdict().intact
        for passphrase in (old, NEW_PASSPHRASE):
            try:
                session = practice.door().unlock("owner", passphrase)
            except Refused:
                practice.clock.later(60)
                continue
            session.open_rest()
            check_whole(practice, session)
            found.append(passphrase)
        opened.append(found)
    # in the order of the points: the old one until the record stands, the new one from then on
    assert opened == sorted(opened, key=[[old], [NEW_PASSPHRASE]].index)
    assert [old] in opened
    assert [NEW_PASSPHRASE] in opened


@pytest.mark.soak
def test_a_hundred_rotations_killed(made_practice: Practice, tmp_path: Path, soak_is_short: bool) -> None:
    assert _rotations(made_practice, tmp_path, 10 if soak_is_short else 100)


@pytest.mark.soak
def test_a_hundred_compactions_killed(made_practice: Practice, tmp_path: Path, soak_is_short: bool) -> None:
    assert _compactions(made_practice, tmp_path, 10 if soak_is_short else 100)
