"""The tokens of a question's text, and the terms that lexical search looks for: each text is read once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.datatypes import Field, Span
from retrieval.vietnamese import (
    bigrams,
    number_terms,
    question_word_flags,
    syllables,
    token_spans,
    toneless,
    with_bigrams,
)

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Analysis:
    """The tokens of a text, with what can be told of each without a corpus."""

    text: str
    tokens: tuple[str, ...]
    """Folded, with their tones, abbreviations written out."""
    spans: tuple[Span, ...]
    """Where each token stands in the text."""
    asks: tuple[bool, ...]
    """Whether each token belongs to a phrase that asks."""
    names: frozenset[str]
    """The tokens that are written with a capital letter, those of the first word apart."""
    terms: Mapping[Field, tuple[str, ...]]
    """Tokens, pairs of neighbours and numbers, without those that ask; all of them where there are no others."""


def analyze(text: str, *, english: bool) -> Analysis:
    """Reads a question's text.

    Args:
        text: what is searched for.
        english: whether it is in English.
    """
    located = token_spans(text)
    tokens = [token for token, _ in located]
    asks = question_word_flags(text, tokens, english=english)
    return Analysis(
        text=text,
        tokens=tuple(tokens),
        spans=tuple(span for _, span in located),
        asks=tuple(asks),
        names=_names(text, tokens),
        terms=_terms(text, tokens, asks, english=english),
    )


def _names(text: str, tokens: Sequence[str]) -> frozenset[str]:
    named = {token for word in _WORD.findall(text)[1:] if word[0].isupper() for token in syllables(word)}
    return frozenset(named.intersection(tokens))


def _terms(text: str, tokens: list[str], asks: Sequence[bool], *, english: bool) -> dict[Field, tuple[str, ...]]:
    numbers = number_terms(text)
    by_field: dict[Field, list[str]] = {"exact": tokens, "plain": [toneless(token) for token in tokens]}
    terms: dict[Field, tuple[str, ...]] = {}
    for field, own in by_field.items():
        said = [token for token, idle in zip(own, asks, strict=True) if not idle]
        pairs = [pair for pair, idle in zip(bigrams(own), pairwise(asks), strict=True) if not any(idle)]
        terms[field] = (*said, *pairs, *numbers) if said or english else tuple(with_bigrams(own))
    return terms
