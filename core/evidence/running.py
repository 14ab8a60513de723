"""Running the checks in order; a critical step that is not met ends the run."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from importlib.resources import files

import tomli_w

from core.audit.columns import Columns
from core.evidence.checks import CHECKS, Subject, Unmet
from vault_format.errors import TacendaError
from vault_format.verify import Pinned
from vault_format.view import Clock, View


@dataclass(frozen=True, slots=True)
class Step:
    """One requirement: its id, its title, whether what comes after it may not go on without it, how it is verified."""

    id: str
    title: str
    critical: bool
    verification: str


@dataclass(frozen=True, slots=True)
class StepResult:
    """How a step's check went: `met`, `unmet`, or `not run` behind a critical step that was not met."""

    id: str
    title: str
    critical: bool
    verification: str
    result: str
    found: str


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
        Step(each["id"], each["title"], each["critical"], each["verification"]) for each in tomllib.loads(raw)["step"]
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
            result, words = ("not run", f"step {halted} is critical and not met") if halted else _run(step, subject)
            if result == "unmet" and step.critical:
                halted = step.id
            found.append(StepResult(step.id, step.title, step.critical, step.verification, result, words))
        return Evidence(
            view.state.vault_id.hex(), view.state.practice, view.count, view.head.hex(), clock(), tuple(found)
        )
    finally:
        view.close()


def _run(step: Step, subject: Subject) -> tuple[str, str]:
    try:
        return "met", CHECKS[step.id](subject)
    except Unmet as reason:
        return "unmet", str(reason)
    except TacendaError as error:
        return "unmet", error.what


def as_toml(found: Evidence) -> str:
    """Return the evidence as TOML."""
    said = asdict(found)
    said["step"] = said.pop("steps")
    return tomli_w.dumps(said)
