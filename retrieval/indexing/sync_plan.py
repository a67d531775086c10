"""The plan of a sync: which of the articles that are read are new, changed, unchanged or no longer there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from retrieval.datatypes import Article, SourcedArticle
from retrieval.errors import SourceError
from retrieval.indexing.article_spool import ArticleSpool
from retrieval.indexing.progress import Progress
from retrieval.runtime import timed_stage
from retrieval.store import Fingerprint


@dataclass
class SyncPlan:
    """What a sync has to do; filled in while the corpus is read.

    Attributes:
        spool: holds the articles to store, added and changed.
        places: place of each article that was read, by id.
        errors: sources that could not be read, and articles whose id was read before.
        unreadable: places of the sources that could not be read.
        moved: (id, origin, place) of unchanged articles that are in another file now.
    """

    spool: ArticleSpool
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    places: dict[str, str] = field(default_factory=dict)
    errors: list[SourceError] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    moved: list[tuple[str, str, str]] = field(default_factory=list)


@timed_stage("read")
def plan_sync(
    items: Iterable[SourcedArticle | SourceError],
    stored: Mapping[str, Fingerprint],
    spool: ArticleSpool,
    progress: Progress,
) -> SyncPlan:
    """Reads all articles and compares them with those in the store.

    Args:
        items: articles, and the sources that could not be read.
        stored: fingerprints of the store's articles, by id.
        spool: empty; gets the articles that are to be stored.
        progress: called after each item.
    """
    plan = SyncPlan(spool)
    for count, item in enumerate(items, 1):
        if isinstance(item, SourceError):
            plan.errors.append(item)
            plan.unreadable.append(item.place)
        else:
            _add_to_plan(plan, item, stored)
        progress("reading", count, None)
    return plan


def ids_to_delete(plan: SyncPlan, stored: Mapping[str, Fingerprint], owned: Callable[[str], bool]) -> list[str]:
    """Returns the ids of stored articles that an owned, readable source no longer holds."""
    return [
        article_id
        for article_id, fingerprint in stored.items()
        if article_id not in plan.places
        and owned(fingerprint.origin)
        and not any(_covers(place, fingerprint.origin) for place in plan.unreadable)
    ]


def fingerprint(article: Article) -> bytes:
    """Returns the SHA-256 of everything read of an article: a change of title or date is a change too."""
    fields = [article.title, article.body, str(article.published or ""), article.source, article.url]
    return hashlib.sha256(json.dumps(fields).encode()).digest()


def _add_to_plan(plan: SyncPlan, item: SourcedArticle, stored: Mapping[str, Fingerprint]) -> None:
    article_id = item.article.id
    if article_id in plan.places:
        reason = f"its id {article_id!r} is already that of {plan.places[article_id]}; give it another one"
        plan.errors.append(SourceError(item.place, reason))
        return
    plan.places[article_id] = item.place
    before = stored.get(article_id)
    if before is not None and before.digest == fingerprint(item.article):
        plan.unchanged += 1
        if before.origin != item.origin:
            plan.moved.append((article_id, item.origin, item.place))
        return
    if before is None:
        plan.added += 1
    else:
        plan.changed += 1
    plan.spool.append(item)


def _covers(place: str, origin: str) -> bool:
    """Tells whether an unreadable place, a file, a line or a folder, affects a file."""
    return place == origin or place.startswith(origin + ":") or origin.startswith(place.rstrip("/") + "/")
