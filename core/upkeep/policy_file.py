"""The policy as a TOML file that people keep, compare and change: what is wrong in one is told by line and key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import tomli_w

from core.settings.reading import Written, line_of
from core.upkeep.policy import ALERTS, EXPORTS, RULES, Rule, parse, told, values_of
from vault_format.errors import UsageError
from vault_format.public.members import Policy

_HEAD = """\
# The policy of {practice}. An owner puts it in force: tacenda policy set VAULT --from FILE
# What a file leaves out stays as it is.
"""
_SAFE = "Nothing was changed."


def as_toml(policy: Policy, practice: str) -> str:
    """Return POLICY as TOML, each value under a line that says what it is."""
    values = values_of(policy)
    lines = [_HEAD.format(practice=_comment(practice))]
    lines += [_line(rule, rule.field, values[rule.field]) for rule in RULES if "." not in rule.field]
    lines.append("# time zone of the practice\n" + tomli_w.dumps({"zone": values["zone"]}))
    lines.append(f"# where alerts begin to speak\n[{ALERTS}]")
    lines += [_line(rule, rule.field.partition(".")[2], values[rule.field]) for rule in RULES if "." in rule.field]
    return "\n".join(lines)


def _line(rule: Rule, name: str, value: Any) -> str:  # noqa: ANN401  a number or a switch, as the field has it
    """Return VALUE under NAME, and what RULE says of it above."""
    if rule.field.startswith("hours_"):
        value, bounds = f'"{told(rule.field, value)}"', '"00:00" to "24:00"'
    elif rule.field == "export":
        value, bounds = f'"{EXPORTS[value]}"', " or ".join(f'"{word}"' for word in EXPORTS)
    elif isinstance(value, bool):
        value, bounds = str(value).lower(), "true or false"
    else:
        bounds = f"{rule.unit}, {rule.least:,} to {rule.most:,}"
    return f"# {rule.sentence} ({bounds})\n{name} = {value}\n"


def _comment(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def from_toml(written: Written) -> dict[str, Any]:
    """Return the values that a file sets, for `change_policy`. Raises UsageError that names each line that is wrong."""
    if written.problem:
        raise UsageError(written.problem.replace("Nothing of the file is used.", "").strip(), safe=_SAFE)
    found: dict[str, Any] = {}
    problems = []
    for section, key, value in _said(written.tables):
        field = f"{section}.{key}" if section else key
        try:
            found[field] = parse(field, _text(value))
        except UsageError as error:
            line = line_of(written.text, section, key) or line_of(written.text, section or key)
            place = f"{written.name}, line {line}" if line else written.name
            problems.append(f"{place}: {error.what}")
    if problems:
        raise UsageError(" ".join(problems), safe=_SAFE, todo="`tacenda policy show --toml` shows how it is written.")
    if not found:
        raise UsageError(f"{written.name} sets no value.", safe=_SAFE)
    return found


def _said(tables: Mapping[str, object]) -> Iterator[tuple[str, str, object]]:
    """Yield section (empty: none), key and value of what a file says."""
    for key, value in tables.items():
        if key == ALERTS and isinstance(value, Mapping):
            for name, each in value.items():
                yield key, name, each
        else:
            yield "", key, value


def _text(value: object) -> str:
    """Return a value as it would be typed; what TOML has and the policy not becomes what no field takes."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | str) else f"a {type(value).__name__}"
