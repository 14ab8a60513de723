"""A list that is steered from a field: its cursor is seen while the person types."""

from __future__ import annotations

from textual.strip import Strip

from tui.widgets.lines import draw_cut
from tui.widgets.rows import MARK, Rows, chosen


class Steered(Rows):
    """A list whose cursor is always seen, also while the keys go to a field above it."""

    def render_line(self, y: int) -> Strip:
        """Return row Y of what is in view."""
        index = y + round(self.scroll_y)
        if self.has_focus or index != self.cursor or index >= len(self.source):
            return super().render_line(y)
        # the terminal's own cursor stays where one types
        line = self.source.line(index, self.size.width - 1)
        return draw_cut(self, ((MARK, "selected"), *chosen(line)), self.size.width)
