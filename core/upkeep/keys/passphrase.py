"""Another passphrase: for the same keys, or with new ones where somebody might know the old."""

from __future__ import annotations

from core.acts import members, trail
from core.acts.acting import Acting
from core.acts.members import Renewal
from core.keyring import Keyring
from core.keys import derive
from core.keys.passphrase import Cost, calibrate
from core.keys.strength import require_strong
from core.session.desk import Desk
from core.session.entrance.unlocking import open_master
from core.session.session import Session
from vault_format.authority.state import Member
from vault_format.codes import Reason
from vault_format.errors import Refused, UsageError
from vault_format.frames.record import Draft


def check_own(desk: Desk, passphrase: str) -> None:
    """Refuse another passphrase than the member's own. Raises Refused."""
    master = open_master(desk.vault.ledger, desk.who, passphrase)
    if not derive.same(master, desk.keyring.master):
        raise Refused("Not this passphrase.", safe="Nothing was changed.")


def raised(cost: Cost, present: Member, least: Cost) -> Cost:
    """Return COST, nowhere below what the member's slot or the policy costs: slots are never lowered."""
    return Cost(
        max(cost.memory, present.memory, least.memory), max(cost.passes, present.passes, least.passes), cost.lanes
    )


def check_new(desk: Desk, old: str, new: str) -> None:
    """Refuse a passphrase that would not hold. Raises WeakPassphrase or UsageError."""
    if new == old:
        raise UsageError("This is the passphrase you have.", safe="Nothing was changed.")
    require_strong(new, (desk.state.practice, desk.who.name), safe="The old one still holds.")


def change(session: Session, old: str, new: str, *, known: bool = False, cost: Cost | None = None) -> None:
    """Put NEW in place of the passphrase OLD; with KNOWN, because somebody might know it, change every key too.

    The new slot is opened once before it is written; until its record is on the disk the old one holds. Raises Refused
    for a wrong OLD, WeakPassphrase, UsageError, and what appending raises.
    """
    with session.at_desk() as desk:
        check_own(desk, old)
        check_new(desk, old, new)
        policy, who = desk.state.current_policy(), desk.who
        least = Cost(policy.memory, policy.passes, 1)
        wanted = raised(cost or calibrate(), who, least)
        if not known:
            desk.append(lambda acting: [members.slot_set(acting, new, wanted)])
            return
        desk.renew_keys()
        renewed: list[Keyring] = []

        def build(acting: Acting) -> list[Draft]:
            rolled = members.rollover(acting, Reason.COMPROMISE, Renewal(new, wanted))
            renewed.append(rolled.keyring)
            return [rolled.draft]

        desk.append(build)
        desk.keyring = renewed[-1]
        desk.catalog.use(desk.keyring)
        # whoever knew them had the keys that all share, too: an owner makes new ones
        desk.append(lambda acting: [trail.rotation_due(acting, Reason.COMPROMISE)])
