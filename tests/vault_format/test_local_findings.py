"""Damaged ciphertext closes its own entity only; it must never hide what would break the chain."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.harness.vaults import NOW, Owner, start
from vault_format.errors import VaultBroken
from vault_format.frames import layout
from vault_format.ledger import Ledger
from vault_format.verification.verify import verify

LATER = NOW + 60_000


def _with_last(path: Path, raw: bytes) -> None:
    with path.open("ab") as file:
        file.write(raw)


def _spoiled(raw: bytes) -> bytes:
    """Return a save with a wrong byte in its body, which is the last part."""
    return raw[:-1] + bytes([raw[-1] ^ 1])


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    path = tmp_path / "vault"
    owner = Owner(path, start(path), clock=lambda: LATER)
    draft = owner.note_draft("a text")
    frames = {"damaged": draft, "unlawful": replace(draft, revision=7)}
    for name, each in frames.items():
        (tmp_path / name).write_bytes(_spoiled(owner.frame_of(each, time=LATER)))
    owner.close()
    return path


def _found(path: Path) -> list[tuple[int, str, bool]]:
    return [(finding.seq, finding.kind, finding.local) for finding in verify(str(path), LATER).findings]


def test_a_damaged_body_is_local(vault: Path) -> None:
    _with_last(vault, vault.with_name("damaged").read_bytes())
    assert _found(vault) == [(3, "payload", True)]


def test_a_damaged_body_does_not_hide_a_signature_that_does_not_hold(vault: Path) -> None:
    raw = vault.with_name("damaged").read_bytes()
    _with_last(vault, raw[:150] + bytes([raw[150] ^ 1]) + raw[151:])
    assert _found(vault) == [(3, "payload", False)]
    ledger = Ledger(str(vault), lambda: LATER)
    with pytest.raises(VaultBroken):
        ledger.check_whole()
    ledger.close()


def test_a_damaged_body_does_not_hide_a_record_that_may_not_be_written(vault: Path) -> None:
    _with_last(vault, vault.with_name("unlawful").read_bytes())
    assert _found(vault) == [(3, "payload", False)]


def test_damage_elsewhere_does_not_hide_that_the_public_part_is_missing(vault: Path) -> None:
    raw = vault.with_name("damaged").read_bytes()
    header = layout.unpack_header(raw)
    table_at = layout.BARE_SIZE + layout.bitmap_size(header.parts)
    at = table_at + header.parts * layout.ROW_SIZE
    length = layout.unpack_rows(raw[table_at:at])[0].length
    _with_last(vault, raw[: layout.BARE_SIZE] + b"\x06" + raw[table_at:at] + raw[at + length :])
    assert (3, "payload", False) in _found(vault)
