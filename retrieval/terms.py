"""Text to index terms: syllables and pairs of adjacent syllables, with their tones and without.

Most Vietnamese words are two syllables long, so that pairs stand in for words without a segmenter. What may be written
in several ways is brought to one, in articles and in questions alike: `CSGT` becomes `cảnh sát giao thông`, and
`1.500`, `1500` and `1,5 nghìn` all give the term `#1500` besides their own. A question's terms lack the words it asks
with.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources
from itertools import compress, count, pairwise

from retrieval.datatypes import Field
from retrieval.english import english_names, in_english
from retrieval.text import fold, syllables, toneless

VERSION = "syllables+bigrams/3"
"""Changes when the same text gives other terms."""

ABBREVIATIONS = "abbreviations.tsv"
"""Package file: a line each, `one way to write it<TAB>the other`, of which the other is taken; mostly an abbreviation
and what it stands for. Those that may stand for several things are left out."""

QUESTION_WORDS = (
    "là gì|như thế nào|thế nào|bao nhiêu|vì sao|tại sao|khi nào|ở đâu|những gì|điều gì|cái gì|ra sao|làm sao|là ai"
    "|hay không|bao lâu|bao giờ|lúc nào|bằng cách nào|gì|nào|ai|đâu|mấy"
)
"""What a question asks with: an answer need not repeat it, so that it is neither searched for nor weighed."""

_ASKS_AT_THE_END = "sao"
"""Elsewhere it is a star."""

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
_INTELLIGENCE = re.compile(r"\bAI\b")
_LEADING_ZERO = re.compile(r"0(?<![\w.,]0)(?=[1-9](?!\w))")  # begins with what the search skips to
_LEAST_NUMBER = 1000
_YEARS = range(1900, 2100)


def document_terms(text: str) -> dict[Field, list[str]]:
    """Terms of an article's or a passage's text, for each way of folding."""
    values = numbers(text)
    return {field: [*with_bigrams(tokens), *values] for field, tokens in _tokens_by_field(text).items()}


def question_terms(text: str) -> dict[Field, list[str]]:
    """The same terms of a question, but for those with a word that it asks with; all of them if there are no others."""
    asks = asking(text)
    terms: dict[Field, list[str]] = {}
    for field, tokens in _tokens_by_field(text).items():
        said = [token for token, idle in zip(tokens, asks, strict=True) if not idle]
        pairs = [pair for pair, idle in zip(_bigrams(tokens), pairwise(asks), strict=True) if not any(idle)]
        terms[field] = [*said, *pairs, *numbers(text)] if said or in_english(text) else with_bigrams(tokens)
    return terms


def _tokens_by_field(text: str) -> dict[Field, list[str]]:
    tokens = tokens_of(text, toned=True)
    return {"exact": tokens, "plain": _all_toneless(tokens)}


def asking(question: str) -> list[bool]:
    """For each token of a question, whether it belongs to a word that asks, spelt with its tones.

    In English, every word does that is no name.
    """
    tokens = tokens_of(question, toned=True)
    flags = [False] * len(tokens)
    phrases = _question_phrases()
    for start, token in enumerate(tokens):
        for phrase in phrases.get(token, ()):
            if tokens[start : start + len(phrase)] == phrase:
                flags[start : start + len(phrase)] = [True] * len(phrase)
    if tokens[-1:] == [_ASKS_AT_THE_END]:
        flags[-1] = True
    if in_english(question):  # names and numbers are what articles in Vietnamese share with it
        shared = {token for name in english_names(question) for token in tokens_of(name, toned=True)}
        flags = [token not in shared and not token[0].isdigit() for token in tokens]
    if _INTELLIGENCE.search(question) and not question.isupper():
        flags = [idle and token != "ai" for token, idle in zip(tokens, flags, strict=True)]
    return flags


@cache
def _question_phrases() -> Mapping[str, Sequence[list[str]]]:
    """By their first syllable."""
    found: defaultdict[str, list[list[str]]] = defaultdict(list)
    for words in QUESTION_WORDS.split("|"):
        phrase = tokens_of(words, toned=True)
        found[phrase[0]].append(phrase)
    return found


def tokens_of(text: str, *, toned: bool) -> list[str]:
    """The syllables of a text with their tones or without, abbreviations written out, `07/02` as `7/2`."""
    found = _written_out(syllables(_LEADING_ZERO.sub("", text)))
    return found if toned else _all_toneless(found)


def _all_toneless(tokens: Iterable[str]) -> list[str]:
    return [*map(_toneless, tokens)]


_toneless = lru_cache(2**15)(toneless)
"""Of syllables, which come again and again."""


def _written_out(found: list[str]) -> list[str]:
    known = _abbreviations()
    written: list[str] = []
    done = 0
    for at in compress(count(), map(known.__contains__, found)):
        if at < done:
            continue
        for short, long in known[found[at]]:
            if tuple(found[at : at + len(short)]) == short:
                written += found[done:at]
                written += long
                done = at + len(short)
                break
    return [*written, *found[done:]] if written else found


@cache
def abbreviation_words() -> frozenset[str]:
    """All that abbreviations are written with: no spelling of anything else."""
    return frozenset(word for ways in _abbreviations().values() for short, _ in ways for word in short)


_Abbreviation = tuple[tuple[str, ...], tuple[str, ...]]


@cache
def _abbreviations() -> Mapping[str, Sequence[_Abbreviation]]:
    """By their first syllable, the longest first; typed without marks too."""
    found: defaultdict[str, list[_Abbreviation]] = defaultdict(list)
    for line in resources.files("retrieval").joinpath(ABBREVIATIONS).read_text(encoding="utf-8").splitlines():
        short, _, long = line.partition("\t")
        for spelt in {short, toneless(short)}:
            parts = tuple(spelt.split())
            found[parts[0]].append((parts, tuple(syllables(long))))
    return {first: sorted(ways, key=lambda way: -len(way[0])) for first, ways in found.items()}


def numbers(text: str) -> list[str]:
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
    return [*syllables_found, *_bigrams(syllables_found)]


def _bigrams(syllables_found: Sequence[str]) -> list[str]:
    return [*map("_".join, pairwise(syllables_found))]
