"""Running the checks in order; a critical step that is not met ends the run."""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict, dataclass
from importlib.resources import files

import tomli_w

from core.audit.columns import Columns
from core.evidence.checks import CHECKS, Said, Subject, Unmet
from core.moments import moment
from core.names import one_line
from vault_format.errors import TacendaError
from vault_format.verification.verify import Pinned
from vault_format.view import Clock, View

MOST_RECORDS = 20


@dataclass(frozen=True, slots=True)
class Step:
    """One requirement: its id, its title, whether what comes after it may not go on without it, how it is verified.

    `citation` names the paragraphs of 45 CFR that it answers to.
    """

    id: str
    title: str
    critical: bool
    verification: str
    citation: str


@dataclass(frozen=True, slots=True)
class StepResult:
    """How a step's check went: `met`, `unmet`, or `not run` behind a critical step that was not met.

    `records` are the sequences that this rests on, the newest of them where they are many; `time` is when (UTC ms).
    """

    id: str
    title: str
    critical: bool
    verification: str
    citation: str
    result: str
    found: str
    records: tuple[int, ...]
    time: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found of one vault: its id and head in hex, its records, when (UTC ms), each step in order."""

    vault: str
    practice: str
    records: int
    head: str
    time: int
    steps: tuple[StepResult, ...]

    @property
    def met(self) -> bool:
        """Whether every critical step is met."""
        return all(step.result == "met" for step in self.steps if step.critical)


def steps() -> list[Step]:
    """Return the requirements as the program's own file has them."""
    raw = files("core.evidence").joinpath("requirements.toml").read_text(encoding="utf-8")
    return [
        Step(each["id"], each["title"], each["critical"], each["verification"], each["citation"])
        for each in tomllib.loads(raw)["step"]
    ]


def gather_evidence(path: str, clock: Clock, pin: Pinned | None = None) -> Evidence:
    """Run every step's check against the vault at PATH. Raises what opening it raises; a broken vault is a result."""
    columns = Columns()
    view = View(path, clock, pin=pin, listener=columns.take)
    try:
        subject = Subject(path, clock, view, columns)
        subject.count()
        found: list[StepResult] = []
        halted = ""
        for step in steps():
            behind = Said(f"step {halted} is critical and not met")
            result, said = ("not run", behind) if halted else run(step.id, subject)
            if result == "unmet" and step.critical:
                halted = step.id
            found.append(
                StepResult(
                    step.id, step.title, step.critical, step.verification, step.citation, result, said.words,
                    said.records[-MOST_RECORDS:], clock(),
                )
            )  # fmt: skip
        return Evidence(
            view.state.vault_id.hex(), view.state.practice, view.count, view.head.hex(), clock(), tuple(found)
        )
    finally:
        view.close()


def run(step: str, subject: Subject) -> tuple[str, Said]:
    """Run the check of STEP against SUBJECT; return its result and what was found."""
    try:
        return "met", CHECKS[step](subject)
    except Unmet as reason:
        return "unmet", Said(str(reason), reason.records)
    except TacendaError as error:
        return "unmet", Said(error.what)


def as_toml(found: Evidence) -> str:
    """Return the evidence as TOML."""
    said = asdict(found)
    said["step"] = said.pop("steps")
    return tomli_w.dumps(said)


def as_markdown(found: Evidence) -> str:
    """Return the evidence as a page for people."""
    lines = [
        f"# Evidence: {_cell(one_line(found.practice))}", "",
        f"Vault {found.vault[:16]}, {found.records:,} records, head {found.head[:16]}, gathered {_when(found.time)}.",
        "Every critical requirement is met." if found.met else "**Not every critical requirement is met.**", "",
    ]  # fmt: skip
    for step in found.steps:
        critical = ", critical" if step.critical else ""
        lines += [
            f"## {step.id} {step.title}: {step.result}", "",
            f"45 CFR {step.citation}{critical}. Checked {_when(step.time)}: {step.verification}.", "",
            f"{_cell(step.found[:1].upper() + step.found[1:])}.", "",
        ]  # fmt: skip
        if step.records:
            lines += [f"Records: {', '.join(f'{seq:,}' for seq in step.records)}.", ""]
    return "\n".join(lines)


def _when(time: int) -> str:
    return f"{moment(time):%Y-%m-%d %H:%M:%S} UTC"


def _cell(text: str) -> str:
    return re.sub(r"([\\`*_<>#\[\]|])", r"\\\1", text)
