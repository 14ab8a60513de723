"""The authority state machine: who may do what, replayed from record 0 (docs/FORMAT.md, sections 7 and 8).

`rules.py` is the one table; the other modules hold what a condition says and what a record changes.
"""

from __future__ import annotations

from vault_format.authority.replay import Replay
from vault_format.authority.state import Member, State

__all__ = ["Member", "Replay", "State"]
