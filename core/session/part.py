"""What the parts that a session is put together from ask of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager

from core.catalog import Catalog
from core.session.desk import Desk


class SessionPart(ABC):
    """Base of what a session can do in one matter: finding, signing, appointments, moving. Session provides these."""

    @abstractmethod
    def at_desk(self) -> AbstractContextManager[Desk]:
        """Let one thread act."""

    @abstractmethod
    def _require_open(self) -> Desk:
        """Return the desk without waiting for whoever writes: for what pages ask at a key."""

    @abstractmethod
    def require_reader(self) -> None:
        """Refuse a role that is shown no list. Raises Refused."""

    @property
    @abstractmethod
    def catalog(self) -> Catalog:
        """What lists show. Raises Refused once locked."""
