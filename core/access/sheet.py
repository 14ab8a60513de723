"""The access sheet as text: who holds which key, given by whom, when. Evidence, to be signed and kept elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from core.access.lately import DAYS
from core.access.rows import AccessRow
from core.moments import moment
from vault_format import machine
from vault_format.authority.state import State
from vault_format.codes import Role
from vault_format.errors import NoSpace, Unavailable

MAY = {
    Role.OWNER: "write, read and sign chart notes; members, policy, rotation, custodians",
    Role.CLINICIAN: "write, read and sign chart notes; own process notes; export own",
    Role.SUPERVISOR: "read and co-sign chart notes; own process notes",
    Role.AUDITOR: "read the sealed detail of the audit trail",
    Role.AUTHORITY: "together, give new keys to who accepted them, and add an owner; recorded, and told to all",
}
MAY_NOT = {
    Role.OWNER: "read others' process notes; become another member",
    Role.CLINICIAN: "read others' process notes; members, policy, rotation, custodians",
    Role.SUPERVISOR: "read others' process notes; members, policy, rotation, custodians",
    Role.AUDITOR: "read or list any note; members, policy, rotation, custodians",
    Role.AUTHORITY: "do anything where fewer come together; write or sign; read process notes not opened to them",
}
_NAMES = 100
_ROOM = 14
Day = Callable[[int], str]


def role_words(role: Role) -> str:
    """Return the word for ROLE."""
    return "custodians" if role is Role.AUTHORITY else role.name.lower()


def held(row: AccessRow, epoch: int) -> str:
    """Return which of the keys that members share ROW's member holds, where EPOCH key sets were opened."""
    if not row.active:
        return "no key that is in use; what was copied before stays copied"
    of = "of set 1" if epoch == 1 else f"of sets 1 to {epoch}"
    kinds = [kind for kind, has in (("notes and index keys", row.notes), ("audit key", row.audit)) if has]
    late = "" if row.epoch == epoch else f"; own keys still of set {row.epoch}"
    return f"{' and '.join(kinds)} {of}{late}"


def given_by(row: AccessRow, epoch: int, day: Day) -> str:
    """Return who let ROW's member in, gave the role and sealed key set EPOCH for them, when, in which record."""
    first = row.admitted
    said = [f"{first.by or 'made the vault'}, {day(first.time)}, record {first.record:,}"]
    role = f"role of {role_words(row.role)}"
    for what, each in ((role, row.role_given), (f"keys of set {epoch}", row.keys_given)):
        if row.active and each.record > first.record:
            said.append(f"{what} by {each.by}, {day(each.time)}, record {each.record:,}")
    return "; ".join(said)


def told_of(row: AccessRow, epoch: int, day: Day) -> list[tuple[str, str]]:
    """Return the sheet of one row as (label, text), where EPOCH key sets were opened; DAY spells a time (UTC ms)."""
    may = [("May", MAY[row.role]), ("May not", MAY_NOT[row.role])] if row.active else []
    behind = ""
    if row.process_behind:
        stand = "process note stands" if row.process_behind == 1 else "process notes stand"
        behind = f"; {row.process_behind:,} {stand} under older ones"
    keys = [
        ("Holds", held(row, epoch)), ("Given by", given_by(row, epoch, day)),
        ("Own keys", f"pair {row.generation}, since {day(row.keys_since)}{behind}"),
        ("Fingerprint", " ".join(row.fingerprint[at : at + 4] for at in range(0, len(row.fingerprint), 4))),
    ]  # fmt: skip
    return [*may, *keys, *(_custody(row, day) if row.role is Role.AUTHORITY else _person(row, day))]


def _person(row: AccessRow, day: Day) -> list[tuple[str, str]]:
    kit = f"kit until {day(row.kit_until)}" if row.kit_until else "no kit"
    custodians = "custodians may give new keys" if row.custodians else "not by custodians"
    return [
        ("Passphrase", f"Argon2id, {row.memory // 1024:,} MiB, {row.passes} passes a try"),
        ("Recovery", f"{kit}; {custodians}"), ("Last here", day(row.last_here)),
        (f"Last {DAYS} days", row.lately.words),
    ]  # fmt: skip


def _custody(row: AccessRow, day: Day) -> list[tuple[str, str]]:
    custody, used = row.custody, ("Last used", day(row.last_here))
    if custody is None:
        return [("Replaced", "by other custodians: what these hold opens nothing new"), used]
    together = f"{custody.threshold} of {len(custody.people)} together: {', '.join(custody.people)}"
    return [
        ("Custodians", together),
        ("Accepted by", ", ".join(custody.accepted) or "nobody: they can give nobody new keys"),
        ("Process notes", f"of {', '.join(custody.process)}" if custody.process else "nobody's are open to them"), used,
    ]  # fmt: skip


def _day(milliseconds: int) -> str:
    return f"{moment(milliseconds):%Y-%m-%d}" if milliseconds else "never"


def sheet_text(rows: Iterable[AccessRow], state: State, records: int, head: bytes, now: int) -> str:
    """Return the sheet of ROWS as plain text, days in UTC; RECORDS, HEAD (32 bytes) and NOW (UTC ms) say of when."""
    lines = [
        f"Access sheet of {state.practice}", f"vault      {state.vault_id.hex()}",
        f"as of      {_day(now)}, {records:,} records, head {head.hex()}", f"key set    {state.epoch}", "",
    ]  # fmt: skip
    for row in rows:
        left = "" if row.active else ", replaced" if row.role is Role.AUTHORITY else ", removed"
        lines.append(f"{row.name} ({role_words(row.role)}{left})")
        lines += [f"  {label.lower():<{_ROOM}}{text}" for label, text in told_of(row, state.epoch, _day)]
        lines.append("")
    return "\n".join(lines)


def write_sheet(vault: str, text: str, now: int) -> str:
    """Write TEXT to a new file beside the vault at VAULT, mode 0600; return its name. Raises NoSpace, Unavailable."""
    for number in range(_NAMES):
        name = f"{vault}.access-{_day(now)}{f'-{number}' if number else ''}.txt"
        try:
            descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | machine.PLAIN, 0o600)
        except FileExistsError:
            continue
        except OSError as error:
            raise _said(error) from None
        try:
            machine.write_all(descriptor, text.encode(), 0)
        except OSError as error:
            Path(name).unlink(missing_ok=True)
            raise _said(error) from None
        finally:
            os.close(descriptor)
        return name
    raise Unavailable("There are too many access sheets beside the vault.", todo="Move some of them away.")


def _said(error: OSError) -> NoSpace:
    reason = (error.strerror or "the system refused it").lower()
    return NoSpace(f"The sheet could not be written: {reason}.", safe="The vault was not touched.", todo="Make room.")
