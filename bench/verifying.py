"""Verification against the bare hash calls, and with signatures against libsodium alone on all cores."""

from __future__ import annotations

import ctypes
import hashlib
import importlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from bench.measure import Line, in_turns, middle, peak_mib, ratio, show
from bench.vaults import MILLION, PRACTICE, made
from core.audit.columns import Columns
from vault_format.crypto import labels
from vault_format.frames import layout
from vault_format.frames.scan import Batch, FrameReader
from vault_format.verification.forked import ForkedChecks
from vault_format.verification.signatures import Claim, SignatureChecks
from vault_format.verification.verify import open_for_reading, verify, walk_file
from vault_format.verification.walk import Walk

_LATER = 4_000_000_000_000
"""A time behind every record, in UTC milliseconds."""


def _pieces(batch: Batch) -> list[bytes]:
    """Return everything that is hashed of a batch, cut out and labelled."""
    pieces = []
    for _, raw, _, parts in batch.items:
        pieces.append(labels.REC + raw)
        if parts is not None:
            pieces.append(labels.TABLE + parts.table)
            spans = zip(parts.rows, parts.spans, strict=True)
            pieces += [labels.PART + batch.buffer[at : at + row[6]] for row, at in spans]
    return pieces


def hash_calls(path: Path) -> float:
    """Return the seconds that the hash calls alone take, their input at hand."""
    spent = 0.0
    sha256, clock = hashlib.sha256, time.process_time
    descriptor = os.open(path, os.O_RDONLY)
    for batch in FrameReader(descriptor, layout.PREAMBLE_SIZE).batches():
        pieces = _pieces(batch)
        began = clock()
        for piece in pieces:
            sha256(piece).digest()
        spent += clock() - began
    os.close(descriptor)
    return spent


def whole(path: Path, records: int, listener: Callable[[Batch], None] | None = None) -> float:
    """Return the seconds that verification without signatures takes."""
    began = time.process_time()
    verdict = verify(str(path), _LATER, listener=listener, signatures=False)
    spent = time.process_time() - began
    if not verdict.intact or verdict.records != records:
        raise SystemExit(f"{path} is not whole: {verdict.findings[:3]}. Remove it, and it is made anew.")
    return spent


def claims_of(path: Path, most: int) -> tuple[bytes, list[Claim]]:
    """Return the vault id and the first MOST signatures with the keys they must verify under."""
    found: list[Claim] = []
    descriptor = open_for_reading(str(path))
    walk = Walk(layout.PREAMBLE, lambda _, claims: found.extend(claims))
    walk_file(descriptor, walk, cancelled=lambda: len(found) >= most)
    os.close(descriptor)
    return walk.state.vault_id, found[1 : most + 1]


def libsodium(vault_id: bytes, claims: list[Claim]) -> float:
    """Return the seconds that libsodium alone takes for CLAIMS, a process on each core, each in one plain loop."""
    check = ctypes.CDLL(importlib.import_module("nacl._sodium").__file__).crypto_sign_verify_detached
    check.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulonglong, ctypes.c_char_p]
    ready = [(head[144:], layout.signed_message(vault_id, head[:144]), public) for _, public, head in claims]
    length = len(ready[0][1])
    cores = os.cpu_count() or 1
    began = time.perf_counter()
    children = []
    for core in range(cores):
        child = os.fork()
        if not child:
            bad = sum(check(signature, message, length, key) for signature, message, key in ready[core::cores])
            os._exit(1 if bad else 0)
        children.append(child)
    codes = [os.waitpid(child, 0)[1] for child in children]
    spent = time.perf_counter() - began
    if any(codes):
        raise SystemExit("a signature of the vault that was made does not hold")
    return spent


def with_signatures(path: Path, most: int, checks: SignatureChecks | ForkedChecks) -> float:
    """Return the seconds from the first byte until MOST records and their signatures are verified."""
    descriptor = open_for_reading(str(path))
    began = time.perf_counter()
    walk = Walk(layout.PREAMBLE, checks.add)
    walk_file(descriptor, walk, cancelled=lambda: walk.count >= most)
    if checks.finish(walk.state.vault_id) or walk.report.finding_count:
        raise SystemExit("the vault that was made is not whole")
    spent = (time.perf_counter() - began) * most / walk.count
    os.close(descriptor)
    return spent


def run() -> None:
    path, records = made(MILLION), MILLION.records
    found = in_turns(
        {
            "hash": lambda: hash_calls(path),
            "walk": lambda: whole(path, records),
            "columns": lambda: whole(path, records, Columns().take),
        },
        rounds=3,
    )
    rate = records / middle(found["walk"])
    lines = [
        Line("the hash calls alone", f"{records / middle(found['hash']):,.0f} records/s"),
        Line("chain, part hashes and authority, one core", f"{rate:,.0f} records/s", rate, 500_000, more=True),
        Line("  against the hash calls", f"× {ratio(found, 'walk', 'hash'):.2f}", ratio(found, "walk", "hash"), 1.35),
        Line("  with the audit trail's columns beside", f"{records / middle(found['columns']):,.0f} records/s"),
    ]
    small, count = made(PRACTICE), 20_000
    vault_id, claims = claims_of(small, count)
    found = in_turns(
        {
            "raw": lambda: libsodium(vault_id, claims),
            "all": lambda: with_signatures(small, count, ForkedChecks()),
            "threads": lambda: with_signatures(small, count, SignatureChecks()),
        },
        rounds=5,
    )
    lines += [
        Line("signatures, libsodium alone on all cores", f"{len(claims) / middle(found['raw']):,.0f} /s"),
        Line("  everything, signatures too", f"× {ratio(found, 'all', 'raw'):.2f}", ratio(found, "all", "raw"), 1.15),
        Line("  in the application, in threads", f"× {ratio(found, 'threads', 'raw'):.2f}"),
    ]
    bare = peak_mib("pass")
    loaded = peak_mib("import vault_format.verification.verify") - bare
    code = "from vault_format.verification.verify import verify; "
    code += f"assert verify({str(path)!r}, {_LATER}, signatures=False).intact"
    peak = peak_mib(code) - bare
    lines += [
        Line("memory above a bare interpreter", f"{peak:.1f} MiB", peak, 16),
        Line("  of it, the modules", f"{loaded:.1f} MiB"),
    ]
    show(f"Verifying {records:,} records ({path.stat().st_size / 1e6:,.0f} MB)", lines)
