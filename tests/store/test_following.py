from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.acts import trail
from tests.harness.vaults import NOW, ORIGIN, Counting, Owner, Started, forge_failures
from vault_format.errors import NotWhole, VaultBroken
from vault_format.frames import layout
from vault_format.frames.scan import Batch
from vault_format.ledger import Ledger
from vault_format.store import LocalStore, Moved
from vault_format.verification import verify as verifying
from vault_format.verification.verify import verify

LATER = NOW + 60_000


@pytest.fixture
def reader(vault: Path, started: Started, clock: Counting) -> Ledger:
    return Ledger(str(vault), clock)


def test_a_reader_sees_what_others_append(reader: Ledger, owner: Owner) -> None:
    assert reader.follow() == 0
    owner.note()
    owner.note()
    assert reader.follow() == 2
    assert (reader.count, reader.head) == (owner.ledger.count, owner.ledger.head)
    assert reader.follow() == 0


def test_a_record_that_is_still_being_written_is_not_there_yet(vault: Path, reader: Ledger, owner: Owner) -> None:
    raw = owner.frame_of(owner.note_draft("one"), owner.note_draft("two"), time=LATER)
    first = layout.unpack_header(raw).total
    with vault.open("ab", buffering=0) as file:
        for at in range(0, len(raw), 97):
            file.write(raw[at : at + 97])
            reader.follow()
            assert reader.count == 3 + (at + 97 >= first) + (at + 97 >= len(raw))
            late = Ledger(str(vault), lambda: LATER)
            assert late.findings == []
            assert late.count == reader.count
            late.close()
            verdict = verify(str(vault), LATER)
            assert verdict.intact
            assert (verdict.records, {notice.kind for notice in verdict.notices}) == (
                reader.count, {"torn"} if verdict.set_aside else set(),
            )  # fmt: skip
    assert reader.findings == []
    assert not reader.stale


class Overtaken(LocalStore):
    """The real store; whenever its reader has come to the end of the file, somebody appends a record."""

    def __init__(self, path: str, other: Owner, times: int) -> None:
        super().__init__(path)
        self._other = other
        self._times = times

    def frames(self, offset: int) -> Iterator[Batch]:
        yield from super().frames(offset)
        if self._times:
            self._times -= 1
            self._other.note()


@pytest.mark.parametrize("times", [1, 3, 50])
def test_a_record_that_comes_between_two_looks_is_no_damage(vault: Path, owner: Owner, times: int) -> None:
    ledger = Ledger(str(vault), lambda: LATER, store=Overtaken(str(vault), owner, times))
    assert (ledger.findings, ledger.notices, ledger.torn) == ([], [], 0)
    ledger.close()


def test_a_verifier_that_is_overtaken_finds_no_damage(
    vault: Path, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = verifying.walk_file
    monkeypatch.setattr(verifying, "walk_file", lambda *arguments: (read(*arguments), owner.note())[0])
    verdict = verify(str(vault), LATER)
    assert (verdict.findings, verdict.notices) == ((), ())


def test_another_file_in_its_place_ends_what_was_open(vault: Path, owner: Owner, reader: Ledger) -> None:
    owner.note()
    copy = vault.with_name("copy")
    copy.write_bytes(vault.read_bytes())
    old = os.open(vault, os.O_RDONLY)
    copy.rename(vault)
    assert owner.ledger.replaced()
    before = os.fstat(old).st_size
    with pytest.raises(Moved):
        owner.note()
    assert owner.ledger.stale
    with pytest.raises(Moved):
        reader.follow()
    assert reader.stale
    assert os.fstat(old).st_size == before == vault.stat().st_size
    os.close(old)


def test_a_vault_that_is_gone_ends_what_was_open(vault: Path, owner: Owner, reader: Ledger) -> None:
    vault.unlink()
    with pytest.raises(Moved):
        owner.note()
    with pytest.raises(Moved):
        reader.follow()
    assert not vault.exists()


def test_a_file_that_was_cut_ends_what_was_open(vault: Path, owner: Owner, reader: Ledger) -> None:
    size = vault.stat().st_size
    owner.note()
    reader.follow()
    os.truncate(vault, size)
    with pytest.raises(Moved):
        reader.follow()
    with pytest.raises(Moved):
        owner.note()
    assert vault.stat().st_size == size


def test_another_record_where_one_was_seen_ends_what_was_open(
    vault: Path, started: Started, owner: Owner, reader: Ledger
) -> None:
    """Somebody saw a record whose writer then could not sync it and took it back; another took its place."""
    size = vault.stat().st_size
    owner.note("taken back")
    reader.follow()
    os.truncate(vault, size)
    other = Owner(vault, started, clock=lambda: LATER)
    other.note("stays")
    other.note("stays, too")
    with pytest.raises(Moved):
        reader.follow()
    assert [finding.kind for finding in verify(str(vault), LATER).findings] == []
    other.close()


def test_what_does_not_verify_is_judged_by_whoever_opens_the_file_again(
    vault: Path, started: Started, owner: Owner, reader: Ledger
) -> None:
    raw = owner.frame_of(trail.unlock(owner.acting(), ORIGIN), time=LATER)  # the session is open already
    with vault.open("ab") as file:
        file.write(raw)
    with pytest.raises(Moved):
        reader.follow()
    with pytest.raises(Moved):
        owner.note()
    late = Ledger(str(vault), lambda: LATER)
    assert [(finding.seq, finding.kind) for finding in late.findings] == [(3, "authority")]
    assert late.follow() == 0
    with pytest.raises(VaultBroken):
        late.check_whole()
    late.close()


def test_a_flood_is_told_to_who_follows_and_cleared_by_who_writes(
    vault: Path, started: Started, owner: Owner, reader: Ledger
) -> None:
    forge_failures(vault, 70, at=LATER)
    assert reader.follow() == 70
    with pytest.raises(Moved):
        owner.note()
    with pytest.raises(Moved):
        reader.follow()
    late = Owner(vault, started, clock=lambda: LATER)
    late.note()
    assert verify(str(vault), LATER).intact
    late.close()


def test_a_record_is_checked_again_when_it_is_read(vault: Path, owner: Owner) -> None:
    start = vault.stat().st_size
    seq = owner.note().sequence
    owner.note()
    raw = vault.read_bytes()
    header = layout.unpack_header(raw[start:])
    table_at = start + layout.BARE_SIZE + layout.bitmap_size(header.parts)
    public_at = table_at + header.parts * layout.ROW_SIZE
    for at in (start + 9, start + 150, table_at + 9, public_at + 5, start + 3):
        vault.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
        with pytest.raises(NotWhole):
            owner.ledger.record(seq)
    vault.write_bytes(raw)
    record = owner.ledger.record(seq)
    assert [part is not None for part in record.parts] == [True, True, True]
    assert owner.ledger.read(seq, 1) == record.parts[1]
    for position in (3, -1):
        with pytest.raises(LookupError):
            owner.ledger.read(seq, position)
    for sequence in (seq + 2, -1):
        with pytest.raises(LookupError):
            owner.ledger.record(sequence)
    vault.write_bytes(raw[: start + 100])
    with pytest.raises(NotWhole):
        owner.ledger.record(seq)


def test_the_last_record_is_checked_against_the_head(vault: Path, owner: Owner) -> None:
    start = vault.stat().st_size
    seq = owner.note().sequence
    raw = bytearray(vault.read_bytes())
    assert owner.ledger.record(seq).header.sequence == seq
    raw[start + 33] ^= 1
    vault.write_bytes(raw)
    with pytest.raises(NotWhole):
        owner.ledger.record(seq)
