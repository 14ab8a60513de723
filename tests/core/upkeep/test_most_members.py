"""As many members as one epoch record can serve, and not one more."""

from __future__ import annotations

import dataclasses

import pytest

from core.acts import epochs
from core.acts.acting import Acting
from core.create import random_id
from core.session import Session
from tests.core.practice import Practice, admit, keyring
from vault_format import bounds
from vault_format.codes import Reason, Role
from vault_format.errors import UsageError


def crowd(session: Session, count: int) -> None:
    """Let the session's state have COUNT active members, most of them made up."""
    members = session.vault.ledger.state.members
    like = next(member for member in members.values() if member.role is Role.CLINICIAN)
    for number in range(len(members) + 1, count + 1):
        members[number] = dataclasses.replace(like, number=number, name=f"member {number}", enrolment=random_id())


def test_one_record_serves_1021_members_and_says_so_of_one_more(practice: Practice) -> None:
    session = practice.unlock()
    state = session.vault.ledger.state
    crowd(session, 1_021)
    written = session.append(lambda acting: [epochs.epoch_open(acting, Reason.BY_HAND).draft])
    record = session.vault.ledger.record(written[0].sequence)
    assert (record.header.parts, record.header.total < bounds.MAX_TOTAL) == (bounds.MAX_PARTS, True)

    with pytest.raises(UsageError, match="as many as new keys can be given to"):
        admit(session, "one too many", "larches lose needles", Role.CLINICIAN)
    crowd(session, 1_022)
    with pytest.raises(UsageError, match="one record has room for 1,021"):
        epochs.epoch_open(Acting(keyring(session), state, session.catalog.version), Reason.BY_HAND)
    assert session.problem == ""
