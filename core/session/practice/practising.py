"""The part of a session that is about clients as a whole, their appointments, and what is due."""

from __future__ import annotations

from collections.abc import Sequence

from core.acts import trail
from core.catalog import AppointmentRow
from core.session.part import SessionPart
from core.session.practice import appointments, charts
from core.session.practice.appointments import Appointed
from core.session.practice.charts import Merged
from core.today import Due, due
from core.writing.when import When
from vault_format.codes import ClientStatus, Reason, Role


class Practising(SessionPart):
    """Clients, appointments, Today."""

    def set_status(self, client: int, status: ClientStatus, reason: Reason = Reason.NONE) -> int:
        """Make a client active, closed or archived; see charts.set_status."""
        with self.at_desk() as desk:
            return charts.set_status(desk, client, status, reason)

    def assigned(self, client: int) -> list[str]:
        """Return who is assigned to a client, by name; nobody means everybody."""
        return charts.assigned(self._require_open(), client)

    def may_assign(self, client: int) -> bool:
        """Whether this member may change who is assigned to a client."""
        with self.at_desk() as desk:
            return charts.may_assign(desk, client)

    def clinicians(self) -> list[str]:
        """Return the names of the active members who can be assigned."""
        with self.at_desk() as desk:
            return [
                member.name for member in desk.state.active_members() if member.role in (Role.OWNER, Role.CLINICIAN)
            ]

    def assign(self, client: int, names: Sequence[str]) -> int:
        """Assign members to a client; see charts.assign."""
        with self.at_desk() as desk:
            return charts.assign(desk, client, names)

    def merge(self, duplicate: int, into: int, *, reason: Reason | None = None, words: str = "") -> Merged:
        """Merge a client that was made twice; see charts.merge."""
        with self.at_desk() as desk:
            return charts.merge(desk, duplicate, into, reason=reason, words=words)

    def why_not_removed(self, client: int) -> str:
        """Return why a client cannot be removed; empty if it can."""
        with self.at_desk() as desk:
            return charts.why_not_removed(desk, client)

    def remove_client(self, client: int, passphrase: str, words: str = "") -> int:
        """Remove a client that was made by mistake; see charts.remove."""
        with self.at_desk() as desk:
            return charts.remove(desk, client, passphrase, words)

    def names_shown(self) -> int:
        """Record that the names of the clients are shown, before they are. Returns the record."""
        with self.at_desk() as desk:
            return desk.append(lambda acting: [trail.listed(acting, *desk.catalog.counts())])[-1].sequence

    def understood(self, text: str, client: int = 0) -> When | None:
        """Return what TEXT says of a day and a time; see appointments.understood."""
        return appointments.understood(self._require_open(), text, client)

    def when(self, text: str, client: int = 0) -> When:
        """Return what TEXT says, which must be a day and a time. Raises UsageError."""
        with self.at_desk() as desk:
            return appointments.understood_or_refused(desk, text, client)

    def appoint(self, client: int, when: When) -> Appointed:
        """Plan an appointment of a client."""
        with self.at_desk() as desk:
            return appointments.add(desk, client, when.start, when.minutes)

    def set_appointment(self, appointment: int, state: str) -> Appointed:
        """Say what became of an appointment: kept, missed, cancelled."""
        with self.at_desk() as desk:
            return appointments.set_state(desk, appointment, state)

    def move_appointment(self, appointment: int, when: When) -> Appointed:
        """Move an appointment; minutes that were not said stay as they are."""
        with self.at_desk() as desk:
            return appointments.move(desk, appointment, when.start, 0 if when.unsaid else when.minutes)

    def overlaps(self, when: When, but: int = 0) -> list[AppointmentRow]:
        """Return what is planned at that time already."""
        return appointments.overlaps(self._require_open(), when.start, when.minutes, but) if when.start else []

    def due(self) -> list[Due]:
        """Return what needs doing, most urgent first; see core.today."""
        return due(self._require_open())
