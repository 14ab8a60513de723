"""Signatures checked in processes: the same answers as in threads, and none where a process ended before its time.

All of it runs in a child: a test runner has threads of its own, and what has threads must not fork.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from vault_format.frames import layout
from vault_format.frames.scan import FrameReader
from vault_format.verification import forked
from vault_format.verification.forked import ForkedChecks
from vault_format.verification.signatures import Claim
from vault_format.verification.verify import verify
from vault_format.verification.walk import Walk

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")

VECTORS = sorted((Path(__file__).parent.parent / "vectors").glob("*.tacenda"))
_NOW = 4_000_000_000_000


def _child(act: str, *arguments: str, before: str = "") -> str:
    code = f"import sys; {before}from tests.vault_format import test_forked as here; print(here.{act}(*sys.argv[1:]))"
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _claims() -> tuple[bytes, list[Claim]]:
    path = next(path for path in VECTORS if path.stem == "clinic")
    descriptor = os.open(path, os.O_RDONLY)
    found: list[Claim] = []
    walk = Walk(layout.PREAMBLE, lambda _, claims: found.extend(claims))
    for batch in FrameReader(descriptor, layout.PREAMBLE_SIZE).batches():
        walk.feed(batch)
    os.close(descriptor)
    return walk.state.vault_id, [(seq, *found[1 + seq % (len(found) - 1)][1:]) for seq in range(1, 1_501)]


def find_the_wrong() -> list[int]:
    vault_id, good = _claims()
    wrong = {1, 256, 257, 900, 1_500}
    claims = [(seq, key, head[:-1] + bytes([head[-1] ^ (seq in wrong)])) for seq, key, head in good]
    checks = ForkedChecks(workers=3)
    for at in range(0, len(claims), 37):
        checks.add(vault_id, claims[at : at + 37])
    return checks.finish(vault_id)


def test_wrong_signatures_are_found_wherever_they_stand() -> None:
    assert _child("find_the_wrong") == "[1, 256, 257, 900, 1500]"


def lose_one() -> str:
    vault_id, claims = _claims()
    checks = ForkedChecks(workers=2)
    checks.add(vault_id, claims)
    os.kill(checks._children[1].pid, signal.SIGKILL)
    try:
        checks.finish(vault_id)
    except OSError:
        checks.abandon()
        return "refused"
    return "passed"


def test_a_process_that_was_killed_is_no_proof() -> None:
    assert _child("lose_one") == "refused"


def give_up() -> str:
    vault_id, claims = _claims()
    checks = ForkedChecks(workers=2)
    checks.add(vault_id, claims)
    known = [child.pid for child in checks._children]
    checks.abandon()
    for pid in known:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            continue
        return f"{pid} is alive"
    return f"{len(known)} ended"


def test_giving_up_ends_the_processes() -> None:
    assert _child("give_up") == "2 ended"


def verdict(path: str) -> str:
    forked_before = ForkedChecks._send
    sent: list[int] = []

    def send(self: ForkedChecks, vault_id: bytes, pieces: list[bytes]) -> None:
        sent.append(len(pieces))
        forked_before(self, vault_id, pieces)

    ForkedChecks._send = send  # type: ignore[method-assign]
    found = verify(path, _NOW)
    return f"{sum(sent) > 0} {found.intact} {[each.kind for each in found.findings]}"


@pytest.mark.parametrize("wrong", [False, True])
def test_a_large_file_is_verified_in_processes(wrong: bool, tmp_path: Path) -> None:
    data = bytearray(next(path for path in VECTORS if path.stem == "clinic").read_bytes())
    if wrong:
        last = data.rfind(layout.MAGIC)
        data[last + layout.BARE_SIZE - 1] ^= 1
    path = tmp_path / "vault"
    path.write_bytes(data)
    told = _child("verdict", str(path), before="import vault_format.verification.verify as v; v.WORTH_FORKING = 0; ")
    assert told == ("True False ['signature']" if wrong else "True True []")


def test_a_program_with_threads_does_not_fork() -> None:
    assert _child("alone") == "True False"


def alone() -> str:
    import threading

    before = forked.may_fork()
    hold = threading.Event()
    thread = threading.Thread(target=hold.wait)
    thread.start()
    beside = forked.may_fork()
    hold.set()
    thread.join()
    return f"{before} {beside}"
