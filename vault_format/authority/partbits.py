"""Three bits for every part of the chain: present, may be dropped, dropped."""

from __future__ import annotations

from collections.abc import Iterator


class PartBits:
    """Numbers parts through the whole chain and remembers what became of each."""

    def __init__(self) -> None:
        self.count = 0
        self._present = bytearray()
        self._droppable = bytearray()
        self._dropped = bytearray()

    def add(self, spans: list[int]) -> int:
        """Number the parts of one record; a span below 0 means the part is absent. Returns the first number."""
        first = self.count
        self.count = first + len(spans)
        missing = self.count + 7 >> 3
        while len(self._present) < missing:
            self._present.append(0)
            self._droppable.append(0)
            self._dropped.append(0)
        present = self._present
        for number, span in enumerate(spans, first):
            if span >= 0:
                present[number >> 3] |= 1 << (number & 7)
        return first

    def is_present(self, number: int) -> bool:
        """Whether the part stands in the file."""
        return number < self.count and bool(self._present[number >> 3] >> (number & 7) & 1)

    def allow_drop(self, number: int) -> None:
        """Mark a part as lawfully droppable."""
        self._droppable[number >> 3] |= 1 << (number & 7)

    def may_drop(self, number: int) -> bool:
        """Whether a drop may list the part: it is numbered, droppable, and no drop listed it before."""
        if number >= self.count:
            return False
        at, bit = number >> 3, 1 << (number & 7)
        return bool(self._droppable[at] & bit) and not self._dropped[at] & bit

    def drop(self, number: int) -> None:
        """Mark a part as listed by a drop."""
        self._dropped[number >> 3] |= 1 << (number & 7)

    def was_dropped(self, number: int) -> bool:
        """Whether a drop listed the part."""
        return number < self.count and bool(self._dropped[number >> 3] >> (number & 7) & 1)

    def droppable(self) -> Iterator[int]:
        """Yield the parts that are present and could be listed by a drop now."""
        for at, (present, droppable, dropped) in enumerate(
            zip(self._present, self._droppable, self._dropped, strict=True)
        ):
            bits = present & droppable & ~dropped
            while bits:
                low = bits & -bits
                yield at * 8 + low.bit_length() - 1
                bits ^= low

    def missing(self) -> Iterator[int]:
        """Yield the parts that are absent though no drop listed them."""
        for at, (present, dropped) in enumerate(zip(self._present, self._dropped, strict=True)):
            bits = ~(present | dropped) & 0xFF
            while bits:
                low = bits & -bits
                number = at * 8 + low.bit_length() - 1
                if number < self.count:
                    yield number
                bits ^= low
