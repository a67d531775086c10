"""HỏiBáo's retrieval: from a corpus of Vietnamese news articles to verbatim, sourced answers."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.datatypes import (
        AbstainReason,
        Answer,
        Article,
        CorpusInfo,
        Filter,
        Headline,
        Hit,
        MatchedWords,
        PartialDate,
        Period,
        PreviousTurn,
        Quote,
        Rewriting,
        Span,
    )
    from retrieval.errors import HoiBaoError, UsageError
    from retrieval.indexing import sync_index
    from retrieval.service import QuestionAnswering

__version__ = "0.2.0"

_HOME = {
    **dict.fromkeys(
        (
            "AbstainReason",
            "Answer",
            "Article",
            "CorpusInfo",
            "Filter",
            "Headline",
            "Hit",
            "MatchedWords",
            "PartialDate",
            "Period",
            "PreviousTurn",
            "Quote",
            "Rewriting",
            "Span",
        ),
        "retrieval.datatypes",
    ),
    **dict.fromkeys(("HoiBaoError", "UsageError"), "retrieval.errors"),
    "sync_index": "retrieval.indexing",
    "QuestionAnswering": "retrieval.service",
}

__all__ = [
    "AbstainReason",
    "Answer",
    "Article",
    "CorpusInfo",
    "Filter",
    "Headline",
    "Hit",
    "HoiBaoError",
    "MatchedWords",
    "PartialDate",
    "Period",
    "PreviousTurn",
    "QuestionAnswering",
    "Quote",
    "Rewriting",
    "Span",
    "UsageError",
    "sync_index",
]


def __getattr__(name: str) -> object:
    """Imports a public name when it is first used: `hoibao --help` must not wait for FAISS."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
