"""`tacenda watch`: alerts as they happen, without a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.cli.trail.folder import vaults_in

if TYPE_CHECKING:
    from core.watching import Outbox, Sink, Told

_EXAMPLES = """\b
Examples:
  tacenda watch /vaults                                 every vault in a folder
  tacenda watch practice.tacenda --json
  tacenda watch practice.tacenda --syslog udp:log.example.org:514
  tacenda watch practice.tacenda --run "notify-send --urgency critical Tacenda"
  tacenda watch --unit /vaults/*.tacenda > ~/.config/systemd/user/tacenda-watch.service
"""


@click.command(epilog=_EXAMPLES, short_help="Alerts as they happen. Needs no passphrase.")
@click.argument("vaults", nargs=-1, required=True, type=click.Path(readable=False), metavar="VAULT...")
@click.option("--json", "as_json", is_flag=True, help="One object an alert.")
@click.option("--syslog", metavar="ADDRESS", help="Send each to unix:/dev/log, udp:HOST:514 or tcp:HOST:601 as well.")
@click.option("--run", "command", metavar="COMMAND", help="Run this for each, with a line of JSON on its input.")
@click.option("--once", is_flag=True, help="Say what is wrong or overdue now, then end.")
@click.option("--unit", is_flag=True, help="Print a service unit for systemd that watches these, then end.")
@click.pass_context
def watch(
    ctx: click.Context, vaults: tuple[str, ...], as_json: bool, syslog: str | None, command: str | None, once: bool,
    unit: bool,
) -> None:  # fmt: skip
    """Follow vaults, verify what is appended, and tell what somebody should look at: without a key.

    Many failed unlocks, an unlock right behind them, unusual times and machines, reading in bulk, recoveries, a vault
    that does not verify any more. What is told stands in the records that it names. A folder stands for the vaults
    that are in it at the start. What a syslog or a command does not take is kept, up to a thousand alerts for a day,
    and sent when it does; all of it is printed at once.
    """
    if unit:
        from tui.cli.trail.unit import unit_for

        click.echo(unit_for(vaults, as_json=as_json, syslog=syslog, command=command), nl=False)
        return
    import signal

    from core.state_folder import state_folder
    from core.watching import Watcher
    from core.watching.watcher import TICK_SECONDS
    from vault_format.errors import EXIT_DONE, EXIT_FINDING

    printed, outboxes = _sinks(syslog, command, as_json=as_json)
    watcher = Watcher([each for vault in vaults for each in vaults_in(vault)], state_folder())
    found = False

    def tell(alerts: list[Told]) -> bool:
        for told in alerts:
            # printed first: whatever becomes of the others, it was told
            for sink in (printed, *outboxes):
                sink.send(told)
        return any(told.alert.rule.name == "FINDING" for told in alerts)

    def ended(*_: object) -> None:
        raise click.exceptions.Exit(EXIT_FINDING if found else EXIT_DONE)

    signal.signal(signal.SIGTERM, ended)  # how a service is ended: what waits is sent first
    try:
        found = tell(watcher.begin())
        while not once:
            waits = [each.wait for each in outboxes if each.wait is not None]
            found = tell(watcher.step(min([TICK_SECONDS, *waits]))) or found
            for each in outboxes:
                each.retry()
    finally:
        watcher.close()
        for each in outboxes:
            each.close()
    ctx.exit(EXIT_FINDING if found else EXIT_DONE)


def _sinks(syslog: str | None, command: str | None, *, as_json: bool) -> tuple[Sink, list[Outbox]]:
    """Return what prints alerts, and what keeps them for sinks that may be down."""
    import shlex
    import socket

    from core.watching import CommandSink, JsonSink, Outbox, SyslogSink, syslog_address
    from tui.cli.terminal.output import say

    def told(sentence: str) -> None:
        say(f"tacenda: {sentence}")

    outboxes = []
    if syslog is not None:
        outboxes.append(Outbox(SyslogSink(syslog_address(syslog), socket.gethostname()), told))
    if command is not None:
        outboxes.append(Outbox(CommandSink(shlex.split(command)), told))
    return JsonSink(_print_raw) if as_json else _Plain(), outboxes


class _Plain:
    """Lines for people."""

    def send(self, told: Told) -> None:
        """Print one."""
        import sys

        from tui.cli.terminal.output import local, print_line

        alert = told.alert
        records = f"records {', '.join(f'{seq:,}' for seq in alert.records[:8])}" if alert.records else ""
        severity = f"{alert.severity.name.lower():<8}"
        print_line(local(alert.time), severity, told.path, alert.words, told.member, told.detail, records)
        sys.stdout.flush()

    def close(self) -> None:
        """Nothing to give up."""


def _print_raw(line: str) -> None:
    import json
    import sys

    from tui.cli.terminal.output import print_json

    print_json(json.loads(line))
    sys.stdout.flush()
