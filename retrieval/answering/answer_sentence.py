"""Answer sentence: computes the features by which a fitted model chooses it in a quote, and tells captions apart."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import Article, Span
from retrieval.question import Question, fit_answer_type
from retrieval.search import Coverage, CoverageIndex, Feature, FeatureTable, Model, TokenizedTexts, compute_features
from retrieval.vietnamese import ANSWER_TYPES, AnswerType, tokens_of

SHORT_SENTENCE_TOKENS = 6
"""Number of tokens below which a sentence counts as short."""

_CREDIT = r"(?:Ảnh|Hình|Nguồn|Clip|Video|Đồ họa|Photo)(?: minh (?:họa|hoạ)| tư liệu)?"
# In turn: a placeholder for a link, perhaps behind a teaser; a credit alone; a credit in brackets behind a caption.
_CAPTION = re.compile(
    rf"\bNguồn:\s?\[[^\]]*\]\s*$|^\W*{_CREDIT}\s?:\s?[^:.\n]{{1,60}}\.?$|\({_CREDIT}(?:\s?:[^()\n]{{1,60}})?\)\W*$"
)


@dataclass(frozen=True, slots=True)
class SentenceInputs:
    """Holds the inputs of a quote's sentence features, in the order of its sentences."""

    texts: Sequence[str]
    tokens: Sequence[Sequence[str]]
    """Folded tokens of each sentence, with tones."""
    probabilities: Sequence[float]
    """For each sentence, the probability that its passage holds the answer."""
    coverage: Coverage
    """Coverage of the question by each sentence."""
    local: Coverage
    """Coverage with the weight of each item divided by the number of sentences that hold it."""
    untitled: Coverage
    """Coverage of the items that the article's title lacks."""
    question: Question
    read: Sequence[float]
    """For each sentence, the probability that the answer lies in it by the readings of passages that it is part of."""

    def count_new(self) -> list[float]:
        """Returns, for each sentence, ln(1 + n) of its n tokens that the question lacks."""
        asked = self.question.weights.syllables
        return [math.log1p(sum(token not in asked for token in part)) for part in self.tokens]

    def fits(self, answer_type: AnswerType) -> list[float]:
        """Scores how well each sentence fits an answer type; 0 if it is not asked for."""
        if answer_type not in self.question.answer_types:
            return self.zeros()
        asked = self.question.weights.syllables.keys()
        return [fit_answer_type(answer_type, text, asked) for text in self.texts]

    def zeros(self) -> list[float]:
        """Returns 0 for each sentence."""
        return [0.0] * len(self.texts)


_SENTENCE = frozenset({Model.SENTENCE})


def _fit(answer_type: AnswerType) -> Callable[[SentenceInputs], Sequence[float]]:
    return lambda s: s.fits(answer_type)


def _is_most(values: Sequence[float]) -> list[float]:
    """Returns 1 for the greatest value above 0, else 0."""
    return [float(value > 0 and value == max(values)) for value in values]


def _relative(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divides shares by their maximum, if that is above 0."""
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
    Feature("read", lambda s: s.read, _SENTENCE, needs_reader=True),
    Feature("read_most", lambda s: _is_most(s.read), _SENTENCE, needs_reader=True),
    Feature("new_unasked", lambda s: s.zeros() if s.question.answer_types else s.count_new(), _SENTENCE),
)


def is_caption(sentence: str) -> bool:
    """Tells whether a sentence surely is a caption, a credit, or a teaser that ends in a link."""
    return _CAPTION.search(sentence) is not None


def choose_sentence(texts: Sequence[str], scores: Sequence[float]) -> int:
    """Returns the position of the sentence with the greatest score; a caption only where all are captions."""
    ranked = [
        (not is_caption(text), score, -place) for place, (text, score) in enumerate(zip(texts, scores, strict=True))
    ]
    return -max(ranked)[2]


def sentence_features(
    article: Article,
    sentences: Sequence[Span],
    probabilities: Sequence[float],
    question: Question,
    read: Sequence[float],
) -> list[dict[str, float]]:
    """Computes the answer-sentence features of each sentence of a quote.

    Args:
        article: the quoted article.
        sentences: the sentences of the quote, in order.
        probabilities: for each sentence, the probability that its passage holds the answer.
        question: the question, or the part of it that the sentence has to answer.
        read: for each sentence, the probability that the answer lies in it by the readings; 0 where nothing was read.

    Returns:
        For each sentence, its features by name.
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
        read=read,
    )
    columns = compute_features(SENTENCE_FEATURES, inputs)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
