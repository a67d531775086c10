"""Rereading: has the reader read the best passages, and ranks them anew by what it says.

A fitted linear model weighs the readings with the probabilities of the ranking before, listwise over all passages of
the reranked articles; see `retrieval.search.reranking`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from retrieval.config import ReadingSettings, SearchSettings
from retrieval.datatypes import Hit
from retrieval.question import Question
from retrieval.reading import PassageText, Reader, Reading, headline
from retrieval.runtime import timed_stage
from retrieval.search.candidates import ArticleGroups, Scores
from retrieval.search.features import READING_FEATURES, ReadingInputs, compute_features
from retrieval.search.hybrid_search import Ranking
from retrieval.search.models import LinearModel
from retrieval.search.reranking import SHARE, SHARE_OF_EVENT, SHARE_WITHIN, shares_of_events, softmax
from retrieval.store import Snapshot

MAX_LOG_ODDS = 8.0
"""Clip of a reading's log-odds, which are not calibrated far from 0."""

ANSWERABLE, ANSWER_SCORE, CONTRADICTED = "answerable", "answer_score", "contradicted"
"""Signals of a hit that was read: the log-odds of its reading."""

IS_READ = "is_read"
"""Signal of a hit: 1 if its passage was read, else 0."""

FOUND_SHARE, FOUND_SHARE_WITHIN = "found_share", "found_share_within"
"""Signals of a reranked hit: its shares before it was read."""


@timed_stage("read")
def reread(
    snapshot: Snapshot,
    question: Question,
    ranking: Ranking,
    reader: Reader,
    model: LinearModel,
    settings: SearchSettings,
    known: Mapping[int, Reading] | None = None,
) -> Ranking:
    """Ranks hits anew by readings of the best passages of the best articles.

    The shares of hits become those after reading. Hits that were not reranked stay behind the others.

    Args:
        snapshot: the state of the index that the hits are from.
        question: the question.
        ranking: the reranked hits.
        reader: the reader.
        model: the fitted model that weighs readings.
        settings: which passages are read.
        known: readings of the same question that are used instead of reading again, by passage id.
    """
    hits = [hit for hit in ranking.hits if SHARE in hit.signals]
    if not hits:
        return ranking
    readings = _read(snapshot, question, choose_passages(hits, settings.reading), reader, known or {})
    numbers = {article_id: place for place, article_id in enumerate(dict.fromkeys(h.passage.article_id for h in hits))}
    hits.sort(key=lambda hit: (numbers[hit.passage.article_id], hit.passage.id))
    groups = ArticleGroups.of(np.array([numbers[hit.passage.article_id] for hit in hits]))
    inputs = _inputs(hits, readings)
    own = [readings.get(hit.passage.id) for hit in hits]
    features = compute_features(READING_FEATURES, inputs)
    probabilities = softmax(model.scores(features))
    shares = np.add.reduceat(probabilities, groups.starts)
    within = groups.softmax(model.scores(features))
    best = groups.best(within)
    vectors = snapshot.vectors([hits[row].passage.id for row in best.tolist()])
    signals = features | {
        SHARE: shares[groups.owners],
        SHARE_WITHIN: within,
        SHARE_OF_EVENT: shares_of_events(vectors, shares, settings)[groups.owners],
        CONTRADICTED: _clipped([one.contradicted if one else 0.0 for one in own]),
        FOUND_SHARE: inputs.shares,
        FOUND_SHARE_WITHIN: inputs.shares_within,
    }
    final = shares[groups.owners] * within / within[best][groups.owners]
    order = sorted(range(len(hits)), key=lambda row: (-final[row], hits[row].passage.id))
    reread_hits = [
        replace(
            hits[row],
            score=float(final[row]),
            signals={**hits[row].signals, **{name: float(column[row]) for name, column in signals.items()}},
        )
        for row in order
    ]
    scale = reread_hits[-1].score / min(hit.score for hit in hits)
    rest = [replace(hit, score=hit.score * scale) for hit in ranking.hits if SHARE not in hit.signals]
    return Ranking((*reread_hits, *rest), readings)


def choose_passages(hits: Sequence[Hit], settings: ReadingSettings) -> list[Hit]:
    """Chooses the hits to read: the most probable passages of the most probable articles."""
    by_article: dict[str, list[Hit]] = {}
    for hit in hits:
        by_article.setdefault(hit.passage.article_id, []).append(hit)
    articles = sorted(by_article.values(), key=lambda own: (-own[0].signals[SHARE], own[0].passage.article_id))
    chosen: list[Hit] = []
    for own, most in zip(articles, settings.passages, strict=False):
        chosen += sorted(own, key=lambda hit: (-hit.signals[SHARE_WITHIN], hit.passage.id))[:most]
    return chosen


def _read(
    snapshot: Snapshot, question: Question, hits: Sequence[Hit], reader: Reader, known: Mapping[int, Reading]
) -> dict[int, Reading]:
    """Reads the passages of hits, the likeliest first; returns the readings by passage id."""
    likeliest = sorted(hits, key=lambda hit: (-hit.signals[SHARE] * hit.signals[SHARE_WITHIN], hit.passage.id))
    unread = [hit.passage for hit in likeliest if hit.passage.id not in known]
    passages = []
    for passage in unread:
        stored = snapshot.article(passage.article_id)
        assert stored is not None  # for the type checker: the snapshot holds the article of each of its passages
        article = stored.article
        passages.append(
            PassageText(headline(article.title, article.published), article.body[passage.start : passage.end])
        )
    read = zip([passage.id for passage in unread], reader.read(question.text, passages), strict=True)
    asked_before = {hit.passage.id: known[hit.passage.id] for hit in hits if hit.passage.id in known}
    return asked_before | {passage_id: reading for passage_id, reading in read if reading}


def _inputs(hits: Sequence[Hit], readings: Mapping[int, Reading]) -> ReadingInputs:
    own = [readings.get(hit.passage.id) for hit in hits]
    return ReadingInputs(
        shares=np.array([hit.signals[SHARE] for hit in hits]),
        shares_within=np.array([hit.signals[SHARE_WITHIN] for hit in hits]),
        answerable=_clipped([one.answerable if one else 0.0 for one in own]),
        answer_scores=_clipped([one.answer_score if one else 0.0 for one in own]),
        is_read=np.array([float(one is not None) for one in own]),
    )


def _clipped(log_odds: Sequence[float]) -> Scores:
    return np.clip(np.array(log_odds, np.float64), -MAX_LOG_ODDS, MAX_LOG_ODDS)
