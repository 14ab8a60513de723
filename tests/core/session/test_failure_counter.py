"""Failures that are counted on this machine, where a stranger has put something else at the counter's name."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from core.session.entrance.failures import FailureCounter

NOW = 1_795_000_000_000


def test_a_pipe_at_the_counters_name_hangs_nobody(tmp_path: Path) -> None:
    counter = FailureCounter(b"\1" * 32, 7, str(tmp_path))
    place = tmp_path / "failures" / f"{'01' * 16}-{7:016x}"
    place.parent.mkdir(parents=True)
    os.mkfifo(place)
    counting = threading.Thread(target=counter.add, args=(NOW,), daemon=True)
    counting.start()
    counting.join(20)
    assert not counting.is_alive()
    assert counter.count == 1
    # somebody holds the other end and says nothing
    other = os.open(place, os.O_RDWR | os.O_NONBLOCK)
    assert FailureCounter(b"\1" * 32, 7, str(tmp_path)).count == 0
    counter.add(NOW)
    os.close(other)
