"""Heads of text files: what is understood, what is refused, and that nothing else can come of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.exchange.inward import front
from vault_format.errors import UsageError


def test_a_head_in_the_forms_that_heads_are_written_in() -> None:
    fields, body = front.split(
        "---\n# a comment\nclient: OTTER\nTitle: 'It''s week #4: sleep'\ntags:\n  - sleep\n  - \"work, late\"\n"
        'attendees: [OTTER, "the heron, junior"]\nrisk: ~\nempty:\n\n---\n\n## Plan\nGo on.\n'
    )
    assert fields == {
        "client": "OTTER", "Title": "It's week #4: sleep", "tags": ["sleep", "work, late"],
        "attendees": ["OTTER", "the heron, junior"], "risk": "", "empty": "",
    }  # fmt: skip
    assert body == "## Plan\nGo on.\n"


def test_a_head_in_toml() -> None:
    fields, body = front.split(
        '+++\nclient = "OTTER"\ndate = 2026-11-09\nstart = 10:05:00\ntags = ["a", "b"]\nminutes = 51\n+++\ntext'
    )
    assert fields == {"client": "OTTER", "date": "2026-11-09", "start": "10:05", "tags": ["a", "b"], "minutes": "51"}
    assert body == "text"


@pytest.mark.parametrize("text", ["", "text", "# heading\n---\n", " ---\nno: head\n---\n", "--- x\n"])
def test_what_has_no_head_is_all_text(text: str) -> None:
    assert front.split(text) == ({}, text)


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("client: !!python/object/apply:os.system ['true']", "YAML that is not taken"),
        ("client: &anchor OTTER", "YAML that is not taken"),
        ("client: *anchor", "YAML that is not taken"),
        ("text: |", "YAML that is not taken"),
        ("map: {a: b}", "YAML that is not taken"),
        ("list: [a, [b]]", "a list in a list"),
        ("list: [a, b", "does not end"),
        ('title: "a" b', "quotes"),
        ("title: 'a", "quotes"),
        ("just words", "is not `key: value`"),
        ("  nested: value", "is not `key: value`"),
        ("a: 1\na: 2", "says a again"),
    ],
)
def test_what_is_not_understood_is_refused_by_its_line(head: str, why: str) -> None:
    with pytest.raises(UsageError, match=r"line \d") as refused:
        front.split(f"---\n{head}\n---\ntext")
    assert why in refused.value.what


@pytest.mark.parametrize("text", ["---\nclient: OTTER\n", "---", "---\n" + "a: b\n" * 20_000 + "---\n"])
def test_a_head_that_does_not_end_within_its_bound_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="does not end"):
        front.split(text)


@pytest.mark.parametrize("head", ["a = " + "[" * 30_000, "a = {b = 1}", "a = ", "[table]\nb = 1"])
def test_toml_that_is_nested_or_none_is_refused(head: str) -> None:
    with pytest.raises(UsageError):
        front.split(f"+++\n{head}\n+++\ntext")


def test_too_many_keys_are_refused() -> None:
    with pytest.raises(UsageError, match="more than 64 keys"):
        front.split("---\n" + "".join(f"k{number}: v\n" for number in range(65)) + "---\n")


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
_KEYS = st.from_regex(r"[a-z][a-z-]{0,20}", fullmatch=True)


@given(st.dictionaries(_KEYS, _TEXTS | st.lists(_TEXTS, max_size=5), max_size=10), _TEXTS)
def test_what_is_written_is_read_back(fields: dict[str, str | list[str]], body: str) -> None:
    body = body.replace("\r", "")
    read, rest = front.split(front.written(fields) + "\n" + body)
    # an empty text and an empty list are the same: nothing; and so are empty items
    assert read == {key: value for key, value in fields.items() if value}
    assert rest == body


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_no_head_does_anything_but_be_read_or_refused(text: str) -> None:
    for fence in ("---", "+++"):
        try:
            fields, body = front.split(f"{fence}\n{text}\n{fence}\nbody")
        except UsageError:
            continue
        assert isinstance(body, str)
        assert all(isinstance(value, str | list) for value in fields.values())
