"""Recovering with something in the way: another attempt, a failed write, a file put back, clocks, a late day."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from core.recovery import Recovery
from core.recovery.kit.moments import phone_clock
from core.session import RefusedUnlock
from core.session.opened import OpenVault
from tests.core.practice import Practice
from tests.core.recovery.test_recovery_kit import COST, NEW, QUARTER, Kit, moment
from vault_format.codes import Action
from vault_format.errors import NoSpace, Refused, TacendaError, UsageError, VaultBroken

OTHER = "nine wrens in the hedge at dusk"


def with_kit(practice: Practice) -> Kit:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    owner.lock()
    return kit


def ready(practice: Practice, kit: Kit, begins: int) -> Recovery:
    recovery = Recovery(practice.door(), "owner", cost=COST)
    recovery.enter_code(kit.lines)
    assert recovery.enter_codes(kit.codes(begins))
    return recovery


def test_of_two_attempts_at_once_one_ends_well_and_the_other_changes_nothing(practice: Practice) -> None:
    kit = with_kit(practice)
    begins = moment(practice)
    one, two = ready(practice, kit, begins), ready(practice, kit, begins)
    one.finish(NEW)
    before = len(practice.actions())
    with pytest.raises(TacendaError):
        two.finish(OTHER)
    two.give_up()
    assert practice.actions()[before:] == [Action.RECOVERY_FAILED]
    practice.clock.later(61)
    assert practice.door().unlock("owner", NEW).member == "owner"
    with pytest.raises(RefusedUnlock):
        practice.door().unlock("owner", OTHER)
    assert practice.verdict().intact


@pytest.mark.parametrize("survives", [0, 1])
def test_power_that_fails_at_a_write_leaves_the_old_way_or_the_new_one(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, survives: int
) -> None:  # fmt: skip
    kit = with_kit(practice)
    recovery = ready(practice, kit, moment(practice))
    real: Callable[..., object] = OpenVault.append
    left = [survives]

    def fails(vault: OpenVault, *given: object) -> object:
        left[0] -= 1
        if left[0] < 0:
            raise NoSpace("The disk is full.")
        return real(vault, *given)

    monkeypatch.setattr(OpenVault, "append", fails)
    with pytest.raises(NoSpace):
        recovery.finish(NEW)
    monkeypatch.undo()
    practice.clock.later(61)
    if survives:
        # new keys are one record: the recovery is over, though nothing says so but that
        assert practice.door().unlock("owner", NEW).member == "owner"
    else:
        session = practice.unlock()
        assert session.vault.ledger.state.members[1].kit is not None
    assert practice.verdict().intact


def test_a_kit_can_be_used_again_where_the_write_failed(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    kit = with_kit(practice)
    begins = moment(practice)
    recovery = ready(practice, kit, begins)

    def full(*_: object) -> object:
        raise NoSpace("The disk is full.")

    monkeypatch.setattr(OpenVault, "append", full)
    with pytest.raises(NoSpace):
        recovery.finish(NEW)
    monkeypatch.undo()
    recovery.finish(NEW)
    assert practice.door().unlock("owner", NEW).member == "owner"


def test_a_spent_kit_opens_nothing_in_a_file_that_was_put_back_either(practice: Practice) -> None:
    kit = with_kit(practice)
    earlier = practice.path.with_suffix(".earlier")
    shutil.copyfile(practice.path, earlier)
    begins = moment(practice)
    ready(practice, kit, begins).finish(NEW)
    assert practice.door().unlock("owner", NEW).member == "owner"
    shutil.copyfile(earlier, practice.path)
    practice.clock.later(61)
    with pytest.raises(VaultBroken):
        Recovery(practice.door(), "owner", cost=COST)
    # a machine that has not seen the vault cannot know, and says so in docs/RECOVERY.md
    assert Recovery(practice.door(practice.path.parent / "new-machine"), "owner", cost=COST).member == "owner"


@pytest.mark.parametrize("minutes", [-2, 2])
def test_a_phone_that_is_two_minutes_off_needs_no_words(practice: Practice, minutes: int) -> None:
    kit = with_kit(practice)
    begins = moment(practice)
    practice.clock.now = begins + 100_000 - minutes * 60_000
    ready(practice, kit, begins).finish(NEW)
    assert practice.door().unlock("owner", NEW).member == "owner"


def test_codes_of_the_quarter_before_still_count_on_the_page(practice: Practice) -> None:
    kit = with_kit(practice)
    begins = moment(practice)
    practice.clock.now = begins + QUARTER + 30_000
    ready(practice, kit, begins).finish(NEW)
    assert practice.door().unlock("owner", NEW).member == "owner"


def test_past_the_tables_end_it_says_so(practice: Practice) -> None:
    kit = with_kit(practice)
    practice.clock.later(4 * 365 * 86_400)
    begins = moment(practice)
    recovery = Recovery(practice.door(), "owner", cost=COST)
    recovery.enter_code(kit.lines)
    with pytest.raises(Refused, match="has ended"):
        recovery.enter_codes(kit.codes(begins))


def test_what_a_phones_clock_shows_is_the_nearest_such_time() -> None:
    noon = phone_clock("12:00", 1_795_000_000)
    assert phone_clock("12:05", noon) - noon == 300
    assert phone_clock("11:50", noon) - noon == -600
    midnight = phone_clock("00:01", noon + 12 * 3_600 - 60)
    assert midnight - noon == 12 * 3_600 + 60
    with pytest.raises(UsageError):
        phone_clock("noon", noon)
