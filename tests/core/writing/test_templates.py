"""A person's own templates and snippets: what is right is used, what is wrong is told and never raises."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.indexes import FORMS, NOTE_TYPES
from core.writing import snippets, templates
from core.writing.forms import NAMES, SECTIONS, TYPE_FORMS
from vault_format.errors import UsageError


def written(folder: Path, **files: str) -> templates.Templates:
    """Write FILES into the folder and read it."""
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return templates.load_templates(str(folder))


def test_every_type_has_forms_and_every_form_a_name() -> None:
    assert set(TYPE_FORMS) == set(NOTE_TYPES)
    assert {form for forms in TYPE_FORMS.values() for form in forms} == set(FORMS) == set(NAMES) == set(SECTIONS)


def test_form_headings_and_body(tmp_path: Path) -> None:
    found = written(
        tmp_path,
        a='name = "Group"\ntype = "progress"\nheadings = ["Theme", "Each member", "Plan"]\n',
        b='name = "Short"\ntype = "contact-log"\nbody = """\nCalled:\n\nSaid:\n"""\n',
        c='name = "Weekly"\ntype = "progress"\nform = "dap"\n',
    )
    assert found.problems == ()
    assert [one.name for one in found.found] == ["Group", "Short", "Weekly"]
    group, short, weekly = found.found
    assert (group.form, group.text) == ("free", "## Theme\n\n\n## Each member\n\n\n## Plan\n")
    assert (short.type, short.text) == ("contact-log", "Called:\n\nSaid:\n")
    assert (weekly.form, weekly.text.count("## ")) == ("dap", 3)
    assert found.named("gROUP") is group
    with pytest.raises(UsageError, match="no template called Grouq"):
        found.named("Grouq")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = 3\ntype = 'progress'", "line 1: name is a text"),
        ("type = 'progress'", "it says no name"),
        ("name = 'A'\ntype = 'poem'", "line 2: type can be progress"),
        ("name = 'A'\ntype = 'progress'\nform = 'haiku'", "line 3: form can be soap"),
        ("name = 'A'\ntype = 'progress'\nclient = 'OTTER'", "client is not known"),
        ("name = 'A'\ntype = 'progress'\nheadings = []", "1 to 40 texts"),
        ("name = 'A'\ntype = 'progress'\nheadings = [3]", "a heading is a text"),
        ("name = 'A'\ntype = 'progress'\nheadings = ['B']\nbody = 'x'", "without form and body"),
        (f"name = '{'A' * 41}'\ntype = 'progress'", "1 to 40 characters"),
        (f"name = 'A'\ntype = 'progress'\nbody = '{'x' * 40_000}'", "at most 32,768"),
        ("name = 'A\u202e'\ntype = ", "no TOML"),
        ("x" * 70_000, "longer than 65,536 bytes"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, text: str, said: str) -> None:
    found = written(tmp_path, bad=text, good="name = 'Good'\ntype = 'progress'")
    assert [one.name for one in found.found] == ["Good"]
    (problem,) = found.problems
    assert said in problem
    assert problem.startswith("templates/bad.toml")
    assert problem.endswith("It is not offered.")


def test_twins_strange_files_and_too_many(tmp_path: Path) -> None:
    assert templates.load_templates(str(tmp_path / "none")) == templates.Templates()
    os.mkfifo(tmp_path / "pipe.toml")
    found = written(tmp_path, a="name = 'A'\ntype = 'progress'", b="name = 'a'\ntype = 'intake'")
    assert len(found.found) == 1
    assert any("too" in problem for problem in found.problems)
    assert any("is no file" in problem for problem in found.problems)
    many = {f"n{at}": f"name = 'N{at}'\ntype = 'progress'" for at in range(80)}
    assert len(written(tmp_path, **many).found) <= templates.MAX_FILES


def snips(folder: Path, text: str) -> snippets.Snippets:
    """Return the snippets of a file with TEXT."""
    file = folder / "snippets.toml"
    file.write_text(text, encoding="utf-8")
    return snippets.load_snippets(str(file))


def test_snippets_expand_by_word_in_any_case(tmp_path: Path) -> None:
    found = snips(tmp_path, '[snippets]\ndar = "Denies all areas of risk."\nMSE = """\nOn time.\nAlert.\n"""\n')
    assert found.problems == ()
    assert found.text("DAR") == "Denies all areas of risk."
    assert found.text("mse") == "On time.\nAlert."
    assert found.text("da") == ""
    assert [word for word, _ in found.beginning("d")] == ["dar"]
    assert len(found.beginning("")) == 2
    assert snippets.load_snippets(str(tmp_path / "none.toml")).texts == {}


def test_snippets_that_are_wrong_are_told(tmp_path: Path) -> None:
    found = snips(tmp_path, 'x = "out"\n[snippets]\na = 3\n"b c" = "two words"\nd = ""\ne = "right"\n')
    assert list(found.texts) == ["e"]
    assert len(found.problems) == 4
    assert any("line 3: a is not used; it is no text." in problem for problem in found.problems)
    long = snips(tmp_path, f'[snippets]\na = "{"x" * 5_000}"\n')
    assert "longer than 4,096" in long.problems[0]
    assert snips(tmp_path, "snippets = 3").problems
    many = snips(tmp_path, "[snippets]\n" + "\n".join(f'w{at} = "x"' for at in range(600)))
    assert len(many.texts) == snippets.MAX_SNIPPETS


@pytest.mark.parametrize(
    ("line", "column", "word"),
    [("said dar", 8, "dar"), ("(dar", 4, "dar"), ("dar ", 4, ""), ("", 0, ""), ("darling", 3, "dar"), ("ö-", 2, "ö-")],
)
def test_the_word_before_the_cursor(line: str, column: int, word: str) -> None:
    assert snippets.word_before(line, column) == word
