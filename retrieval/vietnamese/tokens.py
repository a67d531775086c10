"""Tokens: cuts a text into tokens and index terms, with tones (`exact`) and without (`plain`).

Terms are syllables and their bigrams. Most Vietnamese words are two syllables long, so that bigrams replace a word
segmenter. Spelling variants are unified in articles and questions alike: `CSGT` becomes `cảnh sát giao thông`, and
`1.500`, `1500` and `1,5 nghìn` all give the term `#1500` besides their own tokens.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources
from itertools import compress, count, pairwise

from retrieval.datatypes import Field, Span
from retrieval.vietnamese.text import fold, syllable_spans, syllables, toneless

ANALYZER_VERSION = "syllables+bigrams/3"
"""Version of the analysis in an index; it must be raised if the same text gives other terms."""

ABBREVIATIONS_FILE = "abbreviations.tsv"
"""Package file with one line per abbreviation or variant: `abbreviation<TAB>full form`; abbreviations with several
meanings are left out."""

_MULTIPLIERS = {
    **dict.fromkeys(("nghìn", "ngàn", "nghin", "ngan"), 10**3),
    **dict.fromkeys(("triệu", "trieu"), 10**6),
    **dict.fromkeys(("tỷ", "tỉ", "ty", "ti"), 10**9),
}
_NUMBER = re.compile(
    r"(\d(?<![\w.,/-]\d)(?:\d{0,2}(?:\.\d{3})+(?!\d)|\d{0,14}))(?:,(\d{1,6}))?(?![\d/-]|[.,]\d)(?:\s+("
    + "|".join(_MULTIPLIERS)
    + r")(?!\w)(?:(?<!t[iy])|(?=\s+(?:đồng|dong|usd|đô|do)\b)))?"
)
"""Groups: digits with dots between thousands, decimals, multiplier. The toneless `ty` and `ti` are multipliers only
before a currency."""

_LEADING_ZERO = re.compile(r"0(?<![\w.,]0)(?=[1-9](?!\w))")  # starts with a literal, which the search can skip to
_MIN_NUMBER_TERM = 1000
_YEARS = range(1900, 2100)


def document_terms(text: str) -> dict[Field, list[str]]:
    """Returns the index terms of an article or a passage by field: tokens, bigrams, numbers."""
    values = number_terms(text)
    return {field: [*with_bigrams(tokens), *values] for field, tokens in tokens_by_field(text).items()}


def tokens_by_field(text: str) -> dict[Field, list[str]]:
    """Tokenises a text for each field."""
    tokens = tokens_of(text, toned=True)
    return {"exact": tokens, "plain": _strip_tones(tokens)}


def tokens_of(text: str, *, toned: bool) -> list[str]:
    """Tokenises a text into folded syllables, with tones or without.

    Abbreviations are expanded, and leading zeros are dropped: `07/02` is read as `7/2`.
    """
    tokens = _expand_abbreviations(syllables(_LEADING_ZERO.sub("", text)))
    return tokens if toned else _strip_tones(tokens)


def _strip_tones(tokens: Iterable[str]) -> list[str]:
    return [*map(_toneless_cached, tokens)]


_toneless_cached = lru_cache(2**15)(toneless)
"""`toneless` with a cache, as few syllables make up most of a text."""


def token_spans(text: str) -> list[tuple[str, Span]]:
    """Returns the tokens of `tokens_of` with tones, each with its span in the text.

    All tokens of an expanded abbreviation have the span of the abbreviation.
    """
    zeros = [match.start() - removed for removed, match in enumerate(_LEADING_ZERO.finditer(text))]
    found = syllable_spans(_LEADING_ZERO.sub("", text) if zeros else text)
    if zeros:
        found = [(token, _shifted(span, zeros)) for token, span in found]
    syllables_found = [syllable for syllable, _ in found]
    written: list[tuple[str, Span]] = []
    done = 0
    for start, stop, long in abbreviations_in(syllables_found):
        whole = Span(found[start][1].start, found[stop - 1][1].end)
        written += [*found[done:start], *((syllable, whole) for syllable in long)]
        done = stop
    return [*written, *found[done:]]


def _shifted(span: Span, removed: Sequence[int]) -> Span:
    """Shifts a span of a text without some characters to its place in the original text.

    Args:
        span: the span in the shortened text.
        removed: the ascending offsets, in the shortened text, at which one character each was removed.
    """
    return Span(span.start + bisect_right(removed, span.start), span.end + bisect_right(removed, span.end - 1))


def _expand_abbreviations(found: list[str]) -> list[str]:
    written: list[str] = []
    done = 0
    for start, stop, long in abbreviations_in(found):
        written += found[done:start]
        written += long
        done = stop
    return [*written, *found[done:]] if done else found


def abbreviations_in(found: Sequence[str]) -> Iterator[tuple[int, int, Sequence[str]]]:
    """Yields (start, end, tokens of the full form) of each abbreviation in a list of syllables."""
    known = _abbreviations()
    done = 0
    for at in compress(count(), map(known.__contains__, found)):
        if at < done:
            continue
        for short, long in known[found[at]]:
            if tuple(found[at : at + len(short)]) == short:
                done = at + len(short)
                yield at, done, long
                break


@cache
def abbreviation_words() -> frozenset[str]:
    """Returns all tokens of abbreviations, which spelling correction does not change."""
    return frozenset(token for entries in _abbreviations().values() for short, _ in entries for token in short)


_Abbreviation = tuple[tuple[str, ...], tuple[str, ...]]
"""(tokens of the abbreviation, tokens of its full form)."""


@cache
def _abbreviations() -> Mapping[str, Sequence[_Abbreviation]]:
    """Reads the abbreviations by first token, longest first.

    Abbreviations with tones are also listed without.
    """
    entries: defaultdict[str, list[_Abbreviation]] = defaultdict(list)
    for line in (
        resources.files("retrieval.vietnamese").joinpath(ABBREVIATIONS_FILE).read_text(encoding="utf-8").splitlines()
    ):
        short, _, long = line.partition("\t")
        for spelling in {short, toneless(short)}:
            tokens = tuple(spelling.split())
            entries[tokens[0]].append((tokens, tuple(syllables(long))))
    return {first: sorted(listed, key=lambda entry: -len(entry[0])) for first, listed in entries.items()}


def number_terms(text: str) -> list[str]:
    """Returns a term `#value` for each whole number from 1,000, however written, except years.

    A year is a bare number of four digits from 1900 to 2099.
    """
    terms = []
    for whole, decimals, multiplier in _NUMBER.findall(fold(text)):
        digits = whole.replace(".", "")
        value = Decimal(f"{digits}.{decimals or 0}") * _MULTIPLIERS.get(multiplier, 1)
        is_year = len(digits) == len(whole) and not decimals and not multiplier and int(value) in _YEARS
        if value >= _MIN_NUMBER_TERM and value == int(value) and not is_year:
            terms.append(f"#{int(value)}")
    return terms


def with_bigrams(tokens: Sequence[str]) -> list[str]:
    """Returns the tokens followed by their bigrams."""
    return [*tokens, *bigrams(tokens)]


def bigrams(tokens: Sequence[str]) -> list[str]:
    """Returns the bigrams of tokens: each two neighbours joined by `_`."""
    return [*map("_".join, pairwise(tokens))]
