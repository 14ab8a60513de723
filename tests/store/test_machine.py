from __future__ import annotations

import os
from pathlib import Path

import pytest

from vault_format import machine


def test_what_the_system_takes_in_pieces_is_written_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = machine.write_at
    monkeypatch.setattr(machine, "write_at", lambda descriptor, data, offset: write(descriptor, data[:3], offset))
    descriptor = os.open(tmp_path / "file", os.O_RDWR | os.O_CREAT)
    machine.write_all(descriptor, b"0123456789", 2)
    assert machine.read_at(descriptor, 99, 0) == b"\0\0" + b"0123456789"
    os.close(descriptor)


def test_a_system_that_takes_nothing_is_not_asked_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "write_at", lambda *_: 0)
    with pytest.raises(OSError, match="Input/output"):
        machine.write_all(-1, b"x", 0)


def test_two_descriptions_of_a_file_lock_each_other_out(tmp_path: Path) -> None:
    path = tmp_path / "file"
    one, two = (os.open(path, os.O_RDWR | os.O_CREAT) for _ in range(2))
    assert machine.try_lock(one)
    assert not machine.try_lock(two)
    machine.unlock(one)
    assert machine.try_lock(two)
    os.close(two)
    assert machine.try_lock(one)
    os.close(one)


def test_the_clock_that_counts_sleep_goes_on() -> None:
    assert machine.awake_and_asleep() <= machine.awake_and_asleep()
