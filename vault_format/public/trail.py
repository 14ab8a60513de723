"""Public parts about the file, sessions and the audit trail itself."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from vault_format.encoding import Shape
from vault_format.public.types import U8, U16, U32, U64, Bytes8, Bytes32, ReasonCode, Time


class FormatRaise(Shape):
    """From here on records of this version are lawful."""

    version: U8


class TailRepaired(Shape):
    """Bytes that were set aside: why, how many, their SHA-256, and the header and signature of a cut record."""

    case: Annotated[int, Meta(ge=1, le=4)]
    length: U64
    digest: Bytes32
    head: Annotated[bytes, Meta(max_length=208)]


class Unlock(Shape):
    """A session's origin as a pseudonym, and failures that were counted elsewhere because the cap was reached."""

    origin: Bytes8
    failed: U32
    first: Time
    last: Time


class Counted(Shape):
    """How many notes of each class were opened."""

    chart: U32
    process: U32


class Reasoned(Shape):
    """A reason code alone."""

    reason: ReasonCode


class Drop(Shape):
    """Parts that may leave the file, as [first number, count], rising and apart."""

    ranges: Annotated[list[tuple[U32, U32]], Meta(min_length=1, max_length=1_000_000)]


class Compacted(Shape):
    """File sizes before and after, in bytes, and how many parts went."""

    before: U64
    after: U64
    parts: U32


class Alert(Shape):
    """An alert and the records it rests on."""

    rule: U8
    severity: U8
    records: Annotated[list[U32], Meta(max_length=100)]


class Reviewed(Shape):
    """A person signed off the records from `first` to `last`, as in the report with this SHA-256."""

    first: U32
    last: U32
    digest: Bytes32


class Checkpoint(Shape):
    """A checkpoint that was made: records, tree root, SHA-256 of its text."""

    size: U32
    root: Bytes32
    digest: Bytes32


class Backup(Shape):
    """A verified copy: size in bytes, its head, SHA-256 of the copy."""

    size: U64
    head: Bytes32
    digest: Bytes32


class RestoreTest(Shape):
    """A copy opened elsewhere: how long it took, how many notes were opened."""

    milliseconds: U32
    opened: U16
