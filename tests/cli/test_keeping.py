"""Retention and legal holds from the command line."""

from __future__ import annotations

from tests.cli.command import Done, tacenda
from tests.core.practice import PASSPHRASES, Practice
from vault_format.codes import Action

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


def test_a_whole_chart_is_shredded_with_its_client(practice: Practice) -> None:
    before = practice.actions()

    def shred(*words: str) -> Done:
        return tacenda("shred", practice.path, *words, "--reason", "client-request", "--as", "owner", secret=OWNER)

    assert shred().code == 2
    assert shred("--client", "OTTER", "--confirm", "shred MAPLE").code == 2
    theirs = shred("--client", "MAPLE", "--confirm", "shred MAPLE")
    assert (theirs.code, "Process notes of clinician" in theirs.err) == (3, True)
    assert Action.SHRED not in practice.actions()
    done = shred("--client", "OTTER", "--confirm", "shred OTTER", "--json")
    assert done.code == 0, done
    assert done.objects[0]["entries"] == 6
    assert practice.actions().count(Action.SHRED) == 6
    assert practice.actions()[: len(before)] == before
    assert "OTTER" not in tacenda("client", "list", practice.path, "--as", "owner", secret=OWNER).out
