"""Alerts from the command line: listed without a key, put on the record, answered once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from core.acts.trail import unlock_failed
from core.alerts import Rule
from core.alerts.listed import ANSWERS
from core.moments import moment
from core.upkeep.keys.passphrase import change
from tests.cli.as_owner import owner
from tests.cli.command import Done, tacenda
from tests.core.practice import COST, PASSPHRASES, Practice, build_practice, damage, unsigned
from tui.cli.trail.alerts import answer as command
from vault_format import machine
from vault_format.codes import Action

OWNER = PASSPHRASES["owner"]


def run(practice: Practice, act: str, *words: object) -> Done:
    return tacenda("alerts", act, practice.path, *words, "--as", "owner", secret=OWNER)


def test_a_burst_is_listed_recorded_and_answered(practice: Practice) -> None:
    unsigned(practice, [unlock_failed(2)] * 6)
    told = tacenda("alerts", practice.path)
    assert told.code == 0
    assert "-  " in told.out
    assert "high      several failed unlocks" in told.out
    assert Action.ALERT not in practice.actions()
    done = run(practice, "record")
    # the unlock that followed right after is one, too
    number, later = done.out.split()
    assert done.err == "Recorded: 2. Not answered: 2.\n"
    assert run(practice, "answer", number, "--reason", "other").code == 2
    answered = run(practice, "answer", number, "--reason", "slip", "--words", "asked by telephone")
    assert practice.actions()[int(answered.out)] == Action.ANSWERED
    again = run(practice, "answer", number, "--reason", "slip")
    assert (again.code, "owner answered this alert" in again.err) == (2, True)
    row = tacenda("alerts", "list", practice.path, "--json").objects[-1]
    assert (row["record"], row["severity"], row["answered_by"]) == (int(number), "high", "owner")
    assert tacenda("alerts", "list", practice.path, "--open").out.split()[0] == later
    assert practice.verdict().intact


def test_an_owner_moves_a_threshold_and_every_command_goes_by_it(practice: Practice) -> None:
    """Three failures are told once the policy says three, and no more once it says five again."""

    def three() -> None:
        unsigned(practice, [unlock_failed(2)] * 3, [machine.now_ms() - 20_000] * 3)

    def told() -> Counter[int]:
        return Counter(row["rule"] for row in tacenda("alerts", practice.path, "--json").objects)

    state = {"TACENDA_STATE": str(practice.folder)}
    three()
    assert told()[Rule.FAILURES] == 0
    done = owner("policy", "set", practice.path, "alerts.failures=3")
    assert (done.code, done.out, done.err) == (0, f"{'alerts.failures':<22}  3 failures\n", "")
    assert tacenda("watch", "--once", practice.path, env=state).code == 0
    three()
    assert told()[Rule.FAILURES] == 1
    watched = tacenda("watch", "--once", "--json", practice.path, env=state).objects
    assert [each["rule"] for each in watched if each["rule"] == "failures"] == ["failures"]
    today = moment(machine.now_ms()).date()
    days = ("--day", today - timedelta(days=1), "--until", today)
    assert "high: several failed unlocks" in tacenda("report", practice.path, *days).out
    done = owner("policy", "set", practice.path, "alerts.failures=5")
    assert (done.code, done.err) == (0, "Alerts speak later than before; that is told as an alert of its own.\n")
    three()
    # what was told under the policy of its time stays so, and the change is told itself
    assert told() >= Counter({Rule.FAILURES: 1, Rule.LOOSENED: 1})
    assert told()[Rule.FAILURES] == 1
    shown = tacenda("policy", practice.path).out
    assert "alerts.failures" in shown
    assert "5 failures" in shown
    for wrong in ("alerts.failures=2", "alerts.failures=9", "alerts.no_such=3", "failures=3"):
        assert owner("policy", "set", practice.path, wrong).code == 2, wrong


def test_keys_that_somebody_asked_for_are_listed_until_they_are_made(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    practice = build_practice(tmp_path / "old", machine.now_ms() - 2 * 3_600_000)
    theirs = practice.unlock("clinician")
    change(theirs, PASSPHRASES["clinician"], "seven larches above the quarry pond", known=True, cost=COST)
    theirs.lock()
    [row] = [row for row in tacenda("alerts", practice.path, "--json").objects if row["rule"] == 13]
    assert (row["severity"], row["member"], row["record"]) == ("high", "clinician", 0)
    assert tacenda("rotate", practice.path, "--as", "owner", secret=OWNER).code == 0
    assert 13 not in [row["rule"] for row in tacenda("alerts", practice.path, "--json").objects]


def test_a_vault_that_does_not_verify_is_the_first_alert(practice: Practice) -> None:
    damage(practice, 3, 0)
    done = tacenda("alerts", practice.path)
    assert done.code == 1
    assert "does not verify" in done.out


def test_the_command_knows_every_answer_that_the_page_offers() -> None:
    [reason] = [option for option in command.params if option.name == "reason"]
    assert list(reason.type.choices) == [word for _, word, _ in ANSWERS]  # type: ignore[attr-defined]
