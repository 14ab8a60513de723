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


def test_a_clinician_sets_a_hold_and_an_owner_lifts_it(practice: Practice) -> None:
    def hold(*words: str) -> Done:
        return tacenda("hold", practice.path, *words, "--as", "clinician", secret=PASSPHRASES["clinician"] + "\n")

    assert hold("OTTER").code == 0
    lifting = hold("OTTER", "--lift")
    assert (lifting.code, "Only an owner lifts a hold." in lifting.err) == (3, True)
    elsewhere = hold("HERON")
    assert (elsewhere.code, "outside your caseload" in elsewhere.err) == (3, True)
    rows = tacenda("retention", practice.path, "--as", "owner", "--json", secret=OWNER).objects
    assert [(row["code"], row["held_by"]) for row in rows if row["hold"]] == [("OTTER", "clinician")]
    assert {row["held_since"] for row in rows if not row["hold"]} == {None}
    assert "legal hold by clinician, 20" in tacenda("retention", practice.path, "--as", "owner", secret=OWNER).out
    note = f"{practice.notes['draft']:016x}"[:6]
    held = tacenda("shred", practice.path, note, "--reason", "mistake", "--confirm", f"shred {note}", "--as", "owner",
                   secret=OWNER)  # fmt: skip
    assert (held.code, "under a legal hold" in held.err) == (2, True)
    assert tacenda("hold", practice.path, "OTTER", "--lift", "--as", "owner", secret=OWNER).code == 0
    assert practice.verdict().intact


def test_a_hold_is_set_and_lifted_by_an_owner(practice: Practice) -> None:
    assert tacenda("hold", practice.path, "OTTER", "--as", "owner", secret=OWNER).code == 0
    rows = tacenda("retention", practice.path, "--as", "owner", "--json", secret=OWNER).objects
    assert [row["code"] for row in rows if row["hold"]] == ["OTTER"]
    assert tacenda("hold", practice.path, "OTTER", "--as", "owner", secret=OWNER).code == 2
    assert tacenda("hold", practice.path, "LARCH", "--as", "owner", secret=OWNER).code == 2
    assert tacenda("hold", practice.path, "OTTER", "--lift", "--as", "owner", secret=OWNER).code == 0
    assert practice.verdict().intact


def test_the_certificate_of_destruction_is_printed_without_a_passphrase(practice: Practice) -> None:
    none = tacenda("certificate", practice.path)
    assert (none.code, none.out, none.err) == (0, "", "Nothing was ever shredded in this vault.\n")
    otter, signed = practice.clients["OTTER"], practice.notes["signed"]
    words = ("--client", "OTTER", "--confirm", "shred OTTER", "--reason", "client-request", "--json")
    done = tacenda("shred", practice.path, *words, "--as", "owner", secret=OWNER)
    [told] = tacenda("certificate", practice.path, f"{signed:016x}"[:6], "--json").objects
    assert (told["id"], told["client"]) == (f"{signed:016x}", f"{otter:016x}")
    assert (told["what"], told["author"], told["approved_by"], told["role"]) == ("note", "owner", "owner", "owner")
    assert (told["reason"], told["left_this_file"]) == ("the client asked for it", False)
    assert done.objects[0]["first_record"] <= told["record"] <= done.objects[0]["record"]
    assert practice.actions()[told["record"]] == Action.SHRED
    assert practice.actions()[told["signed"]] == Action.SIGN
    assert tacenda("compact", practice.path, "--as", "owner", secret=OWNER).code == 0
    chart = tacenda("certificate", practice.path, "--client", f"{otter:016x}"[:8])
    assert chart.code == 0
    heads = [line for line in chart.out.splitlines() if line.startswith(("note ", "process note ", "client "))]
    assert len(heads) == 6
    assert heads[-1] == f"client {otter:016x}"
    for said in (
        "Certificate of destruction, river practice", "  approved    by owner, role owner", told["hash"],
        "  gone        the text has left this file; copies made before keep it",
        "  reason      the client asked for it", "records of it: who wrote, read and signed it",
    ):  # fmt: skip
        assert said in chart.out
    assert "next compaction" not in chart.out
    assert len(tacenda("certificate", practice.path, "--json").objects) == 6
    for wrong in (("OTTER",), (f"{practice.notes['theirs']:016x}",)):
        refused = tacenda("certificate", practice.path, *wrong)
        assert (refused.code, refused.out) == (2, "")


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
