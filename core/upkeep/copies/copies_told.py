"""What a change of keys leaves as it is: the copies that are known, and the key sets that they open with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from core.upkeep.copies.backup import Copy

_MOST_NAMED = 3
"""Key sets, or copies, that are named one by one."""


def by_key_set(copies: Sequence[Copy]) -> list[tuple[int, int]]:
    """Return (key set, how many of COPIES open with it), the newest set first."""
    return sorted(Counter(copy.epoch for copy in copies).items(), reverse=True)


def newest_that_opened(copies: Sequence[Copy]) -> Copy | None:
    """Return the newest of COPIES (newest first) whose last try went well."""
    return next((copy for copy in copies if copy.tested and copy.worked), None)


def told_of_copies(copies: Sequence[Copy]) -> str:
    """Return what somebody who is about to change keys should know of COPIES."""
    if not copies:
        return "No copy of this vault is known."
    sets, count = by_key_set(copies), len(copies)
    if len(sets) == 1:
        told = f"{'it opens' if count == 1 else 'all open'} with key set {sets[0][0]}"
    else:
        rows = [f"{many:,} with key set {at}" for at, many in sets[:_MOST_NAMED]]
        if len(sets) > _MOST_NAMED:
            rows.append(f"{sum(many for _, many in sets[_MOST_NAMED:]):,} with older ones")
        rows[0] = rows[0].replace("with", "opens with" if sets[0][1] == 1 else "open with")
        told = ", ".join(rows)
    failed = sum(bool(copy.tested) and not copy.worked for copy in copies)
    tried = f" {failed:,} did not open when last tried." if failed else ""
    if not any(copy.tested for copy in copies):
        tried = " It was never tried." if count == 1 else " None was ever tried."
    return f"{count:,} {'copy is' if count == 1 else 'copies are'} known: {told}, for ever.{tried}"


def told_of_keys(copies: Sequence[Copy], name: str, admitted: int, day: Callable[[int], str]) -> str:
    """Return which of COPIES (newest first) the keys of the member NAME open, let in by record ADMITTED, for ever.

    Those that were made before hold no slot of theirs. DAY spells a time (UTC ms).
    """
    theirs = [copy for copy in copies if copy.sequence > admitted]
    if not copies:
        return "No copy of this vault is known."
    if not theirs:
        return f"No copy is known that the keys of {name} open: all were made before."
    rows = [
        f"{day(copy.time)} (key set {copy.epoch}{', ' + copy.path if copy.path else ''})"
        for copy in theirs[:_MOST_NAMED]
    ]  # fmt: skip
    more = f", and {len(theirs) - _MOST_NAMED:,} older" if len(theirs) > _MOST_NAMED else ""
    open_with = "1 known copy opens" if len(theirs) == 1 else f"{len(theirs):,} known copies open"
    return f"{open_with} with the keys of {name}, for ever: {', '.join(rows)}{more}."


def told_after(copies: Sequence[Copy], epoch: int, how: str) -> str:
    """Return what is to be done about COPIES once key set EPOCH is in use, and HOW; empty where one is of that set."""
    if any(copy.epoch == epoch for copy in copies):
        return ""
    newest = f"the newest known one opens with key set {copies[0].epoch}" if copies else "none is known"
    return f"No copy is of key set {epoch} yet; {newest}. Make one: {how}."
