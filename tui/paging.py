"""Which page stands over which, and the ways between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from textual.actions import ActionParseResult
from textual.dom import DOMNode

from core.session import Session
from tui.keys.keyboard import OrderedKeys
from tui.roles import refusal
from tui.screens.box import Box
from tui.screens.page import Page
from tui.widgets.rows import Rows


class Paging(OrderedKeys):
    """An application of pages and boxes. SESSION is the one that is unlocked, if any."""

    session: Session | None = None

    @property
    def pages(self) -> list[Page | Box]:
        """The pages and boxes that stand, the nearest last."""
        return [screen for screen in self.screen_stack if isinstance(screen, Page | Box)]

    @property
    def page(self) -> Page | None:
        """The nearest page."""
        found = [screen for screen in self.screen_stack if isinstance(screen, Page)]
        return found[-1] if found else None

    async def run_action(
        self, action: str | ActionParseResult, default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:  # fmt: skip
        """Do an act of a page, or say that the member's role has it not: whatever led to it, a key or its name."""
        if isinstance(default_namespace, Page) and isinstance(action, str) and self.session is not None:
            said = refusal(self.session.role, default_namespace.WHERE, action.partition("(")[0])
            if said:
                default_namespace.say(said)
                return True
        return await super().run_action(action, default_namespace, namespaces)

    def show_page(self, page: Page | Box, answered: Callable[[Any], None] | None = None) -> None:
        """Show a page over the others; keys that were typed ahead wait until it can take them."""
        self.push_screen(page, answered)
        self._hold_until_drawn(page)

    def swap_page(self, page: Page) -> None:
        """Show a page in the place of the nearest."""
        self.switch_screen(page)
        self._hold_until_drawn(page)

    def _hold_until_drawn(self, page: Page | Box) -> None:
        # not for PAGE itself: it holds keys in its own name while it saves, which may begin before it was drawn
        coming = ("comes", page)
        self.hold_keys(coming)
        page.call_after_refresh(self.release_keys, coming)

    def clear_pages(self) -> None:
        """Erase and take away every page."""
        for page in self.pages:
            page.erase()
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def go_to(self, name: str) -> None:
        """Go to a place: `today`, `clients`, `find`, `audit`, `vault`."""
        from tui.screens.clients.clients import Clients  # noqa: PLC0415
        from tui.screens.find.page import FindPage  # noqa: PLC0415
        from tui.screens.today import Today  # noqa: PLC0415
        from tui.screens.trail.audit import AuditPage  # noqa: PLC0415
        from tui.screens.vault.place import VaultPlace  # noqa: PLC0415

        if self.session is None:
            return
        places: dict[str, Callable[[], Page]] = {
            "today": Today, "clients": Clients, "find": FindPage, "audit": AuditPage,
            "vault": VaultPlace,
        }  # fmt: skip
        self.clear_pages()
        self.show_page(places[name]())

    def back(self) -> None:
        """Go one step out: to the page below, or to what is asked at a place."""
        from tui.screens.leaving import Leaving  # noqa: PLC0415

        if len(self.pages) > 1:
            self.pop_screen()
            below = self.page
            if below is not None:
                below.fill()
        elif self.session is not None and self.page is not None:
            if self.page.PLACE in {"", "today"}:
                self.show_page(Leaving())
            else:
                self.go_to("today")

    def action_help(self) -> None:
        """Show the keys of this page."""
        from tui.screens.help import Help  # noqa: PLC0415

        page = self.screen
        if isinstance(page, Page | Box) and not isinstance(page, Help):
            self.show_page(Help(page))

    def action_palette(self) -> None:
        """Show what can be done on this page, by name."""
        from tui.screens.palette import Command, Palette  # noqa: PLC0415

        page = self.screen
        if not isinstance(page, Page):
            return

        def chosen(command: Command | None) -> None:
            if command is not None:
                command.do()

        self.show_page(Palette(page), chosen)

    def action_jump(self) -> None:
        """Put a letter on each row, field and part of this page; the next key jumps there."""
        from tui.screens.jump import Jump, Target  # noqa: PLC0415

        page = self.screen
        if not isinstance(page, Page):
            return

        def chosen(target: Target | None) -> None:
            page.hush()
            if target is None:
                return
            page.set_focus(target.widget)
            if isinstance(target.widget, Rows) and target.row >= 0:
                target.widget.move_to(target.row)

        page.say("A letter jumps there; any other key goes back.")
        self.show_page(Jump(page), chosen)

    def renew(self) -> None:
        """Show anew what the vault holds, on every page that stands."""
        for page in self.pages:
            page.fill()
