"""Check the chain of a Tacenda vault with nothing of Tacenda: `python verify_chain.py VAULT [SEQUENCE HEAD]`.

Written from FORMAT.md sections 2 to 4, 7 and 8 with Python's standard library and one library for signatures (PyNaCl).
It checks frames, the chain, every hash of what is there, that what is missing was dropped by a record, and every
signature under the keys that the chain itself registers; with SEQUENCE and HEAD (hex, kept from an earlier time) also
that this record is still the same. It does not check who may do what (section 8) nor that nothing live was dropped;
`tacenda verify` does. Ends with 0 if all holds, 1 if something does not, 2 for no vault, 3 if bytes that are no whole
record stand at the end: a write that was cut short, or damage.
"""

# ruff: noqa: INP001, T201  a program on its own, which speaks

from __future__ import annotations

import hashlib
import struct
import sys
from pathlib import Path
from typing import Any

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

HEADER = struct.Struct("<4sBBHIIHBBBBHQQQQQIIQ32s32s")
ROW = struct.Struct("<BBBBIQII32s")
UNSIGNED = (0x10, 0x11, 0x16)
REGISTER = {0x01: 1, 0x20: 1, 0x28: 1, 0x26: 1, 0x23: 0, 0x24: 0}  # a first generation, or one more


def label(word: str) -> bytes:
    """Return a label: 16 bytes, section 2."""
    return (b"\0" + word.encode()).ljust(16, b"\0")


def digest(word: str, data: bytes) -> bytes:
    """Return SHA-256 over a label and DATA."""
    return hashlib.sha256(label(word) + data).digest()


def unpack(data: bytes, at: int = 0) -> tuple[Any, int]:
    """Return a msgpack value and where the next begins."""
    first = data[at]
    at += 1
    if first < 0x80:
        return first, at
    if first in (0xC0, 0xC2, 0xC3):
        return {0xC0: None, 0xC2: False, 0xC3: True}[first], at
    if 0xCC <= first <= 0xCF:
        size = 1 << (first - 0xCC)
        return int.from_bytes(data[at : at + size], "big"), at + size
    wide = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4, 0xDC: 2, 0xDD: 4, 0xDE: 2, 0xDF: 4}
    if first in wide:
        count = int.from_bytes(data[at : at + wide[first]], "big")
        at += wide[first]
    elif first < 0xC0:
        count = first & (0x1F if first >= 0xA0 else 0x0F)
    else:
        raise ValueError("no msgpack of a public part")
    if 0xC4 <= first <= 0xC6:
        return bytes(data[at : at + count]), at + count
    if 0xA0 <= first <= 0xBF or 0xD9 <= first <= 0xDB:
        return bytes(data[at : at + count]).decode(), at + count
    values = []
    for _ in range(count * 2 if first < 0x90 or first >= 0xDE else count):
        value, at = unpack(data, at)
        values.append(value)
    if first < 0x90 or first >= 0xDE:
        return dict(zip(values[::2], values[1::2], strict=True)), at
    return values, at


def read_parts(data: bytes, at: int, count: int, table_hash: bytes) -> tuple[bytes, list[int], int, bool]:
    """Return the public part, what is absent, where the frame ends, whether every hash fits. Raises EOFError."""
    bitmap = data[at : at + (count + 7) // 8]
    at += len(bitmap)
    table = data[at : at + ROW.size * count]
    at += len(table)
    rows = list(ROW.iter_unpack(table)) if len(table) == ROW.size * count else []
    present = [bool(bitmap[n // 8] >> n % 8 & 1) for n in range(len(rows))]
    stop = at + sum(row[6] for row, there in zip(rows, present, strict=True) if there)
    if len(rows) < count or stop > len(data):
        raise EOFError
    whole, public = not count or digest("TABLE", table) == table_hash, b""
    for row, there in zip(rows, present, strict=True):
        if there:
            part = data[at : at + row[6]]
            whole = whole and digest("PART", part) == row[8]
            public = part if row[0] == 1 and not public else public
            at += row[6]
    return public, [n for n, there in enumerate(present) if not there], stop, whole


def check(data: bytes, pin: tuple[int, bytes] | None = None) -> tuple[list[str], bool, int, bytes, bytes]:
    """Return the words for what does not hold (none: all does), whether bytes remain, records, vault id and head."""
    wrong: list[str] = []
    keys: dict[int, tuple[int, bytes]] = {}
    absent: set[tuple[int, int]] = set()
    dropped: list[tuple[int, int]] = []
    head, vault, at, seq, parts, newer = digest("PREAMBLE", data[:16]), b"\0" * 32, 16, 0, 0, False
    while at < len(data):
        if len(data) - at < 208 or data[at : at + 4] != bytes.fromhex("A7544344"):
            break
        header, signature = data[at : at + 144], data[at + 144 : at + 208]
        (_, version, _, action, _, member, generation, _, _, _, _, count, number, _, _, _, _, _, _, _, table, prev) = (
            HEADER.unpack(header)
        )
        try:
            public, missing, end, whole = read_parts(data, at + 208, count, table)
        except EOFError:
            break
        if number != seq or prev != head:
            wrong.append(f"record {seq}: it does not follow the record before it")
            break
        if not whole:
            wrong.append(f"record {seq}: what it holds is not what it was written with")
        newer = newer or version > 0
        about: dict[str, Any] = {}
        if whole and not newer and public and action in (*REGISTER, 0x60):
            try:
                about, _ = unpack(public)
            except (ValueError, IndexError):
                wrong.append(f"record {seq}: its public part cannot be read")
        if action == 0x01 and about:
            keys[1] = (1, about["keys"]["sign"])
        if not newer and not signed(keys, action, member, generation, vault, header, signature):
            wrong.append(f"record {seq}: its signature does not fit")
        if action in REGISTER and action != 0x01 and about:
            who = about.get("member", member)
            keys[who] = (1 if REGISTER[action] else keys.get(who, (0, b""))[0] + 1, about["keys"]["sign"])
        dropped += [(first, first + many) for first, many in about.get("ranges", ())]
        absent |= {(parts + n, seq) for n in missing}
        head = digest("REC", header + signature)
        vault = head if seq == 0 else vault
        if pin is not None and pin[0] == seq and pin[1] != head:
            wrong.append(f"record {seq}: it is not the one that was kept")
        at, parts, seq = end, parts + count, seq + 1
    if not newer and at == len(data):
        lost = {where for part, where in absent if not any(first <= part < stop for first, stop in dropped)}
        wrong += [f"record {where}: a part of it is missing that no record dropped" for where in sorted(lost)]
    if pin is not None and pin[0] >= seq:
        wrong.append(f"the record {pin[0]} that was kept is missing: the file ends at {seq - 1}")
    return wrong, at < len(data), seq, vault, head


def signed(
    keys: dict[int, tuple[int, bytes]], action: int, member: int, generation: int, vault: bytes, header: bytes,
    signature: bytes,
) -> bool:  # fmt: skip
    """Whether SIGNATURE is the one that the header's member, at its current generation, gave."""
    if action in UNSIGNED:
        return signature == b"\0" * 64
    current, key = keys.get(member, (0, b""))
    try:
        return current == generation and bool(VerifyKey(key).verify(label("SIG") + vault + header, signature))
    except (CryptoError, ValueError):
        return False


def main(arguments: list[str]) -> int:
    """Check the file that is named and say what was found; return how to end."""
    data = Path(arguments[0]).read_bytes()
    if len(data) < 16 or data[:8] != bytes.fromhex("A7544143454E4441"):
        print("This is no vault.")
        return 2
    pin = (int(arguments[1]), bytes.fromhex(arguments[2])) if len(arguments) > 2 else None
    wrong, remains, records, vault, head = check(data, pin)
    print(f"vault {vault.hex()}\n{records} records, head {head.hex()}", *wrong, sep="\n")
    if remains and not wrong:
        print("Behind them stand bytes that are no whole record.")
    return 1 if wrong or not records else 3 if remains else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
