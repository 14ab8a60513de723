"""Writes a vault as its members would, through the real ledger, with everything fixed that is otherwise random."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from core.acts import entries, members, trail
from core.acts.acting import Acting
from core.acts.entries import Saved
from core.audit.columns import Columns
from core.create import default_policy, found, random_id
from core.details import Origin
from core.keyring import Keyring
from core.keys.authority import authority_pairs
from core.keys.kit import KitSecrets, new_kit
from core.keys.pairs import Pairs
from core.keys.passphrase import FLOOR
from core.session.entrance.unlocking import open_keyring
from tests.vectors.entropy import Seeded
from vault_format.codes import LockReason, Reason, Role
from vault_format.crypto import signing
from vault_format.frames import layout
from vault_format.frames.record import Draft, Place, Signer, frame
from vault_format.frames.scan import scan
from vault_format.ledger import Ledger
from vault_format.public.members import Continues
from vault_format.store import create

BEGAN = 1_793_606_400_000
"""2026-11-02 08:00:00 UTC, in milliseconds."""
STEP = 7_000
"""Milliseconds from one act to the next."""

Build = Callable[[Acting], "Draft | Sequence[Draft]"]


@dataclass(slots=True)
class Person:
    """A member at work: keys and the open session (0: none)."""

    name: str
    keyring: Keyring
    session: int = 0


@dataclass(slots=True)
class Secrets:
    """What a stranger would have to know.

    Passphrases by (member, record of the slot), private halves of key pairs by (member, generation), kits, and the
    secrets of recovery authorities by member number.
    """

    passphrases: dict[tuple[int, int], str] = field(default_factory=dict)
    pairs: dict[tuple[int, int], Pairs] = field(default_factory=dict)
    kits: list[KitSecrets] = field(default_factory=list)
    authorities: dict[int, bytes] = field(default_factory=dict)


class Stage:
    """One vault in the making, at `path`; members act by name."""

    def __init__(self, folder: str, name: str, began: int = BEGAN) -> None:
        self.name = name
        self.path = os.path.join(folder, name + ".tacenda")
        self.now = began
        self.entropy = Seeded(name)
        self.people: dict[str, Person] = {}
        self.secrets = Secrets()
        self._ledger: Ledger | None = None
        self._columns = Columns()

    @property
    def ledger(self) -> Ledger:
        """The open ledger."""
        assert self._ledger is not None
        return self._ledger

    def found(self, practice: str, name: str, passphrase: str, *, continues: Continues | None = None,
              birth: bytes | None = None) -> None:  # fmt: skip
        """Write record 0."""
        founding = found(
            practice, name, passphrase, cost=FLOOR, policy=default_policy(FLOOR), now=self.now, entropy=self.entropy,
            continues=continues, birth=birth,
        )  # fmt: skip
        create(self.path, founding.frame)
        self.secrets.passphrases[1, 0] = passphrase
        self.reopen()
        keyring = Keyring(
            1, founding.vault_id, founding.birth, founding.bundle, {1: founding.keys}, founding.master,
            founding.enrolment,
        )  # fmt: skip
        self.people[name] = Person(name, keyring)

    def reopen(self) -> None:
        """Verify the file as it is now; it must be whole."""
        self.close()
        self._columns = Columns()
        self._ledger = Ledger(self.path, lambda: self.now, listener=self._columns.take)
        self._ledger.check_whole()

    def acting(self, name: str) -> Acting:
        """Return the member as who acts."""
        person = self.people[name]
        keyring = person.keyring
        self.secrets.pairs[keyring.member, keyring.bundle.generation] = Pairs(keyring.bundle.sign, keyring.bundle.box)
        return Acting(person.keyring, self.ledger.state, person.session, self.entropy)

    def write(self, name: str, build: Build) -> int:
        """Append what BUILD gives, signed by the member; return the last record's sequence."""
        person = self.people[name]
        self.now += STEP

        def drafts() -> Sequence[Draft]:
            built = build(self.acting(name))
            return [built] if isinstance(built, Draft) else built

        return self.ledger.append(drafts, person.keyring.signer)[-1].sequence

    def unsigned(self, draft: Draft) -> int:
        """Append a record that nobody signs."""
        self.now += STEP
        return self.ledger.append(lambda: [draft], None)[-1].sequence

    def unlock(self, name: str) -> int:
        """Open a session for the member, with the keys that the file gives them."""
        person = self.people[name]
        self.refresh(name)
        person.session = random_id(self.entropy)
        origin = Origin(host="harbour", login=name, terminal="pts/1", client="", agent="tacenda 0")
        return self.write(name, lambda acting: trail.unlock(acting, origin))

    def lock(self, name: str, why: LockReason = LockReason.PERSON) -> int:
        """Close the member's session."""
        seq = self.write(name, lambda acting: trail.lock(acting, why))
        self.people[name].session = 0
        return seq

    def refresh(self, name: str) -> None:
        """Take the member's keys from bundle and boxes in the file."""
        person = self.people[name]
        who = self.ledger.state.members[person.keyring.member]
        person.keyring = open_keyring(self.ledger, self._columns, who, person.keyring.master)

    def invite(self, name: str, passphrase: str) -> members.Joining:
        """Make what a newcomer hands to an owner."""
        state = self.ledger.state
        return members.join(
            name, passphrase, FLOOR, enrolment=random_id(self.entropy), birth=state.birth, vault_id=state.vault_id,
            entropy=self.entropy,
        )  # fmt: skip

    def add(self, by: str, name: str, role: Role, passphrase: str) -> int:
        """Admit a newcomer and unlock for them."""
        joining = self.invite(name, passphrase)
        seq = self.write(by, lambda acting: members.member_add(acting, joining.invitation, role))
        self.welcome(joining, seq, passphrase)
        return seq

    def welcome(self, joining: members.Joining, seq: int, passphrase: str) -> None:
        """Let the newcomer whom record SEQ admitted unlock for the first time."""
        state, name = self.ledger.state, joining.invitation.name
        number = state.registrations[seq]
        keyring = Keyring(
            number, state.vault_id, state.birth, joining.bundle, {}, joining.master, joining.invitation.enrolment
        )  # fmt: skip
        self.people[name] = Person(name, keyring)
        self.secrets.passphrases[number, seq] = passphrase
        self.unlock(name)

    def rollover(self, name: str, reason: Reason, renewal: members.Renewal | None = None) -> int:
        """Give the member the next key generation."""
        person = self.people[name]
        self.refresh(name)
        rolled: list[members.RolledOver] = []

        def build(acting: Acting) -> Draft:
            rolled.append(members.rollover(acting, reason, renewal))
            return rolled[0].draft

        seq = self.write(name, build)
        person.keyring = rolled[0].keyring
        if renewal is not None:
            self.secrets.passphrases[person.keyring.member, seq] = renewal.passphrase
        return seq

    def kit(self) -> KitSecrets:
        """Make the parts of a recovery kit."""
        kit = new_kit(self.entropy)
        self.secrets.kits.append(kit)
        return kit

    def authority_box(self, number: int) -> bytes:
        """Return the X25519 private key of the recovery authority with this member number."""
        who = self.ledger.state.members[number]
        return authority_pairs(self.secrets.authorities[number], self.ledger.state.birth, who.enrolment).box

    def raw(self, draft: Draft, signer: Signer | None, *, version: int = 0) -> bytes:
        """Return the frame of a record that no rule has looked at, at the end of the file."""
        ledger = self.ledger
        raw = frame(draft, Place(ledger.count, ledger.head, self.now, ledger.state.vault_id), signer)
        if not version or signer is None:
            return raw
        header = raw[:4] + bytes([version]) + raw[5 : layout.HEADER_SIZE]
        message = layout.signed_message(ledger.state.vault_id, header)
        return header + signing.sign(message, signer.secret) + raw[layout.BARE_SIZE :]

    def put(self, data: bytes) -> None:
        """Write bytes behind the file's end; nothing looks at them."""
        self.close()
        with open(self.path, "ab") as file:
            file.write(data)

    def compact(self) -> tuple[int, int]:
        """Write the file anew without the parts that drops listed; return the sizes before and after."""
        state = self.ledger.state
        self.close()
        with open(self.path, "rb") as file:
            raw = file.read()
        batch, used, _, _ = scan(raw[layout.PREAMBLE_SIZE :], layout.PREAMBLE_SIZE)
        assert used == len(raw) - layout.PREAMBLE_SIZE
        first, frames = 0, [raw[: layout.PREAMBLE_SIZE]]
        for position, head, _, parts in batch.items:
            if parts is None:
                frames.append(head)
                continue
            numbers = range(first, first + len(parts.rows))
            first += len(parts.rows)
            gone = {at for at, number in enumerate(numbers) if state.parts.was_dropped(number)}
            frames.append(layout.without(batch.buffer[position : parts.end], gone))
        with open(self.path, "wb") as file:
            file.write(b"".join(frames))
        self.reopen()
        return len(raw), sum(map(len, frames))

    def close(self) -> None:
        """Give up the file."""
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None


class Writing:
    """One member's saves, by name, so that later acts can refer to them."""

    def __init__(self, stage: Stage, who: str) -> None:
        self.stage = stage
        self.who = who
        self.commits: dict[str, bytes] = {}
        self.numbers: dict[str, int] = {}
        self.sequences: dict[str, int] = {}

    def save(self, name: str, build: Callable[[Acting], Saved]) -> int:
        """Write what BUILD gives and remember it as NAME; return the entity's number."""
        made: list[Saved] = []

        def draft(acting: Acting) -> Draft:
            made.append(build(acting))
            return made[0].draft

        self.sequences[name] = self.stage.write(self.who, draft)
        self.commits[name], self.numbers[name] = made[0].commit, made[0].draft.entity
        return self.numbers[name]

    def sign(self, name: str) -> int:
        """Sign what was saved as NAME."""
        return self.stage.write(self.who, lambda acting: entries.sign(acting, self.numbers[name], self.commits[name]))
