"""What honest machines do and strangers can: every notice but `torn` and `newer`."""

from __future__ import annotations

from core.acts import entries, moves, trail
from core.acts.acting import Acting, Target
from tests.vectors.scenes import small, texts
from tests.vectors.stage import Stage, Writing
from vault_format import bounds
from vault_format.authority.members import continues_message
from vault_format.codes import PartRole, Reason
from vault_format.crypto import signing
from vault_format.frames import layout
from vault_format.frames.layout import Part
from vault_format.frames.record import Draft, Place, frame
from vault_format.public.members import Continues

WHAT = "A vault that carries on another, with a clock set back, actions of the future, undropped parts, and a flood."
OWNER = small.OWNER
HOUR = bounds.HOUR_MS
EXCESS = 3


def play(stage: Stage) -> None:
    """Write the vault."""
    birth = stage.entropy(32)
    stage.found("Practice on the hill", OWNER, "snails carry on", continues=_earlier(stage, birth), birth=birth)
    stage.unlock(OWNER)
    book = Writing(stage, OWNER)
    otter = book.save("otter", lambda acting: texts.new_client(acting, "OTTER"))
    note = book.save("note", lambda acting: texts.new_note(acting, otter, "First hour", "Up the hill."))
    book.save("note", lambda acting: texts.revise(acting, note, otter, "First hour", "Up the hill, and down."))
    stage.now -= 3 * HOUR
    stage.write(OWNER, lambda acting: trail.listed(acting, 1, 0))
    stage.now += 3 * HOUR
    stage.write(OWNER, _future)
    stage.write(OWNER, lambda acting: entries.shred(acting, note, Reason.MISTAKE))
    drop = stage.write(OWNER, moves.drop)
    stage.write(OWNER, lambda acting: moves.compacted(acting, drop, 9_000, 8_000))
    stage.lock(OWNER)
    stage.put(flood(stage, bounds.UNLOCK_FAILURES + EXCESS, 2))


def _earlier(stage: Stage, birth: bytes) -> Continues:
    """Return the citation of a damaged vault, countersigned by its owner's key."""
    public, secret = signing.keypair(stage.entropy(32))
    unsigned = Continues(
        vault=stage.entropy(32), sequence=40, head=stage.entropy(32), digest=stage.entropy(32), reason=Reason.DAMAGE,
        key=public, proof=bytes(64),
    )  # fmt: skip
    unsigned.proof = signing.sign(continues_message(birth, unsigned), secret)
    return unsigned


def _future(acting: Acting) -> list[Draft]:
    """Return records of actions that are reserved, with and without parts."""
    about = Target(9, 9, 1, 2, 3)
    return [
        acting.record(0x80, None, outcome=77, flags=0xFF, about=about, ref=5),
        acting.record(0xBF, None, Part(PartRole.PUBLIC, b"not msgpack"), Part(PartRole.PUBLIC, b"\xc1")),
    ]  # fmt: skip


def flood(stage: Stage, failures: int, beginnings: int) -> bytes:
    """Return so many unsigned records, chained to the file's end."""
    drafts = [trail.unlock_failed(1)] * failures + [trail.recovery_begun(0)] * beginnings
    count, head, frames = stage.ledger.count, stage.ledger.head, []
    for number, draft in enumerate(drafts, count):
        frames.append(frame(draft, Place(number, head, stage.now, stage.ledger.state.vault_id), None))
        head = layout.record_hash(frames[-1])
    return b"".join(frames)
