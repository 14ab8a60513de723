"""The access sheet as text: who holds which key, given by whom, when. Evidence, to be signed and kept elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from core.moments import moment
from core.upkeep.members import AccessRow
from vault_format import machine
from vault_format.authority.state import State
from vault_format.codes import Role
from vault_format.errors import NoSpace, Unavailable

MAY = {
    Role.OWNER: "write, read and sign chart notes; members, policy, rotation, custodians",
    Role.CLINICIAN: "write, read and sign chart notes; own process notes; export own",
    Role.SUPERVISOR: "read and co-sign chart notes; own process notes",
    Role.AUDITOR: "read the sealed detail of the audit trail",
}
MAY_NOT = {
    Role.OWNER: "read others' process notes; become another member",
    Role.CLINICIAN: "read others' process notes; members, policy, rotation, custodians",
    Role.SUPERVISOR: "read others' process notes; members, policy, rotation, custodians",
    Role.AUDITOR: "read or list any note; members, policy, rotation, custodians",
}
_NAMES = 100


def held(row: AccessRow, epoch: int) -> str:
    """Return which of the keys that members share ROW's member holds, where EPOCH key sets were opened."""
    if not row.active:
        return "no key that is in use; what was copied before stays copied"
    of = "of set 1" if epoch == 1 else f"of sets 1 to {epoch}"
    kinds = [kind for kind, has in (("notes and index keys", row.notes), ("audit key", row.audit)) if has]
    late = "" if row.epoch == epoch else f"; own keys still of set {row.epoch}"
    return f"{' and '.join(kinds)} {of}{late}"


def given_by(row: AccessRow, epoch: int, day: Callable[[int], str]) -> str:
    """Return who let ROW's member in, gave the role and sealed key set EPOCH for them, when, in which record."""
    first = row.admitted
    said = [f"{first.by or 'made the vault'}, {day(first.time)}, record {first.record:,}"]
    for what, each in ((f"role of {row.role.name.lower()}", row.role_given), (f"keys of set {epoch}", row.keys_given)):
        if row.active and each.record > first.record:
            said.append(f"{what} by {each.by}, {day(each.time)}, record {each.record:,}")
    return "; ".join(said)


def _day(milliseconds: int) -> str:
    return f"{moment(milliseconds):%Y-%m-%d}" if milliseconds else "never"


def sheet_text(rows: Iterable[AccessRow], state: State, records: int, head: bytes, now: int) -> str:
    """Return the sheet of ROWS as plain text, days in UTC; RECORDS, HEAD (32 bytes) and NOW (UTC ms) say of when."""
    lines = [
        f"Access sheet of {state.practice}", f"vault      {state.vault_id.hex()}",
        f"as of      {_day(now)}, {records:,} records, head {head.hex()}", f"key set    {state.epoch}", "",
    ]  # fmt: skip
    for row in rows:
        left = "" if row.active else ", removed"
        kit = f"kit until {_day(row.kit_until)}" if row.kit_until else "no kit"
        custodians = "custodians may give new keys" if row.custodians else "not by custodians"
        lines += [
            f"{row.name} ({row.role.name.lower()}{left})", f"  may         {MAY[row.role]}",
            f"  may not     {MAY_NOT[row.role]}", f"  holds       {held(row, state.epoch)}",
            f"  given by    {given_by(row, state.epoch, _day)}",
            f"  own keys    pair {row.generation}, since {_day(row.keys_since)}",
            f"  passphrase  Argon2id, {row.memory // 1024:,} MiB, {row.passes} passes a try",
            f"  recovery    {kit}; {custodians}",
            f"  last here   {_day(row.last_here)}", "",
        ]  # fmt: skip
    if state.authority:
        of = f"{state.threshold} of {len(state.custodians)}"
        lines += [f"custodians  {of} together can recover who accepted them", ""]
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
