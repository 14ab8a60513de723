"""What the documents point at is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
_FILE = re.compile(r"`((?:vault_format|core|tui|tests|bench|docs)/[\w/.]*)`")


@pytest.mark.parametrize("document", ["docs/SECURITY.md", "docs/ARCHITECTURE.md", "README.md"])
def test_every_test_that_is_named_exists(document: str) -> None:
    text = (ROOT / document).read_text()
    for path, name in _TEST.findall(text):
        assert (ROOT / path).is_file(), path
        assert not name or f"def {name}(" in (ROOT / path).read_text(), f"{path}::{name}"


@pytest.mark.parametrize("document", ["docs/ARCHITECTURE.md", "docs/decisions.md", "README.md"])
def test_every_file_that_is_named_exists(document: str) -> None:
    for path in _FILE.findall((ROOT / document).read_text()):
        assert (ROOT / path).exists(), path


def test_a_claim_of_the_security_page_names_a_test() -> None:
    text = (ROOT / "docs/SECURITY.md").read_text().split("## What is not defended")[0]
    rows = [
        line for line in text.splitlines() if line.startswith("|") and not line.startswith(("| they", "| what", "|--"))
    ]
    assert len(rows) > 20
    for row in rows:
        assert _TEST.search(row), row
