from __future__ import annotations

import pytest
from textual import events

from tui.terminal.driver import TooLong, messages
from tui.terminal.escape import MAX_PASTE, Escape, Gate, Pasted, Sequence, Token, Typed


def feed(*arrivals: tuple[float, str], end: float = 10.0) -> list[Token]:
    """Feed what arrives at each time, ticking in between as the driver does."""
    gate = Gate()
    tokens: list[Token] = []
    for now, data in arrivals:
        tokens += gate.tick(now)
        tokens += gate.feed(data, now)
    return [*tokens, *gate.tick(end)]


@pytest.mark.parametrize("letter", [*"sq1489:/?!#bf", "\r", "\t", "é"])
def test_esc_and_a_key_in_one_read_are_two_keys(letter: str) -> None:
    assert feed((0, "\x1b" + letter)) == [Escape(), Typed(letter)]


def test_esc_and_a_key_apart_are_two_keys() -> None:
    assert feed((0, "\x1b"), (0.05, "s")) == [Escape(), Typed("s")]
    assert feed((0, "\x1b"), (0.3, "s")) == [Escape(), Typed("s")]


def test_esc_alone_is_told_after_a_moment() -> None:
    gate = Gate()
    assert list(gate.feed("\x1b", 0)) == []
    assert list(gate.tick(0.05)) == []
    assert list(gate.tick(0.1)) == [Escape()]
    assert list(gate.tick(0.2)) == []


def test_two_escs_are_two() -> None:
    assert feed((0, "\x1b\x1b")) == [Escape(), Escape()]


@pytest.mark.parametrize("sequence", ["\x1b[A", "\x1bOP", "\x1b[1;5C", "\x1b[15~", "\x1b[27u", "\x1b[[A"])
def test_a_sequence_in_pieces_is_that_sequence(sequence: str) -> None:
    assert feed((0, sequence)) == [Sequence(sequence)]
    for cut in range(1, len(sequence)):
        assert feed((0, sequence[:cut]), (0.05, sequence[cut:])) == [Sequence(sequence)]
        late = feed((0, sequence[:cut]), (0.6, sequence[cut:]))
        assert late[-1] == Sequence(sequence)
        assert Typed("A") not in late


def test_an_arrow_after_a_lone_esc_is_an_arrow() -> None:
    assert feed((0, "\x1b"), (0.4, "[A")) == [Escape(), Sequence("\x1b[A")]
    assert feed((0, "\x1b"), (0.4, "[15~")) == [Escape(), Sequence("\x1b[15~")]
    assert feed((0, "\x1b"), (0.4, "OP")) == [Escape(), Sequence("\x1bOP")]
    assert feed((0, "\x1b"), (0.2, ""), (5.0, "[")) == [Escape(), Typed("[")]


@pytest.mark.parametrize("typed", ["O", "On time", "[", "[x] done", "Order", "OA and more"])
def test_a_word_after_esc_is_a_word(typed: str) -> None:
    assert feed((0, "\x1b"), (0.4, typed)) == [Escape(), Typed(typed)]
    assert feed((0, "\x1b"), (0.4, "Slept."), (0.5, "OA")) == [Escape(), Typed("Slept."), Typed("OA")]


def test_an_opener_that_nothing_follows_is_esc() -> None:
    assert feed((0, "\x1bO")) == [Escape()]
    assert feed((0, "\x1b]")) == [Escape()]


def test_strings_of_the_terminal_are_one_sequence() -> None:
    assert feed((0, "a\x1b]10;rgb:00/00/00\x1b\\b")) == [Typed("a"), Sequence("\x1b]10;rgb:00/00/00\x1b\\"), Typed("b")]
    assert feed((0, "\x1bP1$r0m\x1b\\")) == [Sequence("\x1bP1$r0m\x1b\\")]


def test_a_paste_is_one_paste_however_it_arrives() -> None:
    whole = "x\x1b[200~two\nlines \x1b[A of [text]\x1b[201~y"
    wanted = [Typed("x"), Pasted("two\nlines \x1b[A of [text]"), Typed("y")]
    assert feed((0, whole)) == wanted
    for cut in range(len(whole)):
        assert feed((0, whole[:cut]), (0.05, whole[cut:]))[-2:] == wanted[-2:]
    apart = feed(*[(0.01 * place, character) for place, character in enumerate(whole)])
    assert [token for token in apart if isinstance(token, Pasted)] == [wanted[1]]


def test_a_paste_is_bounded() -> None:
    tokens = feed((0, "\x1b[200~" + "a" * (MAX_PASTE + 5) + "\x1b[201~"))
    assert tokens == [Pasted("a" * MAX_PASTE, cut=True)]
    assert isinstance(next(iter(messages(tokens))), TooLong)


def test_an_unknown_sequence_types_nothing() -> None:
    assert list(messages(feed((0, "\x1b[?62;4c"), (0.1, "\x1b[99;99;99z")))) == []


def test_keys_become_textuals_keys() -> None:
    keys = [message for message in messages(feed((0, "a\x1b[A\x1bq\x1b[15~"))) if isinstance(message, events.Key)]
    assert [key.key for key in keys] == ["a", "up", "escape", "q", "f5"]
