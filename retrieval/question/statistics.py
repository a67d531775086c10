"""Statistics: counts terms in the indexed corpus and in Vietnamese news at large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from retrieval.question.spelling import Counts
from retrieval.question.spelling_options import Spellings
from retrieval.store import Snapshot
from retrieval.vietnamese import CorpusFrequencies, DocumentFrequencies


@dataclass(frozen=True, slots=True)
class Statistics:
    """Holds the counts for query understanding, of one snapshot and of the shipped tables."""

    snapshot: Snapshot
    news: DocumentFrequencies
    spellings: Spellings

    @property
    def article_counts(self) -> Counts:
        """Returns counters of the articles of the corpus that hold terms."""
        count = self.snapshot.article_frequencies
        return Counts(partial(count, "exact"), partial(count, "plain"))

    def frequencies_of(self, tokens: Sequence[str], table_weight: float) -> CorpusFrequencies:
        """Returns the document frequencies of tokens, in the news and in the corpus.

        Args:
            tokens: folded tokens.
            table_weight: weight of a news article, in articles of the corpus.
        """
        counts = zip(tokens, self.snapshot.article_frequencies("exact", tokens), strict=True)
        return CorpusFrequencies(self.news, self.snapshot.article_count(), table_weight, dict(counts))
