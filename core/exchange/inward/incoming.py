"""What files say a note is, made into what a session can save; nothing of it is obeyed, all of it is text."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from core.names import fold, one_line
from core.session.notes.writing import MAX_CODE, NoteDraft, check_note
from vault_format.encoding import encode
from vault_format.errors import UsageError

Value = str | list[str]
Fields = Mapping[str, Value]

MARK = "imported-"
"""How the tag begins by which a note that was imported is known again."""
_NAMES = {
    "client": "client", "code": "client", "date": "date", "start": "start", "end": "end", "type": "type",
    "form": "form", "title": "title", "tags": "tags", "tag": "tags", "attendees": "attendees", "place": "place",
    "modality": "place", "service": "service", "risk": "risk", "goal": "goal", "next": "next", "id": "id",
    "vault": "vault", "text": "text", "body": "text", "note": "text",
}  # fmt: skip
"""Key in a file, in small letters, and the field it is for."""
_TOLD = {
    "status", "author", "signed", "signed-by", "cosigned", "cosigned-by", "revision", "record", "updated", "additions",
    "kind", "left-out", "late",
}  # fmt: skip
"""Keys that an export writes and that cannot be taken over: signatures are made here, not imported."""
_NAMED_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ _-]+(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Left:
    """Something that is not imported: where it stands, and why."""

    source: str
    why: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """A note as a file gave it. SOURCE says where it stands; CODE is its client's; DRAFT names no client yet.

    FINGERPRINT is 16 hex digits over what it says, ORIGIN the vault and note (hex) that an export says it was.
    """

    source: str
    code: str
    draft: NoteDraft
    fingerprint: str
    origin: tuple[str, str]
    remarks: tuple[str, ...]


def words(value: object) -> Value:
    """Return a value that TOML or JSON gave, as text or a list of texts. Raises UsageError for anything nested."""
    if isinstance(value, list | tuple):
        return [_word(each) for each in value]
    return _word(value)


def _word(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, str | int | float):
        return str(value)
    raise UsageError("a value in it is neither text nor a list of texts")


def known(fields: Fields) -> tuple[dict[str, Value], list[str]]:
    """Return FIELDS under the names that are understood, and the keys that are not. Raises UsageError for a double."""
    taken: dict[str, Value] = {}
    unknown: list[str] = []
    for key, value in fields.items():
        plain = one_line(key.strip().lower().replace("_", "-").replace(" ", "-"), 4_096)
        name = _NAMES.get(plain)
        if name is None:
            if plain not in _TOLD and value not in ("", []):
                unknown.append(plain[:40])
        elif name in taken:
            raise UsageError(f"{plain} stands in it twice")
        else:
            taken[name] = value
    return taken, unknown


def incoming(source: str, fields: Fields, text: str, *, client: str = "", name: str = "") -> Incoming:
    """Return what FIELDS and TEXT say. CLIENT is whose note it is if they do not tell.

    NAME is the file's name without its ending: a day at its beginning is the note's, the rest its title, where no field
    says otherwise. Raises UsageError, whose sentence says why it is refused.
    """
    taken, unknown = known(fields)
    day, rest = _from_name(name)
    code = one_line(_one(taken, "client") or client, MAX_CODE)
    if not code:
        raise UsageError("no client is named")
    when = _one(taken, "date") or day
    if not when:
        raise UsageError("it has no date")
    if not text.strip():
        raise UsageError("nothing is written in it")
    title = _one(taken, "title") if "title" in taken else rest
    draft = check_note(NoteDraft(
        0, text, type=_slug(_one(taken, "type")) or "progress", form=_slug(_one(taken, "form")) or "free", title=title,
        date=when, start=_moment(_one(taken, "start")), end=_moment(_one(taken, "end")), tags=_tags(taken.get("tags")),
        attendees=_line(taken, "attendees"), place=_one(taken, "place"), service=_one(taken, "service"),
        risk=_one(taken, "risk"), goal=_one(taken, "goal"), next=_one(taken, "next"),
    ))  # fmt: skip
    mark = fingerprint(code, draft)
    marked = check_note(dataclasses.replace(draft, tags=(*draft.tags, MARK + mark)))
    remarks = [f"left out: {key}" for key in unknown]
    if "status" in fields and str(fields["status"]).startswith("signed"):
        remarks.append("was signed; becomes a draft of yours")
    origin = (_one(taken, "vault").lower(), _one(taken, "id").lower())
    return Incoming(source, code, marked, mark, origin, tuple(remarks))


def fingerprint(code: str, draft: NoteDraft) -> str:
    """Return 16 hex digits by which the same note is known again, whatever file it comes in."""
    said = [fold(code), draft.date, draft.start, draft.end, draft.type, draft.form, draft.title, draft.text]
    return hashlib.sha256(encode(said)).hexdigest()[:16]


def _from_name(name: str) -> tuple[str, str]:
    """Return the day that a file's name begins with, and the rest of it."""
    found = _NAMED_DAY.fullmatch(name)
    return (found.group(1), found.group(2) or "") if found else ("", name)


def _one(taken: Mapping[str, Value], name: str) -> str:
    value = taken.get(name, "")
    if isinstance(value, list):
        raise UsageError(f"{name} is a list")
    return value.strip() if name != "text" else value


def _line(taken: Mapping[str, Value], name: str) -> str:
    value = taken.get(name, "")
    return ", ".join(value) if isinstance(value, list) else value


def _slug(text: str) -> str:
    return text.lower().replace("_", "-").replace(" ", "-")


def _moment(text: str) -> str:
    """Return `9:05`, `09:05:00` as `09:05`; anything else as it is."""
    found = re.fullmatch(r"(\d{1,2}):(\d{2})(:\d{2}(\.\d+)?)?", text)
    return f"{int(found.group(1)):02}:{found.group(2)}" if found else text


def _tags(value: Value | None) -> tuple[str, ...]:
    """Return tags without the marks of an earlier import."""
    if value is None:
        return ()
    texts = value if isinstance(value, list) else re.split("[,;]", value)
    return tuple(tag for text in texts if (tag := text.strip().lstrip("#")) and not tag.startswith(MARK))
