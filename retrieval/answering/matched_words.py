"""Matched words: finds the question's words that a quote holds, to show why it was found.

A matched word is the longest run of syllables that both share. A name matches only as a whole: Quảng Ngãi does not
match Quảng Bình. Words that nearly every article holds are left out.
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
    """Finds the words of a question in a quote, else in its article's title, else in neither.

    Args:
        question: the question.
        text: the text of the quote.
        title: the title of the quoted article.
        news: the document frequencies of syllables in the news.
        worth_telling_idf: least inverse document frequency (IDF), in the news, of a run's rarest syllable.
    """
    asked = _Spelling.of_question(question)
    is_open = [not token.asks for token in question.tokens]
    holders = (_Spelling.of_text(text), _Spelling.of_text(title), asked)
    return MatchedWords(*(_take(asked, is_open, holder, news, worth_telling_idf) for holder in holders))


@dataclass(frozen=True, slots=True)
class _Spelling:
    """Holds the tokens of a text and their spans; abbreviations are expanded."""

    text: str
    is_verbatim: bool
    """Whether `text` is the original text; else it is its tokens joined by spaces, as abbreviations were expanded."""
    tokens: Sequence[str]
    spans: Sequence[Span]
    """The span of each token in `text`."""
    places: Mapping[str, Sequence[int]]
    """Positions of each token in `tokens`."""

    @classmethod
    def of_text(cls, text: str) -> _Spelling:
        """Tokenises a text."""
        tokens, found = tokens_of(text, toned=True), syllable_spans(text)
        if is_verbatim := [syllable for syllable, _ in found] == tokens:
            return cls._of(text, tokens, [span for _, span in found], is_verbatim=True)
        spelt_out = " ".join(tokens)
        return cls._of(spelt_out, tokens, [span for _, span in syllable_spans(spelt_out)], is_verbatim=is_verbatim)

    @classmethod
    def of_question(cls, question: Question) -> _Spelling:
        """Takes the tokens of a question."""
        tokens = question.tokens
        return cls._of(question.text, [one.folded for one in tokens], [one.span for one in tokens], is_verbatim=True)

    @classmethod
    def _of(cls, text: str, tokens: Sequence[str], spans: Sequence[Span], *, is_verbatim: bool) -> _Spelling:
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, token in enumerate(tokens):
            places[token].append(place)
        return cls(text, is_verbatim, tokens, spans, places)

    def words(self, first: int, count: int) -> str:
        """Returns a run of tokens as the text spells it, on one line."""
        return " ".join(self.text[self.spans[first].start : self.spans[first + count - 1].end].split())

    def is_inside_name(self, place: int) -> bool:
        """Tells whether a token continues a name, as it and the one before are capitalised."""
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
    """Takes the runs of open question tokens that a holder has, and closes their places."""
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
    """Returns (start in the holder, number of tokens) of the longest run at a place."""
    runs = ((first, _run(asked, is_open, at, holder, first)) for first in holder.places.get(asked.tokens[at], ()))
    return max(runs, key=lambda run: (run[1], -run[0]), default=(0, 0))


def _run(asked: _Spelling, is_open: Sequence[bool], at: int, holder: _Spelling, first: int) -> int:
    """Counts the tokens that a question and a holder share from two places on, whole names only."""
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
