"""What the records certify of something that was shredded: who approved it, when, why, and what of it stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from core.audit.columns import Columns
from core.moments import moment
from core.names import one_line
from vault_format import public
from vault_format.authority.state import State
from vault_format.codes import Kind, NoteClass, Reason, Role
from vault_format.encoding import NotCanonical
from vault_format.errors import NotWhole
from vault_format.frames import layout
from vault_format.ledger import Ledger
from vault_format.public.trail import Reasoned

SHRED_REASONS = {
    Reason.CLIENT_REQUEST: "the client asked for it", Reason.LEGAL: "the law asks for it",
    Reason.RETENTION_OVER: "kept as long as it has to be", Reason.MISTAKE: "written by mistake",
    Reason.OTHER: "other",
}  # fmt: skip
"""The reasons that people are asked for, in words."""
STAYS = "who wrote, read and signed it, and when; size and hash of each text"
_GONE = {
    True: "the text has left this file; copies made before keep it",
    False: "the text leaves this file with the next compaction; copies made before keep it",
}


@dataclass(frozen=True, slots=True)
class Certificate:
    """The shred at record SEQ: approved by MEMBER in a ROLE at TIME (UTC ms), for REASON in words.

    `entity` is what was given up, of `client` (its own number for a client), called `what`; `author` who saved it last
    and `signed` the record of its signature (0: none); `records` counts those about it, which stay. `digest` is the
    shred's record hash (32 bytes). `left` says whether the ciphertext has left this file; before that a compaction is
    still to come.
    """

    seq: int
    member: str
    role: str
    time: int
    reason: str
    left: bool
    entity: int
    client: int
    what: str
    author: str
    signed: int
    records: int
    digest: bytes

    @property
    def gone(self) -> str:
        """Where the text is, in words."""
        return _GONE[self.left]


def certificate(ledger: Ledger, columns: Columns, entity: int) -> Certificate | None:
    """Return what the records certify of ENTITY's shredding; None if it was not shredded. Needs no key."""
    known = ledger.state.entities.get(entity)
    if known is None or not known.shredded:
        return None
    return next(iter(certificates(ledger, columns, entity=f"{entity:016x}")), None)


def certificates(ledger: Ledger, columns: Columns, *, entity: str = "", client: str = "") -> list[Certificate]:
    """Return the certificates of what was shredded, in the order of the file. Needs no key.

    Of what has an id that begins with the hex digits ENTITY, or belongs to a client whose id begins with CLIENT.
    """
    state, wanted = ledger.state, []
    for seq, (number, member) in sorted(state.shreds.items()):
        known = state.entities.get(number)
        if known is not None and f"{number:016x}".startswith(entity) and f"{known.client:016x}".startswith(client):
            wanted.append((seq, number, member))
    about = {number for _, number, _ in wanted}
    counts = Counter(number for number in columns.entities if number in about)
    return [_certificate(ledger, seq, number, member, counts[number]) for seq, number, member in wanted]


def _certificate(ledger: Ledger, seq: int, number: int, member: int, count: int) -> Certificate:
    state = ledger.state
    known, who = state.entities.get(number), state.members[member]
    if known is None:
        raise LookupError(number)
    time, reason, digest = 0, "cannot be read", bytes(32)
    try:
        record = ledger.record(seq)
        time, digest = record.header.time, layout.record_hash(record.header.pack() + record.signature)
        said = public.read(record.header.action, record.parts[0] or b"")
        reason = _words(said.reason) if isinstance(said, Reasoned) else reason
    except (LookupError, NotCanonical, NotWhole):
        pass
    parts = [part for first in (known.live, known.original) if first for part in (first, first + 1)]
    return Certificate(
        seq, one_line(who.name), Role(who.role).name.lower(), time, reason,
        not any(state.parts.is_present(part) for part in parts), number, known.client,
        _what(known.kind, known.note_class), one_line(state.members[known.author].name), known.signed, count, digest,
    )  # fmt: skip


def _what(kind: int, note_class: int) -> str:
    if kind == Kind.NOTE:
        return "process note" if note_class == NoteClass.PROCESS else "note"
    return Kind(kind).name.lower()


def _words(reason: int) -> str:
    return SHRED_REASONS.get(Reason(reason), Reason(reason).name.lower().replace("_", " "))


def certificate_text(found: Iterable[Certificate], state: State, records: int, head: bytes, now: int) -> str:
    """Return FOUND as plain text, times in UTC; RECORDS, HEAD (32 bytes) and NOW (UTC ms) say of when it is."""
    lines = [
        f"Certificate of destruction, {one_line(state.practice)}", f"vault      {state.vault_id.hex()}",
        f"as of      {_time(now)}, {records:,} records, head {head.hex()}", "",
    ]  # fmt: skip
    for each in found:
        of = "" if each.entity == each.client else f" of client {each.client:016x}"
        written = f"{each.author}, {f'signed in record {each.signed:,}' if each.signed else 'not signed'}"
        lines += [
            f"{each.what} {each.entity:016x}{of}", f"  shredded    record {each.seq:,}, {_time(each.time)}",
            f"  approved    by {each.member}, role {each.role}", f"  reason      {each.reason}",
            f"  written by  {written}", f"  gone        {each.gone}",
            f"  stays       {each.records:,} records of it: {STAYS}", f"  hash        {each.digest.hex()}", "",
        ]  # fmt: skip
    return "\n".join(lines)


def _time(milliseconds: int) -> str:
    return f"{moment(milliseconds):%Y-%m-%d %H:%M:%S} UTC"
