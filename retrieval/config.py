"""Default paths and limits that more than one module uses."""

from __future__ import annotations

import os
from pathlib import Path

DEFAULT_INDEX = Path("index")
"""Folder of the index, relative to the working directory."""

DEFAULT_CORPUS = Path("seeds")
"""Folder that the first `sync` without paths reads."""

MAX_QUESTION_CHARS = 2000
"""A longer question is cut: no question is that long, and its cost grows with its length."""

CANDIDATES = 60
"""Passages taken from each signal before they are fused."""

ALL = 10_000
"""More passages than are ever fused for a question."""

CANDIDATE_ARTICLES = 20
"""Articles taken from each article-level signal; their best passages join the candidates."""

MAX_QUOTES = 3
"""Quotes in an answer."""

QUOTE_CHARS = (600, 800)
"""A quote is grown by neighbouring sentences to the first length, and never beyond the second by growing."""

TABLE_WEIGHT = 1 / 32
"""Articles of an indexed corpus that one counts for of those behind the tables that ship with the package."""


def available_cores() -> int:
    """Returns how many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
