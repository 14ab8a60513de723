"""Changing a passphrase: the new slot is proven first, weak ones are refused, and a leaked one takes all keys along."""

from __future__ import annotations

import pytest
import zxcvbn

from core.keys.passphrase import Cost
from core.keys.strength import strength, suggestion
from core.session import RefusedUnlock
from core.today import due
from core.upkeep import Rotation, key_status
from core.upkeep.keys.passphrase import change
from core.upkeep.keys.status import waiting
from tests.core.practice import COST, PASSPHRASES, Practice, keyring
from vault_format.codes import Action, Reason
from vault_format.errors import NoSpace, Refused, TacendaError, UsageError, WeakPassphrase

OLD, NEW = PASSPHRASES["owner"], "seven larches above the quarry pond"


@pytest.mark.parametrize("known", [False, True])
def test_after_a_change_only_the_new_passphrase_opens(practice: Practice, known: bool) -> None:
    owner = practice.unlock()
    before = keyring(owner).master
    change(owner, OLD, NEW, known=known, cost=COST)
    assert owner.read_note(practice.notes["process"]).text == "for the author alone"
    owner.lock()
    with pytest.raises(RefusedUnlock):
        practice.unlock()
    practice.clock.later(60)
    session = practice.door().unlock("owner", NEW)
    assert session.read_note(practice.notes["process"]).text == "for the author alone"
    assert (keyring(session).master == before) is not known
    assert practice.verdict().intact


def test_a_key_that_somebody_might_know_makes_a_rotation_due(practice: Practice) -> None:
    theirs, owner = practice.unlock("clinician"), practice.unlock()
    change(theirs, PASSPHRASES["clinician"], NEW, known=True, cost=COST)
    owner.follow()
    with owner.at_desk() as desk:
        status, waits = key_status(desk), waiting(desk)
        assert status.overdue
        assert status.days > 0
        assert status.asked is not None
        assert (status.asked.member, status.asked.reason) == ("clinician", Reason.COMPROMISE)
        assert (waits.due, waits.owner) == (True, True)
        assert any("asked for by clinician" in each.what for each in due(desk))
    rotation = Rotation(owner)
    rotation.begin(Reason.COMPROMISE)
    rotation.go_on()
    with owner.at_desk() as desk:
        assert not key_status(desk).overdue
        assert not waiting(desk).due
    assert practice.verdict().intact


def test_a_change_that_is_killed_before_the_request_asks_all_the_same(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.upkeep.keys.passphrase.trail.rotation_due", _killed)
    owner = practice.unlock()
    with pytest.raises(KeyboardInterrupt):
        change(owner, OLD, NEW, known=True, cost=COST)
    assert Action.ROTATION_DUE not in practice.actions()
    with owner.at_desk() as desk:
        assert key_status(desk).asked is not None


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_the_old_passphrase_holds_where_the_new_one_cannot_be_written(practice: Practice) -> None:
    owner = practice.unlock()
    before = practice.path.read_bytes()
    owner.vault.ledger._store.append = _fails  # type: ignore[method-assign]
    with pytest.raises(TacendaError):
        change(owner, OLD, NEW, cost=COST)
    assert practice.path.read_bytes() == before
    assert practice.unlock(folder=practice.folder / "again").role.name == "OWNER"


def _fails(offset: int, frames: bytes) -> None:
    raise NoSpace("The disk is full.")


def test_a_wrong_old_one_and_a_weak_new_one_change_nothing(practice: Practice) -> None:
    owner = practice.unlock()
    before = practice.path.read_bytes()
    with pytest.raises(Refused):
        change(owner, "not that", NEW, cost=COST)
    for weak in ("otter", "password123", "owner", "river practice"):
        with pytest.raises(WeakPassphrase):
            change(owner, OLD, weak, cost=COST)
    with pytest.raises(UsageError):
        change(owner, OLD, OLD, cost=COST)
    assert practice.path.read_bytes() == before


def test_a_slot_is_never_lowered(practice: Practice) -> None:
    owner = practice.unlock()
    change(owner, OLD, NEW, cost=Cost(65_536, 4, 1))
    change(owner, NEW, OLD + " at night", cost=COST)
    assert owner.vault.ledger.state.members[1].passes == 4


@pytest.mark.parametrize(("text", "judged", "enough"), [
    ("otter maple", 11, False), ("otter " * 200, 72, False), ("seven larches above a quarry pond " * 30, 72, True),
    ("4@8({[<369&#!1/|0$5+7%2" * 50, 24, True),
], ids=["short", "repeated", "words", "symbols"])  # fmt: skip
def test_of_a_paste_only_so_much_is_judged_as_takes_no_time(
    text: str, judged: int, enough: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, seen = zxcvbn.zxcvbn, list[str]()

    def counted(password: str, **more: object) -> object:
        seen.append(password)
        return real(password, **more)

    monkeypatch.setattr(zxcvbn, "zxcvbn", counted)
    found = strength(text)
    assert seen == [text[:judged]]
    assert found.enough is enough


def test_what_is_offered_is_strong_and_never_the_same() -> None:
    offered = {suggestion() for _ in range(50)}
    assert len(offered) == 50
    assert all(strength(each).enough for each in offered)
    assert strength("").word == "empty"
    assert not strength("marten creek", ("marten creek",)).enough
    assert strength("x" * 5_000).guesses >= 0
