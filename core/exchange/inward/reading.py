"""From a path to notes: what was found, read and understood, and what was not, with why."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from core.exchange.inward import folder, front, tables
from core.exchange.inward.folder import File, Listing
from core.exchange.inward.incoming import Fields, Incoming, Left, incoming, known
from core.exchange.watch import Watch
from vault_format.errors import UsageError


@dataclass(slots=True)
class Understood:
    """Notes that files hold, in the order of their names; what is REFUSED, and what was PASSED over unread."""

    notes: list[Incoming] = field(default_factory=list)
    refused: list[Left] = field(default_factory=list)
    passed: list[Left] = field(default_factory=list)


def read_path(path: str, client: str, watch: Watch) -> Understood:
    """Read what stands at PATH. CLIENT is whose notes these are where they do not say.

    In a folder, notes that lie in a folder of its own are of the client that folder is named after, unless they or
    CLIENT say otherwise. Raises UsageError where nothing of it can be read.
    """
    listing = folder.find(path, lambda: watch.stopped)
    found = Understood(refused=listing.refused, passed=listing.passed)
    watch.begin(len(listing.files))
    for file in listing.files:
        if watch.stopped:
            break
        _take(file, listing, client, found)
        watch.step()
    return found


def _take(file: File, listing: Listing, client: str, found: Understood) -> None:
    try:
        text = folder.read(file)
    except UsageError as error:
        found.refused.append(Left(file.name, error.what))
        return
    if listing.table:
        _take_table(file, text, client, found)
        return
    first, _, rest = file.name.partition("/")
    try:
        fields, body = front.split(text)
        stem = os.path.splitext(os.path.basename(file.name))[0]  # noqa: PTH119, PTH122
        found.notes.append(incoming(file.name, fields, body, client=client or (first if rest else ""), name=stem))
    except UsageError as error:
        found.refused.append(Left(file.name, sentence(error)))


def _take_table(file: File, text: str, client: str, found: Understood) -> None:
    rows = tables.read_json if file.name.lower().endswith(".json") else tables.read_csv
    for place, fields in rows(file.name, text):
        if isinstance(fields, str):
            found.refused.append(Left(place, fields))
            continue
        try:
            found.notes.append(incoming(place, fields, _text(fields), client=client))
        except UsageError as error:
            found.refused.append(Left(place, sentence(error)))


def _text(fields: Fields) -> str:
    """Return the text among FIELDS."""
    value = known(fields)[0].get("text", "")
    if isinstance(value, list):
        raise UsageError("its text is a list")
    return value.replace("\r\n", "\n").replace("\r", "\n")


def sentence(error: UsageError) -> str:
    """Return why something is refused, to stand behind its name."""
    said = error.what.rstrip(".")
    return f"{said}: {error.todo.rstrip('.')}" if error.todo.startswith(("Types", "Forms")) else said
