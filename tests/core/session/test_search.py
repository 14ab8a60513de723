"""Finding: how texts are compared, titles without opening, bodies opened once, kept in step, forgotten at lock."""

from __future__ import annotations

import random
import re
import unicodedata

import pytest

from core.acts import entries
from core.search import Inside, Query, Titles, loose, spans
from core.session import NoteDraft, Session
from core.session.finding import looking as module
from tests.core.practice import Practice, damage, decryptions, rotate
from vault_format import public
from vault_format.codes import Action, Reason
from vault_format.errors import Refused
from vault_format.public.trail import Counted

SAME = {
    "accents": ("Zürich", "zurich"), "composed otherwise": ("Zu\u0308rich", "Zürich"), "sharp s": ("Straße", "STRASSE"),
    "a ligature": ("ﬁnally", "finally"), "full width": ("\uff21\uff42\uff43", "abc"),
    "dotted I": ("İstanbul", "istanbul"),
    "final sigma": ("λόγος", "ΛΟΓΟΣ"), "a soft hyphen": ("thera\u00adpy", "therapy"),
    "a joiner": ("می\u200cروم", "میروم"),
    "white space": ("  two \t\n\u2003words ", "two words"), "dashes": ("a\u2013b", "A\u2013B"),
}  # fmt: skip
OTHER = {
    "kana with and without a mark": ("が", "か"), "syllables": ("각", "가"), "vowels": ("की", "का"),
    "stroke": ("ø", "o"), "letters": ("b", "p"),
}  # fmt: skip
SCRIPTS = (
    "نام", "今日は雨", "Łódź", "ไทย", "हिन्दी", "Ελλάδα", "\U0001d4b3\U0001d4ce", "👩\u200d👩\u200d👧",
    "e\u0301\u0323", "\u0301", "  ", "\n\n",
    "ß", "İ", "ŉ",
)  # fmt: skip

_MARK = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]")


@pytest.mark.parametrize("case", SAME)
def test_what_is_written_otherwise_is_the_same(case: str) -> None:
    one, other = SAME[case]
    assert loose(one) == loose(other)


@pytest.mark.parametrize("case", OTHER)
def test_other_letters_are_others(case: str) -> None:
    one, other = OTHER[case]
    assert loose(one) != loose(other)


def test_signs_are_replaced_one_by_one_only_where_that_is_the_same() -> None:
    def whole(text: str) -> str:
        kept = "".join(one for one in unicodedata.normalize("NFKD", text) if not _MARK.match(one))
        return " ".join(unicodedata.normalize("NFC", kept.casefold()).split())

    draw = random.Random(7)
    signs = [chr(code) for code in (*range(1, 0x3000, 3), *range(0xA000, 0xD7FF, 40), *range(0xF900, 0x11000, 7))]
    near = ("a", "B", " ", "=", "\n", "\x1f", "\u0301", "\u0323", "\u0338", "\u201c", "ä", "\u00a0", "\u3099", "\u1161")
    for sign in signs:
        for text in (sign, f"A{sign}b", f"={sign}{draw.choice(near)}{sign}{draw.choice(near)}"):
            assert loose(text) == whole(text), ascii(text)


def test_folding_twice_or_line_by_line_gives_the_same() -> None:
    draw = random.Random(11)
    for _ in range(2_000):
        text = "".join(draw.choice((*SCRIPTS, "walk", " ", "\t", "\r\n", "A", ".")) for _ in range(draw.randrange(12)))
        folded = loose(text)
        assert loose(folded) == folded
        assert folded == " ".join(line for line in map(loose, text.split("\n")) if line)
        assert unicodedata.is_normalized("NFC", folded)


def test_a_query_is_words_and_phrases() -> None:
    assert Query.of(' unsent  "The  Letter" Mother ').terms == ("the letter", "mother", "unsent")
    assert Query.of("“open phrase goes on").terms == ("open phrase goes on",)
    assert Query.of('""').terms == Query.of("  ").terms == ()
    assert not Query.of("\u00ad")
    assert Query.of("rivers").narrows(Query.of("rive"))
    assert Query.of("rivers walk").narrows(Query.of("rive"))
    assert not Query.of("river").narrows(Query.of("rivers"))


def test_what_was_found_is_marked() -> None:
    line = "Fuhr nach Zu\u0308rich, ZÜRICH und  Bern"
    marked = [line[start:end] for start, end in spans(line, Query.of('zurich "und bern"').terms)]
    assert marked == ["Zu\u0308rich", "ZÜRICH", "und  Bern"]
    assert spans("aaaa", ("aa", "aaa")) == [(0, 4)]
    assert spans("nothing", ("x", "")) == []


def test_places_name_line_and_heading() -> None:
    inside = Inside()
    text = "## Subjective\nslept well\n\n## Plan\nwalk to the\nriver, walk home"
    inside.put(1, 1, text)
    inside.put(2, 1, "walk")
    query = Query.of("walk river")
    assert [match.note for match in inside.find(query, (2, 1, 3))] == [1]
    (place,) = inside.places(1, query)
    assert (place.number, place.line, place.heading) == (5, "river, walk home", "Plan")
    # a phrase across the end of a line stands where it begins
    assert [place.number for place in inside.places(1, Query.of('"the river"'))] == [4]
    # a word may stand in the list, but one at least in the text
    heads = {1: "otter", 2: ""}
    assert [match.note for match in inside.find(Query.of("otter walk"), (1, 2), heads.__getitem__)] == [1]
    assert inside.find(Query.of("otter"), (1, 2), lambda _: "otter") == []
    assert inside.find(Query.of(""), (1, 2)) == []
    assert inside.size == len(text) + 4
    inside.wipe()
    assert (len(inside), inside.size) == (0, 0)


def test_titles_open_nothing(practice: Practice) -> None:
    session = practice.unlock()
    session.open_rest()
    before = practice.actions()
    with decryptions() as opened:
        titles = session.titles()
        assert [row.title for row in titles.find(Query.of("otter first"))] == ["first session"]
        assert [row.title for row in titles.find(Query.of("otter first x"))] == []
        assert {row.client_code for row in titles.find(Query.of("heron"))} == {"HERON"}
        assert [row.code for row in titles.find_clients(Query.of("her"))] == ["HERON"]
        assert len(titles.find(Query.of(""))) == len(session.catalog.notes())
    assert opened == []
    assert practice.actions() == before
    assert session.titles() is titles
    session.lock()
    assert titles.notes == []
    assert titles.find(Query.of("otter")) == []


def test_narrowing_finds_what_looking_anew_finds(practice: Practice) -> None:
    session = practice.unlock()
    session.open_rest()
    titles = session.titles()
    for said in ("o", "ot", "ott", "ott s", "ott si", "ott", "h", "", "2", "20", "x"):
        anew = Titles(session.catalog.notes(), session.catalog.clients())
        assert titles.find(Query.of(said)) == anew.find(Query.of(said)), said
    session.lock()


def counted(practice: Practice) -> list[tuple[int, int]]:
    """Return what every search record says: chart notes, process notes."""
    session = practice.unlock()
    ledger = session.vault.ledger
    found = []
    for number, action in enumerate(practice.actions()):
        if action == Action.SEARCH:
            said = public.read(Action.SEARCH, ledger.record(number).parts[0] or b"")
            assert isinstance(said, Counted)
            found.append((said.chart, said.process))
    session.lock()
    return found


def rows_inside(session: Session, said: str) -> list[str]:
    return [row.title for row in session.find_inside(Query.of(said)).rows]


def test_looking_inside_opens_once_and_is_recorded_once(practice: Practice) -> None:
    session = practice.unlock()
    assert rows_inside(session, "walk") == []
    told: list[tuple[int, int]] = []
    assert session.look_inside(lambda done, of: told.append((done, of)))
    assert session.looks_inside
    with decryptions() as opened:
        assert rows_inside(session, "walk river") == ["plan"]
        assert rows_inside(session, "CEDAR otter") == ["plan"]
        assert rows_inside(session, "for the author alone") == [session.catalog.note(practice.notes["process"]).title]
        assert session.look_inside()
    assert opened == []
    seen = session.find_inside(Query.of("walk"))
    assert told[-1] == (seen.held, seen.held)
    assert seen.left_out >= 1
    assert (seen.behind, seen.over, seen.closed) == (0, 0, 0)
    (place,) = session.places_inside(practice.notes["plan"], Query.of("walk river"))
    assert place.line == "1. a walk to the river"
    session.lock()
    assert counted(practice) == [(seen.held - 1, 1)]
    assert b"walk to the" not in practice.path.read_bytes()


def test_what_is_saved_here_takes_its_place_and_what_others_save_is_left_out(practice: Practice) -> None:
    session = practice.unlock()
    session.look_inside()
    draft = NoteDraft(practice.clients["OTTER"], "about a kingfisher", title="new one")
    saved = session.save_note(draft)
    with decryptions() as opened:
        assert rows_inside(session, "kingfisher") == ["new one"]
    assert opened == []
    session.save_note(NoteDraft(practice.clients["OTTER"], "about a wagtail", title="new one"), saved.note, 1)
    assert rows_inside(session, "kingfisher") == []
    assert rows_inside(session, "wagtail") == ["new one"]
    # the same member, elsewhere
    other = practice.unlock()
    other.save_note(NoteDraft(practice.clients["OTTER"], "about a dipper", title="new one"), saved.note, 2)
    other.save_note(NoteDraft(practice.clients["OTTER"], "a dipper again", title="another"))
    other.lock()
    session.follow()
    assert rows_inside(session, "wagtail") == rows_inside(session, "dipper") == []
    assert session.inside_behind() == 2
    assert session.look_inside()
    assert sorted(rows_inside(session, "dipper")) == ["another", "new one"]
    assert session.inside_behind() == 0
    # what was shredded is gone
    session.append(lambda acting: [entries.shred(acting, saved.note, Reason.MISTAKE)])
    assert rows_inside(session, "dipper") == ["another"]
    session.lock()
    assert counted(practice)[1:] == [(2, 0)]


@pytest.mark.parametrize("member", ["owner", "clinician", "supervisor"])
def test_nobody_looks_into_what_takes_a_reason(practice: Practice, member: str) -> None:
    session = practice.unlock(member)
    session.look_inside()
    seen = session.find_inside(Query.of("e"))
    for row in seen.rows:
        assert row.mine or (row.status == "signed" and not row.process)
    assert practice.notes["process"] not in {row.id for row in seen.rows} or member == "owner"
    if member == "clinician":
        assert practice.notes["assigned"] not in {row.id for row in seen.rows}
    assert seen.held + seen.left_out + seen.behind == len(session.catalog.notes())
    session.lock()


def test_an_auditor_looks_inside_nothing(practice: Practice) -> None:
    session = practice.unlock("auditor")
    before = practice.actions()
    for act in (session.look_inside, session.titles, lambda: session.find_inside(Query.of("x"))):
        with pytest.raises(Refused, match="auditor"):
            act()
    assert practice.actions() == before
    session.lock()


def test_a_lock_forgets_the_texts(practice: Practice) -> None:
    session = practice.unlock()
    session.look_inside()
    looked = session._looked
    assert looked is not None
    assert len(looked.inside)
    session.lock()
    assert len(looked.inside) == 0
    for act in (session.look_inside, session.titles, lambda: session.find_inside(Query.of("x"))):
        with pytest.raises(Refused, match="locked"):
            act()


def test_a_lock_while_looking_leaves_nothing(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TURN", 2)
    session = practice.unlock()
    with pytest.raises(Refused, match="locked"):
        session.look_inside(lambda *_: session.lock())
    assert session._looked is None


@pytest.mark.parametrize("when", [0, 1, 2])
def test_looking_can_be_given_up(practice: Practice, monkeypatch: pytest.MonkeyPatch, when: int) -> None:
    monkeypatch.setattr(module, "_TURN", 2)
    session = practice.unlock()
    asked = iter(range(1_000))
    assert not session.look_inside(cancelled=lambda: next(asked) >= when)
    assert not session.looks_inside
    assert rows_inside(session, "walk") == []
    assert session.look_inside()
    session.forget_inside()
    assert not session.looks_inside
    session.lock()


def test_what_does_not_open_is_told_and_recorded(practice: Practice) -> None:
    session = practice.unlock()
    damage(practice, session.catalog.entry(practice.notes["plan"]).live[0], 2)
    before = len(practice.actions())
    session.look_inside()
    assert practice.actions()[before:] == [Action.SEARCH, Action.ACT_FAILED]
    seen = session.find_inside(Query.of("walk"))
    assert (seen.rows, seen.closed, seen.behind) == ([], 1, 0)
    session.lock()


def test_what_is_too_much_to_hold_is_told(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_HELD", 30)
    session = practice.unlock()
    session.look_inside()
    seen = session.find_inside(Query.of("e"))
    assert seen.over > 0
    assert seen.behind == 0
    assert seen.held + seen.over + seen.left_out == len(session.catalog.notes())
    assert session.search("e").over == seen.over
    session.lock()


def test_a_text_that_moved_to_new_keys_is_searched(practice: Practice) -> None:
    session = practice.unlock()
    session.look_inside()
    held = len(session.find_inside(Query.of("walk")).rows)
    other = practice.unlock()
    rotate(other)
    other.lock()
    session.follow()
    assert len(session.find_inside(Query.of("walk")).rows) == held
    session.forget_inside()
    session.look_inside()
    assert len(session.find_inside(Query.of("walk")).rows) == held
    session.lock()
    assert practice.verdict().intact


@pytest.mark.parametrize(("gap", "window"), [(0, 0), (1, 4_096), (1 << 20, 1 << 20)])
def test_many_records_are_read_as_single_ones_are(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, gap: int, window: int
) -> None:
    monkeypatch.setattr("vault_format.lookup.GAP", gap)
    monkeypatch.setattr("vault_format.lookup.WINDOW", window)
    session = practice.unlock()
    ledger = session.vault.ledger
    for wanted in (range(ledger.count), range(0, ledger.count, 3), [ledger.count - 1], []):
        found = list(ledger.records(wanted))
        assert [each.sequence for each in found] == list(wanted)
        for each in found:
            record = ledger.record(each.sequence)
            assert [tuple(row) for row in record.rows] == each.rows
            assert [each.part(at) for at in range(len(each.rows))] == record.parts
    # header, table and public part are held against what was verified; sealed parts prove themselves
    number = session.catalog.entry(practice.notes["plan"]).live[0]
    raw = practice.path.read_bytes()
    start, part = ledger.offsets[number], ledger.record(number).rows[0].length
    table = start + 208 + 1
    for at in (start + 30, start + 150, table + 50, table + 3 * 56 + part // 2):
        damaged = bytearray(raw)
        damaged[at] ^= 1
        with practice.path.open("r+b") as file:
            file.write(damaged)
        assert number not in [each.sequence for each in ledger.records(range(ledger.count))], at
        with practice.path.open("r+b") as file:
            file.write(raw)
    session.lock()
