"""Alignment: maps spans of the searched text to the text as typed."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.datatypes import Span
from retrieval.vietnamese import syllable_spans


def typed_spans(
    spans: Sequence[Span], text: str, *, typed: str, removed: str, origins: Sequence[Span] | None
) -> list[Span | None]:
    """Maps each span of the searched text to its span in the typed text.

    Args:
        spans: spans of `text`, each of whole syllables.
        text: the text that is searched for.
        typed: the text as typed, on one line.
        removed: words that were removed from `typed`, at every occurrence; empty for none.
        origins: for each syllable of `text`, its span before the spelling correction; None if nothing was corrected.

    Returns:
        For each span, its span in `typed`; None if it cannot be found there.
    """
    if not removed and origins is None:
        return list(spans)
    searched = [span for _, span in syllable_spans(text)]
    uncorrected = " ".join(typed.replace(removed, " ").split()) if removed else typed
    sources = searched if origins is None else list(origins)
    places = dict(zip((span for _, span in syllable_spans(uncorrected)), _outside(typed, removed), strict=False))
    pairs = [(span, places.get(source)) for span, source in zip(searched, sources, strict=False)]
    return [_joined([place for inner, place in pairs if span.start <= inner.start < span.end]) for span in spans]


def _outside(typed: str, removed: str) -> list[Span]:
    """Lists the spans of the typed syllables outside every occurrence of the removed words."""
    found = [span for _, span in syllable_spans(typed)]
    start = typed.find(removed) if removed else -1
    while start >= 0:
        end = start + len(removed)
        found = [span for span in found if span.end <= start or span.start >= end]
        start = typed.find(removed, end)
    return found


def _joined(places: Sequence[Span | None]) -> Span | None:
    known = [place for place in places if place is not None]
    return Span(known[0].start, known[-1].end) if known else None
