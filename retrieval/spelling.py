"""Restoring the tones that a question was typed without, from how the indexed corpus spells.

The most probable spelling of the whole question is found by Viterbi's algorithm over bigrams of syllables (Jurafsky
and Martin, Speech and Language Processing, ch. 3 and 8): each syllable may be any that is the same without its tones.
Bigrams are counted in the indexed corpus, single syllables also in the table that ships with the package, so that a
corpus of one article gives sensible spellings too.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from retrieval.evidence import Rarity
from retrieval.text import syllable_spans, toneless

Frequencies = Callable[[Sequence[str]], Sequence[int]]
"""For terms as `terms.with_bigrams` makes them, the number of indexed articles that hold each."""

MOST = 12
"""Spellings of one syllable that are considered, the most frequent."""

NEIGHBOURS = 0.999
"""Weight of the bigram against the single syllable (linear interpolation)."""

VIETNAMESE = 0.8
"""Share of the words that must be spelt as Vietnamese syllables are, or the text is of another language and stays."""

_SYLLABLE = re.compile(
    r"(?:b|c|ch|d|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|qu|r|s|t|th|tr|v|x)?[aeiouy]{1,3}(?:c|ch|m|n|ng|nh|p|t)?"
)

UNSEEN = 5.0
"""Articles added to a syllable's count when it comes before another, so that a bigram seen once proves little."""


@dataclass(frozen=True, slots=True)
class Spellings:
    """For each toneless syllable, its spellings and how many articles of the shipped table hold each, most first."""

    by_toneless: Mapping[str, Sequence[tuple[str, int]]]

    @classmethod
    def of(cls, rarity: Rarity) -> Self:
        """The spellings of a table."""
        found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for syllable, count in rarity.exact.items():
            found[toneless(syllable)].append((syllable, count))
        return cls({bare: sorted(spelt, key=lambda one: (-one[1], one[0]))[:MOST] for bare, spelt in found.items()})


def restore(text: str, spellings: Spellings, frequencies: Frequencies) -> str:
    """The text with the tones that it most probably stands for; capitals, numbers and unknown words stay.

    Args:
        text: typed without any tone.
        spellings: what a syllable may stand for.
        frequencies: of the indexed corpus; asked twice.
    """
    typed = syllable_spans(text)
    words = [syllable for syllable, _ in typed if syllable.isalpha()]
    if sum(_SYLLABLE.fullmatch(word) is not None for word in words) < VIETNAMESE * len(words):
        return text
    options = [_options(syllable, spellings) for syllable, _ in typed]
    best = _viterbi(options, _counted(options, frequencies))
    parts, end = [], 0
    for (syllable, span), spelt in zip(typed, best, strict=True):
        parts += [text[end : span.start], _in_case_of(span.of(text), spelt) if spelt != syllable else span.of(text)]
        end = span.end
    return "".join([*parts, text[end:]])


def _options(syllable: str, spellings: Spellings) -> list[tuple[str, int]]:
    known = spellings.by_toneless.get(syllable)
    return list(known) if known else [(syllable, 1)]


def _counted(options: Sequence[Sequence[tuple[str, int]]], frequencies: Frequencies) -> dict[str, int]:
    """How many articles hold each option, and each pair of neighbouring options."""
    singles = sorted({syllable for choices in options for syllable, _ in choices})
    pairs = sorted({f"{a}_{b}" for left, right in pairwise(options) for a, _ in left for b, _ in right})
    terms = [*singles, *pairs]
    return dict(zip(terms, frequencies(terms), strict=True))


def _viterbi(options: Sequence[Sequence[tuple[str, int]]], counts: Mapping[str, int]) -> list[str]:
    if not options:
        return []
    paths = {syllable: (math.log(single), [syllable]) for syllable, single in _singles(options[0], counts).items()}
    for choices in options[1:]:
        longer = {}
        for syllable, single in _singles(choices, counts).items():
            longer[syllable] = max(
                (score + math.log(_probability(path[-1], syllable, single, counts)), [*path, syllable])
                for score, path in paths.values()
            )
        paths = longer
    return max(paths.values())[1]


def _singles(choices: Sequence[tuple[str, int]], counts: Mapping[str, int]) -> dict[str, float]:
    """Probability of each spelling of one syllable, from the corpus and the table together."""
    weights = {syllable: 1 + table + counts[syllable] for syllable, table in choices}
    total = sum(weights.values())
    return {syllable: weight / total for syllable, weight in weights.items()}


def _probability(before: str, syllable: str, single: float, counts: Mapping[str, int]) -> float:
    together = counts[f"{before}_{syllable}"] / (counts[before] + UNSEEN)
    return NEIGHBOURS * together + (1 - NEIGHBOURS) * single


def _in_case_of(typed: str, spelt: str) -> str:
    if typed.isupper() and len(typed) > 1:
        return spelt.upper()
    return spelt.capitalize() if typed[:1].isupper() else spelt
