"""`tacenda keys`: every key of the application, in the form of a keymap of one's own."""

from __future__ import annotations

import click

_EXAMPLES = """\b
Examples:
  tacenda keys
  tacenda keys > ~/.config/tacenda/keymap.toml
\b
Take the # away from a line and change its keys:
  [reader]
  older = ["J", "^B"]
"""


@click.command(epilog=_EXAMPLES, short_help="Every key of the application, as a file to change.")
def keys() -> None:
    """Print every key of the application, page by page, as a keymap to change: keymap.toml.

    A conflict, an unknown name, or a key that a text needs is told when the application starts, with its line; that act
    then keeps its keys.
    """
    from tui.keys import keymap

    for where in dict.fromkeys(act.where for act in keymap.ACTS):
        click.echo(f"[{where}]")
        for title in dict.fromkeys(act.title for act in keymap.ACTS if act.where == where):
            rows = [act for act in keymap.ACTS if act.where == where and act.title == title]
            said = ", ".join(_quoted(keymap.key_word(key), key) for act in rows for key in act.keys)
            click.echo(f"# {title} = [{said}]  # {rows[0].sentence}")
        click.echo()


def _quoted(word: str, key: str) -> str:
    if not word.isascii():
        return f'"{key}"'
    return f"'{word}'" if word in {"\\", '"'} else f'"{word}"'
