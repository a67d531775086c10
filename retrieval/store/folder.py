"""Index folder: names the parts of an index, measures their sizes and locks it for writing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock

from retrieval.errors import IndexLockedError, IndexMissingError

CORPUS = "corpus.db"
"""The truth, an SQLite database."""
LEXICAL = "lexical"
"""The folder of the lexical cache."""
VECTORS = "vectors.faiss"
"""The dense cache, a FAISS index."""
VECTORS_NOTE = f"{VECTORS}.json"
"""The note of the dense cache."""
LOCK = "writer.lock"
"""The file that the writer locks."""
REBUILD_FOLDER = "rebuild"
"""The folder in which a rebuild builds the index that will replace this one."""


@contextmanager
def writer_lock(folder: Path, patience_s: float = 0.0) -> Iterator[None]:
    """Holds the exclusive lock for writing to an index.

    The system releases the lock of a process that dies.

    Args:
        folder: the index folder.
        patience_s: seconds to wait for the lock; a reader that repairs a cache holds it for a moment.

    Raises:
        IndexLockedError: another process holds the lock.
    """
    try:
        with filelock.FileLock(folder / LOCK, timeout=patience_s):
            yield
    except filelock.Timeout:
        raise IndexLockedError(f"another sync is writing to {folder}/: wait until it is done, then try again") from None


def folder_sizes(folder: Path) -> dict[str, int]:
    """Returns the size on disk of each part of the index, in bytes.

    Raises:
        IndexMissingError: the folder holds no index.
    """
    if not (folder / CORPUS).exists():
        raise IndexMissingError(f"no index in {folder}/ yet: run `hoibao sync` first")
    return {
        CORPUS: _total_size(folder.glob(f"{CORPUS}*")),
        VECTORS: _total_size(folder.glob(f"{VECTORS}*")),
        LEXICAL + "/": _total_size((folder / LEXICAL).glob("*/*")),
    }


def _total_size(paths: Iterable[Path]) -> int:
    total = 0
    for path in paths:
        with suppress(FileNotFoundError):  # a sync has merged it away meanwhile
            total += path.stat().st_size
    return total
