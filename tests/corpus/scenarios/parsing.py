"""Public parts that are not the one encoding of what they say."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import msgspec

from core.acts import trail
from tests.corpus.case import Case, scenario, variant
from tests.corpus.mend import Vault, broken, saying, whole, with_part
from vault_format import public
from vault_format.codes import Reason
from vault_format.public.members import AlertPolicy, Genesis, Policy
from vault_format.public.trail import Reasoned

CHART, PROCESS = b"\xa5chart", b"\xa7process"

LISTED = {
    "duplicate-keys": ("A map with one key twice.", b"\x83" + CHART + b"\1" + CHART + b"\2" + PROCESS + b"\0"),
    "duplicate-keys-counted-once": (
        "A map with one key twice in place of another key.", b"\x82" + CHART + b"\1" + CHART + b"\2"
    ),
    "integer-too-long": ("A small number in the long form.", b"\x82" + CHART + b"\xcd\0\1" + PROCESS + b"\0"),
    "integer-signed": ("A small number in the signed form.", b"\x82" + CHART + b"\xd0\1" + PROCESS + b"\0"),
    "integer-negative": ("A number below zero.", b"\x82" + CHART + b"\xff" + PROCESS + b"\0"),
    "integer-over-its-bound": ("A number of 33 bits.", b"\x82" + CHART + b"\xcf\0\0\0\1\0\0\0\0" + PROCESS + b"\0"),
    "key-in-the-long-form": ("A key in the long form of text.", b"\x82\xd9\x05chart\1" + PROCESS + b"\0"),
    "key-as-bytes": ("A key that is a byte string.", b"\x82\xc4\x05chart\1" + PROCESS + b"\0"),
    "map-in-the-long-form": ("A map header in the long form.", b"\xde\0\2" + CHART + b"\1" + PROCESS + b"\0"),
    "map-of-another-order": ("The right fields in another order.", b"\x82" + PROCESS + b"\0" + CHART + b"\1"),
    "field-missing": ("A field is missing.", b"\x81" + CHART + b"\1"),
    "field-unknown": ("A field too many.", b"\x83" + CHART + b"\1" + PROCESS + b"\0\xa4free\0"),
    "boolean-for-a-number": ("True in place of 1.", b"\x82" + CHART + b"\xc3" + PROCESS + b"\0"),
    "float-for-a-number": ("1.0 in place of 1.", b"\x82" + CHART + b"\xcb\x3f\xf0" + bytes(6) + PROCESS + b"\0"),
    "nil-where-none-may-be": ("Nil in place of a number.", b"\x82" + CHART + b"\xc0" + PROCESS + b"\0"),
    "trailing-bytes": ("A byte behind the map.", b"\x82" + CHART + b"\1" + PROCESS + b"\0\0"),
    "two-maps": ("The same map twice.", (b"\x82" + CHART + b"\1" + PROCESS + b"\0") * 2),
    "array-for-a-map": ("The values without their keys.", b"\x92\1\0"),
    "deep-nesting": ("Arrays in arrays, 20,000 deep.", b"\x91" * 20_000 + b"\0"),
    "deep-nesting-in-a-field": (
        "Maps in maps in an unknown field, 5,000 deep.", b"\x82" + CHART + b"\1" + b"\x81\xa1x" * 5_000 + b"\0"
    ),
    "cut-short": ("The map ends in its middle.", b"\x82" + CHART + b"\1" + PROCESS),
    "never-used-byte": ("The one byte that msgpack never uses.", b"\xc1"),
    "extension": ("An extension type.", b"\x82" + CHART + b"\xd4\1\0" + PROCESS + b"\0"),
}  # fmt: skip


def _listed(raw: bytes) -> Case:
    vault = Vault("small", 5)
    me = vault.acting(1)
    vault.add(with_part(trail.listed(me, 1, 0), 0, data=raw), me)
    return broken(vault, "format")


for _name, (_what, _raw) in LISTED.items():
    variant(f"public-{_name}", _what, partial(_listed, _raw))


def _genesis(**fields: object) -> Case:
    vault = Vault("small", 1)
    shape = public.read(1, vault.frames[0].parts[0] or b"")
    assert isinstance(shape, Genesis)
    vault.say(0, msgspec.structs.replace(shape, **fields))
    return broken(vault, "format", 0)


@scenario
def public_text_not_utf8() -> Case:
    """The practice's name is not UTF-8."""
    vault = Vault("small", 1)
    raw = vault.frames[0].parts[0] or b""
    vault.put(0, 0, raw.replace(b"Practice", b"Pract\xffce"))
    return broken(vault, "format", 0)


@scenario
def public_name_too_long() -> Case:
    """A name of 65 characters."""
    return _genesis(name="n" * 65)


@scenario
def public_name_empty() -> Case:
    """A name of no characters."""
    return _genesis(name="")


@scenario
def public_name_with_a_line_break() -> Case:
    """A name that would break a line on every screen."""
    return _genesis(name="ow\nner")


@scenario
def public_name_with_a_direction_mark() -> Case:
    """A name with a character that turns the direction of text round."""
    return _genesis(name="ow\u202ener")


@scenario
def public_bytes_too_short() -> Case:
    """A master commitment of 31 bytes."""
    return _genesis(master=bytes(31))


@scenario
def public_part_is_not_the_first() -> Case:
    """A record whose detail stands before its public part."""
    vault = Vault("small", 5)
    me = vault.acting(1)
    draft = trail.rotation_due(me, Reason.BY_HAND, "By hand.")
    vault.add(replace(draft, parts=draft.parts[::-1]), me)
    return broken(vault, "format")


def _policy(**fields: object) -> Case:
    vault = Vault("small", 5)
    me = vault.acting(1)
    policy: Policy = me.state.current_policy()
    vault.add(saying(trail.policy(me, policy), msgspec.structs.replace(policy, **fields)), me)
    return broken(vault, "format")


POLICIES = {
    "rotation-never": ("A rotation every 0 days.", {"rotation_days": 0}),
    "idle-too-long": ("An idle limit over four hours.", {"idle_minutes": 241}),
    "minute-of-the-day": ("Working hours that end at minute 1,441.", {"hours_to": 1_441}),
    "export-unknown": ("A third rule for exports.", {"export": 2}),
    "late-epochs-none": ("Nobody may ever be late.", {"late_epochs": 0}),
}

for _name, (_what, _fields) in POLICIES.items():
    variant(f"policy-{_name}", _what, partial(_policy, **_fields))


def _alerts(**fields: int) -> Case:
    vault = Vault("small", 5)
    alerts = msgspec.structs.replace(vault.acting(1).state.current_policy().alerts, **fields)
    return _policy(alerts=alerts)


ALERTS = {
    "failures": (3, 8), "failure_minutes": (10, 1_440), "bulk_notes": (10, 100), "bulk_times": (1, 3),
    "fast_notes": (10, 30), "fast_seconds": (30, 120), "dormant_days": (14, 90), "clock_minutes": (1, 15),
    "clock_days": (7, 90), "habit_unlocks": (20, 100),
}  # fmt: skip
"""What FORMAT.md allows, written out once more."""

for _field, (_least, _most) in ALERTS.items():
    _name = f"policy-alerts-{_field.replace('_', '-')}"
    variant(f"{_name}-too-few", f"A policy with {_field} {_least - 1}.", partial(_alerts, **{_field: _least - 1}))
    variant(f"{_name}-too-many", f"A policy with {_field} {_most + 1}.", partial(_alerts, **{_field: _most + 1}))


def _alerts_at(end: int) -> Case:
    vault = Vault("small", 5)
    me = vault.acting(1)
    alerts = AlertPolicy(**{field: bounds[end] for field, bounds in ALERTS.items()})
    vault.add(trail.policy(me, msgspec.structs.replace(me.state.current_policy(), alerts=alerts)), me)
    return whole(vault)


@scenario
def policy_alerts_at_their_least() -> Case:
    """Every value of the policy's alerts at its lower bound."""
    return _alerts_at(0)


@scenario
def policy_alerts_at_their_most() -> Case:
    """Every value of the policy's alerts at its upper bound."""
    return _alerts_at(1)


@scenario
def policy_alerts_left_out() -> Case:
    """A policy that says nothing of alerts."""
    vault = Vault("small", 5)
    me = vault.acting(1)
    policy = msgspec.to_builtins(me.state.current_policy())
    del policy["alerts"]
    vault.add(with_part(trail.policy(me, me.state.current_policy()), 0, data=msgspec.msgpack.encode(policy)), me)
    return broken(vault, "format")


@scenario
def reason_unknown() -> Case:
    """A reason code that is not in the list."""
    vault = Vault("small", 5)
    me = vault.acting(1)
    vault.add(saying(trail.rotation_due(me, Reason.BY_HAND), Reasoned(reason=20)), me)
    return broken(vault, "format")
