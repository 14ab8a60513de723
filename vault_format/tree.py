"""A Merkle tree over a vault's record hashes, computed beside the chain (RFC 6962, section 2.1).

The chain proves what follows what; the tree lets somebody who holds two roots, and no vault, see that one is the
beginning of the other. Leaf data is the record hash (32 bytes).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

HASH_SIZE = 32
_LEAF, _NODE = b"\x00", b"\x01"

Subtree = Callable[[int, int], bytes]
"""Gives the root over the leaves from a first to (not including) a last."""


def leaf(data: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(_LEAF + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(_NODE + left + right).digest()


class Growing:
    """The tree of what was added so far, in as many hashes as its size has binary ones."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, data: bytes) -> None:
        """Add a leaf."""
        found, size = leaf(data), self.size
        while size & 1:
            found = node(self._peaks.pop(), found)
            size >>= 1
        self._peaks.append(found)
        self.size += 1

    def root(self) -> bytes:
        """Return the root; of nothing it is the SHA-256 of nothing."""
        if not self._peaks:
            return hashlib.sha256(b"").digest()
        found = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            found = node(peak, found)
        return found


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over the data of LEAVES."""
    tree = Growing()
    for data in leaves:
        tree.add(data)
    return tree.root()


def _split(size: int) -> int:
    """Return the largest power of two below SIZE, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1


def consistency(old: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the proof that the tree over the first OLD of LEAVES is the beginning of the tree over all of them.

    Raises ValueError unless 0 < OLD <= the number of leaves.
    """
    if not 0 < old <= len(leaves):
        raise ValueError("no such beginning")
    return _subproof(old, 0, len(leaves), leaves, whole=True)


def _subproof(old: int, first: int, last: int, leaves: Sequence[bytes], *, whole: bool) -> list[bytes]:
    size = last - first
    if old == size:
        return [] if whole else [root_of(leaves[first:last])]
    split = _split(size)
    if old <= split:
        proof = _subproof(old, first, first + split, leaves, whole=whole)
        return [*proof, root_of(leaves[first + split : last])]
    proof = _subproof(old - split, first + split, last, leaves, whole=False)
    return [*proof, root_of(leaves[first : first + split])]


def is_consistent(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether PROOF shows that the tree of SIZE with ROOT begins with the one of OLD with OLD_ROOT.

    RFC 9162, section 2.1.4.2.
    """
    if not 0 < old <= size:
        return False
    if old == size:
        return not proof and old_root == root
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node(each, before), node(each, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = node(after, each)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and after == root
