"""Ranking the best articles of a first, fused list again, and the passages within each, by a fitted linear model.

Two models, each a weighted sum of the features below: which article answers, and which passage of an article does.
They are fitted listwise (conditional logit, McFadden 1974), so that the softmax of the scores of one question's
articles tells how probably each of them is the right one.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import Hit, Passage, Query, Vectors
from retrieval.evidence import Gauge, Held, Rarity, Texts, Wanted
from retrieval.fitted import Fitted
from retrieval.store.protocol import Snapshot, StoredArticle
from retrieval.text import syllables

ARTICLES, BY_MEANING = 20, 6
"""Articles that are ranked again: the best of the fused list, and of those nearest in meaning alone."""

WORTH_COMPARING = 0.01
"""Share of an article from which its near-duplicates are looked up."""

ARTICLES_KEPT = 1000
"""Articles whose tokens are kept, a few kilobytes each."""

Scores = NDArray[np.float64]
"""One number for each of some passages or articles, shape (n,)."""

LENGTHS = (12, 28)
"""Syllables of a question up to which it counts as short, and from which as long."""

RECENT = 2.0
"""Log odds that the newest article gains where a question asks for what is new."""

HALF_LIFE = dt.timedelta(days=14)

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
    def of(cls, scores: Scores) -> Self:
        """The scale of these scores."""
        return cls(float(scores.min()), float(scores.max()))

    def __call__(self, scores: Scores) -> Scores:
        """The scores on the scale; 1 where all candidates are alike."""
        if self.high > self.low:
            return (scores - self.low) / (self.high - self.low)
        return np.full_like(scores, float(self.high > 0))


@dataclass(frozen=True, slots=True)
class Found:
    """Passages found for a question; row i of every part belongs to one of them."""

    passages: Sequence[Passage]
    ids: NDArray[np.int64]
    """Of the passages, shape (n,)."""
    numbers: NDArray[np.int64]
    """Of their articles, shape (n,)."""
    signals: Mapping[str, Scores]
    """All signals by name, before normalisation, each of shape (n,)."""

    @classmethod
    def of(cls, found: Mapping[int, tuple[Passage, int]], signals: Mapping[str, Sequence[float] | Scores]) -> Self:
        """Of passages with their article's number, by id, and of signals in the same order."""
        return cls(
            [passage for passage, _ in found.values()],
            np.fromiter(found, np.int64, len(found)),
            np.array([number for _, number in found.values()], np.int64),
            {name: np.asarray(column, np.float64) for name, column in signals.items()},
        )

    def take(self, rows: Sequence[int]) -> Self:
        """The passages of some rows, in that order."""
        signals = {name: column[rows] for name, column in self.signals.items()}
        return type(self)([self.passages[row] for row in rows], self.ids[rows], self.numbers[rows], signals)

    def joined(self, other: Self) -> Self:
        """These passages, then the others."""
        return type(self)(
            [*self.passages, *other.passages],
            np.concatenate([self.ids, other.ids]),
            np.concatenate([self.numbers, other.numbers]),
            {name: np.concatenate([column, other.signals[name]]) for name, column in self.signals.items()},
        )

    def best_first(self, scores: Scores) -> NDArray[np.int64]:
        """The rows in order of scores, shape (n,); ties by passage id."""
        return np.lexsort((self.ids, -scores))

    def articles(self, scores: Scores) -> list[int]:
        """The numbers of the articles, in order of their best passages."""
        return list(dict.fromkeys(self.numbers[self.best_first(scores)].tolist()))

    def hits(
        self,
        query: Query,
        rows: NDArray[np.int64],
        scores: Scores,
        features: Mapping[str, Scores] = MappingProxyType({}),
    ) -> list[Hit]:
        """The passages of some rows, in that order.

        Args:
            query: what they were found for.
            rows: shape (hits,).
            scores: of all passages, shape (n,).
            features: of all passages, each of shape (n,), to stand beside the signals.
        """
        columns = {**self.signals, **features}
        table = np.array([*columns.values()]).T
        places = {name: place for place, name in enumerate(columns)}
        dense = self.signals["dense"][rows].tolist()
        words = self.signals["passage_exact" if query.toned else "passage_plain"][rows].tolist()
        each = zip(rows.tolist(), scores[rows].tolist(), dense, words, strict=True)
        return [
            Hit(self.passages[row], score, meaning, lexical, _Row(places, table[row].copy()))  # lest it keep the table
            for row, score, meaning, lexical in each
        ]


class _Row(Mapping[str, float]):
    """A row of a table by the names of its columns: of most hits, nobody asks for more than a number or two."""

    __slots__ = ("_places", "_values")

    def __init__(self, places: Mapping[str, int], values: Scores) -> None:
        self._places, self._values = places, values

    def __getitem__(self, name: str) -> float:
        return float(self._values.item(self._places[name]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@dataclass(frozen=True, slots=True)
class _Runs:
    """Rows that stand together: the passages of one article each."""

    starts: NDArray[np.int64]
    """The first row of each run, shape (runs,)."""
    sizes: NDArray[np.int64]
    """Shape (runs,)."""
    owners: NDArray[np.int64]
    """The run of each row, shape (rows,)."""

    @classmethod
    def of(cls, numbers: NDArray[np.int64]) -> Self:
        """Of each row's number: the same in all rows of a run, another in the next run."""
        starts = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1))
        sizes = np.diff(starts, append=len(numbers))
        return cls(starts, sizes, np.repeat(np.arange(len(starts)), sizes))

    @property
    def places(self) -> NDArray[np.int64]:
        """Where each row stands in its run, from 0; shape (rows,)."""
        return np.arange(len(self.owners)) - self.starts[self.owners]

    def beside(self, rows: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """For each row the one before and the one after it in its run; zeros at the ends."""
        before, after = np.zeros_like(rows), np.zeros_like(rows)
        before[1:], after[:-1] = rows[:-1], rows[1:]
        before[self.starts] = 0
        after[self.starts + self.sizes - 1] = 0
        return before, after

    def most(self, scores: Scores) -> Scores:
        """The greatest of each run."""
        return np.maximum.reduceat(scores, self.starts)

    def softmax(self, scores: Scores) -> Scores:
        """For each row its probability in its run, of scores that are log odds."""
        powers = np.exp(scores - self.most(scores)[self.owners])
        return np.asarray(powers / np.add.reduceat(powers, self.starts)[self.owners])


def rank(snapshot: Snapshot, query: Query, found: Found, scales: Mapping[str, Scale], ranker: Ranker) -> list[Hit]:
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
    runs = _Runs.of(found.numbers)
    numbers = found.numbers[runs.starts].tolist()
    by_number = snapshot.articles(numbers)
    articles = [by_number[number] for number in numbers]
    own, whole = _features(query, articles, found, snapshot.vectors(found.ids.tolist()), scales, runs, ranker.rarity)
    model = ranker.fitted.ranking(toned=query.toned)
    scores = model.article.scores(whole) + longness(query.read) * model.long.scores(whole)
    if query.recent:
        scores += _recency(articles)
    shares = softmax(scores)
    whole |= {SHARE: shares, SHARE_OF_TEXT: _with_copies(snapshot, numbers, shares)}
    features = own | {name: column[runs.owners] for name, column in whole.items()}
    within = runs.softmax(model.passage.scores(features))
    features[SHARE_WITHIN] = within
    final = features[SHARE] * within / runs.most(within)[runs.owners]
    return found.hits(query, found.best_first(final), final, features)


def _features(
    query: Query,
    articles: Sequence[StoredArticle],
    found: Found,
    vectors: Vectors,
    scales: Mapping[str, Scale],
    runs: _Runs,
    rarity: Rarity,
) -> tuple[dict[str, Scores], dict[str, Scores]]:
    """The features of the passages, and of their articles, by name."""
    gauge = Gauge.of(Wanted.of(query.read, rarity))
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


def _texts(articles: Sequence[StoredArticle], passages: Sequence[Passage], runs: _Runs) -> Texts:
    """For each article its title, then its passages."""
    spans = [(passage.start, passage.end) for passage in passages]
    bounds = zip(articles, runs.starts.tolist(), (runs.starts + runs.sizes).tolist(), strict=True)
    return Texts.joined(
        [_read(stored.article.title, stored.article.body, tuple(spans[start:end])) for stored, start, end in bounds]
    )


@lru_cache(maxsize=ARTICLES_KEPT)
def _read(title: str, body: str, spans: tuple[tuple[int, int], ...]) -> Texts:
    """A title, and each passage of a body; what is asked about is asked about again."""
    return Texts.of([title, *(body[start:end] for start, end in spans)])


def _passage_features(
    gauge: Gauge,
    titles: Held,
    held: Held,
    lengths: NDArray[np.int64],
    found: Found,
    scales: Mapping[str, Scale],
    runs: _Runs,
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
    gauge: Gauge, titles: Held, held: Held, lengths: NDArray[np.int64], runs: _Runs
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
    query: Query, found: Found, dense: Scores, vectors: Vectors, scales: Mapping[str, Scale], runs: _Runs
) -> dict[str, Scores]:
    means = np.add.reduceat(vectors, runs.starts) / runs.sizes[:, None]
    norms = np.linalg.norm(means, axis=1)
    cosines = np.einsum("ij,j->i", means, query.vector) / np.where(norms, norms, 1.0)
    last = runs.starts + runs.sizes - 1
    ascending = dense[np.lexsort((dense, runs.owners))]
    first = {name: found.signals[name][runs.starts] for name in ("article_exact", "article_plain")}
    told = {
        QUESTION_LENGTH: math.log1p(len(query.terms["plain"])),
        LONG: longness(query.read),
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


def longness(question: str) -> float:
    """How far a question is one that tells much rather than asks: 0 up to 12 syllables, 1 from 28 on."""
    return float(np.interp(len(syllables(question)), LENGTHS, (0.0, 1.0)))


def _recency(articles: Sequence[StoredArticle]) -> Scores:
    """What articles' scores gain for being new: `RECENT` for the newest, half of it a `HALF_LIFE` earlier."""
    days = [stored.article.published.last if stored.article.published else None for stored in articles]
    newest = max((day for day in days if day), default=None)
    ages = [(newest - day) / HALF_LIFE if newest and day else math.inf for day in days]
    return RECENT * 2.0 ** -np.array(ages)


def _with_copies(snapshot: Snapshot, numbers: Sequence[int], shares: Scores) -> Scores:
    """The shares of articles with those of their near-duplicates."""
    share_of = dict(zip(numbers, shares.tolist(), strict=True))
    copies = snapshot.copies(number for number, share in share_of.items() if share >= WORTH_COMPARING)
    of_copies = [sum(share_of.get(copy, 0.0) for copy in copies.get(number, ())) for number in numbers]
    return np.add(shares, of_copies)


def softmax(scores: Scores) -> Scores:
    """Probabilities of scores that are log odds among one another; shape (n,), summing to 1."""
    powers = np.exp(scores - scores.max(initial=-np.inf))
    return np.asarray(powers / powers.sum())
