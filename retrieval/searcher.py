"""The read path: a question becomes candidates from every signal, the signals are fused, and hits come out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Literal

import numpy as np

from retrieval.config import CANDIDATE_ARTICLES, CANDIDATES
from retrieval.datatypes import Field, Filter, Hit, Passage, Query
from retrieval.encoder.protocol import Encoder
from retrieval.fusion import fuse
from retrieval.ranking import ARTICLES, BY_MEANING, Found, Ranker, Scale, Scores, rank
from retrieval.spelling import Frequencies, Spellings, read
from retrieval.stages import stage
from retrieval.store.protocol import Snapshot
from retrieval.terms import question_terms, tokens_of, with_bigrams
from retrieval.when import asks_for_news

Mode = Literal["hybrid", "dense", "lexical"]

_FIELDS: tuple[Field, ...] = ("exact", "plain")
SIGNALS = ("dense", "passage_exact", "passage_plain", "article_exact", "article_plain")

WEIGHTS: Mapping[tuple[Mode, bool], Mapping[str, float]] = {
    ("hybrid", True): {
        "dense": 0.3,
        "passage_exact": 0.15,
        "passage_plain": 0.05,
        "article_exact": 0.45,
        "article_plain": 0.05,
    },
    ("hybrid", False): {
        "dense": 0.2,
        "passage_exact": 0.1,
        "passage_plain": 0.2,
        "article_exact": 0.2,
        "article_plain": 0.3,
    },
    ("lexical", True): {"passage_exact": 0.5, "article_exact": 0.5},
    ("lexical", False): {"passage_plain": 0.5, "article_plain": 0.5},
    ("dense", True): {"dense": 1.0},
    ("dense", False): {"dense": 1.0},
}
"""Weights of the signals by mode, and by whether the question was typed with its tones.

Without them, what was restored may be wrong, so that terms without tones weigh more.
"""

FEEDBACK_ARTICLES, FEEDBACK_WEIGHT = 5, 100
"""Articles that show how a question's words are spelt, and how many others the nearest counts for; those of lower BM25
scores count by the fourth power of their share of its score."""


def parse(text: str, encoder: Encoder, snapshot: Snapshot, spellings: Spellings) -> Query:
    """Bring a question into the forms that are searched for.

    It is read as it was most probably meant. Where tones had to be restored, terms without tones weigh more, so that
    one restored wrongly does not lose the answer.
    """

    def common(terms: Sequence[str]) -> Sequence[int]:
        return snapshot.article_frequencies("exact", terms)

    with stage("spelling"):
        reading = read(text, spellings, common, partial(_fed_back, snapshot))
    with stage("encode"):
        [vector] = encoder.encode_queries([_lowered(reading.text)])
    return Query(
        text=text,
        read=reading.text,
        corrected=reading.corrected,
        toned=reading.toned,
        recent=asks_for_news(reading.text),
        vector=vector,
        terms=question_terms(reading.text),
    )


def _fed_back(snapshot: Snapshot, question: str) -> Frequencies:
    """Counts in which the articles nearest to a question's terms without tones weigh as much as many.

    As they spell its words, the question most probably means them (pseudo-relevance feedback, as Rocchio 1971).
    """
    near = snapshot.lexical_articles("plain", question_terms(question)["plain"], FEEDBACK_ARTICLES)
    articles = snapshot.articles(number for number, _ in near)
    counts: defaultdict[str, float] = defaultdict(float)
    for number, score in near:
        if number in articles:
            for term in set(with_bigrams(tokens_of(articles[number].article.text, toned=True))):
                counts[term] += FEEDBACK_WEIGHT * (score / near[0][1]) ** 4
    return lambda terms: [counts.get(term, 0.0) for term in terms]


def _lowered(text: str) -> str:
    # An embedding reads capitals letter by letter; a question shouted means what it means in small letters.
    return text.lower() if text.isupper() else text


def search(
    snapshot: Snapshot,
    query: Query,
    k: int,
    *,
    mode: Mode = "hybrid",
    where: Filter | None = None,
    ranker: Ranker | None = None,
    depth: int = CANDIDATES,
) -> list[Hit]:
    """The k best passages, best first; ties by passage id. Each signal brings up its best `depth`.

    With a ranker, hybrid search ranks the articles of the best passages again, and brings up all of their passages.
    """
    weights = WEIGHTS[mode, query.toned]
    with stage("candidates"):
        ids = _candidates(snapshot, query, weights, depth, where)
        found = snapshot.passages(ids)
        if not found:
            return []
        candidates = Found.of(found, _signals(snapshot, query, found))
    scores = fuse(candidates.signals, weights)
    if mode == "hybrid" and ranker:
        return _ranked(snapshot, query, candidates, scores, ranker)[:k]
    return candidates.hits(query, candidates.best_first(scores)[:k], scores)


def within(snapshot: Snapshot, query: Query, number: int, ranker: Ranker) -> list[Hit]:
    """The passages of one article, best first; empty where there is no such article."""
    found = snapshot.passages(snapshot.passages_of([number]).get(number, ()))
    if not found:
        return []
    own = Found.of(found, _signals(snapshot, query, found))
    return rank(snapshot, query, own, _scales(own), ranker)


@stage("rank")
def _ranked(snapshot: Snapshot, query: Query, candidates: Found, scores: Scores, ranker: Ranker) -> list[Hit]:
    """The best articles' hits ranked again; then the other hits, in their order, with scores below."""
    by_meaning = candidates.articles(candidates.signals["dense"])[:BY_MEANING]
    best = list(dict.fromkeys([*candidates.articles(scores)[:ARTICLES], *by_meaning]))
    passages = snapshot.passages_of(best)
    ids = [passage_id for number in best for passage_id in passages.get(number, ())]
    known = candidates.joined(_brought_up(snapshot, query, candidates, ids))
    row_of = {passage_id: row for row, passage_id in enumerate(known.ids.tolist())}
    own = known.take([row_of[passage_id] for passage_id in ids])
    ranked = rank(snapshot, query, own, _scales(candidates), ranker)
    rest = candidates.best_first(scores)
    rest = rest[~np.isin(candidates.numbers[rest], own.numbers)]
    return [*ranked, *candidates.hits(query, rest, scores * ranked[-1].score)]


def _brought_up(snapshot: Snapshot, query: Query, candidates: Found, ids: Iterable[int]) -> Found:
    """Those of some passages that are no candidates themselves, of articles that have candidates."""
    found = snapshot.passages(sorted(set(ids) - set(candidates.ids.tolist())))
    signals = dict(_passage_signals(snapshot, query, list(found)))
    row_of = {number: row for row, number in enumerate(candidates.numbers.tolist())}
    rows = [row_of[number] for _, number in found.values()]
    shared = {name: column[rows] for name, column in candidates.signals.items() if name not in signals}
    return Found.of(found, {**signals, **shared})


def _scales(candidates: Found) -> dict[str, Scale]:
    return {name: Scale.of(scores) for name, scores in candidates.signals.items()}


def _candidates(snapshot: Snapshot, query: Query, weights: Iterable[str], k: int, where: Filter | None) -> list[int]:
    ids: set[int] = set()
    numbers: set[int] = set()
    for signal in weights:
        if signal == "dense":
            ids.update(key for key, _ in snapshot.dense(query.vector, k, where))
            continue
        unit, field = _unit_and_field(signal)
        if unit == "passage":
            ids.update(key for key, _ in snapshot.lexical_passages(field, query.terms[field], k, where))
        else:
            top = snapshot.lexical_articles(field, query.terms[field], CANDIDATE_ARTICLES, where)
            numbers.update(key for key, _ in top)
    for passage_ids in snapshot.passages_of(numbers).values():
        ids.update(passage_ids)
    return sorted(ids)


def _unit_and_field(signal: str) -> tuple[str, Field]:
    unit, _, field = signal.partition("_")
    return unit, "plain" if field == "plain" else "exact"


def _signals(snapshot: Snapshot, query: Query, found: Mapping[int, tuple[Passage, int]]) -> dict[str, list[float]]:
    """Every signal of every candidate: what one signal did not bring up is scored by it all the same."""
    numbers = [number for _, number in found.values()]
    signals = _passage_signals(snapshot, query, list(found))
    distinct = sorted(set(numbers))
    for field in _FIELDS:
        scores = snapshot.score_articles(field, query.terms[field], distinct)
        signals[f"article_{field}"] = [scores.get(number, 0.0) for number in numbers]
    return signals


def _passage_signals(snapshot: Snapshot, query: Query, ids: Sequence[int]) -> dict[str, list[float]]:
    """The signals that passages of one article do not share."""
    signals: dict[str, list[float]] = {"dense": (snapshot.vectors(ids) @ query.vector).tolist()}
    for field in _FIELDS:
        scores = snapshot.score_passages(field, query.terms[field], ids)
        signals[f"passage_{field}"] = [scores.get(passage_id, 0.0) for passage_id in ids]
    return signals
