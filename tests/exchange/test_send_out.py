"""An export is approved, recorded, and only then opened; it appears whole or not at all, and for its owner alone."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import stat
from html.parser import HTMLParser
from pathlib import Path

import pytest

from core.acts import entries
from core.exchange import Exported, Request, Watch, disclosures, plan_import, preview, run_import, send_out
from core.exchange.inward.bring_in import TWICE
from core.exchange.outward import laying_down
from core.session import ClientDraft, NoteDraft, Session
from tests.core.practice import PASSPHRASES, Practice, add_to, damage, decryptions
from tests.harness import faults
from vault_format import machine
from vault_format.codes import Action, Basis, ExportForm, Purpose
from vault_format.errors import NoSpace, NotWhole, ReadOnly, Refused, TacendaError, Unavailable, UsageError

OWNER = PASSPHRASES["owner"]


def request(practice: Practice, **more: object) -> Request:
    """Return a request for OTTER's chart."""
    given: dict[str, object] = {
        "form": ExportForm.JSON, "recipient": "the county court", "purpose": Purpose.COURT, "basis": Basis.COURT,
        "folder": str(practice.path.parent / "out"), "client": practice.clients["OTTER"], **more,
    }  # fmt: skip
    return Request(**given)  # type: ignore[arg-type]


def loaded(exported: Exported, name: str = "notes.json") -> dict[str, object]:
    """Return a JSON file of an export."""
    found: dict[str, object] = json.loads(Path(exported.folder, name).read_text("ascii"))
    return found


def test_a_chart_in_clinical_order_with_who_signed_it(practice: Practice) -> None:
    session = practice.unlock()
    otter = practice.clients["OTTER"]
    early = session.save_note(NoteDraft(otter, "early text", date="2020-01-02", start="09:00"))
    session.sign_note(early.note, 1)
    later = add_to(session, practice.notes["signed"], "a second addition")
    before = session.vault.ledger.count
    seen = preview(session, request(practice))
    assert session.vault.ledger.count == before
    assert (seen.count, seen.process) == (5, 0)
    assert set(seen.left_out) == {"1 draft", "1 process note"}
    done = send_out(session, request(practice), OWNER)
    whole = loaded(done)
    notes = whole["notes"]
    assert isinstance(notes, list)
    assert notes[0]["text"] == "early text"
    signed = next(note for note in notes if note["text"] == "signed text")
    assert signed["signed-by"] == "owner"
    assert signed["status"] == "signed"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", signed["signed"])
    assert signed["record"] == session.catalog.note(practice.notes["signed"]).signed_record
    assert [(each["kind"], each["text"]) for each in signed["additions"]] == [
        ("addendum", "the addition"), ("addendum", "a second addition"),
    ]  # fmt: skip
    assert signed["additions"][1]["id"] == f"{later:016x}"
    assert "wording" not in json.dumps(whole)
    assert "for the author alone" not in json.dumps(whole)
    assert whole["name"] == ""
    # that there are drafts and process notes is nothing for whoever receives it
    assert whole["left_out"] == []
    assert not re.search("process|draft", json.dumps(whole).replace("process_notes", ""))
    assert done.sequence == before
    session.lock()
    assert practice.actions()[before:] == [Action.DISCLOSE, Action.LOCK]
    assert practice.verdict().intact


def test_the_manifest_names_every_file_and_the_record(practice: Practice) -> None:
    session = practice.unlock()
    done = send_out(session, request(practice, form=ExportForm.MARKDOWN), OWNER)
    raw = Path(done.folder, "manifest.json").read_bytes()
    assert hashlib.sha256(raw).hexdigest() == done.manifest
    manifest = json.loads(raw)
    assert manifest["vault"] == session.vault_id
    assert manifest["sequence"] == done.sequence
    follows = session.append(lambda acting: [entries.read(acting, practice.notes["plan"])])[0].sequence
    assert session.vault.ledger.record(follows).header.prev.hex() == manifest["head"]
    names = {each["name"] for each in manifest["files"]}
    assert names | {"manifest.json"} == {path.name for path in Path(done.folder).iterdir()}
    assert len(names) == 2
    for each in manifest["files"]:
        data = Path(done.folder, each["name"]).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (each["sha256"], each["size"])
    session.lock()


def test_it_is_for_its_owner_alone(practice: Practice) -> None:
    before = os.umask(0)
    try:
        session = practice.unlock()
        done = send_out(session, request(practice), OWNER)
        session.lock()
    finally:
        os.umask(before)
    assert stat.S_IMODE(Path(done.folder).stat().st_mode) == 0o700
    for path in Path(done.folder).iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_left_comes_in_elsewhere_with_the_same_texts(practice: Practice, empty: Practice) -> None:
    session = practice.unlock()
    otter = practice.clients["OTTER"]
    odd = (
        "a\x1b[2J\x00b \u202ecba\u202c \U0001f468\u200d\U0001f469\u200d\U0001f467 \u0645\u0631\u062d\u0628\u0627\r\n"
        "<script>&amp;\t\u2028end\n\n"
    )
    session.save_note(NoteDraft(otter, odd, title='"quoted": [x], # and \\', tags=("a, b", "c"), date="2026-11-01"))
    wanted = {}
    for row in session.catalog.notes(otter):
        wanted[row.id] = session.read_note(row.id).text.replace("\r\n", "\n")
    done = send_out(session, request(practice, drafts=True, process=True), OWNER)
    # its own vault knows every one of them, whatever stands in the file
    plan = plan_import(session, str(Path(done.folder, "notes.json")))
    assert plan.notes == []
    assert {left.why for left in plan.passed} == {TWICE}
    session.lock()
    there = empty.unlock()
    plan = plan_import(there, str(Path(done.folder, "notes.json")), make_clients=True)
    assert plan.refused == []
    assert any("was signed" in remark for each in plan.notes for remark in each.remarks)
    outcome = run_import(there, plan)
    assert sorted(there.read_note(each.note).text for each in outcome.written) == sorted(wanted.values())
    rows = [there.catalog.note(each.note) for each in outcome.written]
    assert {row.client_code for row in rows} == {"OTTER"}
    assert sum(row.process for row in rows) == 1
    note = next(row for row in rows if row.date == "2026-11-01")
    assert (note.title, note.tags[:2]) == ('"quoted": [x], # and \\', ("a, b", "c"))
    there.lock()


def test_markdown_comes_in_again(practice: Practice, empty: Practice) -> None:
    session = practice.unlock()
    done = send_out(session, request(practice, form=ExportForm.MARKDOWN), OWNER)
    session.lock()
    there = empty.unlock()
    plan = plan_import(there, done.folder, make_clients=True)
    assert plan.refused == []
    assert [left.why for left in plan.passed] == ["neither Markdown nor text"]
    texts = [each.draft.text for each in plan.notes]
    assert any(text.startswith("signed text\n") and "## " in text and "the addition" in text for text in texts)
    there.lock()


class Page(HTMLParser):
    """Collects what a page holds, as a browser's reader would."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.others: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)

    def unknown_decl(self, data: str) -> None:
        self.others.append(data)


EVIL = (
    "</p></article><script>alert(1)</script><img src=x onerror=alert(2)><!-- c --><?php 1 ?><![CDATA[x]]>"
    "<style>*{}</style>&lt;&#60;b&#62;\"'><a href='javascript:1'>\x1b[31m\u202eexe.\x00"
)
PLAIN = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "dl", "dt", "dd", "article"}


def test_html_holds_nothing_but_text(practice: Practice) -> None:
    session = practice.unlock()
    client = session.save_client(ClientDraft("</title><b>", "<i>name</i>")).note
    names = ("title", "attendees", "place", "service", "risk", "goal", "next")
    fields = {name: EVIL.replace("\x00", "")[:180] for name in names}
    saved = session.save_note(NoteDraft(client, f"## {EVIL}\n\n{EVIL}\n\n{EVIL}", tags=(EVIL[:60],), **fields))  # type: ignore[arg-type]
    session.sign_note(saved.note, 1)
    add_to(session, saved.note, EVIL)
    asked = request(practice, form=ExportForm.HTML, client=client, named=True, recipient=EVIL[:150], words=EVIL[:150])
    done = send_out(session, asked, OWNER)
    session.lock()
    raw = Path(done.folder, "notes.html").read_bytes()
    page = Page()
    page.feed(raw.decode())
    page.close()
    assert set(page.tags) == PLAIN
    assert page.tags.count("style") == page.tags.count("title") == 1
    assert page.others == []
    assert {name for name, _ in page.attributes} == {"lang", "charset", "http-equiv", "content", "name", "dir", "class"}
    assert {value for name, value in page.attributes if name == "class"} == {"signature"}
    assert ("http-equiv", "Content-Security-Policy") in page.attributes
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in page.attributes
    # and what was written is all there, with what acts made visible
    shown = EVIL.replace("\x1b", "\u241b").replace("\u202e", "\u25ca").replace("\x00", "\u2400")
    assert page.text.count(shown) >= 4
    assert "<i>name</i>" in page.text
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", raw)
    assert not re.search("[\u200b\u202a-\u202e\u2066-\u2069]", raw.decode())
    assert b"http:" not in raw.replace(b"http-equiv", b"")
    assert b"https:" not in raw
    assert b"url(" not in raw


@pytest.mark.parametrize("form", [ExportForm.TEXT, ExportForm.MARKDOWN, ExportForm.JSON])
def test_no_form_holds_what_a_terminal_obeys(practice: Practice, form: ExportForm) -> None:
    session = practice.unlock()
    otter = practice.clients["OTTER"]
    saved = session.save_note(NoteDraft(otter, EVIL, title="\x9b31m", date="2026-11-01"))
    session.sign_note(saved.note, 1)
    done = send_out(session, request(practice, form=form, note=saved.note), OWNER)
    session.lock()
    for path in Path(done.folder).iterdir():
        text = path.read_bytes().decode()
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]", text), path
        assert "alert(1)" in text or path.name == "manifest.json"


def test_the_record_stands_before_anything_is_opened(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    session = practice.unlock()

    def failing(descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch, decryptions() as opened:
        patch.setattr(machine, "sync_data", failing)
        with pytest.raises(Unavailable):
            send_out(session, request(practice), OWNER)
    # the slot is opened to see the passphrase; no index, no body
    assert opened == []
    assert not (practice.path.parent / "out").exists()
    session.follow()
    session.lock()
    assert practice.verdict().intact


def test_another_passphrase_lets_nothing_out_and_is_recorded(practice: Practice) -> None:
    session = practice.unlock()
    before = session.vault.ledger.count
    with decryptions() as opened, pytest.raises(Refused, match="Not this passphrase") as refused:
        send_out(session, request(practice), "wrens keep count")
    assert opened == []
    assert f"record {before:,}" in refused.value.safe
    # the next try waits, whether right or not
    with pytest.raises(Refused, match="Next try in 1 s"):
        send_out(session, request(practice), OWNER)
    practice.clock.later(2)
    send_out(session, request(practice), OWNER)
    session.lock()
    assert practice.actions()[before:] == [Action.UNLOCK_FAILED, Action.DISCLOSE, Action.LOCK]
    assert practice.verdict().intact


def test_a_full_disk_leaves_nothing_but_the_record_that_it_failed(practice: Practice) -> None:
    session = practice.unlock()
    with faults.tmpfs(64 << 10) as disk:
        faults.fill(disk, leave=4096)
        with pytest.raises(NoSpace, match="could not be written"):
            send_out(session, request(practice, folder=str(disk / "out")), OWNER)
        assert [path.name for path in disk.iterdir()] == ["ballast"]
    (row,) = disclosures(session, practice.clients["OTTER"])
    assert row.failed
    session.lock()
    assert practice.actions()[-3:] == [Action.DISCLOSE, Action.ACT_FAILED, Action.LOCK]


def test_a_note_that_does_not_open_halts_it_and_can_be_left_out(practice: Practice) -> None:
    session = practice.unlock()
    plan = practice.notes["plan"]
    damage(practice, session.catalog.entry(plan).live[0], 2)
    with pytest.raises(NotWhole, match=f"{plan:016x}"):
        send_out(session, request(practice), OWNER)
    assert not (practice.path.parent / "out").exists()
    done = send_out(session, request(practice, without=frozenset({plan})), OWNER)
    assert "1 left out by the exporter" in loaded(done, "manifest.json")["left_out"]  # type: ignore[operator]
    session.lock()
    assert practice.actions()[-4:] == [Action.DISCLOSE, Action.ACT_FAILED, Action.DISCLOSE, Action.LOCK]


def test_nothing_takes_the_place_of_what_is_there(practice: Practice) -> None:
    session = practice.unlock()
    out = practice.path.parent / "out"
    before = session.vault.ledger.count
    for make, remove in ((out.mkdir, out.rmdir), (lambda: out.write_text("x"), out.unlink),
                         (lambda: out.symlink_to("nowhere"), out.unlink)):  # fmt: skip
        make()
        with pytest.raises(UsageError, match="is there already"):
            send_out(session, request(practice), OWNER)
        remove()
    for folder in ("", "   ", "/", str(out / "deeper"), "a\0b"):
        with pytest.raises((UsageError, ReadOnly)):
            send_out(session, request(practice, folder=folder), OWNER)
    assert session.vault.ledger.count == before
    session.lock()


def test_what_comes_to_stand_there_meanwhile_stays(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    session = practice.unlock()
    out = practice.path.parent / "out"
    real = laying_down._fill

    def slow(folder: laying_down._Folder, name: str, files: dict[str, bytes]) -> None:
        out.mkdir(exist_ok=True)
        (out / "mine.txt").write_text("mine")
        real(folder, name, files)

    monkeypatch.setattr(laying_down, "_fill", slow)
    with pytest.raises(Unavailable):
        send_out(session, request(practice), OWNER)
    assert [path.name for path in out.iterdir()] == ["mine.txt"]
    assert not list(practice.path.parent.glob(".out*"))
    session.lock()


def test_a_stop_leaves_nothing(practice: Practice) -> None:
    session = practice.unlock()
    with pytest.raises(TacendaError, match="stopped"):
        send_out(session, request(practice), OWNER, Watch(stopped=True))
    assert not list(practice.path.parent.glob("*out*"))
    session.lock()
    assert practice.actions()[-2] == Action.ACT_FAILED


def _lonely(session: Session) -> int:
    return session.add_client("WREN")
