"""What recovery asks of an unlock: the kit's table kept long, an exposed kit told, a recovery told to everyone.

Nothing here is decided on an unsigned record but what is said: a try that failed asks for a new kit, and no more.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from core.acts import kit as kit_acts
from core.acts import members, trail
from core.acts.acting import Acting
from core.keys.bundle import Bundle, KitKeys
from core.keys.kit import CHUNK_SLOTS, SLOT_SECONDS
from core.recovery.kit.enrolment import KEPT_AHEAD
from core.recovery.kit.kit_record import had_kit, was_exposed
from core.session.desk import Desk
from core.session.session import Session
from core.upkeep.keys.rotation import Rotation
from vault_format import public
from vault_format.codes import Action, Reason, Role
from vault_format.encoding import NotCanonical
from vault_format.frames.record import Draft
from vault_format.public.members import MemberAdd, Rekey, Rollover
from vault_format.public.trail import Reasoned

_MOST_CHUNKS = 64
"""What one record may extend a table by; the rest comes with the next unlock."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """A recovery that stands in the file: whose keys, in which record, when (UTC ms), and by what."""

    name: str
    sequence: int
    time: int
    reason: Reason
    added: bool = False
    mine: bool = False

    @property
    def words(self) -> str:
        """What everyone is told of it."""
        if self.mine and self.added:
            return f"The custodians added you as an owner (record {self.sequence:,})."
        if self.mine:
            by = "your recovery kit" if self.reason == Reason.KIT_RECOVERY else "the custodians"
            return f"You were given new keys by {by} (record {self.sequence:,})."
        if self.added:
            done = f"The custodians added the owner {self.name}"
        elif self.reason == Reason.KIT_RECOVERY:
            done = f"{self.name} was given new keys by the recovery kit"
        else:
            done = f"{self.name} was given new keys by the custodians"
        return f"{done} (record {self.sequence:,}). Ask {self.name} whether that is right."


@dataclass(frozen=True, slots=True)
class After:
    """What an unlock found and did: recoveries to tell of, half years added to the table, and what is due now.

    `exposed` says that codes were tried under this member's name, `kit_due` that a new kit has to be made, `rotating`
    that a new key set was opened and texts are to be moved under it.
    """

    recovered: tuple[Recovered, ...] = ()
    extended: int = 0
    exposed: bool = False
    kit_due: bool = False
    rotation_due: bool = False
    rotating: bool = False

    @property
    def sentences(self) -> list[str]:
        """What the person is told, the most urgent first; empty on a good day."""
        told = [each.words for each in self.recovered]
        if self.rotating:
            told.append("The keys of the vault are being rotated because of it.")
        elif self.rotation_due:
            told.append("The keys of the vault are to be rotated because of it, by an owner.")
        if self.exposed:
            told.append("Phone codes were tried with your recovery kit, without a recovery. Make a new kit.")
        elif self.kit_due:
            told.append("Your recovery kit is used up. Make a new one.")
        return told


def after_unlock(session: Session, *, rotate: bool = True) -> After:
    """Do what is due for recovery after SESSION was unlocked, and return what there is to tell.

    With ROTATE an owner opens the new key set that a recovery asks for; moving the texts is left to `Rotation.go_on`.
    Raises what appending raises: then it is due at the next unlock still.
    """
    if session.locked or session.problem:
        return After()
    with session.at_desk() as desk:
        before = _last_unlock(desk)
        recovered = tuple(each for each in _recoveries(desk, before) if each.sequence > before)
        extended, exposed = _look_after_kit(desk)
        kit_due = desk.who.kit is None and had_kit(desk)
        asking = _unanswered(desk)
        owner = desk.who.role is Role.OWNER and desk.state.current_policy().rotation_auto
        due = asking is not None
        if asking is not None and not (owner and rotate) and not _asked_for(desk, asking):
            reason = asking.reason
            desk.append(lambda acting: [trail.rotation_due(acting, reason)])
    rotating = False
    if asking is not None and owner and rotate:
        Rotation(session).begin(asking.reason)
        rotating = True
    return After(recovered, extended, exposed, kit_due or exposed, due and not rotating, rotating)


# -- recoveries ----------------------------------------------------------------------------------------------


def _last_unlock(desk: Desk) -> int:
    """Return the record of this member's last unlock before this session's; -1 if there is none."""
    columns = desk.vault.columns
    wanted = {
        number for number, shape in enumerate(columns.shapes)
        if shape.member == desk.who.number and shape.action == Action.UNLOCK
    }  # fmt: skip
    for seq in range(len(columns) - 1, -1, -1):
        if columns.codes[seq] in wanted and columns.sessions[seq] != desk.number:
            return seq
    return -1


def _recoveries(desk: Desk, after: int) -> Iterator[Recovered]:
    """Yield the recoveries behind record AFTER, oldest first."""
    columns, own = desk.vault.columns, desk.who.number
    kinds = {Action.MEMBER_ROLLOVER, Action.MEMBER_REKEY, Action.OWNER_ADD}
    wanted = {number for number, shape in enumerate(columns.shapes) if shape.action in kinds}
    for seq in range(after + 1, len(columns)):
        if columns.codes[seq] not in wanted:
            continue
        record = desk.record(seq)
        try:
            said = public.read(record.header.action, record.parts[0] or b"")
        except (NotCanonical, IndexError):
            continue
        time = columns.times[seq]
        if isinstance(said, Rollover) and said.reason == Reason.KIT_RECOVERY:
            number = columns.shape(seq).member
            yield Recovered(desk.name_of(number), seq, time, Reason.KIT_RECOVERY, mine=number == own)
        elif isinstance(said, Rekey):
            name = desk.name_of(said.member)
            yield Recovered(name, seq, time, Reason.CUSTODIAN_RECOVERY, mine=said.member == own)
        elif isinstance(said, MemberAdd):
            mine = said.name == desk.who.name
            yield Recovered(said.name, seq, time, Reason.CUSTODIAN_RECOVERY, added=True, mine=mine)


def _unanswered(desk: Desk) -> Recovered | None:
    """Return the newest recovery that no new key set has followed."""
    found = None
    for found in _recoveries(desk, desk.state.epochs[-1].seq):  # noqa: B007  the last one is wanted
        pass
    return found


def _asked_for(desk: Desk, recovered: Recovered) -> bool:
    """Whether somebody has asked for a rotation since that recovery, because of one."""
    columns = desk.vault.columns
    for seq in range(recovered.sequence + 1, len(columns)):
        if columns.shape(seq).action == Action.ROTATION_DUE:
            said = public.read(Action.ROTATION_DUE, desk.record(seq).parts[0] or b"")
            if isinstance(said, Reasoned) and said.reason in (Reason.KIT_RECOVERY, Reason.CUSTODIAN_RECOVERY):
                return True
    return False


# -- the kit -------------------------------------------------------------------------------------------------


def chunks_due(end: int, now_ms: int) -> int:
    """Return by how many half years a table that ends before slot END has to grow to reach 2.5 years ahead."""
    wanted = now_ms // 1000 // SLOT_SECONDS + KEPT_AHEAD * CHUNK_SLOTS
    return min(max(0, -(-(wanted - end) // CHUNK_SLOTS)), _MOST_CHUNKS)


def _look_after_kit(desk: Desk) -> tuple[int, bool]:
    """Extend the table, mark an exposed kit, in one append; return half years added and whether it is exposed."""
    kit = desk.keyring.bundle.kit
    if kit is None or desk.who.kit is None:
        return 0, False
    exposed = kit.exposed or was_exposed(desk)
    if chunks_due(desk.who.kit.end, desk.vault.clock()) == 0 and exposed == kit.exposed:
        return 0, exposed
    bundles: list[tuple[Bundle, int]] = []

    def build(acting: Acting) -> list[Draft]:
        acting = _in_step(acting)
        held = acting.keyring.bundle.kit
        if held is None:
            return []
        due = chunks_due(held.end, desk.vault.clock())
        drafts, bundle = [], acting.keyring.bundle
        if due:
            draft, bundle = kit_acts.kit_extend(acting, [CHUNK_SLOTS] * due)
            drafts.append(draft)
        bundle = _marked(bundle, exposed=exposed)
        bundles.append((bundle, due))
        return [*drafts, members.bundle_set(acting, bundle)]

    desk.append(build)
    if not bundles:
        return 0, exposed
    desk.keyring.bundle, due = bundles[-1]
    return due, exposed


def _in_step(acting: Acting) -> Acting:
    """Return ACTING with its kit's end as the records tell: an append torn in two leaves the bundle behind them."""
    bundle, state = acting.keyring.bundle, acting.state.members[acting.keyring.member].kit
    if bundle.kit is None or state is None or bundle.kit.end == state.end:
        return acting
    kit: KitKeys = msgspec.structs.replace(bundle.kit, end=state.end)
    keyring = dataclasses.replace(acting.keyring, bundle=msgspec.structs.replace(bundle, kit=kit))
    return dataclasses.replace(acting, keyring=keyring)


def _marked(bundle: Bundle, *, exposed: bool) -> Bundle:
    if bundle.kit is None or bundle.kit.exposed == exposed:
        return bundle
    return msgspec.structs.replace(bundle, kit=msgspec.structs.replace(bundle.kit, exposed=exposed))
