"""`tacenda man`: the manual page, made from the same commands, options and examples as `--help`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

_EXAMPLES = """\b
Examples:
  tacenda man | man -l -
  tacenda man > ~/.local/share/man/man1/tacenda.1
"""
_FILES = (
    ("~/.config/tacenda/settings.toml", "What is chosen on this machine; the application writes it."),
    ("~/.config/tacenda/keymap.toml", "Your own keys; tacenda keys prints all of them in its form."),
    ("~/.local/state/tacenda", "What this machine has seen of each vault, and what is being typed, sealed."),
)  # fmt: skip
_ENVIRONMENT = (
    ("NO_COLOR", "If it is set and not empty, no colour at all."),
    ("TACENDA_LIGHT", "0: send what is drawn as it is drawn, and not only what changed."),
    ("TACENDA_STATE", "Another folder than ~/.local/state/tacenda."),
    ("XDG_CONFIG_HOME, XDG_STATE_HOME", "Where these folders are, as on other programs."),
)


@click.command(epilog=_EXAMPLES, short_help="The manual page.")
def man() -> None:
    """Print the manual page, in the form that man reads."""
    from tui.cli.main import cli

    click.echo(manual(cli))


def manual(root: click.Group) -> str:
    """Return the manual page of all commands below ROOT, as roff in man macros, ASCII only."""
    from core.version import version

    return "\n".join(
        [
            f'.TH TACENDA 1 "" "Tacenda {version()}" "User Commands"',
            ".SH NAME", f"tacenda \\- {escaped(_first(root))}",
            ".SH SYNOPSIS",
            ".B tacenda", "[\\fIVAULT\\fR]", ".br", ".B tacenda", "\\fICOMMAND\\fR [\\fIOPTIONS\\fR] \\fIVAULT\\fR ...",
            ".SH DESCRIPTION", *_text(root.help or ""),
            ".SH OPTIONS", *_options(root, click.Context(root, info_name="tacenda")),
            ".SH COMMANDS", *_commands(root),
            ".SH FILES", *_list(_FILES),
            ".SH ENVIRONMENT", *_list(_ENVIRONMENT),
            ".SH EXAMPLES AND EXIT STATUS", *_text(root.epilog or ""),
        ]
    )  # fmt: skip


def _first(command: click.Command) -> str:
    return (command.help or "").strip().split("\n\n", maxsplit=1)[0].replace("\n", " ").rstrip(".")


def _commands(group: click.Group) -> Iterator[str]:
    """Yield every command below GROUP that is not hidden, each with its options and examples."""
    context = click.Context(group, info_name="tacenda")
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None and not command.hidden:
            yield from _command(command, f"tacenda {name}")


def _command(command: click.Command, path: str) -> Iterator[str]:
    context = click.Context(command, info_name=path)
    yield f".SS {escaped(path)}"
    if isinstance(command, click.Group):
        yield from _text(command.help or "")
        for name, below in sorted(command.commands.items()):
            if not below.hidden:
                yield from _command(below, f"{path} {name}")
        return
    yield f".B {escaped(path)}"
    yield escaped(" ".join(command.collect_usage_pieces(context)))
    yield from _text(command.help or "")
    yield from _options(command, context)
    yield from _text(command.epilog or "")


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    """Yield the options of a command as a list."""
    params = command.get_params(context) if context.info_name == "tacenda" else command.params
    records = [record for param in params if (record := param.get_help_record(context))]
    yield from _list([(name, text) for name, text in records if text])


def _list(pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    for name, text in pairs:
        yield ".TP"
        yield f"\\fB{escaped(name)}\\fR"
        yield escaped(" ".join(text.split()))


def _text(text: str) -> Iterator[str]:
    """Yield the paragraphs of a help text; those that Click is told to leave as they are keep their lines."""
    for paragraph in _paragraphs(text):
        kept = paragraph[0] == "\b"
        lines = paragraph[1:] if kept else paragraph
        yield ".PP"
        if kept:
            yield ".nf"
            yield from (escaped(line) for line in lines)
            yield ".fi"
        else:
            yield escaped(" ".join(line.strip() for line in lines))


def _paragraphs(text: str) -> Iterator[list[str]]:
    """Yield the paragraphs of TEXT as lines; Click's mark begins one, an empty line ends one."""
    paragraph: list[str] = []
    for line in [*text.strip("\n").split("\n"), ""]:
        if line == "\b" or not line.strip():
            if paragraph:
                yield paragraph
            paragraph = [line] if line == "\b" else []
        else:
            paragraph.append(line)


def escaped(text: str) -> str:
    """Return TEXT as roff that shows it: no escape or request of roff in it, ASCII only."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = "".join(one if one.isascii() else f"\\[u{ord(one):04X}]" for one in text)
    return f"\\&{text}" if text[:1] in {".", "'"} else text
