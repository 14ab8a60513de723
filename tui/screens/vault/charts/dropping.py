"""What leaves the file: compaction, one note shredded, a whole chart. Each says that copies elsewhere keep it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from core.audit.certificate import SHRED_REASONS
from core.catalog import NoteRow
from core.session import Session
from core.upkeep import Droppable, Dropped, KeyStatus, compact_vault, key_status, shred_note
from core.upkeep.charts.dropping import before_shredding
from core.upkeep.charts.whole_charts import GivenUp, WholeChart, before_shredding_chart, shred_chart
from tui import words
from tui.keys import keymap
from tui.screens.vault.charts.approval import Approval, Matter
from tui.screens.vault.parts import amount
from vault_format.codes import Role

if TYPE_CHECKING:
    from tui.application import Tacenda
    from tui.screens.page import Page

Found = TypeVar("Found")
_REASONS = tuple(SHRED_REASONS.items())
_COPIES = "Copies made before today keep it, and so does what was exported."


def ask_to_compact(page: Page) -> None:
    """Look at what could go, then ask."""
    session = page.tacenda.session
    if session is not None:
        _look_first(page, partial(_status, session), _ask_to_compact)


def _look_first(page: Page, look: Callable[[], Found], ask: Callable[[Page, Found], None]) -> None:
    """LOOK in a thread, for the desk may be a rotation's at this moment; ASK with what was found, once."""

    def looked(found: Found) -> None:
        # pressed twice, or gone elsewhere meanwhile: another page stands there now
        if page.tacenda.page is page:
            page.hush()
            ask(page, found)

    page.say("Looking at what would go.", "muted")
    page.work(look, looked)


def _status(session: Session) -> KeyStatus:
    with session.at_desk() as desk:
        return key_status(desk)


def _ask_to_compact(page: Page, status: KeyStatus) -> None:
    session = page.tacenda.session
    if session is None:
        return
    if session.role not in (Role.OWNER, Role.CLINICIAN):
        page.say(f"The role {session.role.name.lower()} does not compact a vault. An owner does.")
        return
    drop, owner = status.drop, session.role is Role.OWNER
    if not drop.parts:
        page.say("There is nothing to drop: no text was re-encrypted, shredded or written over." if owner else
                 f"You shredded nothing that could go. {_left_to_owners(drop)}".rstrip())  # fmt: skip
        return
    if page.tacenda.keywork.running:
        page.say("A rotation goes on. Compact once it is done: then more can go.")
        return
    what = f"{words.plural(drop.parts, 'part')}, {amount(drop.size)}"
    goes = "texts that stand under newer keys, shredded notes, older revisions of drafts." if owner else (
        f"what you shredded. {_left_to_owners(drop)}".rstrip())  # fmt: skip
    gone = "Older revisions of unsigned notes" if owner else "What you shredded"
    page.tacenda.show_page(Approval(
        Matter(
            "Compact", "compact",
            f"The file is written anew without ciphertext that is of no use any more ({what}): {goes} It is verified "
            "from its first byte, then it takes the old one's place. Others go on writing meanwhile.",
            f"{gone} cannot be read again. Signed texts stay, and every record of who did what and when.",
            _COPIES, "owners all of it, clinicians what they shredded themselves",
        ),
        partial(_compacted, page),
        lambda session, _, __, watch, stop: compact_vault(session, watch=watch, cancelled=stop),
    ))  # fmt: skip


def _left_to_owners(drop: Droppable) -> str:
    """Return what goes only where an owner compacts; empty where that is nothing."""
    if drop.whole_parts == drop.parts:
        return ""
    return f"An owner could drop {amount(drop.whole_size)}."


def drop_words(drop: Droppable, role: Role) -> str:
    """Return what compacting would free, for a member of ROLE: their own part of it, and what is an owner's to drop."""
    if role is Role.OWNER:
        return f"{amount(drop.size)} of old ciphertext could go" if drop.parts else "nothing to drop"
    own = f"{amount(drop.size)} that you shredded could go" if drop.parts else ""
    rest = _left_to_owners(drop).replace("An", "an").rstrip(".")
    return "; ".join(each for each in (own, rest) if each) or "nothing to drop"


def _compacted(page: Page, done: Dropped) -> None:
    page.tacenda.renew()
    page.say(f"{amount(done.before)} before, {amount(done.after)} now. Copies made before keep what they hold.", "good")


def ask_to_shred(app: Tacenda, row: NoteRow) -> None:
    """Look at the chart's clock, then ask for the reason, the words and the passphrase to give up the text of ROW."""
    page, session = app.page, app.session
    if page is None or session is None:
        return
    if row.status.startswith("shredded"):
        page.say("This was shredded already.")
        return
    _look_first(page, partial(before_shredding, session, row.id), partial(_ask_to_shred, row))


def _ask_to_shred(row: NoteRow, page: Page, clock: str) -> None:
    app = page.tacenda
    what = f"{row.type.replace('-', ' ')} of {row.date}{', ' + row.title if row.title else ''}"
    app.show_page(Approval(
        Matter(
            f"{row.client_code} > shred one note", "shred",
            f"The text of the {what}, is given up. Its ciphertext leaves the file with the next compaction ("
            f"{keymap.place_key('vault')}, Compact). Its records stay: who wrote, read and signed it, and when.",
            f"It cannot be read again, by anyone, with any key. {clock}".rstrip(), _COPIES,
            "its author while it is a draft, else an owner; never under a legal hold",
            reasons=_REASONS, words=True, typed=f"shred {row.client_code}",
        ),
        partial(_shredded, app), lambda session, reason, said, *_: shred_note(session, row.id, reason, said),
    ))  # fmt: skip


def _shredded(app: Tacenda, sequence: int) -> None:
    app.renew()
    if app.page is not None:
        app.page.say(f"Shredded, record {sequence:,}. Compacting takes its ciphertext out of the file.", "good")


def ask_to_shred_chart(page: Page, client: int) -> None:
    """Look at what CLIENT's chart holds, then ask for the reason, the words and the passphrase."""
    session = page.tacenda.session
    if session is not None:
        _look_first(page, partial(before_shredding_chart, session, client), _ask_to_shred_chart)


def _ask_to_shred_chart(page: Page, chart: WholeChart) -> None:
    app = page.tacenda
    signed = f", {chart.signed:,} of them signed" if chart.signed else ""
    held = f"{words.plural(chart.notes, 'note')}{signed}, {words.plural(chart.appointments, 'appointment')}"
    app.show_page(Approval(
        Matter(
            f"{chart.code} > shred the whole chart", "shred all of it",
            f"Everything of {chart.code} is given up: {held}, the name and what is written about the client. The "
            f"ciphertext leaves the file with the next compaction ({keymap.place_key('vault')}, Compact). The records "
            "stay: who wrote, read and signed what, and when.",
            f"None of it can be read again, by anyone, with any key. {chart.clock}".rstrip(), _COPIES,
            "you are an owner; never under a legal hold, nor over process notes of somebody else",
            reasons=_REASONS, words=True, typed=f"shred {chart.code}",
        ),
        partial(_shredded_chart, app, chart.code),
        lambda session, reason, said, *_: shred_chart(session, chart.client, reason, said),
    ))  # fmt: skip


def _shredded_chart(app: Tacenda, code: str, gone: GivenUp) -> None:
    app.renew()
    if app.page is not None:
        app.page.say(
            f"{code} is shredded, records {gone.first:,} to {gone.last:,}. Compacting takes the ciphertext out.", "good"
        )
