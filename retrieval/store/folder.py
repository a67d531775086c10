"""An index folder: what is in it, how large that is, and who may write to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock

from retrieval.errors import IndexLockedError, IndexMissingError

CORPUS, LEXICAL, LOCK, ASIDE = "corpus.db", "lexical", "writer.lock", "rebuild"
VECTORS = "vectors.npz"
"""The names in an index folder."""


@contextmanager
def writing(folder: Path, patience_s: float = 0.0) -> Iterator[None]:
    """Hold the only right to write to an index. The system takes it back from a process that dies.

    Args:
        folder: the index.
        patience_s: how long to wait for it: a reader that mends a cache has it for a moment.

    Raises:
        IndexLockedError: somebody else has it.
    """
    try:
        with filelock.FileLock(folder / LOCK, timeout=patience_s):
            yield
    except filelock.Timeout:
        raise IndexLockedError(f"another sync is writing to {folder}/: wait until it is done, then try again") from None


def folder_sizes(folder: Path) -> dict[str, int]:
    """Bytes on disk, by part of the index.

    Raises:
        IndexMissingError: there is no index in the folder.
    """
    if not (folder / CORPUS).exists():
        raise IndexMissingError(f"no index in {folder}/ yet: run `hoibao sync` first")
    return {
        CORPUS: _size(folder.glob(f"{CORPUS}*")),
        VECTORS: _size(folder.glob(f"{VECTORS}*")),
        LEXICAL + "/": _size((folder / LEXICAL).glob("*/*")),
    }


def _size(paths: Iterable[Path]) -> int:
    total = 0
    for path in paths:
        with suppress(FileNotFoundError):  # merged away by a sync meanwhile
            total += path.stat().st_size
    return total
