"""A broken chain, shown where it is, with the ways on (F16)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.widget import Widget

from core.carry_on import broken
from core.carry_on.at_break import AtBreak, look_at
from core.session import Door
from core.upkeep.copies.whole_copies import Candidate, copies_here
from tui import words
from tui.keys import keymap
from tui.screens.damage.mending import Mending
from tui.screens.door.facts import labelled
from tui.screens.page import Page
from tui.widgets.lines import Line, Sheet
from vault_format.verification.findings import Finding

MEANING = {
    "chain": "A record was taken out, replaced or put in, or two copies of the file, used apart, were joined.",
    "signature": "Somebody without the member's key wrote or changed this record.",
    "authority": "The record is signed, but by someone who was not allowed to do this then.",
    "payload": "The content of this record is not what was signed: a bad disk, or somebody changed it.",
    "pin": "This machine has seen a newer or another history of this vault: records are missing from the end,"
           " or an older copy was put in its place.",
    "checkpoint": "The file is not the one that the checkpoint was made of.",
    "format": "What stands there is no record that any version of Tacenda writes.",
}  # fmt: skip
MAX_LISTED = 5


class Broken(Page):
    """The findings of the vault that DOOR has verified."""

    WHERE = "broken"
    PLACE = "audit"
    ABOUT = "The check found something. Nothing was changed by it, and nobody can open notes here until it is settled."
    BINDINGS = keymap.bindings("broken")

    def __init__(self, door: Door) -> None:
        super().__init__()
        self._door = door
        self._mending = Mending(self, door.path)
        self._shows_backups = False
        self._found: list[Candidate] | None = None
        self._copy: Candidate | None = None
        self._gone = False
        self._at: AtBreak | None = None

    def body(self) -> Iterator[Widget]:
        """One sheet."""
        yield Sheet(id="focus")

    def show_top(self) -> None:
        """Say that nothing is unlocked."""
        self.show_no_passphrase(self._door.path)

    def fill(self) -> None:
        """Say what was found, what it can mean, what is safe, what to do."""
        facts = self._door.facts()
        if facts is not None and facts.findings:
            self._mending.look(facts.findings[0])
            self.work(partial(look_at, self._door.opened, facts.findings[0]), self._looked, self._not_read)
        self._shows_backups = False
        self.fill_anew()
        self.show_state("Until this is settled nobody can open notes here: an opening cannot be recorded.", "text")

    def _looked(self, found: AtBreak | None) -> None:
        self._at = found
        self.fill_anew()

    def _not_read(self, error: BaseException) -> None:
        """Leave the comparison out: the finding stands without it."""

    def fill_anew(self) -> None:
        """Lay the page out for this width."""
        facts = self._door.facts()
        if facts is None or not facts.findings:
            return
        first = facts.findings[0]
        found = words.plural(facts.finding_count, "finding")
        self.bar("where").show((
            (" ✗ BROKEN", "danger"), (f"  at record {first.seq:,} of {facts.records:,}. {found}, kind: {first.kind}",
                                      "text"),
        ))  # fmt: skip
        if self._shows_backups:
            # what a search for a repair finds meanwhile waits until the finding is shown again
            self.query_one("#focus", Sheet).show(backup_lines(self._door.path, self._found, self.app.size.width))
            return
        lines = broken_lines(
            facts.findings, facts.finding_count, self.app.size.width, mends=self._mending.repair is not None,
            at=self._at,
        )  # fmt: skip
        self.query_one("#focus", Sheet).show(lines)

    def hidden_keys(self) -> frozenset[str]:
        """Leave mending out where no hash proves a repair, and a copy where none was found."""
        return self._mending.hidden if self._copy is not None else self._mending.hidden | {"open_copy"}

    # -- the ways on -----------------------------------------------------------------------------------------

    def on_unmount(self) -> None:
        """Nobody waits for a repair any more."""
        self._mending.stop()

    def action_mend(self) -> None:
        """Ask, then mend in a copy."""
        self._mending.ask()

    def action_open_mended(self) -> None:
        """Turn to the mended copy."""
        self._mending.open()

    def action_keep(self) -> None:
        """Copy the file as broken."""
        self.say("Copying.", "muted")
        path = self._door.path
        self.work(lambda: broken.keep(path), self._kept)

    def _kept(self, kept: broken.Kept) -> None:
        self.say(f"Kept: {kept.path}, read-only, {kept.size:,} bytes, compared. SHA-256 {kept.digest[:16]}.", "good")

    def action_write_out(self) -> None:
        """Write the findings out."""
        facts, path = self._door.facts(), self._door.path
        if facts is not None:
            self.work(
                lambda: broken.write_out(path, facts, self._at),
                lambda name: self.say(f"Written: {name}. Nothing of a note is in it.", "good"),
            )

    def action_carry_on(self) -> None:
        """Go to the page that carries on in a new file."""
        from tui.screens.damage.carry_on import CarryOn  # noqa: PLC0415

        self.tacenda.show_page(CarryOn(self._door))

    def action_backups(self) -> None:
        """Verify the copies that were made here, and say how to look for others."""
        opened, now = self._door.opened, self.tacenda.now()
        self._shows_backups, self._found = True, None
        self.fill_anew()
        back = self.keyed("{out} goes back to the finding.")
        self.show_state(f"The copies that were made on this machine are verified. {back}", "text")
        self.work(
            partial(copies_here, opened.ledger.state.vault_id, opened.folder, now, cancelled=lambda: self._gone),
            self._found_copies,
        )  # fmt: skip

    def _found_copies(self, found: list[Candidate]) -> None:
        if not self._shows_backups:
            return
        self._copy = next((each for each in found if each.whole), None)
        self._found = found
        self.fill_anew()
        self.show_keys()
        self.show_state(self.keyed("{out} goes back to the finding."), "text")

    def action_open_copy(self) -> None:
        """Turn to the newest whole copy."""
        if self._copy is not None:
            self.tacenda.change_path(self._copy.path)

    def erase(self) -> None:
        """Forget what stands here, and stop looking."""
        self._gone = True
        super().erase()

    def action_records(self) -> None:
        """Show the record where it is broken, or the one before if it cannot be read."""
        from tui.screens.trail.record import RecordView  # noqa: PLC0415

        facts = self._door.facts()
        if facts is not None and facts.findings and facts.records:
            self.tacenda.show_page(RecordView(self._door, min(facts.findings[0].seq, facts.records - 1)))

    def action_out(self) -> None:
        """Go back to the finding, then to the list of records."""
        from tui.screens.trail.audit import AuditPage  # noqa: PLC0415

        if self._error:
            self.hush()
        elif self._shows_backups:
            self.fill()
        elif len(self.tacenda.pages) > 1:
            self.tacenda.back()
        else:
            self.tacenda.show_page(AuditPage(self._door))


def broken_lines(
    findings: list[Finding], count: int, width: int, *, mends: bool = False, at: AtBreak | None = None
) -> list[Line]:  # fmt: skip
    """Return what stands on the page; MENDS is whether a hash proves a repair, AT what stands at the first finding."""
    first = findings[0]
    lines: list[Line] = [()]
    for finding in findings[:MAX_LISTED]:
        place = f"record {finding.seq:,}"
        told = f"{finding.kind}: {finding.detail}"
        rows = list(words.wrap(told, max(width - 18, 20)))
        for number, row in enumerate(rows):
            lines += labelled(place if not number else "", ((row, "text"),), width)
    if count > MAX_LISTED:
        lines += labelled("", ((f"and {count - MAX_LISTED:,} more", "muted"),), width)
    newest = f", the newest {words.minute(at.before)}" if at is not None and at.before else ""
    if at is not None:
        lines += _compared(at, first.seq, width)
    lines += labelled("Before it", ((f"{words.plural(first.seq, 'record')} whole{newest}", "text"),), width)
    lines += [(), ((" What this can mean", "accent"),)]
    lines += [((f"   {row}", "text"),) for row in words.wrap(MEANING.get(first.kind, ""), width - 5)]
    ways = [("m", "Mend it in a copy: a hash proves which byte is wrong")] if mends else []
    ways += [
        ("k", "Keep this file as evidence: a copy, never written to"),
        ("b", "Look for the newest whole one among your backups"),
        ("c", "Carry on in a new file, from the whole records"),
        ("x", "Write this finding out, to send to someone"),
    ]
    safe = "This check changed nothing. Notes are still encrypted."
    lines += [(), *labelled("Safe", ((safe, "text"),), width), ()]
    for number, (key, way) in enumerate(ways):
        lines += labelled("To do" if not number else "", ((f"{key}  ", "accent"), (way, "text")), width)
    return lines


def _compared(at: AtBreak, seq: int, width: int) -> list[Line]:
    """Return what stands there beside what was expected, and what the record there says of itself."""
    lines: list[Line] = []
    for label, side, role in (("Stands", at.stands, "danger"), ("Expected", at.expected, "good")):
        digits = f" {words.grouped(side.digits)} ..." if side.digits else ""
        lines += labelled(label, ((side.words, "text"), (digits, role)), width)
    if at.signatures:
        lines += labelled("Signed", ((at.signatures, "text"),), width)
    if at.what:
        claims = [words.second(at.time), at.member, at.what, at.about]
        lines += labelled(f"Record {seq:,}", ((", ".join(each for each in claims if each), "text"),), width)
    return lines


def backup_lines(path: str, found: list[Candidate] | None, width: int) -> list[Line]:
    """Return what is known of whole copies: FOUND on this machine (None: still looking), and how to find others."""
    lines: list[Line] = [(), ((" Looking for the newest whole backup", "accent"),), ()]
    if found is None:
        lines.append((("   The copies that were made on this machine are verified now.", "text"),))
    elif not found:
        lines.append((("   No copy that was made on this machine lies where it was put.", "text"),))
    for at, each in enumerate((found or [])[:MAX_LISTED]):
        mark = ("✓", "good") if each.whole else ("✗", "danger")
        told = f"{words.minute(each.made)}, {each.records:,} records" if each.records else "cannot be read"
        damaged = f", {words.plural(each.damaged, 'damaged text')}" if each.damaged else ""
        how = "whole" if each.whole else "not whole"
        opens = keymap.keyed("   the newest whole one: {open_copy} opens it", "broken")
        first = opens if each.whole and at == 0 else ""
        lines.append((("   ", "text"), mark, (f" {how}, {told}{damaged}{first}", "text")))
        lines.append(((f"     {words.short_path(each.path, width - 7)}", "muted"),))
    return [
        *lines, (),
        (("   Others: bring your copies together in one folder, write over none of them.", "text"),),
        (("   Verify them all; no passphrase is needed:", "text"),),
        (("        tacenda verify COPY-1 COPY-2 ...", "text"),),
        (("   The whole one with the most records is the one to go on with:", "text"),),
        (("        tacenda COPY", "text"),), (),
        (("   What was written after that copy is only in this file:", "muted"),),
        ((f"   {words.short_path(path, width - 5)}", "muted"),),
        (("   Keep it (k) before anything else.", "muted"),),
    ]  # fmt: skip
