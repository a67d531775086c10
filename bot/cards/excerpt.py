"""Excerpts of quotes: whole sentences around the answer sentence, and the answer sentence alone."""

from __future__ import annotations

import re

from bot.cards.telegram_html import clean, cut_position, width
from retrieval import Span

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+|\n+")
_CLAUSE_END = re.compile(r"(?=[,;:]\s)")
_WORD = re.compile(r"\S+")
_WORD_START = re.compile(r"(?<=\s)\S")


def excerpt(text: str, answer: Span, room: int) -> Span:
    """Returns an excerpt at most `room` UTF-16 units wide, without blanks at its ends.

    The answer sentence is kept whole, with as many whole sentences around it as fit; an answer sentence that is itself
    too long is cut at a space.
    """
    whole = trimmed(text, Span(0, len(text)))
    if width(whole.of(text)) <= room:
        return whole
    core = trimmed(text, answer)
    if width(core.of(text)) > room:
        return _cut(text, core, room)
    return _grown(text, whole, core, room)


def shorten_sentence(text: str, sentence: Span, exact: Span | None, room: int) -> Span:
    """Returns a sentence, or of one that is wider than `room` UTF-16 units a run of its words that is not.

    The run begins with the sentence, or else as early as it still holds all of `exact`, the words that answer.
    """
    core = trimmed(text, sentence)
    if width(core.of(text)) <= room:
        return core
    begun = _cut_at_clause(text, core, room)
    kept = _whole_words(text, exact, core) if exact else None
    if kept is None or kept.end <= begun.end:
        return begun
    if kept.end <= (longest := _cut(text, core, room)).end:
        return longest
    end = core.end if width(text[kept.start : core.end]) <= room else kept.end
    first = max(core.start, end - room)
    starts = (first + match.start() for match in _WORD_START.finditer(text[first : kept.start]))
    fitting = (start for start in starts if width(text[start:end]) <= room)
    return _cut(text, Span(next(fitting, kept.start), core.end), room)


def trimmed(text: str, span: Span) -> Span:
    """Returns the span without the blanks at its ends; it may be empty."""
    start, end = max(0, span.start), min(len(text), span.end)
    while start < end and _is_blank(text[start]):
        start += 1
    while start < end and _is_blank(text[end - 1]):
        end -= 1
    return Span(start, max(start, end))


def _cut_at_clause(text: str, span: Span, room: int) -> Span:
    """Cuts as `_cut` does, behind a clause mark instead where one stands in the last third."""
    cut = _cut(text, span, room)
    marks = [match.start() for match in _CLAUSE_END.finditer(text, cut.start, cut.end)]
    return Span(cut.start, marks[-1]) if marks and marks[-1] - cut.start > room * 2 // 3 else cut


def _cut(text: str, span: Span, room: int) -> Span:
    return trimmed(text, Span(span.start, span.start + cut_position(span.of(text), room)))


def _whole_words(text: str, span: Span, core: Span) -> Span | None:
    """Returns the words of the core that a span touches; None where it lies outside of the core."""
    words = [Span(core.start + match.start(), core.start + match.end()) for match in _WORD.finditer(core.of(text))]
    touched = [word for word in words if word.start < span.end and span.start < word.end]
    return Span(touched[0].start, touched[-1].end) if touched else None


def _is_blank(character: str) -> bool:
    return not clean(character).strip()


def _grown(text: str, whole: Span, core: Span, room: int) -> Span:
    """Extends the core by sentences before and after it, in alternation, as long as they fit."""
    before = _SENTENCE_END.finditer(text, whole.start, core.start)
    after = _SENTENCE_END.finditer(text, core.end, whole.end)
    earlier = [start for start in (whole.start, *(match.end() for match in before)) if start < core.start]
    later = [end for end in (*map(_end_of_sentence, after), whole.end) if end > core.end]
    later.reverse()
    start, end = core.start, core.end
    while earlier or later:
        if earlier:
            if width(text[earlier[-1] : end]) <= room:
                start = earlier.pop()
            else:
                earlier.clear()
        if later:
            if width(text[start : later[-1]]) <= room:
                end = later.pop()
            else:
                later.clear()
    return trimmed(text, Span(start, end))


def _end_of_sentence(match: re.Match[str]) -> int:
    """Returns the end of a sentence, without the blanks behind it."""
    return match.start() + len(match.group().rstrip())
