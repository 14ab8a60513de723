"""The recovery kit: made, rehearsed, used; and every wrong turn on the way."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.keys.kit import SLOT_SECONDS
from core.keys.passphrase import Cost
from core.recovery import Enrolment, Recovery, WrongLine, run_drill
from core.recovery.kit.moments import moment_at, near_moment
from core.recovery.kit.printed import ALPHABET, lines_of, read_code, read_line
from core.session import RefusedUnlock, Session
from tests.core.practice import PASSPHRASES, Practice, keyring
from tests.harness.tools import need_tool
from vault_format.codes import Action, Reason
from vault_format.errors import Refused, UsageError, WeakPassphrase

COST = Cost(65_536, 3, 1)
QUARTER = SLOT_SECONDS * 1_000
NEW = "seven herons over the weir"
CODES = st.binary(min_size=20, max_size=20)


def oath(secret: str, now_ms: int) -> str:
    """Return the code that Debian's oathtool shows at NOW_MS."""
    when = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    command = [need_tool("oathtool"), "--totp", "-b", "-N", when, secret]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


class Kit:
    """A kit as its owner has it: paper and phone."""

    def __init__(self, practice: Practice, session: Session, member: str = "owner") -> None:
        self.practice = practice
        quiet(practice)
        making = Enrolment(session, cost=COST)
        self.lines = list(making.lines)
        self.secret = "".join(making.phone.groups)
        self.uri = making.phone.uri
        making.type_back([f" {line.lower().replace(' ', '-')} " for line in self.lines])
        making.confirm_phone(oath(self.secret, practice.clock.now))
        making.finish(PASSPHRASES[member])

    def codes(self, moment_ms: int) -> list[str]:
        """Return the three codes of the moment that begins at MOMENT_MS."""
        return [oath(self.secret, moment_ms + at * 30_000 + 5_000) for at in range(3)]


def quiet(practice: Practice) -> None:
    """Move the clock to the middle of a quarter of an hour."""
    practice.clock.now = practice.clock.now // QUARTER * QUARTER + QUARTER // 2


def moment(practice: Practice) -> int:
    """Move the clock two minutes into the next recovery moment's quarter, and return when it began (UTC ms)."""
    begins = (practice.clock.now // QUARTER + 1) * QUARTER
    practice.clock.now = begins + 120_000
    return begins


@given(CODES)
def test_what_is_printed_is_read_back(code: bytes) -> None:
    assert read_code(lines_of(code)) == code
    assert read_code([line.lower().replace(" ", "") for line in lines_of(code)]) == code
    assert read_code([line.replace("0", "o").replace("1", "l") for line in lines_of(code)]) == code


@given(CODES, st.integers(1, 4), st.integers(0, 9), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_found_in_its_line(code: bytes, line: int, at: int, other: str) -> None:
    typed = lines_of(code)[line - 1].replace(" ", "")
    if typed[at] == other:
        return
    with pytest.raises(WrongLine) as found:
        read_line(line, typed[:at] + other + typed[at + 1 :])
    assert found.value.line == line


@given(CODES, st.integers(1, 4), st.integers(0, 7), st.integers(0, 7))
def test_two_characters_that_changed_places_are_found(code: bytes, line: int, one: int, two: int) -> None:
    typed = list(lines_of(code)[line - 1].replace(" ", ""))
    if typed[one] == typed[two]:
        return
    typed[one], typed[two] = typed[two], typed[one]
    with pytest.raises(WrongLine):
        read_line(line, "".join(typed))


@given(CODES, st.integers(1, 4), st.integers(1, 4))
def test_a_line_in_another_lines_place_is_found(code: bytes, line: int, other: int) -> None:
    if line != other:
        with pytest.raises(WrongLine):
            read_line(other, lines_of(code)[line - 1])


def test_moments_begin_at_every_quarter_and_nothing_else_asks_for_a_code_near_them() -> None:
    assert moment_at(0).code == 1
    assert (moment_at(59).code, moment_at(59).left) == (2, 1)
    assert (moment_at(90).code, moment_at(90).begins_in) == (0, 810)
    assert [near_moment(at) for at in (0, 149, 150, 749, 750, 899, 900)] == [
        True, True, False, False, True, True, True,
    ]  # fmt: skip


def test_a_kit_opens_with_both_factors_and_gives_new_keys(practice: Practice) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    owner.lock()
    begins = moment(practice)
    recovery = Recovery(practice.door(), "owner", cost=COST)
    recovery.enter_code(kit.lines)
    assert recovery.enter_codes(kit.codes(begins))
    recovery.finish(NEW)
    with pytest.raises(RefusedUnlock):
        practice.unlock()
    practice.clock.later(60)
    session = practice.door().unlock("owner", NEW)
    assert session.read_note(practice.notes["process"]).text == "for the author alone"
    assert keyring(session).bundle.kit is None
    actions = practice.actions()
    for action in (Action.RECOVERY_BEGUN, Action.MEMBER_ROLLOVER, Action.RECOVERY_DONE):
        assert actions.count(action) == 1
    assert practice.verdict().intact


def test_the_phone_is_given_what_every_authenticator_takes(practice: Practice) -> None:
    making = Enrolment(practice.unlock(), cost=COST)
    assert len(making.phone.uri) <= 78
    assert making.phone.uri.startswith(f"otpauth://totp/{making.phone.label}?secret=")
    assert len(making.phone.label) == len("Tacenda-0000")


def test_nothing_counts_before_both_factors_were_proven(practice: Practice) -> None:
    owner = practice.unlock()
    quiet(practice)
    before = practice.path.read_bytes()
    making = Enrolment(owner, cost=COST)
    with pytest.raises(Refused):
        making.finish(PASSPHRASES["owner"])
    with pytest.raises(Refused):
        making.type_back(lines_of(bytes(20)))
    making.type_back(making.lines)
    with pytest.raises(Refused):
        making.finish(PASSPHRASES["owner"])
    secret = "".join(making.phone.groups)
    with pytest.raises(Refused):
        making.confirm_phone("000000" if oath(secret, practice.clock.now) != "000000" else "111111")
    with pytest.raises(UsageError):
        making.confirm_phone("12345")
    making.confirm_phone(oath(secret, practice.clock.now))
    with pytest.raises(Refused):
        making.finish("not the passphrase")
    assert practice.path.read_bytes() == before
    making.finish(PASSPHRASES["owner"])
    with pytest.raises(Refused):
        making.finish(PASSPHRASES["owner"])


def test_no_page_asks_for_a_single_code_near_a_moment(practice: Practice) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    moment(practice)
    making = Enrolment(owner, cost=COST)
    with pytest.raises(UsageError, match="Not now"):
        making.confirm_phone(oath("".join(making.phone.groups), practice.clock.now))
    with pytest.raises(UsageError, match="Not now"):
        run_drill(owner, kit.lines, oath(kit.secret, practice.clock.now))


def test_wrong_turns_are_recorded_and_slowed(practice: Practice) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    owner.lock()
    begins = moment(practice)
    recovery = Recovery(practice.door(), "owner", cost=COST)
    with pytest.raises(Refused, match="comes first"):
        recovery.enter_codes(kit.codes(begins))
    typed = kit.lines[2]
    with pytest.raises(WrongLine) as wrong:
        recovery.enter_code([*kit.lines[:2], typed[:-1] + ("0" if typed[-1] != "0" else "1"), kit.lines[3]])
    assert wrong.value.line == 3
    with pytest.raises(Refused, match="not of this kit"):
        recovery.enter_code(lines_of(bytes(20)))
    with pytest.raises(Refused, match="next one in"):
        recovery.enter_code(kit.lines)
    practice.clock.later(2)
    recovery.enter_code(kit.lines)
    assert not recovery.enter_codes(list(reversed(kit.codes(begins))), cancelled=stop_after(3))
    practice.clock.later(5)
    assert not recovery.enter_codes(kit.codes(begins - 10 * QUARTER), cancelled=stop_after(3))
    with pytest.raises(Refused):
        recovery.finish(NEW)
    recovery.give_up()
    recovery.give_up()
    outcomes = [action for action in practice.actions() if action == Action.RECOVERY_FAILED]
    assert len(outcomes) == 4
    practice.clock.later(61)
    session = practice.unlock()
    assert session.read_note(practice.notes["signed"]).text == "signed text"
    assert practice.verdict().intact


def stop_after(tries: int):  # type: ignore[no-untyped-def]  # noqa: ANN201  a function that counts
    left = [tries]

    def stop() -> bool:
        left[0] -= 1
        return left[0] < 0

    return stop


@pytest.mark.slow
def test_a_single_wrong_digit_costs_no_quarter_of_an_hour(practice: Practice) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    owner.lock()
    begins = moment(practice)
    recovery = Recovery(practice.door(), "owner", cost=COST)
    recovery.enter_code(kit.lines)
    codes = kit.codes(begins)
    codes[0] = str((int(codes[0][0]) + 1) % 10) + codes[0][1:]
    told: list[int] = []
    assert recovery.enter_codes(codes, watch=lambda done, _: told.append(done))
    assert len(told) <= 3 + 9 * 6


@pytest.mark.slow
def test_a_phone_that_is_off_by_hours_is_taken_by_its_own_clock(practice: Practice) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    owner.lock()
    begins = moment(practice) + 3 * 3_600_000
    recovery = Recovery(practice.door(), "owner", cost=COST)
    recovery.enter_code(kit.lines)
    assert not recovery.enter_codes(kit.codes(begins), cancelled=stop_after(3))
    practice.clock.later(2)
    assert recovery.enter_codes(kit.codes(begins), said=begins / 1000 + 100)


def test_a_weak_passphrase_leaves_the_kit_as_it_was(practice: Practice) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    owner.lock()
    begins = moment(practice)
    recovery = Recovery(practice.door(), "owner", cost=COST)
    recovery.enter_code(kit.lines)
    assert recovery.enter_codes(kit.codes(begins))
    with pytest.raises(WeakPassphrase):
        recovery.finish("otter")
    recovery.finish(NEW)


@pytest.mark.slow
def test_a_spent_kit_and_a_replaced_one_open_nothing(practice: Practice) -> None:
    owner = practice.unlock()
    first = Kit(practice, owner)
    second = Kit(practice, owner)
    owner.lock()
    assert practice.actions().count(Action.KIT_SET) == 1
    begins = moment(practice)
    recovery = Recovery(practice.door(), "owner", cost=COST)
    with pytest.raises(Refused):
        recovery.enter_code(first.lines)
    practice.clock.later(2)
    recovery.enter_code(second.lines)
    assert recovery.enter_codes(second.codes(begins))
    recovery.finish(NEW)
    with pytest.raises(Refused, match="no recovery kit"):
        Recovery(practice.door(), "owner", cost=COST)


def test_a_drill_says_match_or_not_for_each_and_a_code_counts_once(practice: Practice) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    practice.clock.later(60)
    code = oath(kit.secret, practice.clock.now)
    good = run_drill(owner, kit.lines, code)
    assert (good.code, good.phone) == (True, True)
    again = run_drill(owner, kit.lines, code)
    assert (again.code, again.phone) == (True, False)
    practice.clock.later(60)
    wrong = run_drill(owner, lines_of(bytes(20)), oath(kit.secret, practice.clock.now))
    assert (wrong.code, wrong.phone) == (False, True)
    assert practice.actions().count(Action.DRILL) == 3
    assert practice.verdict().intact


def test_a_kit_lasts_through_a_rotation(practice: Practice) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    from core.upkeep import Rotation

    rotation = Rotation(owner)
    rotation.begin(Reason.BY_HAND)
    rotation.go_on()
    owner.lock()
    begins = moment(practice)
    recovery = Recovery(practice.door(), "owner", cost=COST)
    recovery.enter_code(kit.lines)
    assert recovery.enter_codes(kit.codes(begins))
    recovery.finish(NEW)
    session = practice.door().unlock("owner", NEW)
    assert session.read_note(practice.notes["signed"]).text == "signed text"
