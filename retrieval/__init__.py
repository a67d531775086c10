"""Finds and quotes answers in a corpus of Vietnamese news articles, word for word and with their source.

`sync_index` brings files of articles into an index folder. `QuestionAnswering` opens the folder: `ask` returns an
`Answer`, which holds quotes or the reason for abstaining, and `search` returns ranked passages.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.config import (
        DEFAULT_READER,
        NO_READER,
        FollowUpSettings,
        FusionWeights,
        QuoteSettings,
        ReaderChoice,
        ReadingSettings,
        SearchSettings,
        SpellingSettings,
        available_cores,
    )
    from retrieval.datatypes import (
        AbstainReason,
        Answer,
        Article,
        Browse,
        CorpusInfo,
        DialogueAct,
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
        Verdict,
    )
    from retrieval.errors import HoiBaoError, UsageError
    from retrieval.indexing import SyncReport, sync_index
    from retrieval.service import QuestionAnswering, SearchResult
    from retrieval.store import StoreSettings

__version__ = "0.2.0"

_MODULES = (
    "retrieval.datatypes",
    "retrieval.errors",
    "retrieval.config",
    "retrieval.store",
    "retrieval.indexing",
    "retrieval.service",
)
"""Modules that the public names come from, those that load quickly first."""

__all__ = [
    "DEFAULT_READER",
    "NO_READER",
    "AbstainReason",
    "Answer",
    "Article",
    "Browse",
    "CorpusInfo",
    "DialogueAct",
    "Filter",
    "FollowUpSettings",
    "FusionWeights",
    "Headline",
    "Hit",
    "HoiBaoError",
    "MatchedWords",
    "PartialDate",
    "Period",
    "PreviousTurn",
    "QuestionAnswering",
    "Quote",
    "QuoteSettings",
    "ReaderChoice",
    "ReadingSettings",
    "Rewriting",
    "SearchResult",
    "SearchSettings",
    "Span",
    "SpellingSettings",
    "StoreSettings",
    "SyncReport",
    "UsageError",
    "Verdict",
    "available_cores",
    "sync_index",
]


def __getattr__(name: str) -> object:
    """Imports a public name when it is first used, so that `hoibao --help` does not wait for FAISS."""
    if name in __all__:
        for module in map(import_module, _MODULES):
            if name in vars(module):
                return vars(module)[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
