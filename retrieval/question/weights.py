"""How much each syllable of a question weighs, and which of its terms are searched for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from retrieval.datatypes import Field
from retrieval.vietnamese import (
    CorpusFrequencies,
    DocumentFrequencies,
    bigrams,
    is_english,
    number_terms,
    question_word_flags,
    syllables,
    tokens_by_field,
    tokens_of,
    with_bigrams,
)

FALL = 0.6
"""By how much a syllable weighs less as focus than the next one nearer to a question word."""

_WORD = re.compile(r"\w+")

Pair = tuple[str, str]
Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class QuestionWeights:
    """What an answer's text should hold: a question's syllables, neighbours and runs of three, with their weights."""

    syllables: Mapping[str, float]
    pairs: Mapping[Pair, float]
    triples: Mapping[Triple, float]
    numbers: Mapping[str, float]
    names: Mapping[str, float]
    """Syllables written with a capital letter, other than the question's first."""
    focus: Mapping[str, float]
    """Syllables weighted by how near they stand to a question word too; without such a word, none."""

    @classmethod
    def of(cls, question: str, rarity: DocumentFrequencies | CorpusFrequencies) -> Self:
        """A pair or triple weighs as much as its syllables on average; one with a question word, nothing."""
        tokens = tokens_of(question, toned=True)
        asks = question_word_flags(question)
        weights: dict[str, float] = {}
        for token, idle in zip(tokens, asks, strict=True):
            weights[token] = max(weights.get(token, 0.0), 0.0 if idle else rarity.idf(token))
        names = {token for word in _WORD.findall(question)[1:] if word[0].isupper() for token in syllables(word)}
        triples = zip(tokens, tokens[1:], tokens[2:], strict=False)
        return cls(
            syllables=weights,
            pairs={pair: _mean(weights, pair) for pair in pairwise(tokens)},
            triples={triple: _mean(weights, triple) for triple in triples},
            numbers={token: 1.0 for token in tokens if token[0].isdigit()},
            names={token: weights[token] for token in sorted(names) if token in weights},
            focus=_focus(tokens, asks, weights),
        )


def _focus(tokens: Sequence[str], asks: Sequence[bool], weights: Mapping[str, float]) -> dict[str, float]:
    """Weights that fall with the distance to the nearest question word; empty where nothing asks."""
    places = [place for place, idle in enumerate(asks) if idle]
    focus: dict[str, float] = {}
    for place, token in enumerate(tokens):
        if places and not asks[place]:
            near = FALL ** min(abs(place - other) for other in places)
            focus[token] = max(focus.get(token, 0.0), weights[token] * near)
    return focus


def _mean(weights: Mapping[str, float], tokens: Sequence[str]) -> float:
    parts = [weights[token] for token in tokens]
    return sum(parts) / len(parts) if all(parts) else 0.0


def question_terms(text: str) -> dict[Field, list[str]]:
    """The same terms of a question, but for those with a word that it asks with; all of them if there are no others."""
    asks = question_word_flags(text)
    terms: dict[Field, list[str]] = {}
    for field, tokens in tokens_by_field(text).items():
        said = [token for token, idle in zip(tokens, asks, strict=True) if not idle]
        pairs = [pair for pair, idle in zip(bigrams(tokens), pairwise(asks), strict=True) if not any(idle)]
        terms[field] = [*said, *pairs, *number_terms(text)] if said or is_english(text) else with_bigrams(tokens)
    return terms
