"""Alerts for a sink that is down: kept within bounds, sent when it is back; held against a real rsyslog."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
from pathlib import Path

import pytest

from core.alerts import Alert, Rule, Severity
from core.watching import Outbox, SyslogSink, Told, syslog_address
from core.watching.outbox import LONGEST_SECONDS, MOST
from tests.harness.rsyslogd import Rsyslogd
from tests.harness.wait import wait_until
from vault_format.errors import Unavailable

ALERT = Told("p.tacenda", "ab", Alert(Rule.FAILURES, Severity.HIGH, 1_795_000_000_000, 2, (7, 9)), 'a "b" ]c', "größer")


def numbered(number: int) -> Told:
    return dataclasses.replace(ALERT, detail=f"number {number}")


class Clock:
    """Seconds that pass when it is said."""

    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Door:
    """A sink that is open or shut."""

    def __init__(self) -> None:
        self.open, self.closed = True, False
        self.tries = 0
        self.got: list[str] = []

    def send(self, told: Told) -> None:
        self.tries += 1
        if not self.open:
            raise Unavailable("The door is shut.")
        self.got.append(told.detail)

    def close(self) -> None:
        self.closed = True


class Kept:
    """An outbox before a door, with what was said and a clock."""

    def __init__(self) -> None:
        self.door, self.clock, self.said = Door(), Clock(), list[str]()
        self.box = Outbox(self.door, self.said.append, self.clock)


def test_what_was_refused_is_sent_in_order_and_told_once() -> None:
    kept = Kept()
    kept.box.send(numbered(0))
    kept.door.open = False
    for number in (1, 2, 3):
        kept.box.send(numbered(number))
    assert len(kept.box) == 3
    assert kept.said == ["The door is shut. It is kept and sent later."]
    assert kept.door.tries == 2  # the others do not even knock
    kept.door.open = True
    kept.box.retry()
    assert kept.door.got == ["number 0"]
    kept.clock.seconds += 1.5
    kept.box.send(numbered(4))
    assert kept.door.got == [f"number {number}" for number in range(5)]
    assert kept.said[1:] == ["Alerts are taken again: 4 that waited were sent."]
    assert kept.box.wait is None


def test_pauses_grow_to_a_minute_and_begin_anew() -> None:
    kept = Kept()
    kept.door.open = False
    kept.box.send(numbered(0))
    pauses = []
    for _ in range(9):
        wait = kept.box.wait
        assert wait is not None
        pauses.append(wait)
        kept.clock.seconds += wait
        kept.box.retry()
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert kept.door.tries == 10
    kept.door.open = True
    kept.clock.seconds += 60
    kept.box.retry()
    kept.door.open = False
    kept.box.send(numbered(1))
    assert kept.box.wait == 1


def test_what_is_kept_has_bounds_and_what_was_given_up_is_counted() -> None:
    kept = Kept()
    kept.door.open = False
    for number in range(MOST + 5):
        kept.box.send(numbered(number))
    assert len(kept.box) == MOST
    kept.clock.seconds += LONGEST_SECONDS + 1
    kept.box.send(numbered(9_999))
    assert len(kept.box) == 1
    kept.door.open = True
    kept.clock.seconds += 60
    kept.box.retry()
    assert kept.door.got == ["number 9999"]
    assert kept.said[-1] == f"Alerts are taken again: 1 that waited were sent, {MOST + 5:,} were given up meanwhile."


def test_the_end_tries_once_more_and_says_what_is_left() -> None:
    kept = Kept()
    kept.door.open = False
    kept.box.send(numbered(0))
    kept.box.close()
    assert kept.said[-1].startswith("1 alert was not sent.")
    assert kept.door.closed


@pytest.mark.parametrize("kind", ["unix", "udp", "tcp"])
def test_rsyslog_reads_every_field(kind: str) -> None:
    with Rsyslogd() as log:
        sink = SyslogSink(syslog_address(log.address(kind)), "desk")
        for number in range(20):
            sink.send(numbered(number))
        wait_until(lambda: len(log.got()) == 20, what=lambda: f"20 messages: {log.got()}")
        sink.close()
        got = log.got()
    assert [each["msg"] for each in got] == [f"\ufeffseveral failed unlocks: number {number}" for number in range(20)]
    first = got[0]
    heads = [first[name] for name in ("pri", "hostname", "app-name", "msgid")]
    assert heads == ["107", "desk", "tacenda", "failures"]
    assert 'member="a \\"b\\" \\]c" records="7,9"]' in first["structured-data"]


@pytest.mark.parametrize("kind", ["unix", "tcp"])
def test_a_rsyslog_that_was_killed_and_is_back_has_each_message_once(kind: str) -> None:
    with Rsyslogd() as log:
        clock, said = Clock(), list[str]()
        box = Outbox(SyslogSink(syslog_address(log.address(kind)), "desk"), said.append, clock)
        for number in range(5):
            box.send(numbered(number))
        wait_until(lambda: len(log.got()) == 5, what="the first five")
        log.kill()
        for number in range(5, 10):
            box.send(numbered(number))
        assert len(box) == 5
        log.start()
        clock.seconds += 60
        box.send(numbered(10))
        wait_until(lambda: len(log.got()) >= 11, what=lambda: f"all messages: {log.got()}")
        box.close()
        words = [each["msg"].rpartition(" ")[2] for each in log.got()]
    assert words == [str(number) for number in range(11)]
    assert len(said) == 2


def test_a_listener_that_was_away_has_each_message_once(tmp_path: Path) -> None:
    """The same with a bare socket, where no rsyslog is."""
    clock, said, path = Clock(), list[str](), tmp_path / "log"
    box = Outbox(SyslogSink(syslog_address(f"unix:{path}"), "desk"), said.append, clock)
    box.send(numbered(0))
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as log:
        log.bind(str(path))
        clock.seconds += 2
        box.send(numbered(1))
        assert [log.recv(4_096).rpartition(b" ")[2] for _ in range(2)] == [b"0", b"1"]
    path.unlink()
    box.send(numbered(2))
    assert len(box) == 1
    box.close()
