"""Before a signature: what will be signed, what is missing, what signing does (F11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from core.session import ASKS_COSIGN, NoteDraft, OpenNote, Session, draft_of
from core.writing.forms import minutes_between, suggest_service
from core.writing.review import Point, review
from tui import words
from tui.keys import keymap
from tui.screens.notes.signing.approving import ask_to_sign
from tui.screens.notes.signing.review import Review
from tui.screens.notes.writing.editor import Editor
from tui.screens.notes.writing.header import FIELDS, WITH_SERVICE
from tui.widgets.lines import Line
from vault_format.errors import Conflict

_SIGNING = (
    "The text is locked as it is now, with your name and {at}. It can never be changed or unsigned, by anyone. You can "
    "add to it later: a late entry, an addendum or a correction, each dated, reasoned and signed."
)
_ADDING = (
    "What you add is locked as it is now, with your name and {at}, and stands below the signed note, which stays as it "
    "is. It can never be changed or unsigned, by anyone."
)


class SignReview(Review):
    """What stands before the signature of NOTE; DRAFT is its text at REVISION, where it is open in the editor.

    UNKEPT is what stands in the header and cannot be kept, PLANNED what was just planned as the next appointment.
    """

    WHERE = "sign"
    ABOUT = "What will be signed, and what to look at first. Nothing is signed before s."
    BINDINGS = keymap.bindings("sign")

    def __init__(
        self, note: int, draft: NoteDraft | None = None, revision: int = 0, unkept: Sequence[str] = (),
        planned: str = "",
    ) -> None:  # fmt: skip
        super().__init__(note)
        self.draft = draft
        self.revision = revision
        self._before = draft
        self._unkept = unkept
        self._planned = planned
        self._points: list[Point] = []

    def opened(self, opened: OpenNote) -> None:
        """Take up what was opened."""
        self._before = draft_of(opened)
        super().opened(opened)

    def erase(self) -> None:
        """Forget the text."""
        self._before = None
        self._points = []
        super().erase()

    def fill(self) -> None:
        """Show fields, points, what signing does, the text."""
        session, draft = self.tacenda.session, self.draft
        if session is None or draft is None:
            return
        others = session.catalog.notes(draft.client)
        self._points = [*(Point(said) for said in self._unkept), *review(draft, words.today(), others, self.note)]
        what = "Sign this addition" if draft.parent else "Sign this note"
        self.bar("where").show(((f" {what}: {self.key_of('sign_now')} signs, Enter does not", "text"),))
        lines: list[Line] = [*self.facts(draft), (), ((" Before you sign", "accent"),)]
        for point in self._points:
            first, *more = words.wrap(point.words, self.page_width - 6)
            mark = (" ✗ ", "danger") if point.hinders else (" ! ", "caution")
            lines += [(mark, (first, "text")), *(((f"   {row}", "text"),) for row in more)]
        if not self._points:
            lines.append(((" ✓ ", "good"), ("nothing is missing, nothing looks wrong", "text")))
        if self._planned:
            wrong = "overlaps" in self._planned or "not planned" in self._planned
            mark = (" ! ", "caution") if wrong else (" ✓ ", "good")
            first, *more = words.wrap(self._planned, self.page_width - 6)
            lines += [(mark, (first, "text")), *(((f"   {row}", "text"),) for row in more)]
        if self._may_ask():
            asks = ASKS_COSIGN in draft.tags
            mark = (" ✓ ", "good") if asks else (" · ", "muted")
            said = f"a supervisor is asked to co-sign: {'yes' if asks else 'no'}   ({self.key_of('ask')} changes it)"
            lines.append((mark, (said, "text")))
        lines += [(), ((" What signing does", "accent"),)]
        lines += [*self.wrapped((_ADDING if draft.parent else _SIGNING).format(at=self.at_now())), ()]
        self.lay_out(lines, draft, "what will be signed")
        self.show_keys()
        where = self._goes_to()
        label = next((label for name, label, _ in FIELDS if name == where), "")
        on = f"{self.key_of('out')} goes on writing, at {label}."
        self.show_state(on if label else "Signing is recorded in the audit trail.")

    def _may_ask(self) -> bool:
        session, draft = self.tacenda.session, self.draft
        return session is not None and draft is not None and not draft.process and session.has_supervisor()

    def hidden_keys(self) -> frozenset[str]:
        """Leave the co-signature out where there is nobody to ask, the service where none is suggested."""
        hidden = set() if self._may_ask() else {"ask"}
        return frozenset(hidden if self._suggested else {*hidden, "service"})

    @property
    def _suggested(self) -> str:
        """The code that the minutes suggest where none stands."""
        draft = self.draft
        if draft is None or draft.service or draft.type not in WITH_SERVICE:
            return ""
        return suggest_service(minutes_between(draft.start, draft.end))

    def action_service(self) -> None:
        """Take the service code that the minutes suggest."""
        draft, code = self.draft, self._suggested
        if draft is not None and code and not self.busy:
            self.draft = replace(draft, service=code)
            self.fill()

    def _goes_to(self) -> str:
        """Return the field that going back goes to: the first that is missing or looks wrong."""
        first = self._points[0].field if self._points else ""
        return first if isinstance(self._below, Editor) else ""

    @property
    def _below(self) -> object:
        pages = self.tacenda.pages
        return pages[-2] if len(pages) > 1 and pages[-1] is self else None

    def action_ask(self) -> None:
        """Ask for a co-signature, or not."""
        draft = self.draft
        if draft is None or not self._may_ask() or self.busy:
            return
        tags = tuple(tag for tag in draft.tags if tag != ASKS_COSIGN)
        self.draft = replace(draft, tags=tags if ASKS_COSIGN in draft.tags else (*tags, ASKS_COSIGN))
        self.fill()

    def action_sign_now(self) -> None:
        """Sign what is shown."""
        session, draft = self.tacenda.session, self.draft
        if session is None or draft is None or self.busy:
            return
        hindrance = next((point for point in self._points if point.hinders), None)
        if hindrance is not None:
            self.say(f"It cannot be signed yet: {hindrance.words}.", "danger")
            return
        ask_to_sign(self, lambda passphrase: self._go(session, draft, passphrase))

    def _go(self, session: Session, draft: NoteDraft, passphrase: str | None) -> None:
        self.busy = True
        self.tacenda.hold_keys(self)
        self.work(partial(self._sign, session, draft, passphrase), self._signed, self.failed)

    def _signed(self, record: int) -> None:
        self.done(f"Signed, record {record:,}.")

    def _sign(self, session: Session, draft: NoteDraft, passphrase: str | None) -> int:
        """Save what the review changed, then sign: the very text that was shown."""
        keeper = self.tacenda.keeper
        here = keeper is not None and keeper.note == self.note
        if draft != self._before:
            if here and keeper is not None:
                keeper.keep(draft)
                keeper.save()
                self.revision = keeper.revision
            else:
                self.revision = session.save_note(draft, self.note, self.revision).revision
            self._before = draft
        if here and keeper is not None and (keeper.draft, keeper.revision) != (draft, self.revision):
            raise Conflict("The text changed since it was shown here.", safe="Nothing was signed.", todo="Look again.")
        return session.sign_note(self.note, self.revision, passphrase)

    def action_out(self) -> None:
        """Go back, to the field that is missing."""
        if self._error:
            self.hush()
            return
        if self.busy:
            return
        below, field, draft = self._below, self._goes_to(), self.draft
        self.tacenda.back()
        if isinstance(below, Editor) and draft is not None:
            below.go_on(draft.tags, draft.service, field)
