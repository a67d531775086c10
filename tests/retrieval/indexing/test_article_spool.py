"""Articles wait in a temporary file until they are stored."""

from __future__ import annotations

from retrieval.datatypes import SourcedArticle
from retrieval.indexing.article_spool import temporary_spool
from tests.retrieval.sample_articles import BRIDGE, RICE


def test_articles_are_read_in_the_order_in_which_they_were_appended() -> None:
    items = [SourcedArticle(RICE, "a.txt", "a.txt"), SourcedArticle(BRIDGE, "b.jsonl", "b.jsonl:1")]
    with temporary_spool() as spool:
        assert (len(spool), list(spool)) == (0, [])
        for item in items:
            spool.append(item)
        assert (len(spool), list(spool), list(spool)) == (2, items, items)
