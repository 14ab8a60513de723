"""Recovering with a kit: the printed code, then a moment's three codes, then a new passphrase. Each step is recorded.

Nothing here decides by an `if` whether the codes are right: the key that they lead to opens the kit's slot, or not.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum

from core.acts import kit as kit_acts
from core.acts import members, trail
from core.acts.acting import Acting
from core.acts.members import Renewal
from core.keys.kit import SLOT_SECONDS, Target, entry_in, open_chunk, open_kit_slot, table_key, target_of
from core.keys.passphrase import Cost, calibrate
from core.keys.strength import require_strong
from core.recovery.kit.found import Chunk, FoundKit, find_kit
from core.recovery.kit.moments import mistyped, read_codes, slots_around
from core.recovery.kit.printed import read_code
from core.session.entrance.door import Door, find_member
from core.session.entrance.failures import FailureCounter, missed, seconds_to_wait
from core.session.entrance.unlocking import held_keys, keyring_of, open_bundle_of
from core.upkeep.keys.passphrase import raised
from vault_format.authority.state import Member
from vault_format.codes import Reason
from vault_format.errors import CapReached, Refused, TacendaError, Unavailable, UsageError
from vault_format.frames.record import Draft

Watch = Callable[[int, int], None]


class Factor(IntEnum):
    """What was proven on the way: the steps of recovery.done, and the outcomes of recovery.failed."""

    PRINTED = 1
    PHONE = 2
    SHARES = 3
    GIVEN_UP = 4


KIT_FACTORS = 1 << Factor.PRINTED | 1 << Factor.PHONE
"""What recovery.done says of a recovery by kit: one bit for each factor."""


class Recovery:
    """A recovery of MEMBER's keys at an unlocked door; the record that it was begun stands before anything is tried.

    `enter_code`, then `enter_codes` until it returns True, then `finish`; `give_up` in every other case.
    Raises Refused without a kit, or while the last wrong try makes the next one wait.
    """

    def __init__(self, door: Door, member: str | None, *, cost: Cost | None = None) -> None:
        door.wait()
        self._door, self._vault = door, door.opened
        self._vault.follow()
        self._vault.ledger.check_whole()
        self._who: Member = find_member(self._vault.ledger.state, member)
        self._counter = FailureCounter(self._vault.ledger.state.vault_id, self._who.enrolment, self._vault.folder)
        self._kit: FoundKit = find_kit(self._vault, self._who)
        self._cost = cost
        self._code = b""
        self._key = b""
        self._opened: dict[int, bytes] = {}
        self._master = b""
        self._steps: list[tuple[int, int]] = []
        self._ended = self._seen = False
        self.waiting = 0
        self._check_pause()
        self._record(trail.recovery_begun(self._who.number))

    @property
    def member(self) -> str:
        """Whose keys are recovered."""
        return self._who.name

    @property
    def ended(self) -> bool:
        """Whether it ended, well or not."""
        return self._ended

    @property
    def reaches_until(self) -> int:
        """The end of the table of moments, UTC seconds."""
        return self._kit.end * SLOT_SECONDS

    def _now(self) -> float:
        return self._vault.clock() / 1000

    def _record(self, draft: Draft) -> None:
        """Record an unsigned step; where the file takes none, it is counted on this machine."""
        try:
            self._vault.append(lambda: [draft], None)
        except CapReached:
            self._counter.add(self._vault.clock())

    def now(self) -> float:
        """Return the time of this machine, UTC seconds."""
        return self._now()

    def _check_pause(self) -> None:
        now, counter = self._vault.clock(), self._counter
        times = missed(self._vault.columns, self._who, self._vault.ledger.walk.replay.lawful_run(now))
        last = max(counter.last, *times[-1:], 0)
        self.waiting = seconds_to_wait(len(times) + counter.count, last, now)
        if self.waiting:
            raise Refused(f"The last try was wrong. The next one in {self.waiting} s.", safe="Nothing was tried.")

    def _fail(self, factor: Factor, error: TacendaError) -> TacendaError:
        self._record(trail.recovery_failed(factor, self._who.number))
        return error

    def enter_code(self, lines: Sequence[str]) -> None:
        """Take the printed code. Raises WrongLine where a line cannot be right, Refused where it is another kit's."""
        self._require_open()
        code = read_code(lines)
        self._check_pause()
        key = table_key(code, self._vault.ledger.state.birth, self._kit.id)
        try:
            self._chunk(self._kit.chunks[-1], key)
        except Refused:
            raise self._fail(
                Factor.PRINTED,
                Refused(
                    "This is a printed code, but not of this kit.", safe="Recorded; nothing opened.",
                    todo="Look for a newer print.",
                ),
            ) from None  # fmt: skip
        self._code, self._key = code, key
        self._steps.append((Factor.PRINTED, self._vault.clock()))

    def _chunk(self, chunk: Chunk, key: bytes) -> bytes:
        known = self._opened.get(chunk.first)
        if known is None:
            known = self._opened[chunk.first] = open_chunk(
                key, chunk.stored, position=chunk.position, first=chunk.first, kit_id=self._kit.id,
                enrolment=self._who.enrolment, vault_id=self._vault.ledger.state.vault_id,
            )  # fmt: skip
        return known

    def _targets(self, codes: Sequence[int], said: float | None) -> Iterator[Target]:
        """Yield what CODES may lead to, the likeliest first; SAID is the phone's own time (UTC seconds), if told."""
        slots = slots_around(self._now(), self._kit.chunks[0].first, self._kit.end)
        if said is not None:
            slots += [
                each for each in slots_around(said, self._kit.chunks[0].first, self._kit.end) if each not in slots
            ]
        entries = []
        for slot in slots:
            chunk = self._kit.chunk_of(slot)
            if chunk is not None:
                entries.append(entry_in(self._chunk(chunk, self._key), slot - chunk.first))
        for packed in entries:
            yield target_of(packed, codes)
        for packed in entries:
            for changed in mistyped(codes):
                yield target_of(packed, changed)

    def note_codes(self, texts: Sequence[str]) -> None:
        """Remember that TEXTS were typed here: a code among them is used up, whatever becomes of this recovery.

        For a page or prompt to say as soon as a code is on the screen; it may be interrupted before all three are.
        """
        self._seen = self._seen or any(read_codes([text]) is not None for text in texts)

    def enter_codes(
        self, texts: Sequence[str], *, said: float | None = None, watch: Watch | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> bool:  # fmt: skip
        """Try a moment's three codes; whether they opened the kit. A single wrong digit is found.

        SAID is what the phone's clock showed (UTC seconds), where it and this machine's differ. Each candidate takes a
        whole Argon2id: the three nearest moments at once, single wrong digits some minutes. Raises UsageError for what
        is no code, Refused before the printed code or while a wrong try makes the next one wait.
        """
        self._require_open()
        if not self._code:
            raise Refused("The printed code comes first.", safe="Nothing was tried.")
        self.note_codes(texts)
        self.waiting = 0
        codes = read_codes(texts)
        if codes is None or len(codes) != 3:
            raise UsageError("These are not three codes of six digits.", safe="Nothing was tried.")
        if self._now() >= self.reaches_until and said is None:
            raise Refused(
                "The kit's table of moments has ended.", safe="Nothing was tried.",
                todo="The custodians may help; a copy of the vault from before then opens by a clock set back.",
            )  # fmt: skip
        self._check_pause()
        state = self._vault.ledger.state
        candidates = list(self._targets(codes, said))
        for at, target in enumerate(candidates):
            if cancelled():
                break
            try:
                self._master = open_kit_slot(
                    self._code, target, self._kit.slot, self._kit.payload, birth=state.birth,
                    vault_id=state.vault_id, enrolment=self._who.enrolment, generation=self._kit.generation,
                    kit_id=self._kit.id,
                )  # fmt: skip
            except Refused:
                if watch is not None:
                    watch(at + 1, len(candidates))
                continue
            self._steps.append((Factor.PHONE, self._vault.clock()))
            return True
        self._record(trail.recovery_failed(Factor.PHONE, self._who.number))
        self._seen = False  # the record says so now
        return False

    def finish(self, passphrase: str) -> None:
        """Give the member new keys under PASSPHRASE, in one record; the kit is void with it. Then the door unlocks.

        Raises WeakPassphrase, Refused before the kit opened, and what appending raises: then the kit still holds.
        """
        self._require_open()
        if not self._master:
            raise Refused("The kit was not opened.", safe="Nothing was changed.")
        vault, who = self._vault, self._who
        require_strong(passphrase, (vault.ledger.state.practice, who.name), safe="The kit still holds.")
        vault.follow()
        state = vault.ledger.state
        who = state.members[who.number]
        policy = state.current_policy()
        if state.epoch - who.registered_epoch > policy.late_epochs:
            raise Refused(
                f"These keys are of key set {who.registered_epoch}, and the vault is at {state.epoch}: too far behind.",
                safe="Nothing was changed.", todo="The custodians may give new ones, or an owner admits a new name.",
            )  # fmt: skip
        bundle = open_bundle_of(vault.ledger, who, self._master)
        keyring = keyring_of(state, who, self._master, bundle)
        keyring.epochs = held_keys(vault.ledger, vault.columns, who, bundle)
        wanted = raised(self._cost or calibrate(), who, Cost(policy.memory, policy.passes, 1))
        new = []

        def build() -> list[Draft]:
            acting = Acting(keyring, vault.ledger.state, 0, os.urandom)
            rolled = members.rollover(acting, Reason.KIT_RECOVERY, Renewal(passphrase, wanted))
            new.append(rolled.keyring)
            return [rolled.draft]

        registered = vault.append(build, keyring.signer)[-1].sequence
        self._ended = True

        def done() -> list[Draft]:
            acting = Acting(new[-1], vault.ledger.state, 0, os.urandom)
            return [kit_acts.recovery_done(acting, registered, KIT_FACTORS, self._steps)]

        vault.append(done, new[-1].signer)
        for each in (keyring, new[-1]):
            each.wipe()
        self._forget()

    def give_up(self) -> None:
        """End without new keys, recorded; codes that were typed make the kit exposed. May be called again."""
        if not self._ended:
            self._ended = True
            # codes that stood on a screen are used up, right or not: the record says that it came as far as them
            step = Factor.PHONE if self._seen else Factor.GIVEN_UP
            try:
                self._record(trail.recovery_failed(step, self._who.number))
            except Unavailable:
                self._counter.add(self._vault.clock())
            self._forget()

    def _forget(self) -> None:
        self._code = self._key = self._master = b""
        self._opened.clear()

    def _require_open(self) -> None:
        if self._ended:
            raise Refused("This recovery has ended.", safe="Nothing was tried.", todo="Begin again.")
