"""Vaults that a verifier without keys calls whole, and a reader must object to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec

from core.acts import entries, epochs, members, moves
from core.acts.acting import Acting, Target
from core.keyring import Identity
from core.keys import derive
from core.keys.bundle import Bundle, bundle_place, seal_bundle
from core.keys.epochs import EpochKeys, seal_old
from core.keys.pairs import new_pairs
from core.keys.passphrase import FLOOR, slot_commitment, slot_kek, slot_place, stretch
from tests.corpus.case import Case, scenario, variant
from tests.corpus.mend import Vault, for_reader, with_part
from tests.corpus.two_keys import both
from tests.corpus.vaults import FIRST, OWNER, late, opened, small
from tests.vectors.scenes import texts
from vault_format.codes import Action, Kind, NoteClass, Reason, Role
from vault_format.crypto import padding
from vault_format.crypto.sealing import Place, join_body, seal
from vault_format.encoding import encode
from vault_format.frames.layout import Part
from vault_format.public.entities import Committed
from vault_format.public.members import Slot

PASSPHRASES = {
    "small": ("owner", "newts sleep under stones"),
    "owner": ("owner", "herons wait in shallow water"),
    "clinician-1": ("clinician-1", "first clinician of the lake"),
}


def _closed(vault: Vault, *entities: int, who: str = "small") -> Case:
    member, passphrase = PASSPHRASES[who]
    told = "refuses " + " ".join(str(number) for number in sorted(entities)) if entities else "whole"
    return for_reader(vault, member, passphrase, told)


def _two_notes() -> tuple[Vault, int, int]:
    vault = small()
    me = vault.acting(OWNER)
    return vault, 3, vault.add(texts.new_note(me, vault.entity("OTTER"), "Second hour", "Another text.").draft, me)


def _swapped(at: int) -> Case:
    vault, one, two = _two_notes()
    first, second = vault.frames[one].parts[at], vault.frames[two].parts[at]
    vault.put(two, at, first or b"")
    vault.put(one, at, second or b"")
    return _closed(vault, vault.frames[one].header.entity, vault.frames[two].header.entity)


variant("reader-bodies-swapped", "The bodies of two notes changed places, hashes and signatures mended.", partial(
    _swapped, 2
))  # fmt: skip
variant("reader-indexes-swapped", "The indexes of two notes changed places, hashes and signatures mended.", partial(
    _swapped, 1
))  # fmt: skip


@scenario
def reader_nothing_wrong() -> Case:
    """Nothing is wrong: everything opens."""
    return _closed(_two_notes()[0])


@scenario
def reader_whole_note_in_another_place() -> Case:
    """Index and body of one note stand, both, in the place of another, hashes and signatures mended."""
    vault, one, two = _two_notes()
    for at in (1, 2):
        vault.put(two, at, vault.frames[one].parts[at] or b"")
    return _closed(vault, vault.frames[two].header.entity)


@scenario
def reader_earlier_revision_in_place_of_the_latest() -> Case:
    """The latest revision's parts are those of the one before."""
    vault = small()
    me = vault.acting(OWNER)
    otter = vault.entity("OTTER")
    first = texts.new_note(me, otter, "Second hour", "Before.").draft
    one = vault.add(first, me)
    me = vault.acting(OWNER)
    two = vault.add(texts.revise(me, first.entity, otter, "Second hour", "After.").draft, me)
    for at in (1, 2):
        vault.put(two, at, vault.frames[one].parts[at] or b"")
    return _closed(vault, first.entity)


@scenario
def reader_parts_swapped_within_a_batch() -> Case:
    """In a re-encryption two entities' parts changed places, hashes and signatures mended."""
    vault = Vault("staff")
    seq = vault.find(Action.REENCRYPT)
    parts, rows = vault.frames[seq].parts, vault.frames[seq].rows
    for at in (0, 1):
        parts[at], parts[at + 2] = parts[at + 2], parts[at]
    vault.frames[seq].settle()
    vault.mend(seq)
    return _closed(vault, rows[0].entity, rows[2].entity, who="owner")


def _rewritten(body: bytes | None, index: bytes | None = None) -> Case:
    vault = late()
    me, number = vault.acting(OWNER), vault.entity("First hour")
    true = vault.text(OWNER, number)
    moving = moves.Moving(number, index or true.index, body or true.body)
    vault.add(next(moves.reencrypt(me, [moving])), me)
    return _closed(vault, number, who="clinician-1")


@scenario
def reader_colleagues_note_rewritten() -> Case:
    """An owner re-encrypts a clinician's signed note to another text."""
    return _rewritten(b"The dam broke, and I knew it would.")


@scenario
def reader_colleagues_note_made_noise() -> Case:
    """An owner re-encrypts a clinician's signed note to noise."""
    return _rewritten(b"\xff\xfe\xfd" * 20)


@scenario
def reader_colleagues_index_rewritten() -> Case:
    """An owner re-encrypts a clinician's signed note with another index: another commitment key, title and all."""
    vault = late()
    index = texts.note_index(vault.acting(OWNER), vault.entity("OTTER"), "First hour")
    return _rewritten(None, encode(index))


def _crafted(seal_as: Callable[[Acting, Identity], tuple[bytes, list[Part]]]) -> Case:
    """A new note whose parts SEAL_AS makes, with the commitment that goes with them."""
    vault = small()
    me = vault.acting(OWNER)
    about = Target(Kind.NOTE, NoteClass.CHART, vault.entity("OTTER"), 0x5EED, 1)
    commit, parts = seal_as(me, me.identity(about))
    vault.add(me.record(Action.SAVE, Committed(commit=commit), *parts, about=about), me)
    return _closed(vault, about.entity)


def _commit(me: Acting, who: Identity, index: bytes, body: bytes, secret: bytes) -> bytes:
    return derive.commitment(secret, me.state.vault_id, who.entity, who.revision, who.author, index, body)


def _other_commitment(me: Acting, who: Identity) -> tuple[bytes, list[Part]]:
    index = encode(texts.note_index(me, _otter(me), "New"))
    return bytes(32), list(me.keyring.seal_raw(who, index, b"Text.", me.entropy))


def _other_client(me: Acting, who: Identity) -> tuple[bytes, list[Part]]:
    shape = texts.note_index(me, 77, "New")
    commit, *parts = me.keyring.seal_entity(who, shape, "Text.", me.entropy)
    return commit, parts


def _not_text(me: Acting, who: Identity) -> tuple[bytes, list[Part]]:
    shape = texts.note_index(me, _otter(me), "New")
    index, body = encode(shape), b"\xff\xfe"
    return _commit(me, who, index, body, shape.c), list(me.keyring.seal_raw(who, index, body, me.entropy))


def _otter(me: Acting) -> int:
    return next(number for number, entity in me.state.entities.items() if entity.kind == Kind.CLIENT)


def _long_index(me: Acting, who: Identity) -> tuple[bytes, list[Part]]:
    shape = texts.note_index(me, _otter(me), "New")
    index = encode(shape) + b"\0"
    return _commit(me, who, index, b"Text.", shape.c), list(me.keyring.seal_raw(who, index, b"Text.", me.entropy))


def _other_author(me: Acting, who: Identity) -> tuple[bytes, list[Part]]:
    index = texts.note_index(me, _otter(me), "New")
    commit, *parts = me.keyring.seal_entity(who._replace(author=9), index, "Text.", me.entropy)
    return commit, parts


def _padded(plain: bytes) -> Callable[[Acting, Identity], tuple[bytes, list[Part]]]:
    """Seal a body whose padded form is PLAIN."""

    def seal_as(me: Acting, who: Identity) -> tuple[bytes, list[Part]]:
        shape = texts.note_index(me, _otter(me), "New")
        commit, index, body = me.keyring.seal_entity(who, shape, "Text.", me.entropy)
        keys = me.keyring.epochs[1]
        salt = me.entropy(16)
        key = derive.body_key(keys.notes or b"", who.entity, who.revision, salt)
        place = Place(body.role, body.kind, body.note_class, body.key_type, 1, who.entity, 1, who.author)
        stored = join_body(salt, seal(key, plain, place.bind(me.state.vault_id), me.entropy))
        return commit, [index, place.part(stored)]

    return seal_as


_TEXT = padding.pad(b"Text.")
CRAFTED: dict[str, tuple[str, Callable[[Acting, Identity], tuple[bytes, list[Part]]]]] = {
    "another-commitment": ("its commitment is not to its text", _other_commitment),
    "another-client": ("its index names another client than its record", _other_client),
    "body-not-text": ("its body is not UTF-8", _not_text),
    "index-with-a-byte-behind": ("a byte stands behind the index's map", _long_index),
    "sealed-for-another-author": ("it is sealed as another author's", _other_author),
    "padding-not-zero": ("its padding is not zero", _padded(_TEXT[:-1] + b"\1")),
    "padding-too-long": ("it is padded to more than the rule gives", _padded(_TEXT + bytes(32))),
    "padding-missing": ("it is not padded", _padded(_TEXT[:9])),
    "length-beyond-its-end": ("its length says more than is there", _padded(b"\xff\xff\0\0" + _TEXT[4:])),
}  # fmt: skip
for _name, (_what, _seal_as) in CRAFTED.items():
    variant(f"reader-{_name}", f"A member saves a note that no reader may show: {_what}.", partial(_crafted, _seal_as))


def _newcomer(vault: Vault, me: Acting, master: bytes, slot: Slot, payload: bytes, bundle: Bundle) -> None:
    enrolment, state = 0xE17, me.state
    sealed = seal_bundle(
        bundle, master, birth=state.birth, binding=state.vault_id, enrolment=enrolment, entropy=vault.entropy
    )
    invitation = members.Invitation(
        "moth", enrolment, new_pairs(_Fixed(bundle)).register(state.vault_id, enrolment, 1),
        derive.master_commitment(master, state.birth), slot, payload, sealed,
    )  # fmt: skip
    vault.add(members.member_add(me, invitation, Role.CLINICIAN), me)


class _Fixed:
    """Gives a bundle's two seeds again."""

    def __init__(self, bundle: Bundle) -> None:
        self._given = [bundle.box, bundle.sign]

    def __call__(self, length: int) -> bytes:
        return self._given.pop()[:length]


def _bundle(vault: Vault) -> Bundle:
    return Bundle(
        sign=vault.entropy(32), box=vault.entropy(32), generation=1, epoch=0, notes=None, index=None, audit=None,
        authors=[(1, vault.entropy(32))], drafts=[(1, vault.entropy(32))], origin=vault.entropy(32), kit=None,
    )  # fmt: skip


def _two_passphrases(passphrase: str, told: str) -> Case:
    vault = small()
    me = vault.acting(OWNER)
    salt, state = vault.entropy(16), me.state
    one, two = (
        slot_kek(stretch(text, FLOOR, salt), state.birth, 0xE17, FLOOR, salt) for text in ("by day", "by night")
    )
    payload, master, _ = both(one, two, slot_place(0xE17, 1).bind(state.vault_id), vault.entropy)
    slot = Slot(65_536, 3, 4, salt, slot_commitment(one))
    _newcomer(vault, me, master, slot, payload, _bundle(vault))
    return for_reader(vault, "moth", passphrase, told)


variant(
    "reader-slot-of-two-passphrases",
    "A slot whose ciphertext opens under two passphrases; this is the second.",
    partial(_two_passphrases, "by night", "refuses unlock"),
)
variant(
    "reader-slot-of-two-passphrases-first",
    "A slot whose ciphertext opens under two passphrases; this is the one it commits to.",
    partial(_two_passphrases, "by day", "whole"),
)


@scenario
def reader_bundle_with_other_seeds() -> Case:
    """A bundle whose seeds do not give the registered keys."""
    vault = small()
    me = vault.acting(OWNER)
    bundle = msgspec.structs.replace(me.keyring.bundle, sign=bytes(32))
    vault.add(members.bundle_set(me, bundle), me)
    return for_reader(vault, *PASSPHRASES["small"], "refuses unlock")


@scenario
def reader_bundle_of_another_generation() -> Case:
    """A bundle that names another generation inside than its row."""
    vault = small()
    me = vault.acting(OWNER)
    bundle = msgspec.structs.replace(me.keyring.bundle, generation=2)
    draft = members.bundle_set(me, me.keyring.bundle)
    key = derive.bundle_key(me.keyring.master, me.state.birth, me.keyring.enrolment)
    associated = bundle_place(me.keyring.enrolment, 1).bind(me.state.vault_id)
    stored = seal(key, padding.pad(encode(bundle)), associated, vault.entropy)
    vault.add(with_part(draft, 1, data=stored), me)
    return for_reader(vault, *PASSPHRASES["small"], "refuses unlock")


@scenario
def reader_split_epoch_keys() -> Case:
    """An owner gives one member other keys than everybody else: the commitments show it to the victim."""
    vault = small_clinic()
    me = vault.acting(OWNER)
    draft = epochs.epoch_open(me, Reason.BY_DATE).draft
    victim = me.state.members[FIRST]
    false = EpochKeys(2, vault.entropy(32), vault.entropy(32), vault.entropy(32))
    vault.add(with_part(draft, 2, data=members.grant(me, victim, false).data), me)
    return for_reader(vault, *PASSPHRASES["clinician-1"], "refuses unlock")


def small_clinic() -> Vault:
    """Return the clinic before its rotation."""
    vault = Vault("staff")
    return vault.cut(vault.find(Action.EPOCH_OPEN))


@scenario
def reader_garbage_as_old_keys() -> Case:
    """An owner seals other keys than the old ones as the old ones."""
    vault = small_clinic()
    me = vault.acting(OWNER)
    opening = epochs.epoch_open(me, Reason.BY_DATE)
    assert opening.keys is not None
    false = [EpochKeys(1, vault.entropy(32), vault.entropy(32), vault.entropy(32))]
    state = me.state
    notes, audit = seal_old(
        opening.keys, false, birth=state.birth, binding=state.vault_id, entropy=vault.entropy
    )  # fmt: skip
    draft = with_part(with_part(opening.draft, -2, data=notes), -1, data=audit)
    vault.add(draft, me)
    return for_reader(vault, *PASSPHRASES["clinician-1"], "refuses unlock")


@scenario
def reader_after_a_rotation() -> Case:
    """A member who did not roll over yet opens what was there before and after."""
    return _closed(opened(), who="clinician-1")


@scenario
def reader_wrong_passphrase() -> Case:
    """Another passphrase."""
    return for_reader(small(), "owner", "newts sleep under stone", "refuses unlock")


@scenario
def reader_shredded_note() -> Case:
    """A note that was shredded, its parts still there: nothing is opened, and nothing is missing."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(entries.shred(me, vault.entity("First hour"), Reason.MISTAKE), me)
    return _closed(vault)
