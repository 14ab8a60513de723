"""The recovery authority: accepted by members, and acting with the key that custodians put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.acts.acting import Acting
from core.acts.members import bundle_part, current_keys
from core.keyring import Keyring
from core.keys import derive
from core.keys.authority import author_box, authority_pairs
from core.keys.bundle import Bundle
from core.keys.epochs import open_grant, open_old
from core.keys.pairs import new_pairs
from core.keys.passphrase import Cost, make_slot, slot_place
from vault_format.authority.state import State
from vault_format.codes import Action, Reason
from vault_format.crypto import signing
from vault_format.errors import Refused
from vault_format.frames.record import Draft
from vault_format.public.members import AuthorityAccept, Rekey


def accept(acting: Acting, *, process: bool) -> Draft:
    """27: the member agrees to be re-keyed by the present authority; with PROCESS it can open process notes too.

    Raises Refused if there is no authority.
    """
    state, keyring = acting.state, acting.keyring
    authority = state.members.get(state.authority)
    if authority is None:
        raise Refused("This vault has no custodians.", todo="An owner sets them first.")
    shape = AuthorityAccept(authority=authority.number, process=process)
    if not process:
        return acting.record(Action.AUTHORITY_ACCEPT, shape)
    box = author_box(
        keyring.bundle.authors, public=authority.box, authority=authority.enrolment, author=keyring.enrolment,
        generation=keyring.bundle.generation, vault_id=keyring.vault_id, entropy=acting.entropy,
    )  # fmt: skip
    return acting.record(Action.AUTHORITY_ACCEPT, shape, box)


def authority_keyring(state: State, secret: bytes, box: bytes, older: Callable[[int], bytes]) -> Keyring:
    """Return the authority's keys from the custodians' SECRET (32 bytes).

    BOX is its grant box of the current epoch, OLDER(which) the sealed older keys beside it. Raises Refused if the
    secret is not this authority's, NotWhole if a key is not its epoch's.
    """
    who = state.members.get(state.authority)
    if who is None:
        raise Refused("This vault has no custodians.", safe="Nothing was opened.")
    pairs = authority_pairs(secret, state.birth, who.enrolment)
    if not derive.same(signing.keypair(pairs.sign)[0], who.sign):
        raise Refused("These shares are not this vault's, or not its present ones.", safe="Nothing was opened.")
    keys = open_grant(box, pairs.box, who, state.epochs[-1], binding=state.vault_id, birth=state.birth)
    epochs = open_old(keys, older, state.epochs, birth=state.birth, binding=state.vault_id)
    bundle = Bundle(
        sign=pairs.sign, box=pairs.box, generation=who.generation, epoch=keys.number, notes=keys.notes,
        index=keys.index, audit=keys.audit, authors=[], drafts=[], origin=bytes(32), kit=None,
    )  # fmt: skip
    return Keyring(who.number, state.vault_id, state.birth, bundle, epochs, bytes(32), who.enrolment)


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """A re-keying that is ready to be written, and the member's keyring that holds once it is."""

    draft: Draft
    keyring: Keyring


def rekey(
    acting: Acting, member: int, passphrase: str, cost: Cost, reason: Reason, words: str, *,
    more: Sequence[str] = (), authors: Sequence[tuple[int, bytes]] = (),
) -> Rekeyed:  # fmt: skip
    """24: new keys for MEMBER, who typed PASSPHRASE; ACTING acts as the authority.

    AUTHORS are the author keys from the member's box, if there is one; without them process notes stay closed. WORDS
    and MORE say why, who was there and on whose word. Raises Refused if there is no such member.
    """
    state, entropy = acting.state, acting.entropy
    who = state.members.get(member)
    if who is None:
        raise Refused("There is no such member.", safe="Nothing was written.")
    generation, keys = who.generation + 1, current_keys(acting)
    pairs, master = new_pairs(entropy), entropy(32)
    notes, audit = who.holds_notes, who.holds_audit
    bundle = Bundle(
        sign=pairs.sign, box=pairs.box, generation=generation, epoch=keys.number,
        notes=keys.notes if notes else None, index=keys.index if notes else None,
        audit=keys.audit if audit else None, authors=[*authors, (generation, entropy(32))],
        drafts=[(1, entropy(32))], origin=entropy(32), kit=None,
    )  # fmt: skip
    slot = make_slot(
        passphrase, master, cost, birth=state.birth, binding=state.vault_id, enrolment=who.enrolment,
        generation=generation, entropy=entropy,
    )  # fmt: skip
    keyring = Keyring(member, state.vault_id, state.birth, bundle, {}, master, who.enrolment)
    shape = Rekey(
        member=member, keys=pairs.register(state.vault_id, who.enrolment, generation),
        master=derive.master_commitment(master, state.birth), slot=slot.descriptor, reason=reason,
    )  # fmt: skip
    draft = acting.record(
        Action.MEMBER_REKEY, shape, bundle_part(keyring, bundle, master, entropy),
        slot_place(who.enrolment, generation).part(slot.payload),
        acting.words(Action.MEMBER_REKEY, words, more, session=0), outside=True,
    )  # fmt: skip
    return Rekeyed(draft, keyring)
