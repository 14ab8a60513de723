"""Reading TOML that people write: what is wrong in it is told with its line, and never more than that.

A file that is no TOML counts as if it were not there; it is then not written over.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core.settings.table import OPTIONS, Settings, toml_word

MAX_BYTES = 65_536
"""More than any such file needs; what is longer is not read."""
_AT = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Written:
    """A TOML file as a person wrote it: its name for messages, its text, its tables.

    PROBLEM says why there are none; a file that is not there has neither tables nor a problem.
    """

    name: str
    text: str = ""
    tables: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""

    def at(self, section: str, key: str = "") -> str:
        """Return where something stands, `settings.toml, line 3`, for the beginning of a sentence."""
        line = line_of(self.text, section, key)
        return f"{self.name}, line {line}" if line else self.name


@dataclass(frozen=True, slots=True)
class Loaded:
    """SETTINGS to go on with, PROBLEMS in words, UNKNOWN keys that are kept; WRITTEN is the file itself."""

    settings: Settings = field(default_factory=Settings)
    problems: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    written: Written = field(default_factory=lambda: Written("settings.toml"))


def read(path: str) -> Written:
    """Return the TOML file at PATH. Raises nothing: what is wrong with it is its `problem`."""
    name = os.path.basename(path)  # noqa: PTH119  a short command does without pathlib
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb") as file:  # noqa: PTH123
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return Written(name, problem=f"{name} is no file. It was not read.")
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Written(name)
    except OSError as error:
        return Written(name, problem=f"{name} cannot be read: {error.strerror}.")
    if len(data) > MAX_BYTES:
        return Written(name, problem=f"{name} is longer than {MAX_BYTES:,} bytes. It was not read.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return Written(name, problem=f"{name}, line {line}: not UTF-8. Nothing of the file is used.")
    return parsed(name, text)


def parsed(name: str, text: str) -> Written:
    """Return TEXT as the file NAME that it came from. Raises nothing."""
    try:
        return Written(name, text, tomllib.loads(text))
    except (ValueError, RecursionError) as error:  # tomllib's own error, and numbers longer than Python reads
        return Written(name, text, problem=_no_toml(name, text, str(error)))


def _no_toml(name: str, text: str, said: str) -> str:
    found = _AT.search(said)
    what = said[: found.start()] if found else "nested too deeply"
    line = found.group(1) if found and found.group(1) else str(text.count("\n") + 1)
    return f"{name}, line {line}: no TOML ({what}). Nothing of the file is used."


def line_of(text: str, section: str, key: str = "") -> int:
    """Return the number of the line that sets KEY in SECTION, or that begins SECTION; 0 if it is not seen."""
    here = ""
    for number, line in enumerate(text.splitlines(), 1):
        heading = re.match(r"\s*\[\s*\"?([\w-]+)\"?\s*\]", line)
        if heading:
            here = heading.group(1)
            if not key and here == section:
                return number
            continue
        said = re.match(r"\s*\"?([\w-]+)\"?\s*(?:\.\s*\"?([\w-]+)\"?\s*)?=", line)
        if not said:
            continue
        first, second = said.groups()
        if (here, first) == (section, key) or (not here and first == section and second in {key, None}):
            return number
    return 0


def load(path: str) -> Loaded:
    """Return the settings of the file at PATH; a wrong value is told and its default stands. Raises nothing."""
    written = read(path)
    if written.problem:
        return Loaded(Settings(), (written.problem + " Every setting is as it comes.",), (), written)
    settings, problems, unknown = Settings(), [], []
    known = {(option.section, option.name): option for option in OPTIONS}
    sections = {option.section for option in OPTIONS}
    for section, table in written.tables.items():
        if section not in sections:
            unknown.append(f"{written.at(section)}: {section} is no section that this Tacenda knows. It is kept.")
            continue
        if not isinstance(table, dict):
            problems.append(f"{written.at(section)}: {section} is a section, [{section}], and no value.")
            continue
        for key, value in table.items():
            option = known.get((section, key))
            if option is None:
                unknown.append(f"{written.at(section, key)}: [{section}] has no {key}. It is kept.")
            elif refusal := option.refusal(value):
                problems.append(
                    f"{written.at(section, key)}: [{section}] {key} is not used; {refusal}."
                    f" It is {toml_word(option.default)} now."
                )
            else:
                settings = replace(settings, **{key: value})
    return Loaded(settings, tuple(problems), tuple(unknown), written)
