"""Rotating 10,000 notes against libsodium alone: decrypt, encrypt, one write and sync of the same bytes."""

from __future__ import annotations

import os
from pathlib import Path

from bench.measure import Line, in_turns, middle, ratio, seconds, show
from bench.opened import Copy, copy_of
from bench.vaults import PRACTICE
from core.session import Session
from core.upkeep import Rotation
from vault_format import machine
from vault_format.codes import NoteClass
from vault_format.crypto.sealing import open_sealed, seal


def _bare(session: Session, path: Path) -> float:
    """Return the seconds that libsodium takes to open and seal again every index and body, and the disk to take them.

    The ciphertexts are sealed before under one key: what the keys are makes no difference to the work.
    """
    key, where = os.urandom(32), os.urandom(96)
    sealed = []
    with session.at_desk() as desk:
        for entry in desk.catalog.entries():
            sequence, position = entry.live
            record = desk.record(sequence)
            for at in (position, position + 1):
                size = record.rows[at].length - 24 - 16 - (16 if at > position else 0)
                sealed.append(seal(key, bytes(size), where, os.urandom))

    def work() -> None:
        again = [seal(key, open_sealed(key, each, where), where, os.urandom) for each in sealed]
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        machine.write_all(descriptor, b"".join(again), 0)
        machine.sync_data(descriptor)
        os.close(descriptor)

    return seconds(work)


def _rotation(copy: Copy) -> tuple[float, float, int]:
    session = copy.unlocked()
    session.open_rest()
    bare = _bare(session, Path(copy.path).with_name("bare"))
    rotation = Rotation(session)
    rotation.begin()
    with session.at_desk() as desk:
        desk.renew_keys()
        chart = sum(entry.note_class != NoteClass.PROCESS for entry in desk.catalog.entries())
    spent = seconds(rotation.go_on)
    session.lock()
    return spent, bare, chart


def run() -> None:
    kept: list[tuple[float, float, int]] = []

    def once() -> float:
        with copy_of(PRACTICE) as copy:
            kept.append(_rotation(copy))
        return kept[-1][0]

    found = in_turns({"rotation": once, "bare": lambda: kept[-1][1]}, rounds=3)
    times = ratio(found, "rotation", "bare")
    moved = kept[-1][2]
    rate = moved / middle(found["rotation"])
    lines = [
        Line(f"libsodium, one write and sync, {moved:,} texts", f"{middle(found['bare']):.2f} s"),
        Line("re-encrypted, confirmed and on the disk", f"{middle(found['rotation']):.2f} s"),
        Line("  against that", f"× {times:.2f}", times, 3),
        Line("  texts a second", f"{rate:,.0f}"),
    ]
    show(f"Rotating {PRACTICE.notes:,} notes", lines)
