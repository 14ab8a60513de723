"""Help with an example for every command, completion, the manual page, the keys: all made from the one table."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.cli.command import TACENDA
from tui.cli.main import cli
from tui.cli.reference.examples import EXAMPLES
from tui.cli.reference.man import escaped, manual
from tui.keys import keymap


def leaves() -> Iterator[tuple[str, click.Command]]:
    """Yield every command that is no group, with its path behind `tacenda`."""

    def below(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
        if isinstance(command, click.Group):
            for name, other in command.commands.items():
                yield from below(other, f"{path} {name}")
        else:
            yield path, command

    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        yield from below(command, name)


def run(*words: str, **env: str) -> str:
    import os

    done = subprocess.run(
        [*TACENDA, *words], env={**os.environ, **env}, capture_output=True, encoding="utf-8", timeout=60, check=False,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert not done.stderr
    return done.stdout


def shown(epilog: str) -> list[str]:
    """Return the examples in a help text, each on one line, without what a shell does with it."""
    joined = re.sub(r"\\\n +", "", epilog)
    lines = [line.strip() for line in joined.splitlines() if line.startswith("  tacenda ")]
    # the words of two commands side by side, each with what it means, are no examples
    lines = [line for line in lines if not re.match(r"tacenda [a-z]+   ", line)]
    return [re.split(r" [|<>] | \d?[<>]|  +", line)[0].replace("&& ", "").strip() for line in lines]


@pytest.mark.parametrize(("path", "command"), leaves(), ids=lambda value: value if isinstance(value, str) else "")
def test_help_of_every_command_shows_it_at_work(
    path: str, command: click.Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(click.File, "convert", lambda _, value, *__: value)
    examples = [line for line in shown(command.epilog or "") if line.startswith(f"tacenda {path}")]
    assert examples, f"tacenda {path} --help has no example"
    for line in examples:
        words = shlex.split(line)[1 + len(path.split()) :]
        # raises where an option or an argument is none
        command.make_context(path, words)


def test_every_command_on_the_page_for_admins_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click.File, "convert", lambda _, value, *__: value)
    commands, page = dict(leaves()), (Path(__file__).parents[2] / "docs" / "ADMIN.md").read_text()
    found = [line for line in page.splitlines() if line.startswith("tacenda ")]
    found += re.findall(r"`(tacenda [^`]*)`", page)
    assert len(found) > 15
    for line in found:
        words = shlex.split(line, comments=True)
        words = words[1 : words.index(">")] if ">" in words else words[1:]
        path = " ".join(words[:2]) if " ".join(words[:2]) in commands else words[0]
        if path in commands and len(words) > len(path.split()):
            commands[path].make_context(path, words[len(path.split()) :])
        else:
            assert path in commands or path in {each.split()[0] for each in commands}, line


def test_no_example_is_for_a_command_that_is_gone() -> None:
    assert set(EXAMPLES) <= {path for path, _ in leaves()}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_what_the_shell_understands(shell: str) -> None:
    script = run("completion", shell)
    assert "_TACENDA_COMPLETE" in script
    program = shutil.which(shell)
    if program is not None:
        subprocess.run([program, "-n"], input=script, encoding="utf-8", check=True, timeout=30)


def test_bash_completes_a_word_a_file_and_an_option(tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    program = tmp_path / "tacenda"
    program.write_text(f'#!/bin/sh\nexec {shlex.join(TACENDA)} "$@"\n')
    program.chmod(0o755)
    script = run("completion", "bash") + (
        '\ncompopt() { echo then "$@"; }\n'
        'ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()\n'
        '_tacenda_completion "$1" "${!#}"\n'
        'echo "${COMPREPLY[@]}"; }\n'
        "ask tacenda veri\nask tacenda note list --js\nask tacenda verify pra\n"
    )
    done = subprocess.run(
        [bash], input=script, encoding="utf-8", capture_output=True, check=True, timeout=60,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert done.stdout.splitlines() == ["then -o default", "verify", "--json", "then -o default", ""]


def test_words_options_and_files_are_completed() -> None:
    def completed(*words: str) -> str:
        return run(_TACENDA_COMPLETE="bash_complete", COMP_WORDS=" ".join(words), COMP_CWORD=str(len(words) - 1))

    assert "plain,client\n" in completed("tacenda", "cl")
    assert "file," in completed("tacenda", "prac")
    assert "plain,list\n" in completed("tacenda", "note", "li")
    assert "plain,--json\n" in completed("tacenda", "note", "list", "--js")
    assert "file," in completed("tacenda", "verify", "x")
    assert not completed("tacenda", "nothing", "client", "")


def test_the_manual_page_names_every_command_and_is_whole() -> None:
    page = manual(cli)
    assert page.isascii()
    for path, _ in leaves():
        assert f".SS tacenda {path}".replace("-", "\\-") in page
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("groff is not installed")
    done = subprocess.run(
        [groff, "-man", "-Tutf8", "-ww", "-z"], input=page, encoding="utf-8", capture_output=True, check=True,
        timeout=60,
    )  # fmt: skip
    assert not done.stderr


@pytest.mark.parametrize(("text", "roff"), [(".x", r"\&.x"), (r"a\-b", r"a\e\-b"), ("'x", r"\&'x"), ("é", r"\[u00E9]")])
def test_nothing_in_a_text_is_an_order_to_roff(text: str, roff: str) -> None:
    assert escaped(text) == roff


def test_keys_are_printed_as_a_keymap_that_changes_nothing() -> None:
    import tomllib

    said = run("keys")
    pages = {act.where for act in keymap.ACTS}
    assert tomllib.loads(said) == {page: {} for page in pages}
    every = tomllib.loads(re.sub(r"^# ", "", said, flags=re.MULTILINE))
    assert {(page, title) for page, table in every.items() for title in table} == {
        (act.where, act.title) for act in keymap.ACTS
    }
