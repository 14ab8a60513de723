"""What is typed is told to the page at once: a message would come to it after the letter stands on the screen."""

from __future__ import annotations

from textual.dom import NoScreen
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea


class ChangeHost:
    """What a page is to the fields and texts on it."""

    def changed_now(self) -> None:
        """Hear that a field or a text has just changed, before anything of it is drawn."""


def tell_page(widget: Widget, message: Message) -> None:
    """Tell the page of WIDGET if MESSAGE, which it is about to post, is of a change."""
    if not isinstance(message, Input.Changed | TextArea.Changed):
        return
    try:
        host = widget.screen
    except NoScreen:
        return
    if isinstance(host, ChangeHost):
        host.changed_now()
