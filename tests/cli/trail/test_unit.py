"""The service unit that `watch --unit` prints, as systemd itself reads it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.command import tacenda
from tests.harness.tools import need_tool
from tui.cli.trail.unit import quoted

TMP = "/tmp"


def judged(unit: str, folder: Path) -> str:
    """Return what systemd-analyze says of UNIT: nothing, if it has nothing against it."""
    program = need_tool("systemd-analyze", "systemd")
    path = folder / "tacenda-watch.service"
    path.write_bytes(unit.encode("utf-8", "surrogateescape"))
    done = subprocess.run(
        [program, "verify", "--man=no", str(path)], capture_output=True, text=True, encoding="utf-8",
        errors="surrogateescape", timeout=60, check=False,
    )  # fmt: skip
    # other units of this machine are none of ours
    lines = [line for line in done.stderr.splitlines() if "tacenda" in line or line.startswith("Command ")]
    return "\n".join(lines) or ("" if done.returncode == 0 else done.stderr)


def test_systemd_has_nothing_against_the_unit(tmp_path: Path) -> None:
    unit = tacenda(
        "watch", "--unit", "--json", "--syslog", "udp:log.example.org:514", "--run", "logger -t 'a vault' $HOME",
        "/vaults/river practice.tacenda", "/vaults/100%.tacenda",
    ).out  # fmt: skip
    assert "PrivateTmp=yes" in unit
    assert judged(unit, tmp_path) == ""
    assert "Unknown" in judged(unit.replace("RestartSec=", "RestartSecs="), tmp_path)


def test_a_vault_under_tmp_is_seen_by_its_service() -> None:
    assert "PrivateTmp" not in tacenda("watch", "--unit", f"{TMP}/practice.tacenda").out
    assert "PrivateTmp" not in tacenda("watch", "--unit", "--syslog", f"unix:{TMP}/log", "/vaults/p.tacenda").out


@pytest.mark.parametrize(
    "name",
    ["river practice", "100%n", "it's", 'a "quoted" one', "back\\slash\\n", "flöte", "\udcff.bad", "tab\there", "#;"],
)
def test_systemd_reads_a_path_as_it_is(name: str, tmp_path: Path) -> None:
    program = tmp_path / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    unit = "[Service]\nExecStart={}\n"
    said = judged(unit.format(quoted(str(program))), tmp_path)
    # it runs no program of such a name, but shows how it read it; vaults are arguments, which may be called anything
    assert not said or f"special characters: {program}\n" in said
    assert judged(unit.format(quoted(f"{program}-")), tmp_path)


def test_what_systemd_would_replace_is_written_twice() -> None:
    assert quoted("$HOME %n") == '"$$HOME %%n"'
    assert quoted("/vaults/p.tacenda") == "/vaults/p.tacenda"
