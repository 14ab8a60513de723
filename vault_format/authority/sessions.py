"""Sessions, and actions that change nothing but the trail itself."""

from __future__ import annotations

from vault_format import bounds
from vault_format.authority.admission import REF_FIELD, SEQUENCE, SESSION, Admitted, Opened, opened
from vault_format.authority.state import Session, State
from vault_format.codes import TailCase
from vault_format.frames.scan import Fields
from vault_format.public import members as shapes
from vault_format.public import trail
from vault_format.verification.findings import Objection


def unlock(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """Open the session that the record names."""
    state.sessions[fields[SESSION]] = Session(act.member, fields[SEQUENCE])


def lock(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """Close the session."""
    del state.sessions[fields[SESSION]]


def tail_repaired(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """Remember which bytes are accounted for."""
    shape = opened(parts).said(trail.TailRepaired)
    if len(shape.head) != (208 if shape.case == TailCase.CUT else 0):
        raise Objection("format", "a cut record without its header and signature, or one that was not cut with them")
    state.tails.add(shape.digest)


def alert(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """Remember the alert, so that it can be answered."""
    state.alerts.add(fields[SEQUENCE])


def answered(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """An answer names an alert."""
    if fields[REF_FIELD] not in state.alerts:
        raise Objection("authority", "an answer to a record that is no alert")


def backup(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """Remember the copy, so that it can be tested."""
    state.backups.add(fields[SEQUENCE])


def restore_test(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """A restore test names a backup."""
    if fields[REF_FIELD] not in state.backups:
        raise Objection("authority", "a test of a record that is no backup")


def act_failed(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """A failure names a record of its own session."""
    session = state.sessions[fields[SESSION]]
    if not session.unlock_seq < fields[REF_FIELD] < fields[SEQUENCE]:
        raise Objection("authority", "a failure of a record from outside its session")


def format_raise(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """Make the next version lawful."""
    shape = opened(parts).said(trail.FormatRaise)
    if shape.version != state.raised + 1:
        raise Objection("authority", "a format raised by more or less than one")
    state.raised = shape.version
    state.changed()


def policy(state: State, act: Admitted, fields: Fields, parts: Opened | None) -> None:
    """Put a new policy in force."""
    shape = opened(parts).said(shapes.Policy)
    check_policy(shape)
    state.policy = shape
    state.changed()


def check_policy(shape: shapes.Policy) -> None:
    """Refuse a policy whose lower bounds for slots lie outside the Argon2id bounds. Raises Objection."""
    if not bounds.ARGON_MEMORY[0] <= shape.memory <= bounds.ARGON_MEMORY[1]:
        raise Objection("authority", "a policy with a passphrase cost out of bounds")
    if not bounds.ARGON_PASSES[0] <= shape.passes <= bounds.ARGON_PASSES[1]:
        raise Objection("authority", "a policy with a passphrase cost out of bounds")
