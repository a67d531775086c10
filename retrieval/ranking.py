"""Ranking the best articles of a first, fused list again, and the passages within each, by a fitted linear model.

Two models, each a weighted sum of the features below: which article answers, and which passage of an article does.
They are fitted listwise (conditional logit, McFadden 1974), so that the softmax of the scores of one question's
articles tells how probably each of them is the right one.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import Hit, Query, Vectors
from retrieval.evidence import Held, Rarity, Wanted, line_of, share
from retrieval.fitted import Fitted, Linear
from retrieval.store.protocol import Snapshot, StoredArticle
from retrieval.terms import tokens_of
from retrieval.text import syllables

ARTICLES, BY_MEANING = 20, 6
"""Articles that are ranked again: the best of the fused list, and of those nearest in meaning alone."""

WORTH_COMPARING = 0.01
"""Share of an article from which its near-duplicates are looked up."""

ARTICLES_KEPT = 1000
"""Articles whose tokens are kept, a few kilobytes each."""

LENGTHS = (12, 28)
"""Syllables of a question up to which it counts as short, and from which as long."""

RECENT = 2.0
"""Log odds that the newest article gains where a question asks for what is new."""

HALF_LIFE = dt.timedelta(days=14)

SHARED = (
    "nearness",
    "bm25",
    "bm25_toneless",
    "cover",
    "pairs",
    "triples",
    "cover_titled",
    "cover_near",
    "pairs_near",
    "numbers",
    "names",
    "focus",
)
"""Features of a passage of which an article has the highest of its passages, as `best_…`."""

PASSAGE_FEATURES = (*SHARED, "position", "opening", "length", "dense_near")

ARTICLE_FEATURES = (
    *(f"best_{name}" for name in SHARED),
    *("article_cover", "article_pairs", "article_triples", "article_numbers", "article_names", "article_focus"),
    *("title_cover", "title_pairs", "title_focus", "lead_cover", "lead_pairs"),
    *("dense_mean", "dense_lead", "dense_two", "cosine_best", "cosine_mean"),
    *("article_bm25", "article_bm25_toneless", "article_length"),
)

EITHER_WAY = frozenset(("position", "opening", "length", "article_length"))
"""Features that may speak for or against; all others are evidence, which a fit may disregard, but not count against."""

SHARE, SHARE_WITHIN, QUESTION_LENGTH, LONG = "share", "share_within", "question_length", "long"
SHARE_OF_TEXT = "share_of_text"
"""The share of an article and of its near-duplicates: several papers print an answer as well as one."""

EVIDENCE = (
    *(f"best_{name}" for name in SHARED[3:]),
    *("article_cover", "article_pairs", "article_triples", "article_numbers", "article_names", "article_focus"),
    *("title_cover", "title_pairs", "title_focus", "lead_cover", "lead_pairs"),
    *("cosine_best", "cosine_mean", "article_length", SHARE_OF_TEXT, QUESTION_LENGTH, "toneless"),
)
"""What tells that an article answers: of these, only the share depends on what else the corpus holds."""


@dataclass(frozen=True, slots=True)
class Ranker:
    """What ranking needs besides the index."""

    rarity: Rarity
    fitted: Fitted


@dataclass(frozen=True, slots=True)
class Scale:
    """Brings a signal to 0..1 between the least and the greatest that the candidates of a question have."""

    low: float
    high: float

    @classmethod
    def of(cls, scores: Sequence[float]) -> Scale:
        """The scale of these scores."""
        return cls(min(scores), max(scores))

    def __call__(self, score: float) -> float:
        """The score on the scale; 1 where all candidates are alike."""
        return (score - self.low) / (self.high - self.low) if self.high > self.low else float(self.high > 0)


def rank(
    snapshot: Snapshot,
    query: Query,
    hits: Sequence[Hit],
    scales: Mapping[str, Scale],
    numbers: Sequence[int],
    ranker: Ranker,
) -> list[Hit]:
    """The hits of some articles, best first: by article, and within one by passage.

    A hit's score is the probability of its article, times the share that the best passage of the article is better: so
    that articles are in order of their best hits, and the scores of all articles' best hits sum to 1.

    Args:
        snapshot: what the hits were found in.
        query: the question.
        hits: all passages of the articles, with their signals.
        scales: for each signal, the scale of the question's first candidates.
        numbers: for each hit, its article's number; hits of one article stand together, in order.
        ranker: the models.
    """
    wanted = Wanted.of(query.read, ranker.rarity)
    model = ranker.fitted.ranking(toned=query.toned)
    articles = snapshot.articles(set(numbers))
    vectors = snapshot.vectors([hit.passage.id for hit in hits])
    owned: list[Sequence[Hit]] = []
    described: list[list[dict[str, float]]] = []
    start = 0
    for number, group in groupby(numbers):
        end = start + len(list(group))
        if number in articles:
            own = hits[start:end]
            owned.append(own)
            described.append(_described(query, wanted, articles[number], own, vectors[start:end], scales))
        start = end
    known = [articles[number] for number, _ in groupby(numbers) if number in articles]
    long = longness(query.read)
    scores = np.array([model.article.score(rows[0]) + long * model.long.score(rows[0]) for rows in described])
    if query.recent and known:
        scores += _recency(known)
    shares = dict(zip((one.number for one in known), softmax(scores).tolist(), strict=True))
    copies = snapshot.copies(number for number, share in shares.items() if share >= WORTH_COMPARING)
    with_copies = [
        (share, share + sum(shares.get(copy, 0.0) for copy in copies.get(number, ())))
        for number, share in shares.items()
    ]
    return _ordered(owned, described, with_copies, model.passage)


def _described(
    query: Query,
    wanted: Wanted,
    stored: StoredArticle,
    hits: Sequence[Hit],
    vectors: Vectors,
    scales: Mapping[str, Scale],
) -> list[dict[str, float]]:
    """For each hit of one article, the features of it and of the article."""
    spans = tuple((hit.passage.start, hit.passage.end) for hit in hits)
    headline, *lines = _lines(stored.article.title, stored.article.body, spans)
    title = Held.of(wanted, headline)
    held = [Held.of(wanted, line) for line in lines]
    lengths = [len(line.split()) for line in lines]
    dense = [scales["dense"](hit.dense_score) for hit in hits]
    passages = [
        _passage_features(wanted, title, held, dense, row, lengths[row], hit, scales) for row, hit in enumerate(hits)
    ]
    whole = {f"best_{name}": max(features[name] for features in passages) for name in SHARED}
    whole |= _article_features(wanted, title, held, sum(lengths))
    whole |= _article_signals(query, hits, dense, vectors, scales)
    return [features | whole for features in passages]


@lru_cache(maxsize=ARTICLES_KEPT)
def _lines(title: str, body: str, spans: tuple[tuple[int, int], ...]) -> list[str]:
    """The tokens of a title, and of each passage of a body; what is asked about is asked about again."""
    return [line_of(tokens_of(text, toned=True)) for text in (title, *(body[start:end] for start, end in spans))]


def _passage_features(
    wanted: Wanted,
    title: Held,
    held: Sequence[Held],
    dense: Sequence[float],
    row: int,
    length: int,
    hit: Hit,
    scales: Mapping[str, Scale],
) -> dict[str, float]:
    titled = held[row] | title
    near, dense_near = titled, 0.0
    for other in (row - 1, row + 1):
        if 0 <= other < len(held):
            near, dense_near = near | held[other], max(dense_near, dense[other])
    return {
        "nearness": dense[row],
        "bm25": scales["passage_exact"](hit.signals["passage_exact"]),
        "bm25_toneless": scales["passage_plain"](hit.signals["passage_plain"]),
        "cover": share(wanted.syllables, held[row].syllables),
        "pairs": share(wanted.pairs, held[row].pairs),
        "triples": share(wanted.triples, held[row].triples),
        "cover_titled": share(wanted.syllables, titled.syllables),
        "cover_near": share(wanted.syllables, near.syllables),
        "pairs_near": share(wanted.pairs, near.pairs),
        "numbers": share(wanted.numbers, titled.syllables),
        "names": share(wanted.names, titled.syllables),
        "focus": share(wanted.focus, held[row].syllables),
        "position": row / len(held),
        "opening": float(row == 0),
        "length": math.log1p(length),
        "dense_near": dense_near,
    }


def _article_features(wanted: Wanted, title: Held, held: Sequence[Held], length: int) -> dict[str, float]:
    lead = title
    for part in held[:2]:
        lead = lead | part
    whole = lead
    for part in held[2:]:
        whole = whole | part
    return {
        "article_cover": share(wanted.syllables, whole.syllables),
        "article_pairs": share(wanted.pairs, whole.pairs),
        "article_triples": share(wanted.triples, whole.triples),
        "article_numbers": share(wanted.numbers, whole.syllables),
        "article_names": share(wanted.names, whole.syllables),
        "article_focus": share(wanted.focus, whole.syllables),
        "title_cover": share(wanted.syllables, title.syllables),
        "title_pairs": share(wanted.pairs, title.pairs),
        "title_focus": share(wanted.focus, title.syllables),
        "lead_cover": share(wanted.syllables, lead.syllables),
        "lead_pairs": share(wanted.pairs, lead.pairs),
        "article_length": math.log1p(length),
    }


def _article_signals(
    query: Query, hits: Sequence[Hit], dense: Sequence[float], vectors: Vectors, scales: Mapping[str, Scale]
) -> dict[str, float]:
    mean = vectors.mean(axis=0)
    cosine_mean = float(mean @ query.vector / (np.linalg.norm(mean) or 1.0))
    best = sorted(dense)[-2:]
    return {
        "dense_mean": scales["dense"](cosine_mean),
        "dense_lead": dense[0],
        "dense_two": sum(best) / len(best),
        "cosine_best": max(hit.dense_score for hit in hits),
        "cosine_mean": cosine_mean,
        "article_bm25": scales["article_exact"](hits[0].signals["article_exact"]),
        "article_bm25_toneless": scales["article_plain"](hits[0].signals["article_plain"]),
        QUESTION_LENGTH: math.log1p(len(query.terms["plain"])),
        LONG: longness(query.read),
        "toneless": float(not query.toned),
    }


def longness(question: str) -> float:
    """How far a question is one that tells much rather than asks: 0 up to 12 syllables, 1 from 28 on."""
    return float(np.interp(len(syllables(question)), LENGTHS, (0.0, 1.0)))


def _recency(articles: Sequence[StoredArticle]) -> NDArray[np.float64]:
    """What articles' scores gain for being new: `RECENT` for the newest, half of it a `HALF_LIFE` earlier."""
    days = [stored.article.published.last if stored.article.published else None for stored in articles]
    newest = max((day for day in days if day), default=None)
    ages = [(newest - day) / HALF_LIFE if newest and day else math.inf for day in days]
    return RECENT * 2.0 ** -np.array(ages)


def _ordered(
    owned: Sequence[Sequence[Hit]],
    described: Sequence[Sequence[dict[str, float]]],
    shares: Sequence[tuple[float, float]],
    passage: Linear,
) -> list[Hit]:
    ordered: list[Hit] = []
    for (article_share, text_share), hits, rows in zip(shares, owned, described, strict=True):
        within = softmax(np.array([passage.score(row) for row in rows])).tolist()
        for hit, row, passage_share in zip(hits, rows, within, strict=True):
            shared = {SHARE: article_share, SHARE_OF_TEXT: text_share, SHARE_WITHIN: passage_share}
            score = article_share * passage_share / max(within)
            ordered.append(Hit(hit.passage, score, hit.dense_score, hit.lexical_score, hit.signals | row | shared))
    return sorted(ordered, key=lambda hit: (-hit.score, hit.passage.id))


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities of scores that are log odds among one another; shape (n,), summing to 1."""
    powers = np.exp(scores - scores.max(initial=-np.inf))
    return np.asarray(powers / powers.sum())
