"""docs/SETTINGS.md says what the table of settings says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from core.settings import OPTIONS

_TEXT = (Path(__file__).parents[2] / "docs/SETTINGS.md").read_text(encoding="utf-8")


def test_the_document_shows_every_setting_with_its_default() -> None:
    block = re.findall(r"```toml\n(.*?)```", _TEXT, re.DOTALL)[0]
    shown = tomllib.loads(block)
    assert {(section, name): value for section, table in shown.items() for name, value in table.items()} == {
        (option.section, option.name): option.default for option in OPTIONS
    }
