"""Holding a checkpoint against a vault: is what stood there then the beginning of what stands here now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.acts import trail
from core.acts.acting import Acting
from core.session.session import Session
from core.trust.checkpoint import Checkpoint, key_name, make_checkpoint, origin_of, signature_holds, signed
from vault_format.errors import NotWhole
from vault_format.frames import layout
from vault_format.frames.record import Draft
from vault_format.frames.scan import Batch
from vault_format.tree import Growing


class TreeListener:
    """Computes the tree beside a verification; roots at the sizes that were asked for, and at the end."""

    def __init__(self, *sizes: int) -> None:
        self._wanted = frozenset(sizes)
        self.tree = Growing()
        self.roots: dict[int, bytes] = {}
        self.heads: dict[int, bytes] = {}
        self.head = layout.preamble_hash(layout.PREAMBLE)

    def take(self, batch: Batch) -> None:
        """Add the records of BATCH. Raises NotWhole if one does not follow the one before."""
        add, wanted = self.tree.add, self._wanted
        for item in batch.items:
            if item[2][2] < self.tree.size:
                continue
            if item[2][11] != self.head:
                raise NotWhole("The file changed since it was verified.", safe="Nothing was signed.")
            digest = self.head = layout.record_hash(item[1])
            add(digest)
            if self.tree.size in wanted:
                self.roots[self.tree.size] = self.tree.root()
                self.heads[self.tree.size] = digest


@dataclass(frozen=True, slots=True)
class Checked:
    """What a checkpoint says against a vault: `problem` is empty if the vault goes on from it.

    `signers` are the names whose signatures hold under the keys at hand, `unknown` those with keys not at hand, `bad`
    those that do not hold.
    """

    problem: str
    signers: tuple[str, ...]
    unknown: tuple[str, ...]
    bad: tuple[str, ...]


def check_against(
    checkpoint: Checkpoint, vault_id: bytes, records: int, listened: TreeListener, keys: Mapping[str, bytes]
) -> Checked:
    """Compare CHECKPOINT with a vault of RECORDS records whose tree was LISTENED to.

    KEYS are public keys by name; each of them must have signed it.
    """
    signers, unknown, bad = [], [], []
    for each in checkpoint.signatures:
        if each.name not in keys:
            unknown.append(each.name)
        elif signature_holds(checkpoint, each, keys[each.name]):
            signers.append(each.name)
        else:
            bad.append(each.name)
    problem = ""
    if checkpoint.origin != origin_of(vault_id):
        problem = "it is of another vault"
    elif bad:
        problem = f"the signature of {bad[0]} does not hold"
    elif records < checkpoint.size:
        problem = f"the vault has {records:,} records, and had {checkpoint.size:,}"
    elif listened.roots.get(checkpoint.size) != checkpoint.root:
        problem = "the vault has another history"
    elif listened.heads.get(checkpoint.size) != checkpoint.head:
        problem = "its last record is another one"
    elif missing := [name for name in keys if name not in signers]:
        problem = f"{missing[0]} did not sign it"
    return Checked(problem, tuple(signers), tuple(unknown), tuple(bad))


def take_checkpoint(session: Session, *, name: str = "") -> Checkpoint:
    """Make a checkpoint of the vault as it is now, signed by the member of SESSION, and record it.

    NAME is what the key is called, by default the member's name as `key_name` has it. Raises what appending raises.
    """
    with session.at_desk() as desk:
        ledger = desk.vault.ledger
        listener = TreeListener()
        for batch in ledger.batches():
            listener.take(batch)
        if listener.head != ledger.head:
            raise NotWhole("The file changed since it was verified.", safe="Nothing was signed.")
        made = make_checkpoint(
            desk.state.vault_id, listener.tree.size, listener.tree.root(), ledger.head, desk.vault.clock()
        )
        made = signed(made, name or key_name(desk.who.name), desk.keyring.signer.secret)

        def build(acting: Acting) -> list[Draft]:
            return [trail.checkpoint(acting, made.size, made.root, made.digest())]

        desk.append(build)
        return made
