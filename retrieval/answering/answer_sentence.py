"""The answer sentence: the features by which a fitted model chooses which sentence of a quote answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import Article, Span
from retrieval.question import Question, fit_answer_type
from retrieval.search import Coverage, CoverageIndex, Feature, FeatureTable, Model, TokenizedTexts, compute_features
from retrieval.vietnamese import ANSWER_TYPES, AnswerType, tokens_of

SHORT_SENTENCE_TOKENS = 6
"""A sentence of fewer tokens counts as short."""


@dataclass(frozen=True, slots=True)
class SentenceInputs:
    """What the features of a quote's sentences are computed from; all sequences are in their order."""

    texts: Sequence[str]
    tokens: Sequence[Sequence[str]]
    probabilities: Sequence[float]
    """That the answer stands in a passage that the sentence is of."""
    coverage: Coverage
    """Of the question, by each sentence; likewise the next two."""
    local: Coverage
    """With each item divided among the sentences that hold it."""
    untitled: Coverage
    """Of the items that the title of the article lacks."""
    question: Question

    def count_new(self) -> list[float]:
        """Gives the logarithms of the numbers of tokens that the question lacks."""
        asked = self.question.weights.syllables
        return [math.log1p(sum(token not in asked for token in part)) for part in self.tokens]

    def fits(self, answer_type: AnswerType) -> list[float]:
        """Tells how well each sentence fits a type of answer; 0 where the question does not ask for it."""
        if answer_type not in self.question.answer_types:
            return self.zeros()
        asked = self.question.weights.syllables.keys()
        return [fit_answer_type(answer_type, text, asked) for text in self.texts]

    def zeros(self) -> list[float]:
        """Gives each sentence 0."""
        return [0.0] * len(self.texts)


_SENTENCE = frozenset({Model.SENTENCE})


def _fit(answer_type: AnswerType) -> Callable[[SentenceInputs], Sequence[float]]:
    return lambda s: s.fits(answer_type)


def _relative(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divides by the greatest."""
    return shares / (shares.max() or 1.0)


SENTENCE_FEATURES: FeatureTable[SentenceInputs, Sequence[float]] = (
    Feature("cover", lambda s: s.coverage.syllables.tolist(), _SENTENCE),
    Feature("cover_relative", lambda s: _relative(s.coverage.syllables).tolist(), _SENTENCE),
    Feature("pairs", lambda s: s.coverage.pairs.tolist(), _SENTENCE),
    Feature("pairs_relative", lambda s: _relative(s.coverage.pairs).tolist(), _SENTENCE),
    Feature("triples", lambda s: s.coverage.triples.tolist(), _SENTENCE),
    Feature("names", lambda s: s.coverage.names.tolist(), _SENTENCE),
    Feature("before", lambda s: [0.0, *s.coverage.syllables[:-1].tolist()], _SENTENCE),
    Feature("after", lambda s: [*s.coverage.syllables[1:].tolist(), 0.0], _SENTENCE),
    Feature("pairs_before", lambda s: [0.0, *s.coverage.pairs[:-1].tolist()], _SENTENCE),
    Feature("likely", lambda s: s.probabilities, _SENTENCE),
    Feature("length", lambda s: [math.log1p(len(part)) for part in s.tokens], _SENTENCE),
    Feature("new", lambda s: s.count_new(), _SENTENCE),
    Feature("short", lambda s: [float(len(part) < SHORT_SENTENCE_TOKENS) for part in s.tokens], _SENTENCE),
    Feature("first", lambda s: [1.0, *s.zeros()[1:]], _SENTENCE),
    Feature("asks", lambda s: [float(text.rstrip().endswith("?")) for text in s.texts], _SENTENCE),
    Feature("local", lambda s: s.local.syllables.tolist(), _SENTENCE),
    Feature("local_pairs", lambda s: s.local.pairs.tolist(), _SENTENCE),
    Feature("local_triples", lambda s: s.local.triples.tolist(), _SENTENCE),
    Feature("focus", lambda s: s.coverage.focus.tolist(), _SENTENCE),
    Feature("local_focus", lambda s: s.local.focus.tolist(), _SENTENCE),
    Feature("untitled", lambda s: s.untitled.syllables.tolist(), _SENTENCE),
    Feature("untitled_pairs", lambda s: s.untitled.pairs.tolist(), _SENTENCE),
    *(Feature(f"fits_{one}", _fit(one), _SENTENCE) for one in ANSWER_TYPES),
    Feature("new_unasked", lambda s: s.zeros() if s.question.answer_types else s.count_new(), _SENTENCE),
)


def sentence_features(
    article: Article, sentences: Sequence[Span], probabilities: Sequence[float], question: Question
) -> list[dict[str, float]]:
    """Computes for each sentence of a quote what speaks for it as the answer sentence.

    Args:
        article: the one that is quoted.
        sentences: of the quote, in order.
        probabilities: for each sentence, that the answer stands in a passage that it is of.
        question: what is asked, or the part of it that the sentence has to answer.
    """
    texts = [span.of(article.body) for span in sentences]
    tokens = [tokens_of(text, toned=True) for text in texts]
    index = CoverageIndex.of(question.weights)
    held = index.held(TokenizedTexts.of_tokens([tokens_of(article.title, toned=True), *tokens]))
    title, held = held[0], held[1:]
    inputs = SentenceInputs(
        texts=texts,
        tokens=tokens,
        probabilities=probabilities,
        coverage=index.coverage(held),
        local=index.local_coverage(held),
        untitled=index.without(title).coverage(held),
        question=question,
    )
    columns = compute_features(SENTENCE_FEATURES, inputs)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
