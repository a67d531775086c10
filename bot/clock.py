"""The time in Vietnam, where the readers are; there is no daylight saving time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

VIETNAM = dt.timezone(dt.timedelta(hours=7))

Clock = Callable[[], dt.datetime]
"""Returns the present time, in Vietnam's time zone."""


def vietnam_time() -> dt.datetime:
    """Returns the present time in Vietnam."""
    return dt.datetime.now(VIETNAM)
