"""Lexical cache: ranks passages and whole articles by BM25, in two tantivy indexes."""

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
from retrieval.runtime import timed_stage
from retrieval.store import queries
from retrieval.store.cache_note import CacheNote, read_note, write_note
from retrieval.store.database import read_version
from retrieval.store.protocol import Analyzer, Scored
from retrieval.store.settings import DEFAULT_STORE_SETTINGS, StoreSettings

_FORMAT = "1"
_FIELDS: tuple[Field, ...] = get_args(Field)
_UNITS = ("passages", "articles")
"""One index for each kind of text. BM25 depends on the number and length of texts, so the kinds must not share one."""
_WRITER_BYTES = 64_000_000
"""Most memory, in bytes, of a writer that applies changes."""
_APPLY_AT_ONCE = 5_000
"""Articles per commit, when many changes are applied."""
_PACKER_BYTES = 512_000_000
"""Most memory, in bytes, of a writer that packs; half of it left three segments of 200,000 passages instead of one."""

PackProgress = Callable[[int, int], object]
"""Callback with (articles packed, all articles)."""


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
    """Searches and scores a fixed state of both tantivy indexes."""

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
        """Returns (all passage ids, all article numbers) in the indexes, for checking."""
        everything = tantivy.Query.all_query()
        passages, articles = (
            {key for key, _ in _search(searcher, everything, searcher.num_docs)}
            for searcher in (self._passages, self._articles)
        )
        return passages, articles

    def _top(
        self, searcher: tantivy.Searcher, field: Field, terms: Sequence[str], k: int, where: Filter | None
    ) -> Scored:
        bag = _any_of(self._bag(field, terms))
        return _search(searcher, _all_of([*map(_unscored, self._filters(where)), bag]) if where else bag, k)

    def _score(
        self, searcher: tantivy.Searcher, field: Field, terms: Sequence[str], keys: Sequence[int]
    ) -> dict[int, float]:
        # A term set query would take three times as long to look up its keys in the dictionaries.
        wanted = [tantivy.Query.term_query(self._schema, "key", key, index_option="basic") for key in keys]
        # A union of the terms would make tantivy score all texts near a wanted one in the index. Combined with a query
        # that matches everything, each term is scored in the wanted texts alone.
        everything = _unscored(tantivy.Query.all_query())
        optional = [
            tantivy.Query.boolean_query([(tantivy.Occur.Must, everything), (tantivy.Occur.Should, term)])
            for term in self._bag(field, terms)
        ]
        scored = _search(searcher, _all_of([_unscored(_any_of(wanted)), *optional]), len(keys))
        return {key: score for key, score in scored if score > 0}

    def _bag(self, field: Field, terms: Sequence[str]) -> list[tantivy.Query]:
        clauses = []
        for term, times in Counter(terms).items():
            query = tantivy.Query.term_query(self._schema, field, term, index_option="freq")
            clauses.append(query if times == 1 else tantivy.Query.boost_query(query, float(times)))
        return clauses

    def _filters(self, where: Filter | None) -> list[tantivy.Query]:
        if not where:
            return []
        schema, integer, clauses = self._schema, tantivy.FieldType.Integer, []
        if where.since:
            clauses.append(tantivy.Query.range_query(schema, "last_day", integer, where.since.toordinal()))
        if where.until:
            clauses.append(tantivy.Query.range_query(schema, "first_day", integer, None, where.until.toordinal()))
        if where.source:
            clauses.append(tantivy.Query.term_query(schema, "source", where.source, index_option="basic"))
        return clauses


def _any_of(clauses: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in clauses])


def _all_of(clauses: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in clauses])


def _unscored(query: tantivy.Query) -> tantivy.Query:
    """Wraps a query so that its matches add 0 to the BM25 score."""
    return tantivy.Query.const_score_query(query, 0.0)


def _search(searcher: tantivy.Searcher, query: tantivy.Query, k: int) -> Scored:
    if k <= 0:
        return []
    with _panics_as_damage():
        hits = searcher.search(query, limit=k, count=False).hits
        keys = searcher.fast_field_values("key", [address for _, address in hits])
    scored = [(int(key or 0), float(score)) for (score, _), key in zip(hits, keys, strict=True)]
    return sorted(scored, key=lambda pair: (-pair[1], pair[0]))


@contextmanager
def _panics_as_damage() -> Iterator[None]:
    """Raises IndexDamagedError for a panic of tantivy, which damaged files cause.

    The panic is a BaseException, but no Exception.
    """
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise IndexDamagedError("the lexical cache is damaged: run `hoibao doctor`, which builds it anew") from None


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Raises OSError for the ValueError that tantivy raises after an error of the file system."""
    try:
        yield
    except UnicodeError:
        raise
    except ValueError as error:
        number = re.search(r"os error (\d+)", str(error))
        raise OSError(int(number[1]) if number else errno.EIO, str(error)) from error


class LexicalCache:
    """Maintains both tantivy indexes in their folder.

    Several processes may read; the one that holds the writer lock may write.
    """

    def __init__(
        self, folder: Path, analyzer: Analyzer, version: str, settings: StoreSettings = DEFAULT_STORE_SETTINGS
    ) -> None:
        self._folder = folder
        self._analyzer = analyzer
        self._settings = settings
        self._format = f"{_FORMAT}/{version}"
        self._note_path = folder / "applied.json"
        self._packed_note_path = folder / "packed.json"
        self._schema = _schema()
        self._indexes: dict[str, tantivy.Index] = {}
        self._note: CacheNote | None = None
        """The cache's note as of the last `reload`."""
        self._packed: CacheNote | None = None
        """The note of the last packing, as of the last `reload`."""

    def reload(self) -> None:
        """Opens the indexes as they are on disk now."""
        packed = read_note(self._packed_note_path, CacheNote)
        note = read_note(self._note_path, CacheNote)
        if note is not None and note.format != self._format:
            note = None
        same_epoch = note is not None and self._note is not None and note.epoch == self._note.epoch
        try:
            with _panics_as_damage():
                opened = {name: self._open(name, known=same_epoch) for name in _UNITS} if note else {}
        except (ValueError, IndexDamagedError):  # missing files and damaged ones
            opened, note = {}, None
        # Replaced, not changed: other threads may be taking readers meanwhile.
        self._indexes, self._note, self._packed = opened, note, packed

    def _open(self, name: str, *, known: bool) -> tantivy.Index:
        index = self._indexes[name] if known and self._indexes else tantivy.Index.open(str(self._folder / name))
        index.reload()
        return index

    def reader(self, epoch: str) -> LexicalReader | None:
        """Returns a reader of the last `reload`; None if it found another epoch or no cache."""
        indexes, note = self._indexes, self._note
        if not indexes or note is None or note.epoch != epoch:
            return None
        return LexicalReader(self._schema, indexes["passages"].searcher(), indexes["articles"].searcher())

    def is_behind(self, epoch: str, seq: int) -> bool:
        """Tells whether the cache holds another version of the truth than this one."""
        return self._note is None or (self._note.epoch, self._note.seq) != (epoch, seq)

    def was_packed(self) -> bool:
        """Tells whether the cache was packed since the last `reload`.

        The deleted, larger files are then still open.
        """
        return self._packed != read_note(self._packed_note_path, CacheNote)

    def apply(self, db: sqlite3.Connection) -> None:
        """Applies the changes of the truth to both indexes. The caller holds the writer lock."""
        self.reload()
        epoch, seq = read_version(db)
        if not self.is_behind(epoch, seq):
            return
        # A cache that leads belongs to a truth that was since restored from a backup.
        if self._note is None or self._note.epoch != epoch or self._note.seq > seq:
            self._start_anew(epoch)
        assert self._note is not None  # for the type checker: `_start_anew` has set it
        changes = queries.changes_since(db, self._note.seq)
        for start in range(0, max(len(changes), 1), _APPLY_AT_ONCE):
            self._write(db, changes[start : start + _APPLY_AT_ONCE])
        write_note(self._note_path, replace(self._note, seq=seq))
        self.reload()

    def pack(self, db: sqlite3.Connection, progress: PackProgress) -> None:
        """Rewrites both indexes, each in one commit, if much has changed since the last packing.

        They then have few segments, each of which has its own dictionary and is searched separately. Readers continue
        with the files that they have open. The caller holds the writer lock.

        Args:
            db: the truth, which the cache must be up to date with.
            progress: called after each article.

        Raises:
            OSError: the indexes cannot be written; no article is lost.
        """
        epoch, seq = read_version(db)
        note = read_note(self._packed_note_path, CacheNote)
        since = note.seq if note is not None and (note.epoch, note.format) == (epoch, self._format) else 0
        changed = len(queries.changes_since(db, since))
        if changed < self._settings.min_packed_changes or self.is_behind(epoch, seq):
            return
        numbers = [change.number for change in queries.changes_since(db, 0) if not change.deleted]
        if changed < self._settings.min_packed_share * len(numbers):
            return
        steps = count(1)

        def reported() -> Iterator[int]:
            for number in numbers:
                yield number
                progress(next(steps) // len(_UNITS), len(numbers))

        try:
            for name in _UNITS:
                everything = tantivy.Query.all_query()
                self._rewrite(name, everything, self._documents(db, name, reported()), _PACKER_BYTES)
        except BaseException:
            self._collect_garbage()
            raise
        write_note(self._packed_note_path, CacheNote(epoch, seq, self._format))
        self.reload()

    def _collect_garbage(self) -> None:
        """Deletes the files of a writer that failed before its commit."""
        for index in self._indexes.values():
            with suppress(ValueError):
                index.writer(_WRITER_BYTES, 1).garbage_collect_files()

    def _start_anew(self, epoch: str) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        for name in _UNITS:
            (self._folder / name).mkdir(parents=True)
        self._indexes = {name: tantivy.Index(self._schema, str(self._folder / name)) for name in _UNITS}
        self._note = CacheNote(epoch, 0, self._format)
        write_note(self._note_path, self._note)

    def _write(self, db: sqlite3.Connection, changes: Sequence[queries.Change]) -> None:
        # Deletes by query, as tantivy would read a Python integer term as signed and find nothing to delete.
        changed = tantivy.Query.term_set_query(self._schema, "number", [change.number for change in changes])
        numbers = [change.number for change in changes if not change.deleted]
        for name in _UNITS:
            self._rewrite(name, changed, self._documents(db, name, numbers), _WRITER_BYTES)

    @_as_os_error()
    def _rewrite(self, name: str, old: tantivy.Query, new: Iterable[tantivy.Document], most_bytes: int) -> None:
        """Replaces the documents that match a query by new ones, in one commit."""
        writer = self._indexes[name].writer(most_bytes, 1)
        try:
            # Deletes the files of a writer killed during its commit: the file of deletions would get the same name
            # again, and tantivy overwrites no file.
            writer.garbage_collect_files()
            writer.delete_documents_by_query(old)
            for document in new:
                writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()
        finally:
            # A writer releases its lock when it is freed, so no frame of a traceback may keep it alive.
            del writer

    def _documents(self, db: sqlite3.Connection, name: str, numbers: Iterable[int]) -> Iterator[tantivy.Document]:
        for number in numbers:
            stored = queries.articles(db, [number]).get(number)
            if stored is None:
                continue
            article = stored.article
            if name == "articles":
                yield self._document(article, number, number, article.text)
            else:
                for passage_id, text in queries.passage_texts(db, number):
                    yield self._document(article, number, passage_id, text)

    def _document(self, article: Article, number: int, key: int, text: str) -> tantivy.Document:
        fields: dict[str, Any] = {"key": key, "number": number}
        if article.published:
            fields["first_day"] = article.published.first.toordinal()
            fields["last_day"] = article.published.last.toordinal()
        if article.source:
            fields["source"] = article.source
        with timed_stage("terms"):
            for name, terms in self._analyzer(text).items():
                fields[name] = " ".join(terms)
        return tantivy.Document.from_dict(fields, self._schema)
