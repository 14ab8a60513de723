"""The day's review: what happened, that nothing did, and that a person signed it off."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from core.audit.columns import Columns
from core.audit.export import FORMS, Source
from core.audit.trail import Trail
from core.reports.report import as_json, as_markdown, report, sign_off
from core.session import RefusedUnlock
from tests.core.practice import NOW, Practice
from tests.corpus.mend import Vault
from vault_format import public
from vault_format.codes import Action
from vault_format.errors import Refused, UsageError
from vault_format.public.members import Genesis
from vault_format.view import View

DAY = datetime.fromtimestamp(NOW / 1000, UTC).date()


def test_a_day_is_counted_by_person_and_act(practice: Practice) -> None:
    with pytest.raises(RefusedUnlock):
        practice.door().unlock("clinician", "not that one")
    found = report(str(practice.path), DAY, practice.clock)
    assert found.intact
    assert found.first == 0
    assert found.last == found.records - 1
    assert found.acts["owner"]["signed"] == 4
    assert found.acts["nobody"] == {"unlock": 1}
    assert len(found.failures) == 1
    text = as_markdown(found)
    assert "| owner | signed | 4 |" in text
    assert found.digest().hex() in text
    assert json.loads(as_json(found))["practice"] == "river practice"


def test_a_day_without_anything_says_so_and_is_not_signed_off(practice: Practice) -> None:
    found = report(str(practice.path), DAY + timedelta(days=3), practice.clock)
    assert "Nothing happened" in as_markdown(found)
    with pytest.raises(UsageError):
        sign_off(practice.unlock(), found)


def test_a_review_is_signed_off_on_the_record(practice: Practice) -> None:
    auditor = practice.unlock("auditor")
    found = report(str(practice.path), None, practice.clock)
    sequence = sign_off(auditor, found, "looked at every failure")
    assert practice.actions()[sequence] == Action.REVIEWED
    assert practice.verdict().intact
    assert report(str(practice.path), DAY, practice.clock).digest() != found.digest()


def test_several_days_are_one_review_and_say_who_signed_them_before(practice: Practice) -> None:
    auditor = practice.unlock("auditor")
    first = report(str(practice.path), DAY, practice.clock)
    sequence = sign_off(auditor, first)
    until = DAY + timedelta(days=4)
    found = report(str(practice.path), DAY, practice.clock, until=until)
    assert found.days == f"{DAY} to {until}"
    assert found.first == first.first
    assert found.last == practice.verdict().records - 1
    assert found.reviewed == (f"auditor, {found.reviewed[0][9:25]}: records 0 to {first.last} (record {sequence})",)
    assert "## Signed off before" in as_markdown(found)
    quiet = report(str(practice.path), until, practice.clock, until=until + timedelta(days=1))
    assert "Nothing happened on those days" in as_markdown(quiet)
    with pytest.raises(UsageError, match="lies before"):
        report(str(practice.path), until, practice.clock, until=DAY)


def test_who_does_not_look_after_the_trail_signs_nothing_off(practice: Practice) -> None:
    clinician = practice.unlock("clinician")
    before = practice.path.stat().st_size
    with pytest.raises(Refused, match="owner or an auditor"):
        sign_off(clinician, report(str(practice.path), DAY, practice.clock))
    assert practice.path.stat().st_size == before


def test_a_practice_s_name_adds_no_line_to_a_report(tmp_path: Path) -> None:
    vault = Vault("small", 5)
    founding, lines = vault.frames[0], "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
    said = public.read(Action.GENESIS, founding.parts[0] or b"")
    assert isinstance(said, Genesis)
    name = f"river{lines}* alert\x1b[2J\u202e"
    vault.say(0, msgspec.structs.replace(said, practice=name))
    path = tmp_path / "vault"
    path.write_bytes(vault.data())
    found = report(str(path), DAY, lambda: vault.now)
    assert found.practice == "river    * alert[2J"
    text = as_markdown(found)
    assert not any(line.startswith("* alert") for line in text.splitlines())
    assert not set(lines[1:]) & set(text + as_json(found))


def test_a_broken_vault_is_told_first(practice: Practice) -> None:
    raw = bytearray(practice.path.read_bytes())
    raw[5_000] ^= 1
    practice.path.write_bytes(raw)
    found = report(str(practice.path), date(2026, 1, 1), practice.clock)
    assert not found.intact
    assert found.findings
    assert "does not verify" in as_markdown(found)


def rows(practice: Practice) -> tuple[Trail, list[str], Source]:
    columns = Columns()
    view = View(str(practice.path), practice.clock, listener=columns.take)
    names = {number: member.name for number, member in view.state.members.items()}
    source = Source(view.state.vault_id.hex(), "a host")
    view.close()
    return Trail(columns, lambda number: names.get(number, "")), list(names.values()), source


def test_every_form_has_a_line_for_every_record(practice: Practice) -> None:
    trail, _, source = rows(practice)
    every = [trail.row(seq) for seq in range(len(trail))]
    for name, form in FORMS.items():
        lines = list(form(every, source))
        assert len(lines) == len(every) + (name == "csv")
        assert all("\n" not in line for line in lines)
