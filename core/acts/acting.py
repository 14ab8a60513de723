"""Who acts, in which state of the vault, and what a record is about."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from core.details import Origin, Words, seal_detail
from core.keyring import Identity, Keyring
from vault_format.authority.state import State
from vault_format.crypto.sealing import Entropy
from vault_format.errors import UsageError
from vault_format.frames.layout import Part
from vault_format.frames.record import Draft, said
from vault_format.public import Shape


@dataclass(frozen=True, slots=True)
class Target:
    """What a record is about: kind, class, client, entity and revision as its header names them."""

    kind: int
    note_class: int
    client: int
    entity: int
    revision: int


@dataclass(frozen=True, slots=True)
class Acting:
    """An unlocked member in a session (0: none), the verified state, and where random bytes come from."""

    keyring: Keyring
    state: State
    session: int = 0
    entropy: Entropy = os.urandom

    def record(
        self, action: int, shape: Shape | None = None, *parts: Part, outcome: int = 0, flags: int = 0,
        about: Target | None = None, ref: int = 0, outside: bool = False,
    ) -> Draft:  # fmt: skip
        """Return a record of the current epoch that says SHAPE and holds PARTS behind it.

        OUTSIDE is set for actions that stand in no session.
        """
        about = about or NOTHING
        return Draft(
            action, parts if shape is None else (said(shape), *parts), self.state.epoch, outcome, about.kind,
            about.note_class, flags, 0 if outside else self.session, about.client, about.entity, about.revision, ref,
        )  # fmt: skip

    def detail(self, action: int, shape: Origin | Words, *, entity: int = 0, session: int | None = None) -> Part:
        """Return SHAPE as the detail of a record of ACTION, sealed to the epoch's auditors."""
        return seal_detail(
            shape, self.state.epochs[-1].audit, vault_id=self.state.vault_id,
            session=self.session if session is None else session, action=action, entity=entity,
            epoch=self.state.epoch, entropy=self.entropy,
        )  # fmt: skip

    def words(
        self, action: int, text: str, more: Sequence[str] = (), *, entity: int = 0, session: int | None = None
    ) -> Part:
        """Return typed words as the detail of a record of ACTION. Raises UsageError if they are too long."""
        if max(map(len, (text, *more))) > 4_096 or len(more) > 32:
            raise UsageError("These words are longer than 4,096 characters.", todo="Shorten them.")
        return self.detail(action, Words(words=text, more=list(more)), entity=entity, session=session)

    def identity(self, about: Target) -> Identity:
        """Return what the ciphertext of a new revision is bound to, with this member as its author."""
        return Identity(about.kind, about.note_class, about.entity, about.revision, self.keyring.member)


NOTHING = Target(0, 0, 0, 0, 0)


def target(state: State, entity: int, revision: int = 0) -> Target:
    """Return ENTITY at REVISION (0: its latest). Raises UsageError if no save created it."""
    known = state.entities.get(entity)
    if known is None:
        raise UsageError("There is no such entry in this vault.", todo="List what there is.")
    return Target(known.kind, known.note_class, known.client, entity, revision or known.revision)
