"""Attacks on the trail, end to end: what verify, a pin, a checkpoint, the viewer and watch say of each.

docs/LOGS.md has the table. TACENDA_LOG_ATTACKS names a file to which its rows are written as they come out.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from core.acts import trail
from core.acts.trail import unlock_failed
from core.alerts.alert import WORDS
from core.evidence import gather_evidence
from core.reports.report import report
from core.session import Door, NoteDraft
from core.trust.checking import TreeListener, check_against, take_checkpoint
from core.trust.checkpoint import Checkpoint
from core.watching import Told, Watcher
from tests.core.practice import Practice, forge, keyring, unsigned
from tests.core.trail.test_evidence import with_ways_back
from tui.screens.trail.lines import verdict_lines
from vault_format.codes import LockReason
from vault_format.frames import layout
from vault_format.ledger import Ledger
from vault_format.pins import PinFile
from vault_format.verification.verify import Pinned, verify

PAGE = Path(__file__).parents[3] / "docs" / "LOGS.md"
HEADING = "## What is said of attacks on the trail"
FAILURES = 5
Attack = Callable[["Scene"], None]


class Scene:
    """A practice with an older copy, a checkpoint of later, failures at its end; a pin and a watch that saw it all."""

    def __init__(self, practice: Practice, folder: Path) -> None:
        self.practice = practice
        with_ways_back(practice)
        self.older = folder / "older"
        shutil.copyfile(practice.path, self.older)
        owner = practice.unlock()
        owner.save_note(NoteDraft(practice.clients["OTTER"], "later", title="later"))
        owner.read_note(practice.notes["signed"])
        self.checkpoint: Checkpoint = take_checkpoint(owner)
        self.keys = keyring(owner)
        owner.lock()
        self.signed = len(self.frames())
        practice.clock.later(60)
        unsigned(practice, [unlock_failed(2)] * FAILURES)
        door = practice.door()
        door.wait()
        door.opened.remember(sync=True)
        door.close()
        self.watching = str(folder / "watching")
        self.watcher = Watcher([str(practice.path)], self.watching, practice.clock, lambda: 0.0)
        self.watcher.begin()

    def frames(self, path: Path | None = None) -> list[bytes]:
        """Return the file's records, each as bytes."""
        path = path or self.practice.path
        ledger = Ledger(str(path), self.practice.clock)
        offsets = [*(ledger.offsets[seq] for seq in range(ledger.count)), path.stat().st_size]
        ledger.close()
        raw = path.read_bytes()
        return [raw[begins:ends] for begins, ends in pairwise(offsets)]

    def write(self, frames: list[bytes]) -> None:
        """Write a file of these records."""
        raw = self.practice.path.read_bytes()[: layout.PREAMBLE_SIZE]
        self.practice.path.write_bytes(raw + b"".join(frames))

    def fork(self) -> list[bytes]:
        """Return the records of a copy that went another way from the older one on."""
        other = self.older.with_name("fork")
        shutil.copyfile(self.older, other)
        own = self.practice
        forked = Practice(other, other.parent / "elsewhere", own.clock, own.clients, own.notes)
        session = forked.unlock()
        session.read_note(self.practice.notes["plan"])
        session.save_note(NoteDraft(self.practice.clients["OTTER"], "another", title="another"))
        session.lock()
        return self.frames(other)


def truncated(scene: Scene) -> None:
    scene.write(scene.frames()[: scene.signed - 3])


def torn(scene: Scene) -> None:
    frames = scene.frames()[: scene.signed]
    scene.write([*frames[:-1], frames[-1][:-10]])


def rolled_back(scene: Scene) -> None:
    shutil.copyfile(scene.older, scene.practice.path)


def forked(scene: Scene) -> None:
    scene.write(scene.fork())


def spliced(scene: Scene) -> None:
    own, other = scene.frames(), scene.fork()
    scene.write([*own[: scene.signed], *other[-2:]])


def reordered(scene: Scene) -> None:
    frames = scene.frames()
    at = scene.signed - 3
    frames[at], frames[at + 1] = frames[at + 1], frames[at]
    scene.write(frames)


def taken_out(scene: Scene) -> None:
    frames = scene.frames()
    del frames[scene.signed - 3]
    scene.write(frames)


def stripped(scene: Scene) -> None:
    frames = scene.frames()
    last = frames[scene.signed - 1]
    begins = layout.BARE_SIZE - 64
    frames[scene.signed - 1] = last[:begins] + bytes(64) + last[layout.BARE_SIZE :]
    scene.write(frames)


def back_dated(scene: Scene) -> None:
    """A member's own program signs a record with a time before the last one."""
    frames = scene.frames()[: scene.signed]
    scene.write(frames)
    now, scene.practice.clock.now = scene.practice.clock.now, scene.practice.clock.now - 86_400_000
    forge(scene.practice, lambda acting: [trail.lock(acting, LockReason.PERSON)], scene.keys, 7)
    scene.practice.clock.now = now


def flooded(scene: Scene) -> None:
    unsigned(scene.practice, [unlock_failed(2)] * 100)


def trimmed(scene: Scene) -> None:
    scene.write(scene.frames()[: scene.signed])


def trimmed_before_an_unlock(scene: Scene) -> None:
    frames = scene.frames()
    scene.practice.clock.later(3_600)
    scene.practice.unlock().lock()
    after = scene.frames()
    scene.write([*frames[: scene.signed], *after[len(frames) :]])


ATTACKS: dict[str, Attack] = {
    "cut off at the end of a record": truncated,
    "cut off inside the last record": torn,
    "rolled back: an older copy in its place": rolled_back,
    "forked: another copy that went on from then": forked,
    "spliced: records of a fork at its end": spliced,
    "two records change places": reordered,
    "a record taken out": taken_out,
    "a signature stripped": stripped,
    "back-dated by a member's own program": back_dated,
    "flooded with a hundred failures": flooded,
    "failures at the end trimmed": trimmed,
    "failures before an unlock trimmed": trimmed_before_an_unlock,
}


def verified(scene: Scene, pin: Pinned | None) -> str:
    """Return what verifying says: the kind of the first finding, of a notice, or `whole`."""
    verdict = verify(str(scene.practice.path), scene.practice.clock.now, pin=pin)
    if verdict.findings:
        return verdict.findings[0].kind
    notices = sorted({notice.kind for notice in verdict.notices})
    return f"whole; notice {', '.join(notices)}" if notices else "whole"


def checked(scene: Scene) -> str:
    """Return what the checkpoint says."""
    listener = TreeListener(scene.checkpoint.size)
    ledger = Ledger(str(scene.practice.path), scene.practice.clock, listener=listener.take)
    said = check_against(scene.checkpoint, ledger.state.vault_id, ledger.count, listener, {})
    ledger.close()
    return "objects" if said.problem else "agrees"


def viewed(scene: Scene) -> str:
    """Return the first row of the audit page, on the machine that saw the vault."""
    door = Door(str(scene.practice.path), clock=scene.practice.clock, folder=str(scene.practice.folder))
    door.wait()
    lines = ["".join(text for text, _ in line) for line in verdict_lines(door.opened)]
    door.close()
    word = lines[0].split()[1]
    unproven = next((line.split()[2] for line in lines if "Unproven" in line), "")
    return word + (f", {unproven} unproven" if unproven else "")


def reported(scene: Scene, pin: Pinned) -> str:
    """Return what the day's review says, on the machine that saw the vault."""
    return "whole" if report(str(scene.practice.path), None, scene.practice.clock, pin).intact else "does not verify"


def evidenced(scene: Scene, pin: Pinned) -> str:
    """Return how the evidence's check of the audit log goes there."""
    found = gather_evidence(str(scene.practice.path), scene.practice.clock, pin)
    return next(step.result for step in found.steps if step.id == "3.1")


def watched(scene: Scene) -> str:
    """Return what a watch that ran all the while tells."""
    return _words(scene.watcher.step(5))


def watched_anew(scene: Scene) -> str:
    """Return what a watch tells that is started afterwards, on the machine where one ran before."""
    scene.watcher.close()
    anew = Watcher([str(scene.practice.path)], scene.watching, scene.practice.clock)
    told = anew.begin()
    anew.close()
    return _words(told)


def _words(told: list[Told]) -> str:
    return "; ".join(sorted({WORDS[each.alert.rule] for each in told})) or "nothing"


@pytest.mark.parametrize("name", ATTACKS)
def test_what_the_page_says_of_an_attack_is_so(practice: Practice, tmp_path: Path, name: str) -> None:
    scene = Scene(practice, tmp_path)
    pin = PinFile(str(practice.folder), str(practice.path)).pinned
    assert pin is not None
    ATTACKS[name](scene)
    row = [
        name, verified(scene, None), verified(scene, pin), checked(scene), viewed(scene), reported(scene, pin),
        evidenced(scene, pin), watched(scene), watched_anew(scene),
    ]  # fmt: skip
    if os.environ.get("TACENDA_LOG_ATTACKS"):
        with (Path(os.environ["TACENDA_LOG_ATTACKS"])).open("a") as file:
            file.write(f"| {' | '.join(row)} |\n")
        return
    part = PAGE.read_text(encoding="utf-8").split(HEADING)[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    assert row in [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_attack_on_the_page_is_tried() -> None:
    part = PAGE.read_text(encoding="utf-8").split(HEADING)[1].split("\n## ")[0]
    named = [line.strip("|").split("|")[0].strip() for line in part.splitlines() if line.startswith("| ")]
    assert named[1:] == list(ATTACKS)
