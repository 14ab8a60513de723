"""The tree beside the chain, against RFC 6962's definition written down again, and against its own proofs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from vault_format.tree import Growing, consistency, is_consistent, root_of

LEAVES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70)


def defined(leaves: Sequence[bytes]) -> bytes:
    """MTH as section 2.1 defines it."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\1" + defined(leaves[:split]) + defined(leaves[split:])).digest()


@given(LEAVES)
def test_the_root_is_the_one_that_is_defined(leaves: list[bytes]) -> None:
    tree = Growing()
    for count, data in enumerate(leaves, 1):
        tree.add(data)
        assert tree.root() == defined(leaves[:count])
    assert Growing().root() == defined([])


@given(LEAVES, st.integers(1, 70))
def test_a_beginning_is_proven(leaves: list[bytes], old: int) -> None:
    old = min(old, len(leaves))
    proof = consistency(old, leaves)
    assert is_consistent(old, root_of(leaves[:old]), len(leaves), root_of(leaves), proof)


@given(LEAVES, st.integers(1, 70), st.integers(0, 69), st.integers(0, 255))
def test_another_history_is_not(leaves: list[bytes], old: int, at: int, bit: int) -> None:
    old = min(old, len(leaves))
    other = list(leaves)
    at %= old
    changed = bytearray(other[at])
    changed[bit // 8] ^= 1 << bit % 8
    other[at] = bytes(changed)
    if other == leaves:
        return
    assert not is_consistent(old, root_of(leaves[:old]), len(other), root_of(other), consistency(old, other))


@given(LEAVES, st.integers(1, 70), st.data())
def test_a_changed_proof_proves_nothing(leaves: list[bytes], old: int, data: st.DataObject) -> None:
    old = min(old, len(leaves))
    proof = consistency(old, leaves)
    if not proof:
        return
    at = data.draw(st.integers(0, len(proof) - 1))
    changed = [*proof[:at], bytes(32), *proof[at + 1 :]]
    assert not is_consistent(old, root_of(leaves[:old]), len(leaves), root_of(leaves), changed)
    assert not is_consistent(old, root_of(leaves[:old]), len(leaves), root_of(leaves), [*proof, bytes(32)])
