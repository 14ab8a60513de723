"""The day's review: what was done in a vault on a day, or on several, without a key, ready to be signed off."""

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
from core.audit.trail import Filter, Trail, TrailRow
from core.moments import moment, zone_of
from core.names import one_line
from core.session.session import Session
from vault_format import public
from vault_format.codes import Action, Role
from vault_format.encoding import NotCanonical
from vault_format.errors import NotWhole, Refused, UsageError
from vault_format.frames.scan import Batch
from vault_format.public.trail import Reviewed
from vault_format.verification.verify import Pinned
from vault_format.view import Clock, View


@dataclass(frozen=True, slots=True)
class Report:
    """The days from `day` to `until` in one vault. `first` and `last` are their records (None: there are none).

    `acts` counts what each member did; `failures`, `alerts` and `reviewed` (who signed off records among them before)
    are lines for people; `head` is the hash of the vault's last record in hex, `intact` whether all of it verifies.
    """

    practice: str
    vault: str
    day: str
    until: str
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
    reviewed: tuple[str, ...]

    @property
    def quiet(self) -> bool:
        """Whether nothing happened on those days."""
        return self.first is None

    @property
    def days(self) -> str:
        """Which day, or from which to which."""
        return self.day if self.day == self.until else f"{self.day} to {self.until}"

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


def report(
    path: str, day: date | None, clock: Clock, pin: Pinned | None = None, until: date | None = None
) -> Report:  # fmt: skip
    """Return the review of DAY (None: today, in the practice's zone), or of all days from it to UNTIL.

    Raises UsageError where UNTIL lies before it, and what opening the vault at PATH raises.

    PIN is what this machine remembers of the vault: without it an older copy, or one without its end, is whole.
    """
    view = _Reviewed(path, clock, pin)
    try:
        policy = view.state.policy
        zone = policy.zone if policy is not None else "UTC"
        if day is None:
            day = moment(clock(), zone_of(zone)).date()
        until = until or day
        if until < day:
            raise UsageError(f"{until} lies before {day}.", todo="Name the earlier day first.")
        begins, ends = _bounds(day, zone)[0], _bounds(until, zone)[1]
        names = {number: member.name for number, member in view.state.members.items()}
        rows = _rows(view, begins, ends, names)
        return Report(
            practice=one_line(view.state.practice), vault=view.state.vault_id.hex(), day=day.isoformat(),
            until=until.isoformat(), zone=zone, records=view.count, head=view.head.hex(), intact=not view.findings,
            first=rows[0].seq if rows else None, last=rows[-1].seq if rows else None, acts=_counted(rows),
            failures=tuple(_failure(row, zone) for row in rows if row.failed),
            alerts=tuple(_alert(alert, names) for alert in view.alerts if begins <= alert.time < ends),
            findings=tuple(f"record {each.seq}: {each.kind}: {each.detail}" for each in view.findings),
            reviewed=_reviews(view, rows, names, zone),
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


def _reviews(view: _Reviewed, rows: Sequence[TrailRow], names: dict[int, str], zone: str) -> tuple[str, ...]:
    """Return who signed off records from the first to the last of ROWS, in words."""
    if not rows:
        return ()
    columns, found = view.columns, []
    for seq in Trail(columns, lambda _: "").find(Filter(action=Action.REVIEWED), rows[0].seq):
        try:
            said = public.read(Action.REVIEWED, view.record(seq).parts[0] or b"")
        except (NotCanonical, NotWhole, LookupError):
            continue
        if isinstance(said, Reviewed) and said.first <= rows[-1].seq and rows[0].seq <= said.last:
            when = f"{moment(columns.times[seq], zone_of(zone)):%Y-%m-%d %H:%M}"
            found.append(f"{names.get(columns.shape(seq).member, '')}, {when}: "
                         f"records {said.first} to {said.last} (record {seq})")  # fmt: skip
    return tuple(found)


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
        f"# Review of {found.days}: {_cell(found.practice)}", "",
        f"Vault {found.vault[:16]}, {found.records:,} records, head {found.head[:16]}, zone {found.zone}.",
        "The vault is whole." if found.intact else "**The vault does not verify.** See below.", "",
    ]  # fmt: skip
    if found.quiet:
        lines += [f"{nothing(found)}.", ""]
    else:
        lines += [f"Records {found.first:,} to {found.last:,}.", "", "| who | what | times |", "|---|---|---|"]
        for name, acts in found.acts.items():
            lines += [f"| {_cell(name)} | {_cell(what)} | {count} |" for what, count in acts.items()]
        lines.append("")
    for title, texts in (("Findings", found.findings), ("Alerts", found.alerts), ("Failures", found.failures),
                         ("Signed off before", found.reviewed)):  # fmt: skip
        if texts:
            lines += [f"## {title}", "", *(f"* {_cell(text)}" for text in texts), ""]
    lines.append(f"Report {found.digest().hex()}")
    return "\n".join(lines) + "\n"


def nothing(found: Report) -> str:
    """Return the words for a quiet day, or for several."""
    return "Nothing happened that day" if found.day == found.until else "Nothing happened on those days"


def sign_off(session: Session, found: Report, words: str = "") -> int:
    """Record that a person reviewed FOUND. Returns the record.

    Raises UsageError for days without records, Refused for a role that does not look after the trail.
    """
    if session.role not in (Role.OWNER, Role.AUDITOR):
        raise Refused("A review is signed off by an owner or an auditor.", safe="Nothing was written.", todo="Ask one.")
    if found.first is None or found.last is None:
        raise UsageError(f"{nothing(found)}, so there is nothing to sign off.", safe="Nothing was written.")
    first, last = found.first, found.last
    return session.append(lambda acting: [trail.reviewed(acting, first, last, found.digest(), words)])[-1].sequence
