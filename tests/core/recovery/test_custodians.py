"""Custodians: the ceremony, recovery by shares, and that fewer shares are nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import shamir_mnemonic

from core.acts.authority import authority_keyring
from core.alerts import Engine, Rule
from core.keys.epochs import WITH_NOTES
from core.keys.passphrase import Cost
from core.recovery.after_unlock import after_unlock
from core.recovery.custody.by_custodians import CustodianRecovery, Progress
from core.recovery.custody.ceremony import Ceremony, Custodian, WrongWord, accept, complete, custodians_words, words_of
from core.recovery.losses import losses
from core.session import Session
from core.session.entrance.unlocking import key_part
from core.upkeep import Rotation
from core.upkeep.people.invitation import invite, read_invitation
from tests.core.practice import PASSPHRASES, Practice, keyring
from vault_format.codes import Action, KeyType, Kind
from vault_format.errors import Refused, UsageError, WeakPassphrase
from vault_format.view import View

COST = Cost(65_536, 3, 1)
THREE = [Custodian("custodian-1"), Custodian("custodian-2"), Custodian("supervisor", 3)]
NEW = "seven herons over the weir"


def held(session: Session, threshold: int = 2, custodians: Sequence[Custodian] = THREE) -> list[str]:
    """Hold a whole ceremony and return the shares as they stand on paper."""
    ceremony = Ceremony(session, threshold, custodians)
    papers = [" ".join(ceremony.share(number)) for number in range(len(custodians))]
    for number, paper in enumerate(papers):
        ceremony.type_back(number, " ".join(word[:4].upper() for word in paper.split()))
    ceremony.finish(PASSPHRASES["owner"])
    return papers


def test_two_of_three_give_a_member_new_keys(practice: Practice) -> None:
    owner = practice.unlock()
    papers = held(owner)
    accept(owner, process=True)
    owner.lock()
    recovery = CustodianRecovery(practice.door(), member="owner", cost=COST)
    assert recovery.enter_share(papers[2]).have == 1
    with pytest.raises(Refused, match="1 of 2"):
        recovery.rekey(NEW, "the owner is in hospital; on the word of the family", ["custodian-1"])
    assert recovery.enter_share(papers[0]).have == 2
    with pytest.raises(UsageError, match="why"):
        recovery.rekey(NEW, "  ")
    with pytest.raises(WeakPassphrase):
        recovery.rekey("otter", "the owner is in hospital")
    recovery.rekey(NEW, "the owner is in hospital; on the word of the family", ["custodian-1", "supervisor"])
    session = practice.door().unlock("owner", NEW)
    assert session.read_note(practice.notes["signed"]).text == "signed text"
    assert session.read_note(practice.notes["process"]).text == "for the author alone"
    actions = practice.actions()
    for action in (Action.RECOVERY_BEGUN, Action.MEMBER_REKEY, Action.RECOVERY_DONE):
        assert actions.count(action) == 1
    assert practice.verdict().intact


def test_process_notes_stay_closed_unless_their_author_chose_otherwise(practice: Practice) -> None:
    owner = practice.unlock()
    papers = held(owner)
    accept(owner, process=False)
    owner.lock()
    recovery = CustodianRecovery(practice.door(), member="owner", cost=COST)
    for paper in papers[:2]:
        recovery.enter_share(paper)
    recovery.rekey(NEW, "a lost passphrase")
    session = practice.door().unlock("owner", NEW)
    assert session.read_note(practice.notes["signed"]).text == "signed text"
    with pytest.raises(Refused):
        session.read_note(practice.notes["process"])


def test_who_did_not_accept_is_not_given_new_keys(practice: Practice) -> None:
    held(practice.unlock())
    with pytest.raises(Refused, match="did not accept"):
        CustodianRecovery(practice.door(), member="clinician", cost=COST)
    assert Action.RECOVERY_BEGUN not in practice.actions()


def test_custodians_add_an_owner_where_nobody_is_left(practice: Practice) -> None:
    papers = held(practice.unlock())
    view = View(str(practice.path), practice.clock)
    block = invite(view.state, "owner-2", NEW, COST, lambda size: bytes(range(size)))
    invitation = read_invitation(block, view.state)
    view.close()
    recovery = CustodianRecovery(practice.door(), cost=COST)
    for paper in papers[1:]:
        recovery.enter_share(paper)
    recovery.add_owner(invitation, "the practice goes on; on the word of the will")
    session = practice.door().unlock("owner-2", NEW)
    assert session.read_note(practice.notes["theirs"]).text == "clinician's text"
    with pytest.raises(Refused):
        session.read_note(practice.notes["process"])
    rotation = Rotation(session)
    rotation.begin()
    rotation.go_on()
    assert practice.verdict().intact


def test_everyone_is_told_of_an_owner_whom_custodians_added(practice: Practice) -> None:
    papers = held(practice.unlock())
    names = ("owner", "clinician", "supervisor", "auditor")
    for name in names:
        practice.unlock(name).lock()
    recovery = CustodianRecovery(practice.door(), cost=COST)
    for paper in papers[1:]:
        recovery.enter_share(paper)
    view = View(str(practice.path), practice.clock)
    block = invite(view.state, "owner-2", NEW, COST, lambda size: bytes(range(size)))
    recovery.add_owner(read_invitation(block, view.state), "the practice goes on; on the word of the will")
    view.close()
    practice.clock.later(60)
    for name in names:
        told = after_unlock(practice.unlock(name), rotate=False).sentences
        assert told[0].startswith("The custodians added the owner owner-2 (record "), name
        assert told[0].endswith("Ask owner-2 whether that is right.")
    assert after_unlock(practice.unlock("clinician"), rotate=False).recovered == ()
    own = after_unlock(practice.door().unlock("owner-2", NEW))
    assert own.sentences[0].startswith("The custodians added you as an owner")
    assert own.rotating
    engine, view = Engine(), View(str(practice.path), practice.clock)
    rules = [alert.rule for batch in view.batches() for alert in engine.take(batch, view.state)]
    view.close()
    assert Rule.RECOVERY in rules


def test_enough_custodians_with_a_program_of_their_own_read_a_copy_and_leave_no_record(practice: Practice) -> None:
    """docs/RECOVERY.md says so: what they hold is a key, and a key asks nobody."""
    owner = practice.unlock()
    papers = held(owner)
    accept(owner, process=False)
    keys = {number: each.notes for number, each in keyring(owner).epochs.items()}
    owner.lock()
    before = practice.path.read_bytes()
    view = View(str(practice.path), practice.clock)
    secret = shamir_mnemonic.combine_mnemonics(papers[1:])
    state = view.state
    who, epoch = state.members[state.authority], state.epochs[-1].seq

    def part(kind: Kind, entity: int, key_type: KeyType) -> bytes:
        found = key_part(view, epoch, kind, entity, key_type)
        assert found is not None
        return found[1]

    opened = authority_keyring(
        state, secret, part(Kind.GRANT_BOX, who.enrolment, KeyType.MEMBER),
        lambda which: part(Kind.OLD_KEYS, 0, KeyType.NOTES if which == WITH_NOTES else KeyType.AUDIT),
    )  # fmt: skip
    view.close()
    assert {number: each.notes for number, each in opened.epochs.items()} == keys
    assert len(keys) == 2
    # process notes stand under their author's own keys, which these are not
    assert opened.bundle.authors == []
    assert practice.path.read_bytes() == before


def test_after_a_new_ceremony_old_shares_open_nothing(practice: Practice) -> None:
    owner = practice.unlock()
    old = held(owner)
    held(owner)
    accept(owner, process=False)
    owner.lock()
    recovery = CustodianRecovery(practice.door(), member="owner", cost=COST)
    for paper in old[:2]:
        recovery.enter_share(paper)
    with pytest.raises(Refused, match="do not open"):
        recovery.rekey(NEW, "a lost passphrase")
    assert practice.actions().count(Action.RECOVERY_FAILED) == 1
    assert recovery.progress.have == 0


def test_who_accepts_accepts_the_custodians_that_were_shown(practice: Practice) -> None:
    owner = practice.unlock()
    held(owner)
    state = owner.vault.ledger.state
    shown = state.authority
    assert custodians_words(state) == "2 of these 3: custodian-1, custodian-2, supervisor"
    held(owner, 3)
    with pytest.raises(Refused, match="replaced meanwhile"):
        accept(owner, process=True, of=shown)
    assert Action.AUTHORITY_ACCEPT not in practice.actions()
    accept(owner, process=False, of=owner.vault.ledger.state.authority)


def test_wrong_words_are_named_where_they_are_typed(practice: Practice) -> None:
    owner = practice.unlock()
    ceremony = Ceremony(owner, 2, THREE)
    shown = ceremony.share(0)
    with pytest.raises(WrongWord) as found:
        ceremony.type_back(0, " ".join([*shown[:4], "zzzz", *shown[5:]]))
    assert found.value.place == 5
    other = "acid" if shown[8] != "acid" else "acne"
    with pytest.raises(WrongWord) as found:
        ceremony.type_back(0, " ".join([*shown[:8], other, *shown[9:]]))
    assert found.value.place == 9
    with pytest.raises(UsageError):
        ceremony.type_back(0, " ".join(shown[:-1]))
    ceremony.type_back(0, " ".join(shown))
    with pytest.raises(Refused, match="shown once"):
        ceremony.share(0)
    before = practice.path.read_bytes()
    with pytest.raises(Refused, match="not at its end"):
        ceremony.finish(PASSPHRASES["owner"])
    ceremony.give_up()
    assert practice.path.read_bytes() == before


def foreign(threshold: int = 2, **how: bool | bytes) -> list[str]:
    """Return the shares of somebody else's secret."""
    made: list[str] = shamir_mnemonic.generate_mnemonics(1, [(threshold, 3)], bytes(32), iteration_exponent=0, **how)[0]
    return made


def test_shares_that_do_not_belong_together_are_kept_apart_and_cost_nobody_a_new_beginning(practice: Practice) -> None:
    owner = practice.unlock()
    old, papers = held(owner), held(owner)
    accept(owner, process=False)
    owner.lock()
    recovery = CustodianRecovery(practice.door(), member="owner", cost=COST)
    # an old sheet comes first: that it is old, nobody can tell yet
    assert recovery.enter_share(old[0]) == Progress(1, 2)
    with pytest.raises(UsageError, match="already"):
        recovery.enter_share(old[0])
    assert recovery.enter_share(papers[0]) == Progress(1, 2, mixed=True)
    words = papers[1].split()
    words[7] = "acid" if words[7] != "acid" else "acne"
    with pytest.raises(UsageError, match="no share"):
        recovery.enter_share(" ".join(words))
    with pytest.raises(Refused, match="1 of 2"):
        recovery.rekey(NEW, "a lost passphrase")
    assert recovery.enter_share(papers[1]) == Progress(2, 2)
    recovery.rekey(NEW, "a lost passphrase")
    assert practice.door().unlock("owner", NEW).member == "owner"


@pytest.mark.parametrize(
    "shares",
    [foreign(), foreign(3), foreign(extendable=False), foreign(passphrase=b"TREZOR")],
    ids=["of as many", "of more", "not extendable", "under a passphrase"],
)
def test_a_whole_foreign_set_is_refused_recorded_and_leaves_the_others(practice: Practice, shares: list[str]) -> None:
    owner = practice.unlock()
    papers = held(owner)
    accept(owner, process=False)
    owner.lock()
    recovery = CustodianRecovery(practice.door(), member="owner", cost=COST)
    recovery.enter_share(papers[0])
    for share in shares:
        recovery.enter_share(share)
    with pytest.raises(Refused, match="do not open this vault"):
        recovery.rekey(NEW, "a lost passphrase")
    assert practice.actions().count(Action.RECOVERY_FAILED) == 1
    assert recovery.progress == Progress(1, 2)
    recovery.enter_share(papers[2])
    recovery.rekey(NEW, "a lost passphrase")
    assert practice.verdict().intact


def test_shares_of_something_else_are_named_where_they_are_typed(practice: Practice) -> None:
    held(practice.unlock())
    recovery = CustodianRecovery(practice.door(), cost=COST)
    short = shamir_mnemonic.generate_mnemonics(1, [(2, 3)], bytes(16))[0][0]
    grouped = shamir_mnemonic.generate_mnemonics(2, [(1, 1), (1, 1)], bytes(32))[0][0]
    for share in (short, grouped):
        with pytest.raises(UsageError, match="of something else"):
            recovery.enter_share(share)
    assert recovery.progress.have == 0


def test_only_an_owner_holds_a_ceremony_and_its_numbers_are_bounded(practice: Practice) -> None:
    with pytest.raises(Refused):
        Ceremony(practice.unlock("clinician"), 2, THREE)
    owner = practice.unlock()
    for threshold, custodians in ((1, THREE), (4, THREE), (2, [Custodian("one"), Custodian("One")])):
        with pytest.raises(UsageError):
            Ceremony(owner, threshold, custodians)


def test_words_are_completed_and_read_by_four_letters() -> None:
    assert complete("acad") == "academic"
    assert complete("ac") == ""
    assert words_of("ACAD acid") == ["academic", "acid"]
    with pytest.raises(WrongWord):
        words_of("academy")


def test_the_table_of_losses_follows_the_vault(practice: Practice) -> None:
    owner = practice.unlock()
    with owner.at_desk() as desk:
        before = {row.lost: row for row in losses(desk)}
    assert not before["your passphrase"].back
    assert not before["you"].back
    held(owner)
    accept(owner, process=True)
    with owner.at_desk() as desk:
        after = {row.lost: row for row in losses(desk)}
    assert after["your passphrase"].back
    assert after["you"].back
    assert "open to them" in after["you"].way
