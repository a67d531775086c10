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
from threading import Lock

import numpy as np
from cachetools import LRUCache, cached
from numpy.typing import NDArray

from retrieval.datatypes import Hit, Passage, Period, Query, Vectors
from retrieval.question import QuestionWeights
from retrieval.search.candidates import ArticleGroups, Candidates, MinMaxScale, Scores
from retrieval.search.coverage import CoverageIndex, Held, TokenizedTexts
from retrieval.search.models import FittedModels
from retrieval.store import Snapshot, StoredArticle
from retrieval.vietnamese import (
    CorpusFrequencies,
    DocumentFrequencies,
    is_english,
    question_word_flags,
    reported_day,
    syllables,
    tokens_of,
)

ARTICLES, BY_MEANING = 20, 6
"""Articles that are ranked again: the best of the fused list, and of those nearest in meaning alone."""

ARTICLES_KEPT = 1000
"""Articles whose tokens are kept, a few kilobytes each."""

LENGTHS = (12, 28)
"""Syllables up to which what asks only asks, and from which it tells as much as what does not ask."""

RECENT = 2.0
"""Log odds that the newest article gains where a question asks for what is new."""

HALF_LIFE = dt.timedelta(days=14)

OF_THE_TIME = 3.0
"""Log odds that an article gains where a question asks for a time and it tells of a day in it: of those that are found,
some were printed in the days after, and tell of these."""

SAME_EVENT = 0.9
"""Cosine, in the bundled model, of two articles' best passages from which on both are taken to tell of the same."""

LEAD = 2
"""Passages that an article leads with, besides its title."""

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

TELLING_FEATURES = ("cosine_best", "cosine_mean")
"""Features that may count for more where a question tells what it is about: those of meaning."""

EITHER_WAY = frozenset(("position", "opening", "length", "article_length"))
"""Features that may speak for or against; all others are evidence, which a fit may disregard, but not count against."""

SHARE, SHARE_WITHIN, QUESTION_LENGTH, TELLING = "share", "share_within", "question_length", "telling"
SHARE_OF_EVENT = "share_of_event"
"""The share of an article and of those that tell of the same: where several papers report an event, each may answer."""

EVIDENCE = (
    *(f"best_{name}" for name in SHARED[3:]),
    *("article_cover", "article_pairs", "article_triples", "article_numbers", "article_names", "article_focus"),
    *("title_cover", "title_pairs", "title_focus", "lead_cover", "lead_pairs"),
    *("cosine_best", "cosine_mean", "article_length", QUESTION_LENGTH, TELLING, "toneless"),
)
"""What tells of an article for itself that it answers; of others, only how many hold the question's words."""


@dataclass(frozen=True, slots=True)
class Ranker:
    """What ranking needs besides the index."""

    rarity: DocumentFrequencies
    fitted: FittedModels

    def rarity_of(self, text: str, snapshot: Snapshot) -> CorpusFrequencies:
        """How rare the syllables of a text are, in the news and in this corpus."""
        tokens = tokens_of(text, toned=True)
        counts = zip(tokens, snapshot.article_frequencies("exact", tokens), strict=True)
        return CorpusFrequencies(self.rarity, snapshot.article_count(), dict(counts))


def rerank(
    snapshot: Snapshot, query: Query, found: Candidates, scales: Mapping[str, MinMaxScale], ranker: Ranker
) -> list[Hit]:
    """The hits of some articles, best first: by article, and within one by passage.

    A hit's score is the probability of its article, times the share that the best passage of the article is better: so
    that articles are in order of their best hits, and the scores of all articles' best hits sum to 1.

    Args:
        snapshot: what the passages were found in.
        query: the question.
        found: all passages of the articles; those of one article stand together, in order.
        scales: for each signal, the scale of the question's first candidates.
        ranker: the models.
    """
    runs = ArticleGroups.of(found.numbers)
    numbers = found.numbers[runs.starts].tolist()
    by_number = snapshot.articles(numbers)
    articles = [by_number[number] for number in numbers]
    vectors = snapshot.vectors(found.ids.tolist())
    own, whole = _features(query, articles, found, vectors, scales, runs, ranker.rarity_of(query.read, snapshot))
    model = ranker.fitted.ranking(toned=query.toned)
    scores = model.article.scores(whole) + telling(query.read) * model.telling.scores(whole)
    if query.recent:
        scores += _recency(articles)
    if query.period:
        scores += OF_THE_TIME * _of_the_time(articles, query.period)
    shares = softmax(scores)
    whole[SHARE] = shares
    features = own | {name: column[runs.owners] for name, column in whole.items()}
    within = runs.softmax(model.passage.scores(features))
    best = runs.best(within)
    features[SHARE_WITHIN] = within
    features[SHARE_OF_EVENT] = _of_events(vectors[best], shares)[runs.owners]
    final = features[SHARE] * within / within[best][runs.owners]
    return found.hits(query, found.best_first(final), final, features)


def _features(
    query: Query,
    articles: Sequence[StoredArticle],
    found: Candidates,
    vectors: Vectors,
    scales: Mapping[str, MinMaxScale],
    runs: ArticleGroups,
    rarity: CorpusFrequencies,
) -> tuple[dict[str, Scores], dict[str, Scores]]:
    """The features of the passages, and of their articles, by name."""
    gauge = CoverageIndex.of(QuestionWeights.of(query.read, rarity))
    texts = _texts(articles, found.passages, runs)
    held = gauge.held(texts)
    headlines = runs.starts + np.arange(len(runs.starts))
    titles, held = held[headlines], np.delete(held, headlines, axis=0)
    lengths = np.delete(texts.lengths, headlines)
    own = _passage_features(gauge, titles, held, lengths, found, scales, runs)
    whole = {f"best_{name}": runs.most(own[name]) for name in SHARED}
    whole |= _article_features(gauge, titles, held, lengths, runs)
    whole |= _article_signals(query, found, own["nearness"], vectors, scales, runs)
    return own, whole


def _texts(articles: Sequence[StoredArticle], passages: Sequence[Passage], runs: ArticleGroups) -> TokenizedTexts:
    """For each article its title, then its passages."""
    spans = [(passage.start, passage.end) for passage in passages]
    bounds = zip(articles, runs.starts.tolist(), (runs.starts + runs.sizes).tolist(), strict=True)
    return TokenizedTexts.joined(
        [_read(stored.article.title, stored.article.body, tuple(spans[start:end])) for stored, start, end in bounds]
    )


def _key(*what: object) -> int:
    """Eight bytes that tell texts apart: the texts themselves as keys would take most of the memory."""
    return hash(what)


@cached(LRUCache(ARTICLES_KEPT), key=_key, lock=Lock())
def _read(title: str, body: str, spans: tuple[tuple[int, int], ...]) -> TokenizedTexts:
    """A title, and each passage of a body; what is asked about is asked about again."""
    return TokenizedTexts.of([title, *(body[start:end] for start, end in spans)])


def _passage_features(
    gauge: CoverageIndex,
    titles: Held,
    held: Held,
    lengths: NDArray[np.int64],
    found: Candidates,
    scales: Mapping[str, MinMaxScale],
    runs: ArticleGroups,
) -> dict[str, Scores]:
    dense, exact, plain = (scales[name](found.signals[name]) for name in ("dense", "passage_exact", "passage_plain"))
    titled = held | titles[runs.owners]
    before, after = runs.beside(held)
    own, with_title, near = (gauge.shares(part) for part in (held, titled, titled | before | after))
    places = runs.places
    return {
        "nearness": dense,
        "bm25": exact,
        "bm25_toneless": plain,
        "cover": own.syllables,
        "pairs": own.pairs,
        "triples": own.triples,
        "cover_titled": with_title.syllables,
        "cover_near": near.syllables,
        "pairs_near": near.pairs,
        "numbers": with_title.numbers,
        "names": with_title.names,
        "focus": own.focus,
        "position": places / runs.sizes[runs.owners],
        "opening": (places == 0).astype(np.float64),
        "length": np.log1p(lengths),
        "dense_near": np.maximum(0.0, np.maximum(*runs.beside(dense))),
    }


def _article_features(
    gauge: CoverageIndex, titles: Held, held: Held, lengths: NDArray[np.int64], runs: ArticleGroups
) -> dict[str, Scores]:
    lead = titles | np.logical_or.reduceat(held & (runs.places < LEAD)[:, None], runs.starts)
    whole = titles | np.logical_or.reduceat(held, runs.starts)
    title, leading, article = (gauge.shares(part) for part in (titles, lead, whole))
    return {
        "article_cover": article.syllables,
        "article_pairs": article.pairs,
        "article_triples": article.triples,
        "article_numbers": article.numbers,
        "article_names": article.names,
        "article_focus": article.focus,
        "title_cover": title.syllables,
        "title_pairs": title.pairs,
        "title_focus": title.focus,
        "lead_cover": leading.syllables,
        "lead_pairs": leading.pairs,
        "article_length": np.log1p(np.add.reduceat(lengths, runs.starts)),
    }


def _article_signals(
    query: Query,
    found: Candidates,
    dense: Scores,
    vectors: Vectors,
    scales: Mapping[str, MinMaxScale],
    runs: ArticleGroups,
) -> dict[str, Scores]:
    means = np.add.reduceat(vectors, runs.starts) / runs.sizes[:, None]
    norms = np.linalg.norm(means, axis=1)
    cosines = np.einsum("ij,j->i", means, query.vector) / np.where(norms, norms, 1.0)
    last = runs.starts + runs.sizes - 1
    ascending = dense[np.lexsort((dense, runs.owners))]
    first = {name: found.signals[name][runs.starts] for name in ("article_exact", "article_plain")}
    told = {
        QUESTION_LENGTH: math.log1p(len(query.terms["plain"])),
        TELLING: telling(query.read),
        "toneless": float(not query.toned),
    }
    return {
        "dense_mean": scales["dense"](cosines),
        "dense_lead": dense[runs.starts],
        "dense_two": (ascending[last] + ascending[np.maximum(last - 1, runs.starts)]) / 2,
        "cosine_best": runs.most(found.signals["dense"]),
        "cosine_mean": cosines,
        "article_bm25": scales["article_exact"](first["article_exact"]),
        "article_bm25_toneless": scales["article_plain"](first["article_plain"]),
        **{name: np.full(len(runs.starts), value) for name, value in told.items()},
    }


def telling(question: str) -> float:
    """How far a question tells what it is about rather than asks: 1 where nothing asks, else by its length.

    In English, whose words tell nothing here, 1 too: it is looked for by meaning.
    """
    asks = question.rstrip().endswith("?") or any(question_word_flags(question))
    by_length = asks and not is_english(question)
    return float(np.interp(len(syllables(question)), LENGTHS, (0.0, 1.0))) if by_length else 1.0


def _recency(articles: Sequence[StoredArticle]) -> Scores:
    """What articles' scores gain for being new: `RECENT` for the newest, half of it a `HALF_LIFE` earlier."""
    days = [stored.article.published.last if stored.article.published else None for stored in articles]
    newest = max((day for day in days if day), default=None)
    ages = [(newest - day) / HALF_LIFE if newest and day else math.inf for day in days]
    return RECENT * 2.0 ** -np.array(ages)


def _of_the_time(articles: Sequence[StoredArticle], period: Period) -> Scores:
    """1 for the articles that tell of a day in a period, 0 for the others."""
    days = [reported_day(stored.article) for stored in articles]
    last = period.last or period.until
    return np.array([float(day is not None and day.first <= last and day.last >= period.since) for day in days])


def _of_events(vectors: Vectors, shares: Scores) -> Scores:
    """For each article the shares, summed, of all whose best passage says much the same as its own; its own is one."""
    same = vectors @ vectors.T >= SAME_EVENT
    np.fill_diagonal(same, val=True)
    return np.asarray(same @ shares)


def softmax(scores: Scores) -> Scores:
    """Probabilities of scores that are log odds among one another; shape (n,), summing to 1."""
    powers = np.exp(scores - scores.max(initial=-np.inf))
    return np.asarray(powers / powers.sum())
