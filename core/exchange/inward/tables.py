"""Notes in one file: CSV with a line of column names, JSON as a list of objects or as an export writes it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from core.exchange.inward.incoming import Fields, Value, words
from vault_format import bounds
from vault_format.errors import UsageError

MAX_ROWS = 10_000
MAX_COLUMNS = 64
EXPORTED = "tacenda-export"
"""What the field `format` of an export's JSON says."""
_ADDED = ("Addendum", "Late entry", "Correction")
_NOT_TAKEN = "Nothing was imported."

Row = tuple[str, Fields | str]
"""Where a note stands, and its fields; or why it is refused."""


def read_csv(name: str, text: str) -> Iterator[Row]:
    """Yield the rows of a CSV file with commas, semicolons or tabs. Raises UsageError where it is none."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(max(csv.field_size_limit(), bounds.MAX_TEXT + 1))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        heads = next(reader, [])
        if not any(head.strip() for head in heads):
            raise UsageError("The table has no line of column names.", safe=_NOT_TAKEN)
        if len(heads) > MAX_COLUMNS:
            raise UsageError(f"The table has more than {MAX_COLUMNS} columns.", safe=_NOT_TAKEN)
        double = {head for head in heads if heads.count(head) > 1}
        if double:
            raise UsageError(f"The column {min(double)!r} stands in the table twice.", safe=_NOT_TAKEN)
        for number, cells in enumerate(reader, 1):
            if number > MAX_ROWS:
                raise UsageError(f"The table has more than {MAX_ROWS:,} rows.", safe=_NOT_TAKEN, todo="Split it.")
            place = f"{name}, row {number:,}"
            if not cells:
                continue
            if len(cells) != len(heads):
                yield place, f"it has {len(cells)} cells and the table {len(heads)} columns"
            else:
                yield place, dict(zip(heads, cells, strict=True))
    except csv.Error as error:
        raise UsageError(f"{name} is no CSV: {error}, near line {reader.line_num:,}.", safe=_NOT_TAKEN) from None


def read_json(name: str, text: str) -> Iterator[Row]:
    """Yield the notes of a JSON file, what was added to a note after it. Raises UsageError where it holds none."""
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        said = str(error) if isinstance(error, msgspec.DecodeError) else "it cannot be read"
        raise UsageError(f"{name} is no JSON: {said}.", safe=_NOT_TAKEN) from None
    common: dict[str, Value] = {}
    if isinstance(found, dict):
        if isinstance(found.get("vault"), str):
            common["vault"] = found["vault"]
        if isinstance(found.get("client"), str):
            common["client"] = found["client"]
        found = found.get("notes")
    if not isinstance(found, list):
        raise UsageError(f"{name} holds no list of notes.", safe=_NOT_TAKEN, todo="docs/EXCHANGE.md shows its form.")
    if len(found) > MAX_ROWS:
        raise UsageError(f"{name} holds more than {MAX_ROWS:,} notes.", safe=_NOT_TAKEN, todo="Split it.")
    for number, each in enumerate(found, 1):
        place = f"{name}, note {number:,}"
        if not isinstance(each, dict):
            yield place, "it is no object"
            continue
        yield _row(place, common, each)
        additions = each.get("additions")
        for at, addition in enumerate(additions if isinstance(additions, list) else [], 1):
            where = f"{place}, addition {at}"
            yield _addition(where, common, each, addition) if isinstance(addition, dict) else (where, "it is no object")


def _row(place: str, common: Mapping[str, Value], each: Mapping[str, Any]) -> Row:
    try:
        return place, {**common, **{key: words(value) for key, value in each.items() if key != "additions"}}
    except UsageError as error:
        return place, error.what


def _addition(place: str, common: Mapping[str, Value], parent: Mapping[str, Any], each: Mapping[str, Any]) -> Row:
    """Return what was added as a note of its own: there is no signed note here that it could stand below."""
    named = {kind.lower(): kind for kind in _ADDED}
    kind = named.get(str(each.get("kind", "")).replace("-", " ").lower(), "Addition")
    title = f"{kind}: {each.get('title', '')}"[:200]
    inherited = {key: parent[key] for key in ("client", "type") if key in parent}
    return _row(place, common, {**inherited, **each, "title": title})
