"""A member's two key pairs of one generation, and how their public halves are registered (docs/FORMAT.md, 6.2)."""

from __future__ import annotations

from typing import NamedTuple

from vault_format.crypto import signing
from vault_format.crypto.sealing import Entropy
from vault_format.public.members import Keys


class Pairs(NamedTuple):
    """The private halves: Ed25519 seed and X25519 private key, 32 bytes each."""

    sign: bytes
    box: bytes

    def register(self, binding: bytes, enrolment: int, generation: int) -> Keys:
        """Return the public keys with the proof that they are held; BINDING is birth in genesis, else the vault id."""
        public, secret = signing.keypair(self.sign)
        box = signing.box_public(self.box)
        return Keys(sign=public, box=box, proof=signing.prove(binding, enrolment, generation, secret, box))


def new_pairs(entropy: Entropy) -> Pairs:
    """Return random pairs."""
    return Pairs(entropy(32), entropy(32))
