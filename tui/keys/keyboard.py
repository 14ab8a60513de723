"""Keys take effect in the order they were pressed.

Textual hands a letter straight to the text, but lets Backspace, an arrow or Esc climb from widget to widget before
their binding is found; of keys that arrive together (a slow line bundles them) the letter then wins, and lands before
the deletion or the move that came first. Here each key is done before the next one is looked at.
"""

from __future__ import annotations

from functools import cached_property, partial

from textual import events
from textual._context import active_message_pump
from textual.app import App
from textual.message_pump import MessagePump
from textual.timer import Timer

PATIENCE = 3.0
"""Seconds that keys wait for a page at most."""
SAVING = 60.0
"""Seconds that they wait for a save: a lock that another program holds is given up long before."""

ALWAYS = frozenset({"ctrl+l", "f9", "ctrl+q"})
"""Keys that never wait for something else to be done."""


class OrderedKeys(App[int]):
    """An application whose keys are worked off one after the other."""

    @cached_property
    def _holds(self) -> dict[object, Timer]:
        """What keys wait for, each with the end of its patience."""
        return {}

    @cached_property
    def _held(self) -> list[events.Key | events.Paste]:
        """The keys that wait."""
        return []

    @cached_property
    def _overtaken(self) -> list[events.Key | events.Paste]:
        """Those of them that were pressed before a key that waits for nothing."""
        return []

    def hold_keys(self, why: object, patience: float = PATIENCE) -> None:
        """Let keys wait while what the last one asked for is being done: a page comes, a text is saved.

        They wait until `release_keys` is called for the same WHY, and so many seconds of PATIENCE at most. Held once
        more for the same, the patience begins anew.
        """
        self._forget(why)
        self._holds[why] = self.set_timer(patience, partial(self.release_keys, why))

    def _forget(self, why: object) -> None:
        timer = self._holds.pop(why, None)
        if timer is not None:
            timer.stop()

    def release_keys(self, why: object) -> None:
        """Go on with the keys that have waited, unless something else holds them still."""
        self._forget(why)
        if self._held and not self._holds:
            self.call_later(self._go_on)

    async def _go_on(self) -> None:
        """Work off the keys that have waited. What has come since stands behind them, not in its own queue."""
        while self._held and not self._holds:
            await self._work_off(self._held.pop(0))

    def release_all_keys(self) -> None:
        """Go on with the keys that have waited, whatever held them."""
        for why in list(self._holds):
            self._forget(why)
        self.release_keys(None)

    def drop_overtaken_keys(self) -> None:
        """Forget what waited when the vault was locked: it was meant for a page that is gone, not for the door."""
        self._held[:] = [event for event in self._held if event not in self._overtaken]
        self._overtaken.clear()

    def key_comes(self, event: events.Key | events.Paste) -> bool:
        """Hear of every key and paste before it takes effect; return whether it may."""
        del event
        return True

    async def on_event(self, event: events.Event) -> None:
        """Work a key or a paste off at once; everything else as ever."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        if isinstance(event, events.Key) and event.key in ALWAYS:
            self._overtaken[:] = self._held
        elif self._holds or self._held:
            self._held.append(event)
            return
        await self._work_off(event)

    async def _work_off(self, event: events.Key | events.Paste) -> None:
        if not self.key_comes(event):
            return
        if isinstance(event, events.Paste):
            await self._hand_to(self.focused or self.screen, event)
        else:
            await self._press(event)

    async def _press(self, event: events.Key) -> None:
        if await self._check_bindings(event.key, priority=True):
            return
        focused = self.focused
        typed = focused is not None and focused.check_consume_key(event.key, event.character)
        if not typed and await self._check_bindings(event.key):
            return
        await self._hand_to(focused or self.screen, event)

    async def _hand_to(self, target: MessagePump, event: events.Key | events.Paste) -> None:
        """Have TARGET handle EVENT now and not when its queue comes to it."""
        event._set_forwarded()  # noqa: SLF001  what forwarding itself does
        token = active_message_pump.set(target)
        try:
            await target._dispatch_message(event)  # noqa: SLF001  what its queue would call
        finally:
            active_message_pump.reset(token)
