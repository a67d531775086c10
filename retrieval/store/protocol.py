"""What the write path and the read path ask of a storage engine.

The seam is coarse so that a distributed engine fits behind it. Tokenising and fusing stay outside: an engine is given
an `Analyzer` and is asked for one signal at a time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from retrieval.datatypes import Article, Field, Filter, Passage, Sentence, Span, Vector, Vectors

Analyzer = Callable[[str], Mapping[Field, Sequence[str]]]
"""Text to terms, for every field; a term holds no whitespace."""

Scored = list[tuple[int, float]]
"""(passage id or article number, score), best first; ties by id."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was built with; vectors of two encoders or chunkers never share an index."""

    encoder: str
    dim: int
    chunker: str
    model: str | None = None
    """The `--model` that opens the encoder again; None for the bundled one."""
    paths: tuple[str, ...] = ()
    """The files and folders of the last sync."""


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article ready to be stored. `vectors` has a row for each passage, shape (len(passages), dim)."""

    article: Article
    fingerprint: bytes
    origin: str
    place: str
    sentences: tuple[Sentence, ...]
    passages: tuple[Span, ...]
    vectors: Vectors
    signature: bytes = b""
    """As `duplicates.signature` makes it of the body."""


@dataclass(frozen=True)
class StoredArticle:
    """An article as read back. `number` names this version of it and is never used again."""

    number: int
    article: Article
    read_sentences: Callable[[], tuple[Sentence, ...]] = field(compare=False, repr=False)
    origin: str
    place: str

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """As they were stored; read when they are first asked for, as most articles are only ranked."""
        return self.read_sentences()


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a sync needs to know of a stored article: digest of its content, and the file that it came from."""

    digest: bytes
    origin: str


@dataclass(frozen=True, slots=True)
class Totals:
    """What a store holds."""

    articles: int
    passages: int
    first_day: dt.date | None
    last_day: dt.date | None
    sources: tuple[tuple[str, int], ...]
    """(source, articles), most articles first."""
    last_sync: dt.datetime | None
    version: int


class Snapshot(Protocol):
    """One state of the store, from the first read to the last; for one thread at a time.

    Another thread may meanwhile search and score by words.
    """

    @property
    def manifest(self) -> Manifest:
        """What the index was built with, in this state."""

    def dense(self, vector: Vector, k: int, where: Filter | None = None) -> Scored:
        """The k passages of highest inner product with a vector of shape (dim,)."""

    def lexical_passages(self, field: Field, terms: Sequence[str], k: int, where: Filter | None = None) -> Scored:
        """The k passages of highest BM25 score (k1 1.2, b 0.75) for a bag of terms; a repeated term counts again."""

    def lexical_articles(self, field: Field, terms: Sequence[str], k: int, where: Filter | None = None) -> Scored:
        """The k article numbers of highest BM25 score, an article being its title and body."""

    def score_passages(self, field: Field, terms: Sequence[str], ids: Sequence[int]) -> dict[int, float]:
        """BM25 scores of given passages, as `lexical_passages` has them; those that share no term are left out."""

    def score_articles(self, field: Field, terms: Sequence[str], numbers: Sequence[int]) -> dict[int, float]:
        """BM25 scores of given articles, as `lexical_articles` has them; those that share no term are left out."""

    def article_frequencies(self, field: Field, terms: Sequence[str]) -> list[int]:
        """How many articles hold each term; those that were deleted may still be counted for a while."""

    def article_count(self) -> int:
        """How many articles there are; a term may have a greater count, of deleted ones."""

    def passages(self, ids: Iterable[int]) -> dict[int, tuple[Passage, int]]:
        """Passages with their article's number, by id; unknown ids are left out."""

    def passages_of(self, numbers: Iterable[int]) -> dict[int, tuple[int, ...]]:
        """Passage ids of articles in order, by article number."""

    def vectors(self, ids: Sequence[int]) -> Vectors:
        """Stored vectors of passages, shape (len(ids), dim); all ids must exist."""

    def articles(self, numbers: Iterable[int]) -> dict[int, StoredArticle]:
        """Articles by number; unknown numbers are left out."""

    def article(self, article_id: str) -> StoredArticle | None:
        """The article of an id."""

    def newest(self, k: int) -> list[StoredArticle]:
        """The k articles of the latest last days, latest first, undated ones last.

        Of one day the more precisely dated come first, then those that were stored later.
        """

    def copies(self, numbers: Iterable[int]) -> dict[int, tuple[int, ...]]:
        """Numbers of the near-duplicates of articles, in order, by article number; few are missed."""

    def totals(self) -> Totals:
        """Counts, dates and sources."""


class Store(Protocol):
    """A corpus with its passages and vectors; commits are atomic, reads go through snapshots."""

    @property
    def manifest(self) -> Manifest:
        """What the index was built with."""

    def commit(self, upserts: Sequence[ArticleRecord], deletes: Sequence[str]) -> int:
        """Store articles (replacing those of the same id) and delete others, all or nothing; gives the new version."""

    def relocate(self, places: Sequence[tuple[str, str, str]]) -> None:
        """Note that unchanged articles stand elsewhere now: (article id, origin, place)."""

    def unsigned(self, most: int) -> dict[int, str]:
        """Bodies, by article number, of articles that an older version stored without a signature."""

    def sign(self, signatures: Mapping[int, bytes]) -> None:
        """Give such articles, by number, their signatures."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """The state as of now, to read from."""

    def version(self) -> int:
        """Grows with every commit."""

    def fingerprints(self) -> dict[str, Fingerprint]:
        """Fingerprint of every stored article, by id."""

    def stored(self) -> Iterator[StoredArticle]:
        """All articles, in the order in which they were committed."""

    def close(self) -> None:
        """Release files."""
