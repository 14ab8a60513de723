"""The thief has the file, the source and the printed code, and no phone. What is held, and what each guess costs.

Statistics are over seeded kits, with bounds that a sound construction misses once in some millions of runs.
"""

from __future__ import annotations

import itertools
import math
import random
import struct
from collections import Counter
from collections.abc import Callable

import pytest

from core.keys import kit as kits
from core.keys import passphrase as passphrases
from core.keys.kit import (
    CHUNK_SLOTS,
    MODULUS,
    coder,
    entry,
    entry_in,
    kit_kek,
    new_kit,
    open_chunk,
    slot_codes,
    table,
    table_key,
    target_of,
)
from core.keys.passphrase import Cost
from core.recovery import Enrolment, Recovery
from core.recovery.after_unlock import after_unlock
from core.recovery.kit.found import FoundKit, find_kit
from core.recovery.kit.moments import mistyped
from core.recovery.kit.printed import read_code
from core.session import RefusedUnlock, Session
from core.upkeep import Rotation
from core.upkeep.keys.passphrase import change
from tests.core.practice import PASSPHRASES, Practice, keyring
from tests.core.recovery.test_recovery_kit import COST, NEW, Kit, moment
from vault_format.codes import Kind, PartRole
from vault_format.crypto.sealing import CannotOpen, Entropy, open_box
from vault_format.errors import Refused, TacendaError
from vault_format.ledger import Ledger

FLOOR = Cost(65_536, 3, 1)


def seeded(seed: int) -> Entropy:
    return random.Random(seed).randbytes


def found(session: Session) -> FoundKit:
    with session.at_desk() as desk:
        return find_kit(desk.vault, desk.who)


def opened(session: Session, kit: Kit) -> dict[int, int]:
    """Return the whole table as the thief opens it with the printed code: entry by slot."""
    state, seen = session.vault.ledger.state, found(session)
    key = table_key(read_code(kit.lines), state.birth, seen.id)
    entries = {}
    for chunk in seen.chunks:
        raw = open_chunk(
            key, chunk.stored, position=chunk.position, first=chunk.first, kit_id=seen.id,
            enrolment=state.members[1].enrolment, vault_id=state.vault_id,
        )  # fmt: skip
        assert len(raw) == 8 * chunk.count
        for at in range(chunk.count):
            assert chunk.first + at not in entries
            entries[chunk.first + at] = entry_in(raw, at)
    return entries


def differences(packed: int) -> tuple[int, int, int]:
    return packed & 0xFFFFF, packed >> 20 & 0xFFFFF, packed >> 40 & 0xFFFFF


def test_the_printed_code_opens_the_table_and_nothing_more(practice: Practice) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    entries = opened(owner, kit)
    assert len(entries) == 6 * CHUNK_SLOTS
    assert all(max(differences(each)) < MODULUS for each in entries.values())
    # no two moments look alike more often than chance lets them: 105,192 of 10^18
    assert len(set(entries.values())) == len(entries)
    # a patched program skips every check there is, and has a wrong key in its hand
    seen, state = found(owner), owner.vault.ledger.state
    with pytest.raises(Refused, match="do not open this kit"):
        kits.open_kit_slot(
            read_code(kit.lines), (0, 0, 0), seen.slot, seen.payload, birth=state.birth, vault_id=state.vault_id,
            enrolment=state.members[1].enrolment, generation=seen.generation, kit_id=seen.id,
        )  # fmt: skip


def chi_square(counts: Counter[int], cells: int) -> float:
    """Return how many standard deviations the sum of squares is off what chance makes of it."""
    expected = counts.total() / cells
    squares = sum((counts[cell] - expected) ** 2 for cell in range(cells)) / expected
    return (squares - (cells - 1)) / math.sqrt(2 * (cells - 1))


def test_what_the_table_holds_is_independent_of_the_target() -> None:
    """Over many kits, target and entries are jointly uniform: each of 10 × 10 cells as often as the others."""
    joint: list[Counter[int]] = [Counter() for _ in range(3)]
    same: list[Counter[int]] = [Counter() for _ in range(3)]
    for seed in range(4_000):
        kit = new_kit(seeded(seed))
        for slot in range(5):
            shown = differences(entry(kit.target, slot_codes(coder(kit.secret), 2_000_000 + 977 * slot)))
            for place in range(3):
                target, difference = kit.target[place] * 10 // MODULUS, shown[place] * 10 // MODULUS
                joint[place][10 * target + difference] += 1
                same[place][10 * (kit.target[place] % 10) + shown[place] % 10] += 1
    for counts in (*joint, *same):
        assert abs(chi_square(counts, 100)) < 6


def test_two_targets_make_the_same_table_for_some_codes_each() -> None:
    """By construction: every target is led to from an entry by exactly one triple of codes, so an entry tells none."""
    entry_seen = entry((123_456, 7, 999_999), (654_321, 0, 1))
    for target in ((0, 0, 0), (999_999, 999_999, 999_999), (31_415, 926_535, 897_932)):
        codes = [(wanted - shown) % MODULUS for wanted, shown in zip(target, differences(entry_seen), strict=True)]
        assert target_of(entry_seen, codes) == target


def test_of_a_glimpse_at_one_code_twelve_digits_are_left() -> None:
    kit = new_kit(seeded(1))
    slot = 2_000_000
    packed, codes = entry(kit.target, slot_codes(coder(kit.secret), slot)), slot_codes(coder(kit.secret), slot)
    for seen in range(3):
        possible = {
            target_of(packed, [codes[at] if at == seen else guess for at in range(3)])[seen] for guess in range(1_000)
        }
        # this third of the target is known; the two others are as open as before
        assert possible == {kit.target[seen]}
    others = {target_of(packed, [codes[0], guess, 0])[1] for guess in range(MODULUS)}
    assert len(others) == MODULUS


def test_glimpses_at_two_moments_add_up_by_their_place() -> None:
    """The target is one for all moments: a first code here and a second there are worth as much as both of one."""
    kit = new_kit(seeded(2))
    one, two = 2_000_000, 2_012_345
    packed = {slot: entry(kit.target, slot_codes(coder(kit.secret), slot)) for slot in (one, two)}
    seen = {slot: slot_codes(coder(kit.secret), slot) for slot in (one, two)}
    known = (
        target_of(packed[one], [seen[one][0], 0, 0])[0], target_of(packed[two], [0, seen[two][1], 0])[1],
    )  # fmt: skip
    assert known == kit.target[:2]
    # the same place once more tells nothing that was not known: the two other thirds stay as open as they were
    assert target_of(packed[two], [seen[two][0], 0, 0])[0] == known[0]
    assert len({target_of(packed[two], [*seen[two][:2], guess])[2] for guess in range(MODULUS)}) == MODULUS
    # three glimpses, one at each place, are all of it, whenever they were
    three = 2_020_000
    last = target_of(
        entry(kit.target, slot_codes(coder(kit.secret), three)), [0, 0, slot_codes(coder(kit.secret), three)[2]]
    )[2]
    assert (*known, last) == kit.target


def test_codes_outside_a_moments_three_say_nothing_of_the_table(practice: Practice) -> None:
    """What enrolment and drill ask for is in no entry: a code that is typed there is never one of a moment's."""
    from core.recovery.kit.moments import STEP_SECONDS, near_moment

    for second in range(900):
        if not near_moment(second):
            steps = {(second // STEP_SECONDS + off) % 30 for off in (-1, 0, 1)}
            assert not steps & {0, 1, 2}


def secrets_of(keep: list[tuple[bytes, bytes, tuple[int, int, int]]]) -> Callable[..., kits.KitSecrets]:
    def made(entropy: Entropy) -> kits.KitSecrets:
        kit = new_kit(entropy)
        keep.append((kit.code, kit.secret, kit.target))
        return kit

    return made


@pytest.mark.slow
def test_no_part_of_a_table_repeats_through_extensions_rotations_and_new_kits(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    made: list[tuple[bytes, bytes, tuple[int, int, int]]] = []
    monkeypatch.setattr("core.recovery.kit.enrolment.new_kit", secrets_of(made))
    owner = practice.unlock()
    first = Kit(practice, owner)
    before = opened(owner, first)
    stored = [chunk.stored for chunk in found(owner).chunks]
    owner.lock()
    practice.clock.later(365 * 86_400)
    owner = practice.unlock()
    assert after_unlock(owner, rotate=False).extended
    longer = opened(owner, first)
    # an extension begins where the table ended, and what stood there is not written again
    assert {slot: longer[slot] for slot in before} == before
    assert [chunk.stored for chunk in found(owner).chunks][: len(stored)] == stored
    assert sorted(longer) == list(range(min(longer), max(longer) + 1))
    rotation = Rotation(owner)
    rotation.begin()
    rotation.go_on()
    assert opened(owner, first) == longer
    second = Kit(practice, owner)
    anew = opened(owner, second)
    shared = set(longer) & set(anew)
    assert shared
    # two tables over the same quarters of an hour: their differences would tell target from target, were codes shared
    apart = {(differences(longer[slot])[0] - differences(anew[slot])[0]) % MODULUS for slot in sorted(shared)[:2_000]}
    assert len(apart) > 1_900
    for one, two in itertools.pairwise(made):
        assert all(old != new for old, new in zip(one, two, strict=True))
    assert practice.verdict().intact


def test_of_windows_that_slid_the_difference_would_be_known_and_so_none_does() -> None:
    """The control: were two entries made of one code, the thief could cancel it. Slots share no time step."""
    kit = new_kit(seeded(3))
    one, two = slot_codes(coder(kit.secret), 10), slot_codes(coder(kit.secret), 11)
    slid = (one[1], one[2], two[0])
    first, second = differences(entry(kit.target, one)), differences(entry(kit.target, slid))
    # what sliding would leak: a difference inside the target
    assert (first[1] - second[0]) % MODULUS == (kit.target[1] - kit.target[0]) % MODULUS
    raw = table(kit.secret, kit.target, 10, 2)
    assert [struct.unpack_from("<Q", raw, 8 * at)[0] for at in range(2)] == [
        entry(kit.target, one), entry(kit.target, two),
    ]  # fmt: skip


@pytest.mark.slow
def test_no_time_step_stands_in_two_entries_of_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    kit = new_kit(seeded(4))
    used: list[int] = []
    real = kits.coder

    def noted(secret: bytes) -> Callable[[int], int]:
        code = real(secret)

        def one(step: int) -> int:
            used.append(step)
            return code(step)

        return one

    monkeypatch.setattr(kits, "coder", noted)
    table(kit.secret, kit.target, 2_000_000, 500)
    table(kit.secret, kit.target, 2_000_500, 500)
    assert sorted(used) == [30 * slot + at for slot in range(2_000_000, 2_001_000) for at in range(3)]


def test_one_guess_costs_one_whole_argon2id(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    owner.lock()
    calls: list[Cost] = []
    real = passphrases.argon2id

    def counted(password: bytes, cost: Cost, salt: bytes) -> bytes:
        calls.append(cost)
        return real(password, cost, salt)

    monkeypatch.setattr(kits, "argon2id", counted)
    begins = moment(practice)
    recovery = Recovery(practice.door(), "owner", cost=COST)
    recovery.enter_code(kit.lines)
    assert calls == []
    tried: list[int] = []
    assert not recovery.enter_codes(
        kit.codes(begins - 40 * 900_000), watch=lambda done, _: tried.append(done), cancelled=lambda: len(tried) >= 5
    )  # fmt: skip
    assert len(calls) == len(tried) == 5
    assert all((cost.memory, cost.passes) >= (FLOOR.memory, FLOOR.passes) for cost in calls)
    assert len(list(mistyped((0, 0, 0)))) == 162


@pytest.mark.slow
def test_every_guess_makes_another_key() -> None:
    salt, where = bytes(16), {"birth": bytes(32), "enrolment": 1, "kit_id": bytes(16)}
    code = bytes(range(20))
    keys = {
        kit_kek(code, target, FLOOR, salt, **where)  # type: ignore[arg-type]
        for target in ((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1))
    }
    keys.add(kit_kek(bytes(20), (0, 0, 0), FLOOR, salt, **where))  # type: ignore[arg-type]
    assert len(keys) == 5


@pytest.mark.slow
def test_with_the_phone_and_no_printed_code_the_table_stays_closed(practice: Practice) -> None:
    owner = practice.unlock()
    kit = Kit(practice, owner)
    other = Kit.__new__(Kit)
    other.lines = Enrolment(owner, cost=COST).lines
    with pytest.raises(Refused):
        opened(owner, other)
    owner.lock()
    begins = moment(practice)
    recovery = Recovery(practice.door(), "owner", cost=COST)
    with pytest.raises(Refused, match="comes first"):
        recovery.enter_codes(kit.codes(begins))


def test_an_old_passphrase_with_an_old_copy_opens_nothing_that_came_later(practice: Practice) -> None:
    from core.session import NoteDraft
    from core.session.entrance.unlocking import key_part, open_bundle_of

    elsewhere = practice.path.parent / "copy"
    elsewhere.mkdir()
    copy = practice.copied(elsewhere)
    owner = practice.unlock()
    change(owner, PASSPHRASES["owner"], NEW, known=True, cost=COST)
    private = keyring(owner).bundle.box
    rotation = Rotation(owner)
    rotation.begin()
    rotation.go_on()
    note = owner.save_note(NoteDraft(practice.clients["OTTER"], "written after the change", title="later")).note
    master = keyring(owner).master
    owner.lock()
    with pytest.raises(RefusedUnlock):
        practice.unlock()
    # the copy opens, as copies do; of what it holds nothing fits the file of now
    session = copy.unlock()
    assert all(row.id != note for row in session.catalog.notes())
    old = keyring(session)
    ledger = Ledger(str(practice.path), practice.clock)
    state = ledger.state
    who, epoch = state.members[1], state.epochs[-1]
    with pytest.raises(TacendaError):
        open_bundle_of(ledger, who, old.master)
    box = key_part(ledger, epoch.seq, Kind.GRANT_BOX, who.enrolment)
    assert box is not None
    with pytest.raises(CannotOpen):
        open_box(box[1], old.bundle.box)
    # the same with the keys of now opens: it is the keys that differ
    assert open_bundle_of(ledger, who, master).epoch == 2
    assert open_box(box[1], private)
    records = (ledger.record(seq) for seq in range(ledger.count - 1, 0, -1))
    sealed = next(record for record in records if record.header.entity == note)
    assert {row.key_epoch for row in sealed.rows if row.role in (PartRole.INDEX, PartRole.BODY)} == {2}
    assert set(old.epochs) == {1}
    ledger.close()


@pytest.mark.slow
def test_an_old_kit_with_an_old_copy_opens_nothing_that_came_later(practice: Practice) -> None:
    from core.session import NoteDraft

    owner = practice.unlock()
    kit = Kit(practice, owner)
    owner.lock()
    elsewhere = practice.path.parent / "copy"
    elsewhere.mkdir()
    copy = practice.copied(elsewhere)
    owner = practice.unlock()
    Kit(practice, owner)
    rotation = Rotation(owner)
    rotation.begin()
    rotation.go_on()
    note = owner.save_note(NoteDraft(practice.clients["OTTER"], "written after the new kit", title="later")).note
    owner.lock()
    # the copy opens to the old kit, as copies do: with what stood in it then, and no key of what came later
    begins = moment(copy)
    recovery = Recovery(copy.door(), "owner", cost=COST)
    recovery.enter_code(kit.lines)
    assert recovery.enter_codes(kit.codes(begins))
    recovery.finish(NEW)
    session = copy.door().unlock("owner", NEW)
    assert all(row.id != note for row in session.catalog.notes())
    assert set(session._desk.keyring.epochs) == {1}
    practice.clock.later(120)
    now = Recovery(practice.door(), "owner", cost=COST)
    with pytest.raises(Refused, match="not of this kit"):
        now.enter_code(kit.lines)
