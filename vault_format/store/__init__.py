"""Bytes: the one seam behind which a vault is a file.

A later store may be a keyless helper at the other end of a line; nothing outside this package knows that there is a
file, an offset or a lock.
"""

from __future__ import annotations

from vault_format.store.base import Aside, Moved, Replacement, Store
from vault_format.store.local import LocalStore
from vault_format.store.making import create

__all__ = ["Aside", "LocalStore", "Moved", "Replacement", "Store", "create"]
