"""The evidence that a quote answers, from which its confidence is computed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from retrieval.answering.quotes import Draft
from retrieval.datatypes import Hit, Passage, Span
from retrieval.question import KINDS
from retrieval.search import EVIDENCE, SHARE, SHARE_OF_EVENT, SHARE_WITHIN, TELLING

QUOTE_EVIDENCE = (
    "share_in_quote",
    "share_logit",
    "event_logit",
    "sentence_cover",
    "sentence_pairs",
    "sentence_focus",
    "sentence_fits",
)

TELLING_EVIDENCE = {
    f"{TELLING} {name}": name
    for name in ("share_logit", "event_logit", "share_in_quote", "title_cover", "sentence_cover")
}
"""Evidence that may count for more, or for less, where a question tells what it is about: of which, by its own name."""

CONFIDENCE_FEATURES = (*EVIDENCE, *QUOTE_EVIDENCE, *TELLING_EVIDENCE)
"""What the probability that a quote answers rests on. Of these, the shares depend on what else the corpus holds;
the others on no more of it than how many articles hold a word."""

_SUREST = 5.0
"""Log odds of a share beyond which it proves no more: alone in its corpus, an article has the whole."""


def confidence_features(
    draft: Draft, hits: Sequence[Hit], sentences: Sequence[Mapping[str, float]]
) -> dict[str, float]:
    """The `CONFIDENCE_FEATURES` of a quote."""
    own = [
        hit for hit in hits if hit.passage.article_id == draft.hit.passage.article_id and SHARE_WITHIN in hit.signals
    ]
    best = {name: max(row[name] for row in sentences) for name in ("cover", "pairs", "focus")}
    evidence = {name: draft.hit.signals[name] for name in EVIDENCE} | {
        "share_in_quote": sum(hit.signals[SHARE_WITHIN] * _part_inside(hit.passage, draft.span) for hit in own),
        "share_logit": _log_odds(draft.hit.signals[SHARE]),
        "event_logit": _log_odds(draft.hit.signals[SHARE_OF_EVENT]),
        "sentence_cover": best["cover"],
        "sentence_pairs": best["pairs"],
        "sentence_focus": best["focus"],
        "sentence_fits": max(sum(row[f"fits_{kind}"] for kind in KINDS) for row in sentences),
    }
    return evidence | {told: evidence[TELLING] * evidence[name] for told, name in TELLING_EVIDENCE.items()}


def _log_odds(share: float) -> float:
    return max(-_SUREST, min(_SUREST, math.log(max(share, 1e-9) / max(1 - share, 1e-9))))


def _part_inside(passage: Passage, span: Span) -> float:
    return max(0, min(passage.end, span.end) - max(passage.start, span.start)) / (passage.end - passage.start)
