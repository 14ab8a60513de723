"""What a key does on all pages, in boxes, on places, in lists."""

from __future__ import annotations

from tui.keys.act import EVERYWHERE, Act

ANYWHERE = (
    Act("help", ("f1",), EVERYWHERE, "keys", "the keys of this page", priority=True),
    Act("help", ("question_mark",), EVERYWHERE, "", "the keys of this page, outside text"),
    Act("lock", ("ctrl+l", "f9"), EVERYWHERE, "", "lock now", priority=True),
    Act("palette", ("ctrl+p", "f2"), EVERYWHERE, "", "commands by name", priority=True),
    Act("palette", ("colon",), EVERYWHERE, "", "commands by name, outside text"),
    Act("jump", ("ctrl+o",), EVERYWHERE, "", "jump: a letter on each row, field and part", priority=True),
    Act("repaint", ("f5",), EVERYWHERE, "", "paint the screen anew", priority=True),
    Act("leave", ("ctrl+q",), EVERYWHERE, "", "lock and leave", priority=True),
    Act("screen.stop", ("ctrl+c",), EVERYWHERE, "", "copy what is selected in text; nothing else"),
    Act("screen.next_part", ("tab",), EVERYWHERE, "", "the next part of the page"),
    Act("screen.previous_part", ("shift+tab",), EVERYWHERE, "", "the part before"),
)

BOXES = (
    Act("next_part", ("tab",), "box", "", "the next field or list of a box"),
    Act("previous_part", ("shift+tab",), "box", "", "the one before"),
)
"""A box takes no key of what lies under it, so it has these of its own."""

PLACES = (
    Act("place('today')", ("1",), "place", "", "Today: what needs doing"),
    Act("place('clients')", ("2",), "place", "", "Clients and their charts"),
    Act("place('find')", ("3",), "place", "", "Find: titles, and inside the notes"),
    Act("place('audit')", ("4",), "place", "", "Audit: everything that was done"),
    Act("place('vault')", ("5",), "place", "", "Vault: keys, members, policy, copies"),
    Act("look", ("slash",), "place", "", "find notes, from here"),
    Act("settings", ("comma",), "place", "", "settings of this machine"),
)

LISTS = (
    Act("move(-1)", ("up", "k"), "list", "", "the row above"),
    Act("move(1)", ("down", "j"), "list", "", "the row below"),
    Act("go(0)", ("home", "g"), "list", "", "the first row"),
    Act("go(-1)", ("end", "G"), "list", "", "the last row"),
    Act("page(-1)", ("pageup",), "list", "", "a page up"),
    Act("page(1)", ("pagedown", "space"), "list", "", "a page down"),
    Act("half(-1)", ("ctrl+u",), "list", "", "half a page up"),
    Act("half(1)", ("ctrl+d",), "list", "", "half a page down"),
)
"""In lists and in texts that are only read, outside text fields."""
