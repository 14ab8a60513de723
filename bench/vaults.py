"""The vaults that are measured: made once, kept in the user's cache folder, the same on every machine."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.author import Author, Entity, Holder, stamp
from bench.measure import cache_folder
from core.create import random_id
from core.indexes import ClientIndex, Index, NoteIndex
from core.keys.passphrase import DEFAULT, Cost
from vault_format.codes import Action, Kind, NoteClass, Role
from vault_format.frames.record import said
from vault_format.public.entities import Seals
from vault_format.public.trail import Counted

_TEXT = (
    "session began on time and ended as planned the garden task was done with calm hands sleep was better this week "
    "plan walk by the river twice call the school keep the list of small things mood steady appetite fair next step"
)
WORDS = _TEXT.split()
_LONG = 15_500
_EVENTS = 100


@dataclass(frozen=True)
class Plan:
    """What a vault holds.

    Records in all, notes, clients; how often out of 100 acts one is small, or a save; the shortest and longest text.
    """

    name: str
    records: int
    notes: int
    clients: int
    small: float
    saves: float
    text: tuple[int, int] = (1_800, 2_000)
    cost: Cost = DEFAULT
    seed: int = 20_240_229


MILLION = Plan("million", 1_000_000, 20_000, 400, small=41, saves=8.5, text=(300, 1_500))
"""Half of the records without parts (reads, locks), 40 % small (lists, drafts, signatures), 9 % of 0.5 to 2.5 kB
(saves, unlocks), 1 % of 16 kB; a hundred changes of members, roles and keys among them."""
PRACTICE = Plan("practice", 100_000, 10_000, 200, small=36, saves=11.5)
"""A practice after some years: 10,000 notes, their texts about 2 kB."""
CROWDED = Plan("crowded", 220_000, 100_000, 2_000, small=15, saves=55)
"""The most notes there will ever be."""
SMALL = Plan("small", 500, 100, 10, small=36, saves=25)
"""A few weeks, with a hundred notes."""
TINY = Plan("tiny", 100, 8, 2, small=36, saves=20)
"""A hundred records: what a command spends on such a vault is its start."""


def made(plan: Plan) -> Path:
    """Return the path of PLAN's vault, which is written first if it is not there."""
    written = hashlib.sha256(f"{stamp(Path(__file__))} {plan!r}".encode()).hexdigest()[:12]
    path = cache_folder() / f"{plan.name}-{written}.vault"
    if path.exists():
        return path
    for old in path.parent.glob(f"{plan.name}-*"):
        old.unlink()
    print(f"making {plan.records:,} records in {path} (once)", file=sys.stderr, flush=True)
    unfinished = path.with_suffix(".part")
    Writer(unfinished, plan).run()
    unfinished.rename(path)
    return path


class Writer:
    """Plays a practice's years: members come and change roles, keys rotate, notes are written, read and signed."""

    def __init__(self, path: Path, plan: Plan) -> None:
        self.plan = plan
        self.author = Author(path, plan.seed, plan.cost)
        self.random = self.author.random
        self.owner = self.author.members[1]
        self.clients: list[Entity] = []
        self.drafts: dict[int, list[Entity]] = {}
        self.signed: list[Entity] = []
        self.notes = 0

    def run(self) -> None:
        author, plan = self.author, self.plan
        author.unlock(self.owner)
        crew = [("clinician-1", Role.CLINICIAN), ("clinician-2", Role.CLINICIAN), ("supervisor-1", Role.SUPERVISOR)]
        for name, role in crew:
            author.add(self.owner, name, role)
        author.add(self.owner, "auditor-1", Role.AUDITOR)
        self._add_client()
        every = max(50, plan.records // _EVENTS)
        event = 0
        writers = [1, 2, 3]
        last = plan.records - 4
        while author.count < last:
            if author.count // every > event:
                event = author.count // every
                self._event(event)
            who = author.members[self.random.choice(writers)]
            if not who.session:
                author.unlock(who)
            for _ in range(self.random.randrange(20, 60)):
                if author.count >= last:
                    break
                self._act(who)
            if who is not self.owner:
                author.lock(who)
        while author.count < plan.records - 1:
            author.append(self.owner, Action.READ, (), self.clients[0], revision=1)
        author.lock(self.owner)
        author.close()

    def _event(self, number: int) -> None:
        """What makes earlier verdicts void: now and then a rotation or a newcomer, else a change of role."""
        author, other = self.author, self.author.members[4]
        if number % 4 == 1:
            author.rotate(self.owner)
        elif number % 25 == 10:
            author.add(self.owner, f"clinician-{len(author.members) + 1}", Role.CLINICIAN)
        else:
            turn = Role.CLINICIAN if other.known.role is Role.SUPERVISOR else Role.SUPERVISOR
            author.change_role(self.owner, other, turn)

    def _act(self, who: Holder) -> None:
        author, draw = self.author, self.random.random() * 100
        mine = self.drafts.setdefault(who.known.number, [])
        if draw < self.plan.saves:
            self._save(who, mine)
        elif draw < self.plan.saves + self.plan.small:
            self._small(who, mine)
        else:
            own = bool(mine) and self.random.random() < 0.3
            note = self.random.choice(mine if own else self.signed or mine or self.clients)
            author.append(who, Action.READ, (), note, revision=self.random.randint(1, note.revision))

    def _small(self, who: Holder, mine: list[Entity]) -> None:
        author, draw = self.author, self.random.random()
        if mine and draw < 0.05 and len(mine) > 10:
            note = mine.pop(self.random.randrange(len(mine)))
            author.sign(who, note)
            if note.note_class is NoteClass.CHART:
                self.signed.append(note)
        elif mine and draw < 0.45:
            note = self.random.choice(mine)
            seals = Seals(count=self.random.randrange(1, 300), first=author.time, last=author.time)
            author.append(who, Action.DRAFT_KEPT, (said(seals),), note, revision=note.revision)
        else:
            action = Action.LIST if draw < 0.8 else Action.SEARCH
            counted = Counted(chart=self.notes, process=len(mine))
            author.append(who, action, (said(counted),))

    def _save(self, who: Holder, mine: list[Entity]) -> None:
        plan, done = self.plan, self.author.count / self.plan.records
        if len(self.clients) < plan.clients * done:
            self._add_client()
        elif not mine or self.notes < plan.notes * done:
            note_class = NoteClass.PROCESS if self.random.random() < 0.05 else NoteClass.CHART
            client = self.random.choice(self.clients).number
            note = Entity(random_id(self.author.entropy), Kind.NOTE, note_class, client, who.known.number)
            mine.append(note)
            self.notes += 1
            self._write(who, note)
        else:
            self._write(who, self.random.choice(mine))

    def _write(self, who: Holder, note: Entity) -> None:
        long = self.random.random() < 1 / self.plan.saves
        size = _LONG if long else self.random.randrange(*self.plan.text)
        self.author.save(who, note, self._index(note), self._text(size))

    def _add_client(self) -> None:
        number = random_id(self.author.entropy)
        client = Entity(number, Kind.CLIENT, NoteClass.CHART, number, 1)
        index = ClientIndex(
            c=self.author.entropy(32), local="2024-02-29T09:30:00+00:00", zone="UTC",
            code=f"TREE-{len(self.clients) + 1}", name="", people=[], born="", risk="none", next="", goals=["sleep"],
        )  # fmt: skip
        self.author.save(self.owner, client, index, "")
        self.clients.append(client)

    def _index(self, note: Entity) -> Index:
        return NoteIndex(
            c=self.author.entropy(32), local="2024-02-29T09:30:00+00:00", zone="UTC", client=note.client,
            type="progress", form="soap", title=self._text(30), date="2024-02-29", start="09:30", end="10:20",
            tags=["sleep", "school"], attendees="client", place="room 2", service="individual", risk="none",
            goal="sleep", next=self._text(40), appointment=0, parent=0,
        )  # fmt: skip

    def _text(self, size: int) -> str:
        words = self.random.choices(WORDS, k=size // 4)
        return " ".join(words)[:size]
