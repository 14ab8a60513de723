"""One scenario as a file: a header of text lines, an empty line, the bytes of the vault (README.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from vault_format.verification.findings import Notice
from vault_format.verification.verify import Pinned

Place = tuple[str, int]
"""A kind of finding or notice, and its sequence."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a file holds and what must be said of it.

    `reader` is empty, `whole`, `refuses unlock`, or `refuses` with entity numbers, for `member` with `passphrase`.
    """

    what: str
    data: bytes
    now: int
    expect: int
    findings: tuple[Place, ...] = ()
    notices: tuple[Place, ...] = ()
    pin: Pinned | None = None
    member: str = ""
    passphrase: str = ""
    reader: str = ""

    def to_bytes(self) -> bytes:
        """Return the file."""
        lines = [f"what: {self.what}", f"expect: {self.expect}"]
        for kind, seq in self.findings:
            lines += [f"finding: {kind}", f"seq: {seq}"]
        lines.append("notices: " + ", ".join(f"{kind} {seq}" for kind, seq in self.notices))
        lines.append(f"now: {self.now}")
        if self.pin is not None:
            lines.append(f"pin: {self.pin.sequence} {self.pin.head.hex()} {self.pin.vault_id.hex()}")
        if self.reader:
            lines += [f"member: {self.member}", f"passphrase: {self.passphrase}", f"reader: {self.reader}"]
        return "\n".join(line.rstrip() for line in lines).encode() + b"\n\n" + self.data


def parse(raw: bytes) -> Case:
    """Return the case that a file holds. Raises ValueError if it is none."""
    head, gap, data = raw.partition(b"\n\n")
    if not gap:
        raise ValueError("no empty line behind the header")
    fields: dict[str, str] = {}
    findings: list[Place] = []
    kind = ""
    for line in head.decode().splitlines():
        name, _, value = line.partition(":")
        value = value.strip()
        if name == "finding":
            kind = value
        elif name == "seq":
            findings.append((kind, int(value)))
        else:
            fields[name] = value
    notices = [text.split() for text in fields["notices"].split(",") if text]
    pin = None
    if "pin" in fields:
        seq, hash_, vault_id = fields["pin"].split()
        pin = Pinned(bytes.fromhex(vault_id), int(seq), bytes.fromhex(hash_))
    return Case(
        fields["what"], data, int(fields["now"]), int(fields["expect"]), tuple(findings),
        tuple((kind, int(seq)) for kind, seq in notices), pin, fields.get("member", ""),
        fields.get("passphrase", ""), fields.get("reader", ""),
    )  # fmt: skip


Build = Callable[[], Case]
SCENARIOS: dict[str, tuple[str, Build]] = {}


def scenario(build: Build) -> Build:
    """Register a function as a scenario: its name names the file, its docstring says what it is."""
    variant(build.__name__.replace("_", "-"), build.__doc__ or "", build)
    return build


def variant(name: str, what: str, build: Build) -> None:
    """Register BUILD as the scenario NAME, one of several that differ in one value."""
    if name in SCENARIOS:
        raise ValueError(f"two scenarios are called {name}")
    SCENARIOS[name] = (" ".join(what.split()), build)


def made(name: str) -> Case:
    """Return the case of a scenario."""
    what, build = SCENARIOS[name]
    return replace(build(), what=what)


def noticed(notices: Sequence[Notice]) -> tuple[Place, ...]:
    """Return notices as a case names them: of a vault that carries on, whether its countersignature holds."""
    return places([
        (f"{one.kind}-unproven" if one.kind == "continues" and "unproven" in one.detail else one.kind, one.seq)
        for one in notices
    ])  # fmt: skip


def places(found: Sequence[Place]) -> tuple[Place, ...]:
    """Return findings or notices in the order of their sequences."""
    return tuple(sorted(found, key=lambda place: (place[1], place[0])))
