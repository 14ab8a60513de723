"""Bounds that are checked before anything of the size is allocated (docs/FORMAT.md, section 2)."""

from __future__ import annotations

MAX_PARTS = 1_024
MAX_PART = 16 * 1024 * 1024
MAX_TOTAL = 32 * 1024 * 1024
MAX_SEQUENCE = 2**32 - 1
MAX_TIME = 2**53 - 1
MAX_MEMBERS = 4_096
MAX_TEXT = 8 * 1024 * 1024
MAX_PASSPHRASE = 1_024
MAX_NESTING = 8
MAX_GENERATION = 65_535
MAX_NAME = 64

ARGON_MEMORY = (65_536, 2_097_152)
"""Lowest and highest Argon2id memory, in KiB."""
ARGON_PASSES = (3, 10)
ARGON_LANES = (1, 8)
ARGON_SALT = (16, 32)

UNLOCK_FAILURES = 64
"""Unsigned failures allowed between two signed records, before one more for each whole hour."""
RECOVERY_BEGINNINGS = 8
HOUR_MS = 3_600_000
