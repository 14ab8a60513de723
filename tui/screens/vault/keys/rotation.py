"""Keys, during a rotation (F19): steps, a bar, rate and time left; it goes on without this page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.widget import Widget

from tui import words
from tui.keys import keymap
from tui.screens.vault.keys.work import Run
from tui.screens.vault.parts import VaultPage, duration, labelled, paragraph, progress_bar
from tui.widgets.lines import Line, Piece, Sheet

_TICK = 0.5
_SAFE = (
    "You may leave this page, write, lock or lose the line: it stops between two batches and goes on from there, here "
    "or on another machine. Texts already moved open with the new set, the others with the old one; both are in order."
)
_DONE, _NOW, _LATER = ("✓", "good"), ("\u203a", "accent"), ("·", "muted")


class RotationPage(VaultPage):
    """How far the work on the keys is."""

    WHERE = "rotation"
    at = "Keys > rotation"
    ABOUT = "What a rotation does and how far it is. {hold} pauses it, {out} leaves it running."
    BINDINGS = keymap.bindings("rotation")

    def body(self) -> Iterator[Widget]:
        """One sheet."""
        yield Sheet(id="focus")

    def on_mount(self) -> None:
        """Look twice a second while it runs."""
        super().on_mount()
        self.set_interval(_TICK, self._tick)

    def _tick(self) -> None:
        if self.tacenda.keywork.running:
            self.fill()

    def fill(self) -> None:
        """Show how far it is."""
        run, session = self.tacenda.keywork.run, self.tacenda.session
        if session is None:
            return
        if run is None:
            self.show_where()
            self.query_one("#focus", Sheet).show([(), ((" Nothing was done on the keys since the unlock.", "text"),)])
            return
        state = session.vault.ledger.state
        self.show_where(f"{run.what}, {words.clock(run.began)[:5]}")
        members = state.active_members()
        behind = [each.name for each in members if not state.is_current(each)]
        self.query_one("#focus", Sheet).show(run_lines(run, state.epoch, len(members), behind, self.page_width))
        self.show_keys()
        if run.error is not None:
            self.show_state(f"It stopped. What was moved is safe; {self.key_of('hold')} goes on.", "caution")
        elif run.over and run.done is not None and run.done.stopped:
            self.show_state(f"Paused between two batches. {self.key_of('hold')} goes on.", "caution")
        elif run.stop and not run.over:
            self.show_state("Pausing after this batch.", "text")
        elif run.over:
            self.show_state("Done.", "good")
        else:
            self.show_state("Nothing is half done at any moment.")

    def fill_anew(self) -> None:
        """Lay it out for this width."""
        self.fill()

    def hidden_keys(self) -> frozenset[str]:
        """Leave the pause out where nothing can be paused or gone on with."""
        run = self.tacenda.keywork.run if self.is_mounted else None
        stopped = run is not None and (run.error is not None or (run.done is not None and run.done.stopped))
        return frozenset() if run is not None and (not run.over or stopped) else frozenset({"hold"})

    def key_pairs(self) -> list[tuple[str, str]]:
        """Say that leaving this page ends nothing, while there is something to end."""
        running = self.tacenda.keywork.running
        return [(key, "leave it running" if word == "back" and running else word) for key, word in super().key_pairs()]

    def action_hold(self) -> None:
        """Pause, or go on."""
        work = self.tacenda.keywork
        if work.running:
            work.pause()
        elif work.run is not None and (work.run.error is not None or (work.run.done and work.run.done.stopped)):
            work.resume()
        self.hush()
        self.fill()


def run_lines(run: Run, epoch: int, members: int, behind: Sequence[str], width: int) -> list[Line]:
    """Return the steps of RUN under key set EPOCH, of a vault with so many members, some of them BEHIND."""
    step, done, over = run.moved, run.done, run.over
    moving = step is not None and step.done < step.total
    confirming = run.step is not None and run.step.doing == "confirming"
    lines: list[Line] = [()]
    if run.opened:
        lines.append(_row(_DONE, f"key set {epoch} made, sealed for {words.plural(members, 'member')}",
                          f"record {run.opened:,}", width))  # fmt: skip
    elif not over and run.what.startswith("rotation") and step is None:
        lines.append(_row(_NOW, "new keys are made", "", width))
    moved = f"{step.done:,} of {step.total:,}" if step is not None else "" if not over else "nothing to move"
    ended = over and run.error is None and not (done is not None and done.stopped)
    mark = _NOW if not ended and (moving or step is None) else _DONE
    lines.append(_row(mark, f"texts re-encrypted under set {epoch}", moved, width))
    if confirming or (done is not None and done.confirmed):
        count = f"{done.confirmed:,}" if done is not None else ""
        if confirming and run.step is not None:
            count = f"{run.step.done:,} of {run.step.total:,}"
        lines.append(_row(_DONE if done is not None else _NOW, "what others moved, confirmed", count, width))
    lines.append(_row(_DONE, "older revisions stay readable under the new set", "", width))
    lines.append(_checked(run, width))
    lines.append(())
    if step is not None:
        room = min(50, max(20, width - 20))
        lines += [((f"   {progress_bar(step.done, step.total, room)}", "text"),)]
        told = f"{step.rate:,.0f} texts a second    " if step.rate else ""
        if moving and not over and step.rate:
            told += f"{duration(step.left)} left    "
        lines += [((f"   {told}{duration(step.spent)} so far", "text"),), ()]
    if done is not None and done.closed:
        closed = words.plural(len(done.closed), "text")
        stay = f"{closed} could not be opened and stay as they are, closed"
        told = f"{stay}: {keymap.place_key('audit')}, Audit names them."
        lines += paragraph(told, width, "caution")
        lines.append(())
    for told in run.afterwards:
        lines += [*paragraph(told, width, "caution"), ()]
    if run.opened and behind:
        lines += [*labelled("Waiting for", f"{', '.join(behind)}: they take the new keys at their next unlock, an open "
                            "session before it writes", width), ()]  # fmt: skip
    return [*lines, *paragraph(_SAFE, width, "text" if not over else "muted")]


def _row(mark: Piece, said: str, count: str, width: int) -> Line:
    room = max(20, min(52, width - 6 - max(14, len(count))))
    return (("   ", "text"), mark, (" " + words.fit(said, room) + " ", "text"), (count, "text"))


def _checked(run: Run, width: int) -> Line:
    if run.verdict is not None:
        found = run.verdict.finding_count
        whole = "whole" if not found else f"{words.plural(found, 'damaged text')}"
        return _row(_DONE, "checked again from the first record", f"{run.verdict.records:,}, {whole}", width)
    return _row(_NOW if run.checking and not run.over else _LATER, "checked again from the first record", "", width)
