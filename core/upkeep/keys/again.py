"""Looking again, after much was rewritten: the whole file from its first record to its last, as a stranger would."""

from __future__ import annotations

import time

from core.session.session import Session
from core.upkeep.keys.rotation import Step, Watch
from vault_format.errors import Unavailable, VaultBroken
from vault_format.frames.scan import Batch
from vault_format.verification.findings import Verdict
from vault_format.verification.verify import verify


def look_again(session: Session, watch: Watch = lambda _: None) -> Verdict:
    """Verify the file of SESSION's vault anew, all signatures too. Takes as long as at the door; nothing is opened.

    WATCH is told of how many records were gone through. Damaged ciphertext of single entities is in the verdict.
    Raises VaultBroken where more than that does not hold, and Unavailable where the file cannot be read.
    """
    with session.at_desk() as desk:
        pin, now, total = desk.vault.ledger.pin(), desk.vault.clock(), desk.vault.ledger.count
    began, done = time.monotonic(), 0

    def heard(batch: Batch) -> None:
        nonlocal done
        done += len(batch.items)
        seconds = time.monotonic() - began
        watch(Step("checking again", done, max(done, total), seconds, seconds, "records"))

    try:
        verdict = verify(session.path, now, pin=pin, listener=heard)
    except OSError as error:
        raise Unavailable(f"The vault cannot be read: {error.strerror}.", todo="Run `tacenda verify` later.") from None
    first = next((each for each in verdict.findings if not each.local), None)
    if first is not None:
        raise VaultBroken(
            f"The vault does not verify at record {first.seq:,} ({first.kind}: {first.detail}).",
            safe="Nothing more is opened.", todo="Lock it, run `tacenda verify`, and look for a whole copy.",
        )  # fmt: skip
    return verdict
