"""Looking again, after much was rewritten: the whole file from its first record to its last, as a stranger would."""

from __future__ import annotations

from core.session.session import Session
from vault_format.errors import Unavailable, VaultBroken
from vault_format.findings import Verdict
from vault_format.verify import verify


def look_again(session: Session) -> Verdict:
    """Verify the file of SESSION's vault anew, all signatures too. Takes as long as at the door; nothing is opened.

    Damaged ciphertext of single entities is in the verdict. Raises VaultBroken where more than that does not hold, and
    Unavailable where the file cannot be read.
    """
    with session.at_desk() as desk:
        pin, now = desk.vault.ledger.pin(), desk.vault.clock()
    try:
        verdict = verify(session.path, now, pin=pin)
    except OSError as error:
        raise Unavailable(f"The vault cannot be read: {error.strerror}.", todo="Run `tacenda verify` later.") from None
    first = next((each for each in verdict.findings if not each.local), None)
    if first is not None:
        raise VaultBroken(
            f"The vault does not verify at record {first.seq:,} ({first.kind}: {first.detail}).",
            safe="Nothing more is opened.", todo="Lock it, run `tacenda verify`, and look for a whole copy.",
        )  # fmt: skip
    return verdict
