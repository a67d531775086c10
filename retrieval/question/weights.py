"""Question weights: weighs a question's syllables, pairs and triples for coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Pair = tuple[str, str]
Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class QuestionWeights:
    """Holds the weights of a question's syllables, pairs of neighbours and runs of three."""

    syllables: Mapping[str, float]
    """Inverse document frequency (IDF) of each syllable; 0 for question words."""
    pairs: Mapping[Pair, float]
    """Mean weight of each pair's syllables; 0 if one of them weighs 0, as question words do."""
    triples: Mapping[Triple, float]
    """Mean weight of each triple's syllables; 0 if one of them weighs 0."""
    numbers: Mapping[str, float]
    """1 for each syllable that begins with a digit."""
    names: Mapping[str, float]
    """IDF of each syllable of a capitalised word, except the question's first word."""
    focus: Mapping[str, float]
    """IDF of each syllable, times a factor that falls with the distance to a question word; empty without one."""


def weigh(
    tokens: Sequence[str], asks: Sequence[bool], idfs: Sequence[float], names: frozenset[str], focus_decay: float
) -> QuestionWeights:
    """Weighs a question's syllables, pairs and triples.

    Args:
        tokens: the folded tokens of the question, in order.
        asks: for each token, whether it belongs to a question word.
        idfs: for each token, its inverse document frequency.
        names: the tokens that are written as names.
        focus_decay: factor by which the focus falls with each token of distance to a question word.
    """
    weights: dict[str, float] = {}
    for token, is_asking, idf in zip(tokens, asks, idfs, strict=True):
        weights[token] = max(weights.get(token, 0.0), 0.0 if is_asking else idf)
    triples = zip(tokens, tokens[1:], tokens[2:], strict=False)
    return QuestionWeights(
        syllables=weights,
        pairs={pair: _mean(weights, pair) for pair in pairwise(tokens)},
        triples={triple: _mean(weights, triple) for triple in triples},
        numbers={token: 1.0 for token in tokens if token[0].isdigit()},
        names={token: weights[token] for token in sorted(names) if token in weights},
        focus=_focus(tokens, asks, weights, focus_decay),
    )


def _focus(tokens: Sequence[str], asks: Sequence[bool], weights: Mapping[str, float], decay: float) -> dict[str, float]:
    places = [place for place, is_asking in enumerate(asks) if is_asking]
    focus: dict[str, float] = {}
    for place, token in enumerate(tokens):
        if places and not asks[place]:
            near = decay ** min(abs(place - other) for other in places)
            focus[token] = max(focus.get(token, 0.0), weights[token] * near)
    return focus


def _mean(weights: Mapping[str, float], tokens: Sequence[str]) -> float:
    parts = [weights[token] for token in tokens]
    return sum(parts) / len(parts) if all(parts) else 0.0
