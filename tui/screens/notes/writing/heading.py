"""How one goes through the header: what was typed is written as it is kept, whole times go on by themselves."""

from __future__ import annotations

from textual.events import DescendantBlur
from textual.widget import Widget

from tui.screens.notes.writing.header import TimeHost
from tui.screens.notes.writing.keeping import Keeping
from tui.widgets.fields import Field


class Heading(Keeping, TimeHost):
    """The part of the editor that is about the header's fields."""

    _advanced: Widget | None = None
    """The field that was come to by itself just now."""

    def field_done(self, field: Field) -> None:
        """Take Enter in a field of the header."""
        if not self.gone_on(field):
            self._tidy(field)
            self.focus_next()
        elif told := self.header.suggestion_words():
            # the key took away what was said when the field was come to
            self.say(told)

    def time_typed(self, field: Field) -> None:
        """Go on to the next field once a whole time stands in FIELD."""
        if self._ready:
            self._tidy(field)
            self.focus_next()
            self._advanced = self.focused

    def gone_on(self, field: Widget | None) -> bool:
        """Whether FIELD was come to by itself just now: then Enter or Tab, from habit, goes no further."""
        was, self._advanced = self._advanced, None
        return was is not None and was is field and isinstance(field, Field) and not field.value

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        """Write dates and times as they are kept once a field is left."""
        if isinstance(event.widget, Field) and event.widget.id != "find":
            self._tidy(event.widget)

    def _tidy(self, field: Widget) -> None:
        told, wrong = self.header.tidy(field)
        if told:
            self.say(told, "caution" if wrong else "text")

    def action_service(self) -> None:
        """Take the service code that the minutes suggest."""
        if self._ready and not self.has_class("-adding"):
            self.say(self.header.take_service())
            self.fill()
