"""The trail for other programs: JSON lines, CSV, RFC 5424, CEF. No key, no note, no name of a client."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core import moments
from core.audit.trail import TrailRow
from core.version import version
from vault_format.codes import Action, NoteClass

ENTERPRISE = 32473
"""The number that RFC 5612 keeps for examples and documentation: this program has none of its own."""
FACILITY = 13
"""Log audit (RFC 5424, section 6.2.1)."""
NOTICE, WARNING, ALERT = 5, 4, 1
_NOT_TOKEN = re.compile(r"[^\x21-\x7e]")
COLUMNS = ("seq", "time", "member", "action", "about", "outcome", "signed", "class", "client", "entity", "session")
_CLASSES = {NoteClass.CHART: "chart", NoteClass.PROCESS: "process"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where records come from, as other programs are told: vault id in hex, and the machine's name."""

    vault: str
    host: str


def moment(time: int) -> str:
    """Return TIME (UTC ms) as RFC 3339 has it, to the millisecond; past the calendar, its end."""
    return moments.moment(time).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _fields(row: TrailRow) -> dict[str, object]:
    return {
        "seq": row.seq, "time": moment(row.time), "member": row.member, "action": row.what, "about": row.about,
        "outcome": "failed" if row.failed else "done", "signed": row.signed, "class": _class(row),
        "client": _id(row.client), "entity": _id(row.entity), "session": _id(row.session),
    }  # fmt: skip


def _id(number: int) -> str:
    """Return an id as commands take and print it, nothing where there is none."""
    return f"{number:016x}" if number else ""


def _class(row: TrailRow) -> str:
    return _CLASSES.get(NoteClass(row.note_class), "") if row.note_class in set(NoteClass) else ""


def as_json_lines(rows: Iterable[TrailRow], source: Source) -> Iterable[str]:
    """Yield one JSON object a row (RFC 8259)."""
    for row in rows:
        yield json.dumps({"vault": source.vault, **_fields(row)}, ensure_ascii=False, separators=(",", ":"))


def as_csv(rows: Iterable[TrailRow], source: Source) -> Iterable[str]:
    """Yield lines of CSV (RFC 4180) without line ends; the first names the columns.

    What a spreadsheet would take for a formula gets an apostrophe in front.
    """
    yield _csv_line(("vault", *COLUMNS))
    for row in rows:
        yield _csv_line((source.vault, *_fields(row).values()))


def _csv_line(values: Iterable[object]) -> str:
    sink = io.StringIO()
    csv.writer(sink, lineterminator="").writerow([_plain(value) for value in values])
    return sink.getvalue()


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") else value


def _param(text: str) -> str:
    """Return TEXT as a PARAM-VALUE: the three characters that must be are escaped (RFC 5424, section 6.3.3)."""
    return "".join(f"\\{each}" if each in '"\\]' else each for each in text if each.isprintable())


def _token(text: str, most: int) -> str:
    return _NOT_TOKEN.sub("-", text)[:most] or "-"


def syslog_line(
    source: Source, time: int, severity: int, kind: str, params: dict[str, object], words: str
) -> str:  # fmt: skip
    """Return one message of RFC 5424 without framing; KIND is its MSGID."""
    data = " ".join(f'{name}="{_param(str(value))}"' for name, value in params.items())
    element = f"[tacenda@{ENTERPRISE} {data}]"
    head = f"<{FACILITY * 8 + severity}>1 {moment(time)} {_token(source.host, 255)} tacenda - {_token(kind, 32)}"
    return f"{head} {element} \ufeff{' '.join(words.split())}"


def as_syslog(rows: Iterable[TrailRow], source: Source) -> Iterable[str]:
    """Yield a message of RFC 5424 for each row."""
    for row in rows:
        said = _fields(row)
        severity = WARNING if row.failed else NOTICE
        yield syslog_line(
            source, row.time, severity, row.what.replace(" ", "-"), {"vault": source.vault, **said},
            f"{row.member}: {row.what} {row.about}",
        )  # fmt: skip


def _cef_head(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


def _cef_value(text: str) -> str:
    return text.replace("\\", "\\\\").replace("=", "\\=").replace("\n", "\\n").replace("\r", "\\r")


def as_cef(rows: Iterable[TrailRow], source: Source) -> Iterable[str]:
    """Yield an event of the Common Event Format, version 0, for each row.

    The class of an event is the action's name, which does not change with the words for it; what the format has no
    key for stands in its custom strings, each with its label.
    """
    for row in rows:
        extension = {
            "rt": str(row.time), "dvchost": source.host, "cat": "audit", "suser": row.member, "act": row.what,
            "outcome": "failure" if row.failed else "success", "externalId": str(row.seq),
            "reason": "" if row.signed else "nobody was identified",
        }  # fmt: skip
        custom = {
            "vault": source.vault, "client": _id(row.client), "entity": _id(row.entity), "session": _id(row.session),
            "class": _class(row),
        }  # fmt: skip
        for number, (label, value) in enumerate(custom.items(), 1):
            if value:
                extension |= {f"cs{number}Label": label, f"cs{number}": value}
        tail = " ".join(f"{name}={_cef_value(value)}" for name, value in extension.items() if value)
        known = row.action in set(Action)
        kind = Action(row.action).name.lower() if known else f"{row.action:02x}"
        head = "|".join(
            _cef_head(each)
            for each in ("CEF:0", "Tacenda", "Tacenda", version(), kind, row.what, "6" if row.failed else "2")
        )
        yield f"{head}|{tail}"


Form = Callable[[Iterable[TrailRow], Source], Iterable[str]]
FORMS: dict[str, Form] = {"jsonl": as_json_lines, "csv": as_csv, "syslog": as_syslog, "cef": as_cef}
"""What the trail can be written as, by name."""
