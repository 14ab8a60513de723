"""One practitioner, one key set: every action that needs no second person."""

from __future__ import annotations

import hashlib

from core.acts import entries, members, trail
from core.acts.acting import Target, target
from core.keys.passphrase import FLOOR
from tests.vectors.scenes import texts
from tests.vectors.stage import Stage, Writing
from vault_format.codes import Action, AddendumKind, Kind, LockReason, NoteClass, Reason, TailCase

WHAT = "A practitioner alone: client, notes of both classes, revisions, signature, additions, exports, upkeep."
OWNER = "owner"


def play(stage: Stage) -> None:
    """Write the vault."""
    stage.found("Practice at the weir", OWNER, "seven otters hold hands")
    unlocked = stage.unlock(OWNER)
    book = Writing(stage, OWNER)
    otter = book.save("otter", lambda acting: texts.new_client(acting, "OTTER"))
    new = Target(Kind.NOTE, NoteClass.CHART, otter, 0xB0B, 0)
    stage.write(OWNER, lambda a: entries.journal(a, Action.DRAFT_BEGUN, new, count=0, first=0, last=0))
    note = book.save("note", lambda acting: texts.new_note(acting, otter, "First hour", "Slept badly. Built a dam."))
    body = "Slept badly. Built a dam, and talked about it." + " More of the same." * 30
    book.save("note", lambda acting: texts.revise(acting, note, otter, "First hour", body))
    for action in (Action.DRAFT_KEPT, Action.DRAFT_RECOVERED, Action.DRAFT_DISCARDED):
        _journal(stage, action, note)
    secret = book.save("process", lambda a: texts.new_note(a, otter, "My doubts", "Am I tired?", process=True))
    stage.write(OWNER, lambda acting: entries.read(acting, secret))
    book.sign("note")
    book.save(
        "late",
        lambda a: entries.addendum(
            a, note, 0xADD, texts.note_index(a, otter, "Later that day", parent=note), "Rang at noon.",
            AddendumKind.LATE_ENTRY,
        ),
    )  # fmt: skip
    book.sign("late")
    book.save("visit", lambda acting: texts.new_appointment(acting, otter))
    book.save("form", texts.new_template)
    stage.write(OWNER, lambda acting: trail.listed(acting, 2, 1))
    stage.write(OWNER, lambda acting: trail.searched(acting, 2, 1))
    read = stage.write(OWNER, lambda acting: entries.read(acting, note, beside=True))
    stage.write(OWNER, lambda acting: entries.read(acting, note, 1))
    stage.write(OWNER, lambda acting: trail.act_failed(acting, read, Reason.DAMAGE))
    told = "To the clinic downstream, at the client's wish."
    stage.write(
        OWNER,
        lambda a: entries.disclose(a, note, form=1, basis=1, purpose=2, entries=1, process=False, words=told),
    )
    stage.write(
        OWNER,
        lambda a: entries.disclose(
            a, otter, form=2, basis=1, purpose=2, entries=2, process=False, words=told, more=["two pages"], chart=True
        ),
    )  # fmt: skip
    _upkeep(stage, unlocked)
    stage.write(OWNER, lambda a: entries.bring_in(
        a, Target(Kind.NOTE, NoteClass.CHART, otter, 0x1FFF, 1),
        texts.note_index(a, otter, "From an older vault"), "Met at the bridge.", vault=hashlib.sha256(b"old").digest(),
        author="clinician-9", entity=0xFEED, revision=3, original=hashlib.sha256(b"commit").digest(), side=1,
    ).draft)  # fmt: skip
    form = book.numbers["form"]
    stage.write(OWNER, lambda acting: entries.shred(acting, form, Reason.MISTAKE, "Made twice."))
    stage.lock(OWNER, LockReason.IDLE)


def _journal(stage: Stage, action: Action, note: int) -> None:
    stage.write(
        OWNER,
        lambda a: entries.journal(
            a, action, target(a.state, note), count=12, first=stage.now - 60_000, last=stage.now
        ),
    )  # fmt: skip


def _upkeep(stage: Stage, unlocked: int) -> None:
    """Passphrase, bundle, policy, alerts, checkpoint, backup, restore test."""
    changed = "seven otters hold hands at night"
    seq = stage.write(OWNER, lambda acting: members.slot_set(acting, changed, FLOOR))
    stage.secrets.passphrases[1, seq] = changed
    stage.write(OWNER, lambda acting: members.bundle_set(acting, acting.keyring.bundle))
    stage.write(OWNER, lambda acting: trail.policy(acting, acting.state.current_policy()))
    alert = stage.write(OWNER, lambda acting: trail.alert(acting, 3, 2, [unlocked]))
    stage.write(OWNER, lambda acting: trail.answered(acting, alert, Reason.OTHER, "It was I, from home."))
    report = hashlib.sha256(b"report").digest()
    stage.write(OWNER, lambda acting: trail.reviewed(acting, 0, alert, report))
    root = hashlib.sha256(b"root").digest()
    stage.write(OWNER, lambda acting: trail.checkpoint(acting, alert + 1, root, report))
    copy = stage.write(OWNER, lambda acting: trail.backup(acting, 12_345, root, report))
    stage.write(OWNER, lambda acting: trail.restore_test(acting, copy, milliseconds=1_850, opened=1, worked=True))
    stage.write(OWNER, lambda acting: trail.rotation_due(acting, Reason.BY_DATE))
    stage.write(OWNER, lambda acting: trail.tail_repaired(acting, case=TailCase.ZEROS, length=512, digest=report))
