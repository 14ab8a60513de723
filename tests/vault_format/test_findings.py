"""How findings are counted where there are more than are listed."""

from __future__ import annotations

from vault_format.verification.findings import MAX_LISTED, Report


def test_a_sequence_counts_once_however_many_there_are() -> None:
    report = Report()
    for _ in range(2):
        for seq in range(MAX_LISTED + 50):
            report.find(seq, "payload", "damaged", local=True)
    assert report.finding_count == MAX_LISTED + 50
    assert len(report.findings) == MAX_LISTED
    assert report.broken_at is None


def test_what_breaks_a_vault_is_listed_behind_any_number_of_damaged_parts() -> None:
    report = Report()
    for seq in range(MAX_LISTED + 50):
        report.find(seq, "payload", "damaged", local=True)
    report.find(5_000, "signature", "false")
    assert [each.seq for each in report.findings if not each.local] == [5_000]
    assert (report.broken_at, report.finding_count) == (5_000, MAX_LISTED + 51)


def test_what_is_set_aside_is_not_counted_any_more() -> None:
    report = Report()
    for seq in range(3, MAX_LISTED + 53):
        report.find(seq, "authority", "refused")
    report.forget(MAX_LISTED + 13)
    assert report.finding_count == MAX_LISTED + 10
    assert report.broken_at == 3
    report.find(MAX_LISTED + 20, "authority", "refused")
    assert report.finding_count == MAX_LISTED + 11
    report.forget(3)
    assert report.finding_count == 0
    assert not report.findings
    assert report.broken_at is None
