"""Re-encryption, its confirmation, drops and compaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from core.acts import entries, epochs, members, moves, trail
from core.acts.acting import Acting
from core.keyring import Identity
from tests.corpus.case import Case, scenario, variant
from tests.corpus.mend import Vault, broken, saying, whole, with_part
from tests.corpus.vaults import AUDITOR, FIRST, OWNER, early, late, small
from tests.vectors.scenes import texts
from vault_format.codes import Action, Reason
from vault_format.frames.record import Draft
from vault_format.public.entities import Confirmed
from vault_format.public.trail import Compacted, Drop

SIGNED, DRAFT, PROCESS = "First hour", "Second hour", "Mine alone"


def _moved(vault: Vault, me: Acting, titles: Sequence[str]) -> Draft:
    moving = [vault.text(me.keyring.member, vault.entity(title)) for title in titles]
    return next(moves.reencrypt(me, moving))


def _reencrypted(kind: str, change: Callable[[Vault, Draft], Draft]) -> Case:
    vault = late()
    me = vault.acting(OWNER)
    vault.add(change(vault, _moved(vault, me, [SIGNED, DRAFT])), me)
    return broken(vault, kind)


MOVED: dict[str, tuple[str, str, Callable[[Vault, Draft], Draft]]] = {
    "without-its-body": (
        "An index without its body.", "format", lambda _, draft: replace(draft, parts=draft.parts[:3])
    ),
    "body-first": (
        "A body before its index.", "format",
        lambda _, draft: replace(draft, parts=(draft.parts[1], draft.parts[0], *draft.parts[2:])),
    ),
    "entity-twice": (
        "One entity twice in a batch.", "authority",
        lambda _, draft: replace(draft, parts=[*draft.parts[:2], *draft.parts[:2]]),
    ),
    "of-nothing": (
        "An entity that nobody saved.", "authority",
        lambda _, draft: with_part(with_part(draft, 0, entity=9), 1, entity=9),
    ),
    "of-another-revision": (
        "A revision that is not the latest.", "format",
        lambda _, draft: with_part(with_part(draft, 0, revision=2), 1, revision=2),
    ),
    "as-another-kind": (
        "A note, named as a template.", "format", lambda _, draft: with_part(with_part(draft, 0, kind=4), 1, kind=4)
    ),
    "as-another-class": (
        "A chart note, named as a process note.", "format",
        lambda _, draft: with_part(with_part(draft, 0, note_class=2), 1, note_class=2),
    ),
    "under-the-old-keys": (
        "Rows that name the old epoch's keys.", "format",
        lambda _, draft: with_part(with_part(draft, 0, key_epoch=1), 1, key_epoch=1),
    ),
    "with-a-public-part": (
        "An index that is called public.", "format", lambda _, draft: with_part(draft, 0, role=1)
    ),
}  # fmt: skip
for _name, (_what, _kind, _change) in MOVED.items():
    _what = f"Re-encryption: {_what[0].lower()}{_what[1:]}"
    variant(f"reencrypt-{_name}", _what, partial(_reencrypted, _kind, _change))


@scenario
def reencrypt_by_a_clinician() -> Case:
    """Re-encryption: chart notes by a clinician."""
    vault = late()
    me = vault.acting(FIRST)
    vault.add(_moved(vault, me, [SIGNED]), me)
    return broken(vault, "authority")


@scenario
def reencrypt_a_colleagues_process_note() -> Case:
    """Re-encryption: the owner puts something else in place of a clinician's process note."""
    vault = late()
    me, number = vault.acting(OWNER), vault.entity(PROCESS)
    known = me.state.entities.get(number)
    assert known is not None
    who = Identity(known.kind, known.note_class, number, known.revision, known.author)
    vault.add(me.record(Action.REENCRYPT, None, *me.keyring.seal_raw(who, b"x", b"y", vault.entropy)), me)
    return broken(vault, "authority")


@scenario
def reencrypt_a_shredded_note() -> Case:
    """Re-encryption: a note that was shredded comes back."""
    vault = late()
    me = vault.acting(OWNER)
    draft = _moved(vault, me, [SIGNED])
    vault.add(entries.shred(me, vault.entity(SIGNED), Reason.MISTAKE), me)
    vault.add(draft, me)
    return broken(vault, "authority")


def _confirmed(build: Callable[[Vault, Acting], list[tuple[int, int]]], member: int = FIRST) -> Case:
    vault = late()
    owner = vault.acting(OWNER)
    vault.add(_moved(vault, owner, [SIGNED, DRAFT]), owner)
    me = vault.acting(member)
    vault.add(me.record(Action.REENCRYPT_CONFIRMED, Confirmed(entries=build(vault, me))), me)
    return broken(vault, "authority")


def _live(vault: Vault, me: Acting, title: str, move: int = 0) -> tuple[int, int]:
    known = me.state.entities.get(vault.entity(title))
    assert known is not None
    return vault.entity(title), known.live + move


variant("confirm-by-the-one-who-moved-it", "A confirmation by the owner who re-encrypted a clinician's note.", partial(
    _confirmed, lambda vault, me: [_live(vault, me, SIGNED)], OWNER
))  # fmt: skip


def _own(*, hold: bool, by: int) -> Case:
    """The owner re-encrypts a signed note of their own; BY confirms it, under a hold or not."""
    vault = late()
    me = vault.acting(OWNER)
    saved = texts.new_note(me, vault.entity("OTTER"), "the owner's", "What the owner wrote.")
    number = saved.draft.entity
    vault.add(saved.draft, me)
    vault.add(entries.sign(vault.acting(OWNER), number, saved.commit), me)
    known = vault.acting(OWNER).state.entities.get(number)
    assert known is not None
    who = Identity(known.kind, known.note_class, number, known.revision, known.author)
    vault.add(me.record(Action.REENCRYPT, None, *me.keyring.seal_raw(who, b"x", b"y", vault.entropy)), me)
    if hold:
        vault.add(entries.client_hold(me, vault.entity("OTTER"), hold=True), me)
    confirming = vault.acting(by)
    known = confirming.state.entities.get(number)
    assert known is not None
    record = confirming.record(Action.REENCRYPT_CONFIRMED, Confirmed(entries=[(number, known.live)]))
    vault.add(record, confirming)
    return broken(vault, "authority")


variant("confirm-own-note-that-one-moved", "A confirmation by the author, who re-encrypted it.", partial(
    _own, hold=False, by=OWNER
))  # fmt: skip
variant("confirm-under-a-hold", "A confirmation of what is under a legal hold, by a colleague.", partial(
    _own, hold=True, by=FIRST
))  # fmt: skip
variant("confirm-parts-that-are-not-live", "A confirmation of other parts than the live ones.", partial(
    _confirmed, lambda vault, me: [_live(vault, me, SIGNED, -2)]
))  # fmt: skip
variant("confirm-twice", "A confirmation that lists one entity twice.", partial(
    _confirmed, lambda vault, me: [_live(vault, me, SIGNED)] * 2
))  # fmt: skip
variant("confirm-nothing", "A confirmation of an entity that nobody saved.", partial(
    _confirmed, lambda _, __: [(9, 1)]
))  # fmt: skip
variant("confirm-a-colleagues-process-note", "A confirmation of a process note by somebody else.", partial(
    _confirmed, lambda vault, me: [_live(vault, me, PROCESS)], OWNER
))  # fmt: skip


def _parts_of(vault: Vault, seq: int) -> int:
    return sum(len(frame.rows) for frame in vault.frames[:seq])


def _drop(ranges: list[tuple[int, int]]) -> Callable[[Vault, Acting], Draft]:
    return lambda _, me: me.record(Action.DROP, Drop(ranges=ranges))


def _dropped(kind: str, build: Callable[[Vault, Acting], Draft], member: int = OWNER) -> Case:
    """A drop after a re-encryption of a signed note and a draft, and a shred of a third entity by its author."""
    vault = late()
    owner = vault.acting(OWNER)
    vault.add(_moved(vault, owner, [SIGNED, DRAFT]), owner)
    me = vault.acting(member)
    vault.add(build(vault, me), me)
    return broken(vault, kind)


def _original(vault: Vault, me: Acting) -> Draft:
    known = me.state.entities.get(vault.entity(SIGNED))
    assert known is not None
    return me.record(Action.DROP, Drop(ranges=[(known.original, 2)]))


def _live_pair(vault: Vault, me: Acting) -> Draft:
    return me.record(Action.DROP, Drop(ranges=[(_live(vault, me, SIGNED)[1], 2)]))


def _some(me: Acting) -> int:
    return next(me.state.parts.droppable())


DROPS: dict[str, tuple[str, str, Callable[[Vault, Acting], Draft]]] = {
    "of-an-original": (
        "the original of a signed note, before anybody confirmed what stands in its place", "authority", _original
    ),
    "of-live-parts": ("parts that are live", "authority", _live_pair),
    "of-a-public-part": ("a public part", "authority", _drop([(0, 1)])),
    "of-a-slot": ("the owner's slot in force", "authority", _drop([(1, 1)])),
    "of-parts-to-come": (
        "parts of records to come", "authority",
        lambda _, me: me.record(Action.DROP, Drop(ranges=[(me.state.parts.count + 5, 1)])),
    ),
    "of-its-own-part": (
        "its own part", "authority", lambda _, me: me.record(Action.DROP, Drop(ranges=[(me.state.parts.count, 1)]))
    ),
    "of-an-empty-range": ("no parts", "format", lambda _, me: me.record(Action.DROP, Drop(ranges=[(_some(me), 0)]))),
    "of-parts-twice": (
        "ranges that overlap", "format", lambda _, me: me.record(Action.DROP, Drop(ranges=[(_some(me), 1)] * 2))
    ),
    "out-of-order": (
        "ranges that fall", "format", lambda _, me: me.record(Action.DROP, Drop(ranges=[(_some(me) + 9, 1), (1, 1)]))
    ),
    "that-answers-no-shred": (
        "an answer to a record that is no shred", "authority", lambda _, me: replace(moves.drop(me), ref=1)
    ),
}  # fmt: skip
for _name, (_what, _kind, _build) in DROPS.items():
    variant(f"drop-{_name}", f"A drop lists {_what}.", partial(_dropped, _kind, _build))
variant("drop-by-a-clinician", "A drop by a clinician who shredded nothing.", partial(
    _dropped, "authority", lambda _, me: moves.drop(me), FIRST
))  # fmt: skip
variant("drop-by-an-auditor", "A drop by an auditor.", partial(
    _dropped, "authority", lambda _, me: moves.drop(me), AUDITOR
))  # fmt: skip


def _shredded() -> tuple[Vault, int]:
    vault = early()
    first = vault.acting(FIRST)
    return vault, vault.add(entries.shred(first, vault.entity(DRAFT), Reason.MISTAKE), first)


@scenario
def drop_after_a_colleagues_shred() -> Case:
    """An owner's drop that answers a clinician's shred."""
    vault, seq = _shredded()
    me = vault.acting(OWNER)
    vault.add(moves.drop_shredded(me, seq), me)
    return broken(vault, "authority")


@scenario
def drop_beyond_the_shred() -> Case:
    """A clinician's drop that answers the own shred, and lists what another revision left."""
    vault, seq = _shredded()
    me = vault.acting(FIRST)
    vault.add(members.bundle_set(me, me.keyring.bundle), me)
    me = vault.acting(FIRST)
    vault.add(replace(moves.drop(me), ref=seq), me)
    return broken(vault, "authority")


@scenario
def drop_twice() -> Case:
    """Parts that a drop listed before."""
    vault, seq = _shredded()
    me = vault.acting(FIRST)
    draft = moves.drop_shredded(me, seq)
    vault.add(draft, me)
    vault.add(draft, me)
    return broken(vault, "authority")


@scenario
def drop_forged_and_parts_gone() -> Case:
    """A clinician's drop list for a colleague's note, and its parts taken out."""
    vault = late()
    me = vault.acting(FIRST)
    number = vault.entity("Sap")
    known = me.state.entities.get(number)
    assert known is not None
    vault.add(me.record(Action.DROP, Drop(ranges=[(known.live, 2)])), me)
    vault.frames[known.saved].parts[1:] = [None, None]
    return broken(vault, "payload", known.saved, more=[("authority", len(vault) - 1)])


@scenario
def drop_and_parts_gone() -> Case:
    """A lawful drop after an own shred, with its parts gone: whole."""
    vault, seq = _shredded()
    me = vault.acting(FIRST)
    known = me.state.entities.get(vault.entity(DRAFT))
    assert known is not None
    vault.add(moves.drop_shredded(me, seq), me)
    vault.frames[known.saved].parts[1:] = [None, None]
    return whole(vault)


@scenario
def drop_and_more_parts_gone() -> Case:
    """A lawful drop after an own shred; a part that it does not list is gone too."""
    vault, seq = _shredded()
    me = vault.acting(FIRST)
    known = me.state.entities.get(vault.entity(DRAFT))
    assert known is not None
    vault.add(moves.drop_shredded(me, seq), me)
    vault.frames[known.saved].parts[1:] = [None, None]
    other = me.state.entities.get(vault.entity("Sap"))
    assert other is not None
    vault.frames[other.saved].parts[2] = None
    return broken(vault, "payload", other.saved)


@scenario
def compacted_and_still_there() -> Case:
    """Parts that stand there though their compaction is recorded: a notice, and nobody opens them."""
    vault, seq = _shredded()
    me = vault.acting(FIRST)
    drop = vault.add(moves.drop_shredded(me, seq), me)
    done = vault.add(me.record(Action.COMPACTED, Compacted(before=9, after=8, parts=2), ref=drop), me)
    vault.add(me.record(Action.COMPACTED, Compacted(before=9, after=8, parts=2), ref=drop), me)
    return whole(vault, notices=[("undropped", done)])


@scenario
def compacted_without_a_drop() -> Case:
    """A compaction that answers another record than a drop."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(me.record(Action.COMPACTED, Compacted(before=9, after=8, parts=2), ref=1), me)
    return broken(vault, "authority")


@scenario
def compacted_for_somebody_else() -> Case:
    """An owner's compaction of a clinician's drop."""
    vault, seq = _shredded()
    me, owner = vault.acting(FIRST), vault.acting(OWNER)
    drop = vault.add(moves.drop_shredded(me, seq), me)
    vault.add(owner.record(Action.COMPACTED, Compacted(before=9, after=8, parts=2), ref=drop), owner)
    return broken(vault, "authority")


@scenario
def record_dropped_by_compaction() -> Case:
    """A compaction that took a whole record and not only its parts."""
    vault = Vault("clinic")
    del vault.frames[vault.find(Action.COMPACTED) - 3]
    return broken(vault, "chain", vault.find(Action.COMPACTED) - 2)


@scenario
def rotation_state_forged() -> Case:
    """A clinician writes that an epoch was opened, as a note that the owner's rotation was under way."""
    vault = early()
    me, owner = vault.acting(FIRST), vault.acting(OWNER)
    draft = epochs.epoch_open(owner, Reason.BY_DATE).draft
    vault.add(replace(draft, session=me.session), vault.signer(FIRST, 1))
    vault.add(trail.listed(me, 1, 0), me)
    return broken(vault, "authority", len(vault) - 2)


@scenario
def superseded_under_a_hold() -> Case:
    """A drop lists what was replaced under a legal hold."""
    vault = early()
    me = vault.acting(FIRST)
    vault.add(entries.client_hold(me, vault.entity("OTTER"), hold=True), me)
    known = me.state.entities.get(vault.entity(DRAFT))
    assert known is not None
    vault.add(texts.revise(me, vault.entity(DRAFT), vault.entity("OTTER"), DRAFT, "Again.").draft, me)
    owner = vault.acting(OWNER)
    vault.add(owner.record(Action.DROP, Drop(ranges=[(known.live, 2)])), owner)
    return broken(vault, "authority")


@scenario
def drop_with_another_shape() -> Case:
    """A drop that says what a compaction says."""
    vault = small()
    me = vault.acting(OWNER)
    draft = me.record(Action.DROP, Drop(ranges=[(1, 1)]))
    vault.add(saying(draft, Compacted(before=9, after=8, parts=2)), me)
    return broken(vault, "format")
