"""Store settings: defines the settings of the embedded engine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Configures the speed and the size of the embedded engine; no setting changes an index's content."""

    rescored_per_hit: int = 6
    """Passages that are rescored by stored vectors for each wanted passage. Of a million passages, 99.9 % of the best
    hundred are among the 600 of highest estimated score."""
    min_rescored: int = 300
    """Least number of passages that are rescored by stored vectors."""
    rows_per_thread: int = 131_072
    """Passages that one thread searches, in some two milliseconds; several threads share a larger index."""

    centre_sample: int = 8_192
    """Number of first passages whose mean vector is the centre of all codes."""
    centre_growth: int = 4
    """Ratio of all passages to passages of the centre above which all codes are recomputed, if fewer than half of
    `centre_sample` passages of the centre are left: another centre then suits the passages better."""
    max_lag: float = 1 / 50
    """Share of the passages in the vector file that may have been added or deleted since it was written. Opening the
    index applies them from the truth, in 30 microseconds each."""
    report_encoding_from: int = 50_000
    """Number of passages from which a warning is logged when all codes are recomputed, which takes two seconds."""

    commit_passages: int = 64
    """Articles of a sync are committed together once they have this many passages: two seconds of encoding."""
    min_packed_changes: int = 1_000
    """Articles that must have been added, changed or deleted before the lexical cache is packed again."""
    min_packed_share: float = 1 / 3
    """Share of all articles that must have changed as well, so that a growing corpus packs each article only a few
    times."""


DEFAULT_STORE_SETTINGS = StoreSettings()
