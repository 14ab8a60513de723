"""Several members and three key sets: roles, caseloads, rotation, re-encryption, what is dropped."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from core.acts import entries, epochs, members, moves, trail
from core.acts.acting import Acting
from core.keys.bundle import Bundle
from tests.vectors.opening import opened
from tests.vectors.scenes import texts
from tests.vectors.stage import Stage, Writing
from vault_format.codes import ClientStatus, LockReason, Reason, Role
from vault_format.frames.record import Draft

WHAT = "A clinic: five members, caseloads, reasons, co-signature, rotation, re-encryption, removal, compaction."
OWNER, FIRST, SECOND, SUPERVISOR, AUDITOR = "owner", "clinician-1", "clinician-2", "supervisor", "auditor"


def play(stage: Stage) -> None:
    """Write the vault."""
    first = staff(stage)
    _drop(stage, first)
    _leave(stage)
    for name in (OWNER, FIRST, SUPERVISOR, AUDITOR):
        stage.lock(name, LockReason.QUIT)


def staff(stage: Stage) -> Writing:
    """Write the vault up to where parts begin to be dropped; return what the first clinician saved."""
    stage.found("Clinic by the lake", OWNER, "herons wait in shallow water")
    stage.unlock(OWNER)
    stage.add(OWNER, FIRST, Role.CLINICIAN, "first clinician of the lake")
    stage.add(OWNER, SECOND, Role.CLINICIAN, "second clinician of the lake")
    stage.add(OWNER, SUPERVISOR, Role.SUPERVISOR, "supervisor of the lake")
    stage.add(OWNER, AUDITOR, Role.AUDITOR, "auditor of the lake")
    first, second = Writing(stage, FIRST), Writing(stage, SECOND)
    _charts(stage, first, second)
    _readings(stage, first, second)
    _rotate(stage, first, second)
    return first


def _charts(stage: Stage, first: Writing, second: Writing) -> None:
    otter = first.save("otter", lambda acting: texts.new_client(acting, "OTTER"))
    stage.write(FIRST, lambda acting: entries.caseload(acting, otter, [2]))
    maple = second.save("maple", lambda acting: texts.new_client(acting, "MAPLE"))
    stage.write(SECOND, lambda acting: entries.caseload(acting, maple, [3]))
    first.save("signed", lambda acting: texts.new_note(acting, otter, "First hour", "The dam holds."))
    first.sign("signed")
    first.save("draft", lambda acting: texts.new_note(acting, otter, "Second hour", "Not finished."))
    first.save("process", lambda acting: texts.new_note(acting, otter, "Mine alone", "A doubt.", process=True))
    second.save("held", lambda acting: texts.new_note(acting, maple, "Sap", "Runs early this year."))
    stage.write(OWNER, lambda acting: entries.client_hold(acting, maple, hold=True))
    stage.write(FIRST, lambda acting: entries.client_status(acting, otter, ClientStatus.ACTIVE))


def _readings(stage: Stage, first: Writing, second: Writing) -> None:
    signed, draft = first.numbers["signed"], first.numbers["draft"]
    stage.write(SUPERVISOR, lambda acting: entries.read(acting, signed))
    stage.write(SUPERVISOR, lambda acting: entries.cosign(acting, signed, first.commits["signed"]))
    why = "Asked by the family."
    stage.write(SECOND, lambda a: entries.read(a, signed, reason=Reason.EMERGENCY, words=why))
    stage.write(OWNER, lambda a: entries.read(a, draft, reason=Reason.SUPERVISION, words=why, beside=True))
    stage.write(SUPERVISOR, lambda a: entries.read(a, draft, reason=Reason.SUPERVISION))
    stage.unsigned(trail.unlock_failed(5))
    stage.write(AUDITOR, lambda acting: trail.alert(acting, 4, 3, [0, 1]))
    stage.write(SECOND, lambda acting: trail.rotation_due(acting, Reason.COMPROMISE, "A note was left at the desk."))


def open_epoch(stage: Stage, build: Callable[[Acting], epochs.NewEpoch]) -> int:
    """Write an epoch record by the owner; everybody who stays rolls over."""
    seq = stage.write(OWNER, lambda acting: build(acting).draft)
    for name, person in stage.people.items():
        if stage.ledger.state.members[person.keyring.member].active:
            stage.rollover(name, Reason.BY_DATE)
    return seq


def _rotate(stage: Stage, first: Writing, second: Writing) -> None:
    open_epoch(stage, lambda acting: epochs.epoch_open(acting, Reason.BY_DATE))
    chart = [first.numbers["signed"], first.numbers["draft"], first.numbers["otter"], second.numbers["held"],
             second.numbers["maple"]]  # fmt: skip
    stage.write(OWNER, lambda a: list(moves.reencrypt(a, [opened(stage, OWNER, number) for number in chart])))
    own = first.numbers["process"]
    stage.write(FIRST, lambda a: list(moves.reencrypt(a, [opened(stage, FIRST, own)])))
    signed = [first.numbers["signed"]]
    for number in signed:
        opened(stage, FIRST, number)
    stage.write(FIRST, lambda acting: list(moves.confirmed(acting, signed)))


def _drop(stage: Stage, first: Writing) -> None:
    """A shred by the author of a draft, with its own drop and compaction; then the owner's."""
    draft = first.numbers["draft"]
    shred = stage.write(FIRST, lambda acting: entries.shred(acting, draft, Reason.MISTAKE))
    _compact(stage, FIRST, lambda acting: moves.drop_shredded(acting, shred))
    _compact(stage, OWNER, moves.drop)


def _compact(stage: Stage, name: str, build: Callable[[Acting], Draft]) -> None:
    drop = stage.write(name, build)
    before, after = stage.compact()
    stage.write(name, lambda acting: moves.compacted(acting, drop, before, after))


def _leave(stage: Stage) -> None:
    """One member becomes supervisor, one owner; one goes; a grant is refused."""
    stage.write(OWNER, lambda acting: epochs.member_role(acting, 2, Role.OWNER).draft)
    stage.refresh(FIRST)
    stage.write(FIRST, lambda acting: members.bundle_set(acting, _with_audit(acting)))
    open_epoch(stage, lambda acting: epochs.member_role(acting, 2, Role.SUPERVISOR))
    open_epoch(stage, lambda acting: epochs.member_remove(acting, 3, Reason.LEFT))
    stage.write(SUPERVISOR, lambda acting: members.grant_refused(acting, acting.state.epoch))


def _with_audit(acting: Acting) -> Bundle:
    """Return the bundle with the audit key that came with a new role."""
    return msgspec.structs.replace(acting.keyring.bundle, audit=acting.keyring.epochs[acting.state.epoch].audit)
