"""Matched words: those of a question that stand in a quote, which tell a reader why it was found.

Words are runs of syllables, as long as they come, and a name is one word: Quảng Ngãi says nothing of Quảng Bình. What
nearly every article holds is not worth telling.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.datatypes import MatchedWords, Span
from retrieval.question import Question
from retrieval.vietnamese import DocumentFrequencies, syllable_spans, tokens_of

_PAUSE = re.compile(r"[.,;:!?…]\s|\n")


def match_words(
    question: Question, text: str, title: str, news: DocumentFrequencies, worth_telling_idf: float
) -> MatchedWords:
    """Finds the words of a question that a text holds, those that only its title holds, and those that neither does.

    Args:
        question: what is asked.
        text: what is quoted.
        title: of its article.
        news: how rare syllables are.
        worth_telling_idf: least inverse document frequency, in the news, of a run's rarest syllable.
    """
    asked = _Spelling.of_question(question)
    is_open = [not token.asks for token in question.tokens]
    holders = (_Spelling.of_text(text), _Spelling.of_text(title), asked)
    return MatchedWords(*(_take(asked, is_open, holder, news, worth_telling_idf) for holder in holders))


@dataclass(frozen=True, slots=True)
class _Spelling:
    """The tokens of a text with where they stand in it; abbreviations are read as they are written out."""

    text: str
    is_verbatim: bool
    """Whether `text` is the text itself; else its tokens, where it has abbreviations."""
    tokens: Sequence[str]
    spans: Sequence[Span]
    places: Mapping[str, Sequence[int]]
    """Positions of each token among the tokens."""

    @classmethod
    def of_text(cls, text: str) -> _Spelling:
        """Reads a text."""
        return cls._of(text, tokens_of(text, toned=True))

    @classmethod
    def of_question(cls, question: Question) -> _Spelling:
        """Takes the tokens of a question."""
        return cls._of(question.text, [token.folded for token in question.tokens])

    @classmethod
    def _of(cls, text: str, tokens: Sequence[str]) -> _Spelling:
        found = syllable_spans(text)
        is_verbatim = [syllable for syllable, _ in found] == tokens
        if not is_verbatim:
            text = " ".join(tokens)
            found = syllable_spans(text)
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, token in enumerate(tokens):
            places[token].append(place)
        return cls(text, is_verbatim, tokens, [span for _, span in found], places)

    def words(self, first: int, count: int) -> str:
        """Writes a run of tokens as the text does."""
        return " ".join(self.text[self.spans[first].start : self.spans[first + count - 1].end].split())

    def is_inside_name(self, place: int) -> bool:
        """Tells whether a name reaches across the gap before a place: capital letters on both sides."""
        if not 0 < place < len(self.spans):
            return False
        return all(self.text[self.spans[at].start].isupper() for at in (place - 1, place)) and self.goes_on(place)

    def goes_on(self, place: int) -> bool:
        """Tells whether the token at a place belongs to the same clause as the one before."""
        between = Span(self.spans[place - 1].end, self.spans[place].start).of(self.text)
        return _PAUSE.search(between) is None


def _take(
    asked: _Spelling, is_open: list[bool], holder: _Spelling, news: DocumentFrequencies, worth_telling_idf: float
) -> tuple[str, ...]:
    """Takes the runs that stand at open places of a question and that a holder has; closes these places."""
    found: dict[str, None] = {}
    at = 0
    while at < len(asked.tokens):
        first, count = _longest(asked, is_open, at, holder)
        if count and max(news.idf(token) for token in asked.tokens[at : at + count]) >= worth_telling_idf:
            found[holder.words(first, count) if holder.is_verbatim else asked.words(at, count)] = None
        is_open[at : at + count] = [False] * count
        at += count or 1
    return tuple(found)


def _longest(asked: _Spelling, is_open: Sequence[bool], at: int, holder: _Spelling) -> tuple[int, int]:
    """Finds where a holder's longest run begins that stands at a place of the question, and its number of tokens."""
    runs = ((first, _run(asked, is_open, at, holder, first)) for first in holder.places.get(asked.tokens[at], ()))
    return max(runs, key=lambda run: (run[1], -run[0]), default=(0, 0))


def _run(asked: _Spelling, is_open: Sequence[bool], at: int, holder: _Spelling, first: int) -> int:
    """Counts the tokens from a place of the question on that stand in a holder from `first` on, whole names only."""
    if asked.is_inside_name(at):
        return 0
    count = 0
    for place, token in zip(range(at, len(asked.tokens)), holder.tokens[first:], strict=False):
        if not is_open[place] or asked.tokens[place] != token or (count and not holder.goes_on(first + count)):
            break
        count += 1
    while count and asked.is_inside_name(at + count):
        count -= 1
    return count
