"""The forms that an export is written in: Markdown, text, HTML and JSON. Each gives files by name."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Callable, Iterator

import msgspec

from core.catalog import short_id
from core.exchange.inward import front
from core.exchange.inward.incoming import MARK
from core.exchange.inward.tables import EXPORTED
from core.exchange.outward.document import (
    KINDS_WORDS,
    Document,
    Entry,
    facts,
    file_name,
    heading,
    preamble,
    signature,
    utc,
    visible,
)  # fmt: skip
from vault_format.codes import ExportForm

Files = dict[str, bytes]


def written(document: Document, form: ExportForm) -> Files:
    """Return the files of DOCUMENT in FORM, by name."""
    return _FORMS[form](document)


# -- Markdown: a file a note, with a head that an import reads -----------------------------------------------------


def _markdown(document: Document) -> Files:
    files: Files = {}
    for each in document.entries:
        name = file_name(each)
        while f"{name}.md" in files:
            name += "-"
        files[f"{name}.md"] = "".join(_note_markdown(document, each)).encode()
    return files


def _note_markdown(document: Document, each: Entry) -> Iterator[str]:
    yield front.written({key: value if isinstance(value, list) else visible(value) for key, value in {
        "client": document.code, **_told(each), "vault": document.vault,
    }.items()})  # fmt: skip
    yield f"\n{_ended(visible(each.text))}"
    yield f"\n---\n\n{visible(signature(each))}\n"
    for addition in each.additions:
        yield f"\n## {visible(heading(addition))}\n\n"
        for word, said in facts(addition):
            yield f"{word}: {visible(said)}\n"
        yield f"\n{_ended(visible(addition.text))}\n{visible(signature(addition))}\n"


def _told(each: Entry) -> dict[str, str | list[str]]:
    """Return what the head of a note says."""
    index, row = each.index, each.row
    return {
        "date": index.date, "start": index.start, "end": index.end, "type": index.type, "form": index.form,
        "title": index.title, "tags": [tag for tag in index.tags if not tag.startswith(MARK)],
        "attendees": index.attendees, "place": index.place, "service": index.service, "risk": index.risk,
        "goal": index.goal, "next": index.next, "id": short_id(row.id),
        "revision": str(each.revision), "status": row.status, "author": row.author,
        "signed": utc(row.signed_at), "cosigned-by": row.cosigned_by, "cosigned": utc(row.cosigned_at),
    }  # fmt: skip


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


# -- text ------------------------------------------------------------------------------------------------------------


def _text(document: Document) -> Files:
    return {"notes.txt": "".join(_text_lines(document)).encode()}


def _text_lines(document: Document) -> Iterator[str]:
    for word, said in preamble(document):
        yield f"{word + ':':<10} {visible(said)}\n"
    for each in document.entries:
        yield f"\n{'=' * 78}\n"
        yield from _note_text(each, "")
        for addition in each.additions:
            yield f"\n    {'-' * 74}\n"
            yield from _note_text(addition, "    ")


def _note_text(each: Entry, margin: str) -> Iterator[str]:
    yield f"{margin}{visible(heading(each))}\n"
    for word, said in facts(each):
        yield f"{margin}{word + ':':<10} {visible(said)}\n"
    yield "\n"
    for line in visible(each.text).rstrip("\n").split("\n"):
        yield f"{margin}{line}".rstrip() + "\n"
    yield f"\n{margin}{visible(signature(each))}\n"


# -- HTML: one page that needs nothing else, for a printer -----------------------------------------------------------

_STYLE = """
@page { size: auto; margin: 18mm 16mm 20mm 16mm; }
html { font: 11pt/1.45 Georgia, "Times New Roman", serif; color: #000; background: #fff; }
body { max-width: 46rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; margin: 0 0 .6rem; }
h2 { font-size: 1.1rem; margin: 0 0 .3rem; break-after: avoid; }
h3 { font-size: 1rem; margin: .8rem 0 .2rem; break-after: avoid; }
article { border-top: 1px solid #000; padding-top: .7rem; margin-top: 1.4rem; }
article article { margin-left: 1.5rem; border-top: 1px dashed #000; }
dl { display: grid; grid-template-columns: 7rem 1fr; gap: .1rem .6rem; margin: 0 0 .6rem; font-size: .92rem; }
dt { color: #444; } dd { margin: 0; overflow-wrap: anywhere; }
p { margin: 0 0 .5rem; white-space: pre-wrap; overflow-wrap: anywhere; orphans: 2; widows: 2; }
.signature { font-size: .92rem; border-left: 2px solid #000; padding-left: .6rem; break-inside: avoid; }
@media print { body { max-width: none; padding: 0; } }
"""


def _safe(text: str) -> str:
    return html.escape(visible(text), quote=True)


def _html(document: Document) -> Files:
    return {"notes.html": "".join(_page(document)).encode()}


def _page(document: Document) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html lang="und">\n<head>\n<meta charset="utf-8">\n'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    yield '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n'
    yield f"<title>Notes of {_safe(document.code)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    yield f'<h1 dir="auto">Notes of {_safe(document.code)}</h1>\n{_list(preamble(document))}'
    for each in document.entries:
        yield from _article(each)
    yield "</body>\n</html>\n"


def _list(pairs: list[tuple[str, str]]) -> str:
    rows = "".join(f'<dt>{_safe(word)}</dt><dd dir="auto">{_safe(said)}</dd>\n' for word, said in pairs)
    return f"<dl>\n{rows}</dl>\n" if rows else ""


def _article(each: Entry) -> Iterator[str]:
    yield f'<article>\n<h2 dir="auto">{_safe(heading(each))}</h2>\n{_list(facts(each))}'
    for paragraph in visible(each.text).strip("\n").split("\n\n"):
        lines = paragraph.split("\n")
        while lines and lines[0].startswith(("# ", "## ", "### ")):
            yield f'<h3 dir="auto">{_safe(lines.pop(0).lstrip("# "))}</h3>\n'
        if any(line.strip() for line in lines):
            yield f'<p dir="auto">{_safe(chr(10).join(lines))}</p>\n'
    yield f'<p class="signature" dir="auto">{_safe(signature(each))}</p>\n'
    for addition in each.additions:
        yield from _article(addition)
    yield "</article>\n"


# -- JSON: every text exactly as it is -------------------------------------------------------------------------------


def _json(document: Document) -> Files:
    whole = {
        "format": EXPORTED, "version": 1, "vault": document.vault, "practice": document.practice,
        "client": document.code, "name": document.name, "record": document.sequence, "head": document.head,
        "made": utc(document.made), "by": document.by, "recipient": document.recipient, "purpose": document.purpose,
        "basis": document.basis, "left_out": list(document.left_out),
        "notes": [_note_json(each) for each in document.entries],
    }  # fmt: skip
    return {"notes.json": as_json(whole)}


def _note_json(each: Entry) -> dict[str, object]:
    row = each.row
    said: dict[str, object] = {
        **_told(each),
        "revision": each.revision,
        "late": row.late,
        "record": row.signed_record,
        "signed-by": row.author if row.status == "signed" else "",
    }
    if row.parent:
        said["kind"] = KINDS_WORDS.get(row.addendum, "Addendum").lower()
    said["text"] = each.text
    if each.additions:
        said["additions"] = [_note_json(addition) for addition in each.additions]
    return said


def manifest(document: Document, form: str, files: Files) -> bytes:
    """Return what names every file of an export with its SHA-256, and the record of the vault that says it left."""
    return as_json(
        {
            "format": "tacenda-manifest", "version": 1, "vault": document.vault, "head": document.head,
            "sequence": document.sequence, "made": utc(document.made), "practice": document.practice,
            "by": document.by, "client": document.code, "form": form, "notes": document.count,
            "process_notes": document.process, "left_out": list(document.left_out), "recipient": document.recipient,
            "purpose": document.purpose, "basis": document.basis,
            "files": [
                {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                for name, data in files.items()
            ],
        }
    )  # fmt: skip


def as_json(value: object) -> bytes:
    """Return VALUE as JSON for people and programs: indented, in ASCII, so that no terminal obeys it."""
    raw = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    return ("".join(character if character.isascii() and character != "\x7f" else _escaped(character)
                    for character in raw) + "\n").encode()  # fmt: skip


def _escaped(character: str) -> str:
    code = ord(character)
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


_FORMS: dict[ExportForm, Callable[[Document], Files]] = {
    ExportForm.MARKDOWN: _markdown, ExportForm.TEXT: _text, ExportForm.HTML: _html, ExportForm.JSON: _json,
}  # fmt: skip
