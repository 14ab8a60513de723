"""Recovering by custodians: enough shares make the authority's key, which gives a member new keys or adds an owner.

Nobody is let in by an `if`: fewer shares make another secret, or none, and another key signs nothing that counts.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import shamir_mnemonic
from shamir_mnemonic.share import Share

from core.acts import authority as authority_acts
from core.acts import kit as kit_acts
from core.acts import members, trail
from core.acts.acting import Acting
from core.acts.members import Invitation
from core.keyring import Keyring
from core.keys import authority as authority_keys
from core.keys.authority import SECRET_SIZE
from core.keys.epochs import WITH_NOTES
from core.keys.passphrase import Cost, calibrate
from core.keys.strength import require_strong
from core.recovery.custody.ceremony import words_of
from core.recovery.kit.recovering import Factor
from core.session.entrance.door import Door, find_member
from core.session.entrance.unlocking import granting, key_part
from core.session.opened import OpenVault
from core.upkeep.keys.passphrase import raised
from vault_format.authority.state import Member
from vault_format.codes import Action, KeyType, Kind, Reason
from vault_format.errors import CapReached, NotWhole, Refused, Unavailable, UsageError
from vault_format.frames.record import Draft

MIXED = "This share is of another ceremony than those before. All are kept; the newest sheets are the ones that count."
"""What a person is told of it."""
_Set = tuple[int, int, bool, int]
"""What all shares of one ceremony have in common: its number, how many it takes, how it is sealed."""
SHARES = 1 << Factor.SHARES
"""What recovery.done says of a recovery by shares."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the shares are: how many of how many; `mixed` says that this one began another ceremony's."""

    have: int
    need: int
    mixed: bool = False


class CustodianRecovery:
    """A recovery by shares at a vault's door; the record that it was begun stands before anything is tried.

    `enter_share` until `progress` says so, then `rekey` or `add_owner`; `give_up` in every other case.
    Raises Refused where the vault has no custodians, or MEMBER did not accept them: then nothing was begun.
    """

    def __init__(self, door: Door, *, member: str | None = None, cost: Cost | None = None) -> None:
        door.wait()
        self._vault: OpenVault = door.opened
        self._vault.follow()
        self._vault.ledger.check_whole()
        state = self._vault.ledger.state
        self._who: Member | None = find_member(state, member) if member is not None else None
        if not state.authority:
            raise Refused("This vault has no custodians.", safe="Nothing was tried.")
        if self._who is not None:
            self._check_accepted(self._who)
        self._cost = cost
        self._sets: dict[_Set, dict[int, str]] = {}
        self._steps: list[tuple[int, int]] = []
        self._ended = False
        self._record(trail.recovery_begun(self._who.number if self._who else 0))

    def _record(self, draft: Draft) -> None:
        try:
            self._vault.append(lambda: [draft], None)
        except CapReached:
            return  # the cap is an alert of its own, and these records are no proof of anything

    @property
    def progress(self) -> Progress:
        """How many shares there are of the ceremony that has the most, and how many it takes."""
        which = self._fullest
        need = which[1] if which is not None else self._vault.ledger.state.threshold
        return Progress(len(self._sets[which]) if which is not None else 0, need)

    @property
    def _fullest(self) -> _Set | None:
        return max(self._sets, key=lambda each: (len(self._sets[each]) - each[1], len(self._sets[each])), default=None)

    def enter_share(self, text: str) -> Progress:
        """Take one custodian's words; shares of several ceremonies are kept apart, since nobody can tell which is old.

        Raises WrongWord, or UsageError for a share that was typed wrong or twice, or is none of a vault's.
        """
        self._require_open()
        mnemonic = " ".join(words_of(text))
        try:
            share = Share.from_mnemonic(mnemonic)
        except (shamir_mnemonic.MnemonicError, ValueError):
            raise UsageError(
                "These words are no share: one of them is another word, or one is missing.", safe="Nothing was tried.",
                todo="Compare each with the paper.",
            ) from None  # fmt: skip
        if share.group_count != 1 or len(share.value) != SECRET_SIZE:
            raise UsageError(
                "These words are a share of something else, not of a vault.", safe="Nothing was tried.",
                todo="A vault's share has 33 words.",
            )  # fmt: skip
        which = (share.identifier, share.member_threshold, share.extendable, share.iteration_exponent)
        held = self._sets.get(which, {})
        if share.index in held:
            raise UsageError("This share was typed already.", safe="Nothing was tried.", todo="Take another one.")
        mixed = bool(self._sets) and not held
        self._sets[which] = {**held, share.index: mnemonic}
        self._steps.append((Factor.SHARES, self._vault.clock()))
        return dataclasses.replace(self.progress, mixed=mixed)

    def _authority(self) -> Keyring:
        """Return the authority's keys. Raises Refused if the shares are too few, or not this vault's present ones."""
        progress, which = self.progress, self._fullest
        if which is None or progress.have < progress.need:
            raise Refused(f"{progress.have} of {progress.need} shares.", safe="Nothing was opened.")
        ledger, columns = self._vault.ledger, self._vault.columns
        state = ledger.state
        who = state.members[state.authority]
        try:
            secret = shamir_mnemonic.combine_mnemonics([*self._sets[which].values()][: progress.need])
            box = next(
                part
                for seq in granting(state, columns)
                if (part := key_part(ledger, seq, Kind.GRANT_BOX, who.enrolment)) is not None
            )[1]
            return authority_acts.authority_keyring(state, secret, box, self._older)
        except (shamir_mnemonic.MnemonicError, Refused, StopIteration):
            self._record(trail.recovery_failed(Factor.SHARES, self._who.number if self._who else 0))
            del self._sets[which]
            raise Refused(
                "These shares do not open this vault.", safe="Recorded; nothing opened.",
                todo="Look for the newest ones: each ceremony makes the older ones void.",
            ) from None  # fmt: skip

    def _older(self, which: int) -> bytes:
        key_type = KeyType.NOTES if which == WITH_NOTES else KeyType.AUDIT
        found = key_part(self._vault.ledger, self._vault.ledger.state.epochs[-1].seq, Kind.OLD_KEYS, 0, key_type)
        if found is None:
            raise NotWhole("The older keys are not in the file.", todo="Use a backup copy.")
        return found[1]

    def _check(self, passphrase: str, who: str) -> None:
        require_strong(passphrase, (self._vault.ledger.state.practice, who), safe="The shares still hold.")

    def rekey(self, passphrase: str, words: str, present: Sequence[str] = ()) -> None:
        """Give the member new keys under PASSPHRASE. WORDS say why and on whose word, PRESENT who was there.

        Process notes open only if their author chose so before. Raises Refused for a member who did not accept these
        custodians, WeakPassphrase, UsageError without a reason.
        """
        self._require_open()
        who = self._who
        if who is None:
            raise UsageError("Say whose keys are recovered.", safe="Nothing was changed.")
        state = self._vault.ledger.state
        self._check_accepted(who)
        self._check_words(words)
        self._check(passphrase, who.name)
        keys = self._authority()
        policy = state.current_policy()
        wanted = raised(self._cost or calibrate(), who, Cost(policy.memory, policy.passes, 1))
        authors = self._authors(who, keys) if who.process_opt_in else []

        def build(acting: Acting) -> list[Draft]:
            return [
                authority_acts.rekey(
                    acting, who.number, passphrase, wanted, Reason.CUSTODIAN_RECOVERY, words, more=list(present),
                    authors=authors,
                ).draft
            ]  # fmt: skip

        self._write(keys, build)

    def add_owner(self, invitation: Invitation, words: str) -> None:
        """Add a new owner, whose six words were compared. Raises UsageError without a reason, Refused as `rekey`."""
        self._require_open()
        self._check_words(words)
        self._write(self._authority(), lambda acting: [members.owner_add(acting, invitation, words)])

    def _check_accepted(self, who: Member) -> None:
        if who.accepted != self._vault.ledger.state.authority:
            raise Refused(
                f"{who.name} did not accept these custodians.", safe="Nothing was changed.",
                todo="They can add a new owner instead.",
            )  # fmt: skip

    def _check_words(self, words: str) -> None:
        if not words.strip():
            raise UsageError("Say why, and on whose word.", safe="Nothing was changed.")

    def _authors(self, who: Member, keys: Keyring) -> list[tuple[int, bytes]]:
        """Return the process keys that WHO opened to these custodians, from the newest box."""
        vault = self._vault
        state = vault.ledger.state
        wanted = {Action.AUTHORITY_ACCEPT, Action.MEMBER_ROLLOVER}
        for seq in reversed(range(len(vault.columns))):
            shape = vault.columns.shape(seq)
            if shape.member == who.number and shape.action in wanted:
                found = key_part(vault.ledger, seq, Kind.AUTHOR_BOX, who.enrolment)
                if found is not None:
                    return authority_keys.open_author_box(
                        found[1], keys.bundle.box, authority=state.members[state.authority].enrolment,
                        author=who.enrolment, vault_id=state.vault_id,
                    )  # fmt: skip
        return []

    def _write(self, keys: Keyring, build: Callable[[Acting], list[Draft]]) -> None:
        vault = self._vault

        def acting() -> Acting:
            return Acting(keys, vault.ledger.state, 0, os.urandom)

        registered = vault.append(lambda: build(acting()), keys.signer)[-1].sequence
        self._ended = True
        vault.append(lambda: [kit_acts.recovery_done(acting(), registered, SHARES, self._steps)], keys.signer)
        keys.wipe()
        self._sets.clear()

    def give_up(self) -> None:
        """End without new keys, recorded. May be called again."""
        if not self._ended:
            self._ended = True
            try:
                self._record(trail.recovery_failed(Factor.GIVEN_UP, self._who.number if self._who else 0))
            except Unavailable:
                return  # it was begun on the record; that it was given up, the next unlock's record cannot say
            finally:
                self._sets.clear()

    def _require_open(self) -> None:
        if self._ended:
            raise Refused("This recovery has ended.", safe="Nothing was tried.", todo="Begin again.")
