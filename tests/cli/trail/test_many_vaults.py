"""Many vaults in one call: a table, checkpoints that find their vault, a folder that is watched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import tacenda
from tests.core.practice import PASSPHRASES, Practice


@pytest.fixture
def folder(practice: Practice, tmp_path: Path) -> Path:
    """Three vaults: a whole one, a broken copy, one of another practice."""
    made = tmp_path / "vaults"
    made.mkdir()
    raw = practice.path.read_bytes()
    (made / "maple.tacenda").write_bytes(raw)
    (made / "broken.tacenda").write_bytes(raw[:4_000] + bytes([raw[4_000] ^ 1]) + raw[4_001:])
    other = Path("tests/vectors/small.tacenda")
    (made / "otter.tacenda").write_bytes((Path(__file__).parents[3] / other).read_bytes())
    return made


def test_several_vaults_are_a_table_with_what_there_is_to_say_under_it(folder: Path) -> None:
    done = tacenda("verify", folder)
    lines = done.out.splitlines()
    assert lines[0].split() == ["verdict", "records", "head", "vault"]
    rows = [line.split() for line in lines[1:4]]
    assert [(row[0], Path(row[-1]).name) for row in rows] == [
        ("BROKEN", "broken.tacenda"), ("whole", "maple.tacenda"), ("whole", "otter.tacenda"),
    ]  # fmt: skip
    assert len({line.index(str(folder)) for line in lines[1:4]}) == 1
    assert any(line.startswith("  record ") for line in lines[4:])
    assert done.code == 1


def test_a_checkpoint_finds_its_vault_among_several(practice: Practice, folder: Path, tmp_path: Path) -> None:
    made = tacenda("checkpoint", "make", practice.path, "--as", "owner", secret=PASSPHRASES["owner"] + "\n")
    kept = tmp_path / "kept"
    kept.write_text(made.out)
    (folder / "maple.tacenda").write_bytes(practice.path.read_bytes())
    (folder / "broken.tacenda").unlink()
    done = tacenda("verify", folder, "--checkpoint", kept)
    assert done.code == 0
    assert [line.split(": goes on")[0] for line in done.out.splitlines() if "goes on" in line] == [
        str(folder / "maple.tacenda")
    ]
    (folder / "maple.tacenda").unlink()
    (folder / "birch.tacenda").write_bytes((folder / "otter.tacenda").read_bytes())
    lost = tacenda("verify", folder, "--checkpoint", kept)
    assert (lost.code, "none of these vaults" in lost.out) == (1, True)
    assert tacenda("verify", folder / "otter.tacenda", "--checkpoint", kept).code == 1


def test_watch_takes_a_folder(folder: Path) -> None:
    done = tacenda("watch", "--once", "--json", folder)
    said = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 1
    assert {Path(each["path"]).name for each in said if each["rule"] == "finding"} == {"broken.tacenda"}
