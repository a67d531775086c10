"""What time it is for the readers: in Vietnam, which knows no summer time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

VIETNAM = dt.timezone(dt.timedelta(hours=7))

Clock = Callable[[], dt.datetime]
"""The present time, with Vietnam's time zone."""


def vietnam_time() -> dt.datetime:
    """The present time."""
    return dt.datetime.now(VIETNAM)
