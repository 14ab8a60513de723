"""The head of a text file: `---` with the few forms of YAML that heads are written in, or `+++` with TOML.

YAML itself has references, types and code in it. Here a line is `key: value`, `key: [a, b]`, or `key:` over lines of
`- item`; a value is plain, 'quoted', or "quoted" as in JSON. Everything else is refused, never guessed at.
"""

from __future__ import annotations

import re
import tomllib

import msgspec

from core.exchange.inward.incoming import Fields, Value, words
from vault_format.errors import UsageError

MAX_HEAD = 65_536
"""Characters in a head."""
MAX_KEYS = 64
_KEY = re.compile(r"([A-Za-z][\w .-]{0,63}?)\s*:(?:\s+(.*))?$", re.DOTALL)
_REFUSED = frozenset("&*!|>%@`{")
_quoted = msgspec.json.Decoder(str)


def split(text: str) -> tuple[Fields, str]:
    """Return the fields of the head of TEXT, and what stands below it; no fields where there is no head.

    Line ends are line feeds. Raises UsageError, which names the line, for a head that is not understood or not closed.
    """
    first, _, rest = text.partition("\n")
    fence = first.rstrip()
    if fence not in {"---", "+++"}:
        return {}, text
    head, body = _cut(rest, fence)
    fields = _toml(head) if fence == "+++" else _plain(head)
    if len(fields) > MAX_KEYS:
        raise UsageError(f"its head has more than {MAX_KEYS} keys")
    # the blank line that sets a head off is not of the text
    return fields, body.removeprefix("\n")


def _cut(rest: str, fence: str) -> tuple[str, str]:
    at = 0
    while at <= min(len(rest), MAX_HEAD):
        end = rest.find("\n", at)
        line = rest[at:] if end < 0 else rest[at:end]
        if line.rstrip() == fence or (fence == "---" and line.rstrip() == "..."):
            return rest[:at], "" if end < 0 else rest[end + 1 :]
        if end < 0:
            break
        at = end + 1
    raise UsageError(f"its head begins with {fence} and does not end")


def _toml(head: str) -> Fields:
    try:
        found = tomllib.loads(head)
        return {key: words(value) for key, value in found.items()}
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        raise UsageError("its head is no TOML") from None


def _plain(head: str) -> Fields:
    fields: dict[str, Value] = {}
    items: list[str] | None = None
    for number, line in enumerate(head.split("\n"), 2):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        item = re.match(r"\s*-(?:\s+(.*))?$", line)
        if item is not None and items is not None:
            items.append(_value(item.group(1) or "", number))
            continue
        found = _KEY.match(line.rstrip())
        if found is None:
            raise UsageError(f"line {number} of its head is not `key: value`")
        key, said = found.group(1), (found.group(2) or "").strip()
        if key in fields:
            raise UsageError(f"line {number} of its head says {key} again")
        items = None
        if not said:
            items = []
            fields[key] = items
        elif said.startswith("["):
            fields[key] = _inline(said, number)
        else:
            fields[key] = _value(said, number)
    return {key: value or "" for key, value in fields.items()}


def _value(said: str, number: int) -> str:
    said = said.strip()
    if said.startswith('"'):
        try:
            return _quoted.decode(said)
        except (msgspec.DecodeError, ValueError):
            raise UsageError(f"line {number} of its head: the quotes do not hold one text") from None
    if said.startswith("'"):
        if len(said) < 2 or not said.endswith("'") or "'" in said[1:-1].replace("''", ""):
            raise UsageError(f"line {number} of its head: the quotes do not hold one text")
        return said[1:-1].replace("''", "'")
    if said[:1] in _REFUSED:
        raise UsageError(f"line {number} of its head is YAML that is not taken here: put the value into quotes")
    return "" if said in {"~", "null"} else said


def _inline(said: str, number: int) -> list[str]:
    """Return the items of `[a, "b, c", 'd']`."""
    if not said.endswith("]"):
        raise UsageError(f"line {number} of its head: the list does not end")
    items: list[str] = []
    piece, quote, escaped = "", "", False
    for character in said[1:-1]:
        if quote:
            piece += character
            if escaped:
                escaped = False
            elif character == "\\" and quote == '"':
                escaped = True
            elif character == quote:
                quote = ""
        elif character == ",":
            items.append(piece)
            piece = ""
        elif character in "[{":
            raise UsageError(f"line {number} of its head: a list in a list")
        else:
            if character in "\"'" and not piece.strip():
                quote = character
            piece += character
    if quote:
        raise UsageError(f"line {number} of its head: the quotes do not hold one text")
    return [_value(item, number) for item in [*items, piece] if item.strip()]


def written(fields: Fields) -> str:
    """Return a head that says FIELDS, as `split` reads it and YAML does too; empty ones are left out."""
    lines = ["---"]
    for key, value in fields.items():
        if isinstance(value, list):
            if value:
                lines.append(f"{key}: [{', '.join(map(_quote, value))}]")
        elif value:
            lines.append(f"{key}: {_quote(value)}")
    return "\n".join([*lines, "---"]) + "\n"


def _quote(value: str) -> str:
    return msgspec.json.encode(value).decode()
