"""Writes the vectors: `python -m tests.vectors.generate [folder]`, by default in place."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from pathlib import Path

from tests.vectors import beside_vaults
from tests.vectors.describe import describe, to_json
from tests.vectors.stage import Stage
from vault_format.verification.verify import verify

HERE = Path(__file__).parent
NAMES = ("small", "solo", "staff", "clinic", "recovery", "notices", "torn", "newer")


def make(name: str) -> tuple[bytes, bytes]:
    """Return vault and description of the scene NAME."""
    scene = importlib.import_module(f"tests.vectors.scenes.{name}")
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(folder, name)
        try:
            scene.play(stage)
        finally:
            stage.close()
        verdict = verify(stage.path, stage.now)
        data = Path(stage.path).read_bytes()
    return data, to_json(describe(name, scene.WHAT, data, stage.secrets, verdict, stage.now))


def main(folder: Path = HERE) -> None:
    """Write every vault and its description into FOLDER."""
    for name in NAMES:
        vault, description = make(name)
        (folder / f"{name}.tacenda").write_bytes(vault)
        (folder / f"{name}.json").write_bytes(description)
        print(f"{name}: {len(vault):,} and {len(description):,} bytes in {os.fspath(folder)}")
    beside = folder / "beside"
    beside.mkdir(exist_ok=True)
    for file, content in beside_vaults.make().items():
        (beside / file).write_bytes(content)
        print(f"{file}: {len(content):,} bytes in {os.fspath(beside)}")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:2]))
