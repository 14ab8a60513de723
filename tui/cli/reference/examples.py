"""An example in the help of every command: its own, else the lines of its group's that show it, else one from here."""

from __future__ import annotations

import click

EXAMPLES = {
    "access": ("access practice.tacenda",),
    "appointment cancel": ("appointment cancel practice.tacenda 4d74",),
    "appointment kept": ("appointment kept practice.tacenda 4d74",),
    "backup list": ("backup list practice.tacenda",),
    "backup make": ("backup make practice.tacenda copy.tacenda",),
    "carry-on": ("carry-on practice.tacenda practice-2.tacenda",),
    "checkpoint cosign": ("checkpoint cosign practice.checkpoint auditor.key",),
    "checkpoint key": ("checkpoint key auditor-1 auditor.key",),
    "checkpoint keys": ("checkpoint keys practice.tacenda",),
    "client archive": ("client archive practice.tacenda OTTER",),
    "client assign": ("client assign practice.tacenda OTTER --to clinician-1",),
    "client merge": ("client merge practice.tacenda OTER OTTER",),
    "client remove": ("client remove practice.tacenda OTER",),
    "client reopen": ("client reopen practice.tacenda OTTER",),
    "client show": ("client show practice.tacenda OTTER",),
    "demo": ("demo",),
    "members list": ("members list practice.tacenda",),
    "members role": ("members role practice.tacenda clinician-1 supervisor",),
    "note cosign": ("note cosign practice.tacenda 4d74 --as supervisor-1",),
    "note late-entry": ('note late-entry practice.tacenda 4d74 --reason "left out" < text.md',),
    "note templates": ("note templates",),
    "policy show": ("policy show practice.tacenda",),
    "repair": ("repair practice.tacenda mended.tacenda",),
}
"""Words behind `tacenda`, for what shows none itself."""


def teach(command: click.Command, path: str) -> None:
    """Give COMMAND, which is called by PATH behind `tacenda`, and all below it examples where they have none."""
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            lines = _lines(command.epilog or "", f"{path} {name}")
            if not below.epilog and lines:
                below.epilog = _laid(lines)
            teach(below, f"{path} {name}")
    if not command.epilog and path in EXAMPLES:
        command.epilog = _laid([f"  tacenda {example}" for example in EXAMPLES[path]])


def _lines(epilog: str, path: str) -> list[str]:
    """Return the examples in EPILOG that begin with PATH, each with the lines that go on with it."""
    found: list[str] = []
    taking = False
    for line in epilog.splitlines():
        if line.startswith("  tacenda "):
            taking = f"{line.strip()} ".startswith(f"tacenda {path} ")
        elif not line.startswith("    "):
            taking = False
        if taking:
            found.append(line)
    return found


def _laid(lines: list[str]) -> str:
    return "\b\nExamples:\n" + "\n".join(lines) + "\n" if len(lines) > 1 else "\b\nExample:\n" + lines[0] + "\n"
