"""What this machine remembers, seen through the door; and what one file alone cannot show."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from core.acts import trail
from core.checked import check
from core.session import NoteDraft
from tests.core.practice import PASSPHRASES, Practice, build_practice, unsigned
from vault_format import bounds, machine
from vault_format.errors import VaultBroken
from vault_format.pins import PinFile
from vault_format.verification import verify as verifying


def pin_finding(practice: Practice) -> str:
    """Return the detail of the pin finding that the door shows, having tried to unlock."""
    door = practice.door()
    door.wait()
    facts = door.facts()
    assert facts is not None
    before = practice.path.read_bytes()
    if facts.findings:
        assert facts.broken
        with pytest.raises(VaultBroken, match="pin"):
            door.unlock("owner", PASSPHRASES["owner"])
        assert practice.path.read_bytes() == before
    door.close()
    return " ".join(finding.detail for finding in facts.findings if finding.kind == "pin")


def test_a_vault_that_was_here_is_known(practice: Practice) -> None:
    session = practice.unlock()
    session.lock()
    count = len(practice.actions())
    door = practice.door()
    door.wait()
    facts = door.facts()
    assert facts is not None
    assert (facts.known_here, facts.seen_here, facts.new_here) == (True, count, 0)
    door.close()
    elsewhere = practice.unlock("clinician", practice.folder.parent / "another machine")
    elsewhere.lock()
    door = practice.door()
    door.wait()
    facts = door.facts()
    assert facts is not None
    assert (facts.seen_here, facts.new_here) == (count, 3)
    door.close()


def test_an_older_copy_is_an_alarm(practice: Practice, tmp_path: Path) -> None:
    shutil.copyfile(practice.path, tmp_path / "older")
    session = practice.unlock()
    session.save_note(NoteDraft(practice.clients["OTTER"], "newer"))
    session.lock()
    (tmp_path / "older").replace(practice.path)
    assert "ends before record" in pin_finding(practice)


def test_a_cut_at_a_record_is_an_alarm(practice: Practice) -> None:
    size = practice.path.stat().st_size
    practice.unlock().lock()
    with practice.path.open("r+b") as file:
        file.truncate(size)
    assert practice.verdict().intact
    assert "ends before record" in pin_finding(practice)


def test_another_history_is_an_alarm(practice: Practice, tmp_path: Path) -> None:
    shutil.copyfile(practice.path, tmp_path / "fork")
    session = practice.unlock()
    session.lock()
    fork = practice.copied(_made(tmp_path / "forked"))
    shutil.copyfile(tmp_path / "fork", fork.path)
    fork.clock.later(1)
    forked = fork.unlock()
    for _ in range(5):
        forked.read_note(fork.notes["plan"])
    forked.lock()
    shutil.copyfile(fork.path, tmp_path / "fork")
    (tmp_path / "fork").replace(practice.path)
    assert practice.verdict().intact
    assert "another history" in pin_finding(practice)


def test_another_vault_at_a_known_place_is_an_alarm(practice: Practice, tmp_path: Path) -> None:
    practice.unlock().lock()
    other = build_practice(_made(tmp_path / "other"))
    other.path.replace(practice.path)
    assert "another vault" in pin_finding(practice)


def test_trimmed_failures_are_an_alarm(practice: Practice) -> None:
    from core.session import RefusedUnlock

    door = practice.door()
    size = practice.path.stat().st_size
    with pytest.raises(RefusedUnlock):
        door.unlock("owner", "wrong")
    door.close()
    with practice.path.open("r+b") as file:
        file.truncate(size)
    assert "ends before record" in pin_finding(practice)


def test_without_a_pin_the_same_is_silent(practice: Practice) -> None:
    """What one file cannot show, as docs/FORMAT.md says in its first section."""
    size = practice.path.stat().st_size
    elsewhere = practice.folder.parent / "another machine"
    practice.unlock("owner", elsewhere).lock()
    with practice.path.open("r+b") as file:
        file.truncate(size)
    assert pin_finding(practice) == ""
    practice.unlock().lock()


def test_verifying_at_the_door_remembers_nothing_by_itself(practice: Practice) -> None:
    for _ in range(2):
        door = practice.door()
        door.wait()
        facts = door.facts()
        assert facts is not None
        assert not facts.known_here
        door.close()


def test_no_more_failures_are_pinned_than_may_stand_there(practice: Practice) -> None:
    """A clock set back lowers how many may stand there; what is set aside then must not look like a cut."""
    practice.clock.later(20 * 3_600)
    unsigned(practice, [trail.unlock_failed(1)] * 80)
    practice.clock.later(61)
    practice.unlock().lock()
    unsigned(practice, [trail.unlock_failed(1)] * 70, [practice.clock.now + 20 * 3_600_000] * 70)
    practice.clock.later(20 * 3_600)
    door = practice.door()
    door.wait()
    door.opened.remember()
    door.close()
    practice.clock.later(-19 * 3_600)
    practice.unlock().lock()
    assert practice.verdict().intact


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def pinned(practice: Practice) -> int:
    """Return the sequence that is remembered, -1 for none."""
    pins = PinFile(str(practice.folder), str(practice.path))
    pins.close()
    return pins.pinned.sequence if pins.pinned else -1


def test_verify_remembers_only_what_is_on_the_disk(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    last = len(practice.actions()) - 1
    real, synced = machine.sync_data, list[int]()

    def failing(descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    def watched(descriptor: int) -> None:
        # the vault first, then what is remembered of it
        synced.append(os.fstat(descriptor).st_ino)
        assert len(synced) > 1 or pinned(practice) == -1
        real(descriptor)

    monkeypatch.setattr(machine, "sync_data", failing)
    assert check(str(practice.path), practice.clock.now, str(practice.folder))[0].intact
    assert pinned(practice) == -1
    monkeypatch.setattr(machine, "sync_data", watched)
    assert check(str(practice.path), practice.clock.now, str(practice.folder))[0].intact
    assert synced[0] == practice.path.stat().st_ino
    assert pinned(practice) == last


def test_verify_remembers_nothing_of_a_file_that_was_replaced_meanwhile(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copyfile(practice.path, tmp_path / "another")
    real = verifying.verify

    def replacing(path: str, now: int, **named: Any) -> object:  # noqa: ANN401  whatever is asked for
        verdict = real(path, now, **named)
        (tmp_path / "another").replace(practice.path)
        return verdict

    monkeypatch.setattr(verifying, "verify", replacing)
    check(str(practice.path), practice.clock.now, str(practice.folder))
    assert pinned(practice) == -1


def test_verify_remembers_no_unsigned_record_that_may_be_set_aside(practice: Practice) -> None:
    unsigned(practice, [trail.unlock_failed(1)] * (bounds.UNLOCK_FAILURES + 1))
    later = practice.clock.now + bounds.HOUR_MS
    assert check(str(practice.path), later, str(practice.folder))[0].intact
    # with the clock set back one of them is one too many, and no pin calls that a cut
    verdict, _ = check(str(practice.path), practice.clock.now, str(practice.folder))
    assert [notice.kind for notice in verdict.notices] == ["flood"]
    assert verdict.intact
    assert pinned(practice) == -1
    practice.clock.later(61)
    practice.unlock().lock()
    last = len(practice.actions()) - 1
    assert check(str(practice.path), practice.clock.now, str(practice.folder))[0].intact
    assert pinned(practice) == last
