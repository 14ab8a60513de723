"""How far something is that takes long, and the wish that it stop."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Watch:
    """DONE of OF steps; whoever watches sets STOPPED, and the work ends at its next step."""

    done: int = 0
    of: int = 0
    stopped: bool = False

    def begin(self, of: int) -> None:
        """Begin to count to OF."""
        self.done, self.of = 0, of

    def step(self, by: int = 1) -> None:
        """Say that BY more steps are done."""
        self.done += by
