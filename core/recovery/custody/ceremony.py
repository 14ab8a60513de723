"""The custodians' ceremony: a new recovery authority, whose secret exists on paper alone, in shares of k out of n.

One custodian at a time sees one share, and types it back; nothing is written before every share was (SLIP-0039).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import shamir_mnemonic
from shamir_mnemonic.wordlist import WORDLIST

from core.acts import authority, epochs
from core.acts.acting import Acting
from core.create import random_id
from core.keys.authority import SECRET_SIZE
from core.names import check_name
from core.session.session import Session
from core.upkeep.keys.passphrase import check_own
from core.upkeep.keys.rotation import Rotated, Rotation, Watch
from vault_format.authority.state import State
from vault_format.codes import Reason, Role
from vault_format.errors import Refused, UsageError
from vault_format.frames.record import Draft

FEWEST, MOST = 2, 16
PREFIX = 4
"""So many letters tell every word of the list from every other."""
_BY_PREFIX = {word[:PREFIX]: word for word in WORDLIST}


class WrongWord(UsageError):
    """A word of a share cannot be right; `place` counts from 1."""

    def __init__(self, place: int, what: str) -> None:
        super().__init__(f"Word {place} {what}.", safe="Nothing was tried.", todo="Compare it with the paper.")
        self.place = place


@dataclass(frozen=True, slots=True)
class Custodian:
    """Who holds a share: a name, and the member's number if it is one (0: somebody outside)."""

    name: str
    member: int = 0


def custodian_named(name: str, session: Session) -> Custodian:
    """Return the custodian of this NAME: the member of the vault that is called so, if there is one."""
    members = session.vault.ledger.state.active_members()
    return Custodian(name, next((each.number for each in members if each.name == name), 0))


def words_of(text: str) -> list[str]:
    """Return the words of a share as it was typed; four letters of a word are enough. Raises WrongWord."""
    found = []
    for place, typed in enumerate(text.casefold().split(), 1):
        word = _BY_PREFIX.get(typed[:PREFIX])
        if word is None or not word.startswith(typed):
            raise WrongWord(place, f"is not in the list: {typed[:12]}")
        found.append(word)
    return found


def is_word(word: str) -> bool:
    """Whether WORD is one of the list."""
    return _BY_PREFIX.get(word[:PREFIX]) == word


def complete(typed: str) -> str:
    """Return the word that TYPED can only be, or nothing while it could be several or none."""
    alike = [word for word in WORDLIST if word.startswith(typed.casefold())] if typed else []
    return alike[0] if len(alike) == 1 else ""


class Ceremony:
    """Makes shares for CUSTODIANS, THRESHOLD of whom together can recover; for an owner's SESSION.

    For each custodian in turn: show `share`, then `type_back` until it is right. Then `finish`.
    Raises Refused for everybody but an owner, UsageError for numbers or names out of bounds.
    """

    def __init__(self, session: Session, threshold: int, custodians: Sequence[Custodian]) -> None:
        if not FEWEST <= threshold <= len(custodians) <= MOST:
            raise UsageError(
                f"{threshold} of {len(custodians)} is no number of custodians.", safe="Nothing was changed.",
                todo=f"From {FEWEST} of {FEWEST} to {MOST} of {MOST}.",
            )  # fmt: skip
        for each in custodians:
            check_name(each.name)
        if len({each.name.casefold() for each in custodians}) != len(custodians):
            raise UsageError("Two custodians have the same name.", safe="Nothing was changed.")
        self._session = session
        with session.at_desk() as desk:
            if desk.who.role is not Role.OWNER:
                raise Refused("Only an owner sets custodians.", safe="Nothing was changed.", todo="Ask an owner.")
            self._secret = desk.entropy(SECRET_SIZE)
            self._enrolment = random_id(desk.entropy)
        self.threshold, self.custodians = threshold, tuple(custodians)
        self._shares: list[str] = shamir_mnemonic.generate_mnemonics(
            1, [(threshold, len(custodians))], self._secret, iteration_exponent=0
        )[0]
        self._proven = [False] * len(custodians)

    def share(self, number: int) -> list[str]:
        """Return the words of custodian NUMBER's share (from 0). Raises Refused once it was typed back: shown once."""
        if not self._shares or self._proven[number]:
            raise Refused("This share was shown once.", safe="Nothing was changed.", todo="It is on its paper.")
        return self._shares[number].split()

    def type_back(self, number: int, text: str) -> None:
        """Take custodian NUMBER's share as it was typed back. Raises WrongWord at the first word that is another."""
        typed, shown = words_of(text), self.share(number)
        for place, (word, right) in enumerate(zip(typed, shown, strict=False), 1):
            if word != right:
                raise WrongWord(place, "is not the one that was shown")
        if len(typed) != len(shown):
            raise UsageError(f"These are {len(typed)} words; a share has {len(shown)}.", safe="Nothing counts yet.")
        self._proven[number] = True

    @property
    def done(self) -> int:
        """How many custodians have typed their share back."""
        return sum(self._proven)

    def finish(
        self, passphrase: str, reason: Reason = Reason.BY_HAND, *, watch: Watch = lambda _: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Rotated:  # fmt: skip
        """Put the new authority in force: one record, with a new key set; the old shares open nothing new from then on.

        PASSPHRASE is the owner's own. Raises Refused before every share was typed back, or for a wrong passphrase.
        """
        if not self._shares or self.done < len(self.custodians):
            raise Refused("The ceremony is not at its end.", safe="Nothing counts.", todo="Every share is typed back.")
        with self._session.at_desk() as desk:
            check_own(desk, passphrase)
            named = [(each.name, each.member) for each in self.custodians]
            desk.append(
                lambda acting: [
                    epochs.authority_set(
                        acting, self._secret, self._enrolment, threshold=self.threshold, custodians=named,
                        reason=reason,
                    ).draft
                ]
            )  # fmt: skip
            desk.take_keys()
        self.give_up()
        return Rotation(self._session, watch=watch, cancelled=cancelled).go_on()

    def give_up(self) -> None:
        """Forget every share: nothing that was shown counts. May be called again."""
        self._shares, self._secret = [], b""


def accept(session: Session, *, process: bool, of: int = 0) -> int:
    """Let the member agree that the custodians may give new keys; with PROCESS to the own process notes, too.

    OF is the authority whose custodians the member was shown (0: the present one). Returns the record. Raises Refused
    where there are no custodians, or others than those that were shown.
    """

    def build(acting: Acting) -> list[Draft]:
        if of and acting.state.authority != of:
            raise Refused("The custodians were replaced meanwhile.", safe="Nothing was accepted.", todo="Look again.")
        return [authority.accept(acting, process=process)]

    return session.append(build)[-1].sequence


def custodians_words(state: State) -> str:
    """Return who the custodians are, as `2 of these 3: ...`; empty without any."""
    if not state.authority:
        return ""
    names = ", ".join(name for name, _ in state.custodians)
    return f"{state.threshold} of these {len(state.custodians)}: {names}"
