"""The settings of the embedded engine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Settings of the embedded engine; none changes what an index holds, only how fast and how large it is."""

    rescored_per_hit: int = 6
    """Passages scored by stored vectors for each passage wanted. Of a million passages, 99.9 % of the best hundred are
    among the 600 of highest estimated score."""
    min_rescored: int = 300
    """Passages scored by stored vectors at least."""
    rows_per_thread: int = 131_072
    """Passages that one thread searches, in some two milliseconds; several threads share a larger index."""

    centre_sample: int = 8_192
    """Passages, the first ones, whose mean vector is the centre of all codes."""
    centre_growth: int = 4
    """The codes are made anew once fewer than half of `centre_sample` passages of the centre are left and the index
    holds more than this multiple of them: another centre suits the passages better then."""
    max_lag: float = 1 / 50
    """Share of the passages in the file of vectors that may have been added or deleted since it was written. Opening
    the index makes up for them from the truth, in 30 microseconds each."""
    report_encoding_from: int = 50_000
    """Passages from which on making all codes anew is logged as a warning; so many take two seconds."""

    commit_passages: int = 64
    """Articles of a sync are committed together once they have this many passages: two seconds of encoding."""
    min_packed_changes: int = 1_000
    """Articles that must have been added, changed or deleted before the lexical cache is packed again."""
    min_packed_share: float = 1 / 3
    """Share of all articles that must have changed as well: a growing corpus packs each article a few times only."""


DEFAULT_STORE_SETTINGS = StoreSettings()
