"""The policy as a file: shown as TOML, changed in an editor, put in force; what is wrong is told by line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import Done, tacenda
from tests.core.practice import PASSPHRASES, Practice
from vault_format.codes import Action


def put_in_force(practice: Practice, file: Path | str, *, member: str = "owner", stdin: str = "") -> Done:
    """Set the policy from a file."""
    return tacenda(
        "policy", "set", practice.path, "--from", file, "--json", "--as", member, secret=PASSPHRASES[member],
        stdin=stdin,
    )  # fmt: skip


def test_what_is_shown_is_changed_in_an_editor_and_put_in_force(practice: Practice, tmp_path: Path) -> None:
    shown = tacenda("policy", practice.path, "--toml")
    assert (shown.code, shown.err) == (0, "")
    assert 'hours_from = "06:00"' in shown.out
    assert "# how long a chart is kept after the last contact (years, 0 to 100)" in shown.out
    file = tmp_path / "policy.toml"
    edited = shown.out.replace("retention_years = 7", "retention_years = 10")
    edited = edited.replace('export = "members"', 'export = "owners"')
    file.write_text(edited.replace("rotation_auto = true", "rotation_auto = false"))
    before = len(practice.actions())
    done = put_in_force(practice, file)
    assert done.code == 0, done
    [told] = done.objects
    assert (told["retention_years"], told["export"], told["rotation_auto"]) == (10, 1, False)
    assert practice.actions()[before:].count(Action.POLICY) == 1
    # what it prints is what is in force, to the last value
    again = tacenda("policy", practice.path, "--toml").out
    assert again == file.read_text()
    same = put_in_force(practice, file)
    assert same.code == 2
    assert "says that already" in same.err


def test_a_file_with_two_values_changes_these_two(practice: Practice) -> None:
    before = tacenda("policy", practice.path, "--json").objects[0]
    done = put_in_force(practice, "-", stdin='rotation_days = 60\nzone = "Europe/Vienna"\n')
    assert done.code == 0, done
    assert done.objects[0] == {**before, "rotation_days": 60, "zone": "Europe/Vienna"}
    strict = put_in_force(practice, "-", stdin="[alerts]\nfailures = 3\n")
    assert strict.objects[0]["alerts"] == {**before["alerts"], "failures": 3}
    assert "failures = 3\n" in tacenda("policy", practice.path, "--toml").out.partition("\n[alerts]\n")[2]


@pytest.mark.parametrize(("text", "said"), [
    ("rotation_days = 60\n\nrotation_days = 0.5\n", "policy.toml, line 3: no TOML"),
    ("rotation_days = 60\nidle_minutes = 0\n", "policy.toml, line 2: idle_minutes is a number from 1 to 240"),
    ("# a comment\nrotation_auto = 'sometimes'\n", "policy.toml, line 2: rotation_auto is yes or no."),
    ("retention_yeers = 7\n", "policy.toml, line 1: The policy has no retention_yeers."),
    ("\n[keys]\nrotation_days = 60\n", "policy.toml, line 2: The policy has no keys."),
    ("passes = true\n", "policy.toml, line 1: passes is a number from"),
    ("memory = [65536]\n", "policy.toml, line 1: memory is a number from"),
    ("hours_from = 07:30:00\n", "policy.toml, line 1: hours_from is a number"),
    ("zone = 'Nowhere/Nohow'\n", "policy.toml, line 1: There is no time zone Nowhere/Nohow."),
    ("idle_minutes = 0\nzone = 'x'\n", "policy.toml, line 2: There is no time zone x."),
    ("[alerts]\nfailures = 4\nbulk_notes = 101\n", "policy.toml, line 3: alerts.bulk_notes is a number from 10 to 100"),
    ("alerts.fast_seconds = 29\n", "policy.toml, line 1: alerts.fast_seconds is a number from 30 to 120"),
    ("[alerts]\nfailure = 4\n", "policy.toml, line 2: The policy has no alerts.failure."),
    ("alerts = 5\n", "policy.toml, line 1: The policy has no alerts."),
    ("# nothing\n", "policy.toml sets no value."),
    ("rotation_days = \xff", "policy.toml, line 1: "),
])  # fmt: skip
def test_what_is_wrong_is_told_by_line_and_key_and_changes_nothing(
    practice: Practice, tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "policy.toml"
    file.write_bytes(text.encode("latin-1"))
    before = len(practice.actions())
    done = put_in_force(practice, file)
    assert (done.code, done.out) == (2, ""), done
    assert said in done.err
    assert "Nothing was changed." in done.err
    # it was looked at before anybody's passphrase was used
    assert len(practice.actions()) == before


def test_only_an_owner_and_only_a_file_that_is_there(practice: Practice, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    done = put_in_force(practice, file)
    assert (done.code, "There is no file" in done.err) == (2, True)
    file.write_text("rotation_days = 60\n")
    assert put_in_force(practice, file, member="clinician").code == 3
    both = tacenda("policy", "set", practice.path, "rotation_days=60", "--from", file, "--as", "owner")
    assert (both.code, both.out) == (2, "")
    assert Action.POLICY not in practice.actions()
