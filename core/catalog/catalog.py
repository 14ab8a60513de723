"""The catalog of an unlocked session: clients and notes as lists show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from core.catalog.appointments import AppointmentRow, appointment_rows
from core.catalog.client_rows import client_rows
from core.catalog.gather import Entry, Gathered
from core.catalog.note_rows import NoteRows
from core.catalog.rows import ClientRow, NoteRow, short_id
from core.indexes import AppointmentIndex, ClientIndex, NoteIndex
from core.keyring import Identity, Keyring
from core.names import fold
from vault_format import machine
from vault_format.codes import Kind, NoteClass
from vault_format.errors import NotWhole, Refused, UsageError


class Catalog:
    """Lists over what was gathered; NAMES gives a member's name, CLOCK the time (UTC ms)."""

    def __init__(
        self, gathered: Gathered, keyring: Keyring, names: Callable[[int], str],
        clock: Callable[[], int] = machine.now_ms,
    ) -> None:  # fmt: skip
        self._gathered = gathered
        self._keyring: Keyring | None = keyring
        self._member = keyring.member
        self._names = names
        self._rows = NoteRows(gathered, keyring.member, names)
        self._waiting: dict[int, Entry] = {}
        self._clock = clock
        self._clients: tuple[tuple[int, int], list[ClientRow], dict[int, ClientRow]] | None = None
        self._appointments: tuple[int, list[AppointmentRow]] | None = None

    def use(self, keyring: Keyring) -> None:
        """Open what comes from now on with KEYRING, and what waited for its keys."""
        if keyring is not self._keyring:
            self._keyring = keyring
            self._gathered.fresh.update(self._waiting)
            self._waiting.clear()

    @property
    def version(self) -> int:
        """A number that rises with every change."""
        return self._gathered.version

    @property
    def closed(self) -> int:
        """How many indexes are not opened yet."""
        return len(self._gathered.fresh)

    def open_indexes(self, limit: int | None = None) -> int:
        """Decrypt the indexes that were not opened yet, newest first, at most LIMIT. Returns how many."""
        keyring = self._keyring
        fresh = self._gathered.fresh
        done = 0
        while fresh and keyring is not None and (limit is None or done < limit):
            _, entry = fresh.popitem()
            self._open(keyring, entry)
            self._gathered.touch(entry)
            done += 1
        if done:
            self._gathered.version += 1
        return done

    def close(self, entry: Entry, problem: str) -> None:
        """Show no more of ENTRY than that there is a PROBLEM with it."""
        entry.index, entry.problem = None, problem
        self._gathered.touch(entry)
        self._gathered.version += 1

    def keep_open(self, numbers: Iterable[int]) -> None:
        """Take the indexes of NUMBERS, which were re-encrypted here just now, as open: their texts are the same."""
        fresh = self._gathered.fresh
        for number in numbers:
            entry = fresh.get(number)
            if entry is not None and entry.index is not None:
                del fresh[number]
                entry.sealed = None

    def _open(self, keyring: Keyring, entry: Entry) -> None:
        sealed, entry.sealed, entry.index = entry.sealed, None, None
        if entry.note_class == NoteClass.PROCESS and entry.author != keyring.member:
            entry.problem = "only its author can open it"
            return
        if sealed is None:
            entry.problem = "its ciphertext is missing"
            return
        try:
            index, _ = keyring.open_index(identity(entry), *entry.under, sealed)
        except Refused as error:
            # the key may yet come: a new key set that this session has not taken up
            entry.problem, entry.sealed = error.what, sealed
            self._waiting[entry.entity] = entry
            return
        except NotWhole:
            entry.problem = "damaged or replaced"
            return
        if isinstance(index, NoteIndex | AppointmentIndex) and index.client != entry.client:
            entry.problem = "it names another client than its record"
            return
        entry.index, entry.problem = index, ""

    def entry(self, number: int) -> Entry:
        """Return the entity. Raises UsageError if there is none."""
        entry = self._gathered.entries.get(number)
        if entry is None:
            raise UsageError(f"There is no {short_id(number)} in this vault.", todo="List the notes for their ids.")
        return entry

    def children(self, number: int) -> list[Entry]:
        """Return what was added to a signed note, oldest first."""
        entries = self._gathered.entries
        return [entries[child] for child in list(self._gathered.children.get(number, ())) if child in entries]

    def entries(self) -> list[Entry]:
        """Return all entities as they are now: another thread may be adding some."""
        return list(self._gathered.entries.values())

    def counts(self) -> tuple[int, int]:
        """Return how many notes of the chart, and how many process notes of the member's own, there are to open."""
        chart = process = 0
        for entry in self.entries():
            if entry.kind == Kind.NOTE and not entry.shredded:
                if entry.note_class == NoteClass.CHART:
                    chart += 1
                elif entry.author == self._member:
                    process += 1
        return chart, process

    def note(self, number: int) -> NoteRow:
        """Return one note's row. Raises UsageError."""
        entry = self.entry(number)
        if entry.kind != Kind.NOTE:
            raise UsageError(f"{short_id(number)} is not a note.")
        return self._rows.row(entry)

    def find_note(self, text: str) -> NoteRow:
        """Return the note whose id begins with TEXT (hex). Raises UsageError if none or several do."""
        wanted = text.strip().lower()
        found = [
            entry for entry in self.entries()
            if entry.kind == Kind.NOTE and wanted and short_id(entry.entity).startswith(wanted)
        ]  # fmt: skip
        if len(found) != 1:
            what = "No note has" if not found else "Several notes have"
            raise UsageError(f"{what} an id that begins with {text}.", todo="`note list` shows the ids.")
        return self._rows.row(found[0])

    def notes(self, client: int | None = None, only: Callable[[Entry], bool] | None = None) -> list[NoteRow]:
        """Return the notes the member may know of, newest session first; additions stand with their own date."""
        rows = [
            self._rows.row(entry) for entry in self.entries()
            if entry.kind == Kind.NOTE and (client is None or entry.client == client)
            and (only is None or only(entry)) and self._visible(entry)
        ]  # fmt: skip
        rows.sort(key=lambda row: (row.date, row.start, row.updated), reverse=True)
        return rows

    def _visible(self, entry: Entry) -> bool:
        return not entry.shredded and (entry.note_class != NoteClass.PROCESS or entry.author == self._member)

    def clients(self) -> list[ClientRow]:
        """Return the clients by code, active ones first."""
        now = self._clock()
        # what is past, and what comes next, changes with the minute
        key = (self.version, now // 60_000)
        known = self._clients
        if known is None or known[0] != key:
            everything = self.entries()
            notes = [entry for entry in everything if entry.kind == Kind.NOTE and self._visible(entry)]
            today = datetime.fromtimestamp(now / 1000).astimezone().date().isoformat()
            rows = client_rows(
                everything, notes, self.appointments(), self._gathered.statuses, self._member, now, today
            )  # fmt: skip
            known = self._clients = (key, rows, {row.id: row for row in rows})
        return list(known[1])

    def appointments(self, client: int | None = None) -> list[AppointmentRow]:
        """Return the appointments by time, of one client or of all."""
        version, known = self.version, self._appointments
        if known is None or known[0] != version:
            known = self._appointments = (version, appointment_rows(self.entries(), self._visible, self._rows.code))
        return [row for row in known[1] if client is None or row.client == client]

    def appointment(self, number: int) -> AppointmentRow:
        """Return one appointment. Raises UsageError."""
        for row in self.appointments():
            if row.id == number:
                return row
        raise UsageError(f"There is no appointment {short_id(number)}.", todo="`appointment list` shows them.")

    def find_appointment(self, text: str) -> AppointmentRow:
        """Return the appointment whose id begins with TEXT (hex). Raises UsageError if none or several do."""
        wanted = text.strip().lower()
        found = [row for row in self.appointments() if wanted and short_id(row.id).startswith(wanted)]
        if len(found) != 1:
            what = "No appointment has" if not found else "Several appointments have"
            raise UsageError(f"{what} an id that begins with {text}.", todo="`appointment list` shows the ids.")
        return found[0]

    def check_client(self, number: int) -> None:
        """Refuse a number that is no client of this vault. Raises UsageError."""
        entry = self._gathered.entries.get(number)
        if entry is None or entry.kind != Kind.CLIENT or entry.shredded:
            raise UsageError("There is no such client in this vault.", todo="`client list` shows them.")

    def has_code(self, code: str, but: int = 0) -> bool:
        """Whether another client than BUT has this code."""
        wanted = fold(code)
        return any(
            fold(entry.index.code) == wanted
            for entry in self.entries()
            if entry.kind == Kind.CLIENT and isinstance(entry.index, ClientIndex)
            and not entry.shredded and entry.entity != but
        )  # fmt: skip

    def client(self, number: int) -> ClientRow:
        """Return one client's row. Raises UsageError if there is none, or if it cannot be opened."""
        self.check_client(number)
        self.clients()
        row = self._clients[2].get(number) if self._clients is not None else None
        if row is not None:
            return row
        raise UsageError(f"The client {short_id(number)} cannot be opened.", todo="Look for it in a backup copy.")

    def find_client(self, code: str) -> ClientRow:
        """Return the client with this code. Raises UsageError."""
        for row in self.clients():
            if fold(row.code) == fold(code.strip()):
                return row
        raise UsageError(f"No client has the code {code.strip()}.", todo="`client list` shows the codes.")

    def wipe(self) -> None:
        """Forget everything that was decrypted."""
        self._keyring = None
        self._rows.wipe()
        self._clients = self._appointments = None
        for entry in self.entries():
            entry.index = None
            entry.sealed = None
        self._gathered.entries.clear()
        self._gathered.fresh.clear()
        self._waiting.clear()


def identity(entry: Entry) -> Identity:
    """Return what the newest ciphertext of ENTRY is bound to."""
    return Identity(entry.kind, entry.note_class, entry.entity, entry.revision, entry.author)
