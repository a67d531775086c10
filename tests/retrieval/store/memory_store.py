"""Memory engine: computes everything by brute force, as the oracle for tests of the embedded engine.

BM25 is computed as tantivy and Lucene do: `idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / average))` with k1
1.2, b 0.75, idf `ln(1 + (N - n + 0.5) / (n + 0.5))`, and the length of a text rounded to one byte (Lucene's
SmallFloat).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from retrieval.corpus.near_duplicates import MIN_SIMILARITY, estimated_similarities
from retrieval.datatypes import Article, Field, Filter, Passage, Vector, Vectors
from retrieval.store.packed_sentences import pack_sentences
from retrieval.store.protocol import (
    Analyzer,
    ArticleRecord,
    Fingerprint,
    Manifest,
    Scored,
    StoredArticle,
    Totals,
)

_K1, _B = 1.2, 0.75


def _decoded_length(byte: int) -> int:
    if byte < 40:
        return byte
    mantissa, shift = (byte - 24) & 7, ((byte - 24) >> 3) - 1
    return 24 + ((mantissa | 8) << shift)


_LENGTHS = [_decoded_length(byte) for byte in range(256)]


def _rounded_length(length: int) -> int:
    """Rounds a length down to the nearest one that one byte can encode."""
    return max(encoded for encoded in _LENGTHS if encoded <= length)


class _Bm25:
    """Scores texts by BM25; texts are sequences of terms, by key."""

    def __init__(self, texts: Mapping[int, Sequence[str]]) -> None:
        self._bags = {key: Counter(terms) for key, terms in texts.items()}
        self._lengths = {key: len(terms) for key, terms in texts.items()}

    def scores(self, terms: Sequence[str]) -> dict[int, float]:
        if not self._bags:
            return {}
        average = sum(self._lengths.values()) / len(self._lengths)
        total: dict[int, float] = {}
        for term in terms:
            holding = [key for key, bag in self._bags.items() if term in bag]
            idf = math.log(1 + (len(self._bags) - len(holding) + 0.5) / (len(holding) + 0.5))
            for key in holding:
                frequency, length = self._bags[key][term], _rounded_length(self._lengths[key])
                saturation = frequency + _K1 * (1 - _B + _B * length / average)
                total[key] = total.get(key, 0.0) + idf * frequency * (_K1 + 1) / saturation
        return total


def _best(scores: Mapping[int, float], k: int) -> Scored:
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[: max(k, 0)]


class MemoryStore:
    """Implements `Store` and `Snapshot` in memory; commit nothing while a snapshot is read."""

    def __init__(self, manifest: Manifest, analyzer: Analyzer) -> None:
        self._manifest = manifest
        self._analyzer = analyzer
        self._records: dict[int, ArticleRecord] = {}
        self._passages: dict[int, tuple[Passage, int]] = {}
        self._vectors: dict[int, Vector] = {}
        self._version = 0
        self._next_number = self._next_passage = 1

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    def close(self) -> None:
        """Does nothing, as there are no files."""

    @contextmanager
    def snapshot(self) -> Iterator[MemoryStore]:
        yield self

    def version(self) -> int:
        return self._version

    def commit(self, upserts: Sequence[ArticleRecord], deletes: Sequence[str]) -> int:
        for article_id in [*deletes, *(record.article.id for record in upserts)]:
            self._delete(article_id)
        for record in upserts:
            self._insert(record)
        self._version += 1
        return self._version

    def relocate(self, places: Sequence[tuple[str, str, str]]) -> None:
        moved = {article_id: (origin, place) for article_id, origin, place in places}
        for number, record in self._records.items():
            if record.article.id in moved:
                origin, place = moved[record.article.id]
                self._records[number] = replace(record, origin=origin, place=place)

    def unsigned(self, most: int) -> dict[int, str]:
        return {}

    def sign(self, signatures: Mapping[int, bytes]) -> None:
        for number, signature in signatures.items():
            self._records[number] = replace(self._records[number], signature=signature)

    def _delete(self, article_id: str) -> None:
        for number in [n for n, record in self._records.items() if record.article.id == article_id]:
            del self._records[number]
            for passage_id in self.passages_of([number]).get(number, ()):
                del self._passages[passage_id], self._vectors[passage_id]

    def _insert(self, record: ArticleRecord) -> None:
        self._records[self._next_number] = record
        for span, vector in zip(record.passages, record.vectors, strict=True):
            passage = Passage(self._next_passage, record.article.id, span.start, span.end)
            self._passages[passage.id] = passage, self._next_number
            self._vectors[passage.id] = vector.astype(np.float16).astype(np.float32)
            self._next_passage += 1
        self._next_number += 1

    def fingerprints(self) -> dict[str, Fingerprint]:
        return {record.article.id: Fingerprint(record.fingerprint, record.origin) for record in self._records.values()}

    def stored(self) -> Iterator[StoredArticle]:
        yield from self.articles(self._records).values()

    # --- reading -----------------------------------------------------------------------------------------------------

    def _admitted(self, where: Filter | None) -> set[int]:
        return {number for number, record in self._records.items() if where is None or _admits(where, record.article)}

    def dense(self, vector: Vector, k: int, where: Filter | None = None) -> Scored:
        admitted = self._admitted(where)
        ids = [passage_id for passage_id, (_, number) in self._passages.items() if number in admitted]
        return _best({key: float(self._vectors[key] @ vector) for key in ids}, k)

    def lexical_passages(self, field: Field, terms: Sequence[str], k: int, where: Filter | None = None) -> Scored:
        admitted, scores = self._admitted(where), self.score_passages(field, terms, list(self._passages))
        return _best({key: score for key, score in scores.items() if self._passages[key][1] in admitted}, k)

    def lexical_articles(self, field: Field, terms: Sequence[str], k: int, where: Filter | None = None) -> Scored:
        return _best(self.score_articles(field, terms, list(self._admitted(where))), k)

    def score_passages(self, field: Field, terms: Sequence[str], ids: Sequence[int]) -> dict[int, float]:
        texts = {key: self._passage_text(key) for key in self._passages}
        scores = _Bm25({key: self._analyzer(text)[field] for key, text in texts.items()}).scores(terms)
        return {key: score for key, score in scores.items() if key in ids}

    def score_articles(self, field: Field, terms: Sequence[str], numbers: Sequence[int]) -> dict[int, float]:
        texts = {key: record.article.text for key, record in self._records.items()}
        scores = _Bm25({key: self._analyzer(text)[field] for key, text in texts.items()}).scores(terms)
        return {key: score for key, score in scores.items() if key in numbers}

    def article_frequencies(self, field: Field, terms: Sequence[str]) -> list[int]:
        texts = [record.article.text for record in self._records.values()]
        bags = [set(self._analyzer(text)[field]) for text in texts]
        return [sum(term in bag for bag in bags) for term in terms]

    def article_count(self) -> int:
        return len(self._records)

    def _passage_text(self, passage_id: int) -> str:
        passage, number = self._passages[passage_id]
        return self._records[number].article.body[passage.start : passage.end]

    def passages(self, ids: Iterable[int]) -> dict[int, tuple[Passage, int]]:
        return {key: self._passages[key] for key in ids if key in self._passages}

    def passages_of(self, numbers: Iterable[int]) -> dict[int, tuple[int, ...]]:
        ids: dict[int, tuple[int, ...]] = {}
        for passage_id, (_, number) in self._passages.items():
            if number in numbers:
                ids[number] = (*ids.get(number, ()), passage_id)
        return ids

    def vectors(self, ids: Sequence[int]) -> Vectors:
        rows = [self._vectors[key] for key in ids]
        return np.array(rows, dtype=np.float32).reshape(len(rows), self._manifest.dim)

    def articles(self, numbers: Iterable[int]) -> dict[int, StoredArticle]:
        known = {number: self._records[number] for number in numbers if number in self._records}
        return {
            number: StoredArticle(number, record.article, pack_sentences(record.sentences), record.origin, record.place)
            for number, record in known.items()
        }

    def article(self, article_id: str) -> StoredArticle | None:
        return next((stored for stored in self.stored() if stored.article.id == article_id), None)

    def newest(self, k: int, where: Filter | None = None) -> list[StoredArticle]:
        def rank(one: StoredArticle) -> tuple[int, int, int]:
            date = one.article.published
            return (date.last.toordinal(), len(str(date)), one.number) if date else (0, 0, 0)

        admitted = self._admitted(where)
        return sorted((one for one in self.stored() if one.number in admitted), key=rank, reverse=True)[:k]

    def copies(self, numbers: Iterable[int]) -> dict[int, tuple[int, ...]]:
        signed = {number: record.signature for number, record in self._records.items() if record.signature}
        return {
            number: tuple(
                other
                for other, signature in signed.items()
                if other != number and estimated_similarities(signed[number], [signature])[0] >= MIN_SIMILARITY
            )
            for number in numbers
            if number in signed
        }

    def totals(self) -> Totals:
        articles = [record.article for record in self._records.values()]
        dates = [article.published for article in articles if article.published]
        sources = Counter(article.source for article in articles if article.source)
        return Totals(
            articles=len(articles),
            passages=len(self._passages),
            first_day=min((date.first for date in dates), default=None),
            last_day=max((date.last for date in dates), default=None),
            sources=tuple(sorted(sources.items(), key=lambda pair: (-pair[1], pair[0]))),
            last_sync=None,
            version=self.version(),
        )


def _admits(where: Filter, article: Article) -> bool:
    date = article.published
    if where.source and article.source != where.source:
        return False
    if where.since and not (date and date.last >= where.since):
        return False
    return not (where.until and not (date and date.first <= where.until))
