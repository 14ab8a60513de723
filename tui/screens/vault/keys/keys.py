"""Keys, before a rotation (F18): how old, what stands under them, and three plainly different things to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from textual import on
from textual.widget import Widget

from core.session import Session
from core.upkeep import KeyStatus, key_status
from core.upkeep.copies.backup import Copy, known_copies
from core.upkeep.copies.copies_told import newest_that_opened, told_of_copies
from tui import words
from tui.keys import keymap
from tui.screens.vault.charts.approval import Approval, Matter
from tui.screens.vault.keys.sets import sets_lines
from tui.screens.vault.keys.work import rotate
from tui.screens.vault.looking import LookingPage
from tui.screens.vault.parts import amount, day, heading, labelled
from tui.widgets.lines import Line, Sheet
from tui.widgets.rows import Listed, Rows
from vault_format.codes import Reason

_STAYS = "copies and backups made before today open with set {now} for ever; what a former member copied stays copied"

_NAMES = {Reason.BY_DATE: "rotation that is due", Reason.BY_HAND: "rotation by hand"}


@dataclass(frozen=True, slots=True)
class Seen:
    """The state of the keys with what a rotation is held against: copies, the file's size, room on the disk (bytes)."""

    status: KeyStatus
    copies: tuple[Copy, ...]
    size: int
    free: int


def look(session: Session) -> Seen:
    """Look at the keys. Nothing is opened."""
    with session.at_desk() as desk:
        status, known = key_status(desk), tuple(known_copies(desk))
    path = Path(session.path)
    return Seen(status, known, path.stat().st_size, shutil.disk_usage(path.absolute().parent).free)


class KeysPage(LookingPage[Seen]):
    """The key sets, and what to do about them."""

    WHERE = "keys"
    at = "Keys"
    ABOUT = "How old the keys are and what stands under each set. Three different things can be done; each says what."
    BINDINGS = keymap.bindings("keys")

    def body(self) -> Iterator[Widget]:
        """Sets, the three things, what the chosen one does."""
        yield Sheet(id="sets", focusable=False)
        yield Rows(id="focus")
        yield Sheet(id="detail")

    def look(self, session: Session) -> Seen:
        """Look at keys, copies and room."""
        return look(session)

    def before_looking(self, session: Session) -> None:
        """Say who rotates."""
        self.show_where("owner, may rotate" if self.owner(session) else "an owner rotates")

    def fill_anew(self) -> None:
        """Show what was seen."""
        if self.seen is None:
            return
        self.query_one("#sets", Sheet).show(sets_lines(self.seen.status, self.page_width, self.app.size.height))
        things = (
            ("Change passphrase", "a new lock on your own keys; no note is touched"),
            ("Rotate keys", "new keys for all from now on, and texts re-encrypted"),
            ("Re-encrypt", self._reencrypt()),
        )
        self.query_one("#focus", Rows).show(Listed(things, _thing))
        self._show_detail()
        self.show_state("Old key sets are kept inside the new one: older revisions stay readable.")

    def _reencrypt(self) -> str:
        if self.tacenda.keywork.running:
            return f"goes on now: {self.key_of('choose')} shows it"
        status = self.seen.status if self.seen is not None else None
        if status is None or not (status.to_move or status.to_confirm):
            return "finish moving texts to the newest keys (nothing to do)"
        return f"finish moving texts to the newest keys ({status.to_move + status.to_confirm:,} left)"

    @on(Rows.Moved)
    def _show_detail(self) -> None:
        seen, session = self.seen, self.tacenda.session
        if seen is None or session is None:
            return
        details = (self._passphrase_lines, self._rotate_lines, self._reencrypt_lines)
        self.query_one("#detail", Sheet).show([(), *details[self.query_one("#focus", Rows).cursor](seen)])

    def _passphrase_lines(self, seen: Seen) -> list[Line]:
        width = self.page_width
        return [
            heading("Change passphrase"),
            *labelled("Will be done", "your keys are wrapped anew; the old wrap holds until the new is proven", width),
            *labelled("Protects", "from whoever learns the old passphrase later and has no copy of this file", width),
            *labelled("Does not", "copies made before open with the old passphrase for ever. If somebody might know "
                      "it, say so on that page: then your keys change, too", width),
        ]  # fmt: skip

    def _rotate_lines(self, seen: Seen) -> list[Line]:
        status, width = seen.status, self.page_width
        count = sum(row.entries for row in status.epochs)
        opened = newest_that_opened(seen.copies)
        copies = told_of_copies(seen.copies) + (f" The one of {day(opened.time)} was seen to open." if opened else "")
        return [
            heading("Rotate keys, now"),
            *labelled("Will be done", f"set {status.epochs[-1].number + 1} is made, {words.plural(count, 'text')} "
                      "re-encrypted under it; writing goes on meanwhile", width),
            *labelled("Protects", "what is written from now on, from whoever holds old keys", width),
            *labelled("Does not", _STAYS.format(now=status.epochs[-1].number), width),
            *labelled("Space", f"at most {amount(seen.size)} more until compaction; {amount(seen.free)} free", width),
            *labelled("Copies", copies, width, "text" if opened else "caution"),
        ]  # fmt: skip

    def _reencrypt_lines(self, seen: Seen) -> list[Line]:
        status, width = seen.status, self.page_width
        left = f"{words.plural(status.to_move, 'text')} to move, {status.to_confirm:,} of others to confirm"
        return [
            heading("Re-encrypt"),
            *labelled("Will be done", f"{left}; no new keys are made. It begins by itself after each unlock", width),
            *labelled("Protects", "what still stands under an older set, from whoever holds only that", width),
            *labelled("Does not", "whoever could read a text before may have read it", width),
            *labelled("Others", f"{status.unconfirmed:,} moved by one, not yet confirmed by another", width),
        ]  # fmt: skip

    # -- doing it ----------------------------------------------------------------------------------------------

    def action_choose(self) -> None:
        """Do the chosen thing; what is critical asks first."""
        from tui.screens.vault.keys.passphrase import PassphrasePage  # noqa: PLC0415

        if self.seen is None:
            return
        choose: tuple[Callable[[], None], ...] = (
            lambda: self.tacenda.show_page(PassphrasePage()), self._rotate, self._finish,
        )  # fmt: skip
        choose[self.query_one("#focus", Rows).cursor]()

    def action_watch(self) -> None:
        """Show how far the work is."""
        from tui.screens.vault.keys.rotation import RotationPage  # noqa: PLC0415

        self.tacenda.show_page(RotationPage())

    def _rotate(self) -> None:
        session, seen = self.tacenda.session, self.seen
        if session is None or seen is None:
            return
        if self.tacenda.keywork.running:
            self.action_watch()
            return
        if not self.owner(session):
            self.say("An owner rotates. Your own keys are renewed by themselves, right after each rotation.")
            return
        number, count = seen.status.epochs[-1].number, sum(row.entries for row in seen.status.epochs)
        self.tacenda.show_page(Approval(Matter(
            "Keys > rotate", "rotate",
            f"Key set {number + 1} is made and sealed for each member. What is written from then on stands under it; "
            f"{words.plural(count, 'text')} will be re-encrypted. It can be paused, and goes on where it stopped. "
            f"Recorded: {why_now(seen.status)}.",
            f"Set {number} is not used for anything new any more. Nothing is lost: it is kept inside set {number + 1}.",
            f"{_STAYS.format(now=number).capitalize()}. {told_of_copies(seen.copies)}", "you are an owner",
        ), lambda _: self._begin(seen.status)))  # fmt: skip

    def _begin(self, status: KeyStatus) -> None:
        self.tacenda.keywork.start(_NAMES.get(status.reason, "rotation that was asked for"), rotate)
        self.action_watch()

    def _finish(self) -> None:
        status, work = self.seen.status if self.seen else None, self.tacenda.keywork
        if not work.running:
            if status is None or not (status.to_move or status.to_confirm):
                self.say("Nothing to do: all that you may move stands under the newest keys.")
                return
            work.resume()
        self.action_watch()


def why_now(status: KeyStatus) -> str:
    """Return what a key set that is made now is recorded with, in words."""
    asked = status.asked
    if asked is not None:
        return f"{asked.member} asked for new keys on {day(asked.time)}, {asked.words}"
    if status.reason is Reason.BY_DATE:
        return f"the keys were due on {day(status.due)} by the policy"
    return "by hand, as nothing else calls for new keys now"


def _thing(item: tuple[str, str], width: int) -> Line:
    name, said = item
    room = 21 if width >= 70 else 20
    return ((words.fit(f"  {name}", room), "text"), (words.fit(said, width - room), "muted"))
