"""Both readers say the same of vaults that chance has edited, signed anew by their members or not."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.case import noticed, places
from tests.corpus.mend import Frame, Vault
from tests.second_reader.support import batch, kind_of
from tests.vectors.generate import HERE, NAMES
from vault_format.codes import Action
from vault_format.errors import NotAVault
from vault_format.frames import layout
from vault_format.verification.verify import verify

AT_ONCE, ROUNDS = 400, 12
FIELDS = layout.Header._fields[1:20]
SIZES = dict(zip(FIELDS, (1, 1, 2, 4, 4, 2, 1, 1, 1, 1, 2, 8, 8, 8, 8, 8, 4, 4, 8), strict=True))
ROW_SIZES = {"role": 1, "kind": 1, "note_class": 1, "key_type": 1, "revision": 4, "entity": 8, "key_epoch": 4}
Said = tuple[Any, Any]


def _near(chance: random.Random, value: int, size: int, elsewhere: int) -> int:
    """Return another value for a field: a neighbour, a small one, one from another record, or any."""
    pick = chance.randrange(4)
    if pick == 0:
        return int(max(0, min(256**size - 1, value + chance.choice((-2, -1, 1, 2)))))
    if pick == 1:
        return chance.randrange(8)
    return elsewhere if pick == 2 else chance.randrange(256**size)


def _edit(chance: random.Random, vault: Vault, frame: Frame) -> None:
    """Change one thing in a record."""
    with_parts = [other for other in vault.frames if other.rows]
    pick = chance.random()
    if pick < 0.5 or not frame.rows:
        field, elsewhere = chance.choice(FIELDS), chance.choice(vault.frames).header
        value = _near(chance, getattr(frame.header, field), SIZES[field], getattr(elsewhere, field))
        if field == "action" and chance.random() < 0.8:
            value = int(chance.choice(list(Action)))
        changed: dict[str, Any] = {field: value}
        frame.header = frame.header._replace(**changed)
    elif pick < 0.7:
        at, field = chance.randrange(len(frame.rows)), chance.choice(list(ROW_SIZES))
        other = chance.choice(chance.choice(with_parts).rows)
        value = _near(chance, getattr(frame.rows[at], field), ROW_SIZES[field], getattr(other, field))
        new: dict[str, Any] = {field: value}
        frame.rows[at] = frame.rows[at]._replace(**new)
        frame.settle()
    elif pick < 0.85:
        old = frame.parts[0] or b"\0"
        at = chance.randrange(len(old))
        frame.parts[0] = old[:at] + chance.randbytes(chance.randrange(3)) + old[at + chance.randrange(3) :] or b"\0"
        frame.settle()
    elif pick < 0.92:
        at = chance.randrange(len(frame.rows))
        del frame.rows[at], frame.parts[at]
        frame.settle()
    else:
        source = chance.choice(with_parts)
        at, to = chance.randrange(len(source.rows)), chance.randrange(len(frame.rows) + 1)
        frame.rows.insert(to, source.rows[at])
        frame.parts.insert(to, source.parts[at])
        frame.settle()


def _signed_anew(chance: random.Random) -> tuple[bytes, int]:
    """Return a vault with a record that was edited and signed again by its member, and the time to verify at."""
    vault = Vault(chance.choice(("small", "solo", "staff", "recovery", "clinic", "notices")))
    seq = chance.randrange(len(vault))
    vault.cut(min(len(vault), seq + chance.choice((1, 1, 2, 5))))
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        _edit(chance, vault, vault.frames[seq])
    if chance.random() < 0.9:
        vault.mend(seq)
    return vault.data(), vault.now


def _edited(chance: random.Random) -> tuple[bytes, int]:
    """Return a vault with bytes flipped, cut, inserted, doubled or zeroed, and the time to verify at."""
    name = chance.choice(NAMES)
    data: bytes = (HERE / f"{name}.tacenda").read_bytes()
    now: int = json.loads((HERE / f"{name}.json").read_bytes())["now"]
    for _ in range(chance.choice((1, 1, 2, 3))):
        at, length = chance.randrange(len(data) + 1), chance.choice((1, 8, 56, 144, 208, chance.randrange(600)))
        kind = chance.choice(("flip", "flip", "cut", "put", "double", "end", "zeros"))
        data = {
            "flip": data[:at] + bytes(byte ^ 1 << chance.randrange(8) for byte in data[at : at + 1]) + data[at + 1 :],
            "cut": data[:at] + data[at + length :],
            "put": data[:at] + chance.randbytes(length) + data[at:],
            "double": data[: at + length] + data[at:],
            "end": data[:at],
            "zeros": data[:at] + bytes(length),
        }[kind]
    return data, now + chance.choice((0, 0, 3_600_000, -3_600_000, 10**9))


def _ours(path: Path, now: int) -> Said | None:
    try:
        verdict = verify(str(path), now)
    except NotAVault:
        return None
    return (
        places([(found.kind, found.seq) for found in verdict.findings]),
        noticed(verdict.notices),
    )


def _theirs(report: dict[str, Any]) -> Said | None:
    if any(notice["kind"] == "not-a-vault" for notice in report["notices"]):
        return None
    return (
        places([(found["kind"], found["seq"]) for found in report["findings"]]),
        places([(kind_of(notice), notice["seq"]) for notice in report["notices"]]),
    )


@pytest.mark.soak
@pytest.mark.parametrize("make", [_signed_anew, _edited])
def test_both_readers_agree(
    make: Callable[[random.Random], tuple[bytes, int]], tmp_path: Path, soak_is_short: bool
) -> None:
    chance = random.Random(make.__name__)
    for _ in range(1 if soak_is_short else ROUNDS):
        jobs, ours = [], []
        for number in range(AT_ONCE):
            data, now = make(chance)
            path = tmp_path / f"{number}.tacenda"
            path.write_bytes(data)
            jobs.append({"path": str(path), "now": now})
            ours.append(_ours(path, now))
        for job, wanted, answer in zip(jobs, ours, batch(jobs), strict=True):
            assert "error" not in answer, (job, answer)
            assert _theirs(answer["report"]) == wanted, (job, answer["report"])
