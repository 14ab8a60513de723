"""Unknown actions and versions, reserved actions, unsigned records."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from core.acts import trail
from tests.corpus.case import Case, scenario, variant
from tests.corpus.mend import Vault, broken, whole
from tests.corpus.scenarios.signers import listed
from tests.corpus.vaults import OWNER, small
from vault_format.codes import Action, PartRole
from vault_format.frames.layout import Part
from vault_format.frames.record import Draft


def _acted(number: int) -> Case:
    vault = small()
    draft, me = listed(vault, OWNER)
    vault.add(replace(draft, action=number), me)
    return broken(vault, "format")


for _number in (0x00, 0x04, 0x34, 0x7E, 0xC0, 0xFFFF):
    variant(
        f"action-{_number:02x}-unknown", f"An action that is neither known nor reserved: {_number:02x}.",
        partial(_acted, _number),
    )  # fmt: skip


@scenario
def version_unknown() -> Case:
    """A record of version 1 that no owner made lawful."""
    vault = small()
    draft, me = listed(vault, OWNER)
    seq = vault.add(draft, me)
    vault.change(seq, version=1)
    vault.sign(seq)
    return broken(vault, "format")


@scenario
def version_beyond_the_raised() -> Case:
    """A record of version 2 where an owner made version 1 lawful."""
    vault = small()
    draft, me = listed(vault, OWNER)
    vault.add(trail.format_raise(me), me)
    seq = vault.add(draft, me)
    vault.change(seq, version=2)
    vault.sign(seq)
    return broken(vault, "format")


@scenario
def version_raised() -> Case:
    """A record of version 1 after an owner made it lawful: this program is too old, and says so."""
    vault = small()
    draft, me = listed(vault, OWNER)
    vault.add(trail.format_raise(me), me)
    seq = vault.add(draft, me)
    vault.change(seq, version=1)
    vault.sign(seq)
    return whole(vault, notices=[("newer", seq)])


@scenario
def version_raised_and_an_older_finding() -> Case:
    """A newer record does not whitewash what was wrong before it."""
    vault = small()
    draft, me = listed(vault, OWNER)
    bad = vault.add(replace(draft, session=5), me)
    vault.add(trail.format_raise(me), me)
    seq = vault.add(draft, me)
    vault.change(seq, version=1)
    vault.sign(seq)
    return broken(vault, "authority", bad, notices=[("newer", seq)])


@scenario
def genesis_twice() -> Case:
    """A second genesis in the middle of the chain."""
    vault = small()
    vault.frames.append(Vault("small").frames[0])
    vault.mend(5)
    return broken(vault, "authority", notices=[("clock", 5)])


@scenario
def genesis_twice_and_cut() -> Case:
    """A second genesis, without its bundle: its place is looked at before its parts."""
    vault = small()
    vault.frames.append(Vault("small").frames[0])
    del vault.frames[5].rows[2], vault.frames[5].parts[2]
    vault.frames[5].settle()
    vault.mend(5)
    return broken(vault, "authority", notices=[("clock", 5)])


@scenario
def reserved_by_nobody() -> Case:
    """An action of the future that nobody signed."""
    vault = small()
    vault.add_unsigned(Draft(0x80))
    return broken(vault, "authority")


@scenario
def reserved_in_no_session() -> Case:
    """An action of the future outside a session."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(Draft(0x80, epoch=1), me)
    return broken(vault, "authority")


@scenario
def reserved_with_a_sealed_part() -> Case:
    """An action of the future with a part that is not public."""
    vault = small()
    me = vault.acting(OWNER)
    vault.add(replace(me.record(0x90), parts=(Part(PartRole.BODY, b"x", kind=1),)), me)
    return broken(vault, "format")


@scenario
def reserved_is_harmless() -> Case:
    """An action of the future, signed and in a session: a notice."""
    vault = small()
    me = vault.acting(OWNER)
    seq = vault.add(replace(me.record(0x90), parts=(Part(PartRole.PUBLIC, b"x"),)), me)
    return whole(vault, notices=[("unknown-harmless", seq)])


def _unsigned(kind: str, draft: Draft) -> Case:
    vault = small()
    vault.add_unsigned(draft)
    return broken(vault, kind)


UNSIGNED = {
    "epoch": ("An unsigned record that names an epoch.", Draft(Action.UNLOCK_FAILED, epoch=1, outcome=1)),
    "session": ("An unsigned record in a session.", Draft(Action.UNLOCK_FAILED, session=1, outcome=1)),
    "client": ("An unsigned record about a client.", Draft(Action.UNLOCK_FAILED, client=1, outcome=1)),
    "ref": ("An unsigned record that answers another.", Draft(Action.RECOVERY_BEGUN, ref=1)),
    "kind": ("An unsigned record of a kind.", Draft(Action.RECOVERY_BEGUN, kind=1)),
    "flag": ("An unsigned record with a flag.", Draft(Action.RECOVERY_BEGUN, flags=1)),
    "outcome": ("A failed unlock that did not fail.", Draft(Action.UNLOCK_FAILED)),
    "step": ("A failed recovery at a step that does not exist.", Draft(Action.RECOVERY_FAILED, outcome=5)),
    "member": ("A claimed member beyond the bound.", Draft(Action.UNLOCK_FAILED, outcome=1, claimed_member=4_097)),
}
for _name, (_what, _unsigned_draft) in UNSIGNED.items():
    variant(f"unsigned-{_name}", _what, partial(_unsigned, "authority", _unsigned_draft))


@scenario
def unsigned_in_place_of_genesis() -> Case:
    """A failed unlock where genesis belongs, and nothing else."""
    vault = Vault("small", 1)
    now = vault.now
    vault.frames.clear()
    vault.add_unsigned(Draft(Action.UNLOCK_FAILED, outcome=1))
    vault.now = now
    return broken(vault, "authority", 0)


@scenario
def lock_in_place_of_genesis() -> Case:
    """A signed record where genesis belongs, and nothing else."""
    vault = Vault("small", 1)
    me = small().acting(OWNER)
    now = vault.now
    vault.frames.clear()
    vault.add(trail.lock(me), me)
    vault.now = now
    return broken(vault, "authority", 0)


@scenario
def unsigned_with_parts() -> Case:
    """A failed unlock that says something."""
    return _unsigned("format", Draft(Action.UNLOCK_FAILED, (Part(PartRole.PUBLIC, b"x"),), outcome=1))


@scenario
def unsigned_with_a_signature() -> Case:
    """A failed unlock with bytes where the signature would stand."""
    vault = small()
    seq = vault.add_unsigned(Draft(Action.UNLOCK_FAILED, outcome=1))
    vault.frames[seq].signature = b"\1" * 64
    return broken(vault, "signature")


@scenario
def unsigned_with_a_generation() -> Case:
    """A failed unlock that names a key generation."""
    vault = small()
    seq = vault.add_unsigned(Draft(Action.UNLOCK_FAILED, outcome=1))
    vault.change(seq, generation=1)
    return broken(vault, "authority")


@scenario
def unsigned_with_an_impossible_time() -> Case:
    """A failed unlock of the year 287,396."""
    vault = small()
    seq = vault.add_unsigned(Draft(Action.UNLOCK_FAILED, outcome=1))
    vault.change(seq, time=2**53)
    return broken(vault, "format")
