"""`tacenda rotate`: new keys, and every text under them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tui.cli.opening import unlocked, unlocking

if TYPE_CHECKING:
    from core.session import Session
    from core.upkeep import KeyStatus, Rotated

REASONS = {"by-hand": "BY_HAND", "compromise": "COMPROMISE", "left": "LEFT", "other": "OTHER"}
SAYS_NOT = "Copies made before keep opening with the keys of then; what somebody copied stays copied."
_EXAMPLES = """\b
Examples:
  tacenda rotate practice.tacenda --dry-run
  tacenda rotate practice.tacenda
  tacenda rotate practice.tacenda --reason compromise
\b
Three different things:
  tacenda passphrase   a new lock on your own keys; no note is touched
  tacenda rotate       new keys for all from now on, and texts re-encrypted
  (re-encrypt)         finish moving texts to the newest keys: rotate goes on
                       by itself with what an earlier one left
"""


@click.command(epilog=_EXAMPLES, short_help="New keys for all, and texts re-encrypted.")
@unlocking
@click.option("--dry-run", is_flag=True, help="Tell the keys' age, the copies, what would be done; change nothing.")
@click.option("--reason", type=click.Choice(list(REASONS)),
              help="Why, where it is not what the records call for; opens a new key set also where an earlier "
                   "rotation is unfinished.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="What was done, or the state of the keys, as one object.")
def rotate(
    vault: str, member: str | None, passphrase_fd: int | None, dry_run: bool, reason: str | None, as_json: bool
) -> None:
    """As an owner: open a new key set and re-encrypt under it. As anybody else: renew your own keys.

    How far it is, how fast and how long it will take is told for each phase: re-encrypting, confirming, checking again.
    Ctrl-C stops between two batches; the next `rotate` does the rest. Where an earlier rotation is unfinished, it goes
    on with that.
    """
    from core.upkeep import key_status

    with unlocked(vault, member, passphrase_fd) as session:
        with session.at_desk() as desk:
            status = key_status(desk)
        if dry_run:
            _print_status(status, session, as_json=as_json)
            return
        done, stop = _work(session, status, reason)
        after(session, done, stop, as_json=as_json)


def after(session: Session, done: Rotated, stop: Any, *, as_json: bool) -> None:  # noqa: ANN401  long_work.Stop
    """Tell what re-encrypting came to, who has something left, and look at the whole file again; or end, if asked."""
    from tui.cli.terminal.output import say

    _print_done(done, as_json=as_json)
    if done.stopped:
        say("Stopped between two batches. What was moved is safe; `tacenda rotate` does the rest.")
        stop.check()
    _say_left(session)
    _look_again(session)


def _work(session: Session, status: KeyStatus, reason: str | None) -> tuple[Rotated, Any]:
    from core.upkeep import Rotation
    from core.upkeep.copies.backup import copies
    from core.upkeep.copies.copies_told import told_of_copies
    from tui.cli.terminal.long_work import metered
    from tui.cli.terminal.output import say
    from vault_format.codes import Reason, Role

    owner = session.role is Role.OWNER
    if reason is not None and not owner:
        raise click.UsageError("--reason belongs to an owner's rotation; your own keys are renewed without one.")
    with metered("texts") as (meter, stop):
        rotation = Rotation(session, watch=meter.step, cancelled=stop)
        if owner and status.at_work and reason is None:
            say(f"A rotation is unfinished: {status.to_move:,} texts stand under older keys. It goes on.")
            done = rotation.go_on()
            if done.moved or done.stopped or not done.closed:
                return done, stop
            say("What is left cannot be opened, and stays where it is.")
        if owner:
            say(told_of_copies(copies(session)))
            number = rotation.begin(Reason[REASONS[reason]] if reason is not None else None)
            say(f"Key set {number} is open: what is written from now on stands under it.")
        return rotation.go_on(), stop


def _print_done(done: Rotated, *, as_json: bool) -> None:
    from core.catalog import short_id
    from tui.cli.terminal.output import print_json, print_line, say

    if as_json:
        print_json({
            "epoch": done.epoch, "moved": done.moved, "confirmed": done.confirmed, "stopped": done.stopped,
            "closed": [short_id(each) for each in done.closed],
        })  # fmt: skip
    else:
        print_line(f"key set {done.epoch}: {done.moved:,} texts re-encrypted, {done.confirmed:,} confirmed")
    if done.closed:
        say(f"{len(done.closed)} could not be opened and stay under older keys. `tacenda verify` names them.")


def _say_left(session: Session) -> None:
    """Say who has something left to do, what the rotation does not protect, and whether a copy is of these keys."""
    from core.upkeep import key_status
    from core.upkeep.copies.backup import known_copies
    from core.upkeep.copies.copies_told import told_after
    from tui.cli.terminal.long_work import amount
    from tui.cli.terminal.output import say
    from vault_format.codes import Role

    with session.at_desk() as desk:
        status, known = key_status(desk), known_copies(desk)
    if session.role is Role.OWNER:
        if status.behind:
            say(f"At their next unlock, by themselves: {', '.join(each.name for each in status.behind)}.")
        if status.drop.parts:
            say(f"{amount(status.drop.size)} of old ciphertext can go: tacenda compact.")
        say(f"{SAYS_NOT} {told_after(known, status.epochs[-1].number, 'tacenda backup')}".rstrip())


def _look_again(session: Session) -> None:
    from core.upkeep.keys.again import look_again
    from tui.cli.terminal.long_work import Meter
    from tui.cli.terminal.output import say

    meter = Meter("records")
    try:
        verdict = look_again(session, meter.step)
    finally:
        meter.close()
    damaged = f", {verdict.finding_count:,} damaged texts" if verdict.finding_count else ""
    say(f"Checked again from the first record: {verdict.records:,} records, whole{damaged}.")


def _print_status(status: KeyStatus, session: Session, *, as_json: bool) -> None:
    from core.upkeep.copies.backup import copies
    from core.upkeep.copies.copies_told import told_of_copies
    from tui.cli.terminal.output import local, print_json, print_line, utc
    from tui.cli.vault.backup import copy_fields, copy_object
    from vault_format.codes import Reason, Role

    known = copies(session)
    current, older = status.epochs[-1], status.epochs[:-1]
    owner = session.role is Role.OWNER
    begins = owner and not status.at_work
    moves = status.to_move + (current.entries if begins else 0)
    if as_json:
        print_json({
            "epochs": [
                {"epoch": row.number, "opened": utc(row.opened), "record": row.sequence, "days": row.days,
                 "entries": row.entries, "records": row.records} for row in status.epochs
            ],
            "due": utc(status.due), "days_left": status.days, "automatic": status.automatic,
            "asked": None if status.asked is None else {
                "member": status.asked.member, "time": utc(status.asked.time), "record": status.asked.sequence,
                "reason": status.asked.reason.name.lower(),
            },
            "behind": [{"member": each.name, "pair": each.pair, "process": each.process} for each in status.behind],
            "unfinished": status.at_work, "would_open": current.number + 1 if begins else None, "would_move": moves,
            "would_record": status.reason.name.lower() if begins else None,
            "would_confirm": status.to_confirm, "unconfirmed": status.unconfirmed, "droppable": status.drop.parts,
            "droppable_bytes": status.drop.size, "copies": [copy_object(copy) for copy in known],
        })  # fmt: skip
        return
    for row in (current, *reversed(older)):
        now = "now" if row is current else ""
        print_line(f"key set {row.number:<4}", f"{now:<3}", local(row.opened)[:10], f"{row.days:>5} days",
                   f"{row.entries:>7,} texts under it", f"{row.records:>8,} records")  # fmt: skip
    print_line(f"due {local(status.due)[:10]}, by itself: {'yes' if status.automatic else 'no, it is asked for'}")
    if status.asked is not None:
        asked = status.asked
        print_line(f"asked for by {asked.member}, {local(asked.time)[:10]}: {asked.words}")
    for each in status.behind:
        left = [*(["own keys"] if each.pair else []), *([f"{each.process} process notes"] if each.process else [])]
        print_line(f"behind: {each.name} ({', '.join(left)})")
    if begins:
        why = {Reason.BY_DATE: "by date", Reason.BY_HAND: "by hand"}.get(status.reason, "as it was asked for")
        print_line(f"would open key set {current.number + 1}, {why}, and re-encrypt {moves:,} texts")
    else:
        print_line(f"would re-encrypt {moves:,} texts and confirm {status.to_confirm:,}")
    for copy in known:
        print_line("copy", *copy_fields(copy, current.number))
    print_line(told_of_copies(known))
