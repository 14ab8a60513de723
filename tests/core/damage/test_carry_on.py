"""A broken chain does not close a safety plan: a new vault takes over what can still be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.carry_on import carry_on, survey
from core.create import new_vault
from core.keys.passphrase import FLOOR
from core.session import Door, NoteDraft
from vault_format.errors import NotWhole, Refused, UsageError
from vault_format.frames import layout
from vault_format.frames.scan import FrameReader
from vault_format.verification.verify import open_for_reading, verify

NOW = 1_795_000_000_000
PASSPHRASE = "a passphrase"


def _now() -> int:
    return NOW


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("carry-on")
    path = folder / "whole.tacenda"
    new_vault(str(path), "practice", "owner", PASSPHRASE, clock=_now, cost=FLOOR)
    session = Door(str(path), clock=_now, folder=str(folder)).unlock(None, PASSPHRASE)
    otter = session.add_client("OTTER")
    session.save_note(NoteDraft(otter, "the safety plan", title="before", type="safety-plan", form="stanley-brown"))
    heron = session.add_client("HERON")
    session.save_note(NoteDraft(heron, "written later", title="behind"))
    session.save_note(NoteDraft(heron, "for me alone", type="process"))
    session.lock()
    return path


def _offsets(path: Path) -> list[int]:
    descriptor = open_for_reading(str(path))
    batches = FrameReader(descriptor, layout.PREAMBLE_SIZE).batches()
    return [batch.base + item[0] for batch in batches for item in batch.items]


def _broken(whole: Path, tmp_path: Path, seq: int, at: int = 33) -> Path:
    raw = bytearray(whole.read_bytes())
    start = _offsets(whole)[seq]
    raw[start + at] ^= 1
    raw[start + at + 1] ^= 1
    path = tmp_path / "broken.tacenda"
    path.write_bytes(raw)
    return path


def test_what_is_readable_on_both_sides_is_taken_over_and_the_old_file_untouched(whole: Path, tmp_path: Path) -> None:
    broken = _broken(whole, tmp_path, 5)
    before = broken.read_bytes()
    target = tmp_path / "new.tacenda"
    old = survey(str(broken), NOW)
    done = carry_on(old, None, PASSPHRASE, str(target), clock=_now, cost=FLOOR, folder=str(tmp_path))
    old.close()

    assert broken.read_bytes() == before
    verdict = verify(str(target), NOW)
    assert verdict.intact
    [told] = [notice for notice in verdict.notices if notice.kind == "continues"]
    assert old.state.vault_id.hex() in told.detail
    assert "unproven" not in told.detail

    session = Door(str(target), clock=_now, folder=str(tmp_path)).unlock(None, PASSPHRASE)
    session.open_rest()
    texts = {row.title: session.read_note(row.id).text for row in session.catalog.notes() if not row.process}
    assert texts["before"] == "the safety plan"
    assert {row.code for row in session.catalog.clients()} >= {"OTTER"}
    assert done.before + done.behind + len(done.left) >= 4
    session.lock()


def test_a_record_broken_behind_everything_loses_only_itself(whole: Path, tmp_path: Path) -> None:
    broken = _broken(whole, tmp_path, 4)
    target = tmp_path / "new.tacenda"
    old = survey(str(broken), NOW)
    assert old.whole == old.finding.seq
    done = carry_on(old, None, PASSPHRASE, str(target), clock=_now, cost=FLOOR, folder=str(tmp_path))
    old.close()
    session = Door(str(target), clock=_now, folder=str(tmp_path)).unlock(None, PASSPHRASE)
    session.open_rest()
    texts = {session.read_note(row.id).text for row in session.catalog.notes()}
    assert {"written later", "for me alone"} <= texts
    assert done.behind >= 3
    session.lock()


def test_a_wrong_passphrase_makes_nothing(whole: Path, tmp_path: Path) -> None:
    old = survey(str(_broken(whole, tmp_path, 4)), NOW)
    target = tmp_path / "new.tacenda"
    with pytest.raises(Refused):
        carry_on(old, None, "another", str(target), clock=_now, cost=FLOOR, folder=str(tmp_path))
    old.close()
    assert not target.exists()


def test_it_may_take_a_place_where_another_vault_was_known(whole: Path, tmp_path: Path) -> None:
    target = tmp_path / "new.tacenda"
    new_vault(str(target), "practice", "owner", PASSPHRASE, clock=_now, cost=FLOOR, folder=str(tmp_path))
    Door(str(target), clock=_now, folder=str(tmp_path)).unlock(None, PASSPHRASE).lock()
    target.unlink()
    old = survey(str(_broken(whole, tmp_path, 5)), NOW, str(tmp_path))
    carry_on(old, None, PASSPHRASE, str(target), clock=_now, cost=FLOOR, folder=str(tmp_path))
    old.close()
    session = Door(str(target), clock=_now, folder=str(tmp_path)).unlock(None, PASSPHRASE)
    assert session.vault.ledger.state.continues is not None
    session.lock()


def test_a_whole_vault_and_one_broken_at_its_first_record_are_not_carried_on(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        survey(str(whole), NOW)
    with pytest.raises(NotWhole):
        survey(str(_broken(whole, tmp_path, 0)), NOW)
