"""The settings of this machine (F24): one row each; what is changed is written to the file at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from textual import on
from textual.widget import Widget

from core.settings import OPTIONS, Option, Value
from tui import look, words
from tui.keys import keymap
from tui.screens.page import Memento, Page
from tui.screens.settings.boxes import KeysBox, NumberBox
from tui.settings import next_value
from tui.terminal import environment
from tui.widgets.lines import Line, Sheet
from tui.widgets.rows import Listed, Rows
from vault_format.errors import TacendaError

_SECTIONS = {"look": "Look", "keys": "Keys", "line": "Line", "writing": "Writing", "lock": "Lock"}
_WORDS: dict[str, tuple[str, str]] = {"weekdays": ("left out", "written")}
_MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its section, its name, what it says now, a sentence; OPTION if it is one, else what Enter does."""

    section: str
    title: str
    value: str
    sentence: str
    option: Option | None = None
    do: Callable[[], None] | None = None


def value_words(option: Option, value: Value) -> str:
    """Return VALUE in words."""
    if isinstance(value, bool):
        return _WORDS.get(option.name, ("off", "on"))[value]
    if option.name == "theme":
        if environment.no_color():
            return "nocolor"
        return f"auto: {look.usual_theme()}" if value == "auto" else str(value)
    if option.name == "symbols" and value == "auto":
        return "auto: " + ("ascii" if environment.plain_symbols() else "unicode")
    if option.name == "idle_minutes":
        return f"{value} min" if value else "as the policy"
    return str(value)


class SettingsPage(Page):
    """What is chosen on this machine. Nothing of the vault stands here, so it works without a passphrase, too."""

    WHERE = "settings"
    ABOUT = "What is chosen on this machine, for every vault. Changes are written to the file at once and take effect."
    BINDINGS = keymap.bindings("settings")

    def body(self) -> Iterator[Widget]:
        """The rows, and below them what is wrong in the files."""
        yield Rows(id="focus")
        yield Sheet(id="problems", focusable=False)

    def memento(self) -> Memento:
        """Come back to the settings."""
        return SettingsPage, {}

    def fill(self) -> None:
        """Show every setting as it is now."""
        chosen = self.tacenda.chosen
        path = words.short_path(chosen.path, max(16, self.app.size.width - 30))
        self.bar("where").show(((" Settings of this machine", "text"),), ((f"{path} ", "muted"),))
        self.query_one(Rows).show(Listed(self._rows(), self._line))
        self._show_problems()
        self.show_keys()

    def fill_anew(self) -> None:
        """Lay the rows out for another width."""
        self.fill()

    def _rows(self) -> list[Row]:
        chosen = self.tacenda.chosen
        rows: list[Row] = []
        for option in OPTIONS:
            rows.append(
                Row(_SECTIONS[option.section], option.title, value_words(option, chosen.now.value(option)),
                    self._sentence(option), option)
            )  # fmt: skip
            if option.name == "jump":
                count = len(chosen.keys.changes)
                said = words.plural(count, "act") + " changed" if count else "standard"
                what = self.keyed("{choose} reads keymap.toml anew and shows it")
                rows.append(Row("Keys", "Keymap", said, what, None, self._keys))
        session = self.tacenda.session
        if session is not None:
            rows.append(
                Row("Policy", "Locks when idle", f"{session.policy.idle_minutes} min", "set by the vault, not here")
            )
        return rows

    def _sentence(self, option: Option) -> str:
        if option.name == "theme" and environment.no_color():
            return "NO_COLOR is set in the environment: no colour at all"
        return option.sentence

    def _line(self, row: Row, width: int) -> Line:
        rows = self._rows()
        first = next(other for other in rows if other.section == row.section)
        line: list[tuple[str, str]] = [
            (words.fit(f" {row.section if first.title == row.title else ''}", 10), "accent"),
            (words.fit(row.title, 19) + " ", "text"),
            (words.fit(row.value, 15) + " ", "text" if row.option is not None or row.do is not None else "muted"),
        ]  # fmt: skip
        room = width - 46
        return [*line, (words.fit(row.sentence, room), "muted")] if width >= 79 else line

    def _show_problems(self) -> None:
        chosen = self.tacenda.chosen
        told = [*chosen.problems, *chosen.loaded.unknown]
        lines: list[Line] = []
        for sentence in told[:_MOST_TOLD]:
            role = "caution" if sentence in chosen.problems else "muted"
            lines += [((f" {row}", role),) for row in words.wrap(sentence, self.app.size.width - 2)]
        if len(told) > _MOST_TOLD:
            lines.append(((f" and {len(told) - _MOST_TOLD} more", "muted"),))
        self.query_one("#problems", Sheet).show(lines)

    @property
    def here(self) -> Row | None:
        """The row that the cursor stands on."""
        rows = self.query_one(Rows)
        item = rows.source.items[rows.cursor] if isinstance(rows.source, Listed) and len(rows.source) else None
        return item if isinstance(item, Row) else None

    def hidden_keys(self) -> frozenset[str]:
        """Leave `undo` out where nothing was changed."""
        return frozenset() if self.tacenda.chosen.can_undo else frozenset({"undo"})

    @on(Rows.Moved)
    def _moved(self) -> None:
        row = self.here
        if row is not None:
            self.show_state(f"{row.title}: {row.sentence}.")

    # -- changing --------------------------------------------------------------------------------------------

    def _change(self, option: Option, value: Value) -> None:
        try:
            self.tacenda.chosen.change(option, value)
        except TacendaError as error:
            self.fail(error)
            return
        self._apply(f"{option.title}: {value_words(option, value)}. Written to the file.")

    def _apply(self, sentence: str) -> None:
        self.tacenda.chosen.apply(self.tacenda)
        self.tacenda.renew()
        self.show_top()
        self.fill()
        self.say(sentence)

    def action_choose(self) -> None:
        """Change the setting: the next value, or ask for a number; do what another row does."""
        row = self.here
        if row is None:
            return
        if row.option is not None and not row.option.choices:
            self._ask(row.option)
        elif row.option is not None:
            self.action_turn(1)
        elif row.do is not None:
            row.do()
        else:
            self.say("An owner changes it in the vault's policy.")

    def action_turn(self, step: int) -> None:
        """Take the value STEP further."""
        row = self.here
        if row is None or row.option is None:
            return
        now = self.tacenda.chosen.now.value(row.option)
        value = next_value(row.option, now, step)
        if value != now:
            self._change(row.option, value)

    def action_undo(self) -> None:
        """Undo the last change."""
        try:
            option = self.tacenda.chosen.undo()
        except TacendaError as error:
            self.fail(error)
            return
        if option is None:
            self.say("Nothing was changed.")
            return
        now = self.tacenda.chosen.now.value(option)
        self._apply(f"{option.title} is {value_words(option, now)} again.")

    def _ask(self, option: Option) -> None:
        def answered(value: int | None) -> None:
            if value is not None:
                self._change(option, value)

        self.tacenda.show_page(NumberBox(option, int(self.tacenda.chosen.now.value(option))), answered)

    def _keys(self) -> None:
        self.tacenda.chosen.read_keys()
        self._apply("The keymap was read.")
        self.tacenda.show_page(KeysBox(self.tacenda.chosen.keys, self.tacenda.chosen.keymap_path))
