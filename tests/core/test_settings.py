"""Settings of this machine: what is wrong is told with its line, and stops nothing."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.settings import OPTIONS, Settings, config_folder, load, save, settings_file
from core.settings.reading import MAX_BYTES, line_of
from core.writing.forms import SECTIONS
from vault_format.errors import TacendaError, UsageError

THEME = OPTIONS[0]
IDLE = OPTIONS[-1]


def written(text: str | bytes) -> str:
    path = Path(settings_file())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_the_folder_is_the_systems(tmp_path: Path) -> None:
    assert config_folder() == f"{tmp_path}/config/tacenda"


def test_the_table_says_what_the_settings_are() -> None:
    assert {option.name: option.default for option in OPTIONS} == {
        name: getattr(Settings(), name) for name in Settings.__dataclass_fields__
    }
    assert all(not option.refusal(option.default) for option in OPTIONS)
    form = next(option for option in OPTIONS if option.name == "form")
    assert set(form.choices) <= set(SECTIONS)


def test_a_file_that_is_not_there_is_no_problem() -> None:
    found = load(settings_file())
    assert found.settings == Settings()
    assert not found.problems
    assert not found.unknown


def test_a_wrong_value_is_told_with_its_line_and_the_others_hold() -> None:
    found = load(written('[look]\ntheme = "purple"\nsymbols = "ascii"\n\n[lock]\nidle_minutes = 9000\n'))
    assert found.settings == Settings(symbols="ascii")
    first, second = found.problems
    assert first.startswith("settings.toml, line 2: [look] theme is not used; it can be ")
    assert first.endswith('It is "auto" now.')
    assert second == (
        "settings.toml, line 6: [lock] idle_minutes is not used; it can be a whole number from 0 to 240. It is 0 now."
    )


@pytest.mark.parametrize("value", ["1", '"yes"', "[true]", "{}", "1.0", "2026-11-23"])
def test_a_switch_is_true_or_false(value: str) -> None:
    found = load(written(f"[writing]\nnumbers = {value}\n"))
    assert found.settings == Settings()
    assert "it can be true, false" in found.problems[0]


def test_a_number_is_no_switch() -> None:
    found = load(written("[lock]\nidle_minutes = true\n"))
    assert found.settings == Settings()
    assert "line 2" in found.problems[0]


def test_keys_that_are_not_known_are_named_and_kept() -> None:
    path = written('[look]\ntheme = "light"\nsparkle = 3\n[later]\nx = [1, 2]\n')
    found = load(path)
    assert found.settings == Settings(theme="light")
    assert not found.problems
    assert found.unknown == (
        "settings.toml, line 3: [look] has no sparkle. It is kept.",
        "settings.toml, line 4: later is no section that this Tacenda knows. It is kept.",
    )
    assert save(path, IDLE, 3).idle_minutes == 3
    assert tomllib.loads(Path(path).read_text()) == {
        "look": {"theme": "light", "sparkle": 3}, "later": {"x": [1, 2]}, "lock": {"idle_minutes": 3},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[look]\ntheme = \n", "settings.toml, line 2: no TOML ("),
        ("a = 1\n\n[look", "settings.toml, line 3: no TOML ("),
        (b'[look]\ntheme = "\xff"', "settings.toml, line 2: not UTF-8"),
        ("x" * (MAX_BYTES + 1), "is longer than 65,536 bytes"),
        ("a = " + "[" * 5_000, "no TOML"),
        ("a = " + "9" * 5_000, "no TOML"),
    ],
)
def test_what_is_no_toml_is_told_and_never_written_over(text: str | bytes, says: str) -> None:
    path = written(text)
    before = Path(path).read_bytes()
    found = load(path)
    assert found.settings == Settings()
    assert says in found.problems[0]
    with pytest.raises(UsageError, match="not written over"):
        save(path, THEME, "dark")
    assert Path(path).read_bytes() == before


def test_what_is_no_file_is_not_waited_for() -> None:
    path = settings_file()
    Path(path).parent.mkdir(parents=True)
    os.mkfifo(path)
    assert "is no file" in load(path).problems[0]


def test_a_section_that_is_a_value_is_told() -> None:
    found = load(written("look = 3\n"))
    assert "line 1" in found.problems[0]


def test_it_is_written_for_its_owner_alone_and_whole() -> None:
    path = settings_file()
    assert save(path, THEME, "contrast").theme == "contrast"
    assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600
    assert stat.S_IMODE(Path(path).parent.stat().st_mode) == 0o700
    assert [file.name for file in Path(path).parent.iterdir()] == ["settings.toml"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    path = written("")
    kept = tmp_path / "kept.toml"
    kept.write_text('[look]\nsymbols = "ascii"\n')
    Path(path).unlink()
    Path(path).symlink_to(kept)
    assert save(path, THEME, "dark") == Settings(theme="dark", symbols="ascii")
    assert Path(path).is_symlink()
    assert "dark" in kept.read_text()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(blocked))
    with pytest.raises(TacendaError, match="cannot be"):
        save(settings_file(), THEME, "dark")


def test_a_value_out_of_bounds_is_refused_before_the_disk() -> None:
    with pytest.raises(UsageError, match="whole number from 0 to 240"):
        save(settings_file(), IDLE, 241)
    assert not Path(settings_file()).exists()


@pytest.mark.parametrize(("own", "policy", "both"), [(0, 10, 10), (3, 10, 3), (60, 10, 10)])
def test_the_idle_limit_is_never_longer_than_the_policys(own: int, policy: int, both: int) -> None:
    assert Settings(idle_minutes=own).idle(policy) == both


def test_lines_are_found_in_every_spelling() -> None:
    text = 'look.theme = "x"\n[ "lock" ]\n  "idle_minutes"  = 3\n'
    assert line_of(text, "look", "theme") == 1
    assert line_of(text, "lock", "idle_minutes") == 3
    assert line_of(text, "lock") == 2
    assert line_of(text, "line", "light") == 0


@given(st.binary(max_size=300))
def test_no_file_whatever_keeps_anything_from_starting(data: bytes) -> None:
    assert load(written(data)).settings is not None
