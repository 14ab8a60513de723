"""Runs the second reader: jobs in, answers out, all in one process of Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
VECTORS = HERE.parent / "vectors"
CORPUS = HERE.parent / "corpus"


def node() -> str:
    """The path of Node; skips the test where it or the two packages are missing."""
    found = shutil.which("node") or shutil.which("nodejs")
    if found is None:
        pytest.skip("Node is not installed")
    if not (HERE / "node_modules" / "libsodium-wrappers-sumo").is_dir():
        pytest.skip("the packages are missing: run npm ci in tests/second_reader")
    return found


def batch(jobs: Sequence[dict[str, Any]], program: str = "batch.mjs") -> list[dict[str, Any]]:
    """One answer for each job of PROGRAM, in order. A job that raised an error fails the test."""
    done = subprocess.run(
        [node(), str(HERE / program)],
        input="\n".join(json.dumps(job) for job in jobs),
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(jobs)
    return answers


def kind_of(notice: dict[str, Any]) -> str:
    """The kind as the corpus names it: of a vault that carries on, whether its countersignature holds."""
    unproven = notice["kind"] == "continues" and notice["detail"].startswith("unproven")
    return f"{notice['kind']}-unproven" if unproven else str(notice["kind"])


def plain(value: object) -> object:
    """Integers as decimal text (the reader prints 64-bit numbers so), the rest as it is."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


def differences(wanted: object, got: object, at: str = "") -> list[str]:
    """Where `got` lacks or contradicts what `wanted` holds; what `got` says beyond it does not count."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        return [
            line for key, item in wanted.items() for line in differences(item, got.get(key, "(nothing)"), f"{at}.{key}")
        ]
    if isinstance(wanted, list) and isinstance(got, list):
        if len(wanted) != len(got):
            return [f"{at}: {len(got)} where {len(wanted)} are wanted"]
        return [line for i, item in enumerate(wanted) for line in differences(item, got[i], f"{at}[{i}]")]
    return [] if plain(wanted) == plain(got) else [f"{at}: {got!r} where {wanted!r} is wanted"]
