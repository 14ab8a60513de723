"""The command `tacenda`, with every Argon2id of the run computed once (tests/harness/argon2_once.py)."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[2])

from tests.harness.argon2_once import install  # noqa: E402  found on the path just set
from tui.cli.main import main  # noqa: E402

if __name__ == "__main__":
    install()
    main()
