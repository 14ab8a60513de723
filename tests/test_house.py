"""What holds for the checkout as a whole, whatever is in it."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from core.create import new_vault
from core.keys.passphrase import FLOOR
from vault_format import machine

ROOT = Path(__file__).parents[1]
SOURCES = {".py", ".js", ".mjs", ".tcss", ".sh"}
LONGEST = 400

# Folders of one machine, and hosts that packages come from.
MACHINE_PATH = re.compile(r"(?<![\w.$~}>-])/(?:root|work|tmp/\w+|home/\w+|Users/\w+)\b")
REGISTRY = re.compile(r"pythonhosted\.org|\bpypi\.org|registry\.npmjs|registry\.yarnpkg|/simple/")


def _texts() -> dict[str, str]:
    """Return the committed files that are text, by their names in the checkout."""
    if not (ROOT / ".git").exists():
        pytest.skip("this folder is not a git checkout")
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z", "--cached"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    texts: dict[str, str] = {}
    for name in filter(None, listed.stdout.split("\0")):
        # A file that was removed but not yet from the index is no file.
        data = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b"\0"
        if b"\0" not in data:
            texts[name] = data.decode("utf-8", errors="replace")
    assert "pyproject.toml" in texts
    return texts


def _places(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in _texts().items()
        if name != Path(__file__).relative_to(ROOT).as_posix()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_folder_of_one_machine() -> None:
    assert _places(MACHINE_PATH) == []
    assert _places(re.compile(re.escape(str(ROOT)))) == []


def test_no_file_names_a_package_registry() -> None:
    assert _places(REGISTRY) == []


@pytest.mark.parametrize("text", ["/root/x", "see /work", '"/tmp/v1/bin"', "cd /home/otter"])
def test_a_machine_path_would_be_found(text: str) -> None:
    assert MACHINE_PATH.search(text)


@pytest.mark.parametrize("text", ["~/work", "docs/work", "$HOME/root", 'dir="/tmp"', "/workers", "/tmp and"])
def test_an_ordinary_path_is_none(text: str) -> None:
    assert not MACHINE_PATH.search(text)


def test_no_source_file_is_too_long() -> None:
    lengths = {name: text.count("\n") for name, text in _texts().items() if Path(name).suffix in SOURCES}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_license_is_what_the_package_says() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("MIT License\n\nCopyright (c) ")
    assert re.search(r"^Copyright \(c\) \d{4} the Tacenda authors$", text, re.MULTILINE)
    assert 'THE SOFTWARE IS PROVIDED "AS IS"' in text
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "MIT"
    assert project["license-files"] == ["LICENSE"]
    assert project["authors"] == [{"name": "the Tacenda authors"}]


def _locked() -> dict[str, list[str]]:
    """Return the lock's entries: `name==version` with its marker, and the lines below each."""
    entries: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in (ROOT / "lock.txt").read_text(encoding="utf-8").splitlines():
        if re.match(r"\w", line):
            lines = entries.setdefault(line.rstrip(" \\"), [])
        else:
            lines.append(line)
    return entries


def test_lock_holds_hashes_and_no_address() -> None:
    text = (ROOT / "lock.txt").read_text(encoding="utf-8")
    assert "http" not in text
    assert "://" not in text
    entries = _locked()
    assert entries
    for requirement, lines in entries.items():
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; .+)?", requirement)
        assert any(re.match(r"\s+--hash=sha256:[0-9a-f]{64}\b", line) for line in lines), requirement


def test_lock_fits_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    locked = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in map(Requirement, _locked())}
    for requirement in map(Requirement, asked):
        version = locked.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not in lock.txt: make lock"
        assert requirement.specifier.contains(version), f"{requirement} against {version}: make lock"


def test_readme_begins_with_two_commands_that_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^make (\w+)", readme, re.MULTILINE)
    assert commands[:2] == ["demo", "test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(commands) <= set(re.findall(r"^(\w+):", makefile, re.MULTILINE))


_LOADED = """
import sys
from tui.cli.main import run
code = run(sys.argv[1:]) if sys.argv[1:] else 0
heavy = {name.partition(".")[0] for name in sys.modules} & {"textual", "rich", "argon2", "hypothesis"}
print("\\n", code, *sorted(heavy), file=sys.stderr)
"""


def _loaded(*words: str, secret: str = "") -> list[str]:
    """Run a command in a fresh interpreter; return the large packages that were loaded by its end."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, *words], cwd=ROOT, input=secret, capture_output=True, encoding="utf-8",
        check=True,
    )  # fmt: skip
    code, *loaded = done.stderr.splitlines()[-1].split()
    assert code == "0", done.stderr
    return loaded


def test_command_line_starts_without_textual(tmp_path: Path) -> None:
    assert _loaded() == []
    assert _loaded("--version") == []
    assert _loaded("--help") == []
    vault = str(tmp_path / "v.tacenda")
    new_vault(vault, "practice", "owner", "words", clock=machine.now_ms, cost=FLOOR)
    assert _loaded("verify", vault) == []
    assert _loaded("audit", vault) == []
    assert _loaded("note", "list", vault, "--passphrase-fd", "0", secret="words") == ["argon2"]
