"""What an alert is, and which rules there are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 86_400_000


class Severity(IntEnum):
    """How soon somebody should look: some day, this week, today, now."""

    NOTE = 1
    LOW = 2
    HIGH = 3
    CRITICAL = 4


class Rule(IntEnum):
    """The rules; the numbers stand in alert records and never change their meaning."""

    FAILURES = 1
    SUCCESS_AFTER_FAILURES = 2
    OUTSIDE_HOURS = 3
    UNUSUAL_TIME = 4
    BULK_READING = 5
    EXPORT = 6
    OUTSIDE_CASELOAD = 7
    CLOSED_CLIENT = 8
    NEW_HOST = 9
    CLOCK = 10
    DORMANT = 11
    TOO_FAST = 12
    ROTATION_OVERDUE = 13
    DRILL_OVERDUE = 14
    RECOVERY = 15
    RECOVERY_FAILED = 16
    FINDING = 17
    CAP_REACHED = 18
    KEYS_REFUSED = 19
    REVIEW_OVERDUE = 20
    NOT_OPENED = 21
    WORDS_DIFFER = 22
    LOOSENED = 23


WORDS = {
    Rule.FAILURES: "several failed unlocks",
    Rule.SUCCESS_AFTER_FAILURES: "an unlock right after several failures",
    Rule.OUTSIDE_HOURS: "an unlock outside working hours",
    Rule.UNUSUAL_TIME: "an unlock at a time that is unusual for this member",
    Rule.BULK_READING: "more notes opened than this member ever does",
    Rule.EXPORT: "an export",
    Rule.OUTSIDE_CASELOAD: "a client outside the member's caseload was opened",
    Rule.CLOSED_CLIENT: "a closed client's chart was opened",
    Rule.NEW_HOST: "an unlock from a machine that is new for this member",
    Rule.CLOCK: "the clock went backwards, or jumped",
    Rule.DORMANT: "a member who was long away is back",
    Rule.TOO_FAST: "notes opened faster than anybody reads",
    Rule.ROTATION_OVERDUE: "the keys should have been changed",
    Rule.DRILL_OVERDUE: "recovery should have been rehearsed",
    Rule.RECOVERY: "keys were recovered",
    Rule.RECOVERY_FAILED: "somebody tried to recover keys",
    Rule.FINDING: "the vault does not verify",
    Rule.CAP_REACHED: "as many failures as the file may hold",
    Rule.KEYS_REFUSED: "a member was given keys that are not everybody's",
    Rule.REVIEW_OVERDUE: "the trail should have been reviewed",
    Rule.NOT_OPENED: "several notes did not open, or acts failed",
    Rule.WORDS_DIFFER: "an invitation was refused: its six words differed from the newcomer's",
    Rule.LOOSENED: "a looser policy: alerts speak later than before",
}


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to look at, when the record that set it off was written (UTC ms), and whose act it was (0: nobody's).

    `records` are the sequences that it rests on, at most 100. `about` is the client, the record of the policy or of
    who asked for something, or the machine's pseudonym as a number, where another one is another matter (0: it makes no
    difference).
    """

    rule: Rule
    severity: Severity
    time: int
    member: int
    records: tuple[int, ...]
    about: int = 0

    @property
    def words(self) -> str:
        """What happened, in words."""
        return WORDS[self.rule]
