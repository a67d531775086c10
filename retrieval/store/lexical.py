"""The lexical cache: BM25 over passages and over whole articles, in two tantivy indexes."""

from __future__ import annotations

import errno
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, get_args

import tantivy

from retrieval.datatypes import Article, Field, Filter
from retrieval.errors import IndexDamagedError
from retrieval.store import database as truth
from retrieval.store import queries as reading
from retrieval.store import sidecar
from retrieval.store.protocol import Analyzer, Scored
from retrieval.store.sidecar import Applied
from retrieval.timing import stage

_FORMAT = "1"
_FIELDS: tuple[Field, ...] = get_args(Field)
_UNITS = ("passages", "articles")
"""An index for each: BM25 counts texts and their lengths, so the two kinds must not share one."""
_WRITER_BYTES = 64_000_000
_APPLY_AT_ONCE = 5_000
"""Articles applied between two commits when much is to be applied."""

WORTH_PACKING = 1_000
"""So many articles must have come, changed or gone."""
_PACKED_AGAIN_AT = 1 / 3
"""And such a share of all, since the index was packed: an article is packed a few times while a corpus grows."""
_PACKER_BYTES = 512_000_000
"""At most; with 256 million, 200,000 passages became three segments instead of one."""

Packed = Callable[[int, int], object]
"""Told how many of how many articles are packed."""


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("key", "number"):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    for name in ("first_day", "last_day"):
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    for name in _FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


class LexicalReader:
    """A fixed state of both indexes."""

    def __init__(self, schema: tantivy.Schema, passages: tantivy.Searcher, articles: tantivy.Searcher) -> None:
        self._schema = schema
        self._passages = passages
        self._articles = articles

    def passages(self, field: Field, terms: Sequence[str], k: int, where: Filter | None) -> Scored:
        """See `Snapshot.lexical_passages`."""
        return self._top(self._passages, field, terms, k, where)

    def articles(self, field: Field, terms: Sequence[str], k: int, where: Filter | None) -> Scored:
        """See `Snapshot.lexical_articles`."""
        return self._top(self._articles, field, terms, k, where)

    def score_passages(self, field: Field, terms: Sequence[str], ids: Sequence[int]) -> dict[int, float]:
        """See `Snapshot.score_passages`."""
        return self._score(self._passages, field, terms, ids)

    def score_articles(self, field: Field, terms: Sequence[str], numbers: Sequence[int]) -> dict[int, float]:
        """See `Snapshot.score_articles`."""
        return self._score(self._articles, field, terms, numbers)

    def article_frequencies(self, field: Field, terms: Sequence[str]) -> list[int]:
        """See `Snapshot.article_frequencies`."""
        return [self._articles.doc_freq(field, term) for term in terms]

    def article_count(self) -> int:
        """See `Snapshot.article_count`."""
        return self._articles.num_docs

    def keys(self) -> tuple[set[int], set[int]]:
        """(all passage ids, all article numbers) that can be found, for checking."""
        everything = tantivy.Query.all_query()
        found = [_search(searcher, everything, searcher.num_docs) for searcher in (self._passages, self._articles)]
        return {key for key, _ in found[0]}, {key for key, _ in found[1]}

    def _top(
        self, searcher: tantivy.Searcher, field: Field, terms: Sequence[str], k: int, where: Filter | None
    ) -> Scored:
        bag = _any_of(self._bag(field, terms))
        return _search(searcher, _all_of([*map(_unscored, self._filters(where)), bag]) if where else bag, k)

    def _score(
        self, searcher: tantivy.Searcher, field: Field, terms: Sequence[str], keys: Sequence[int]
    ) -> dict[int, float]:
        # Not a term set: to look its keys up in the dictionaries takes three times as long.
        wanted = [tantivy.Query.term_query(self._schema, "key", key, index_option="basic") for key in keys]
        # Not the bag as one union: to score one text of it, tantivy scores all those near to it in the index. A term
        # that matches everything, scored or not, is looked for in the wanted texts alone.
        everything = _unscored(tantivy.Query.all_query())
        optional = [
            tantivy.Query.boolean_query([(tantivy.Occur.Must, everything), (tantivy.Occur.Should, term)])
            for term in self._bag(field, terms)
        ]
        scored = _search(searcher, _all_of([_unscored(_any_of(wanted)), *optional]), len(keys))
        return {key: score for key, score in scored if score > 0}

    def _bag(self, field: Field, terms: Sequence[str]) -> list[tantivy.Query]:
        queries = []
        for term, times in Counter(terms).items():
            query = tantivy.Query.term_query(self._schema, field, term, index_option="freq")
            queries.append(query if times == 1 else tantivy.Query.boost_query(query, float(times)))
        return queries

    def _filters(self, where: Filter | None) -> list[tantivy.Query]:
        if not where:
            return []
        schema, integer, queries = self._schema, tantivy.FieldType.Integer, []
        if where.since:
            queries.append(tantivy.Query.range_query(schema, "last_day", integer, where.since.toordinal()))
        if where.until:
            queries.append(tantivy.Query.range_query(schema, "first_day", integer, None, where.until.toordinal()))
        if where.source:
            queries.append(tantivy.Query.term_query(schema, "source", where.source, index_option="basic"))
        return queries


def _any_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _all_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])


def _unscored(query: tantivy.Query) -> tantivy.Query:
    """A query that leaves BM25 as it is: its matches score a constant 0."""
    return tantivy.Query.const_score_query(query, 0.0)


def _search(searcher: tantivy.Searcher, query: tantivy.Query, k: int) -> Scored:
    if k <= 0:
        return []
    with _panics_explained():
        hits = searcher.search(query, limit=k, count=False).hits
        keys = searcher.fast_field_values("key", [address for _, address in hits])
    scored = [(int(key or 0), float(score)) for (score, _), key in zip(hits, keys, strict=True)]
    return sorted(scored, key=lambda pair: (-pair[1], pair[0]))


@contextmanager
def _panics_explained() -> Iterator[None]:
    """Over damaged files tantivy panics, and a panic is no Exception: make one of it that says what to do."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise IndexDamagedError("the lexical cache is damaged: run `hoibao doctor`, which builds it anew") from None


@contextmanager
def _refusals_told() -> Iterator[None]:
    """What the file system refuses it, tantivy tells as a ValueError: make an OSError of it."""
    try:
        yield
    except UnicodeError:
        raise
    except ValueError as error:
        number = re.search(r"os error (\d+)", str(error))
        raise OSError(int(number[1]) if number else errno.EIO, str(error)) from error


class LexicalCache:
    """The folder with both indexes. Several processes may read; one at a time, holding the index's lock, writes."""

    def __init__(self, folder: Path, analyzer: Analyzer, version: str) -> None:
        self._folder = folder
        self._analyzer = analyzer
        self._format = f"{_FORMAT}/{version}"
        self._sidecar = folder / "applied.json"
        self._packed_note = folder / "packed.json"
        self._schema = _schema()
        self._indexes: dict[str, tantivy.Index] = {}
        self.applied: Applied | None = None
        """What was on disk at the last `reload`."""
        self._packed: Applied | None = None
        """Up to where it was packed then."""

    def reload(self) -> None:
        """Look at what is on disk now."""
        packed = sidecar.read_applied(self._packed_note)
        applied = sidecar.read_applied(self._sidecar)
        if applied is not None and applied.format != self._format:
            applied = None
        same = applied is not None and self.applied is not None and applied.epoch == self.applied.epoch
        try:
            with _panics_explained():
                opened = {name: self._open(name, known=same) for name in _UNITS} if applied else {}
        except (ValueError, IndexDamagedError):  # missing files and damaged ones
            opened, applied = {}, None
        # Assigned whole: other threads may be taking readers meanwhile.
        self._indexes, self.applied, self._packed = opened, applied, packed

    def _open(self, name: str, *, known: bool) -> tantivy.Index:
        index = self._indexes[name] if known and self._indexes else tantivy.Index.open(str(self._folder / name))
        index.reload()
        return index

    def reader(self, epoch: str) -> LexicalReader | None:
        """The state of the last `reload`; None when that was of another epoch, or there is none yet."""
        indexes, applied = self._indexes, self.applied
        if not indexes or applied is None or applied.epoch != epoch:
            return None
        return LexicalReader(self._schema, indexes["passages"].searcher(), indexes["articles"].searcher())

    def behind(self, epoch: str, seq: int) -> bool:
        """Whether the truth has gone further than the cache."""
        return self.applied is None or (self.applied.epoch, self.applied.seq) != (epoch, seq)

    def outdated(self) -> bool:
        """Whether the cache was packed since the last `reload`, so that larger files are open, deleted since."""
        return self._packed != sidecar.read_applied(self._packed_note)

    def apply(self, db: sqlite3.Connection) -> None:
        """Bring both indexes up to the truth. The caller holds the index's lock."""
        self.reload()
        epoch, seq = truth.state(db)
        if not self.behind(epoch, seq):
            return
        # A cache that leads stands beside a truth that was restored from a backup.
        if self.applied is None or self.applied.epoch != epoch or self.applied.seq > seq:
            self._start_anew(epoch)
        assert self.applied is not None  # for the type checker: `_start_anew` has set it
        changes = reading.changes_since(db, self.applied.seq)
        for start in range(0, max(len(changes), 1), _APPLY_AT_ONCE):
            self._write(db, changes[start : start + _APPLY_AT_ONCE])
        sidecar.write_applied(self._sidecar, replace(self.applied, seq=seq))
        self.reload()

    def pack(self, db: sqlite3.Connection, progress: Packed) -> None:
        """Write both indexes anew where much has changed since they were, each in one commit: in few segments, then.

        Every segment has a dictionary of its own and is searched on its own. Readers go on with what they have.
        The caller holds the index's lock.

        Args:
            db: the truth, which the cache has been brought up to.
            progress: told how far it is.
        """
        epoch, seq = truth.state(db)
        note = sidecar.read_applied(self._packed_note)
        since = note.seq if note is not None and (note.epoch, note.format) == (epoch, self._format) else 0
        changed = len(reading.changes_since(db, since))
        if changed < WORTH_PACKING or self.behind(epoch, seq):
            return
        numbers = [change.number for change in reading.changes_since(db, 0) if not change.gone]
        if changed < _PACKED_AGAIN_AT * len(numbers):
            return
        steps = count(1)

        def told() -> Iterator[int]:
            for number in numbers:
                yield number
                progress(next(steps) // len(_UNITS), len(numbers))

        try:
            for name in _UNITS:
                everything = tantivy.Query.all_query()
                self._rewrite(name, everything, self._documents(db, name, told()), _PACKER_BYTES)
        except BaseException:
            self._clear_away()
            raise
        sidecar.write_applied(self._packed_note, Applied(epoch, seq, self._format))
        self.reload()

    def _clear_away(self) -> None:
        """Give the disk back what a writer has written that failed before its commit."""
        for index in self._indexes.values():
            with suppress(ValueError):
                index.writer(_WRITER_BYTES, 1).garbage_collect_files()

    def _start_anew(self, epoch: str) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        for name in _UNITS:
            (self._folder / name).mkdir(parents=True)
        self._indexes = {name: tantivy.Index(self._schema, str(self._folder / name)) for name in _UNITS}
        self.applied = Applied(epoch, 0, self._format)
        sidecar.write_applied(self._sidecar, self.applied)

    def _write(self, db: sqlite3.Connection, changes: Sequence[reading.Change]) -> None:
        # By query: as a term, tantivy takes a Python integer for a signed one, and finds nothing to delete.
        touched = tantivy.Query.term_set_query(self._schema, "number", [change.number for change in changes])
        numbers = [change.number for change in changes if not change.gone]
        for name in _UNITS:
            self._rewrite(name, touched, self._documents(db, name, numbers), _WRITER_BYTES)

    @_refusals_told()
    def _rewrite(self, name: str, old: tantivy.Query, new: Iterable[tantivy.Document], most_bytes: int) -> None:
        """Put documents in the place of those that match a query, in one commit."""
        writer = self._indexes[name].writer(most_bytes, 1)
        try:
            # What a writer that was killed during its commit left behind: the file of deletions would be written under
            # the same name again, and tantivy overwrites nothing.
            writer.garbage_collect_files()
            writer.delete_documents_by_query(old)
            for document in new:
                writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()
        finally:
            # A writer gives its lock back when it is dropped: no frame of a traceback may go on holding it.
            del writer

    def _documents(self, db: sqlite3.Connection, name: str, numbers: Iterable[int]) -> Iterator[tantivy.Document]:
        for number in numbers:
            stored = reading.articles(db, [number]).get(number)
            if stored is None:
                continue
            article = stored.article
            if name == "articles":
                yield self._document(article, number, number, article.text)
            else:
                for passage_id, text in reading.passage_texts(db, number):
                    yield self._document(article, number, passage_id, text)

    def _document(self, article: Article, number: int, key: int, text: str) -> tantivy.Document:
        fields: dict[str, Any] = {"key": key, "number": number}
        if article.published:
            fields["first_day"] = article.published.first.toordinal()
            fields["last_day"] = article.published.last.toordinal()
        if article.source:
            fields["source"] = article.source
        with stage("terms"):
            for name, terms in self._analyzer(text).items():
                fields[name] = " ".join(terms)
        return tantivy.Document.from_dict(fields, self._schema)
