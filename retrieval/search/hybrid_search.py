"""Hybrid search: retrieves candidates by dense and lexical signals, fuses them and reranks the best articles."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np

from retrieval.config import DEFAULT_SETTINGS, FusionWeights, SearchSettings
from retrieval.datatypes import Field, Filter, Hit, Passage, Vector
from retrieval.question import Question
from retrieval.reading import Reading
from retrieval.runtime import Pending, run_in_spare_thread, timed_stage
from retrieval.search.candidates import Candidates, MinMaxScale, Scores
from retrieval.search.fusion import fuse
from retrieval.search.models import FittedModels
from retrieval.search.reranking import rerank
from retrieval.store import Snapshot

Mode = Literal["hybrid", "dense", "lexical"]

_FIELDS: tuple[Field, ...] = ("exact", "plain")
SIGNALS = tuple(field.name for field in fields(FusionWeights))
"""The signals of a candidate: cosine, and BM25 of passage and article, with tones and without."""

_LEXICAL_WEIGHTS = {
    True: FusionWeights(passage_exact=0.5, article_exact=0.5),
    False: FusionWeights(passage_plain=0.5, article_plain=0.5),
}
"""Weights of the signals in lexical search, by whether the question was typed with tones."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Holds the hits of a question, best first, each with all its signals."""

    hits: tuple[Hit, ...]
    readings: Mapping[int, Reading] = dataclasses.field(default_factory=dict)
    """The readings of the passages that were read, by passage id."""


def rank(
    snapshot: Snapshot,
    question: Question,
    encoded: Pending[Vector],
    models: FittedModels | None,
    *,
    k: int,
    mode: Mode = "hybrid",
    where: Filter | None = None,
    without: Collection[int] = (),
    depth: int | None = None,
    settings: SearchSettings = DEFAULT_SETTINGS,
) -> Ranking:
    """Ranks passages for a question, best first; ties by passage id.

    In hybrid search with models, the best articles are reranked, and all of their passages are hits, even if these are
    more than k.

    Args:
        snapshot: the state of the index to search.
        question: the question; articles of its period are found beside those of any time.
        encoded: waits for the vector of the question, shape (dim,); called after the lexical search.
        models: the reranking models; None to return the fused list.
        k: the number of hits.
        mode: hybrid, dense or lexical search.
        where: which articles may be found; None for all.
        without: numbers of articles that are excluded.
        depth: the number of passages that each signal retrieves; `settings.candidates` if None.
        settings: the number of candidates, and the weights of the fusion.
    """
    weights = _weights(mode, question, settings)
    with timed_stage("candidates"):
        depth = depth or settings.candidates
        filters = [where, *_of_period(where, question)]
        found = [_lexical_ids(snapshot, question, weights, depth, one, settings) for one in filters]
        snapshot.passages(set().union(*found))  # read now, while the question may still be being encoded
        vector = encoded()
        if "dense" in weights:
            for ids, one in zip(found, filters, strict=True):
                ids.update(key for key, _ in snapshot.dense(vector, depth, one))
        ids = set().union(*found)
        if without:
            ids -= {passage_id for own in snapshot.passages_of(without).values() for passage_id in own}
        passages = snapshot.passages(sorted(ids))
        if not passages:
            return Ranking(())
        candidates = Candidates.of(passages, _signals(snapshot, question, vector, passages))
    scores = fuse(candidates.signals, weights)
    if mode == "hybrid" and models:
        of_period = found[1] if len(found) > 1 else frozenset()
        return Ranking(tuple(_reranked(snapshot, question, vector, candidates, scores, models, k, settings, of_period)))
    best = candidates.best_first(scores)[:k]
    return Ranking(tuple(candidates.hits(best, scores, toned=question.toned)))


def rank_within_article(
    snapshot: Snapshot,
    question: Question,
    encoded: Pending[Vector],
    number: int,
    models: FittedModels,
    settings: SearchSettings = DEFAULT_SETTINGS,
) -> Ranking:
    """Ranks the passages of one article, best first; without such an article, returns no hits."""
    passages = snapshot.passages(snapshot.passages_of([number]).get(number, ()))
    if not passages:
        return Ranking(())
    vector = encoded()
    own = Candidates.of(passages, _signals(snapshot, question, vector, passages))
    return Ranking(tuple(rerank(snapshot, question, vector, own, _scales(own), models, settings)))


def _of_period(where: Filter | None, question: Question) -> list[Filter]:
    """Returns the filter of the articles that were published in the question's period; none without a period."""
    period = question.period
    return [Filter(period.since, period.until, where.source if where else None)] if period else []


def _weights(mode: Mode, question: Question, settings: SearchSettings) -> Mapping[str, float]:
    if mode == "dense":
        return {"dense": 1.0}
    if mode == "lexical":
        return _LEXICAL_WEIGHTS[question.toned].by_signal()
    return (settings.toned_weights if question.toned else settings.toneless_weights).by_signal()


@timed_stage("rank")
def _reranked(
    snapshot: Snapshot,
    question: Question,
    vector: Vector,
    candidates: Candidates,
    scores: Scores,
    models: FittedModels,
    k: int,
    settings: SearchSettings,
    of_period: Collection[int],
) -> list[Hit]:
    """Reranks the best articles, of all and of the question's period, and appends the other candidates in fused order.

    Candidates are appended up to k hits in all. They have their fused scores times the lowest reranked score, so that
    they score lower.
    """
    by_meaning = candidates.articles(candidates.signals["dense"])[: settings.reranked_by_meaning]
    most = settings.reranked_articles
    timely = set(candidates.numbers[np.isin(candidates.ids, list(of_period))].tolist())
    by_score = candidates.articles(scores)
    best = list(dict.fromkeys([*by_score[:most], *by_meaning, *[one for one in by_score if one in timely][:most]]))
    passages = snapshot.passages_of(best)
    ids = [passage_id for number in best for passage_id in passages.get(number, ())]
    known = candidates.joined(_siblings(snapshot, question, vector, candidates, ids))
    row_of = {passage_id: row for row, passage_id in enumerate(known.ids.tolist())}
    own = known.take([row_of[passage_id] for passage_id in ids])
    reranked = rerank(snapshot, question, vector, own, _scales(candidates), models, settings)
    rest = candidates.best_first(scores)
    rest = rest[~np.isin(candidates.numbers[rest], own.numbers)][: max(0, k - len(reranked))]
    return [*reranked, *candidates.hits(rest, scores * reranked[-1].score, toned=question.toned)]


def _siblings(
    snapshot: Snapshot, question: Question, vector: Vector, candidates: Candidates, ids: Iterable[int]
) -> Candidates:
    """Scores the given passages that are no candidates yet; their articles must have candidates."""
    passages = snapshot.passages(sorted(set(ids) - set(candidates.ids.tolist())))
    signals = dict(_passage_signals(snapshot, question, vector, list(passages)))
    row_of = {number: row for row, number in enumerate(candidates.numbers.tolist())}
    rows = [row_of[number] for _, number in passages.values()]
    shared = {name: column[rows] for name, column in candidates.signals.items() if name not in signals}
    return Candidates.of(passages, {**signals, **shared})


def _scales(candidates: Candidates) -> dict[str, MinMaxScale]:
    return {name: MinMaxScale.of(scores) for name, scores in candidates.signals.items()}


def _lexical_ids(
    snapshot: Snapshot,
    question: Question,
    weights: Collection[str],
    depth: int,
    where: Filter | None,
    settings: SearchSettings,
) -> set[int]:
    """Collects the ids of each signal's best passages, and of all passages of the best articles."""
    ids: set[int] = set()
    numbers: set[int] = set()
    by_words = [_unit_and_field(signal) for signal in weights if signal != "dense"]
    terms = {
        field: _without_idle(snapshot, field, question.terms[field], settings)
        for field in {field for _, field in by_words}
    }
    for unit, field in by_words:
        if unit == "passage":
            ids.update(key for key, _ in snapshot.lexical_passages(field, terms[field], depth, where))
        else:
            top = snapshot.lexical_articles(field, terms[field], settings.candidate_articles, where)
            numbers.update(key for key, _ in top)
    for passage_ids in snapshot.passages_of(numbers).values():
        ids.update(passage_ids)
    return ids


def _without_idle(snapshot: Snapshot, field: Field, terms: Sequence[str], settings: SearchSettings) -> list[str]:
    """Drops the commonest terms, which weigh least and take longest to search for.

    Terms are dropped up to `idle_share` of the total weight, and only if at least `min_idle_articles` articles hold
    them. Candidates are still scored by all terms.
    """
    counts = Counter(terms)
    frequencies = dict(zip(counts, snapshot.article_frequencies(field, list(counts)), strict=True))
    articles = snapshot.article_count()
    weights = {term: count * math.log1p(articles / (frequencies[term] + 0.5)) for term, count in counts.items()}
    left = settings.idle_share * sum(weights.values())
    idle = set()
    for term in sorted(counts, key=weights.__getitem__):
        left -= weights[term]
        if left < 0 or frequencies[term] < settings.min_idle_articles:
            break
        idle.add(term)
    return [term for term in terms if term not in idle]


def _unit_and_field(signal: str) -> tuple[str, Field]:
    unit, _, field = signal.partition("_")
    return unit, "plain" if field == "plain" else "exact"


def _signals(
    snapshot: Snapshot, question: Question, vector: Vector, passages: Mapping[int, tuple[Passage, int]]
) -> dict[str, list[float]]:
    """Scores every candidate by every signal, also by those that did not retrieve it."""
    numbers = [number for _, number in passages.values()]
    distinct = sorted(set(numbers))
    scored = run_in_spare_thread(
        lambda: {field: snapshot.score_articles(field, question.terms[field], distinct) for field in _FIELDS}
    )
    signals = _passage_signals(snapshot, question, vector, list(passages))
    for field, scores in scored().items():
        signals[f"article_{field}"] = [scores.get(number, 0.0) for number in numbers]
    return signals


def _passage_signals(
    snapshot: Snapshot, question: Question, vector: Vector, ids: Sequence[int]
) -> dict[str, list[float]]:
    """Scores passages by the signals that differ within an article: cosine and passage BM25."""
    scored = run_in_spare_thread(
        lambda: {field: snapshot.score_passages(field, question.terms[field], ids) for field in _FIELDS}
    )
    signals: dict[str, list[float]] = {"dense": (snapshot.vectors(ids) @ vector).tolist()}
    for field, scores in scored().items():
        signals[f"passage_{field}"] = [scores.get(passage_id, 0.0) for passage_id in ids]
    return signals
