"""`python -m bench [NAME ...]`: all measurements, or those named."""

from __future__ import annotations

import importlib
import sys

NAMES = (
    "verifying", "opening", "saving", "searching", "encoding", "starting", "line", "rotating", "beside", "listing",
    "viewing", "watching", "admin", "year",
)  # fmt: skip


def main() -> None:
    for name in sys.argv[1:] or NAMES:
        if name not in NAMES:
            raise SystemExit(f"There is no measurement {name}. There are: {', '.join(NAMES)}.")
        importlib.import_module(f"bench.{name}").run()


if __name__ == "__main__":
    main()
