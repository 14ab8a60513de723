"""A checkpoint as a signed note (C2SP signed-note and tlog-checkpoint): origin, size, tree root, signatures.

It fits an e-mail or a sheet of paper, tells nothing of a note, and can be checked with nothing but public keys.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from vault_format.crypto import signing
from vault_format.errors import UsageError

_ED25519 = b"\x01"
_SIGNATURE = re.compile(r"— ([^ +\n]+) ([A-Za-z0-9+/]+={0,2})")
_MOST = 16_384
_MOST_SIGNATURES = 64


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature of a signed note: whose key by name, the key's first four bytes of id, the signature's bytes."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A vault's tree at one moment: `origin` names the vault, `head` the last record's hash, `time` UTC ms.

    `signatures` are those that the text bears; whether they hold is for whoever has the keys to say.
    """

    origin: str
    size: int
    root: bytes
    head: bytes
    time: int
    signatures: tuple[NoteSignature, ...] = ()

    @property
    def body(self) -> str:
        """The text that is signed, its last line break included."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\nhead {self.head.hex()}\ntime {self.time}\n"

    def digest(self) -> bytes:
        """Return the SHA-256 of the whole text."""
        return hashlib.sha256(render(self).encode()).digest()


def origin_of(vault_id: bytes) -> str:
    """Return what a vault's checkpoints are called: nothing in it names the practice."""
    return f"tacenda.vault/{vault_id.hex()}"


def key_id(name: str, public: bytes, kind: bytes = _ED25519) -> bytes:
    """Return the four bytes that tell one key of a NAME from another (C2SP signed-note)."""
    return hashlib.sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def key_name(member: str) -> str:
    """Return what the key of the MEMBER of this name is called: without spaces and plus signs, which end a name."""
    return "-".join(member.split()).replace("+", "-")


def verifier_key(name: str, public: bytes) -> str:
    """Return a public key as others' tools read it: name, id and key joined by plus signs (C2SP signed-note)."""
    return f"{name}+{key_id(name, public).hex()}+{base64.b64encode(_ED25519 + public).decode()}"


def read_verifier_key(text: str) -> tuple[str, bytes]:
    """Return name and public key of what `verifier_key` gave. Raises UsageError for anything else."""
    name, _, rest = text.strip().partition("+")
    given, _, encoded = rest.partition("+")
    try:
        raw = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raw = b""
    if len(raw) != 33 or raw[:1] != _ED25519 or not name or key_id(name, raw[1:]).hex() != given:
        raise UsageError("This is no verifier key.", todo="It looks like NAME+8 hex digits+base64.")
    return name, raw[1:]


def signed(checkpoint: Checkpoint, name: str, secret: bytes) -> Checkpoint:
    """Return CHECKPOINT with a signature of NAME, whose Ed25519 SECRET has 64 bytes, besides those it bears."""
    if not re.fullmatch(r"[^ +\n]{1,128}", name):
        raise UsageError("The name of a key has no space and no plus sign.", todo="Choose another name.")
    signature = signing.sign(checkpoint.body.encode(), secret)
    added = NoteSignature(name, key_id(name, secret[32:]), signature)
    return Checkpoint(
        checkpoint.origin, checkpoint.size, checkpoint.root, checkpoint.head, checkpoint.time,
        (*checkpoint.signatures, added),
    )  # fmt: skip


def make_checkpoint(vault_id: bytes, size: int, root: bytes, head: bytes, time: int) -> Checkpoint:
    """Return a checkpoint that nobody has signed yet."""
    return Checkpoint(origin_of(vault_id), size, root, head, time)


def render(checkpoint: Checkpoint) -> str:
    """Return the whole text: body, an empty line, a line for each signature."""
    lines = [
        f"— {each.name} {base64.b64encode(each.key_id + each.signature).decode()}\n" for each in checkpoint.signatures
    ]
    return f"{checkpoint.body}\n{''.join(lines)}"


def parse(text: str) -> Checkpoint:
    """Return the checkpoint in TEXT. Raises UsageError for anything that is not exactly one.

    Line ends as mail programs change them, and spaces behind a line, are put right first.
    """
    if len(text) > _MOST:
        raise UsageError("This is no checkpoint: it is too long.")
    lines = [line.rstrip() for line in text.strip().splitlines()]
    bad = UsageError("This is no checkpoint.", todo="Take the whole text, with its first and last line.")
    try:
        split = lines.index("")
        origin, size, root, head, time = lines[:split]
        raw = base64.b64decode(root, validate=True)
        found = Checkpoint(
            origin, int(size), raw, bytes.fromhex(head.removeprefix("head ")), int(time.removeprefix("time ")),
            _signatures(lines[split + 1 :]),
        )  # fmt: skip
    except (ValueError, binascii.Error):
        raise bad from None
    if found.body.splitlines() != lines[:split] or len(raw) != 32 or len(found.head) != 32 or found.size < 1:
        raise bad
    return found


def _signatures(lines: Sequence[str]) -> tuple[NoteSignature, ...]:
    if not 1 <= len(lines) <= _MOST_SIGNATURES:
        raise ValueError("no signature, or too many")
    found = []
    for line in lines:
        match = _SIGNATURE.fullmatch(line)
        if match is None:
            raise ValueError("a line that is no signature")
        raw = base64.b64decode(match[2], validate=True)
        if len(raw) < 5:
            raise ValueError("a signature that is too short")
        found.append(NoteSignature(match[1], raw[:4], raw[4:]))
    return tuple(found)


def signature_holds(checkpoint: Checkpoint, each: NoteSignature, public: bytes) -> bool:
    """Whether the signature EACH is PUBLIC's (32 bytes), over the text of CHECKPOINT."""
    known = each.key_id == key_id(each.name, public) and len(each.signature) == 64
    return known and signing.holds(each.signature, checkpoint.body.encode(), public)
