"""Before a vault is unlocked: the page that belongs there, and the vault as it is seen without a key."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from core.session import Door
from tui.paging import Paging
from vault_format.codes import LockReason

if TYPE_CHECKING:
    from tui.drafts.draft import Rescue


class Doorway(Paging):
    """An application that stands at the door of the vault at `path`, None to ask for one."""

    path: str | None
    door: Door | None = None

    def show_door(self, reason: LockReason | None = None, rescue: Rescue | None = None) -> None:
        """Show the page that belongs before the vault: unlock it, make it, or ask which."""
        from tui.screens.door.choose import Choose  # noqa: PLC0415  pages know the application
        from tui.screens.door.create import Create  # noqa: PLC0415
        from tui.screens.door.door import DoorPage  # noqa: PLC0415

        if self.path is None:
            self.show_page(Choose())
        elif reason is None and not os.path.lexists(self.path):
            self.show_page(Create(self.path))
        else:
            self.close_door()
            self.door = Door(self.path)
            self.door.start()
            self.show_page(DoorPage(self.door, reason, rescue))

    def close_door(self) -> None:
        """Give up the vault as it is seen without a key."""
        door, self.door = self.door, None
        if door is not None:
            self.run_worker(door.close, thread=True, exit_on_error=False)

    def change_path(self, path: str | None) -> None:
        """Turn to another file."""
        self.path = path
        self.clear_pages()
        self.show_door()
