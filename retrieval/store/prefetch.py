"""Prefetch: loads the files of an index into the system's page cache before questions need them."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path


def prefetch(paths: Sequence[Path]) -> None:
    """Asks the system to read files into its page cache, in order and in the background.

    The pages that a question needs are scattered over mapped files, and a disk reads them one by one; reading a whole
    file in sequence is faster than reading a few hundred of its pages. The files take at most half of the memory, which
    the system frees as soon as a process needs it. The files are opened and closed, by which this process loses its
    POSIX locks on them, so that none may be an SQLite database in use. It does nothing outside Linux.
    """
    if sys.platform != "linux":
        return
    half_of_memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    chosen = files_within(paths, half_of_memory)
    threading.Thread(target=_advise, args=(chosen,), name="prefetch", daemon=True).start()


def files_within(paths: Sequence[Path], max_bytes: int) -> list[Path]:
    """Returns the first files whose sizes sum to at most `max_bytes`; missing files are skipped."""
    chosen = []
    for path in paths:
        with suppress(FileNotFoundError):  # a sync has merged it away meanwhile
            max_bytes -= path.stat().st_size
            if max_bytes < 0:
                break
            chosen.append(path)
    return chosen


def _advise(paths: Sequence[Path]) -> None:
    for path in paths:
        with suppress(OSError), path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)
