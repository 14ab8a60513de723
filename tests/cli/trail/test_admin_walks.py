"""What an admin who cannot read one note is asked, and finds with one command each; times: `bench/admin.py`."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.acts.trail import unlock_failed
from core.moments import moment
from tests.cli.command import tacenda
from tests.core.practice import PASSPHRASES, Practice, unsigned
from vault_format import machine

HOUR_MS = 3_600_000


@pytest.fixture
def asked(practice: Practice) -> Practice:
    """The practice, in which somebody read a note, and somebody failed at half past two in the night."""
    session = practice.unlock("clinician")
    session.read_note(practice.notes["theirs"])
    session.lock()
    return practice


def night_before(now: int) -> int:
    """Return half past two of the last night that is over, in UTC ms."""
    here = moment(now, None)
    night = datetime(here.year, here.month, here.day, 2, 30, tzinfo=here.tzinfo)
    return int((night if night < here else night - timedelta(days=1)).timestamp() * 1000)


def test_who_opened_a_given_note(asked: Practice) -> None:
    note = f"{asked.notes['theirs']:016x}"
    rows = tacenda("audit", asked.path, "--note", note, "--action", "read", "--json").objects
    assert {row["name"] for row in rows} == {"clinician"}
    assert rows[-1]["entity"] == note


def test_every_failure_of_the_last_week_and_what_happened_in_the_night(asked: Practice) -> None:
    now = machine.now_ms()
    unsigned(asked, [unlock_failed(2)] * 4, [now - 9 * 24 * HOUR_MS, night_before(now), now - 1_000, now])
    failed = tacenda("audit", asked.path, "--since", "7 d", "--outcome", "failed", "--json").objects
    assert [row["action"] for row in failed] == ["unlock_failed"] * 3
    night = tacenda("audit", asked.path, "--hours", "02:29-02:31", "--outcome", "failed", "--json").objects
    assert failed[0]["seq"] in [row["seq"] for row in night]
    assert len(night) < len(tacenda("audit", asked.path, "--json").objects)


def test_whether_it_is_the_file_that_was_verified_a_month_ago(asked: Practice, tmp_path: Path) -> None:
    made = tacenda("checkpoint", "make", asked.path, "--as", "owner", secret=PASSPHRASES["owner"] + "\n")
    kept, key = tmp_path / "kept.checkpoint", made.err.split()[-1]
    kept.write_text(made.out)
    before = asked.path.read_bytes()
    asked.unlock().lock()
    done = tacenda("verify", asked.path, "--checkpoint", kept, "--key", key)
    assert done.code == 0
    assert "goes on from" in done.out
    asked.path.write_bytes(before[:-300])
    assert tacenda("verify", asked.path, "--checkpoint", kept, "--key", key).code == 1
