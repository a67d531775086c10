"""The read path: a question becomes candidates from every signal, the signals are fused, and hits come out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Literal

import numpy as np

from retrieval.concurrency import beside
from retrieval.config import CANDIDATE_ARTICLES, CANDIDATES
from retrieval.datatypes import Field, Filter, Hit, Passage, Query, Vector
from retrieval.encoder import Encoder
from retrieval.question import (
    Frequencies,
    SpellingCorrection,
    Spellings,
    asks_for_news,
    correct_spelling,
    question_terms,
)
from retrieval.search.candidates import Candidates, MinMaxScale, Scores
from retrieval.search.fusion import fuse
from retrieval.search.reranking import ARTICLES, BY_MEANING, Ranker, rerank
from retrieval.store import Snapshot
from retrieval.timing import stage
from retrieval.vietnamese import tokens_of, with_bigrams

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

IDLE, COMMON = 0.2, 1000
"""The share of a question's weight that candidates are searched for without, and in how many articles the terms are at
least that are left out: rarer ones are found in no time. What is found is scored by all terms."""


@stage("spelling")
def understood(text: str, snapshot: Snapshot, spellings: Spellings) -> SpellingCorrection:
    """A question as it was most probably meant."""
    return correct_spelling(
        text, spellings, partial(snapshot.article_frequencies, "exact"), partial(_fed_back, snapshot)
    )


def parse(text: str, encoder: Encoder, snapshot: Snapshot, spellings: Spellings) -> Query:
    """Bring a question, as it was most probably meant, into the forms that are searched for.

    Where tones had to be restored, terms without tones weigh more, so that one restored wrongly does not lose the
    answer.
    """
    reading = understood(text, snapshot, spellings)

    def encode() -> Vector:
        vector: Vector = encoder.encode_queries([_lowered(reading.text)])[0]
        return vector

    encoded = beside(encode)

    def meaning() -> Vector:
        with stage("encode"):  # how long it is waited for
            return encoded()

    return Query(
        text=text,
        read=reading.text,
        corrected=reading.corrected,
        toned=reading.toned,
        recent=asks_for_news(reading.text),
        meaning=meaning,
        terms=question_terms(reading.text),
    )


def _fed_back(snapshot: Snapshot, question: str) -> Frequencies:
    """Counts in which the articles nearest to a question's terms without tones weigh as much as many.

    As they spell its words, the question most probably means them (pseudo-relevance feedback, as Rocchio 1971).
    """
    near = snapshot.lexical_articles("plain", question_terms(question)["plain"], FEEDBACK_ARTICLES)
    articles = snapshot.articles(number for number, _ in near)
    weighed = [
        (FEEDBACK_WEIGHT * (score / near[0][1]) ** 4, articles[number]) for number, score in near if number in articles
    ]
    held = [(weight, with_bigrams(tokens_of(stored.article.text, toned=True))) for weight, stored in weighed]

    def frequencies(terms: Sequence[str]) -> Sequence[float]:
        counts = dict.fromkeys(terms, 0.0)
        for weight, own in held:
            for term in counts.keys() & own:
                counts[term] += weight
        return [counts[term] for term in terms]

    return frequencies


def _lowered(text: str) -> str:
    # An embedding reads capitals letter by letter; a question shouted means what it means in small letters.
    return text.lower() if text.isupper() else text


def search_passages(
    snapshot: Snapshot,
    query: Query,
    k: int,
    *,
    mode: Mode = "hybrid",
    where: Filter | None = None,
    ranker: Ranker | None = None,
    depth: int = CANDIDATES,
    without: Collection[int] = (),
) -> list[Hit]:
    """The k best passages, best first; ties by passage id. Each signal brings up its best `depth`.

    Articles of the numbers in `without` are passed over. With a ranker, hybrid search ranks the articles of the best
    passages again, and gives all of their passages, be they more than k.
    """
    weights = WEIGHTS[mode, query.toned]
    with stage("candidates"):
        ids = _candidates(snapshot, query, weights, depth, where)
        if without:
            ids -= {passage_id for own in snapshot.passages_of(without).values() for passage_id in own}
        found = snapshot.passages(sorted(ids))
        if not found:
            return []
        candidates = Candidates.of(found, _signals(snapshot, query, found))
    scores = fuse(candidates.signals, weights)
    if mode == "hybrid" and ranker:
        return _ranked(snapshot, query, candidates, scores, ranker, k)
    return candidates.hits(query, candidates.best_first(scores)[:k], scores)


def rank_within_article(snapshot: Snapshot, query: Query, number: int, ranker: Ranker) -> list[Hit]:
    """The passages of one article, best first; empty where there is no such article."""
    found = snapshot.passages(snapshot.passages_of([number]).get(number, ()))
    if not found:
        return []
    own = Candidates.of(found, _signals(snapshot, query, found))
    return rerank(snapshot, query, own, _scales(own), ranker)


@stage("rank")
def _ranked(
    snapshot: Snapshot, query: Query, candidates: Candidates, scores: Scores, ranker: Ranker, k: int
) -> list[Hit]:
    """The best articles' hits ranked again; then, up to k in all, the other hits in their order, with scores below."""
    by_meaning = candidates.articles(candidates.signals["dense"])[:BY_MEANING]
    best = list(dict.fromkeys([*candidates.articles(scores)[:ARTICLES], *by_meaning]))
    passages = snapshot.passages_of(best)
    ids = [passage_id for number in best for passage_id in passages.get(number, ())]
    known = candidates.joined(_brought_up(snapshot, query, candidates, ids))
    row_of = {passage_id: row for row, passage_id in enumerate(known.ids.tolist())}
    own = known.take([row_of[passage_id] for passage_id in ids])
    ranked = rerank(snapshot, query, own, _scales(candidates), ranker)
    rest = candidates.best_first(scores)
    rest = rest[~np.isin(candidates.numbers[rest], own.numbers)][: max(0, k - len(ranked))]
    return [*ranked, *candidates.hits(query, rest, scores * ranked[-1].score)]


def _brought_up(snapshot: Snapshot, query: Query, candidates: Candidates, ids: Iterable[int]) -> Candidates:
    """Those of some passages that are no candidates themselves, of articles that have candidates."""
    found = snapshot.passages(sorted(set(ids) - set(candidates.ids.tolist())))
    signals = dict(_passage_signals(snapshot, query, list(found)))
    row_of = {number: row for row, number in enumerate(candidates.numbers.tolist())}
    rows = [row_of[number] for _, number in found.values()]
    shared = {name: column[rows] for name, column in candidates.signals.items() if name not in signals}
    return Candidates.of(found, {**signals, **shared})


def _scales(candidates: Candidates) -> dict[str, MinMaxScale]:
    return {name: MinMaxScale.of(scores) for name, scores in candidates.signals.items()}


def _candidates(snapshot: Snapshot, query: Query, weights: Collection[str], k: int, where: Filter | None) -> set[int]:
    ids: set[int] = set()
    numbers: set[int] = set()
    by_words = [_unit_and_field(signal) for signal in weights if signal != "dense"]
    terms = {field: _telling(snapshot, field, query.terms[field]) for field in {field for _, field in by_words}}
    for unit, field in by_words:
        if unit == "passage":
            ids.update(key for key, _ in snapshot.lexical_passages(field, terms[field], k, where))
        else:
            top = snapshot.lexical_articles(field, terms[field], CANDIDATE_ARTICLES, where)
            numbers.update(key for key, _ in top)
    for passage_ids in snapshot.passages_of(numbers).values():
        ids.update(passage_ids)
    snapshot.passages(ids)  # read already, as the question may still be being encoded
    if "dense" in weights:
        ids.update(key for key, _ in snapshot.dense(query.vector, k, where))
    return ids


def _telling(snapshot: Snapshot, field: Field, terms: Sequence[str]) -> list[str]:
    """A bag of terms without the commonest, which tell least of what is asked for and take longest to search for."""
    counts = Counter(terms)
    frequencies = dict(zip(counts, snapshot.article_frequencies(field, list(counts)), strict=True))
    articles = snapshot.article_count()
    weights = {term: count * math.log1p(articles / (frequencies[term] + 0.5)) for term, count in counts.items()}
    left = IDLE * sum(weights.values())
    idle = set()
    for term in sorted(counts, key=weights.__getitem__):
        left -= weights[term]
        if left < 0 or frequencies[term] < COMMON:
            break
        idle.add(term)
    return [term for term in terms if term not in idle]


def _unit_and_field(signal: str) -> tuple[str, Field]:
    unit, _, field = signal.partition("_")
    return unit, "plain" if field == "plain" else "exact"


def _signals(snapshot: Snapshot, query: Query, found: Mapping[int, tuple[Passage, int]]) -> dict[str, list[float]]:
    """Every signal of every candidate: what one signal did not bring up is scored by it all the same."""
    numbers = [number for _, number in found.values()]
    distinct = sorted(set(numbers))
    scored = beside(lambda: {field: snapshot.score_articles(field, query.terms[field], distinct) for field in _FIELDS})
    signals = _passage_signals(snapshot, query, list(found))
    for field, scores in scored().items():
        signals[f"article_{field}"] = [scores.get(number, 0.0) for number in numbers]
    return signals


def _passage_signals(snapshot: Snapshot, query: Query, ids: Sequence[int]) -> dict[str, list[float]]:
    """The signals that passages of one article do not share."""
    scored = beside(lambda: {field: snapshot.score_passages(field, query.terms[field], ids) for field in _FIELDS})
    signals: dict[str, list[float]] = {"dense": (snapshot.vectors(ids) @ query.vector).tolist()}
    for field, scores in scored().items():
        signals[f"passage_{field}"] = [scores.get(passage_id, 0.0) for passage_id in ids]
    return signals
