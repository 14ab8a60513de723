"""The newest records, before anything is verified: the same that verification will give, and nothing made up."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.acts import trail
from core.audit.columns import Columns
from core.audit.newest import newest_records
from tests.core.practice import Practice, unsigned
from vault_format.codes import Action, PartRole
from vault_format.errors import NotAVault
from vault_format.frames import layout
from vault_format.frames.layout import Part
from vault_format.frames.record import Draft, Place, frame
from vault_format.verification.verify import verify


@pytest.mark.parametrize("count", [1, 7, 10_000])
def test_they_are_the_last_of_the_whole_trail(practice: Practice, count: int) -> None:
    whole = Columns()
    verify(str(practice.path), practice.clock.now, listener=whole.take)
    first, found = newest_records(str(practice.path), count)
    assert len(found) == min(count, len(whole))
    assert first == len(whole) - len(found)
    for at in range(len(found)):
        assert found.times[at] == whole.times[first + at]
        assert found.shape(at) == whole.shape(first + at)


def test_a_long_file_is_read_from_its_end_only(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.audit.newest._FIRST_READ", 2_000)
    session = practice.unlock()
    for _ in range(30):
        session.read_note(practice.notes["signed"])
    session.lock()
    first, found = newest_records(str(practice.path), 5)
    assert len(found) == 5
    assert first > 20


def test_a_torn_end_is_left_out(practice: Practice) -> None:
    before, whole = newest_records(str(practice.path), 5)
    with practice.path.open("ab") as file:
        file.write(layout.MAGIC + os.urandom(90))
    first, found = newest_records(str(practice.path), 5)
    assert (first, len(found)) == (before, len(whole))


def test_what_is_no_vault_gives_nothing(tmp_path: Path) -> None:
    path = tmp_path / "noise"
    path.write_bytes(os.urandom(5_000) + layout.MAGIC * 1_000)
    assert len(newest_records(str(path), 5)[1]) == 0
    with pytest.raises(NotAVault):
        newest_records(str(tmp_path / "none"), 5)


@pytest.mark.parametrize("torn", [b"", layout.MAGIC + b"\x07" * 90], ids=["whole", "torn"])
def test_records_hidden_in_a_part_are_not_taken_for_the_vaults(
    practice: Practice, torn: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(newest_records(str(practice.path), 10_000)[1])
    head, hidden = os.urandom(32), b""
    for number in range(4):
        place = Place(before + 100 + number, head, practice.clock.now, os.urandom(16))
        one = frame(trail.unlock_failed(1), place, None)
        head = layout.record_hash(one[: layout.BARE_SIZE])
        hidden += one
    carrier = Draft(Action.SAVE, [Part(PartRole.BODY, os.urandom(40) + hidden + os.urandom(40))])
    unsigned(practice, [carrier])
    carried = practice.path.stat().st_size
    unsigned(practice, [trail.unlock_failed(1)] * 3)
    behind = practice.path.stat().st_size - carried
    with practice.path.open("ab") as file:
        file.write(torn)
    # reading begins within the part, before what is hidden in it
    monkeypatch.setattr("core.audit.newest._FIRST_READ", len(hidden) + 60 + behind + len(torn))
    first, found = newest_records(str(practice.path), 3)
    assert (first, len(found)) == (before + 1, 3)
    assert {found.shape(at).action for at in range(3)} == {Action.UNLOCK_FAILED}
