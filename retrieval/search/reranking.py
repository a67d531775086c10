"""Reranking: reranks the best articles and the passages within each by fitted linear models.

One model predicts which article answers, the other which passage of an article does. Each is a weighted sum of
features, fitted listwise (conditional logit, McFadden 1974): the softmax of the scores over one question's articles
estimates the probability that each of them is the right one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from threading import Lock

import numpy as np
from cachetools import LRUCache, cached

from retrieval.config import SearchSettings
from retrieval.datatypes import Hit, Passage, Vector, Vectors
from retrieval.question import Question
from retrieval.search.candidates import ArticleGroups, Candidates, MinMaxScale, Scores
from retrieval.search.coverage import CoverageIndex, TokenizedTexts
from retrieval.search.features import (
    ARTICLE_FEATURES,
    PASSAGE_FEATURES,
    ArticleInputs,
    PassageInputs,
    article_cosines,
    compute_features,
    question_length,
    statement_likeness,
)
from retrieval.search.models import FittedModels
from retrieval.search.timeliness import is_of, names_any_day, names_day, reports_on
from retrieval.store import Snapshot, StoredArticle

TOKENIZED_ARTICLES = 1000
"""Number of articles whose tokens are cached, a few kilobytes each."""

LEAD_PASSAGES = 2
"""Number of passages that form an article's lead, besides its title."""

SHARE, SHARE_WITHIN = "share", "share_within"
"""Signals of a reranked hit: the probability of its article, and of the passage within the article."""

SHARE_OF_EVENT = "share_of_event"
"""Signal of a reranked hit: the summed probability of all articles that report the same event, as each may answer."""


def rerank(
    snapshot: Snapshot,
    question: Question,
    vector: Vector,
    candidates: Candidates,
    scales: Mapping[str, MinMaxScale],
    models: FittedModels,
    settings: SearchSettings,
) -> list[Hit]:
    """Reranks the passages of some articles, by article and by passage within an article.

    The score of a hit is the probability of its article, times the probability of its passage divided by the highest
    passage probability in the article. The best hits of all articles are thus ranked by article, and their scores sum
    to 1.

    Args:
        snapshot: the state of the index that the passages are from.
        question: the question.
        vector: the vector of the question, shape (dim,).
        candidates: all passages of the articles, grouped by article and in order.
        scales: for each signal, the min-max scale over the question's first candidates.
        models: the fitted models.
        settings: the log-odds that recency and the question's period add.
    """
    groups = ArticleGroups.of(candidates.numbers)
    numbers = candidates.numbers[groups.starts].tolist()
    by_number = snapshot.articles(numbers)
    articles = [by_number[number] for number in numbers]
    vectors = snapshot.vectors(candidates.ids.tolist())
    passages, whole = _features(question, vector, articles, candidates, vectors, scales, groups, settings)
    model = models.reranking(toned=question.toned)
    scores = model.article.scores(whole) + statement_likeness(question, settings) * model.statement.scores(whole)
    if question.wants_newest:
        scores += _recency(articles, settings)
    if question.period:
        scores += settings.period_bonus * _timeliness(articles, question)
    shares = softmax(scores)
    whole[SHARE] = shares
    features = passages | {name: column[groups.owners] for name, column in whole.items()}
    passage_scores = model.passage.scores(features)
    if question.period:
        passage_scores += settings.period_bonus * _names_days(articles, candidates.passages, groups, question)
    within = groups.softmax(passage_scores)
    best = groups.best(within)
    features[SHARE_WITHIN] = within
    features[SHARE_OF_EVENT] = shares_of_events(vectors[best], shares, settings)[groups.owners]
    final = features[SHARE] * within / within[best][groups.owners]
    return candidates.hits(candidates.best_first(final), final, features, toned=question.toned)


def _features(
    question: Question,
    vector: Vector,
    articles: Sequence[StoredArticle],
    candidates: Candidates,
    vectors: Vectors,
    scales: Mapping[str, MinMaxScale],
    groups: ArticleGroups,
    settings: SearchSettings,
) -> tuple[dict[str, Scores], dict[str, Scores]]:
    """Computes (features of the passages, features of their articles), each by name.

    Passage features have shape (passages,), article features (articles,).
    """
    index = CoverageIndex.of(question.weights)
    texts = _tokenized(articles, candidates.passages, groups)
    held = index.held(texts)
    headlines = groups.starts + np.arange(len(groups.starts))
    titles, held = held[headlines], np.delete(held, headlines, axis=0)
    lengths = np.delete(texts.lengths, headlines)
    signals = candidates.signals
    titled = held | titles[groups.owners]
    before, after = groups.neighbours(held)
    passages = compute_features(
        PASSAGE_FEATURES,
        PassageInputs(
            dense=scales["dense"](signals["dense"]),
            bm25=scales["passage_exact"](signals["passage_exact"]),
            bm25_toneless=scales["passage_plain"](signals["passage_plain"]),
            own=index.coverage(held),
            titled=index.coverage(titled),
            near=index.coverage(titled | before | after),
            lengths=lengths,
            groups=groups,
        ),
    )
    in_lead = held & (groups.places < LEAD_PASSAGES)[:, None]
    whole = compute_features(
        ARTICLE_FEATURES,
        ArticleInputs(
            passages=passages,
            groups=groups,
            title=index.coverage(titles),
            lead=index.coverage(titles | np.logical_or.reduceat(in_lead, groups.starts)),
            whole=index.coverage(titles | np.logical_or.reduceat(held, groups.starts)),
            lengths=lengths,
            cosines=article_cosines(vectors, groups, vector),
            best_cosines=groups.most(signals["dense"]),
            dense_scale=scales["dense"],
            bm25=scales["article_exact"](signals["article_exact"][groups.starts]),
            bm25_toneless=scales["article_plain"](signals["article_plain"][groups.starts]),
            question_length=question_length(question),
            statement_likeness=statement_likeness(question, settings),
            toneless=float(not question.toned),
        ),
    )
    return passages, whole


def _tokenized(articles: Sequence[StoredArticle], passages: Sequence[Passage], groups: ArticleGroups) -> TokenizedTexts:
    """Tokenises each article's title and then its passages, article after article."""
    spans = [(passage.start, passage.end) for passage in passages]
    bounds = zip(articles, groups.starts.tolist(), (groups.starts + groups.sizes).tolist(), strict=True)
    return TokenizedTexts.joined(
        [
            _tokenized_article(stored.article.title, stored.article.body, tuple(spans[start:end]))
            for stored, start, end in bounds
        ]
    )


def _hash_key(*what: object) -> int:
    """Hashes the arguments of a call to eight bytes; whole texts as keys would fill the memory."""
    return hash(what)


@cached(LRUCache(TOKENIZED_ARTICLES), key=_hash_key, lock=Lock())
def _tokenized_article(title: str, body: str, spans: tuple[tuple[int, int], ...]) -> TokenizedTexts:
    """Tokenises a title and each passage of a body; cached, as articles are often found again."""
    return TokenizedTexts.of([title, *(body[start:end] for start, end in spans)])


def _recency(articles: Sequence[StoredArticle], settings: SearchSettings) -> Scores:
    """Computes the log-odds that recency adds to each article; shape (articles,).

    They halve with each half-life between an article and the newest one; an article without a date gains nothing.
    """
    days = [stored.article.published.last if stored.article.published else None for stored in articles]
    newest = max((day for day in days if day), default=None)
    half_life = settings.recency_half_life
    ages = [(newest - day) / half_life if newest and day else math.inf for day in days]
    return settings.recency * 2.0 ** -np.array(ages)


def _timeliness(articles: Sequence[StoredArticle], question: Question) -> Scores:
    """Returns 2 for articles that report on a day of the period, 1 for others that are of it, else 0.

    No article can report on what is to come: there, those that name a day of it have 2. Shape (articles,).
    """
    period = question.period
    if period is None:
        return np.zeros(len(articles))
    tells = names_any_day if question.is_ahead else reports_on
    return np.array([2.0 if tells(one.article, period) else float(is_of(one.article, period)) for one in articles])


def _names_days(
    articles: Sequence[StoredArticle], passages: Sequence[Passage], groups: ArticleGroups, question: Question
) -> Scores:
    """Returns 1 for passages that name a day of the period, else 0; shape (passages,).

    Of articles that report on the period as a whole, no passage needs to name it, unless it is to come.
    """
    period = question.period
    if period is None:
        return np.zeros(len(passages))
    owners = (articles[owner].article for owner in groups.owners.tolist())
    return np.array(
        [
            float(
                (question.is_ahead or not reports_on(own, period))
                and names_day(own, own.body[passage.start : passage.end], period)
            )
            for own, passage in zip(owners, passages, strict=True)
        ]
    )


def shares_of_events(vectors: Vectors, shares: Scores, settings: SearchSettings) -> Scores:
    """Sums the shares of all articles that report the same event as each article; shape (articles,).

    Two articles report the same event if the cosine of their best passages reaches `same_event_cosine`.

    Args:
        vectors: the vectors of the articles' best passages, shape (articles, dim).
        shares: the articles' probabilities, shape (articles,).
        settings: the least cosine.
    """
    same = vectors @ vectors.T >= settings.same_event_cosine
    np.fill_diagonal(same, val=True)
    return np.asarray(same @ shares)


def softmax(scores: Scores) -> Scores:
    """Turns scores into probabilities that sum to 1; shape (n,)."""
    powers = np.exp(scores - scores.max(initial=-np.inf))
    return np.asarray(powers / powers.sum())
