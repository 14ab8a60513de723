"""One field for a share: words complete at four letters, a wrong one is named at once."""

from __future__ import annotations

from collections.abc import Callable

from core.recovery.custody.ceremony import PREFIX, WrongWord, complete, is_word, words_of
from tui.widgets.fields import Field
from tui.widgets.lines import Line

SHARE_WORDS = 33


class ShareField(Field):
    """Takes the words of a share with blanks between them; what is typed is shown below by `typed_lines`."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id, limit=600, hint="words with blanks between them; four letters are enough")

    def tidy(self) -> None:
        """Write out the words that are typed to their end; one that is in no list stays as it was typed."""
        value = self.said
        typed = value.split()
        ended = value.endswith(" ")
        wanted = "".join(f"{_whole(word)} " for word in (typed if ended else typed[:-1]))
        wanted += "" if ended or not typed else typed[-1]
        if typed and wanted != value:
            self.set(wanted)

    def hint_words(self) -> str:
        """Return which word this is, and what it completes to."""
        value = self.said
        typed = value.split()
        if value.endswith(" ") or not typed:
            return f"Word {len(typed) + 1} of {SHARE_WORDS}"
        whole = complete(typed[-1])
        return f"Word {len(typed)} of {SHARE_WORDS}" + (f": {whole}" if whole else "")


def columns(found: list[str], width: int) -> list[Line]:
    """Return words with their numbers, in columns that are read downwards."""
    height, room = -(-len(found) // 3), 12 if width >= 66 else 9
    return [
        (("".join(f"   {at + 1:>3} {found[at]:<{room}}" for at in range(row, len(found), height)).rstrip(), "text"),)
        for row in range(height)
    ]  # fmt: skip


def _whole(word: str) -> str:
    try:
        return words_of(word)[0]
    except WrongWord:
        return word


def follow(field: ShareField, say: Callable[[str, str], None], expected: list[str] | None = None) -> bool:
    """Look at what was typed so far: complete it, say which word is wrong; whether none is.

    EXPECTED are the words that were shown, in a ceremony.
    """
    field.tidy()
    typed = field.said.casefold().split()
    for place, word in enumerate(typed, 1):
        unfinished = place == len(typed) and not field.said.endswith(" ")
        if unfinished and len(word) < PREFIX:
            continue
        if not is_word(_whole(word)):
            say(str(WrongWord(place, f"is not in the list: {word[:12]}")), "danger")
            return False
        if expected is not None and (place > len(expected) or expected[place - 1] != _whole(word)):
            say(str(WrongWord(place, "is not the one that was shown")), "danger")
            return False
    return True
