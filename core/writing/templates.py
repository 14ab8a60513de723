"""A person's own templates for notes: TOML files in the folder of settings. They hold no word about any client.

A file says `name` and `type`, and what a note begins with: a `form`, or `headings` of its own, or a `body`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from core.indexes import FORMS, NOTE_TYPES
from core.names import one_line
from core.settings import read, templates_folder
from core.settings.reading import Written
from core.writing.forms import skeleton
from vault_format.errors import UsageError

MAX_FILES = 64
MAX_NAME = 40
MAX_HEADINGS = 40
MAX_HEADING = 80
MAX_BODY = 32_768
_KEYS = ("name", "type", "form", "headings", "body")
_UNUSED = "It is not offered."


@dataclass(frozen=True, slots=True)
class Template:
    """What a note of TYPE and FORM begins with: TEXT. NAME is what the list of new notes calls it."""

    name: str
    type: str
    form: str
    text: str


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates that were found, by name, and what is wrong with the others, in words."""

    found: tuple[Template, ...] = ()
    problems: tuple[str, ...] = ()

    def named(self, name: str) -> Template:
        """Return the template called NAME, in any case. Raises UsageError."""
        for template in self.found:
            if template.name.casefold() == name.strip().casefold():
                return template
        there = ", ".join(template.name for template in self.found)
        raise UsageError(
            f"There is no template called {name[:MAX_NAME]}.", safe="Nothing was written.",
            todo=f"There are: {there}." if there else f"They are files in {templates_folder()}.",
        )  # fmt: skip


def load_templates(folder: str | None = None) -> Templates:
    """Return the templates in FOLDER (the person's own). Raises nothing: what is wrong is told, the rest is used."""
    folder = templates_folder() if folder is None else folder
    try:
        with os.scandir(folder) as listed:
            names = sorted(entry.name for entry in listed if entry.name.endswith(".toml") and entry.name[0] != ".")
    except FileNotFoundError:
        return Templates()
    except OSError as error:
        return Templates(problems=(f"The folder of templates cannot be read: {error.strerror}.",))
    found: dict[str, Template] = {}
    problems: list[str] = []
    for name in names[:MAX_FILES]:
        template = _template(read(os.path.join(folder, name)))  # noqa: PTH118  as the settings do
        if isinstance(template, str):
            problems.append(f"templates/{template} {_UNUSED}")
        elif template.name.casefold() in found:
            problems.append(f"templates/{name}: another template is called {template.name}, too. {_UNUSED}")
        else:
            found[template.name.casefold()] = template
    if len(names) > MAX_FILES:
        problems.append(f"There are {len(names)} templates; {MAX_FILES} are read.")
    return Templates(tuple(sorted(found.values(), key=lambda one: one.name.casefold())), tuple(problems))


def _template(written: Written) -> Template | str:
    """Return the template of a file, or what is wrong with it."""
    if written.problem:
        return written.problem
    said = written.tables
    strange = [key for key in said if key not in _KEYS]
    if strange:
        return f"{written.at(strange[0])}: {strange[0][:MAX_NAME]} is not known. It may say {', '.join(_KEYS)}."
    wrong = _wrong_word(written, "name", None) or _wrong_word(written, "type", tuple(NOTE_TYPES))
    if not wrong and "form" in said:
        wrong = _wrong_word(written, "form", FORMS)
    if wrong:
        return wrong
    name = _line(said["name"], MAX_NAME)
    if not name:
        return f"{written.at('name')}: a name has 1 to {MAX_NAME} characters."
    if "headings" in said:
        return _with_headings(written, name)
    form = said.get("form", "free")
    if "body" not in said:
        return Template(name, said["type"], form, skeleton(form))
    body = said["body"]
    if not isinstance(body, str) or len(body) > MAX_BODY:
        return f"{written.at('body')}: the body is a text of at most {MAX_BODY:,} characters."
    return Template(name, said["type"], form, body.strip("\n") + "\n")


def _wrong_word(written: Written, key: str, choices: Sequence[str] | None) -> str:
    value = written.tables.get(key)
    if not isinstance(value, str):
        return f"{written.at(key)}: it says no {key}." if value is None else f"{written.at(key)}: {key} is a text."
    if choices is not None and value not in choices:
        return f"{written.at(key)}: {key} can be {', '.join(choices)}."
    return ""


def _line(said: object, limit: int) -> str:
    """Return a line of the file as it is shown; empty if it is none of at most LIMIT characters."""
    return one_line(said, limit) if isinstance(said, str) and len(said) <= limit else ""


def _with_headings(written: Written, name: str) -> Template | str:
    said = written.tables
    if "body" in said or "form" in said:
        return f"{written.at('headings')}: headings stand for themselves, without form and body."
    headings = said["headings"]
    if not isinstance(headings, list) or not 1 <= len(headings) <= MAX_HEADINGS:
        return f"{written.at('headings')}: headings are a list of 1 to {MAX_HEADINGS} texts."
    kept = [_line(heading, MAX_HEADING) for heading in headings]
    if not all(kept):
        return f"{written.at('headings')}: a heading is a text of 1 to {MAX_HEADING} characters."
    return Template(name, said["type"], "free", "\n\n".join(f"## {heading}\n" for heading in kept))
