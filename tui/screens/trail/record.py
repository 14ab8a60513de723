"""One record of the trail, with how it chains and whose signature it carries (F15)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from textual.widget import Widget

from core.audit.asking import Asked
from core.audit.certificate import STAYS, Certificate, certificate
from core.audit.detail import Detail, detail_of
from core.audit.page import RecordPage, record_page
from core.audit.trail import Filter, Trail
from core.session import Door, OpenVault, Session
from tui import words
from tui.keys import keymap
from tui.screens.door.facts import labelled
from tui.screens.trail.of_a_vault import OfAVault
from tui.widgets.lines import Line, Sheet
from vault_format.codes import Kind
from vault_format.errors import TacendaError


@dataclass(frozen=True, slots=True)
class Seen:
    """A record, what of it is sealed, how many are about the same note, client and session (0: it is about none).

    `shredded` is what the records certify where the text that it is about was given up.
    """

    page: RecordPage
    detail: Detail
    note: int
    client: int
    session: int
    shredded: Certificate | None = None


def look(vault: OpenVault, session: Session | None, sequence: int) -> Seen:
    """Look at record SEQUENCE. Raises LookupError or NotWhole where it cannot be read."""
    page = record_page(vault.ledger, sequence)
    trail = Trail(vault.columns, lambda _: "")

    def count(number: int, wanted: Filter) -> int:
        return len(trail.find(wanted)) if number else 0

    header = page.header
    sealed = any(part.startswith("detail") for part in page.parts)
    about_note = header.entity if header.entity != header.client else 0
    return Seen(
        page, detail_of(session, sequence, sealed=sealed), count(about_note, Filter(entity=header.entity)),
        count(header.client, Filter(client=header.client)), count(header.session, Filter(session=header.session)),
        certificate(vault.ledger, vault.columns, header.entity) if header.entity else None,
    )  # fmt: skip


class RecordView(OfAVault):
    """All about record SEQUENCE of the open session's vault, or of DOOR's."""

    WHERE = "record"
    ABOUT = "One record. What it says, that it follows from the one before, and whose key signed it."
    BINDINGS = keymap.bindings("record")

    def __init__(self, door: Door | None, sequence: int) -> None:
        super().__init__(door)
        self._sequence = sequence
        self._seen: Seen | None = None

    def body(self) -> Iterator[Widget]:
        """One sheet."""
        yield Sheet(id="focus")

    def show_top(self) -> None:
        """Show where this is."""
        path = self.tacenda.path or ""
        self.bar("top").show((("[4 Audit]", "accent"), (f" > record {self._sequence:,}", "text")), self.place_of(path))

    def fill(self) -> None:
        """Read the record."""
        vault = self.vault
        if vault is not None:
            self.work(partial(look, vault, self.tacenda.session, self._sequence), self._show, self._unreadable)

    def fill_anew(self) -> None:
        """Lay it out for this width."""
        if self._seen is not None:
            self.query_one("#focus", Sheet).show(record_lines(self._seen, self.app.size.width))

    def _unreadable(self, error: BaseException) -> None:
        if isinstance(error, TacendaError | LookupError):
            self.query_one("#focus", Sheet).show([(), (("   This record cannot be read from the file.", "danger"),)])
        else:
            self.fail(error)

    def _show(self, seen: Seen) -> None:
        self._seen = seen
        self.fill_anew()
        self.show_keys()

    def erase(self) -> None:
        """Forget what stands here."""
        self._seen = None
        super().erase()

    def hidden_keys(self) -> frozenset[str]:
        """Leave out the ways to others that are not there."""
        seen = self._seen
        if seen is None:
            return frozenset({"same_note", "same_client", "same_session"})
        ways = (("same_note", seen.note), ("same_client", seen.client), ("same_session", seen.session))
        return frozenset(name for name, count in ways if count < 2)

    def _like(self, name: str, wanted: Filter, words_for_it: str) -> None:
        from tui.screens.trail.audit import AuditPage  # noqa: PLC0415

        if name not in self.hidden_keys():
            shown = Asked(wanted, {}, words_for_it)
            self.tacenda.show_page(AuditPage(self._door, self._sequence, shown))

    def action_same_note(self) -> None:
        """Show every record about the same note."""
        if self._seen is not None:
            header = self._seen.page.header
            self._like("same_note", Filter(entity=header.entity), f"the same note, n{header.entity:016x}"[:20])

    def action_same_client(self) -> None:
        """Show every record about the same client."""
        if self._seen is not None:
            header = self._seen.page.header
            self._like("same_client", Filter(client=header.client), f"the same client, c{header.client:016x}"[:22])

    def action_same_session(self) -> None:
        """Show every record of the same session."""
        if self._seen is not None:
            header = self._seen.page.header
            self._like("same_session", Filter(session=header.session), "the same session")

    def action_older(self) -> None:
        """Show the record before."""
        self._step(-1)

    def action_newer(self) -> None:
        """Show the record after."""
        self._step(1)

    def _step(self, step: int) -> None:
        vault = self.vault
        if vault is None:
            return
        if not 0 <= self._sequence + step < vault.ledger.count:
            self.say("This is the first record." if step < 0 else "This is the newest record.")
            return
        self._sequence += step
        self.show_top()
        self.fill()


def record_lines(seen: Seen, width: int) -> list[Line]:
    """Return all about a record."""
    page = seen.page
    header = page.header
    local, utc = words.full(header.time)
    who = f"{page.member}{', role ' + page.role if page.role else ''}" or "nobody"
    keys = f"   key set {header.epoch}, member key {header.generation}" if header.generation else ""
    lines: list[Line] = [()]
    lines += labelled("What", ((page.what, "text"), (f"   {page.outcome}", "danger" if page.failed else "good")), width)
    lines += labelled("Who", ((who + keys, "text"),), width)
    lines += labelled("When", ((local, "text"), (f"   UTC {utc}", "muted")), width)
    if page.about:
        revision = f", revision {header.revision}" if header.revision else ""
        lines += labelled("About", ((page.about + revision, "text"),), width)
    lines += _shredded(seen.shredded, page.seq, width)
    if page.flags:
        lines += labelled("Flags", ((page.flags, "caution"),), width)
    lines += _sealed(seen.detail, width)
    lines += [(), *_chain(page), *_signature(page, width)]
    if page.parts:
        for number, part in enumerate(page.parts):
            role = "danger" if part.endswith("DAMAGED") else "text"
            lines += labelled("Payload" if not number else "", ((part, role),), width)
    else:
        lines += labelled("Payload", (("none: this act writes no content", "muted"),), width)
    lines += _same(seen, width)
    if page.said:
        wrapped = list(words.wrap(page.said, max(width - 18, 20)))
        for number, row in enumerate(wrapped):
            lines += labelled("Says" if not number else "", ((row, "muted"),), width)
    return [*lines, *_in_full(page, width)]


def _in_full(page: RecordPage, width: int) -> list[Line]:
    """Return ids and hashes to their last digit, as other programs and the commands have them."""
    header = page.header
    told = [
        ("client", f"{header.client:016x}" if header.client else ""),
        ("note" if header.kind == Kind.NOTE else "entity",
         f"{header.entity:016x}" if header.entity and header.entity != header.client else ""),
        ("session", f"{header.session:016x}" if header.session else ""), ("follows", page.prev), ("hash", page.digest),
        ("signature", page.mark if page.signature != "none" else ""),
        *((f"part {number}", digest) for number, digest in enumerate(page.digests)),
    ]  # fmt: skip
    lines: list[Line] = [(), (("   In full", "muted"),)]
    room = max(8, width - 16)
    for name, digits in told:
        for at in range(0, len(digits), room):
            label = words.fit(f"     {name}" if not at else "", 15)
            lines.append(((label, "muted"), (digits[at : at + room], "text")))
    return lines


def _shredded(found: Certificate | None, seq: int, width: int) -> list[Line]:
    """Return the certificate of what was given up: who approved it, when, why, and what stays."""
    if found is None:
        return []
    which = "by this record" if found.seq == seq else f"by record {found.seq:,}"
    approved = f"{which}, approved by {found.member}, role {found.role}, {words.second(found.time)}"
    rows: list[tuple[str, str, str]] = [
        ("Shredded", approved, "caution"), ("Reason", found.reason, "text"),
        ("Gone", found.gone, "text"), ("Stays", f"{words.plural(found.records, 'record')} of it: {STAYS}", "text"),
    ]  # fmt: skip
    lines: list[Line] = []
    for label, said, role in rows:
        for number, row in enumerate(words.wrap(said, max(width - 18, 20))):
            lines += labelled(label if not number else "", ((row, role),), width)
    return lines


_STATES = {"closed": "encrypted: opens for an auditor or an owner", "damaged": "DAMAGED: it does not open"}


def _sealed(detail: Detail, width: int) -> list[Line]:
    """Return what only an auditor or an owner may see, or that there is something."""
    if detail.state in _STATES:
        return labelled("Sealed", ((_STATES[detail.state], "danger" if detail.state == "damaged" else "muted"),), width)
    lines: list[Line] = []
    for label, text in detail.lines:
        if text:
            lines += labelled(label, ((text, "text"),), width)
    return lines


def _same(seen: Seen, width: int) -> list[Line]:
    counts = (("note", seen.note), ("client", seen.client), ("session", seen.session))
    told = "   ".join(f"{name} {count - 1:,}" for name, count in counts if count > 1)
    return labelled("More about", ((f"the same {told}", "muted"),), width) if told else []


def _chain(page: RecordPage) -> list[Line]:
    does = {True: ("✓ it does", "good"), False: ("✗ it does not", "danger")}
    lines: list[Line] = [(("   Chain", "muted"),)]
    if page.follows is not None:
        lines.append(((f"     says it follows   {words.grouped(page.prev)} ...   ", "text"), does[page.follows]))
    lines.append(((f"     this record       {words.grouped(page.digest)} ...", "text"),))
    if page.followed is not None:
        lines.append((("     the next one says it follows this            ", "text"), does[page.followed]))
    else:
        lines.append((("     this is the newest record", "muted"),))
    return [*lines, ()]


def _signature(page: RecordPage, width: int) -> list[Line]:
    if page.signature == "none":
        return labelled("Signature", (("none: nobody was identified, so nobody signed it", "caution"),), width)
    holds = page.signature == "holds"
    by = f", let in by {page.key_by}" if page.key_by else ""
    key = f" (record {page.key_seq:,}{by})" if page.key_seq is not None else ""
    said = f"Ed25519, {page.member}'s key {page.header.generation}{key} "
    mark = ("✓ holds", "good") if holds else ("✗ does not hold", "danger")
    return labelled("Signature", ((said, "text"), mark), width)
