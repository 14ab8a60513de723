"""Finding among 10,000 notes of 2 kB: by titles for each key, and inside the notes from asking on."""

from __future__ import annotations

import gc
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.author import Entity, Holder, stamp
from bench.measure import Line, cache_folder, in_turns, middle, seconds, show
from bench.opened import Copy
from bench.vaults import Plan, Writer
from core.create import random_id
from core.search import Query
from core.session import Session
from vault_format.codes import Kind, NoteClass

NOTES = Plan("searched", 10_202, 10_000, 200, small=0, saves=100, text=(1_900, 2_100))
_ACCENTED = 20
"""One text in so many is written with letters that have marks."""
QUERIES = ("e", "river", "river twice", "zzzz", '"walk by the river"', "garden zzzz calm", "Zürich", "tree-17 river")


class Alone(Writer):
    """Plays a practitioner alone, whose notes may all be looked into."""

    def run(self) -> None:
        author, plan = self.author, self.plan
        author.unlock(self.owner)
        for _ in range(plan.clients):
            self._add_client()
        for number in range(plan.notes):
            note_class = NoteClass.PROCESS if number % 20 == 0 else NoteClass.CHART
            client = self.random.choice(self.clients).number
            self._write(self.owner, Entity(random_id(author.entropy), Kind.NOTE, note_class, client, 1))
        author.lock(self.owner)
        author.close()

    def _write(self, who: Holder, note: Entity) -> None:
        text = self._text(self.random.randrange(*self.plan.text))
        if self.random.randrange(_ACCENTED) == 0:
            text = text.replace("river", "Zürich “rivière”")
        self.author.save(who, note, self._index(note), text)


def _made() -> Path:
    here = Path(__file__)
    path = cache_folder() / f"searched-{stamp(here, here.with_name('vaults.py'))}.vault"
    if not path.exists():
        for old in path.parent.glob("searched-*"):
            old.unlink()
        unfinished = path.with_suffix(".part")
        Alone(unfinished, NOTES).run()
        unfinished.rename(path)
    return path


def _looked(session: Session) -> float:
    session.forget_inside()
    gc.collect()
    return seconds(session.look_inside)


def _keys(answer: Callable[[Query], object], said: str) -> float:
    """Return the longest time that any letter of SAID, typed one after the other, waits for its answer."""
    return max(_asked(answer, said[:end]) for end in range(1, len(said) + 1))


def _asked(answer: Callable[[Query], object], said: str) -> float:
    return seconds(lambda: answer(Query.of(said)))


def run() -> None:
    with tempfile.TemporaryDirectory(dir=cache_folder()) as folder:
        path = Path(folder) / "practice.tacenda"
        shutil.copyfile(_made(), path)
        session = Copy(str(path), str(Path(folder) / "state")).unlocked()
        session.open_rest()
        lists = seconds(session.titles)
        titles = session.titles()
        ready = in_turns({"ready": lambda: _looked(session)}, rounds=5)["ready"]
        held = session.find_inside(Query.of("e")).held
        found = in_turns({said: lambda said=said: _asked(session.find_inside, said) for said in QUERIES}, rounds=5)  # type: ignore[misc]
        typed = in_turns({said: lambda said=said: _keys(titles.find, said) for said in QUERIES}, rounds=5)  # type: ignore[misc]
        inside = {said: middle(times) * 1000 for said, times in found.items()}
        keys = {said: middle(times) * 1000 for said, times in typed.items()}
        slowest, waited = max(inside, key=inside.__getitem__), max(keys.values())
        session.lock()
    lines = [
        Line("lists ready, once after the unlock or a change", f"{lists * 1000:.0f} ms"),
        Line("titles: the slowest key of any query", f"{waited:.1f} ms", waited, 16),
        Line(f"asked until {held:,} notes are looked into", f"{middle(ready):.2f} s", middle(ready), 0.3),
        Line("inside: the fastest query", f"{min(inside.values()):.1f} ms"),
        Line(f"inside: the slowest, {slowest}", f"{inside[slowest]:.1f} ms", inside[slowest], 50),
    ]
    show(f"Finding among {NOTES.notes:,} notes of 2 kB", lines)
