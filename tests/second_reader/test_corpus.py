"""The second reader says of every corpus file what its header expects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.second_reader.support import CORPUS, batch, kind_of, node

CASES = sorted(path.stem for path in (CORPUS / "files").glob("*.case"))


@dataclass(frozen=True)
class Case:
    """A corpus file: its header, and where the vault begins."""

    path: Path
    lines: list[tuple[str, str]]
    skip: int

    @classmethod
    def read(cls, name: str) -> Case:
        path = CORPUS / "files" / f"{name}.case"
        head = path.read_bytes().split(b"\n\n", 1)[0]
        pairs = [line.split(":", 1) for line in head.decode().split("\n")]
        return cls(path, [(key, value.strip()) for key, value in pairs], len(head) + 2)

    def one(self, key: str) -> str | None:
        return next((value for name, value in self.lines if name == key), None)

    def job(self) -> dict[str, Any]:
        """The header as a job of batch.mjs."""
        job: dict[str, Any] = {"path": str(self.path), "skip": self.skip, "now": int(self.one("now") or 0)}
        if pin := self.one("pin"):
            sequence, head, vault = pin.split()
            job["pin"] = {"seq": int(sequence), "head": head, "vault": vault}
        if passphrase := self.one("passphrase"):
            job["passphrases"] = [[self.one("member"), passphrase]]
        return job

    def expected(self) -> dict[str, Any]:
        kinds = [value for key, value in self.lines if key == "finding"]
        sequences = [int(value) for key, value in self.lines if key == "seq"]
        notices = [pair.rsplit(" ", 1) for pair in (self.one("notices") or "").split(",") if pair.strip()]
        return {
            "exit": int(self.one("expect") or 0),
            "findings": list(zip(sequences, kinds, strict=True)),
            "notices": [(int(sequence), kind.strip()) for kind, sequence in notices],
        }


@cache
def answers() -> dict[str, dict[str, Any]]:
    return dict(zip(CASES, batch([Case.read(name).job() for name in CASES]), strict=True))


def reading(read: dict[str, Any]) -> str:
    """What a reader found, in the words of the corpus."""
    if read["exit"] == 4 or any("unlock" in line for line in read["lines"]):
        return "refuses unlock"
    refused = sorted({int(line["entity"]) for line in read["lines"] if "error" in line and line.get("live")})
    return f"refuses {' '.join(map(str, refused))}" if refused else "whole"


def objection(name: str) -> str:
    """Return where the second reader differs from what the header of case NAME expects, or nothing."""
    case, got = Case.read(name), answers()[name]
    if "error" in got:
        return f"{name}: {got['error']}"
    said = {
        "exit": got["exit"],
        "findings": [(line["seq"], line["kind"]) for line in got["report"]["findings"]],
        "notices": sorted(
            (line["seq"], kind_of(line)) for line in got["report"]["notices"] if line["kind"] != "not-a-vault"
        ),
    }
    expected = case.expected()
    expected["notices"].sort()
    if said != expected:
        return f"{name} ({case.one('what')}): {said}, not {expected}"
    wanted = case.one("reader")
    if wanted is not None and reading(got["readers"][0]) != wanted:
        return f"{name} ({case.one('what')}): the reader {reading(got['readers'][0])}, not {wanted}"
    return ""


def test_says_what_every_header_expects() -> None:
    """All in one test: one process of Node answers for all of them."""
    node()
    assert len(answers()) == len(CASES) > 400
    assert [said for name in CASES if (said := objection(name))] == []
