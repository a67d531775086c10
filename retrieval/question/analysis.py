"""Analysis: cuts a question's text into tokens, and makes the terms for lexical search."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.datatypes import Field, Span
from retrieval.question.periods import newest_spans
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
    """Holds the tokens and terms of a question's text, which depend on no corpus."""

    text: str
    tokens: tuple[str, ...]
    """Folded tokens with tones, abbreviations expanded."""
    spans: tuple[Span, ...]
    """The span of each token in the text."""
    asks: tuple[bool, ...]
    """Whether each token belongs to a question word, or to words that ask for what is newest."""
    names: frozenset[str]
    """Tokens of capitalised words, except the first word of the text."""
    terms: Mapping[Field, tuple[str, ...]]
    """Terms for lexical search: tokens, bigrams and numbers, without question words.

    A Vietnamese text that has nothing but question words keeps them.
    """


def analyze(text: str, *, english: bool) -> Analysis:
    """Tokenises a question's text, and marks its question words and names.

    Args:
        text: the text that is searched for.
        english: whether the text is in English.
    """
    located = token_spans(text)
    tokens = [token for token, _ in located]
    newest = newest_spans(text)
    asks = [
        asks or any(one.start <= span.start < one.end for one in newest)
        for asks, (_, span) in zip(question_word_flags(text, tokens, english=english), located, strict=True)
    ]
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
        said = [token for token, is_asking in zip(own, asks, strict=True) if not is_asking]
        pairs = [pair for pair, idle in zip(bigrams(own), pairwise(asks), strict=True) if not any(idle)]
        terms[field] = (*said, *pairs, *numbers) if said or english else tuple(with_bigrams(own))
    return terms
