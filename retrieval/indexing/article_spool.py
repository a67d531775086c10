"""A temporary file in which articles wait, so that the corpus is never whole in memory."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from retrieval.datatypes import SourcedArticle


class ArticleSpool:
    """Articles in a temporary file, in order: first all are appended, then all are read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._articles = 0

    def __len__(self) -> int:
        """Number of articles."""
        return self._articles

    def append(self, item: SourcedArticle) -> None:
        """Adds an article."""
        pickle.dump(item, self._file)
        self._articles += 1

    def __iter__(self) -> Iterator[SourcedArticle]:
        """Reads the articles, from the first on."""
        self._file.seek(0)
        for _ in range(self._articles):
            yield pickle.load(self._file)


@contextmanager
def temporary_spool() -> Iterator[ArticleSpool]:
    """Opens an empty spool; its file is deleted at the end of the context."""
    with tempfile.TemporaryFile() as file:
        yield ArticleSpool(file)
