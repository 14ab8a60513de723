"""What was chosen on this machine, put to work: theme, symbols, keys, the idle limit; changed and undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.settings import OPTIONS, Option, Settings, Value, keymap_file, load, read, save, settings_file
from tui import look, words
from tui.keys import keymap
from tui.keys.own_keys import OwnKeys, own_keys
from tui.terminal import environment

if TYPE_CHECKING:
    from tui.application import Tacenda


class Chosen:
    """The settings and the keys of this machine. What is wrong in their files is told, and the rest goes on."""

    def __init__(self) -> None:
        self.path = settings_file()
        self.keymap_path = keymap_file()
        self._before: list[tuple[Option, Value]] = []
        self.loaded = load(self.path)
        self.keys = OwnKeys()
        self.read_keys()
        self._take_up()

    @property
    def now(self) -> Settings:
        """What holds."""
        return self.loaded.settings

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong in the files, in words."""
        return (*self.loaded.problems, *self.keys.problems)

    @property
    def can_undo(self) -> bool:
        """Whether a change of this run can be undone."""
        return bool(self._before)

    def read_keys(self) -> None:
        """Read the keymap; it may have been edited meanwhile."""
        self.keys = own_keys(read(self.keymap_path))
        keymap.use(self.keys.keys)

    def _take_up(self) -> None:
        environment.choose_symbols(self.now.symbols)
        words.choose_weekdays(shown=self.now.weekdays)

    def apply(self, app: Tacenda) -> None:
        """Have APP look and act as it was chosen."""
        self._take_up()
        app.theme = look.theme_for(self.now.theme)
        app.show_symbols()
        app.set_keymap(self.keys.for_textual())
        app.limit_idle()

    def change(self, option: Option, value: Value) -> None:
        """Set OPTION to VALUE in the file. Raises UsageError or Unavailable; then nothing has changed."""
        before = self.now.value(option)
        self._write(option, value)
        self._before.append((option, before))

    def undo(self) -> Option | None:
        """Undo the last change; return what was changed. Raises UsageError or Unavailable."""
        if not self._before:
            return None
        option, value = self._before[-1]
        self._write(option, value)
        self._before.pop()
        return option

    def _write(self, option: Option, value: Value) -> None:
        save(self.path, option, value)
        self.loaded = load(self.path)


def next_value(option: Option, value: Value, step: int) -> Value:
    """Return the value STEP further for an option: the next of its choices, round and round; numbers stop at bounds."""
    if option.choices:
        at = option.choices.index(value) if value in option.choices else 0
        return option.choices[(at + step) % len(option.choices)]
    return max(option.low, min(option.high, int(value) + step))


__all__ = ["OPTIONS", "Chosen", "next_value"]
