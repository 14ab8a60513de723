"""A witness: somebody with a key of their own, who signs checkpoints that they have seen."""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path

from core.trust.checkpoint import Checkpoint, signed, verifier_key
from vault_format import machine
from vault_format.crypto import signing
from vault_format.errors import Unavailable, UsageError

_HEAD = "TACENDA WITNESS KEY, secret"
_MOST = 1_024


def new_witness(name: str, path: Path) -> str:
    """Write a new key, called NAME, to PATH, mode 0600; return its public half. Raises UsageError, Unavailable."""
    if not name or any(each.isspace() or each == "+" for each in name):
        raise UsageError("The name of a key has no space and no plus sign.", todo="Choose another name.")
    seed = os.urandom(signing.SEED_SIZE)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | machine.PLAIN, 0o600)
    except FileExistsError:
        raise UsageError(f"{path} is there already.", safe="It was not touched.", todo="Choose another name.") from None
    except OSError as error:
        raise Unavailable(f"{path} could not be written: {error.strerror}.") from None
    try:
        machine.write_all(descriptor, f"{_HEAD}\n{name}\n{base64.b64encode(seed).decode()}\n".encode(), 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return verifier_key(name, signing.keypair(seed)[0])


def read_witness(path: Path) -> tuple[str, bytes]:
    """Return name and 64-byte secret key of the file at PATH. Raises UsageError if it is no such key."""
    try:
        with path.open("rb") as file:
            head, name, encoded = file.read(_MOST).decode().splitlines()
        seed = base64.b64decode(encoded, validate=True)
    except (OSError, ValueError, binascii.Error):
        head, name, seed = "", "", b""
    if head != _HEAD or len(seed) != signing.SEED_SIZE:
        raise UsageError(f"{path} is no witness key.", todo="Make one with `tacenda checkpoint key`.")
    return name, signing.keypair(seed)[1]


def cosigned(checkpoint: Checkpoint, path: Path) -> Checkpoint:
    """Return CHECKPOINT with the signature of the witness whose key is at PATH. Raises UsageError."""
    name, secret = read_witness(path)
    return signed(checkpoint, name, secret)
