"""What commands do for a vault whose chain is broken: say it, mend one byte in a copy, carry on in a new vault."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import tacenda
from tests.core.practice import PASSPHRASES, Practice
from vault_format.ledger import Ledger

OWNER = PASSPHRASES["owner"]


def spoil(practice: Practice, *places: int) -> bytes:
    """Change bytes of a record in the middle; return what the file holds then."""
    ledger = Ledger(str(practice.path), practice.clock)
    start = ledger.offsets[ledger.count // 2]
    ledger.close()
    raw = bytearray(practice.path.read_bytes())
    for place in places:
        raw[start + place] ^= 0x20
    practice.path.write_bytes(raw)
    return bytes(raw)


def test_one_wrong_byte_is_mended_in_a_copy(practice: Practice, tmp_path: Path) -> None:
    before = spoil(practice, 35)
    assert tacenda("verify", practice.path).code == 1
    copy = tmp_path / "mended.tacenda"
    done = tacenda("repair", practice.path, copy)
    assert (done.code, done.out) == (0, "")
    assert str(copy) in done.err
    assert practice.path.read_bytes() == before
    assert tacenda("verify", copy).code == 0
    assert tacenda("note", "list", copy, "--as", "owner", secret=OWNER).code == 0


def test_what_no_hash_proves_is_not_mended(practice: Practice, tmp_path: Path) -> None:
    before = spoil(practice, 35, 36)
    done = tacenda("repair", practice.path, tmp_path / "copy")
    assert (done.code, done.out) == (1, "")
    assert "backups" in done.err
    assert practice.path.read_bytes() == before
    assert not (tmp_path / "copy").exists()


def test_a_whole_vault_needs_neither(practice: Practice, tmp_path: Path) -> None:
    assert tacenda("repair", practice.path, tmp_path / "copy").code == 0
    done = tacenda("carry-on", practice.path, tmp_path / "new", "--as", "owner", secret=OWNER)
    assert (done.code, done.out) == (2, "")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name in {"copy", "new"}) == []


def test_a_new_vault_carries_on(practice: Practice, tmp_path: Path) -> None:
    before = spoil(practice, 35, 36)
    new = tmp_path / "new.tacenda"
    refused = tacenda("carry-on", practice.path, new, "--as", "owner", secret="wrong")
    assert refused.code == 3
    assert not new.exists()
    done = tacenda("carry-on", practice.path, new, "--as", "owner", secret=OWNER)
    assert (done.code, done.out) == (0, "")
    assert "as evidence" in done.err
    assert practice.path.read_bytes() == before
    [told] = tacenda("verify", new, "--json").objects
    assert told["intact"] is True
    assert [notice["kind"] for notice in told["notices"]] == ["continues"]
    rows = tacenda("note", "list", new, "--json", secret=OWNER).objects
    assert "first session" in [row["title"] for row in rows]
