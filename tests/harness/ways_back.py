"""A small program of custodians that is killed on the way: their ceremony, or what their shares do.

Called as `python -m tests.harness.ways_back ACT VAULT STATE NOW POINT` with ACT `ceremony`, `rekey` or `add-owner` and
the rest as tests.harness.upkeep has it. Shares stand in PAPERS beside the vault, one a line, an invitation in INVITED;
a ceremony writes its own there before it counts, as people do.
"""

from __future__ import annotations

import sys
from pathlib import Path

from core.recovery.custody.by_custodians import CustodianRecovery
from core.recovery.custody.ceremony import Ceremony, Custodian
from core.session import Door
from core.upkeep.keys import rotation
from core.upkeep.people.invitation import read_invitation
from tests.core.practice import COST, PASSPHRASES
from tests.harness.upkeep import NEW_PASSPHRASE, armed

PAPERS, INVITED = "papers", "invited"
WORDS = "the practice goes on; on the word of the will"


def main() -> None:
    """Do it."""
    act, path, state, now, point = sys.argv[1:]
    rotation.BATCH = 2
    folder = Path(path).parent
    door = Door(path, clock=lambda: int(now), folder=state)
    if act == "ceremony":
        session = door.unlock("owner", PASSPHRASES["owner"])
        session.open_rest()
        ceremony = Ceremony(session, 2, [Custodian(f"custodian-{number}") for number in range(3)])
        papers = [" ".join(ceremony.share(number)) for number in range(3)]
        (folder / PAPERS).write_text("\n".join(papers))
        for number, paper in enumerate(papers):
            ceremony.type_back(number, paper)
        countdown = armed(int(point))
        ceremony.finish(PASSPHRASES["owner"])
    else:
        recovery = CustodianRecovery(door, member="owner" if act == "rekey" else None, cost=COST)
        for paper in (folder / PAPERS).read_text().splitlines()[1:]:
            recovery.enter_share(paper)
        countdown = armed(int(point))
        if act == "rekey":
            recovery.rekey(NEW_PASSPHRASE, WORDS)
        else:
            state_now = door.opened.ledger.state
            recovery.add_owner(read_invitation((folder / INVITED).read_text(), state_now), WORDS)
    sys.stdout.write(f"{countdown.count}\n")


if __name__ == "__main__":
    main()
