"""Which sentence of a quote answers: what speaks for each, to be weighed by a fitted model."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import Article, Span
from retrieval.question import KINDS, Kind, QuestionWeights, expected, fits
from retrieval.search import CoverageIndex, TokenizedTexts
from retrieval.vietnamese import CorpusFrequencies, DocumentFrequencies, tokens_of

SENTENCE_FEATURES = (
    *("cover", "cover_relative", "pairs", "pairs_relative", "triples", "names", "before", "after", "pairs_before"),
    *("likely", "length", "new", "short", "first", "asks"),
    *("local", "local_pairs", "local_triples", "focus", "local_focus", "untitled", "untitled_pairs"),
    *(f"fits_{kind}" for kind in KINDS),
    "new_unasked",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as sentences are held against it."""

    gauge: CoverageIndex
    syllables: Set[str]
    kinds: Set[Kind]
    """The kinds of answer that it asks for."""

    @classmethod
    def of(cls, question: str, rarity: DocumentFrequencies | CorpusFrequencies) -> Self:
        """A question as it was read."""
        wanted = QuestionWeights.of(question, rarity)
        return cls(CoverageIndex.of(wanted), wanted.syllables.keys(), expected(question))


def sentence_features(
    article: Article, sentences: Sequence[Span], likely: Callable[[Span], float], asked: Asked
) -> list[dict[str, float]]:
    """For each sentence of a quote, what speaks for it as the one that answers.

    Args:
        article: the one that is quoted.
        sentences: the quote's, in order.
        likely: how probable it is that the answer stands in a passage that a sentence is of.
        asked: the question.
    """
    texts = [span.of(article.body) for span in sentences]
    tokens = [tokens_of(text, toned=True) for text in texts]
    gauge = asked.gauge
    held = gauge.held(TokenizedTexts.of_tokens([tokens_of(article.title, toned=True), *tokens]))
    title, held = held[0], held[1:]
    shares, local = gauge.shares(held), gauge.local_shares(held)
    untitled = gauge.without(title).shares(held)
    new = [math.log1p(sum(token not in asked.syllables for token in part)) for part in tokens]
    none = [0.0] * len(texts)
    columns = {
        "cover": shares.syllables.tolist(),
        "cover_relative": _relative(shares.syllables).tolist(),
        "pairs": shares.pairs.tolist(),
        "pairs_relative": _relative(shares.pairs).tolist(),
        "triples": shares.triples.tolist(),
        "names": shares.names.tolist(),
        "before": [0.0, *shares.syllables[:-1].tolist()],
        "after": [*shares.syllables[1:].tolist(), 0.0],
        "pairs_before": [0.0, *shares.pairs[:-1].tolist()],
        "likely": [likely(span) for span in sentences],
        "length": [math.log1p(len(part)) for part in tokens],
        "new": new,
        "short": [float(len(part) < 6) for part in tokens],
        "first": [1.0, *none[1:]],
        "asks": [float(text.rstrip().endswith("?")) for text in texts],
        "local": local.syllables.tolist(),
        "local_pairs": local.pairs.tolist(),
        "local_triples": local.triples.tolist(),
        "focus": shares.focus.tolist(),
        "local_focus": local.focus.tolist(),
        "untitled": untitled.syllables.tolist(),
        "untitled_pairs": untitled.pairs.tolist(),
        **{f"fits_{kind}": _fits(kind, texts, asked) for kind in KINDS},
        "new_unasked": none if asked.kinds else new,
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _fits(kind: Kind, texts: Sequence[str], asked: Asked) -> list[float]:
    return [fits(kind, text, asked.syllables) if kind in asked.kinds else 0.0 for text in texts]


def _relative(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """To the greatest of them."""
    return shares / (shares.max() or 1.0)
