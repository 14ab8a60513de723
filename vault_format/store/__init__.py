"""Bytes: the one seam behind which a vault is a file.

A later store may be a keyless helper at the other end of a line; nothing outside this package knows that there is a
file, an offset or a lock.
"""

from __future__ import annotations

from vault_format.store.base import Moved, Store
from vault_format.store.local import LocalStore, create

__all__ = ["LocalStore", "Moved", "Store", "create"]
