"""What the documents point at is there."""

from __future__ import annotations

import re
from enum import IntEnum
from pathlib import Path

import pytest

from core.alerts.alert import Rule, Severity
from core.catalog.appointments import STATES
from core.indexes import FORMS, NOTE_TYPES
from core.recovery.kit.recovering import KIT_FACTORS, Factor

ROOT = Path(__file__).parent.parent
_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
_FILE = re.compile(r"`((?:vault_format|core|tui|tests|bench|docs)/[\w/.]*)`")


@pytest.mark.parametrize("document", ["docs/SECURITY.md", "docs/ARCHITECTURE.md", "docs/ALERTS.md", "README.md"])
def test_every_test_that_is_named_exists(document: str) -> None:
    text = (ROOT / document).read_text()
    for path, name in _TEST.findall(text):
        assert (ROOT / path).is_file(), path
        assert not name or f"def {name}(" in (ROOT / path).read_text(), f"{path}::{name}"


@pytest.mark.parametrize("document", ["docs/ARCHITECTURE.md", "docs/decisions.md", "README.md"])
def test_every_file_that_is_named_exists(document: str) -> None:
    for path in _FILE.findall((ROOT / document).read_text()):
        assert (ROOT / path).exists(), path


def section(document: str, number: str) -> str:
    """Return what stands under the heading NUMBER of a document."""
    text = (ROOT / document).read_text()
    found = re.search(rf"^#+ {re.escape(number)}\.? .*?(?=^#|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, number
    return found.group()


@pytest.mark.parametrize(("field", "codes"), [("factors", Factor), ("rule", Rule), ("severity", Severity)])
def test_the_format_says_what_every_code_means(field: str, codes: type[IntEnum]) -> None:
    said = section("docs/FORMAT.md", "7").split(f"**{field}**")[1].split("**")[0]
    for code in codes:
        assert re.search(rf"\b{int(code)} {code.name.lower().replace('_', '.')}\b", said), code


def test_the_format_says_what_sealed_words_there_are() -> None:
    said = section("docs/FORMAT.md", "6.4")
    assert set(_list(said, "Types")) == set(NOTE_TYPES)
    assert set(_list(said, "Forms")) == set(FORMS)
    assert all(f"`{state}`" in said for state in STATES)
    assert f"so {KIT_FACTORS} is a kit" in section("docs/FORMAT.md", "7")
    assert f"{1 << Factor.SHARES} custodians" in section("docs/FORMAT.md", "7")


def _list(said: str, name: str) -> list[str]:
    found = re.search(rf"{name}: `([^`]*)`", said)
    assert found, name
    return found.group(1).split()


def test_a_claim_of_the_security_page_names_a_test() -> None:
    text = (ROOT / "docs/SECURITY.md").read_text().split("## What is not defended")[0]
    rows = [
        line for line in text.splitlines() if line.startswith("|") and not line.startswith(("| they", "| what", "|--"))
    ]
    assert len(rows) > 20
    for row in rows:
        assert _TEST.search(row), row
        if "test_corpus.py" in row:
            cases = re.findall(r"`([a-z-]+)`", row.split("test_corpus.py")[1])
            assert cases, row
            for case in cases:
                assert (ROOT / f"tests/corpus/files/{case}.case").is_file(), case


@pytest.mark.parametrize("word", [
    "invitation", "admitted", "role", "removed", "owner", "passphrase", "old key", "split", "rotation", "re-encryption",
    "compaction", "drop list", "header", "shredded", "hold", "chart", "copy",
])  # fmt: skip
def test_what_is_claimed_of_keys_over_time_names_the_test_that_shows_it(word: str) -> None:
    """Not a whole file of tests: a reader of one row is led to the function that tries just that."""
    text = (ROOT / "docs/SECURITY.md").read_text().split("## Over the years")[1].split("\n## ")[0]
    rows = [row for row in text.splitlines()[3:] if row.startswith("|") and word in row.split("|")[1]]
    assert rows, word
    for row in rows:
        assert all(name for _, name in _TEST.findall(row.split("|")[3])), row


@pytest.mark.parametrize("page", ["chart", "audit"])
def test_a_picture_shows_the_application_of_today(page: str) -> None:
    """Beside each picture stands its text; places and keys in it are those that the pages' captures show."""
    assert f"docs/pictures/{page}.png" in (ROOT / "README.md").read_text()
    shown = (ROOT / f"docs/pictures/{page}.txt").read_text()
    kept = (ROOT / f"tests/tui/captures/{page}-80x24.txt").read_text()
    first, last = (re.sub(r"\d", "0", shown).splitlines()[row] for row in (0, -1))
    today, keys = (kept.splitlines()[row] for row in (0, -1))
    assert first[: first.index(" Vault")] == today[: today.index(" Vault")]
    # a wider picture has room for more keys
    assert last.startswith(keys.removesuffix("  F0 keys"))


def test_the_house_has_each_room_once() -> None:
    text = (ROOT / "docs/ARCHITECTURE.md").read_text()
    looked_for = re.findall(r"^\| ([^|]+) \|", text.split("## Where a thing is")[1].split("\n## ")[0], re.MULTILINE)
    assert len(looked_for) == len(set(looked_for)) > 20
    tests = text.split("## Tests")[1]
    for folder in (ROOT / "tests").iterdir():
        if (folder / "__init__.py").is_file() or any(folder.glob("test_*.py")):
            assert re.search(rf"`(tests/)?{folder.name}`", tests), folder.name
