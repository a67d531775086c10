"""Reading an index' files into the system's cache before questions need them."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path


def read_ahead(paths: Sequence[Path]) -> None:
    """Have the system read files into its cache, in the background and in this order, as far as memory allows.

    The pages that a question touches lie scattered over mapped files: from a disk each is waited for by itself, and
    the whole file, from its beginning to its end, is there sooner than a few hundred of them. Files take half of the
    machine's memory at most; what is in its cache, the system gives away when a process needs it. They are opened and
    closed, by which this process loses POSIX locks that it has on them: none may be an SQLite database in use.
    """
    if sys.platform != "linux":
        return
    half = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    wanted = files_within(paths, half)
    threading.Thread(target=_ask_for, args=(wanted,), name="read-ahead", daemon=True).start()


def files_within(paths: Sequence[Path], most_bytes: int) -> list[Path]:
    """The first of these files that together have no more than so many bytes; those that are gone are left out."""
    found = []
    for path in paths:
        with suppress(FileNotFoundError):  # merged away by a sync meanwhile
            most_bytes -= path.stat().st_size
            if most_bytes < 0:
                break
            found.append(path)
    return found


def _ask_for(paths: Sequence[Path]) -> None:
    for path in paths:
        with suppress(OSError), path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)
