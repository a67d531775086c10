"""Syncs a store with a corpus: it then holds exactly the articles that are read, and only new ones are encoded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from retrieval.corpus import minhash_signature
from retrieval.datatypes import SourcedArticle
from retrieval.encoder import Encoder
from retrieval.errors import HoiBaoError, SourceError
from retrieval.indexing.article_spool import temporary_spool
from retrieval.indexing.encoding import ReuseEncoded, encode_and_commit
from retrieval.indexing.progress import Progress, ignore_progress
from retrieval.indexing.sync_plan import ids_to_delete, plan_sync
from retrieval.store import DEFAULT_STORE_SETTINGS, Store, StoreSettings

SIGNATURE_BATCH = 500
"""Articles of an older index that get their signatures in one transaction."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, in numbers of articles."""

    added: int
    changed: int
    deleted: int
    unchanged: int
    passages: int
    """Number of passages that were encoded."""
    errors: tuple[SourceError, ...]
    """Sources that could not be read."""


def sync_store(
    items: Iterable[SourcedArticle | SourceError],
    store: Store,
    encoder: Callable[[], Encoder],
    *,
    progress: Progress = ignore_progress,
    reuse: ReuseEncoded = lambda _: None,
    owned: Callable[[str], bool] = lambda _: True,
    store_settings: StoreSettings = DEFAULT_STORE_SETTINGS,
) -> SyncReport:
    """Makes the store hold exactly these articles, among those of the owned sources.

    Each commit holds whole articles, so that a sync that was stopped at any point is completed by the next one. Stored
    articles of a source that cannot be read now are kept.

    Args:
        items: articles, and the sources that could not be read.
        store: the caller holds its lock.
        encoder: opens the encoder; called only if there is something to encode.
        progress: called as the sync goes on.
        reuse: called for each article before it is chunked and encoded.
        owned: tells of an origin whether its articles are deleted if they are not among the items; by default all are.
        store_settings: tell how much is committed at once.
    """
    stored = store.fingerprints()
    with temporary_spool() as spool:
        plan = plan_sync(items, stored, spool, progress)
        deleted = ids_to_delete(plan, stored, owned)
        if plan.moved:
            store.relocate(plan.moved)
        most = store_settings.commit_passages
        passages = encode_and_commit(spool, store, encoder(), progress, reuse, most) if len(spool) else 0
        _sign_older_articles(store, progress)
        if deleted:  # last, so that a reader always finds the old articles or the new ones
            store.commit([], deleted)
    return SyncReport(plan.added, plan.changed, len(deleted), plan.unchanged, passages, tuple(plan.errors))


def preview_sync(items: Iterable[SourcedArticle | SourceError], store: Store) -> SyncReport:
    """Returns what a sync of these articles would add and change, without doing it; deletes and encodes nothing."""
    with temporary_spool() as spool:
        plan = plan_sync(items, store.fingerprints(), spool, ignore_progress)
    return SyncReport(plan.added, plan.changed, 0, plan.unchanged, 0, tuple(plan.errors))


def require_article(
    items: Iterable[SourcedArticle | SourceError], paths: Sequence[Path]
) -> Iterator[SourcedArticle | SourceError]:
    """Returns the same items if an article is among them; a mistyped folder must not empty an index.

    Args:
        items: read up to the first article.
        paths: files and folders that the items are read from, for the message.

    Raises:
        HoiBaoError: there is no article.
    """
    iterator = iter(items)
    errors: list[SourceError] = []
    for item in iterator:
        if isinstance(item, SourcedArticle):
            return chain(errors, [item], iterator)
        errors.append(item)
    where = ", ".join(str(path) for path in paths)
    why = f" ({errors[0]})" if errors else " (.txt, .jsonl, .jsonl.gz or .html)"
    raise HoiBaoError(f"no article to read in {where}{why}; nothing was changed")


def _sign_older_articles(store: Store, progress: Progress) -> None:
    """Stores near-duplicate signatures of articles that were indexed by a version without them."""
    done = 0
    while bodies := store.unsigned(SIGNATURE_BATCH):
        store.sign({number: minhash_signature(body) for number, body in bodies.items()})
        done += len(bodies)
        progress("comparing", done, None)
