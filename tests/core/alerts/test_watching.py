"""Watching: alerts as they happen, once each, through every sink; and a vault that goes bad is told at once."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import socket
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from core.acts.trail import unlock_failed
from core.alerts import Alert, Rule, Severity
from core.alerts.alert import DAY_MS
from core.session import NoteDraft, RefusedUnlock
from core.upkeep import compact_vault
from core.watching import CommandSink, JsonSink, SyslogSink, Told, Watcher, syslog_address
from core.watching import watcher as watching
from core.watching.changes import Changes
from core.watching.watcher import WHOLE_SECONDS
from tests.core.practice import Practice, damage, unsigned
from vault_format.errors import Unavailable, UsageError


@pytest.fixture
def watcher(practice: Practice, tmp_path: Path) -> Watcher:
    return Watcher([str(practice.path)], str(tmp_path / "watching"), practice.clock)


def rules(told: list[Told]) -> list[Rule]:
    return [each.alert.rule for each in told]


def miss(practice: Practice, times: int) -> None:
    for _ in range(times):
        practice.clock.later(61)
        with pytest.raises(RefusedUnlock):
            practice.door().unlock("clinician", "not that one")


def test_a_burst_of_failures_and_the_success_behind_it_are_told_once(practice: Practice, watcher: Watcher) -> None:
    assert watcher.begin() == []
    miss(practice, 5)
    told = watcher.step(10)
    assert rules(told) == [Rule.FAILURES]
    practice.clock.later(61)
    practice.unlock("clinician").lock()
    told = watcher.step(10)
    assert Rule.SUCCESS_AFTER_FAILURES in rules(told)
    assert told[0].member == "clinician"
    assert watcher.step(0) == []


def test_a_damaged_file_is_told_at_once_and_once(practice: Practice, watcher: Watcher) -> None:
    session = practice.unlock()
    sequence, position = session.catalog.entry(practice.notes["plan"]).live
    session.lock()
    assert watcher.begin() == []
    damage(practice, sequence, position + 1)
    practice.path.write_bytes(practice.path.read_bytes()[:-100])
    told = watcher.step(10)
    assert rules(told)[0] is Rule.FINDING
    assert told[0].alert.severity is Severity.CRITICAL
    assert watcher.step(0) == []


def test_a_vault_that_was_cut_shorter_is_told_also_after_a_restart(practice: Practice, tmp_path: Path) -> None:
    before = practice.path.read_bytes()
    practice.unlock().lock()
    folder = str(tmp_path / "watching")
    first = Watcher([str(practice.path)], folder, practice.clock)
    first.begin()
    first.close()
    practice.path.write_bytes(before)
    told = Watcher([str(practice.path)], folder, practice.clock).begin()
    assert rules(told) == [Rule.FINDING]
    assert "pin" in told[0].detail


def test_what_happened_while_no_watch_ran_is_told_by_the_next_and_once(practice: Practice, tmp_path: Path) -> None:
    folder = str(tmp_path / "watching")

    def begun() -> list[Rule]:
        watcher = Watcher([str(practice.path)], folder, practice.clock)
        told = watcher.begin()
        watcher.close()
        return rules(told)

    assert begun() == []
    miss(practice, 5)
    practice.clock.later(61)
    practice.unlock("clinician").lock()
    assert {Rule.FAILURES, Rule.SUCCESS_AFTER_FAILURES} <= set(begun())
    assert begun() == []


def test_a_compaction_is_followed_and_nothing_is_told_twice(practice: Practice, watcher: Watcher) -> None:
    watcher.begin()
    owner = practice.unlock()
    owner.save_note(NoteDraft(practice.clients["OTTER"], "third wording", title="wording"), practice.notes["draft"], 2)
    watcher.step(10)
    compact_vault(owner)
    assert rules(watcher.step(10)) == []
    assert watcher.step(0) == []


def test_a_file_that_is_not_there_is_told_and_does_not_end_the_others(practice: Practice, tmp_path: Path) -> None:
    both = Watcher([str(tmp_path / "gone.tacenda"), str(practice.path)], str(tmp_path / "w"), practice.clock)
    told = both.begin()
    assert [(each.path, each.alert.rule) for each in told] == [(str(tmp_path / "gone.tacenda"), Rule.FINDING)]
    miss(practice, 5)
    assert Rule.FAILURES in rules(both.step(10))


def change_in_place(practice: Practice) -> None:
    """Change one byte of an early record, where the file is not cut or moved."""
    with practice.path.open("r+b") as file:
        file.seek(4_000)
        byte = file.read(1)
        file.seek(4_000)
        file.write(bytes([byte[0] ^ 1]))


class Watched:
    """A watch whose seconds pass when it is said, and which counts how often it verified the whole file."""

    def __init__(self, practice: Practice, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds, self.opened, self.lasts = 0.0, 0, 0.0
        real = watching._Judged.__init__

        def counted(*args: Any, **more: Any) -> None:  # noqa: ANN401  whatever it takes
            self.opened += 1
            real(*args, **more)
            self.seconds += self.lasts

        monkeypatch.setattr(watching._Judged, "__init__", counted)
        self.watcher = Watcher([str(practice.path)], str(folder / "watching"), practice.clock, lambda: self.seconds)


def test_a_byte_changed_in_place_is_told_at_once(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    watched = Watched(practice, tmp_path, monkeypatch)
    assert watched.watcher.begin() == []
    practice.unlock().lock()
    assert watched.watcher.step(10) == []
    assert watched.opened == 1
    change_in_place(practice)
    assert set(rules(watched.watcher.step(10))) == {Rule.FINDING}
    assert watched.watcher.step(0) == []


def test_a_byte_changed_in_place_beside_an_append_is_told_within_the_hour(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    watched = Watched(practice, tmp_path, monkeypatch)
    assert watched.watcher.begin() == []
    unsigned(practice, [unlock_failed(2)])
    change_in_place(practice)
    assert watched.watcher.step(10) == []
    watched.seconds += WHOLE_SECONDS / 3
    assert watched.watcher.step(0) == []
    watched.seconds += WHOLE_SECONDS
    assert set(rules(watched.watcher.step(0))) == {Rule.FINDING}
    assert watched.opened == 2


def test_a_whole_vault_that_is_verified_each_hour_tells_nothing_twice(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    watched = Watched(practice, tmp_path, monkeypatch)
    practice.clock.now += 91 * DAY_MS
    watched.watcher.begin()
    miss(practice, 5)
    assert Rule.FAILURES in rules(watched.watcher.step(10))
    for _ in range(3):
        watched.seconds += WHOLE_SECONDS
        assert watched.watcher.step(0) == []
    assert watched.opened == 4


def test_a_file_that_is_touched_all_the_time_does_not_keep_the_watch_busy(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    watched = Watched(practice, tmp_path, monkeypatch)
    watched.lasts = 5.0
    watched.watcher.begin()
    for number in range(100):
        os.utime(practice.path, (number, number))
        watched.seconds += 5
        watched.watcher.step(10)
    assert 5 <= watched.opened <= 7


def test_what_is_overdue_is_told_though_another_vault_is_always_written_to(
    practice: Practice, tmp_path: Path
) -> None:  # fmt: skip
    seconds = [0.0]
    (tmp_path / "busy").mkdir()
    busy = practice.copied(tmp_path / "busy")
    watcher = Watcher(
        [str(practice.path), str(busy.path)], str(tmp_path / "watching"), practice.clock, lambda: seconds[0]
    )
    assert watcher.begin() == []
    practice.clock.now += 91 * DAY_MS
    busy.clock.now = practice.clock.now

    def told() -> set[tuple[str, Rule]]:
        unsigned(busy, [unlock_failed(2)])
        seconds[0] += 20
        return {(each.path, each.alert.rule) for each in watcher.step(10)}

    seen = [told() for _ in range(4)]
    overdue = (str(practice.path), Rule.ROTATION_OVERDUE)
    assert [overdue in each for each in seen] == [False, False, True, False]
    watcher.close()


@pytest.mark.parametrize("polled", [False, True])
def test_a_change_is_seen_told_or_looked_for(polled: bool, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("one")
    changes = Changes([str(path)])
    if polled:
        changes.close()
    assert changes.wait(0) == []
    path.write_text("two and more")
    assert changes.wait(10) == [str(path)]
    (tmp_path / "other").write_text("nothing of ours")
    assert changes.wait(0) == []
    replaced = tmp_path / "new"
    replaced.write_text("three")
    replaced.replace(path)
    assert changes.wait(10) == [str(path)]
    changes.close()


ALERT = Told("p.tacenda", "ab", Alert(Rule.FAILURES, Severity.HIGH, 1_000, 2, (7, 9)), 'a "b" ]c', "so it is")


def test_a_line_of_json_says_everything() -> None:
    lines: list[str] = []
    JsonSink(lines.append).send(ALERT)
    said = json.loads(lines[0])
    assert said["rule"] == "failures"
    assert said["records"] == [7, 9]
    assert said["time"] == "1970-01-01T00:00:01.000Z"


def test_a_syslog_is_given_whole_messages_by_each_way(tmp_path: Path) -> None:
    unix, udp, tcp = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM), socket.socket(type=socket.SOCK_DGRAM), None
    unix.bind(str(tmp_path / "log"))
    udp.bind(("127.0.0.1", 0))
    tcp = socket.create_server(("127.0.0.1", 0))
    for address in (f"unix:{tmp_path / 'log'}", f"udp:127.0.0.1:{udp.getsockname()[1]}"):
        with contextlib.closing(SyslogSink(syslog_address(address), "host")) as datagrams:
            datagrams.send(ALERT)
    message = unix.recv(4_096)
    assert message == udp.recv(4_096)
    assert message.startswith(b"<107>1 1970-01-01T00:00:01.000Z host tacenda - failures [tacenda@")
    assert b'member="a \\"b\\" \\]c"' in message
    got: list[bytes] = []

    def serve() -> None:
        connection, _ = tcp.accept()
        with connection:
            while data := connection.recv(4_096):
                got.append(data)

    thread = threading.Thread(target=serve)
    thread.start()
    sink = SyslogSink(syslog_address(f"tcp:127.0.0.1:{tcp.getsockname()[1]}"), "host")
    sink.send(ALERT)
    sink.send(ALERT)
    sink.close()
    thread.join(20)
    framed = b"%d %s" % (len(message), message)
    assert b"".join(got) == framed * 2
    for each in (unix, udp, tcp):
        each.close()


def test_a_syslog_that_is_not_there_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="takes nothing"):
        SyslogSink(syslog_address(f"unix:{tmp_path / 'none'}"), "host").send(ALERT)
    for bad in ("", "udp", "tcp:", "file:/x", "udp:a b", "tcp:host:0", "tcp:host:70000"):
        with pytest.raises(UsageError):
            syslog_address(bad)
    assert syslog_address("tcp:[::1]") == ("tcp", "::1", 601)


def test_a_path_that_is_no_utf_8_is_told_by_each_way(tmp_path: Path) -> None:
    told = dataclasses.replace(ALERT, path="bad\udcff.tacenda", detail="\udcfe")
    lines: list[str] = []
    JsonSink(lines.append).send(told)
    assert json.loads(lines[0].encode())["path"] == told.path
    target = tmp_path / "got"
    CommandSink([sys.executable, "-c", f"import sys; open({str(target)!r}, 'wb').write(sys.stdin.buffer.read())"]).send(
        told
    )
    assert json.loads(target.read_bytes())["path"] == told.path
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as log:
        log.bind(str(tmp_path / "log"))
        sink = SyslogSink(syslog_address(f"unix:{tmp_path / 'log'}"), "host")
        sink.send(told)
        sink.close()
        assert b'path="bad\\\\udcff.tacenda"' in log.recv(4_096)


def test_a_command_is_given_the_line_and_its_failure_is_told(tmp_path: Path) -> None:
    target = tmp_path / "got"
    CommandSink([sys.executable, "-c", f"import sys; open({str(target)!r}, 'w').write(sys.stdin.read())"]).send(ALERT)
    assert json.loads(target.read_text())["rule"] == "failures"
    with pytest.raises(Unavailable, match="status 3"):
        CommandSink([sys.executable, "-c", "raise SystemExit(3)"]).send(ALERT)
    with pytest.raises(Unavailable):
        CommandSink([str(tmp_path / "none")]).send(ALERT)
