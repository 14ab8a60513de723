"""One session drawn twice: on one terminal as Textual draws it, on another as the light driver's parts send it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.geometry import Size
from textual.pilot import Pilot

from tests.light.terminal import Terminal, difference
from tui.light.abilities import ALL, Abilities
from tui.light.emit import Screen
from tui.light.parse import Painter

UNKNOWN = Abilities()
"""A terminal that terminfo does not know."""
MULTIPLEXED = Abilities(hpa=True, vpa=True, shifts=True, scrolls=True)
"""GNU screen and tmux as terminfo has them: what is erased does not take the background."""


class Light:
    """A terminal with ABILITIES that is sent only what changed."""

    def __init__(self, abilities: Abilities, columns: int, rows: int, *, joins: bool = True) -> None:
        self.terminal = Terminal(columns, rows, bce=abilities.bce, joins=joins)
        self.screen = Screen(abilities)
        self.size = 0
        self.last = ""

    def update(self, painter: Painter) -> None:
        """Show what PAINTER has drawn."""
        self.last, done = self.screen.update(painter.grid, painter.x, painter.y, visible=painter.visible)
        assert done
        self.size += len(self.last.encode())
        self.terminal.feed(self.last)


class Twin(Driver):
    """Draws everything on terminals of different kinds, and compares each with Textual's own after every write.

    `wrong` says where one first differed.
    """

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:  # fmt: skip
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        columns, rows = size or (80, 24)
        self.wrong = ""
        self.resized = False
        self.stock_size = self.pictures = 0
        self.stock = Terminal(columns, rows)
        self.painter = Painter(columns, rows)
        self.lights = [Light(abilities, columns, rows) for abilities in (ALL, MULTIPLEXED, UNKNOWN)]
        self.lights.append(Light(ALL, columns, rows, joins=False))

    @property
    def light_size(self) -> int:
        """How many bytes a terminal like xterm was sent."""
        return self.lights[0].size

    def start_application_mode(self) -> None:
        """Take the terminals."""
        size = Size(self.stock.screen.columns, self.stock.screen.lines)
        self.send_message(events.Resize(size, size))
        self.write("\x1b[?1049h\x1b[?25l\x1b[?7l")

    def disable_input(self) -> None:
        """There is none."""

    def stop_application_mode(self) -> None:
        """Nobody looks any more."""

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminals another size, with rubbish on them.

        Until Textual has drawn all of it, what it draws of the old picture mends the light terminals only.
        """
        self.resized = True
        self.stock.screen.resize(rows, columns)
        for light in self.lights:
            light.terminal.screen.resize(rows, columns)
            light.terminal.feed("\x1b[H\x1b[31;44mrubbish that a resize has left\x1b[5;5Hand more")
            light.screen.forget()
        self.painter.grid.resize(columns, rows)
        size = Size(columns, rows)
        self._size = None
        self.send_message(events.Resize(size, size))

    def write(self, data: str) -> None:
        """Draw DATA on the terminals."""
        painter = self.painter
        self.stock.feed(data)
        for aside in painter.feed(data):
            for light in self.lights:
                light.terminal.feed(aside)
        if painter.forgotten:
            painter.forgotten = False
            for light in self.lights:
                light.screen.forget()
        elif painter.showing and not data.startswith("\x1b[?"):
            self.pictures += 1
            self.stock_size += len(data.encode())
            rows = self.stock.screen.lines
            # a picture of the new size, and not one of a larger size that was on its way
            if self.resized and "\x1b[1;1H" in data and f"\x1b[{rows};1H" in data and f"\x1b[{rows + 1};1H" not in data:
                self.resized = False
            for light in self.lights:
                light.update(painter)
                if not self.wrong and not self.resized and (wrong := difference(self.stock, light.terminal)):
                    self.wrong = f"picture {self.pictures}, {light.screen.abilities}, {wrong}\n{data!r}\n{light.last!r}"


def twin(app: App[Any]) -> Twin:
    """Return the driver of an application that runs on a Twin."""
    driver = app._driver
    assert isinstance(driver, Twin)
    return driver


async def run(
    app: App[Any], session: Callable[[Pilot[Any]], Awaitable[None]], size: tuple[int, int] = (80, 24)
) -> Twin:
    """Run SESSION on APP, whose driver is a Twin; return that when the session is over."""
    failures: list[BaseException] = []
    drivers: list[Twin] = []

    async def piloted(pilot: Pilot[Any]) -> None:
        try:
            await session(pilot)
            await pilot.pause()
        except BaseException as error:  # noqa: BLE001  Textual would only log it
            failures.append(error)
        drivers.append(twin(app))
        app.exit()

    await app.run_async(size=size, auto_pilot=piloted)
    if failures:
        raise failures[0]
    return drivers[0]
