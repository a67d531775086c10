"""Which words of a question stand in a quote, spelt as it spells them: what a reader is told of why it was found.

Words are runs of syllables, as long as they come, and a name is one word: Quảng Ngãi says nothing of Quảng Bình. What
nearly every article holds is not worth telling.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.datatypes import MatchedWords, Span
from retrieval.vietnamese import DocumentFrequencies, question_word_flags, syllable_spans, tokens_of

WORTH_TELLING = 1.0
"""The least inverse document frequency in news of a run's rarest syllable: `yêu cầu` is told, `của các` is not."""

_PAUSE = re.compile(r"[.,;:!?…]\s|\n")


def matches(question: str, text: str, title: str, rarity: DocumentFrequencies) -> MatchedWords:
    """The words of a question that a text holds, those that only its title holds, and those that neither does."""
    asked = _Spelt.of(question)
    open_places = [not idle for idle in question_word_flags(question)]
    holders = (_Spelt.of(text), _Spelt.of(title), asked)
    return MatchedWords(*(_taken(asked, open_places, holder, rarity) for holder in holders))


@dataclass(frozen=True, slots=True)
class _Spelt:
    """The tokens of a text with where they stand in it; one with abbreviations is read as they are written out."""

    text: str
    as_written: bool
    tokens: Sequence[str]
    spans: Sequence[Span]
    places: Mapping[str, Sequence[int]]
    """Where each token stands among the tokens."""

    @classmethod
    def of(cls, text: str) -> _Spelt:
        found, tokens = syllable_spans(text), tokens_of(text, toned=True)
        as_written = [syllable for syllable, _ in found] == tokens
        if not as_written:
            text = " ".join(tokens)
            found = syllable_spans(text)
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, token in enumerate(tokens):
            places[token].append(place)
        return cls(text, as_written, tokens, [span for _, span in found], places)

    def words(self, first: int, count: int) -> str:
        """A run of tokens as it is written."""
        return " ".join(self.text[self.spans[first].start : self.spans[first + count - 1].end].split())

    def inside_name(self, place: int) -> bool:
        """Whether a name reaches across the gap before a place: capital letters on both sides."""
        if not 0 < place < len(self.spans):
            return False
        return all(self.text[self.spans[at].start].isupper() for at in (place - 1, place)) and self.goes_on(place)

    def goes_on(self, place: int) -> bool:
        """Whether the token at a place belongs to the same clause as the one before."""
        between = Span(self.spans[place - 1].end, self.spans[place].start).of(self.text)
        return _PAUSE.search(between) is None


def _taken(asked: _Spelt, open_places: list[bool], holder: _Spelt, rarity: DocumentFrequencies) -> tuple[str, ...]:
    """The runs that stand at a question's open places and that the holder has; the places are closed then."""
    found: dict[str, None] = {}
    at = 0
    while at < len(asked.tokens):
        first, count = _longest(asked, open_places, at, holder)
        if count and max(rarity.idf(token) for token in asked.tokens[at : at + count]) >= WORTH_TELLING:
            found[holder.words(first, count) if holder.as_written else asked.words(at, count)] = None
        open_places[at : at + count] = [False] * count
        at += count or 1
    return tuple(found)


def _longest(asked: _Spelt, open_places: Sequence[bool], at: int, holder: _Spelt) -> tuple[int, int]:
    """Where the holder's longest run begins that stands at a place of the question, and of how many tokens it is."""
    runs = ((first, _run(asked, open_places, at, holder, first)) for first in holder.places.get(asked.tokens[at], ()))
    return max(runs, key=lambda run: (run[1], -run[0]), default=(0, 0))


def _run(asked: _Spelt, open_places: Sequence[bool], at: int, holder: _Spelt, first: int) -> int:
    """How many tokens from a place of the question on stand in the holder from `first` on, whole names only."""
    if asked.inside_name(at):
        return 0
    count = 0
    for place, token in zip(range(at, len(asked.tokens)), holder.tokens[first:], strict=False):
        if not open_places[place] or asked.tokens[place] != token or (count and not holder.goes_on(first + count)):
            break
        count += 1
    while count and asked.inside_name(at + count):
        count -= 1
    return count
