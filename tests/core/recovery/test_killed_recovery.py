"""A ceremony, new keys by custodians and an owner they add, killed at what they ask of the disk: the old or the new."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import shamir_mnemonic

from core.keys.authority import authority_pairs
from core.recovery.custody.by_custodians import CustodianRecovery
from core.recovery.custody.ceremony import accept
from core.session import Session
from core.upkeep import Rotation
from core.upkeep.people.invitation import invite, read_invitation
from tests.core.practice import COST, PASSPHRASES, Practice
from tests.core.recovery.test_custodians import held
from tests.core.upkeep.test_killed_upkeep import check_whole, run
from tests.harness.upkeep import NEW_PASSPHRASE
from tests.harness.ways_back import INVITED, PAPERS, WORDS
from vault_format.codes import Action
from vault_format.crypto import signing
from vault_format.errors import Refused, TacendaError

_PROGRAM = "tests.harness.ways_back"
INVITED_NAME, THEIRS = "owner-2", "nine wrens in the hedge at dusk"


def copied(made: Practice, folder: Path) -> Practice:
    """Return a copy of MADE with the papers that lie beside it."""
    folder.mkdir(parents=True)
    practice = made.copied(folder)
    for name in (PAPERS, INVITED):
        if (made.path.parent / name).exists():
            (folder / name).write_text((made.path.parent / name).read_text())
    return practice


def killed(act: str, made: Practice, folder: Path) -> Iterator[Practice]:
    """Yield a copy of MADE for each thing that ACT asks of the disk, killed at it; behind the tenth for every fifth."""
    whole = copied(made, folder / "count")
    done = run(act, whole, 0, _PROGRAM)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 3
    for point in (each for each in range(1, int(done.stdout) + 1) if each <= 10 or each % 5 == 0):
        practice = copied(made, folder / str(point))
        done = run(act, practice, point, _PROGRAM)
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert practice.verdict().intact
        practice.clock.later(61)
        yield practice


def opens(practice: Practice, member: str, passphrase: str) -> Session | None:
    try:
        session = practice.door().unlock(member, passphrase)
    except (Refused, TacendaError):
        practice.clock.later(61)
        return None
    session.open_rest()
    return session


def papers(practice: Practice) -> list[str]:
    return (practice.path.parent / PAPERS).read_text().splitlines()


@pytest.fixture
def with_custodians(practice: Practice) -> Practice:
    """The practice with custodians whom the owner accepted, their papers, and an invitation beside it."""
    owner = practice.unlock()
    shares = held(owner)
    accept(owner, process=True)
    state = owner.vault.ledger.state
    block = invite(state, INVITED_NAME, THEIRS, COST, lambda size: bytes(range(size)))
    owner.lock()
    (practice.path.parent / PAPERS).write_text("\n".join(shares))
    (practice.path.parent / INVITED).write_text(block)
    return practice


@pytest.mark.slow
def test_a_ceremony_killed_anywhere_counts_wholly_or_not_at_all(made_practice: Practice, tmp_path: Path) -> None:
    counted = []
    for practice in killed("ceremony", made_practice, tmp_path):
        session = practice.unlock()
        state = session.vault.ledger.state
        counted.append(bool(state.authority))
        if state.authority:
            # the papers that were written before are the ones that count
            secret = shamir_mnemonic.combine_mnemonics(papers(practice)[:2])
            who = state.members[state.authority]
            assert signing.keypair(authority_pairs(secret, state.birth, who.enrolment).sign)[0] == who.sign
            assert state.epoch == 2
        else:
            assert state.epoch == 1
        Rotation(session).go_on()
        check_whole(practice, session)
    assert counted == sorted(counted)
    assert set(counted) == {False, True}


@pytest.mark.slow
def test_new_keys_by_custodians_killed_anywhere_are_there_or_can_be_made(
    with_custodians: Practice, tmp_path: Path
) -> None:  # fmt: skip
    opened = []
    for practice in killed("rekey", with_custodians, tmp_path / "tried"):
        old = opens(practice, "owner", PASSPHRASES["owner"])
        opened.append(old is None)
        if old is not None:
            old.lock()
            recovery = CustodianRecovery(practice.door(), member="owner", cost=COST)
            for paper in papers(practice)[:2]:
                recovery.enter_share(paper)
            recovery.rekey(NEW_PASSPHRASE, WORDS)
        session = opens(practice, "owner", NEW_PASSPHRASE)
        assert session is not None
        check_whole(practice, session)
        assert practice.actions().count(Action.MEMBER_REKEY) == 1
    assert opened == sorted(opened)
    assert set(opened) == {False, True}


@pytest.mark.slow
def test_an_owner_who_is_added_under_a_kill_is_there_or_can_be_added(
    with_custodians: Practice, tmp_path: Path
) -> None:  # fmt: skip
    added = []
    for practice in killed("add-owner", with_custodians, tmp_path / "tried"):
        session = opens(practice, INVITED_NAME, THEIRS)
        added.append(session is not None)
        if session is None:
            recovery = CustodianRecovery(practice.door(), cost=COST)
            for paper in papers(practice)[:2]:
                recovery.enter_share(paper)
            door = practice.door()
            door.wait()
            block = (practice.path.parent / INVITED).read_text()
            recovery.add_owner(read_invitation(block, door.opened.ledger.state), WORDS)
            session = opens(practice, INVITED_NAME, THEIRS)
        assert session is not None
        assert session.read_note(practice.notes["theirs"]).text == "clinician's text"
        session.lock()
        assert practice.actions().count(Action.OWNER_ADD) == 1
        assert practice.verdict().intact
    assert added == sorted(added)
    assert set(added) == {False, True}
