"""The trail's forms against the grammars that were published for them, whatever stands in a name."""

from __future__ import annotations

import csv
import io
import json
import re

from hypothesis import given
from hypothesis import strategies as st

from core.audit.export import Source, as_cef, as_csv, as_json_lines, as_syslog
from core.audit.trail import TrailRow
from vault_format.codes import Action, NoteClass

SOURCE = Source("ab" * 32, "the host")
NAMES = st.text(st.characters(blacklist_categories=["Cs"]), max_size=40)
ROWS = st.builds(
    TrailRow, st.integers(0, 2**32), st.integers(0, 4_000_000_000_000), NAMES, st.sampled_from(["note read", "unlock"]),
    NAMES, st.sampled_from(["done", "FAILED"]), st.booleans(), st.booleans(), st.integers(0, 255), st.integers(0, 3),
    st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1),
)  # fmt: skip

# RFC 5424, section 6: PRI VERSION SP TIMESTAMP SP HOSTNAME SP APP-NAME SP PROCID SP MSGID SP STRUCTURED-DATA SP MSG
_PRINTUSASCII = r"[\x21-\x7e]"
_SD_NAME = r"[\x21\x23-\x3c\x3e-\x5c\x5e-\x7e]{1,32}"
_PARAM = rf'{_SD_NAME}="(?:[^"\\\]]|\\["\\\]])*"'
SYSLOG = re.compile(
    rf"<(?:[0-9]|[1-9][0-9]|1[0-8][0-9]|19[01])>1 "
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2}) "
    rf"(?:-|{_PRINTUSASCII}{{1,255}}) (?:-|{_PRINTUSASCII}{{1,48}}) (?:-|{_PRINTUSASCII}{{1,128}}) "
    rf"(?:-|{_PRINTUSASCII}{{1,32}}) (?:-|(?:\[{_SD_NAME}(?: {_PARAM})*\])+)(?: \ufeff.*)?",
    re.DOTALL,
)
# The Common Event Format, revision 25: seven fields ended by bars, then pairs; = and \ are escaped in values
CEF = re.compile(r"CEF:0(?:\|(?:[^|\\\n]|\\[|\\])*){6}\|(?:[A-Za-z0-9_]+=(?:[^=\\\n]|\\[=\\nr])*)*")


@given(st.lists(ROWS, max_size=5))
def test_syslog_lines_are_what_rfc_5424_says(rows: list[TrailRow]) -> None:
    for line in as_syslog(rows, SOURCE):
        assert SYSLOG.fullmatch(line), line


@given(st.lists(ROWS, max_size=5))
def test_cef_lines_are_what_the_format_says(rows: list[TrailRow]) -> None:
    for line in as_cef(rows, SOURCE):
        assert CEF.fullmatch(line), line


@given(st.lists(ROWS, max_size=5))
def test_json_lines_hold_every_field(rows: list[TrailRow]) -> None:
    for row, line in zip(rows, as_json_lines(rows, SOURCE), strict=True):
        said = json.loads(line)
        assert (said["seq"], said["member"], said["about"]) == (row.seq, row.member, row.about)


@given(st.lists(ROWS, max_size=5))
def test_csv_is_read_back_and_no_cell_is_a_formula(rows: list[TrailRow]) -> None:
    found = list(csv.reader(io.StringIO("\n".join(as_csv(rows, SOURCE)), newline="")))
    assert found[0][:2] == ["vault", "seq"]
    for line in found:
        assert not any(cell[:1] in tuple("=+-@\t") for cell in line)


def test_a_tool_is_told_the_kind_of_an_event_and_whole_ids() -> None:
    row = TrailRow(
        7, 1_795_000_000_000, "o=w|l", "process note read", "c3f1 n8820", "FAILED", True, True, Action.READ,
        NoteClass.PROCESS, 0x3F1 << 48, 0x8820 << 48, 5,
    )  # fmt: skip
    (line,) = as_cef([row], SOURCE)
    head, _, tail = line.rpartition("|6|")
    assert head.endswith("|read|process note read")
    assert "suser=o\\=w|l act=process note read outcome=failure externalId=7" in tail
    assert "cs2Label=client cs2=03f1000000000000 cs3Label=entity cs3=8820000000000000" in tail
    assert tail.endswith("cs4Label=session cs4=0000000000000005 cs5Label=class cs5=process")
    (said,) = map(json.loads, as_json_lines([row], SOURCE))
    assert (said["class"], said["entity"], said["session"]) == ("process", "8820000000000000", "0000000000000005")
    unsigned = TrailRow(8, 0, "nobody", "unlock", "", "FAILED", True, False, Action.UNLOCK_FAILED)
    (line,) = as_cef([unsigned], SOURCE)
    assert "|unlock_failed|unlock|6|" in line
    assert "reason=nobody was identified" in line
    assert "cs2" not in line
