"""Words that expand to a text of one's own: the word before the cursor, or one chosen from a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from core.writing.snippets import Snippets, load_snippets, word_before
from tui import words
from tui.keys import keymap
from tui.screens.box import Box
from tui.screens.notes.writing.keeping import Keeping
from tui.widgets.fields import Field
from tui.widgets.lines import Line, Sheet
from tui.widgets.rows import Listed, Rows
from tui.widgets.steered import Steered

_TEACH = (
    "A snippet is a word that expands to a phrase of yours.",
    "They stand in a file of this machine, and hold no word",
    "about any client:",
)  # fmt: skip
_EXAMPLE = ("[snippets]", 'dar = "Denies all areas of risk, no sign to the contrary."')


class ChooseSnippet(Box):
    """Offers SNIPPETS whose words begin with what is typed; its result is the text of the one that is chosen."""

    WHERE = "snippets"
    BINDINGS = keymap.bindings("snippets")

    def __init__(self, snippets: Snippets, begins: str = "") -> None:
        super().__init__("Snippets")
        self._snippets = snippets
        self._begins = begins

    def body(self) -> Iterator[Widget]:
        """A field over a list; or what a snippet is."""
        yield Field(self._begins, id="focus", limit=40)
        yield Steered(id="found")
        yield Sheet(id="teach", focusable=False)

    def on_mount(self) -> None:
        """Show them."""
        lines: list[Line] = []
        if not self._snippets.texts:
            lines += [(), *(((f" {said}", "text"),) for said in _TEACH)]
            path = words.short_path(self._snippets.path, 56)
            lines += [((f"   {path}", "accent"),), (), *(((f"   {said}", "muted"),) for said in _EXAMPLE)]
        for problem in self._snippets.problems[:4]:
            rows = words.wrap(problem, min(self.app.size.width, 66) - 8)
            lines += [((f" {'!' if not at else ' '} {row}", "caution"),) for at, row in enumerate(rows)]
        self.query_one("#teach", Sheet).show(lines)
        self._answer()

    @on(Input.Changed, "#focus")
    def _answer(self) -> None:
        found: Sequence[tuple[str, str] | None] = self._snippets.beginning(self.query_one("#focus", Field).said.strip())
        if not found and self._snippets.texts:
            found = [None]
        self.query_one(Rows).show(Listed(found, _line), 0)

    def field_done(self, field: Field) -> None:
        """Take Enter in the field."""
        self.action_choose()

    def action_choose(self) -> None:
        """Take the one that the cursor stands on."""
        rows = self.query_one(Rows)
        item = rows.source.items[rows.cursor] if isinstance(rows.source, Listed) and len(rows.source) else None
        if isinstance(item, tuple):
            self.dismiss(item[1])

    def action_move(self, rows: int) -> None:
        """Move the cursor while the keys go to the field."""
        self.query_one(Rows).action_move(rows)


def _line(item: tuple[str, str] | None, width: int) -> Line:
    if item is None:
        return ((" No snippet begins so.", "muted"),)
    word, text = item
    return ((words.fit(f" {word}", 14) + " ", "accent"), (words.fit(" ".join(text.split()), width - 15), "text"))


class Expanding(Keeping):
    """The part of the editor that expands snippets."""

    def action_snippet(self) -> None:
        """Expand the word before the cursor; without one, or with an unknown one, show the list."""
        if not self._ready or self.focused is not self.text:
            return
        text = self.text
        row, column = text.cursor_location
        word = word_before(text.document.get_line(row), column) if text.selection.is_empty else ""
        snippets = load_snippets()
        expanded = snippets.text(word) if word else ""
        if expanded:
            text.put((row, column - len(word)), (row, column), expanded)
            return
        known = word if snippets.beginning(word) else ""

        def chosen(said: str | None) -> None:
            if said is not None and self._ready:
                text.put((row, column - len(known)), (row, column), said)
            self.set_focus(text)

        self.tacenda.show_page(ChooseSnippet(snippets, known), chosen)
