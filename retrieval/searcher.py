"""The read path: a question becomes candidates from every signal, the signals are fused, and hits come out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from retrieval.config import CANDIDATE_ARTICLES, CANDIDATES
from retrieval.datatypes import Field, Filter, Hit, Query
from retrieval.encoder.protocol import Encoder
from retrieval.fusion import fuse
from retrieval.store.protocol import Snapshot
from retrieval.terms import document_terms
from retrieval.text import has_tones

Mode = Literal["hybrid", "dense", "lexical"]

SIGNALS = ("dense", "passage_exact", "passage_plain", "article_exact", "article_plain")

WEIGHTS: Mapping[tuple[Mode, bool], Mapping[str, float]] = {
    ("hybrid", True): {
        "dense": 0.3,
        "passage_exact": 0.15,
        "passage_plain": 0.05,
        "article_exact": 0.45,
        "article_plain": 0.05,
    },
    ("hybrid", False): {"dense": 0.1, "passage_plain": 0.4, "article_plain": 0.5},
    ("lexical", True): {"passage_exact": 0.5, "article_exact": 0.5},
    ("lexical", False): {"passage_plain": 0.5, "article_plain": 0.5},
    ("dense", True): {"dense": 1.0},
    ("dense", False): {"dense": 1.0},
}
"""Weights of the signals by mode, and by whether the question was typed with any Vietnamese diacritics.

Without them the embedding says little and the terms with tones match nothing.
"""


def parse(text: str, encoder: Encoder) -> Query:
    """Bring a question into the forms that are searched for."""
    [vector] = encoder.encode_queries([_lowered(text)])
    return Query(text, has_tones(text), vector, document_terms(text))


def _lowered(text: str) -> str:
    # An embedding reads capitals letter by letter; a question shouted means what it means in small letters.
    return text.lower() if text.isupper() else text


def search(
    snapshot: Snapshot, query: Query, k: int, *, mode: Mode = "hybrid", where: Filter | None = None
) -> list[Hit]:
    """The k best passages, best first; ties by passage id."""
    weights = WEIGHTS[mode, query.toned]
    ids = _candidates(snapshot, query, weights, max(k, CANDIDATES), where)
    if not ids:
        return []
    found = snapshot.passages(ids)
    ids = [passage_id for passage_id in ids if passage_id in found]
    signals = _signals(snapshot, query, ids, [found[passage_id][1] for passage_id in ids])
    scores = fuse(signals, weights)
    hits = []
    for row, passage_id in enumerate(ids):
        values = {name: signals[name][row] for name in SIGNALS}
        lexical = values["passage_exact" if query.toned else "passage_plain"]
        hits.append(Hit(found[passage_id][0], float(scores[row]), values["dense"], lexical, values))
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))[:k]


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


def _signals(snapshot: Snapshot, query: Query, ids: Sequence[int], numbers: Sequence[int]) -> dict[str, list[float]]:
    """Every signal of every candidate: what one signal did not bring up is scored by it all the same."""
    signals: dict[str, list[float]] = {"dense": (snapshot.vectors(ids) @ query.vector).tolist()}
    distinct = sorted(set(numbers))
    for signal in SIGNALS[1:]:
        unit, field = _unit_and_field(signal)
        if unit == "passage":
            scores = snapshot.score_passages(field, query.terms[field], ids)
            signals[signal] = [scores.get(passage_id, 0.0) for passage_id in ids]
        else:
            scores = snapshot.score_articles(field, query.terms[field], distinct)
            signals[signal] = [scores.get(number, 0.0) for number in numbers]
    return signals
