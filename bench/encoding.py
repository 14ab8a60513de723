"""The structure {iv, ciphertext, tag, metadata} as msgpack and as JSON, and as it is stored."""

from __future__ import annotations

import json
import os

import msgspec

from bench.measure import Line, in_turns, ratio, seconds, show
from vault_format.codes import KeyType, Kind, NoteClass, PartRole
from vault_format.crypto import interchange, padding
from vault_format.crypto.interchange import SealedPart
from vault_format.frames.layout import Part

_TEXT = 2_000
_TIMES = 2_000


def _sealed() -> tuple[bytes, SealedPart]:
    stored = os.urandom(24 + 16 + padding.padded_size(4 + _TEXT) + 16)
    part = Part(PartRole.BODY, stored, Kind.NOTE, NoteClass.CHART, KeyType.NOTES, 3, 2**63 + 1, 7)
    return stored, interchange.take_apart(stored, part.row(), bytes(32), 2)


def _many(act: object, data: object) -> float:
    def turns() -> None:
        for _ in range(_TIMES):
            act(data)  # type: ignore[operator]

    return seconds(turns)


def run() -> None:
    stored, part = _sealed()
    as_json, as_msgpack = interchange.as_json(part), interchange.as_msgpack(part)
    from_json, from_msgpack = msgspec.json.Decoder(SealedPart), msgspec.msgpack.Decoder(SealedPart)
    found = in_turns(
        {
            "write json": lambda: _many(interchange.as_json, part),
            "write msgpack": lambda: _many(interchange.as_msgpack, part),
            "read json": lambda: _many(from_json.decode, as_json),
            "read msgpack": lambda: _many(from_msgpack.decode, as_msgpack),
            "read json, standard library": lambda: _many(json.loads, as_json),
        },
        rounds=7,
    )
    lines = [
        Line("stored in a vault: bytes and their row", f"{len(stored) + 56:,} bytes"),
        Line("msgpack", f"{len(as_msgpack):,} bytes"),
        Line("JSON, base64", f"{len(as_json):,} bytes"),
        Line("  against msgpack", f"× {len(as_json) / len(as_msgpack):.2f}"),
        Line("  to write", f"× {ratio(found, 'write json', 'write msgpack'):.1f}"),
        Line("  to read", f"× {ratio(found, 'read json', 'read msgpack'):.1f}"),
        Line(
            "  to read with the standard library",
            f"× {ratio(found, 'read json, standard library', 'read msgpack'):.1f}",
        ),
    ]
    show(f"A sealed body of {_TEXT:,} bytes, taken apart", lines)
