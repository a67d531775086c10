"""Text to index terms: syllables and pairs of adjacent syllables, with their tones and without.

Most Vietnamese words are two syllables long, so that pairs stand in for words without a segmenter. What may be written
in several ways is brought to one, in articles and in questions alike: `CSGT` becomes `cảnh sát giao thông`, and
`1.500`, `1500` and `1,5 nghìn` all give the term `#1500` besides their own. A question's terms lack the words it asks
with.
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
"""Changes when the same text gives other terms."""

ABBREVIATIONS_FILE = "abbreviations.tsv"
"""Package file: a line each, `one way to write it<TAB>the other`, of which the other is taken; mostly an abbreviation
and what it stands for. Those that may stand for several things are left out."""

_MULTIPLES = {
    **dict.fromkeys(("nghìn", "ngàn", "nghin", "ngan"), 10**3),
    **dict.fromkeys(("triệu", "trieu"), 10**6),
    **dict.fromkeys(("tỷ", "tỉ", "ty", "ti"), 10**9),
}
_NUMBER = re.compile(
    r"(\d(?<![\w.,/-]\d)(?:\d{0,2}(?:\.\d{3})+(?!\d)|\d{0,14}))(?:,(\d{1,6}))?(?![\d/-]|[.,]\d)(?:\s+("
    + "|".join(_MULTIPLES)
    + r")(?!\w)(?:(?<!t[iy])|(?=\s+(?:đồng|dong|usd|đô|do)\b)))?"
)
_LEADING_ZERO = re.compile(r"0(?<![\w.,]0)(?=[1-9](?!\w))")  # begins with what the search skips to
_LEAST_NUMBER = 1000
_YEARS = range(1900, 2100)


def document_terms(text: str) -> dict[Field, list[str]]:
    """Terms of an article's or a passage's text, for each way of folding."""
    values = number_terms(text)
    return {field: [*with_bigrams(tokens), *values] for field, tokens in tokens_by_field(text).items()}


def tokens_by_field(text: str) -> dict[Field, list[str]]:
    """Tokenises a text for each way of folding."""
    tokens = tokens_of(text, toned=True)
    return {"exact": tokens, "plain": _all_toneless(tokens)}


def tokens_of(text: str, *, toned: bool) -> list[str]:
    """The syllables of a text with their tones or without, abbreviations written out, `07/02` as `7/2`."""
    found = _written_out(syllables(_LEADING_ZERO.sub("", text)))
    return found if toned else _all_toneless(found)


def _all_toneless(tokens: Iterable[str]) -> list[str]:
    return [*map(_toneless, tokens)]


_toneless = lru_cache(2**15)(toneless)
"""Of syllables, which come again and again."""


def token_spans(text: str) -> list[tuple[str, Span]]:
    """Returns the tokens of `tokens_of`, each with the characters of the text that it stands for.

    All tokens that an abbreviation is written out as have the span of the abbreviation.
    """
    zeros = [match.start() - removed for removed, match in enumerate(_LEADING_ZERO.finditer(text))]
    found = syllable_spans(_LEADING_ZERO.sub("", text) if zeros else text)
    if zeros:
        found = [(token, _shifted(span, zeros)) for token, span in found]
    syllables_found = [syllable for syllable, _ in found]
    written: list[tuple[str, Span]] = []
    done = 0
    for start, stop, long in _abbreviations_in(syllables_found):
        whole = Span(found[start][1].start, found[stop - 1][1].end)
        written += [*found[done:start], *((syllable, whole) for syllable in long)]
        done = stop
    return [*written, *found[done:]]


def _shifted(span: Span, removed: Sequence[int]) -> Span:
    """Moves a span behind the characters that were removed at some offsets, ascending and counted after removal."""
    return Span(span.start + bisect_right(removed, span.start), span.end + bisect_right(removed, span.end - 1))


def _written_out(found: list[str]) -> list[str]:
    written: list[str] = []
    done = 0
    for start, stop, long in _abbreviations_in(found):
        written += found[done:start]
        written += long
        done = stop
    return [*written, *found[done:]] if done else found


def _abbreviations_in(found: Sequence[str]) -> Iterator[tuple[int, int, Sequence[str]]]:
    """Yields (first syllable, one behind the last, what they are written out as) of each abbreviation, in order."""
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
    """All that abbreviations are written with: no spelling of anything else."""
    return frozenset(word for ways in _abbreviations().values() for short, _ in ways for word in short)


_Abbreviation = tuple[tuple[str, ...], tuple[str, ...]]


@cache
def _abbreviations() -> Mapping[str, Sequence[_Abbreviation]]:
    """By their first syllable, the longest first; typed without marks too."""
    found: defaultdict[str, list[_Abbreviation]] = defaultdict(list)
    for line in (
        resources.files("retrieval.vietnamese").joinpath(ABBREVIATIONS_FILE).read_text(encoding="utf-8").splitlines()
    ):
        short, _, long = line.partition("\t")
        for spelt in {short, toneless(short)}:
            parts = tuple(spelt.split())
            found[parts[0]].append((parts, tuple(syllables(long))))
    return {first: sorted(ways, key=lambda way: -len(way[0])) for first, ways in found.items()}


def number_terms(text: str) -> list[str]:
    """A term for each number from a thousand up, however it is written; years are left as they are."""
    found = []
    for whole, part, multiple in _NUMBER.findall(fold(text)):
        digits = whole.replace(".", "")
        value = Decimal(f"{digits}.{part or 0}") * _MULTIPLES.get(multiple, 1)
        year = len(digits) == len(whole) and not part and not multiple and int(value) in _YEARS
        if value >= _LEAST_NUMBER and value == int(value) and not year:
            found.append(f"#{int(value)}")
    return found


def with_bigrams(syllables_found: Sequence[str]) -> list[str]:
    """The syllables, then each two neighbours joined by `_`."""
    return [*syllables_found, *bigrams(syllables_found)]


def bigrams(syllables_found: Sequence[str]) -> list[str]:
    """Joins each two neighbours by `_`."""
    return [*map("_".join, pairwise(syllables_found))]
