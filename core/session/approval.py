"""A critical act is approved by its person: the passphrase is asked for again, and held against the member's slot."""

from __future__ import annotations

from core.acts import trail
from core.keys import derive
from core.session.desk import Desk
from core.session.entrance.failures import FailureCounter, missed, seconds_to_wait
from core.session.entrance.unlocking import open_master
from vault_format.errors import CapReached, Refused, Unavailable

_NOTHING = "Nothing was done."


class NeedsPassphrase(Refused):
    """The policy has whoever signs type the passphrase again."""


def approve_signing(desk: Desk, passphrase: str | None) -> None:
    """Have a signature approved with the passphrase, where the policy says so; a passphrase that is given is checked.

    Raises NeedsPassphrase where none is given, and as `approve`.
    """
    if passphrase is not None:
        approve(desk, passphrase)
    elif desk.state.current_policy().sign_passphrase:
        raise NeedsPassphrase(
            "The policy asks for the passphrase again at each signature.", safe="Nothing was signed.",
            todo="Give it once more.",
        )  # fmt: skip


def approve(desk: Desk, passphrase: str) -> None:
    """Refuse another passphrase than the member's own; a wrong one is recorded as a failed unlock, and waited for.

    Raises Refused, and UsageError for what cannot be a passphrase.
    """
    vault, who = desk.vault, desk.who
    counter = FailureCounter(desk.state.vault_id, who.enrolment, vault.folder)
    pause = _pause(desk, counter)
    if pause:
        raise Refused(f"The last passphrase was wrong. Next try in {pause} s.", safe=_NOTHING)
    try:
        master = open_master(vault.ledger, who, passphrase)
        right = derive.same(master, desk.keyring.master)
    except Refused:
        right = False
    if right:
        return
    try:
        sequence = vault.append(lambda: [trail.unlock_failed(who.number)], None)[0].sequence
        told = f"Recorded as record {sequence:,}. {_NOTHING}"
    except (CapReached, Unavailable):
        counter.add(vault.clock())
        told = f"Counted on this machine. {_NOTHING}"
    raise Refused("Not this passphrase.", safe=told, todo=f"Next try in {_pause(desk, counter)} s.")


def _pause(desk: Desk, counter: FailureCounter) -> int:
    """Return the seconds until the next try."""
    now = desk.vault.clock()
    run = desk.vault.ledger.walk.replay.lawful_run(now)
    own = missed(desk.vault.columns, desk.who, run)
    return seconds_to_wait(len(own) + counter.count, max([*own[-1:], counter.last]), now)
