"""The documented interchange form of a sealed part carries all security metadata, in JSON and in msgpack."""

from __future__ import annotations

import base64
import json
import os

import msgspec
import pytest

from vault_format.codes import KeyType, Kind, NoteClass, PartRole
from vault_format.crypto.interchange import as_json, as_msgpack, take_apart
from vault_format.crypto.sealing import CannotOpen, Place, join_body, open_sealed, seal

VAULT = bytes(range(32))
KEY = bytes(32)


def _body() -> tuple[Place, bytes]:
    place = Place(PartRole.BODY, Kind.NOTE, NoteClass.CHART, KeyType.NOTES, 3, 2**64 - 1, 4, 2)
    return place, join_body(b"s" * 16, seal(KEY, b"plain", place.bind(VAULT), os.urandom))


def test_json_and_msgpack_say_the_same() -> None:
    place, stored = _body()
    part = take_apart(stored, place.part(stored).row(), VAULT, 2)
    told = json.loads(as_json(part))
    packed = msgspec.msgpack.decode(as_msgpack(part))
    assert set(told) == set(packed) == {"iv", "ciphertext", "tag", "metadata"}
    assert base64.b64decode(told["iv"]) == packed["iv"]
    assert len(packed["iv"]) == 24
    assert len(packed["tag"]) == 16
    metadata = packed["metadata"]
    assert (metadata["entity"], metadata["revision"], metadata["author"]) == (2**64 - 1, 3, 2)
    assert (metadata["vault"], metadata["salt"]) == (VAULT, b"s" * 16)
    assert metadata["suite"] == "XChaCha20-Poly1305"


def test_the_structure_opens_as_the_stored_part_does() -> None:
    place, stored = _body()
    part = take_apart(stored, place.part(stored).row(), VAULT, 2)
    assert open_sealed(KEY, part.iv + part.ciphertext + part.tag, place.bind(VAULT)) == b"plain"


def test_what_is_too_short_is_no_sealed_part() -> None:
    place, stored = _body()
    row = place.part(stored).row()
    with pytest.raises(CannotOpen):
        take_apart(stored[:50], row, VAULT, 2)
    with pytest.raises(CannotOpen):
        take_apart(stored[:30], row._replace(role=PartRole.INDEX), VAULT, 2)
