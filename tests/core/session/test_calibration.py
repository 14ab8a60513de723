"""What a slot costs on this machine: timed once, scaled, and kept between the floor and 1 GiB."""

from __future__ import annotations

import pytest

from core.keys.passphrase import TARGET_SECONDS, Cost, calibrate
from vault_format import bounds


@pytest.mark.parametrize(
    ("spent", "memory"),
    [
        (0.0, 1_048_576),  # a clock that stands still raises nothing beyond the ceiling
        (0.01, 1_048_576),
        (0.1, 327_680),
        (0.13, 245_760),  # rounded down to 16 MiB
        (0.5, 65_536),
        (7.0, 65_536),  # a slow machine waits longer: the floor is the floor
    ],
)
def test_the_time_at_the_floor_is_scaled_to_half_a_second(spent: float, memory: int) -> None:
    times = iter((100.0, 100.0 + spent))
    assert calibrate(0.5, lambda: next(times)) == Cost(memory, 3, 4)


def test_what_is_aimed_at_is_half_a_second_and_the_floor_64_mib() -> None:
    assert (TARGET_SECONDS, bounds.ARGON_MEMORY[0]) == (0.5, 65_536)
