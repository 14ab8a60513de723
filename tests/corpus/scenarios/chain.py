"""Order, origin, signatures, and what only a pin can show."""

from __future__ import annotations

import msgspec

from core.acts import trail
from tests.corpus.case import Case, scenario
from tests.corpus.mend import Vault, broken, whole
from tests.corpus.scenarios.people import said_by_genesis
from vault_format.frames import layout
from vault_format.verification.verify import Pinned


def _open() -> Vault:
    return Vault("small", 5)


@scenario
def reordered() -> Case:
    """Two records changed places."""
    vault = Vault("small")
    vault.frames[2], vault.frames[3] = vault.frames[3], vault.frames[2]
    return broken(vault, "chain", 2)


@scenario
def reordered_and_linked() -> Case:
    """Two records changed places and were numbered and chained anew, but not signed anew."""
    vault = _open()
    vault.add(trail.listed(vault.acting(1), 1, 0), vault.signer(1))
    vault.add(trail.listed(vault.acting(1), 2, 0), vault.signer(1))
    vault.frames[5], vault.frames[6] = vault.frames[6], vault.frames[5]
    vault.link(5)
    return broken(vault, "signature", 5, more=[("signature", 6)], notices=[("clock", 6)])


@scenario
def duplicated() -> Case:
    """A record stands there twice."""
    vault = Vault("small")
    vault.frames.insert(3, vault.frames[2])
    return broken(vault, "chain", 3)


@scenario
def duplicated_at_the_end() -> Case:
    """The last record stands there twice."""
    vault = Vault("small")
    vault.frames.append(vault.frames[5])
    return broken(vault, "chain", 6)


@scenario
def removed_from_the_middle() -> Case:
    """A record was cut out."""
    vault = Vault("small")
    del vault.frames[4]
    return broken(vault, "chain", 4)


@scenario
def removed_and_linked() -> Case:
    """A record was cut out and the rest chained anew without its keys."""
    vault = Vault("small")
    del vault.frames[4]
    vault.link(4)
    return broken(vault, "signature", 4)


@scenario
def grafted_from_a_sibling() -> Case:
    """The unlock of another vault, as it stands there."""
    vault = Vault("small")
    vault.frames.append(Vault("torn").frames[1])
    return broken(vault, "chain", 6)


@scenario
def grafted_from_a_sibling_and_linked() -> Case:
    """The unlock of another vault, chained here: it is signed with another key over another vault id."""
    vault = Vault("small")
    vault.frames.append(Vault("torn").frames[1])
    vault.link(6)
    return broken(vault, "signature", 6, notices=[("clock", 6)])


@scenario
def signed_for_another_vault() -> Case:
    """The right key signed the right header, but over the id of another vault."""
    vault = _open()
    own, vault.vault_id = vault.vault_id, Vault("torn").vault_id
    vault.add(trail.lock(_open().acting(1)), vault.signer(1))
    vault.vault_id = own
    return broken(vault, "signature")


@scenario
def sequence_jumps() -> Case:
    """A record's number is one too high, signed so."""
    vault = Vault("small")
    vault.change(5, sequence=6)
    vault.sign(5)
    return broken(vault, "chain", 5)


@scenario
def follows_another_record() -> Case:
    """A record names another one as the one before it, signed so."""
    vault = Vault("small")
    vault.change(5, prev=vault.frames[3].hash)
    vault.sign(5)
    return broken(vault, "chain", 5)


@scenario
def signature_stripped() -> Case:
    """The last record's signature is 64 zero bytes."""
    vault = Vault("small")
    vault.frames[5].signature = layout.UNSIGNED
    return broken(vault, "signature", 5)


@scenario
def signature_stripped_and_mended() -> Case:
    """A signature in the middle is zero, everything behind it chained and signed anew."""
    vault = Vault("small")
    vault.frames[3].signature = layout.UNSIGNED
    vault.mend(4)
    return broken(vault, "signature", 3)


@scenario
def signature_of_another_record() -> Case:
    """The last record bears the signature of the one before."""
    vault = Vault("small")
    vault.frames[5].signature = vault.frames[4].signature
    return broken(vault, "signature", 5)


@scenario
def signature_with_high_scalar() -> Case:
    """The group order was added to the signature's scalar: the same point, refused as not canonical."""
    vault = Vault("small")
    order = 2**252 + 27742317777372353535851937790883648493
    raw = vault.frames[5].signature
    scalar = (int.from_bytes(raw[32:], "little") + order).to_bytes(32, "little")
    vault.frames[5].signature = raw[:32] + scalar
    return broken(vault, "signature", 5)


@scenario
def genesis_signed_by_another_key() -> Case:
    """Genesis is signed, but not by the key it registers."""
    vault = Vault("small", 1)
    vault.secrets[1, 1] = Vault("torn").secrets[1, 1]
    vault.sign(0)
    return broken(vault, "signature", 0)


@scenario
def cut_at_a_boundary() -> Case:
    """The last record is missing: one file alone cannot show it."""
    return whole(Vault("small", 5))


@scenario
def cut_at_a_boundary_with_a_pin() -> Case:
    """The last record is missing, and this machine had seen it."""
    pin = Vault("small").pin(5)
    return broken(Vault("small", 5), "pin", 5, pin=pin)


@scenario
def pin_is_behind() -> Case:
    """This machine had seen an earlier record, which is still there."""
    return whole(Vault("small"), pin=Vault("small").pin(3))


@scenario
def another_history_with_a_pin() -> Case:
    """Another copy went on from record 4, and this machine had seen this one."""
    pin = Vault("small").pin(5)
    vault = _open()
    vault.add(trail.lock(vault.acting(1)), vault.signer(1))
    vault.now -= 7_000
    other = _open()
    other.now += 60_000
    other.add(trail.lock(other.acting(1)), other.signer(1))
    return broken(other, "pin", 5, pin=pin)


@scenario
def another_vault_with_a_pin() -> Case:
    """Another vault stands where this machine knew one."""
    return broken(Vault("small"), "pin", 0, pin=Pinned(Vault("torn").vault_id, 3, bytes(32)))


@scenario
def torn_at_the_pin() -> Case:
    """What would be set aside as torn is a record that this machine has seen whole."""
    pin = Vault("small").pin(5)
    vault = Vault("small", 5)
    vault.tail = Vault("small").frames[5].raw()[:150]
    return broken(vault, "pin", 5, notices=[("torn", 5)], pin=pin)


@scenario
def continues() -> Case:
    """A vault that carries on an earlier one, countersigned by an owner of that one."""
    return whole(Vault("notices", 1), notices=[("continues", 0)])


@scenario
def continues_with_another_proof() -> Case:
    """A vault that claims to carry on an earlier one, which nobody there signed."""
    vault = Vault("notices", 1)
    shape = said_by_genesis(vault)
    assert shape.continues is not None
    forged = bytes([shape.continues.proof[0] ^ 1]) + shape.continues.proof[1:]
    vault.say(0, msgspec.structs.replace(shape, continues=msgspec.structs.replace(shape.continues, proof=forged)))
    return whole(vault, notices=[("continues-unproven", 0)])


@scenario
def continues_another_history_with_the_same_proof() -> Case:
    """A vault that cites another head than the one that was countersigned."""
    vault = Vault("notices", 1)
    shape = said_by_genesis(vault)
    assert shape.continues is not None
    vault.say(0, msgspec.structs.replace(shape, continues=msgspec.structs.replace(shape.continues, head=bytes(32))))
    return whole(vault, notices=[("continues-unproven", 0)])
