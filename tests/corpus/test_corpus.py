"""The committed corpus is what the scenarios make, and the verifier says of each file what it must."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.corpus.case import SCENARIOS, Case, made, noticed, parse, places
from tests.corpus.generate import HERE, SUFFIX, names
from tests.corpus.reading import read_all
from vault_format.errors import NotAVault
from vault_format.verification.verify import verify

NAMES = names()


def _case(name: str) -> Case:
    return parse((HERE / f"{name}{SUFFIX}").read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_committed_file_is_made_again_byte_for_byte(name: str) -> None:
    assert (HERE / f"{name}{SUFFIX}").read_bytes() == made(name).to_bytes()


def test_nothing_else_stands_in_the_folder() -> None:
    assert sorted(path.name for path in HERE.iterdir()) == sorted(name + SUFFIX for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_verify_says_what_the_file_says(name: str, tmp_path: Path) -> None:
    case = _case(name)
    vault = tmp_path / "vault.tacenda"
    vault.write_bytes(case.data)
    before = hashlib.sha256(case.data).digest()
    if case.expect == 2 and not case.notices:
        with pytest.raises(NotAVault):
            verify(str(vault), case.now, pin=case.pin)
    else:
        verdict = verify(str(vault), case.now, pin=case.pin)
        found = places([(finding.kind, finding.seq) for finding in verdict.findings])
        noted = noticed(verdict.notices)
        assert (found, noted, verdict.exit_code) == (case.findings, case.notices, case.expect), verdict.findings
    assert hashlib.sha256(vault.read_bytes()).digest() == before
    assert list(tmp_path.glob("vault*")) == [vault]


@pytest.mark.parametrize("name", [name for name in NAMES if _case(name).reader])
def test_a_reader_says_what_the_file_says(name: str, tmp_path: Path) -> None:
    case = _case(name)
    vault = tmp_path / "vault.tacenda"
    vault.write_bytes(case.data)
    assert read_all(str(vault), case.now, case.member, case.passphrase) == case.reader


@pytest.mark.parametrize("name", NAMES)
def test_a_case_survives_being_written_and_read(name: str) -> None:
    case = _case(name)
    assert case.what == SCENARIOS[name][0]
    assert parse(case.to_bytes()) == case
    assert case.expect == 1 if case.findings else case.expect in {0, 2}
