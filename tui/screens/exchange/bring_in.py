"""Import: where the notes lie, a list of what would be made, then the making, with its progress and its result."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from textual import on
from textual.containers import Vertical
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from core.exchange import Outcome, Plan, Watch, plan_import, run_import
from tui import words
from tui.keys import keymap
from tui.screens.exchange.choice import Choice
from tui.screens.page import Page
from tui.widgets.fields import Field, Labelled
from tui.widgets.lines import Line, Sheet
from tui.widgets.rows import NOTHING, Listed, Rows

_TICK = 0.2
_HEAD = ("---", "client: OTTER", "date: 2026-11-09", "type: progress", "title: Sleep routine", "---")
_ELSE = (
    "What it does not say comes from its name (2026-11-09 Sleep routine.md) and from its folder (OTTER). CSV has these "
    "words as columns, JSON as keys; the text stands under text."
)
Told = tuple[str, str, str, str]
"""A row of the list: mark, its role, what, why."""


class BringIn(Page):
    """Asks for a folder or a file and imports the notes in it."""

    WHERE = "import"
    PLACE = "clients"
    ABOUT = "Notes from a folder of Markdown or text, a CSV or a JSON file become drafts of yours."
    BINDINGS = keymap.bindings("import")

    def __init__(self, client: str = "") -> None:
        super().__init__()
        self._client = client
        self._plan: Plan | None = None
        self._watch: Watch | None = None
        self._ticking: Timer | None = None
        self._done = False

    def body(self) -> Iterator[Widget]:
        """Three rows to fill in, over the list."""
        with Vertical(id="form"):
            yield Labelled("From", Field(id="focus", limit=4_096, hint="a folder, or a .md, .txt, .csv, .json file"))
            yield Labelled("Client", Field(self._client, id="client", limit=24, hint="where they do not say; optional"))
            yield Labelled("Unknown codes", Choice(
                ((False, "are refused"), (True, "become new clients")), id="make", changed=self._anew,
            ))  # fmt: skip
        yield Sheet(id="teach", focusable=False)
        yield Rows(id="list")

    def fill(self) -> None:
        """Say where this is, and what comes first."""
        self.bar("where").show(((" Clients > ", "muted"), ("import", "accent"), (f"   {self._step()}", "text")))
        self.query_one("#form").display = not self._done
        first = self._plan is None and not self._done and self._watch is None and not len(self.query_one(Rows).source)
        self.query_one("#teach").display, self.query_one("#list").display = first, not first
        self.fill_anew()
        if first:
            said = "Nothing has happened yet. {finish} reads the files and lists what would be made."
            self.show_state(self.keyed(said), "text")

    def fill_anew(self) -> None:
        """Lay the words that teach out for this width."""
        width = min(self.app.size.width, 100) - 3
        lines: list[Line] = [(), ((" A file of a folder may begin with", "accent"),)]
        lines += [((f"   {row}", "text"),) for row in _HEAD]
        lines += [((f" {row}", "muted"),) for row in words.wrap(_ELSE, width)]
        self.query_one("#teach", Sheet).show(lines)

    def _step(self) -> str:
        if self._done:
            return "step 3 of 3: what was made"
        return "step 2 of 3: what would be made" if self._plan is not None else "step 1 of 3: where they lie"

    def erase(self) -> None:
        """Forget every text, and stop what reads or writes them."""
        if self._watch is not None:
            self._watch.stopped = True
        if self._plan is not None:
            self._plan.forget()
        self._plan = None
        super().erase()

    # -- looking -----------------------------------------------------------------------------------------------

    def field_done(self, field: Field) -> None:
        """Take Enter in a field."""
        self.focus_next()

    @on(Input.Changed)
    def _changed(self) -> None:
        self._anew()

    def _anew(self) -> None:
        """Take the list away: it is of something else than what stands above it now."""
        if self._watch is None and not self._done and self._plan is not None:
            self._plan.forget()
            self._plan = None
            self.query_one("#list", Rows).show(NOTHING)
            self.fill()

    def action_finish(self) -> None:
        """Look; once that is done, import; once that is done, go to the clients."""
        if self._watch is not None:
            return
        if self._done:
            self.tacenda.go_to("clients")
        elif self._plan is None:
            self._look()
        else:
            self._run()

    def _look(self) -> None:
        session, path = self.tacenda.session, self.query_one("#focus", Field).said.strip()
        if session is None:
            return
        if not path:
            self.say("Name the folder or file that the notes are in.", "danger")
            return
        client = self.query_one("#client", Field).said.strip()
        make = bool(self.query_one("#make", Choice).value)
        watch = self._begin()
        self.work(
            partial(plan_import, session, str(Path(path).expanduser()), client=client, make_clients=make, watch=watch),
            self._looked, self._failed,
        )  # fmt: skip

    def _looked(self, plan: Plan) -> None:
        stopped = self._watch is not None and self._watch.stopped
        self._end()
        if stopped:
            plan.forget()
            self.say("Stopped. Nothing was written.")
            return
        self._plan = plan
        self._show(_planned(plan))
        self.fill()
        self.show_state(_summary(plan), "text")
        self.hush()

    # -- making ------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        session, plan = self.tacenda.session, self._plan
        if session is None or plan is None:
            return
        if not plan.notes:
            self.say("There is nothing to import.")
            return
        watch = self._begin()
        self.work(partial(run_import, session, plan, watch), self._made, self._failed)

    def _made(self, outcome: Outcome) -> None:
        self._end()
        if self._plan is not None:
            self._plan.forget()
        self._plan = None
        self._done = not outcome.stopped
        self._show(_outcome(outcome))
        self.tacenda.renew()
        self.fill()
        made = words.plural(len(outcome.written), "note")
        if outcome.stopped:
            again = self.keyed("{finish} looks again and goes on with the rest.")
            self.say(f"{outcome.stopped.rstrip('.')}. {made} were written and are listed; {again}", "danger")
        else:
            on = self.keyed("The files are still there, in clear. {finish}: the clients.")
            self.show_state(f"{made} written, drafts of yours. {on}", "good")
            self.hush()
        self.show_keys()

    def _failed(self, error: BaseException) -> None:
        self._end()
        self.fail(error)

    # -- how far it is -----------------------------------------------------------------------------------------

    def _begin(self) -> Watch:
        self._watch = Watch()
        self.fill()
        self._ticking = self.set_interval(_TICK, self._tell)
        doing = "Reading" if self._plan is None else "Importing"
        self.say(f"{doing}. {self.key_of('out')} stops it.", "muted")
        self.set_focus(self.query_one("#list"))
        return self._watch

    def _tell(self) -> None:
        watch = self._watch
        if watch is not None and watch.of and not watch.stopped:
            verb = "Read" if self._plan is None else "Written"
            self.say(f"{verb} {watch.done:,} of {watch.of:,}. {self.key_of('out')} stops it.", "muted")

    def _end(self) -> None:
        self._watch = None
        if self._ticking is not None:
            self._ticking.stop()
            self._ticking = None

    def action_out(self) -> None:
        """Stop what goes on; else one step out."""
        if self._watch is not None:
            self._watch.stopped = True
            self.say("Stopping after this step.", "muted")
            return
        if self._error:
            self.hush()
            return
        self.erase()
        self.tacenda.back()

    def action_stop(self) -> None:
        """Stop what goes on."""
        if self._watch is not None:
            self.action_out()
        else:
            super().action_stop()

    # -- the list ----------------------------------------------------------------------------------------------

    def _show(self, told: list[Told]) -> None:
        rows = self.query_one("#list", Rows)
        rows.show(Listed(told, _line), 0)
        self.set_focus(rows)


def _summary(plan: Plan) -> str:
    """Return what an import would do, and what to press."""
    others = ((plan.clients, "to add as clients"), (plan.refused, "refused"), (plan.passed, "passed over"))
    told = [f"{len(found):,} {what}" for found, what in others if found]
    if not plan.notes:
        return "There is nothing to import" + (f": {', '.join(told)}." if told else ".")
    said = ", ".join([f"{words.plural(len(plan.notes), 'note')} to make", *told])
    without = " without what is refused" if plan.refused else ""
    return f"{said}. Nothing is written yet. {keymap.key_of('finish', 'import')} imports them{without}."


def _planned(plan: Plan) -> list[Told]:
    told = [("!", "danger", left.source, left.why) for left in plan.refused]
    told += [("+", "accent", code, "a new client") for code in plan.clients]
    for each in plan.notes:
        draft = each.draft
        said = "  ".join(filter(None, (each.code, draft.date, draft.type, draft.title, *each.remarks)))
        told.append(("✓", "good", each.source, said))
    return told + [("·", "muted", left.source, left.why) for left in plan.passed]


def _outcome(outcome: Outcome) -> list[Told]:
    told = [("!", "danger", left.source, left.why) for left in outcome.left]
    told += [("+", "accent", code, "client added") for code in outcome.clients]
    return told + [("✓", "good", each.source, f"record {each.sequence:,}") for each in outcome.written]


def _line(told: Told, width: int) -> Line:
    mark, role, source, said = told
    room = max(16, min(40, width * 2 // 5))
    return (
        (" ", "text"), (f"{mark} ", role), (words.fit(words.short_path(source, room), room), "text"),
        (f"  {said}", "danger" if role == "danger" else "muted"),
    )  # fmt: skip
