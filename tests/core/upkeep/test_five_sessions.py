"""Five sessions at once across a rotation; a compaction that races another process. Nobody waits, nothing is lost."""

# ruff: noqa: F811  a fixture is imported, and tests name it
from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.session import NoteDraft
from core.trust.checking import take_checkpoint
from core.upkeep import Rotation, Step, compact_vault
from tests.core.practice import PASSPHRASES, Practice, admit, keyring
from tests.core.session.test_following import Others, others  # noqa: F401
from vault_format.codes import Action, Role
from vault_format.ledger import Ledger

_SECOND = "plovers at the weir"
_LEAST = 3
_ROUNDS = 20


def test_five_sessions_go_on_across_a_rotation_and_end_on_the_new_keys(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.upkeep.keys.rotation.BATCH", 2)
    first = practice.unlock()
    admit(first, "second", _SECOND, Role.CLINICIAN)
    first.lock()
    doors = {name: practice.door(tmp_path / name) for name in (*PASSPHRASES, "second")}
    sessions = {name: door.unlock(name, PASSPHRASES.get(name, _SECOND)) for name, door in doors.items()}
    for session in sessions.values():
        session.open_rest()
    wrote: dict[str, list[int]] = {name: [] for name in sessions}
    together, rotated, acted = threading.Barrier(len(sessions)), threading.Event(), threading.Event()

    def write(name: str) -> int:
        return sessions[name].save_note(NoteDraft(practice.clients["MAPLE"], f"{name} goes on")).note

    acts: dict[str, Callable[[], int]] = {
        "clinician": lambda: write("clinician"), "second": lambda: write("second"),
        "supervisor": lambda: sessions["supervisor"].read_note(practice.notes["signed"]).sequence,
        "auditor": lambda: len(take_checkpoint(sessions["auditor"]).root),
    }  # fmt: skip

    def go_on(name: str) -> None:
        together.wait()
        # some of it after the rotation, so that everybody acts with the new keys, too
        after = 0
        while after < _LEAST:
            after += rotated.is_set()
            wrote[name].append(acts[name]())
            acted.set()

    def between(step: Step) -> None:
        """Between two batches wait for the others: of so many acts one began after the batch before."""
        if step.doing == "re-encrypting" and 0 < step.done < step.total:
            for _ in range(len(acts) + 1):
                acted.clear()
                assert acted.wait(60)

    def rotate() -> None:
        together.wait()
        try:
            rotation = Rotation(sessions["owner"], watch=between)
            rotation.begin()
            wrote["owner"].append(write("owner"))
            rotation.go_on()
            wrote["owner"].append(write("owner"))
        finally:
            rotated.set()

    with ThreadPoolExecutor(len(sessions)) as pool:
        done = [pool.submit(rotate), *(pool.submit(go_on, name) for name in acts)]
        for each in done:
            each.result(60)
    for name, session in sessions.items():
        session.follow()
        assert (keyring(session).epoch, keyring(session).bundle.generation) == (2, 2), name
    for name in ("owner", "clinician", "second"):
        for note in wrote[name]:
            assert sessions[name].read_note(note).text == f"{name} goes on"
    _nobody_waited(practice)
    assert practice.verdict().intact


def _nobody_waited(practice: Practice) -> None:
    """Others' records stand between those of the rotation; what was saved after it began is under the new keys."""
    ledger = Ledger(str(practice.path), practice.clock)
    headers = [ledger.record(seq).header for seq in range(ledger.count)]
    ledger.close()
    began = next(number for number, header in enumerate(headers) if header.action == Action.EPOCH_OPEN)
    moved = [number for number, header in enumerate(headers) if header.action == Action.REENCRYPT]
    assert len(moved) > 1
    assert {header.member for header in headers[moved[0] : moved[-1]]} > {1}
    saved = [header for header in headers[began:] if header.action == Action.SAVE]
    assert {header.epoch for header in saved} == {2}
    assert len({header.member for header in saved}) == 3


def test_compacting_again_and_again_while_another_process_appends(practice: Practice, others: Others) -> None:
    owner, other = practice.unlock(), others(practice, "clinician")
    client, draft = practice.clients["MAPLE"], practice.notes["draft"]
    written: list[int] = []
    raced, revision = False, 2
    for _ in range(_ROUNDS):
        revision = owner.save_note(NoteDraft(practice.clients["OTTER"], "worded anew"), draft, revision).revision
        other.begin("many", client, 20)
        compact_vault(owner)
        answer = other.wait()
        assert isinstance(answer, list), answer
        notes = [note for note, _ in answer]
        written += notes
        owner.follow()
        saved = [owner.catalog.entry(note).saves[0] for note in notes]
        dropped, compacted = list(owner.vault.ledger.state.compacted.items())[-1]
        # appended between what is recorded before the new file is made and what is recorded after it took the place
        raced = raced or any(dropped < seq < compacted for seq in saved)
        if raced and len(written) > _LEAST * 10:
            break
    assert raced, "nothing was appended while a new file was made"
    assert [other("read", note) for note in written[:10]] == [f"note {number}" for number in range(10)]
    assert {row.id for row in owner.catalog.notes(client)} >= set(written)
    assert other("lock") is None
    assert practice.verdict().intact
