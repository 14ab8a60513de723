"""The policy: what an owner decides for the whole vault; signed, readable without a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from core.acts import trail
from core.session.session import Session
from vault_format import bounds
from vault_format.codes import Role
from vault_format.errors import Refused, UsageError
from vault_format.public.members import Policy


@dataclass(frozen=True, slots=True)
class Rule:
    """One value of the policy: its field, the unit it is told in, lowest and highest value, a sentence.

    A field of the map `alerts` has it before its name: `alerts.failures`.
    """

    field: str
    unit: str
    least: int
    most: int
    sentence: str


RULES = (
    Rule("rotation_days", "days", 1, 3_650, "how often the keys change"),
    Rule("rotation_auto", "yes or no", 0, 1, "whether that begins by itself when an owner unlocks"),
    Rule("idle_minutes", "minutes", 1, 240, "how long nobody may touch a key before the vault locks"),
    Rule("memory", "KiB", *bounds.ARGON_MEMORY, "least memory that a try at a passphrase takes"),
    Rule("passes", "passes", *bounds.ARGON_PASSES, "least passes over that memory"),
    Rule("hours_from", "minutes after midnight", 0, 1_440, "when working hours begin"),
    Rule("hours_to", "minutes after midnight", 0, 1_440, "when working hours end"),
    Rule("retention_years", "years", 0, 100, "how long a chart is kept after the last contact"),
    Rule("retention_minor_years", "years", 0, 100, "how long after a client who was a minor came of age"),
    Rule("export", "members or owners", 0, 1, "who exports: members for their clients, or owners only"),
    Rule("clipboard", "yes or no", 0, 1, "whether text may be copied out; this Tacenda never does"),
    Rule("sign_passphrase", "yes or no", 0, 1, "whether signing asks for the passphrase again"),
    Rule("late_epochs", "key sets", 1, 100, "how many key sets a member may miss and still come back"),
    Rule("drill_days", "days", 1, 3_650, "how often recovery is rehearsed"),
    Rule("review_days", "days", 1, 3_650, "how often the trail is reviewed"),
    Rule("alerts.failures", "failures", 3, 8, "how many failed unlocks are told"),
    Rule("alerts.failure_minutes", "minutes", 10, 1_440, "within how long they count together"),
    Rule("alerts.bulk_notes", "notes", 10, 100, "notes opened in a day that are not bulk yet"),
    Rule("alerts.bulk_times", "times", 1, 3, "nor is so many times the member's busiest day"),
    Rule("alerts.fast_notes", "notes", 10, 30, "how many notes opened at a run are told"),
    Rule("alerts.fast_seconds", "seconds", 30, 120, "within how long that is a run"),
    Rule("alerts.dormant_days", "days", 14, 90, "how long away makes a return worth telling"),
    Rule("alerts.clock_minutes", "minutes", 1, 15, "how far back the clock may go"),
    Rule("alerts.clock_days", "days", 7, 90, "how far forward it may go at once"),
    Rule("alerts.habit_unlocks", "unlocks", 20, 100, "unlocks until unusual hours are told"),
)  # fmt: skip
_YES, _NO = {"yes", "true", "on", "1"}, {"no", "false", "off", "0"}
_SWITCHES = {"rotation_auto", "clipboard", "sign_passphrase"}
ALERTS = "alerts"
"""The map in the policy that says where alerts begin to speak."""
EXPORTS = ("members", "owners")
"""Who exports, by the number that stands in the policy."""


LATER = "Alerts speak later than before; that is told as an alert of its own."
"""What is said of a policy that `core.alerts.thresholds.loosened` finds looser than the one before it."""


def values_of(policy: Policy) -> dict[str, Any]:
    """Return the values of POLICY by field, in the order of the format."""
    found = msgspec.structs.asdict(policy)
    del found[ALERTS]
    return found | {f"{ALERTS}.{name}": value for name, value in msgspec.structs.asdict(policy.alerts).items()}


def with_values(policy: Policy, values: Mapping[str, Any]) -> Policy:
    """Return POLICY with other VALUES, by field."""
    own = {field: value for field, value in values.items() if not field.startswith(f"{ALERTS}.")}
    alerts = {field.removeprefix(f"{ALERTS}."): value for field, value in values.items() if field not in own}
    return msgspec.structs.replace(policy, **own, alerts=msgspec.structs.replace(policy.alerts, **alerts))


def told(field: str, value: object) -> str:
    """Return a value of the policy for people: `90 days`, `yes`, `07:00`."""
    rule = next((rule for rule in RULES if rule.field == field), None)
    if rule is None or not isinstance(value, int):
        return str(value)
    if field in _SWITCHES:
        return "yes" if value else "no"
    if field.startswith("hours_"):
        return f"{value // 60:02}:{value % 60:02}"
    if field == "export":
        return "owners only" if value else "members"
    return f"{value:,} {rule.unit[:-1] if value == 1 and rule.unit.endswith('s') else rule.unit}"


def parse(field: str, text: str) -> Any:  # noqa: ANN401  a number, a switch or a text, as the field has it
    """Return the value that TEXT gives FIELD. Raises UsageError for an unknown field, or a value out of bounds."""
    if field == "zone":
        return _zone(text)
    rule = next((rule for rule in RULES if rule.field == field), None)
    if rule is None:
        names = ", ".join([*(rule.field for rule in RULES), "zone"])
        raise UsageError(f"The policy has no {field}.", safe="Nothing was changed.", todo=f"It has {names}.")
    if field in _SWITCHES:
        if text.casefold() not in _YES | _NO:
            raise UsageError(f"{field} is yes or no.", safe="Nothing was changed.")
        switched = text.casefold() in _YES
        if field == "clipboard":
            _check_clipboard(wanted=switched)
        return switched
    if field == "export" and text.casefold() in EXPORTS:
        return EXPORTS.index(text.casefold())
    if field.startswith("hours_") and ":" in text:
        hours, _, minutes = text.partition(":")
        if hours.isascii() and minutes.isascii() and hours.isdigit() and minutes.isdigit() and int(minutes) < 60:
            text = str(int(hours) * 60 + int(minutes))
    if not (text.isascii() and text.isdigit()) or not rule.least <= int(text) <= rule.most:
        raise UsageError(
            f"{field} is a number from {rule.least:,} to {rule.most:,} ({rule.unit}).", safe="Nothing was changed."
        )
    return int(text)


def _check_clipboard(*, wanted: bool) -> None:
    """Refuse what would be in force and change nothing. Raises UsageError."""
    if wanted:
        raise UsageError(
            "This Tacenda has no way to the system's clipboard: nothing is copied out.", safe="Nothing was changed.",
            todo="What somebody is to have leaves by an export, which is recorded.",
        )  # fmt: skip


def _zone(text: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415  needed for this one value

    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"There is no time zone {text}.", todo="Write it as Europe/Vienna.") from None
    return text


def change_policy(session: Session, values: Mapping[str, Any]) -> Policy:
    """Put VALUES in force, by field, and return the policy as it is then. Raises Refused for all but owners."""
    with session.at_desk() as desk:
        if desk.who.role is not Role.OWNER:
            raise Refused("Only an owner changes the policy.", safe="Nothing was changed.", todo="Ask an owner.")
        _check_clipboard(wanted=bool(values.get("clipboard")))
        present = desk.state.current_policy()
        wanted = with_values(present, values)
        if wanted == present:
            raise UsageError("The policy says that already.", safe="Nothing was changed.")
        desk.append(lambda acting: [trail.policy(acting, wanted)])
        return wanted
