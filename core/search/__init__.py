"""Finding: how texts are compared, what lists show as one types, and the opened bodies of one session."""

from __future__ import annotations

from core.search.inside import Inside, Match, Place
from core.search.query import Query
from core.search.titles import Titles
from core.search.words import loose, spans

__all__ = ["Inside", "Match", "Place", "Query", "Titles", "loose", "spans"]
