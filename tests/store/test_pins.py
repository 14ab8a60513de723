from __future__ import annotations

import hashlib
import os
import shutil
import stat
import struct
from pathlib import Path

import pytest

from core.create import default_policy, found, new_vault
from tests.harness.vaults import COST, NOW, PASSPHRASE, Owner, Started, start
from vault_format.pins import SLOT_SIZE, PinFile, pin_path
from vault_format.store import Moved, create
from vault_format.verification.verify import Pinned, verify

LATER = NOW + 60_000


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Return a state folder that nobody has made yet."""
    return tmp_path / "of" / "the" / "user" / "tacenda"


def _pin(sequence: int, vault: int = 1, head: int = 0) -> Pinned:
    return Pinned(bytes([vault]) * 32, sequence, bytes([head or sequence % 256]) * 32)


def _again(state: Path, vault: Path) -> Pinned | None:
    pins = PinFile(str(state), str(vault))
    pins.close()
    return pins.pinned


def test_the_last_pin_is_what_is_remembered(state: Path, vault: Path) -> None:
    assert _again(state, vault) is None
    assert not state.exists()
    pins = PinFile(str(state), str(vault))
    for sequence in range(5):
        pins.remember(_pin(sequence))
        assert pins.pinned == _again(state, vault) == _pin(sequence)
    pins.remember(_pin(7), sync=True)
    pins.close()
    pins.close()
    assert _again(state, vault) == _pin(7)
    for folder in (state, state / "pins"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    path = Path(pin_path(str(state), str(vault)))
    assert (stat.S_IMODE(path.stat().st_mode), path.stat().st_size) == (0o600, 2 * SLOT_SIZE)


def test_the_layout_is_the_documented_one(state: Path, vault: Path) -> None:
    pins = PinFile(str(state), str(vault))
    pins.remember(_pin(258, head=9))
    pins.close()
    raw = Path(pins.path).read_bytes()[SLOT_SIZE:]
    expected = b"\0PIN".ljust(16, b"\0") + struct.pack("<Q", 1) + b"\1" * 32 + struct.pack("<Q", 258) + b"\x09" * 32
    assert raw[:96] == expected


def test_a_slot_torn_anywhere_costs_one_step(state: Path, vault: Path) -> None:
    pins = PinFile(str(state), str(vault))
    pins.remember(_pin(4))
    pins.remember(_pin(5))
    path = Path(pins.path)
    before = path.read_bytes()
    pins.remember(_pin(6))
    after = path.read_bytes()
    pins.close()
    assert {before[:SLOT_SIZE] == after[:SLOT_SIZE], before[SLOT_SIZE:] == after[SLOT_SIZE:]} == {True, False}
    at = 0 if before[:SLOT_SIZE] != after[:SLOT_SIZE] else SLOT_SIZE
    for cut in range(SLOT_SIZE):
        torn = bytearray(before)
        torn[at : at + cut] = after[at : at + cut]
        path.write_bytes(torn)
        assert _again(state, vault) == (_pin(5) if torn != after else _pin(6))
    # The next pin goes where the torn slot is, and leaves the whole one.
    pins = PinFile(str(state), str(vault))
    pins.remember(_pin(7))
    pins.close()
    assert path.read_bytes()[SLOT_SIZE - at :][:SLOT_SIZE] == before[SLOT_SIZE - at :][:SLOT_SIZE]
    assert _again(state, vault) == _pin(7)


@pytest.mark.parametrize("content", [b"", b"x", bytes(256), b"\0PIN".ljust(256, b"\0"), bytes(range(256)) * 2])
def test_what_is_no_pin_counts_as_never_seen(state: Path, vault: Path, content: bytes) -> None:
    pins = PinFile(str(state), str(vault))
    pins.remember(_pin(3))
    pins.close()
    Path(pins.path).write_bytes(content)
    assert _again(state, vault) is None
    pins = PinFile(str(state), str(vault))
    pins.remember(_pin(3))
    pins.close()
    assert _again(state, vault) == _pin(3)


@pytest.mark.parametrize(("counter", "known"), [(0, False), (2**64 - 2, True), (2**64 - 1, False)])
def test_a_counter_that_none_could_follow_is_no_pin_and_none_is_written(
    state: Path, vault: Path, counter: int, known: bool
) -> None:
    pins = PinFile(str(state), str(vault))
    pins.remember(_pin(3))
    pins.close()
    body = b"\0PIN".ljust(16, b"\0") + struct.pack("<Q", counter) + b"\1" * 32 + struct.pack("<Q", 4) + b"\4" * 32
    Path(pins.path).write_bytes(body + hashlib.sha256(body).digest())
    assert _again(state, vault) == (_pin(4) if known else None)
    pins = PinFile(str(state), str(vault))
    pins.remember(_pin(5))
    assert pins.pinned == _pin(5)
    pins.close()
    assert _again(state, vault) == (_pin(4) if known else _pin(5))


def test_two_sessions_never_take_back_what_the_other_remembered(state: Path, vault: Path) -> None:
    one, two = PinFile(str(state), str(vault)), PinFile(str(state), str(vault))
    for sequence in range(1, 20):
        one.remember(_pin(10 * sequence))
    two.remember(_pin(30))
    assert _again(state, vault) == _pin(190)
    two.remember(_pin(191))
    one.remember(_pin(190))
    assert _again(state, vault) == _pin(191)
    one.remember(_pin(300))
    assert _again(state, vault) == _pin(300)
    one.remember(_pin(2, vault=2))  # a new vault in its place
    assert _again(state, vault) == _pin(2, vault=2)
    one.close()
    two.close()


def test_a_state_folder_that_cannot_be_written_costs_nothing_but_memory(vault: Path, tmp_path: Path) -> None:
    state = tmp_path / "file"
    state.write_bytes(b"")
    pins = PinFile(str(state), str(vault))
    pins.remember(_pin(5), sync=True)
    pins.remember(_pin(4))
    assert pins.pinned == _pin(5)  # this process still knows
    pins.close()
    assert _again(state, vault) is None
    assert state.read_bytes() == b""


def test_a_pin_is_not_written_through_a_link(state: Path, vault: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"keep me")
    pins = PinFile(str(state), str(vault))
    Path(pins.path).parent.mkdir(parents=True)
    Path(pins.path).symlink_to(precious)
    pins.remember(_pin(5))
    pins.close()
    assert precious.read_bytes() == b"keep me"


def _rolled_back(vault: Path, started: Started) -> Pinned:
    """Return the pin of a vault of which an older copy now stands at its place."""
    owner = Owner(vault, started, clock=lambda: LATER)
    owner.note("kept")
    older = vault.read_bytes()
    owner.note("rolled back")
    owner.note("rolled back")
    pin = owner.ledger.pin()
    owner.close()
    vault.write_bytes(older)
    return pin


def test_what_one_file_cannot_show_is_silent_without_a_pin_and_an_alarm_with_one(vault: Path, started: Started) -> None:
    pin = _rolled_back(vault, started)
    silent = verify(str(vault), LATER)
    assert (silent.intact, silent.notices) == (True, ())
    alarm = verify(str(vault), LATER, pin=pin)
    assert [(finding.seq, finding.kind) for finding in alarm.findings] == [(4, "pin")]
    unpinned = Owner(vault, started)
    unpinned.ledger.check_whole()
    unpinned.close()
    owner = Owner(vault, started, pin=pin)
    assert [(finding.seq, finding.kind) for finding in owner.ledger.findings] == [(4, "pin")]
    assert owner.ledger.pin() == pin
    owner.close()
    # Another history of the same length: the pinned sequence is there, its hash is another.
    other = Owner(vault, started, clock=lambda: LATER)
    for _ in range(4):
        other.note("another history")
    other.close()
    assert verify(str(vault), LATER).intact
    assert [(finding.seq, finding.kind) for finding in verify(str(vault), LATER, pin=pin).findings] == [(5, "pin")]


def test_another_vault_at_a_known_place_is_an_alarm(vault: Path, started: Started, tmp_path: Path) -> None:
    owner = Owner(vault, started)
    pin = owner.ledger.pin()
    owner.close()
    for name in (vault, Path(f"{vault}.lock")):
        name.unlink()
    other = found("Test practice", "owner", PASSPHRASE, cost=COST, policy=default_policy(COST), now=NOW)
    create(str(vault), other.frame)
    assert verify(str(vault), LATER).intact
    assert [(finding.seq, finding.kind) for finding in verify(str(vault), LATER, pin=pin).findings] == [(0, "pin")]


def test_a_vault_that_is_made_where_another_was_known_is_no_alarm(vault: Path, state: Path) -> None:
    pins = PinFile(str(state), str(vault))
    pins.remember(_pin(90))
    pins.close()
    made = new_vault(
        str(vault), "Test practice", "owner", PASSPHRASE, clock=lambda: NOW, cost=COST, folder=str(state)
    )  # fmt: skip
    known = _again(state, vault)
    assert known is not None
    assert (known.vault_id, known.sequence) == (made, 0)
    assert verify(str(vault), LATER, pin=known).intact


def test_a_link_turned_to_another_vault_is_an_alarm_as_is_the_file_behind_it(
    vault: Path, started: Started, state: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(vault)
    owner = Owner(link, started)
    owner.note()
    pins = PinFile(str(state), str(link))
    pins.remember(owner.ledger.pin())
    pins.close()
    owner.close()
    assert _again(state, vault) == pins.pinned  # known by its own name, too
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(vault.read_bytes()[: -layout_of_last(vault)])
    link.unlink()
    link.symlink_to(elsewhere)
    known = _again(state, link)
    assert known == pins.pinned
    assert [finding.kind for finding in verify(str(link), LATER, pin=known).findings] == ["pin"]


def layout_of_last(vault: Path) -> int:
    """Return the length of the last record."""
    from vault_format.ledger import Ledger

    ledger = Ledger(str(vault), lambda: LATER)
    length = vault.stat().st_size - ledger.offsets[-1]
    ledger.close()
    return length


def test_a_copy_elsewhere_is_another_place(vault: Path, started: Started, state: Path, tmp_path: Path) -> None:
    owner = Owner(vault, started)
    pins = PinFile(str(state), str(vault))
    pins.remember(owner.ledger.pin())
    owner.close()
    pins.close()
    copy = tmp_path / "backup"
    shutil.copy(vault, copy)
    assert _again(state, copy) is None


def test_a_relative_name_is_the_same_place(
    vault: Path, started: Started, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(vault.parent)
    pins = PinFile(str(state), "vault")
    pins.remember(_pin(3))
    pins.close()
    assert _again(state, vault) == _pin(3)


def test_a_place_that_is_linked_later_keeps_what_was_known(vault: Path, state: Path, tmp_path: Path) -> None:
    first = start(vault)
    owner = Owner(vault, first)
    owner.note()
    pins = PinFile(str(state), str(vault))
    pins.remember(owner.ledger.pin())
    pins.close()
    link = tmp_path / "link"
    link.symlink_to(vault)
    assert _again(state, link) == pins.pinned
    os.truncate(vault, vault.stat().st_size - 9)
    with pytest.raises(Moved):
        owner.ledger.follow()
    owner.close()
