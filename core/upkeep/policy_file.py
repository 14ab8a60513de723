"""The policy as a TOML file that people keep, compare and change: what is wrong in one is told by line and key."""

from __future__ import annotations

from typing import Any

import msgspec
import tomli_w

from core.settings.reading import Written, line_of
from core.upkeep.policy import EXPORTS, RULES, parse, told
from vault_format.errors import UsageError
from vault_format.public.members import Policy

_HEAD = """\
# The policy of {practice}. An owner puts it in force: tacenda policy set VAULT --from FILE
# What a file leaves out stays as it is.
"""
_SAFE = "Nothing was changed."


def as_toml(policy: Policy, practice: str) -> str:
    """Return POLICY as TOML, each value under a line that says what it is."""
    values = msgspec.structs.asdict(policy)
    lines = [_HEAD.format(practice=_comment(practice))]
    for rule in RULES:
        value = values[rule.field]
        if rule.field.startswith("hours_"):
            value, bounds = f'"{told(rule.field, value)}"', '"00:00" to "24:00"'
        elif rule.field == "export":
            value, bounds = f'"{EXPORTS[value]}"', " or ".join(f'"{word}"' for word in EXPORTS)
        elif isinstance(value, bool):
            value, bounds = str(value).lower(), "true or false"
        else:
            bounds = f"{rule.unit}, {rule.least:,} to {rule.most:,}"
        lines.append(f"# {rule.sentence} ({bounds})\n{rule.field} = {value}\n")
    lines.append("# time zone of the practice\n" + tomli_w.dumps({"zone": values["zone"]}))
    return "\n".join(lines)


def _comment(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def from_toml(written: Written) -> dict[str, Any]:
    """Return the values that a file sets, for `change_policy`. Raises UsageError that names each line that is wrong."""
    if written.problem:
        raise UsageError(written.problem.replace("Nothing of the file is used.", "").strip(), safe=_SAFE)
    found: dict[str, Any] = {}
    problems = []
    for key, value in written.tables.items():
        try:
            found[key] = parse(key, _text(value))
        except UsageError as error:
            line = line_of(written.text, "", key) or line_of(written.text, key)
            place = f"{written.name}, line {line}" if line else written.name
            problems.append(f"{place}: {error.what}")
    if problems:
        raise UsageError(" ".join(problems), safe=_SAFE, todo="`tacenda policy show --toml` shows how it is written.")
    if not found:
        raise UsageError(f"{written.name} sets no value.", safe=_SAFE)
    return found


def _text(value: object) -> str:
    """Return a value as it would be typed; what TOML has and the policy not becomes what no field takes."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | str) else f"a {type(value).__name__}"
