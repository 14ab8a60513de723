"""Labels that keep one use of a hash, a signature or a key apart from every other (docs/FORMAT.md, section 2)."""

from __future__ import annotations

LABEL_SIZE = 16


def label(name: str) -> bytes:
    """Return the 16-byte label for NAME: a zero byte, the name in ASCII, zero padding.

    The leading zero byte keeps every label apart from text. Raises ValueError if the name is too long.
    """
    raw = b"\x00" + name.encode("ascii")
    if len(raw) > LABEL_SIZE:
        raise ValueError(f"label too long: {name}")
    return raw.ljust(LABEL_SIZE, b"\x00")


REC = label("REC")
SIG = label("SIG")
TABLE = label("TABLE")
PART = label("PART")
PREAMBLE = label("PREAMBLE")
AAD = label("AAD")
SLOT_KEK = label("SLOT-KEK")
SLOT_COMMIT = label("SLOT-COMMIT")
MASTER_COMMIT = label("MASTER-COMMIT")
EPOCH_COMMIT = label("EPOCH-COMMIT")
BUNDLE = label("BUNDLE")
OLD_KEYS = label("OLD-KEYS")
INDEX = label("INDEX")
AUTHOR_INDEX = label("AUTHOR-INDEX")
BODY = label("BODY")
COMMIT = label("COMMIT")
KIT = label("KIT")
KIT_TABLE = label("KIT-TABLE")
POP = label("POP")
ORIGIN = label("ORIGIN")
DETAIL = label("DETAIL")
GRANT = label("GRANT")
AUTHOR_GRANT = label("AUTHOR-GRANT")
AUTHORITY_SIGN = label("AUTHORITY-SIGN")
AUTHORITY_BOX = label("AUTHORITY-BOX")
CONTINUES = label("CONTINUES")
DRAFT = label("DRAFT")
PIN = label("PIN")
