"""Watching vaults without a key: alerts as they happen, for many vaults at once, and where to send them."""

from __future__ import annotations

from core.watching.outbox import Outbox
from core.watching.sinks import CommandSink, JsonSink, Sink, SyslogSink, syslog_address
from core.watching.watcher import Told, Watcher

__all__ = ["CommandSink", "JsonSink", "Outbox", "Sink", "SyslogSink", "Told", "Watcher", "syslog_address"]
