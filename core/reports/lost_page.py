"""The statement about a lost device as a page for people, and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

from core.moments import moment, zone_of
from core.reports.lost_device import LostDevice

_SEALED = (
    "Every note, client and appointment is sealed with XChaCha20-Poly1305 under keys of 256 bits, which are bound to "
    "its place. No text ever stood in it unsealed. The library is libsodium, which is no validated FIPS 140 module."
)
_KEYS = "Outside the vault there is no key on the device. In it each member's keys are sealed under the passphrase:"
_NO_LOCK = (
    "A session locks itself after {minutes} minutes without a key pressed; what ends without a word (a crash, an empty "
    "battery) leaves no lock. Whether one of these was on the lost device, and the device on, its member has to say."
)
_BY_HAND = (
    "Which device, whose, how and where it was lost.",
    "Whether a passphrase, or a kit's printed code and its phone, were with it. Then this statement does not hold.",
    "Whether notes had been exported to it in clear: `tacenda disclosures` names every export of a client.",
    "Whether the device was on and unlocked.",
)


def as_json(found: LostDevice) -> str:
    """Return the statement as one JSON object."""
    return json.dumps(asdict(found), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def as_markdown(found: LostDevice) -> str:
    """Return the statement as a page, to be kept with what else is known of the loss."""
    whole = "This copy is whole: each record follows from the one before and is signed."
    if not found.intact:
        whole = "**This copy does not verify: nothing here is proven.**"
    held = f"{found.chart_notes:,} chart notes, {found.process_notes:,} process notes, {found.clients:,} clients"
    key_set = f"key set {found.key_set} since {_when(found, found.key_set_since)}"
    times = f"Lost {_when(found, found.lost)}, written {_when(found, found.written)} (zone {found.zone})"
    lines = [
        f"# Lost device: {_cell(found.practice)}",
        f"{times} from another copy of the vault, without a key.",
        "## What was on it",
        f"The vault {found.vault[:16]} up to record {found.records - 1:,}, if its copy was up to date: {held}.",
        f"Head of that record: {found.head}. {whole}",
        "Names of members, times and kinds of acts stand in it in the clear; notes, titles, names and codes do not.",
        "## How it was sealed, and since when",
        f"{_SEALED} So it was from the first record on, {_when(found, found.first)}; under {key_set}.",
        "## Where the keys are",
        _KEYS,
        "\n".join(_slots(found)),
        "## Whether it was locked",
        *_locked(found),
    ]  # fmt: skip
    if found.later:
        failed = f", {found.later_failures:,} of them failed unlocks or recoveries" if found.later_failures else ""
        later = f"This copy has {found.later:,} records after that time{failed}."
        lines.append(f"{later} What was tried on the lost copy does not show here.")
    lines += ["## To be said by hand", "\n".join(f"* {each}" for each in _BY_HAND)]
    return "\n\n".join(lines) + "\n"


def _slots(found: LostDevice) -> list[str]:
    lines = []
    for slot in found.slots:
        since = f"since {_when(found, slot.since)}"
        if slot.since > found.lost:
            since = f"changed {_when(found, slot.since)}, after the loss: the lost copy has the one before"
        kit = "; a recovery kit, in print and on a phone" if slot.kit else ""
        cost = f"Argon2id, {slot.memory // 1024} MiB and {slot.passes} passes a guess"
        lines.append(f"* {_cell(slot.member)}: {cost}, {since}{kit}")
    if found.custodians:
        lines.append(f"* {found.threshold} of {found.custodians} custodians' shares, on paper, none in the vault")
    return lines


def _locked(found: LostDevice) -> list[str]:
    told = ""
    if found.last_unlock:
        told += f"Last unlock {_when(found, found.last_unlock)} (record {found.last_unlock_record:,}). "
    if found.last_lock:
        told += f"Last lock {_when(found, found.last_lock)} (record {found.last_lock_record:,}). "
    if not found.open_sessions:
        return [f"{told}Every session on the record was locked at that time."]
    rows = (
        f"* {_cell(each.member)}, unlocked {_when(found, each.unlocked)} (record {each.record:,}), last act "
        f"{_when(found, each.last)} (record {each.last_record:,})"
        for each in found.open_sessions
    )
    return [
        f"{told}**No lock is on the record at that time for:**", "\n".join(rows),
        _NO_LOCK.format(minutes=found.idle_minutes),
    ]  # fmt: skip


def _when(found: LostDevice, time: int) -> str:
    return f"{moment(time, zone_of(found.zone)):%Y-%m-%d %H:%M}"


def _cell(text: str) -> str:
    return "".join(f"\\{each}" if each in "\\`*_<>#[]|" else each for each in text)
