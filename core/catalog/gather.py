"""Gathers, from batches of verified records, where each entity's newest text stands and what became of it.

Runs beside verification, before any key is there: it keeps the sealed indexes, so that an unlock only has to decrypt.
"""

from __future__ import annotations

from array import array

from vault_format import public
from vault_format.codes import Action, PartRole
from vault_format.encoding import NotCanonical
from vault_format.frames.scan import Batch, Item
from vault_format.public import entities as shapes

_SAVES = frozenset({Action.SAVE, Action.IMPORT, Action.ADDENDUM})
_WANTED = _SAVES | {Action.SIGN, Action.COSIGN, Action.SHRED, Action.REENCRYPT, Action.CLIENT_SET}


class Entry:
    """One entity as its records tell it.

    `live` is the record and position of the newest index part (the body follows it), `sealed` its bytes until they
    are opened, `saves` the sequence of each revision's first save, `cosigned` sequence, member and time (UTC ms) of the
    last co-signature, `index` what the sealed part says (an Index, once opened).
    """

    __slots__ = (
        "addendum", "author", "client", "cosigned", "entity", "imported", "index", "key_epoch", "key_type", "kind",
        "live", "note_class", "parent", "problem", "revision", "saved_time", "saves", "sealed", "shredded",
        "signed", "signed_time", "under",
    )  # fmt: skip

    def __init__(self, entity: int, kind: int, note_class: int, client: int) -> None:
        self.entity = entity
        self.kind = kind
        self.note_class = note_class
        self.client = client
        self.author = 0
        self.revision = 0
        self.saves = array("I")
        self.saved_time = 0
        self.signed = 0
        self.signed_time = 0
        self.cosigned: tuple[int, int, int] | None = None
        self.parent = 0
        self.addendum = 0
        self.imported = False
        self.shredded = False
        self.live = (0, 0)
        self.key_type = 0
        self.key_epoch = 0
        self.under = (0, 0)
        self.sealed: bytes | None = None
        self.index: object | None = None
        self.problem = ""

    @property
    def saved(self) -> int:
        """Sequence of the latest revision's first save."""
        return self.saves[-1]


class Gathered:
    """Entities by number, and the public state of clients. `fresh` holds the entries whose index is not opened yet.

    `version` rises, from where it begins, with every change that a list shows; `touched` holds what changed since
    somebody who keeps rows took it out, None as long as nobody does.
    """

    def __init__(self, version: int = 0) -> None:
        self.entries: dict[int, Entry] = {}
        self.statuses: dict[int, int] = {}
        self.children: dict[int, list[int]] = {}
        self.fresh: dict[int, Entry] = {}
        self.version = version
        self.touched: list[Entry] | None = None

    def touch(self, entry: Entry) -> None:
        """Note that ENTRY has changed, once it has."""
        if self.touched is not None:
            self.touched.append(entry)

    def take(self, batch: Batch) -> None:
        """Take the records of BATCH. They were verified; what was refused there must not be given here."""
        buffer = batch.buffer
        for item in batch.items:
            key = item[2][1]
            if key[2] in _WANTED and not key[3] and not key[0]:
                self._take_one(buffer, item, key[2])

    def _take_one(self, buffer: bytes, item: Item, action: int) -> None:
        self.version += 1
        fields = item[2]
        if action in _SAVES:
            self._saved(buffer, item, action)
            return
        if action == Action.REENCRYPT:
            self._moved(buffer, item)
            return
        entry = self.entries.get(fields[6])
        if entry is None:
            return
        self._changed(entry, buffer, item, action)
        self.touch(entry)

    def _changed(self, entry: Entry, buffer: bytes, item: Item, action: int) -> None:
        fields = item[2]
        if action == Action.SIGN:
            entry.signed, entry.signed_time = fields[2], fields[3]
        elif action == Action.COSIGN:
            entry.cosigned = (fields[2], int.from_bytes(fields[1][8:12], "little"), fields[3])
        elif action == Action.SHRED:
            entry.shredded, entry.sealed, entry.index = True, None, None
            self.fresh.pop(entry.entity, None)
        elif action == Action.CLIENT_SET:
            said = _said(buffer, item, action)
            if isinstance(said, shapes.ClientSet) and said.status is not None:
                self.statuses[fields[5]] = said.status

    def _saved(self, buffer: bytes, item: Item, action: int) -> None:
        _, _, fields, parts = item
        if parts is None or len(parts.rows) != 3 or parts.rows[1][0] != PartRole.INDEX:
            return
        key = fields[1]
        entry = self.entries.get(fields[6])
        if entry is None:
            entry = self.entries[fields[6]] = Entry(fields[6], key[14], key[15], fields[5])
        entry.revision = fields[7]
        entry.saves.append(fields[2])
        entry.saved_time = fields[3]
        entry.author = int.from_bytes(key[8:12], "little")
        self._place(entry, buffer, item, 1)
        if action == Action.ADDENDUM:
            said = _said(buffer, item, action)
            if isinstance(said, shapes.Addendum):
                entry.parent, entry.addendum = said.parent, said.kind
                self.children.setdefault(said.parent, []).append(entry.entity)
        elif action == Action.IMPORT:
            entry.imported = True
        self.touch(entry)

    def _moved(self, buffer: bytes, item: Item) -> None:
        parts = item[3]
        if parts is None:
            return
        for position, row in enumerate(parts.rows):
            if row[0] == PartRole.INDEX:
                entry = self.entries.get(row[5])
                if entry is not None and row[4] == entry.revision:
                    self._move(entry, buffer, item, position)
                    self.touch(entry)

    def _move(self, entry: Entry, buffer: bytes, item: Item, position: int) -> None:
        """Take up where a re-encryption put ENTRY. Lists go on showing what the author sealed, as long as it is there.

        That the one who re-encrypted put the same words there shows only when the text is opened, too.
        """
        parts = item[3]
        mover = int.from_bytes(item[2][1][8:12], "little")
        if parts is None or mover == entry.author or (entry.sealed is None and entry.index is None):
            self._place(entry, buffer, item, position)
            return
        row = parts.rows[position]
        entry.live, entry.key_type, entry.key_epoch = (item[2][2], position), row[3], row[7]

    def _place(self, entry: Entry, buffer: bytes, item: Item, position: int) -> None:
        parts = item[3]
        if parts is None:
            return
        row, at = parts.rows[position], parts.spans[position]
        entry.live = (item[2][2], position)
        entry.key_type, entry.key_epoch = row[3], row[7]
        entry.under = (row[3], row[7])
        entry.sealed = buffer[at : at + row[6]] if at >= 0 else None
        self.fresh[entry.entity] = entry


def _said(buffer: bytes, item: Item, action: int) -> public.Shape | None:
    parts = item[3]
    if parts is None or parts.spans[0] < 0:
        return None
    at = parts.spans[0]
    try:
        return public.read(action, buffer[at : at + parts.rows[0][6]])
    except NotCanonical:
        return None
