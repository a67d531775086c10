"""Counterparts: finds what an article tells of in the place of a premise that it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from retrieval.datatypes import Article
from retrieval.vietnamese import PlaceKind, places_in, syllable_spans

MIN_NAME_WORDS = 2
"""Fewest words of a person's name that has a counterpart."""

_AMOUNT = re.compile(r"(?P<number>\d[\d.,]*) (?P<unit>\w+)")
_WORD = r"[^\W\d_]+"
_CAPITALISED = re.compile(rf"(?<!\w){_WORD}(?: {_WORD})+")


def counterpart(missing: str, article: Article) -> str:
    """Finds what an article has instead of words that it lacks, as the article writes it.

    It is the one place of the same kind that the title names, the one full name that begins with the same word, or the
    one other number before the same unit.

    Args:
        missing: the words of the question, as `missing_premises` lists them.
        article: the article that lacks them.

    Returns:
        The words of the article; empty if there are none, or several.
    """
    if amount := _AMOUNT.fullmatch(missing):
        found = {match[0] for match in _amounts(article.text, amount["unit"])}
    else:
        words = _words(missing)
        kinds = [place.kind for place in places_in(words, toned=True) if place.end - place.start == len(words)]
        found = set(_places(article.title, kinds[0]) if kinds else _names(article.text, words))
    return found.pop() if len(found) == 1 else ""


def _words(text: str) -> list[str]:
    return [word for word, _ in syllable_spans(text)]


def _amounts(text: str, unit: str) -> Iterator[re.Match[str]]:
    return re.finditer(rf"(?<![\w.,/])\d[\d.,]* {re.escape(unit)}(?!\w)", text)


def _places(title: str, kind: PlaceKind) -> Iterator[str]:
    """Yields the places of a kind that a title names; a single word beside another name is a part of it."""
    spelt = [span for _, span in syllable_spans(title)]
    is_name = [span.of(title)[:1].isupper() for span in spelt]
    for place in places_in([word for word, _ in syllable_spans(title)], toned=True):
        beside = is_name[max(0, place.start - 1) : place.start] + is_name[place.end : place.end + 1]
        is_part = place.end - place.start == 1 and any(beside)
        if place.kind == kind and is_name[place.start] and not is_part:
            yield title[spelt[place.start].start : spelt[place.end - 1].end]


def _names(text: str, words: list[str]) -> Iterator[str]:
    """Yields the names of as many words that begin with the same word."""
    if len(words) < MIN_NAME_WORDS:
        return
    for match in _CAPITALISED.finditer(text):
        run = match[0].split(" ")
        for start in range(len(run) - len(words) + 1):
            name = run[start : start + len(words)]
            is_whole = not any(part[:1].isupper() for part in run[start + len(words) : start + len(words) + 1])
            if name[0].lower() == words[0] and is_whole and all(part[:1].isupper() for part in name):
                yield " ".join(name)
