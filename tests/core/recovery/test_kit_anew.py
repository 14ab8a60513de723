"""A kit in place of another: one record, and the code that confirmed its phone is spent with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.recovery import Enrolment, run_drill
from core.session.opened import OpenVault
from tests.core.practice import PASSPHRASES, Practice, keyring
from tests.core.recovery.test_recovery_kit import COST, Kit, oath
from vault_format.codes import Action
from vault_format.errors import NoSpace


@pytest.mark.parametrize("writes", [0, 1])
def test_power_that_fails_leaves_the_old_kit_or_the_new_one_with_its_code_spent(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:  # fmt: skip
    owner = practice.unlock()
    old = Kit(practice, owner)
    practice.clock.later(60)
    making = Enrolment(owner, cost=COST)
    lines, secret = list(making.lines), "".join(making.phone.groups)
    code = oath(secret, practice.clock.now)
    making.type_back(lines)
    making.confirm_phone(code)
    real: Callable[..., object] = OpenVault.append
    left = [writes]

    def fails(vault: OpenVault, *given: object) -> object:
        left[0] -= 1
        if left[0] < 0:
            raise NoSpace("The disk is full.")
        return real(vault, *given)

    monkeypatch.setattr(OpenVault, "append", fails)
    if writes:
        making.finish(PASSPHRASES["owner"])
    else:
        with pytest.raises(NoSpace):
            making.finish(PASSPHRASES["owner"])
    monkeypatch.undo()
    assert practice.actions().count(Action.MEMBER_ROLLOVER) == writes
    again = practice.unlock()
    if writes:
        drilled = run_drill(again, lines, code)
        assert (drilled.code, drilled.phone) == (True, False)
    else:
        drilled = run_drill(again, old.lines, oath(old.secret, practice.clock.now))
        assert (drilled.code, drilled.phone) == (True, True)
    assert practice.verdict().intact


def test_the_first_kits_code_is_spent_too(practice: Practice) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    assert keyring(owner).bundle.kit.step > 0  # type: ignore[union-attr]
    drilled = run_drill(practice.unlock(), kit.lines, oath(kit.secret, practice.clock.now))
    assert (drilled.code, drilled.phone) == (True, False)
