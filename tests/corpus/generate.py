"""Writes the corpus: `python -m tests.corpus.generate [folder]`, by default in place."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

from tests.corpus import scenarios
from tests.corpus.case import SCENARIOS, made

HERE = Path(__file__).parent / "files"
SUFFIX = ".case"


def names() -> list[str]:
    """Return the names of all scenarios."""
    for module in pkgutil.iter_modules(scenarios.__path__):
        importlib.import_module(f"{scenarios.__name__}.{module.name}")
    return sorted(SCENARIOS)


def main(folder: Path = HERE) -> None:
    """Write every case into FOLDER and remove what no scenario makes."""
    folder.mkdir(exist_ok=True)
    wanted = names()
    size = 0
    for name in wanted:
        raw = made(name).to_bytes()
        size += len(raw)
        (folder / f"{name}{SUFFIX}").write_bytes(raw)
    for path in folder.glob(f"*{SUFFIX}"):
        if path.stem not in wanted:
            path.unlink()
    print(f"{len(wanted)} cases, {size:,} bytes")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
