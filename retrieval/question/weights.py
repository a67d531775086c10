"""How much each item of a question counts when a text is held against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Pair = tuple[str, str]
Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class QuestionWeights:
    """The weights of a question's syllables, of its pairs of neighbours and of its runs of three."""

    syllables: Mapping[str, float]
    """Inverse document frequencies; 0 for those that ask."""
    pairs: Mapping[Pair, float]
    """Means over their syllables; 0 with one that asks."""
    triples: Mapping[Triple, float]
    """Likewise."""
    numbers: Mapping[str, float]
    """1 for each syllable that begins with a digit."""
    names: Mapping[str, float]
    """Of the syllables written with a capital letter, other than those of the question's first word."""
    focus: Mapping[str, float]
    """Inverse document frequencies that fall with the distance to a phrase that asks; empty without such a phrase."""


def weigh(
    tokens: Sequence[str], asks: Sequence[bool], idfs: Sequence[float], names: frozenset[str], focus_decay: float
) -> QuestionWeights:
    """Weighs the items of a question.

    Args:
        tokens: of the question, folded, in order.
        asks: of each token, whether it belongs to a phrase that asks.
        idfs: of each token, its inverse document frequency.
        names: the tokens that are written as names are.
        focus_decay: factor by which focus falls with each token of distance to a phrase that asks.
    """
    weights: dict[str, float] = {}
    for token, idle, idf in zip(tokens, asks, idfs, strict=True):
        weights[token] = max(weights.get(token, 0.0), 0.0 if idle else idf)
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
    places = [place for place, idle in enumerate(asks) if idle]
    focus: dict[str, float] = {}
    for place, token in enumerate(tokens):
        if places and not asks[place]:
            near = decay ** min(abs(place - other) for other in places)
            focus[token] = max(focus.get(token, 0.0), weights[token] * near)
    return focus


def _mean(weights: Mapping[str, float], tokens: Sequence[str]) -> float:
    parts = [weights[token] for token in tokens]
    return sum(parts) / len(parts) if all(parts) else 0.0
