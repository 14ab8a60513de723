"""One of a few things, on one row: arrows or a first letter choose, nothing has to be typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.binding import Binding
from textual.events import Key
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.lines import draw_cut


class Choice(Widget, can_focus=True):
    """Shows one of OPTIONS, each a value and its words; CHANGED is called when another is chosen."""

    BINDINGS = [
        Binding("left", "turn(-1)"), Binding("right,space", "turn(1)"), Binding("enter", "done"),
    ]  # fmt: skip

    def __init__(
        self, options: Sequence[tuple[object, str]], *, id: str | None = None,  # noqa: A002  Textual's name
        changed: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(id=id, markup=False)
        self._options = options
        self._at = 0
        self._changed = changed

    @property
    def value(self) -> object:
        """What is chosen."""
        return self._options[self._at][0]

    @property
    def words(self) -> str:
        """How what is chosen is called."""
        return self._options[self._at][1]

    def choose(self, at: int) -> None:
        """Choose option AT."""
        if at != self._at:
            self._at = at
            self.refresh()
            if self._changed is not None:
                self._changed()

    def action_turn(self, step: int) -> None:
        """Choose the next option, or the one before."""
        self.choose((self._at + step) % len(self._options))

    def action_done(self) -> None:
        """Go on to what comes after."""
        self.screen.focus_next()

    def on_key(self, event: Key) -> None:
        """Choose by the first letter; no letter or digit goes past the form that stands here."""
        if event.character is None or not event.character.isprintable():
            return
        event.stop()
        event.prevent_default()
        after = [*range(self._at + 1, len(self._options)), *range(self._at + 1)]
        for at in after:
            if self._options[at][1].lower().startswith(event.character.lower()):
                self.choose(at)
                return

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether KEY is this row's own: what can be read chooses, it is no command of the page."""
        return key != "space" and character is not None and character.isprintable()

    def on_focus(self) -> None:
        """Show that it can be turned."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that it is left."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the row."""
        role = "selected" if self.has_focus else "field"
        count = f"  {self._at + 1} of {len(self._options)}" if self.has_focus else ""
        return draw_cut(self, (("< ", "muted"), (self.words, role), (" >", "muted"), (count, "muted")), self.size.width)
