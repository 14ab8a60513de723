"""Ways back: kits, custodians, re-keying, a new owner; and what is recorded before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.acts import authority, entries, epochs, kit, members, trail
from core.acts.acting import Acting
from core.create import random_id
from core.keys.authority import open_author_box
from core.keys.bundle import Bundle
from core.keys.kit import KitSecrets, coder, entry_in, open_chunk, open_kit_slot, slot_codes, table_key, target_of
from core.keys.passphrase import FLOOR
from tests.vectors.opening import opened
from tests.vectors.scenes import texts
from tests.vectors.stage import Person, Stage, Writing
from vault_format import public
from vault_format.codes import KeyType, Kind, LockReason, Reason, Role
from vault_format.frames.layout import Row
from vault_format.frames.record import Draft
from vault_format.public.members import KitSet

WHAT = "Recovery: kits set, extended, rehearsed and used; custodians set, accepted, re-keying, admitting an owner."
OWNER, FIRST, SECOND, HEIR, CUSTODIANS = "owner", "clinician-1", "clinician-2", "owner-2", "recovery"
COUNTS = (24, 12)


def play(stage: Stage) -> None:
    """Write the vault."""
    stage.found("Practice in the reeds", OWNER, "frogs sing after the rain")
    stage.unlock(OWNER)
    first = Writing(stage, FIRST)
    kit_seq = _kit(stage, OWNER)
    stage.add(OWNER, FIRST, Role.CLINICIAN, "first clinician in the reeds")
    stage.add(OWNER, SECOND, Role.CLINICIAN, "second clinician in the reeds")
    otter = first.save("otter", lambda acting: texts.new_client(acting, "OTTER"))
    note = first.save("process", lambda a: texts.new_note(a, otter, "Mine alone", "A doubt.", process=True))
    _custodians(stage, (("notary", 0), (OWNER, 1), (SECOND, 3)))
    stage.write(FIRST, lambda acting: authority.accept(acting, process=True))
    stage.write(OWNER, lambda acting: authority.accept(acting, process=False))
    _scare(stage)
    stage.lock(FIRST)
    _rekey(stage)
    opened(stage, FIRST, note)
    stage.write(FIRST, lambda acting: entries.read(acting, note))
    _use_kit(stage, kit_seq)
    _heir(stage)
    for name in (OWNER, FIRST, SECOND, HEIR):
        stage.lock(name)


def _twice(stage: Stage, name: str, build: Callable[[Acting], tuple[Draft, Bundle]]) -> int:
    """Write a record about a kit, and behind it the bundle that remembers it; return the first's sequence."""

    def drafts(acting: Acting) -> Sequence[Draft]:
        draft, bundle = build(acting)
        stage.people[name].keyring.bundle = bundle
        return draft, members.bundle_set(acting, bundle)

    return stage.write(name, drafts) - 1


def _kit(stage: Stage, name: str) -> int:
    """Set a kit, lengthen its table, rehearse it well and badly."""
    secrets, first = stage.kit(), stage.now // 900_000
    seq = _twice(stage, name, lambda acting: kit.kit_set(acting, secrets, FLOOR, first, COUNTS))
    _twice(stage, name, lambda acting: kit.kit_extend(acting, (12,)))
    stage.write(name, lambda acting: kit.drill(acting, code=True, phone=True))
    stage.write(name, lambda acting: kit.drill(acting, code=True, phone=False))
    return seq


def _roll_all(stage: Stage, reason: Reason) -> None:
    for name, person in stage.people.items():
        if name != CUSTODIANS and stage.ledger.state.members[person.keyring.member].active:
            stage.rollover(name, reason)


def _custodians(stage: Stage, names: Sequence[tuple[str, int]]) -> None:
    secret, enrolment = stage.entropy(32), random_id(stage.entropy)
    stage.secrets.authorities[len(stage.ledger.state.members) + 1] = secret
    stage.write(
        OWNER,
        lambda a: epochs.authority_set(
            a, secret, enrolment, threshold=2, custodians=names, reason=Reason.BY_HAND
        ).draft,
    )  # fmt: skip
    _roll_all(stage, Reason.BY_HAND)


def _scare(stage: Stage) -> None:
    """A member who fears for the passphrase: new master key, new kit, and the box for the custodians again."""
    renewal = members.Renewal("first clinician, changed", FLOOR, stage.kit(), stage.now // 900_000, COUNTS)
    stage.rollover(FIRST, Reason.COMPROMISE, renewal)


def _key_part(stage: Stage, seq: int, kind: Kind, entity: int, key_type: int) -> tuple[Row, bytes]:
    record = stage.ledger.record(seq)
    for row, part in zip(record.rows, record.parts, strict=True):
        if (row.kind, row.entity, row.key_type) == (kind, entity, key_type) and part is not None:
            return row, part
    raise LookupError("no such part")


def _assemble(stage: Stage) -> None:
    """Let the custodians put their secret together."""
    state = stage.ledger.state
    who = state.members[state.authority]
    seq = state.epochs[-1].seq
    _, box = _key_part(stage, seq, Kind.GRANT_BOX, who.enrolment, KeyType.MEMBER)
    older = {
        which: _key_part(stage, seq, Kind.OLD_KEYS, 0, key_type)[1]
        for which, key_type in ((1, KeyType.NOTES), (2, KeyType.AUDIT))
    }
    keyring = authority.authority_keyring(state, stage.secrets.authorities[who.number], box, older.__getitem__)
    stage.people[CUSTODIANS] = Person(CUSTODIANS, keyring)


def _rekey(stage: Stage) -> None:
    """The member forgot the passphrase; the custodians give new keys, with the author keys from the member's box."""
    stage.unsigned(trail.recovery_begun(2))
    stage.unsigned(trail.recovery_failed(3, 2))
    stage.unsigned(trail.recovery_begun(2))
    _assemble(stage)
    state = stage.ledger.state
    who, whose = state.members[2], state.members[state.authority]
    _, stored = _key_part(stage, who.registered_seq, Kind.AUTHOR_BOX, who.enrolment, KeyType.MEMBER)
    authors = open_author_box(
        stored, stage.authority_box(whose.number), authority=whose.enrolment, author=who.enrolment,
        vault_id=state.vault_id,
    )  # fmt: skip
    made: list[authority.Rekeyed] = []

    def build(acting: Acting) -> Draft:
        made.append(
            authority.rekey(
                acting, 2, "first clinician, once more", FLOOR, Reason.CUSTODIAN_RECOVERY,
                "Passphrase forgotten; known to both custodians.", more=["notary", OWNER], authors=authors,
            )
        )  # fmt: skip
        return made[0].draft

    seq = stage.write(CUSTODIANS, build)
    stage.secrets.passphrases[2, seq] = "first clinician, once more"
    steps = [(1, stage.now - 60_000), (2, stage.now)]
    stage.write(CUSTODIANS, lambda acting: kit.recovery_done(acting, seq, 3, steps))
    stage.people[FIRST].keyring = made[0].keyring
    stage.write(FIRST, lambda acting: kit.recovery_done(acting, seq, 3, steps))
    stage.unlock(FIRST)
    stage.write(FIRST, lambda acting: authority.accept(acting, process=True))


def _through_kit(stage: Stage, secrets: KitSecrets, kit_seq: int) -> bytes:
    """Return the owner's master key from printed code and phone codes alone."""
    state, record = stage.ledger.state, stage.ledger.record(kit_seq)
    said = public.read(record.header.action, record.parts[0] or b"")
    assert isinstance(said, KitSet)
    slot, enrolment = stage.now // 900_000 + 1, state.members[1].enrolment
    key = table_key(secrets.code, state.birth, said.kit.id)
    chunk = open_chunk(
        key, record.parts[2] or b"", position=0, first=said.kit.first, kit_id=said.kit.id, enrolment=enrolment,
        vault_id=state.vault_id,
    )  # fmt: skip
    target = target_of(entry_in(chunk, slot - said.kit.first), slot_codes(coder(secrets.secret), slot))
    return open_kit_slot(
        secrets.code, target, said.kit.slot, record.parts[1] or b"", birth=state.birth, vault_id=state.vault_id,
        enrolment=enrolment, generation=record.rows[1].revision, kit_id=said.kit.id,
    )  # fmt: skip


def _use_kit(stage: Stage, kit_seq: int) -> None:
    """The owner comes back by the kit, which is used up by it, and makes a new one."""
    stage.lock(OWNER, LockReason.QUIT)
    stage.unsigned(trail.recovery_begun(1))
    stage.unsigned(trail.recovery_failed(2, 1))
    stage.people[OWNER].keyring.master = _through_kit(stage, stage.secrets.kits[0], kit_seq)
    seq = stage.rollover(OWNER, Reason.KIT_RECOVERY, members.Renewal("frogs sing before the rain", FLOOR))
    steps = [(1, stage.now - 90_000), (2, stage.now)]
    stage.write(OWNER, lambda acting: kit.recovery_done(acting, seq, 1, steps))
    stage.unlock(OWNER)
    _kit(stage, OWNER)


def _heir(stage: Stage) -> None:
    """The custodians admit an owner, who sets other custodians: the first ones can do nothing any more."""
    _assemble(stage)
    joining = stage.invite(HEIR, "second owner in the reeds")
    seq = stage.write(
        CUSTODIANS, lambda a: members.owner_add(a, joining.invitation, "The owner has died; on the notary's word.")
    )
    stage.write(CUSTODIANS, lambda acting: kit.recovery_done(acting, seq, 3, [(1, stage.now)]))
    stage.welcome(joining, seq, "second owner in the reeds")
    _custodians(stage, (("notary", 0), (HEIR, 5)))
