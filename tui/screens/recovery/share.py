"""One field for a share: words complete at four letters, a wrong one is named at once."""

from __future__ import annotations

from collections.abc import Callable

from core.recovery.ceremony import PREFIX, WrongWord, complete, words_of
from tui.widgets.fields import Field
from tui.widgets.lines import Line

SHARE_WORDS = 33


class ShareField(Field):
    """Takes the words of a share with blanks between them; what is typed is shown below by `typed_lines`."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id, limit=600, hint="words with blanks between them; four letters are enough")

    def tidy(self) -> None:
        """Write out the words that are typed to their end. Raises WrongWord at the first that cannot be one."""
        value = self.said
        typed = value.split()
        if not typed:
            return
        ended = value.endswith(" ")
        whole = typed if ended else typed[:-1]
        found = words_of(" ".join(whole))
        if not ended and len(typed[-1]) >= PREFIX:
            try:
                words_of(typed[-1])
            except WrongWord as error:
                raise WrongWord(len(typed), str(error.what).removeprefix("Word 1 ").rstrip(".")) from None
        wanted = "".join(f"{word} " for word in found) + ("" if ended else typed[-1])
        if wanted != value:
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
    across = 3 if width >= 66 else 2
    height = -(-len(found) // across)
    return [
        (("".join(f"   {at + 1:>3} {found[at]:<12}" for at in range(row, len(found), height)).rstrip(), "text"),)
        for row in range(height)
    ]  # fmt: skip


def follow(field: ShareField, say: Callable[[str, str], None], expected: list[str] | None = None) -> bool:
    """Look at what was typed so far: complete it, say what is wrong with it; whether nothing is.

    EXPECTED are the words that were shown, in a ceremony.
    """
    try:
        field.tidy()
        typed = field.said.split()
        for place, word in enumerate(typed, 1):
            unfinished = place == len(typed) and not field.said.endswith(" ")
            if unfinished and len(word) < PREFIX:
                continue
            if expected is not None and (place > len(expected) or not expected[place - 1].startswith(word[:PREFIX])):
                raise WrongWord(place, "is not the one that was shown")
    except WrongWord as error:
        say(str(error), "danger")
        return False
    return True


