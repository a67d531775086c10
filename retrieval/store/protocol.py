"""The interface of a storage engine: `Store` for the write path, `Snapshot` for the read path.

The interface is coarse, so that a distributed engine fits behind it. Tokenising and fusing stay outside: an engine is
given an `Analyzer` and returns one ranking at a time.
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
"""Splits a text into terms, for every field; a term holds no whitespace."""

Scored = list[tuple[int, float]]
"""(passage id or article number, score), best first; ties by id."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The encoder and the chunker of an index; vectors of two encoders or chunkers never share an index."""

    encoder: str
    dim: int
    chunker: str
    model: str | None = None
    """The `--model` that opens the encoder again; None for the bundled encoder."""
    paths: tuple[str, ...] = ()
    """The files and folders of the last sync."""


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article ready to be stored; `vectors` has a row for each passage, shape (len(passages), dim)."""

    article: Article
    fingerprint: bytes
    origin: str
    place: str
    sentences: tuple[Sentence, ...]
    passages: tuple[Span, ...]
    vectors: Vectors
    signature: bytes = b""
    """The body's signature, by which near-duplicates are found; see `retrieval.corpus`."""


@dataclass(frozen=True)
class StoredArticle:
    """An article as read back; `number` names this version of it and is never used again."""

    number: int
    article: Article
    packed_sentences: str = field(repr=False)
    origin: str
    place: str

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The stored sentences, unpacked at the first access: most articles are only ranked."""
        return unpack_sentences(self.packed_sentences)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Digest of a stored article's content, and the file that it came from; a sync compares them."""

    digest: bytes
    origin: str


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts, days and sources of a store."""

    articles: int
    passages: int
    first_day: dt.date | None
    last_day: dt.date | None
    sources: tuple[tuple[str, int], ...]
    """(source, number of its articles), most articles first."""
    last_sync: dt.datetime | None
    version: int


class Snapshot(Protocol):
    """One state of the store, which later commits do not change; for one thread at a time.

    Another thread may call the lexical methods meanwhile.
    """

    @property
    def manifest(self) -> Manifest:
        """The manifest of this state."""

    def dense(self, vector: Vector, k: int, where: Filter | None = None) -> Scored:
        """Returns the k passages of highest inner product with a vector, shape (dim,)."""

    def lexical_passages(self, field: Field, terms: Sequence[str], k: int, where: Filter | None = None) -> Scored:
        """Returns the k passages of highest BM25 score (k1 1.2, b 0.75); a repeated term counts repeatedly."""

    def lexical_articles(self, field: Field, terms: Sequence[str], k: int, where: Filter | None = None) -> Scored:
        """Returns the k article numbers of highest BM25 score, over title and body."""

    def score_passages(self, field: Field, terms: Sequence[str], ids: Sequence[int]) -> dict[int, float]:
        """Returns the given passages' scores of `lexical_passages`, without those that share no term."""

    def score_articles(self, field: Field, terms: Sequence[str], numbers: Sequence[int]) -> dict[int, float]:
        """Returns the given articles' scores of `lexical_articles`, without those that share no term."""

    def article_frequencies(self, field: Field, terms: Sequence[str]) -> list[int]:
        """Returns the document frequency of each term, over articles; it may count deleted ones for a while."""

    def article_count(self) -> int:
        """Returns the number of articles; a document frequency that counts deleted ones may exceed it."""

    def passages(self, ids: Iterable[int]) -> dict[int, tuple[Passage, int]]:
        """Returns passages with their article's number, by id; unknown ids are left out."""

    def passages_of(self, numbers: Iterable[int]) -> dict[int, tuple[int, ...]]:
        """Returns the ascending passage ids of articles, by article number."""

    def vectors(self, ids: Sequence[int]) -> Vectors:
        """Returns stored vectors of passages, shape (len(ids), dim); all ids must exist."""

    def articles(self, numbers: Iterable[int]) -> dict[int, StoredArticle]:
        """Returns articles by number; unknown numbers are left out."""

    def article(self, article_id: str) -> StoredArticle | None:
        """Returns the article of an id; None for an unknown id."""

    def newest(self, k: int) -> list[StoredArticle]:
        """Returns the k articles of the latest last days, latest first, undated ones last.

        Of one day the more precisely dated articles come first, then those that were stored later.
        """

    def copies(self, numbers: Iterable[int]) -> dict[int, tuple[int, ...]]:
        """Returns the ascending numbers of articles' near-duplicates, by article number; few are missed."""

    def totals(self) -> Totals:
        """Returns counts, days and sources."""


class Store(Protocol):
    """A corpus with its passages and vectors; commits are atomic, reads go through snapshots."""

    @property
    def manifest(self) -> Manifest:
        """What the index was built with."""

    def commit(self, upserts: Sequence[ArticleRecord], deletes: Sequence[str]) -> int:
        """Upserts and deletes articles, all or nothing; returns the new version."""

    def relocate(self, places: Sequence[tuple[str, str, str]]) -> None:
        """Notes where unchanged articles are read from now: (article id, origin, place)."""

    def unsigned(self, most: int) -> dict[int, str]:
        """Returns the bodies, by article number, of articles that an older version stored without a signature."""

    def sign(self, signatures: Mapping[int, bytes]) -> None:
        """Stores signatures, by article number, of articles that have none."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Opens the state as of now, to read from."""

    def version(self) -> int:
        """Returns the version, a number that every commit raises."""

    def fingerprints(self) -> dict[str, Fingerprint]:
        """Returns the fingerprint of every stored article, by id."""

    def stored(self) -> Iterator[StoredArticle]:
        """Yields all articles, in the order in which they were committed."""

    def close(self) -> None:
        """Closes the files."""
