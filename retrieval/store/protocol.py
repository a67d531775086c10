"""Protocol: defines a storage engine's interface, `Store` for writing and `Snapshot` for reading.

The interface is coarse, so that a distributed engine can implement it. An engine neither tokenises nor fuses: it is
given an `Analyzer`, and returns one ranking at a time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from retrieval.datatypes import Article, Field, Filter, Passage, Sentence, Span, Vector, Vectors
from retrieval.store.packed_sentences import unpack_sentences

Analyzer = Callable[[str], Mapping[Field, Sequence[str]]]
"""Splits a text into terms, by field; a term holds no whitespace."""

Scored = list[tuple[int, float]]
"""(passage id or article number, score), best first; ties by id."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Identifies the encoder and the chunker of an index; an index never mixes two of them."""

    encoder: str
    """The id of the encoder."""
    dim: int
    """The number of components of a vector."""
    chunker: str
    """The name and settings of the chunker."""
    model: str | None = None
    """The `--model` that opens the encoder again; None for the bundled encoder."""
    paths: tuple[str, ...] = ()
    """The files and folders of the last sync."""


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """Holds an article that is ready to be stored, with its passages and vectors."""

    article: Article
    fingerprint: bytes
    """Digest of the article's content."""
    origin: str
    """The file that the article was read from."""
    place: str
    """The file, or `file:line`."""
    sentences: tuple[Sentence, ...]
    passages: tuple[Span, ...]
    vectors: Vectors
    """One vector for each passage, shape (len(passages), dim)."""
    signature: bytes = b""
    """The MinHash signature of the body, by which near-duplicates are found; see `retrieval.corpus`."""


@dataclass(frozen=True)
class StoredArticle:
    """Holds an article that was read from the store.

    `number` identifies this version of the article, and is never reused.
    """

    number: int
    article: Article
    packed_sentences: str = field(repr=False)
    origin: str
    place: str

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Returns the sentences, unpacked at the first access, as most articles are only ranked."""
        return unpack_sentences(self.packed_sentences)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Pairs the digest of a stored article's content with its file, for a sync to compare."""

    digest: bytes
    origin: str


@dataclass(frozen=True, slots=True)
class Totals:
    """Summarises a store: its counts, days and sources."""

    articles: int
    passages: int
    first_day: dt.date | None
    """The earliest day of an article; None without dated articles."""
    last_day: dt.date | None
    """The latest day of an article; None without dated articles."""
    sources: tuple[tuple[str, int], ...]
    """(source, number of its articles), most articles first."""
    last_sync: dt.datetime | None
    """The time at which a sync was last finished; None for never."""
    version: int
    """A number that every commit raises."""


class Snapshot(Protocol):
    """Reads one state of the store, which later commits do not change.

    One thread at a time may use it, but another thread may call the lexical methods at the same time.
    """

    @property
    def manifest(self) -> Manifest:
        """Returns the manifest of this state."""

    def dense(self, vector: Vector, k: int, where: Filter | None = None) -> Scored:
        """Returns the k passages of highest inner product with a vector, shape (dim,)."""

    def lexical_passages(self, field: Field, terms: Sequence[str], k: int, where: Filter | None = None) -> Scored:
        """Returns the k passages of highest BM25 score (k1 1.2, b 0.75).

        A repeated term counts repeatedly.
        """

    def lexical_articles(self, field: Field, terms: Sequence[str], k: int, where: Filter | None = None) -> Scored:
        """Returns the k article numbers of highest BM25 score, over title and body."""

    def score_passages(self, field: Field, terms: Sequence[str], ids: Sequence[int]) -> dict[int, float]:
        """Scores passages as `lexical_passages` does; passages that hold no term are left out."""

    def score_articles(self, field: Field, terms: Sequence[str], numbers: Sequence[int]) -> dict[int, float]:
        """Scores articles as `lexical_articles` does; articles that hold no term are left out."""

    def article_frequencies(self, field: Field, terms: Sequence[str]) -> list[int]:
        """Returns the document frequency of each term, over articles.

        Deleted articles may be counted for a while.
        """

    def article_count(self) -> int:
        """Returns the number of articles; a document frequency that counts deleted ones may exceed it."""

    def passages(self, ids: Iterable[int]) -> dict[int, tuple[Passage, int]]:
        """Returns (passage, article number) by passage id; unknown ids are left out."""

    def passages_of(self, numbers: Iterable[int]) -> dict[int, tuple[int, ...]]:
        """Returns the ascending passage ids of articles, by article number."""

    def vectors(self, ids: Sequence[int]) -> Vectors:
        """Returns the stored vectors of passages, shape (len(ids), dim); all ids must exist."""

    def articles(self, numbers: Iterable[int]) -> dict[int, StoredArticle]:
        """Returns articles by number; unknown numbers are left out."""

    def article(self, article_id: str) -> StoredArticle | None:
        """Returns an article by its id; None for an unknown id."""

    def newest(self, k: int, where: Filter | None = None) -> list[StoredArticle]:
        """Returns the k newest articles that pass a filter by the last day of their date, undated ones last.

        Among articles of one day, the more precisely dated come first, then those stored later.
        """

    def copies(self, numbers: Iterable[int]) -> dict[int, tuple[int, ...]]:
        """Returns the near-duplicates of articles, as ascending numbers by article number.

        They are found by MinHash, which misses few.
        """

    def totals(self) -> Totals:
        """Returns the counts, days and sources of the store."""


class Store(Protocol):
    """Stores a corpus with its passages and vectors; commits are atomic, snapshots are read."""

    @property
    def manifest(self) -> Manifest:
        """Returns the manifest of the index."""

    def commit(self, upserts: Sequence[ArticleRecord], deletes: Sequence[str]) -> int:
        """Upserts and deletes articles atomically; returns the new version."""

    def relocate(self, places: Sequence[tuple[str, str, str]]) -> None:
        """Stores new (article id, origin, place) of unchanged articles."""

    def unsigned(self, most: int) -> dict[int, str]:
        """Returns the bodies, by article number, of articles without a signature, at most `most`.

        An older version stored them.
        """

    def sign(self, signatures: Mapping[int, bytes]) -> None:
        """Stores signatures, by article number, of articles that have none."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Opens a snapshot of the current state."""

    def version(self) -> int:
        """Returns the version, a number that every commit raises."""

    def fingerprints(self) -> dict[str, Fingerprint]:
        """Returns the fingerprint of every stored article, by id."""

    def stored(self) -> Iterator[StoredArticle]:
        """Yields all articles, in the order in which they were committed."""

    def close(self) -> None:
        """Closes the files."""
