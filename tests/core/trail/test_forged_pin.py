"""What a pin is trusted with: who can write this machine's memory keeps a false signature quiet, but not from all."""

from __future__ import annotations

from pathlib import Path

from core.acts import trail
from core.checked import check
from core.session import Door
from tests.corpus.mend import Vault
from vault_format.frames.record import Draft
from vault_format.pins import PinFile
from vault_format.verification.verify import Pinned


def _forged(tmp_path: Path) -> tuple[Vault, Path, Pinned, Draft]:
    """Return a vault with a record under a false signature, a pin that says this machine has seen it, and the act."""
    vault = Vault("small", 5)
    draft = trail.listed(vault.acting(1), 1, 0)
    forged = vault.add(draft, vault.signer(1))
    vault.frames[-1].signature = b"\x07" * 64
    vault.link(forged)
    path = tmp_path / "vault.tacenda"
    path.write_bytes(vault.data())
    return vault, path, Pinned(vault.vault_id, forged, vault.frames[-1].hash), draft


def _findings(vault: Vault, path: Path, folder: Path) -> list[str]:
    door = Door(str(path), clock=lambda: vault.now, folder=str(folder))
    door.wait()
    facts = door.facts()
    assert facts is not None
    door.close()
    return [finding.kind for finding in facts.findings]


def test_a_forged_pin_keeps_a_false_signature_quiet_at_the_door_and_nowhere_else(tmp_path: Path) -> None:
    vault, path, pin, draft = _forged(tmp_path)
    state = tmp_path / "memory"
    pins = PinFile(str(state), str(path))
    pins.remember(pin)
    pins.close()
    assert _findings(vault, path, state) == []
    assert _findings(vault, path, tmp_path / "another machine") == ["signature"]
    verdict, _ = check(str(path), vault.now, str(state))
    assert [finding.kind for finding in verdict.findings] == ["signature"]
    # what comes behind the pin is checked all the same
    vault.add(draft, vault.signer(1))
    vault.frames[-1].signature = b"\x08" * 64
    path.write_bytes(vault.data())
    assert _findings(vault, path, state) == ["signature"]
