"""Taking turns, medians, and the table that is printed."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """One row of the table: what was measured, its figure in words, and where there is an aim: the value and the bound.

    A value meets its aim if it is at most `aim`, or at least it where `more` is set.
    """

    what: str
    figure: str
    value: float | None = None
    aim: float | None = None
    more: bool = False

    def verdict(self) -> str:
        if self.value is None or self.aim is None:
            return ""
        met = self.value >= self.aim if self.more else self.value <= self.aim
        return "met" if met else "missed"


def show(title: str, lines: list[Line]) -> None:
    print(f"\n{title}")
    width = max(len(line.what) for line in lines)
    for line in lines:
        aim = "" if line.aim is None else f"aim {'≥' if line.more else '≤'} {line.aim:,g}"
        print(f"  {line.what:<{width}}  {line.figure:>22}  {aim:<16} {line.verdict()}".rstrip(), flush=True)


def cache_folder() -> Path:
    """Return the user's cache folder for what is measured, made if need be."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "tacenda-bench"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def in_turns(measures: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Return what each measure gave in each round. They take turns, so that a slow moment of the machine hits all."""
    found: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            found[name].append(measure())
    return found


def ratio(found: Mapping[str, list[float]], over: str, under: str) -> float:
    """Return the median of the rounds' ratios."""
    return statistics.median(one / other for one, other in zip(found[over], found[under], strict=True))


def middle(values: list[float]) -> float:
    return statistics.median(values)


def cpu_seconds(act: Callable[[], object]) -> float:
    """Return the processor time of ACT: what else runs on the machine counts less than in time by the clock."""
    began = time.process_time()
    act()
    return time.process_time() - began


def seconds(act: Callable[[], object]) -> float:
    """Return how long ACT takes by the clock."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


# Linux keeps ru_maxrss across exec, so that a child would report what its parent had; VmHWM is the program's own
_PEAK = """
import os, resource, sys
if os.path.exists("/proc/self/status"):
    with open("/proc/self/status") as status:
        print(next(int(line.split()[1]) for line in status if line.startswith("VmHWM")))
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10 * (sys.platform == "darwin"))
"""


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a child that finds its modules compiled, as an installed program does."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(cache_folder() / "compiled")} | more


def peak_mib(code: str) -> float:
    """Return the largest resident size, in MiB, of an interpreter that runs CODE, its modules compiled before."""
    command = [sys.executable, "-c", code + _PEAK]
    told = [subprocess.run(command, check=True, capture_output=True, text=True, env=environment()) for _ in range(2)]
    return int(told[-1].stdout.split()[-1]) / 1024
