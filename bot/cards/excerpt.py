"""Excerpts of long quotes: whole sentences around the answer sentence."""

from __future__ import annotations

import re

from bot.cards.telegram_html import clean, cut_position, width
from retrieval import Span

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+|\n+")


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
        return trimmed(text, Span(core.start, core.start + cut_position(core.of(text), room)))
    return _grown(text, whole, core, room)


def trimmed(text: str, span: Span) -> Span:
    """Returns the span without the blanks at its ends; it may be empty."""
    start, end = max(0, span.start), min(len(text), span.end)
    while start < end and _is_blank(text[start]):
        start += 1
    while start < end and _is_blank(text[end - 1]):
        end -= 1
    return Span(start, max(start, end))


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
