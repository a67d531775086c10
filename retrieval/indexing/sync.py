"""The write path: make a store hold exactly the articles that are read, encoding only what is new."""

from __future__ import annotations

import hashlib
import json
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import IO, Literal, TypeVar

import numpy as np

from retrieval.corpus import chunk, signature
from retrieval.datatypes import Article, Sentence, SourcedArticle, Span, Vectors
from retrieval.encoder import Encoder
from retrieval.errors import SourceError
from retrieval.store import ArticleRecord, Fingerprint, Store
from retrieval.timing import stage
from retrieval.vietnamese import event_date, split_sentences

COMMIT_PASSAGES = 64
"""Articles are committed together once they have this many passages: two seconds' encoding."""

SIGNED_AT_ONCE = 500

_Result = TypeVar("_Result")

Stage = Literal["reading", "indexing", "comparing", "packing"]

Progress = Callable[[Stage, int, int | None], None]
"""Called with a stage, the articles done and, when known, the articles to do."""

Passages = tuple[tuple[Sentence, ...], tuple[Span, ...], Vectors]
Reuse = Callable[[Article], Passages | None]
"""Gives sentences, passages and vectors of an article where they are known already."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, in articles. `errors` are the sources that could not be read."""

    added: int
    changed: int
    deleted: int
    unchanged: int
    passages: int
    """Passages that were encoded."""
    errors: tuple[SourceError, ...]


@dataclass
class _Plan:
    """What reading has found; articles to be stored wait in `spool`, so that the corpus is never whole in memory."""

    spool: IO[bytes]
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    seen: dict[str, str] = field(default_factory=dict)
    errors: list[SourceError] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    moved: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        return self.added + self.changed


def sync_store(
    items: Iterable[SourcedArticle | SourceError],
    store: Store,
    encoder: Callable[[], Encoder],
    *,
    progress: Progress = lambda *_: None,
    reuse: Reuse = lambda _: None,
    owned: Callable[[str], bool] = lambda _: True,
) -> SyncReport:
    """Make the store hold exactly these articles, of the origins that are to be synced.

    Each commit holds whole articles, so that whatever stops a sync, a next one goes on from there. What stands in a
    source that could not be read now is kept, not deleted.

    Args:
        items: articles, and the sources that could not be read.
        store: the caller holds its lock.
        encoder: opened only when there is something to encode.
        progress: told how far it is.
        reuse: asked for each article before it is chunked and encoded.
        owned: says of an origin whether its articles are deleted where they are not among these; all are, if unsaid.
    """
    known = store.fingerprints()
    with tempfile.TemporaryFile() as spool:
        plan = _read(items, known, _Plan(spool), progress)
        gone = [
            article_id
            for article_id, fingerprint in known.items()
            if article_id not in plan.seen
            and owned(fingerprint.origin)
            and not any(_covers(place, fingerprint.origin) for place in plan.unread)
        ]
        if plan.moved:
            store.relocate(plan.moved)
        passages = _store(plan, store, encoder(), progress, reuse) if plan.waiting else 0
        _sign(store, progress)
        if gone:  # last, so that there is something to find all the while
            store.commit([], gone)
    return SyncReport(plan.added, plan.changed, len(gone), plan.unchanged, passages, tuple(plan.errors))


def preview_sync(items: Iterable[SourcedArticle | SourceError], store: Store) -> SyncReport:
    """What a sync of these articles would add and change, without doing it; `deleted` and `passages` are 0."""
    with tempfile.TemporaryFile() as spool:
        plan = _read(items, store.fingerprints(), _Plan(spool), lambda *_: None)
    return SyncReport(plan.added, plan.changed, 0, plan.unchanged, 0, tuple(plan.errors))


def _sign(store: Store, progress: Progress) -> None:
    """Give the articles of an older version's index the signatures that show near-duplicates."""
    done = 0
    while bodies := store.unsigned(SIGNED_AT_ONCE):
        store.sign({number: signature(body) for number, body in bodies.items()})
        done += len(bodies)
        progress("comparing", done, None)


def fingerprint(article: Article) -> bytes:
    """SHA-256 of all that is read of an article: a change of title or date is a change."""
    fields = [article.title, article.body, str(article.published or ""), article.source, article.url]
    return hashlib.sha256(json.dumps(fields).encode()).digest()


def passage_input(article: Article, span: Span) -> str:
    """What is encoded: the passage under a header of title and date."""
    date = f" ({article.published.vietnamese})" if article.published else ""
    return f"{article.title}{date}\n{span.of(article.body)}"


def _covers(place: str, origin: str) -> bool:
    # A place that could not be read is a file, a line of it, or a folder.
    return place == origin or place.startswith(origin + ":") or origin.startswith(place.rstrip("/") + "/")


@stage("read")
def _read(
    items: Iterable[SourcedArticle | SourceError], known: dict[str, Fingerprint], plan: _Plan, progress: Progress
) -> _Plan:
    for count, item in enumerate(items, 1):
        if isinstance(item, SourceError):
            plan.errors.append(item)
            plan.unread.append(item.place)
        else:
            _consider(item, known, plan)
        progress("reading", count, None)
    return plan


def _consider(item: SourcedArticle, known: dict[str, Fingerprint], plan: _Plan) -> None:
    article_id = item.article.id
    if article_id in plan.seen:
        reason = f"its id {article_id!r} is already that of {plan.seen[article_id]}; give it another one"
        plan.errors.append(SourceError(item.place, reason))
        return
    plan.seen[article_id] = item.place
    before = known.get(article_id)
    if before is not None and before.digest == fingerprint(item.article):
        plan.unchanged += 1
        if before.origin != item.origin:
            plan.moved.append((article_id, item.origin, item.place))
        return
    if before is None:
        plan.added += 1
    else:
        plan.changed += 1
    pickle.dump(item, plan.spool)


@dataclass(frozen=True, slots=True)
class _Draft:
    """An article ready to be stored but for its vectors, unless they could be reused."""

    record: ArticleRecord
    encoded: bool

    @property
    def inputs(self) -> list[str]:
        """What is to be encoded."""
        return [] if self.encoded else [passage_input(self.record.article, span) for span in self.record.passages]


def _store(plan: _Plan, store: Store, encoder: Encoder, progress: Progress, reuse: Reuse) -> int:
    """Encode and commit batch by batch; the next is cut, and the last is committed, in threads beside."""
    plan.spool.seek(0)
    progress("indexing", 0, plan.waiting)
    done = encoded = 0
    with ThreadPoolExecutor(2) as beside:
        committed: Future[int] | None = None
        for batch in _ahead(_batches(plan, encoder, reuse), beside):
            records, count = _encode(batch, encoder)
            encoded += count
            if committed is not None:
                committed.result()
                progress("indexing", done, plan.waiting)
            committed = _start(beside, store.commit, records, [])
            done += len(batch)
        if committed is not None:
            committed.result()
    progress("indexing", done, plan.waiting)
    return encoded


def _start(beside: Executor, call: Callable[..., _Result], *args: object) -> Future[_Result]:
    """Call in a thread, with its time counted here."""
    return beside.submit(copy_context().run, call, *args)


def _ahead(items: Iterator[_Result], beside: Executor) -> Iterator[_Result]:
    """The same items, each made while the one before is in use."""
    coming = _start(beside, next, items, None)
    while (item := coming.result()) is not None:
        coming = _start(beside, next, items, None)
        yield item


def _batches(plan: _Plan, encoder: Encoder, reuse: Reuse) -> Iterator[list[_Draft]]:
    batch: list[_Draft] = []
    for _ in range(plan.waiting):
        batch.append(_draft(pickle.load(plan.spool), encoder, reuse))
        if sum(len(draft.record.passages) for draft in batch) >= COMMIT_PASSAGES:
            yield batch
            batch = []
    if batch:
        yield batch


@stage("chunk")
def _draft(item: SourcedArticle, encoder: Encoder, reuse: Reuse) -> _Draft:
    article = item.article
    known = reuse(article)
    if known:
        cut, passages, vectors = known
    else:
        cut = tuple(split_sentences(article.body))
        passages = tuple(chunk(article.body, cut, encoder.count_tokens))
        vectors = np.empty((0, encoder.dim), np.float32)
    record = ArticleRecord(
        replace(article, event=event_date(article.body, article.published)),
        fingerprint(article),
        item.origin,
        item.place,
        cut,
        passages,
        vectors,
        signature(article.body),
    )
    return _Draft(record, known is not None)


@stage("encode")
def _encode(batch: Sequence[_Draft], encoder: Encoder) -> tuple[list[ArticleRecord], int]:
    """(the records with vectors, how many passages were encoded)."""
    inputs = [draft.inputs for draft in batch]
    rows = encoder.encode_passages([text for texts in inputs for text in texts])
    ends = list(accumulate(len(texts) for texts in inputs))
    records = [
        draft.record if draft.encoded else replace(draft.record, vectors=rows[end - len(texts) : end])
        for draft, texts, end in zip(batch, inputs, ends, strict=True)
    ]
    return records, len(rows)
