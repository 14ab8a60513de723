"""The command `tacenda` as a script runs it: a process of its own, passphrases on a descriptor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
TACENDA = [sys.executable, "-m", "tui.cli"]
QUICK = [sys.executable, str(ROOT / "tests" / "harness" / "quick_tacenda.py")]
"""The same, without computing an Argon2id that this run has computed before."""
LIMIT = 120.0
"""Seconds; a command that hangs must end too."""


class Done(NamedTuple):
    """How a command ended: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The JSON objects on standard output, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


def pipe_with(data: bytes) -> int:
    """Return the reading end of a pipe that holds DATA, which must fit in, and nothing more."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    assert os.write(writer, data) == len(data)
    os.close(writer)
    return reader


def tacenda(
    *words: object, secret: str | bytes | None = None, stdin: str | bytes = b"", env: Mapping[str, str] | None = None,
    program: Sequence[str] = QUICK, session: bool = True,
) -> Done:  # fmt: skip
    """Run one command; SECRET goes to it by --passphrase-fd. No command ever shows a traceback.

    It has no controlling terminal, unless SESSION is off.
    """
    argv = [*program, *map(str, words)]
    descriptors: list[int] = []
    if secret is not None:
        descriptors.append(pipe_with(secret.encode() if isinstance(secret, str) else secret))
        argv += ["--passphrase-fd", str(descriptors[0])]
    try:
        done = subprocess.run(
            argv, cwd=ROOT, input=stdin.encode() if isinstance(stdin, str) else stdin, capture_output=True,
            env={**os.environ, **(env or {})}, pass_fds=descriptors, check=False, timeout=LIMIT,
            start_new_session=session,
        )  # fmt: skip
    finally:
        for descriptor in descriptors:
            os.close(descriptor)
    ended = Done(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
    assert "Traceback" not in ended.out + ended.err, ended
    assert 'File "' not in ended.err, ended
    return ended
