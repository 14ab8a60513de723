"""The short program of the documents, which is written from FORMAT.md alone, says what `tacenda verify` says."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.case import parse
from tests.corpus.generate import HERE as CORPUS
from tests.corpus.generate import SUFFIX, names

ROOT = Path(__file__).parent.parent
PROGRAM = ROOT / "docs/verify_chain.py"
VECTORS = sorted((ROOT / "tests/vectors").glob("*.tacenda"))
_CHECKED = {"chain", "payload", "signature"}
"""Kinds of findings that the program claims to see; it sees the others where they break one of these."""


def _run(vault: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(PROGRAM), str(vault), *more], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def program() -> dict[str, Any]:
    return runpy.run_path(str(PROGRAM))


def test_it_uses_nothing_of_tacenda() -> None:
    text = PROGRAM.read_text()
    assert not any(f"{package}" in text for package in ("vault_format", "core", "tui"))
    assert len(text.splitlines()) < 200


@pytest.mark.parametrize("vault", VECTORS, ids=lambda path: path.stem)
def test_it_agrees_about_a_vector(vault: Path) -> None:
    said = json.loads(vault.with_suffix(".json").read_text())
    done = _run(vault)
    assert done.returncode == (3 if any(kind == "torn" for _, kind in said["verify"]["notices"]) else 0), done
    assert f"vault {said['vault_id']}\n" in done.stdout
    flood = any(kind == "flood" for _, kind in said["verify"]["notices"])
    assert flood or f"{said['records_count']} records, head {said['head']}\n" in done.stdout


def _said(program: dict[str, Any], data: bytes, pin: tuple[int, bytes] | None) -> str:
    wrong, remains, records, *_ = program["check"](data, pin)
    return "broken" if wrong or not records else "remains" if remains else "whole"


@pytest.mark.parametrize("name", names())
def test_it_agrees_about_a_file_of_the_corpus(name: str, program: dict[str, Any], tmp_path: Path) -> None:
    case = parse((CORPUS / f"{name}{SUFFIX}").read_bytes())
    if case.expect == 2 and not case.notices:
        (tmp_path / "vault").write_bytes(case.data)
        assert _run(tmp_path / "vault").returncode == 2
        return
    said = _said(program, case.data, (case.pin.sequence, case.pin.head) if case.pin else None)
    kinds, notes = ({kind for kind, _ in places} for places in (case.findings, case.notices))
    # what a record may not do is no claim of the program: it believes a drop that had no right to be
    if (kinds & _CHECKED and "authority" not in kinds) or (kinds == {"pin"} and "flood" not in notes):
        assert said == "broken"
    elif not kinds:
        assert said == ("remains" if "torn" in notes else "whole")


def test_a_byte_that_is_changed_anywhere_is_seen(program: dict[str, Any]) -> None:
    data = (ROOT / "tests/vectors/small.tacenda").read_bytes()
    for at in range(8, len(data), 7):
        assert _said(program, data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], None) != "whole", at


def test_a_record_that_was_kept_shows_another_history(program: dict[str, Any]) -> None:
    said = json.loads((ROOT / "tests/vectors/small.json").read_text())
    data, vault = (ROOT / "tests/vectors/small.tacenda").read_bytes(), ROOT / "tests/vectors/small.tacenda"
    last = said["records_count"] - 1
    assert _run(vault, str(last), said["head"]).returncode == 0
    assert _run(vault, str(last), "00" * 32).returncode == 1
    cut = data[: int(said["records"][last]["offset"])]
    assert _said(program, cut, None) == "whole"
    assert _said(program, cut, (last, bytes.fromhex(said["head"]))) == "broken"
