"""Which sentence of a quote answers: what speaks for each, to be weighed by a fitted model."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from retrieval.datatypes import Article, Span
from retrieval.evidence import Held, Wanted, line_of, local_shares, share
from retrieval.kinds import KINDS, expected, fits
from retrieval.terms import tokens_of

SENTENCE_FEATURES = (
    *("cover", "cover_relative", "pairs", "pairs_relative", "triples", "names", "before", "after", "pairs_before"),
    *("likely", "length", "new", "short", "first", "asks"),
    *("local", "local_pairs", "local_triples", "focus", "local_focus", "untitled", "untitled_pairs"),
    *(f"fits_{kind}" for kind in KINDS),
    "new_unasked",
)


def sentence_features(
    article: Article, sentences: Sequence[Span], likely: Callable[[Span], float], question: str, wanted: Wanted
) -> list[dict[str, float]]:
    """For each sentence of a quote, what speaks for it as the one that answers.

    Args:
        article: the one that is quoted.
        sentences: the quote's, in order.
        likely: how probable it is that the answer stands in a passage that a sentence is of.
        question: as it was read.
        wanted: what an answer should hold.
    """
    texts = [span.of(article.body) for span in sentences]
    tokens = [tokens_of(text, toned=True) for text in texts]
    held = [Held.of(wanted, line_of(part)) for part in tokens]
    cover = [share(wanted.syllables, part.syllables) for part in held]
    pairs = [share(wanted.pairs, part.pairs) for part in held]
    kinds = expected(question)
    asked = wanted.syllables.of.keys()
    title = Held.of(wanted, line_of(tokens_of(article.title, toned=True)))
    untitled = wanted.syllables.without(title.syllables)
    untitled_pairs = wanted.pairs.without(title.pairs)
    local = local_shares(wanted.syllables, [part.syllables for part in held])
    local_pairs = local_shares(wanted.pairs, [part.pairs for part in held])
    local_triples = local_shares(wanted.triples, [part.triples for part in held])
    local_focus = local_shares(wanted.focus, [part.syllables for part in held])
    rows = []
    for n, (text, span, part) in enumerate(zip(texts, sentences, tokens, strict=True)):
        new = math.log1p(sum(token not in asked for token in part))
        features = {
            "cover": cover[n],
            "cover_relative": cover[n] / (max(cover) or 1.0),
            "pairs": pairs[n],
            "pairs_relative": pairs[n] / (max(pairs) or 1.0),
            "triples": share(wanted.triples, held[n].triples),
            "names": share(wanted.names, held[n].syllables),
            "before": cover[n - 1] if n else 0.0,
            "after": cover[n + 1] if n + 1 < len(cover) else 0.0,
            "pairs_before": pairs[n - 1] if n else 0.0,
            "likely": likely(span),
            "length": math.log1p(len(part)),
            "new": new,
            "short": float(len(part) < 6),
            "first": float(n == 0),
            "asks": float(text.rstrip().endswith("?")),
            "local": local[n],
            "local_pairs": local_pairs[n],
            "local_triples": local_triples[n],
            "focus": share(wanted.focus, held[n].syllables),
            "local_focus": local_focus[n],
            "untitled": share(untitled, held[n].syllables),
            "untitled_pairs": share(untitled_pairs, held[n].pairs),
            "new_unasked": 0.0 if kinds else new,
        }
        rows.append(features | {f"fits_{kind}": fits(kind, text, asked) if kind in kinds else 0.0 for kind in KINDS})
    return rows
