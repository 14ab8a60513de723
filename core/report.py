"""The day's review: what was done in a vault on one day, without a key, ready to be signed off by a person."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta

from core.acts import trail
from core.alerts import Alert, Engine
from core.audit.columns import Columns
from core.audit.trail import Trail, TrailRow
from core.moments import moment, zone_of
from core.names import one_line
from core.session.session import Session
from vault_format.errors import UsageError
from vault_format.scan import Batch
from vault_format.verify import Pinned
from vault_format.view import Clock, View


@dataclass(frozen=True, slots=True)
class Report:
    """One day in one vault. `first` and `last` are the records of that day (None: there are none).

    `acts` counts what each member did, `failures` and `alerts` are lines for people, `head` the hash of the vault's
    last record in hex, `intact` whether all of it verifies.
    """

    practice: str
    vault: str
    day: str
    zone: str
    records: int
    head: str
    intact: bool
    first: int | None
    last: int | None
    acts: dict[str, dict[str, int]]
    failures: tuple[str, ...]
    alerts: tuple[str, ...]
    findings: tuple[str, ...]

    @property
    def quiet(self) -> bool:
        """Whether nothing happened that day."""
        return self.first is None

    def digest(self) -> bytes:
        """Return the SHA-256 of the report as JSON: what a signed review names."""
        return hashlib.sha256(as_json(self).encode()).digest()


class _Reviewed(View):
    """A view that keeps its trail and the alerts of its whole life."""

    def __init__(self, path: str, clock: Clock, pin: Pinned | None) -> None:
        self.columns, self.engine = Columns(), Engine()
        self.alerts: list[Alert] = []
        super().__init__(path, clock, pin=pin, listener=self._judge)

    def _judge(self, batch: Batch) -> None:
        self.columns.take(batch)
        self.alerts += self.engine.take(batch, self.walk.state)


def _bounds(day: date, zone: str) -> tuple[int, int]:
    """Return the first moment of DAY in ZONE and the first of the day after (UTC ms)."""
    where = zone_of(zone)
    begins, ends = (datetime.combine(each, time.min, where) for each in (day, day + timedelta(days=1)))
    return int(begins.timestamp() * 1000), int(ends.timestamp() * 1000)


def report(path: str, day: date | None, clock: Clock, pin: Pinned | None = None) -> Report:
    """Return the review of DAY (None: today, in the practice's zone). Raises what opening the vault at PATH raises.

    PIN is what this machine remembers of the vault: without it an older copy, or one without its end, is whole.
    """
    view = _Reviewed(path, clock, pin)
    try:
        policy = view.state.policy
        zone = policy.zone if policy is not None else "UTC"
        if day is None:
            day = moment(clock(), zone_of(zone)).date()
        begins, ends = _bounds(day, zone)
        names = {number: member.name for number, member in view.state.members.items()}
        rows = _rows(view, begins, ends, names)
        return Report(
            practice=one_line(view.state.practice), vault=view.state.vault_id.hex(), day=day.isoformat(), zone=zone,
            records=view.count, head=view.head.hex(), intact=not view.findings,
            first=rows[0].seq if rows else None, last=rows[-1].seq if rows else None, acts=_counted(rows),
            failures=tuple(_failure(row, zone) for row in rows if row.failed),
            alerts=tuple(_alert(alert, names) for alert in view.alerts if begins <= alert.time < ends),
            findings=tuple(f"record {each.seq}: {each.kind}: {each.detail}" for each in view.findings),
        )  # fmt: skip
    finally:
        view.close()


def _failure(row: TrailRow, zone: str) -> str:
    return f"record {row.seq}: {row.what}, {_clock_time(row.time, zone)}"


def _alert(alert: Alert, names: dict[int, str]) -> str:
    who = f" ({names.get(alert.member, '')})" if alert.member else ""
    records = f", records {', '.join(map(str, alert.records[:8]))}" if alert.records else ""
    return f"{alert.severity.name.lower()}: {alert.words}{who}{records}"


def _rows(view: _Reviewed, begins: int, ends: int, names: dict[int, str]) -> list[TrailRow]:
    found = Trail(view.columns, lambda number: names.get(number, ""))
    times = view.columns.times
    return [found.row(seq) for seq in range(len(view.columns)) if begins <= times[seq] < ends]


def _counted(rows: Sequence[TrailRow]) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {}
    for row in rows:
        found.setdefault(row.member, Counter())[row.what] += 1
    return {name: dict(sorted(acts.items())) for name, acts in sorted(found.items())}


def _clock_time(milliseconds: int, zone: str) -> str:
    return f"{moment(milliseconds, zone_of(zone)):%H:%M}"


def as_json(found: Report) -> str:
    """Return the report as JSON, one object, the same bytes for the same day and vault."""
    return json.dumps(asdict(found), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


def as_markdown(found: Report) -> str:
    """Return the report as Markdown."""
    lines = [
        f"# Review of {found.day}: {_cell(found.practice)}", "",
        f"Vault {found.vault[:16]}, {found.records:,} records, head {found.head[:16]}, zone {found.zone}.",
        "The vault is whole." if found.intact else "**The vault does not verify.** See below.", "",
    ]  # fmt: skip
    if found.quiet:
        lines += ["Nothing happened that day.", ""]
    else:
        lines += [f"Records {found.first:,} to {found.last:,}.", "", "| who | what | times |", "|---|---|---|"]
        for name, acts in found.acts.items():
            lines += [f"| {_cell(name)} | {_cell(what)} | {count} |" for what, count in acts.items()]
        lines.append("")
    for title, texts in (("Findings", found.findings), ("Alerts", found.alerts), ("Failures", found.failures)):
        if texts:
            lines += [f"## {title}", "", *(f"* {_cell(text)}" for text in texts), ""]
    lines.append(f"Report {found.digest().hex()}")
    return "\n".join(lines) + "\n"


def sign_off(session: Session, found: Report, words: str = "") -> int:
    """Record that a person reviewed FOUND. Returns the record. Raises UsageError for a day without records."""
    if found.first is None or found.last is None:
        raise UsageError("Nothing happened that day, so there is nothing to sign off.", safe="Nothing was written.")
    first, last = found.first, found.last
    return session.append(lambda acting: [trail.reviewed(acting, first, last, found.digest(), words)])[-1].sequence
