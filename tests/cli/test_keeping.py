"""Retention and legal holds from the command line."""

from __future__ import annotations

from tests.cli.command import tacenda
from tests.core.practice import PASSPHRASES, Practice

OWNER = PASSPHRASES["owner"] + "\n"


def test_every_chart_is_told_with_its_dates_and_nothing_is_over(practice: Practice) -> None:
    rows = tacenda("retention", practice.path, "--as", "owner", "--json", secret=OWNER).objects
    assert {row["code"] for row in rows} == {"OTTER", "MAPLE", "HERON"}
    assert all(row["until"] > row["last"] for row in rows)
    assert tacenda("retention", practice.path, "--as", "owner", "--over", secret=OWNER).out == ""


def test_a_hold_is_set_and_lifted_by_an_owner_only(practice: Practice) -> None:
    assert tacenda("hold", practice.path, "OTTER", "--as", "owner", secret=OWNER).code == 0
    rows = tacenda("retention", practice.path, "--as", "owner", "--json", secret=OWNER).objects
    assert [row["code"] for row in rows if row["hold"]] == ["OTTER"]
    assert tacenda("hold", practice.path, "OTTER", "--as", "owner", secret=OWNER).code == 2
    clinician = PASSPHRASES["clinician"] + "\n"
    assert tacenda("hold", practice.path, "OTTER", "--lift", "--as", "clinician", secret=clinician).code == 3
    assert tacenda("hold", practice.path, "LARCH", "--as", "owner", secret=OWNER).code == 2
    assert tacenda("hold", practice.path, "OTTER", "--lift", "--as", "owner", secret=OWNER).code == 0
    assert practice.verdict().intact
