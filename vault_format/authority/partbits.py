"""Three bits for every part of the chain: present, may be dropped, dropped."""

from __future__ import annotations

from collections.abc import Iterator


class PartBits:
    """Numbers parts through the whole chain and remembers what became of each.

    Nearly every part is there, so it is the absent ones that are marked; the bytes reach as far as there are marks.
    """

    def __init__(self) -> None:
        self.count = 0
        self._absent = bytearray()
        self._droppable = bytearray()
        self._dropped = bytearray()

    def add(self, spans: list[int]) -> int:
        """Number the parts of one record; a span below 0 means the part is absent. Returns the first number."""
        first = self.count
        self.count = first + len(spans)
        if -1 in spans:
            for number, span in enumerate(spans, first):
                if span < 0:
                    _mark(self._absent, number)
        return first

    def is_present(self, number: int) -> bool:
        """Whether the part stands in the file."""
        return number < self.count and not _marked(self._absent, number)

    def allow_drop(self, number: int) -> None:
        """Mark a part as lawfully droppable."""
        _mark(self._droppable, number)

    def may_drop(self, number: int) -> bool:
        """Whether a drop may list the part: it is numbered, droppable, and no drop listed it before."""
        return number < self.count and _marked(self._droppable, number) and not _marked(self._dropped, number)

    def drop(self, number: int) -> None:
        """Mark a part as listed by a drop."""
        _mark(self._dropped, number)

    def was_dropped(self, number: int) -> bool:
        """Whether a drop listed the part."""
        return _marked(self._dropped, number)

    def droppable(self) -> Iterator[int]:
        """Yield the parts that are present and could be listed by a drop now."""
        for number in _numbers(self._droppable):
            if self.may_drop(number) and self.is_present(number):
                yield number

    def missing(self) -> Iterator[int]:
        """Yield the parts that are absent though no drop listed them."""
        for number in _numbers(self._absent):
            if not _marked(self._dropped, number):
                yield number


def _mark(bits: bytearray, number: int) -> None:
    at = number >> 3
    if at >= len(bits):
        bits.extend(bytes(at + 1 - len(bits)))
    bits[at] |= 1 << (number & 7)


def _marked(bits: bytearray, number: int) -> bool:
    at = number >> 3
    return at < len(bits) and bool(bits[at] >> (number & 7) & 1)


def _numbers(bits: bytearray) -> Iterator[int]:
    for at, byte in enumerate(bits):
        left = byte
        while left:
            low = left & -left
            yield at * 8 + low.bit_length() - 1
            left ^= low
