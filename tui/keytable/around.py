"""What stands over or beside all pages: finding, commands by name, help, settings."""

from __future__ import annotations

from tui.keys.act import Act

ACTS = (
    Act("choose", ("enter",), "find", "open", "open the note, or do what the row says; opening is recorded"),
    Act("move(1)", ("down",), "find", "choose", "the row below, also while you type", shown="↑↓"),
    Act("move(-1)", ("up",), "find", "", "the row above"),
    Act("leaf(1)", ("pagedown",), "find", "", "a page down"),
    Act("leaf(-1)", ("pageup",), "find", "", "a page up"),
    Act("words", ("slash",), "find", "", "from the list back to the words"),
    Act("out", ("escape",), "find", "back", "stop opening notes; else back"),
    Act("choose", ("enter",), "palette", "do it", "do it"),
    Act("move(1)", ("down",), "palette", "choose", "the row below", shown="↑↓"),
    Act("move(-1)", ("up",), "palette", "", "the row above"),
    Act("leaf(1)", ("pagedown",), "palette", "", "a page down"),
    Act("leaf(-1)", ("pageup",), "palette", "", "a page up"),
    Act("out", ("escape",), "palette", "back", "back"),
    Act("out", ("escape",), "jump", "back", "back"),
    Act("move(1)", ("down",), "help", "scroll", "scroll", shown="↑↓"),
    Act("out", ("escape", "q", "question_mark"), "help", "back", "back", shown="Esc"),
    Act("choose", ("enter",), "settings", "change", "change it: the next value, or type one; a list is opened"),
    Act("turn(1)", ("right", "l"), "settings", "next value", "the next value", shown="←→"),
    Act("turn(-1)", ("left", "h"), "settings", "", "the value before"),
    Act("undo", ("u",), "settings", "undo", "undo the last change"),
    Act("out", ("escape", "q"), "settings", "back", "back"),
    Act("out", ("escape", "q"), "own-keys", "back", "back"),
    Act("submit", ("enter",), "setting", "done", "take this value"),
    Act("out", ("escape",), "setting", "back", "back; nothing is changed"),
)  # fmt: skip
