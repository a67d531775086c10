"""Telegram's documented rate limits of sending; a bot above them gets 429 and a time to wait."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Callable

from tests.telegram_server.errors import ApiError

Clock = Callable[[], float]
"""Seconds since whenever."""

ALL_A_SECOND = 30
GROUP_A_MINUTE = 20
PRIVATE_BURST = 5
"""So many at once in a private chat; on average one a second. Telegram says "short bursts" without a number."""
SENDING = frozenset({"sendMessage", "sendDocument"})


class Limits:
    """Counts the messages that a bot has sent lately."""

    def __init__(self, clock: Clock) -> None:
        self.refused = 0
        """How many 429s were given."""
        self._clock = clock
        self._all: deque[float] = deque()
        self._groups: defaultdict[int, deque[float]] = defaultdict(deque)
        self._private: dict[int, tuple[float, float]] = {}
        """Messages that may be sent at once, and since when, by chat."""

    def admit(self, chat: int) -> None:
        """Counts a message.

        Raises:
            ApiError: it comes too soon; it is not counted.
        """
        now = self._clock()
        waits_s = [_wait_s(self._all, now, 1.0, ALL_A_SECOND)]
        if chat > 0:
            waits_s.append(1.0 - self._room(chat, now))
        else:
            waits_s.append(_wait_s(self._groups[chat], now, 60.0, GROUP_A_MINUTE))
        if max(waits_s) > 0:
            self.refused += 1
            retry_after = math.ceil(max(waits_s))
            raise ApiError(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})
        self._all.append(now)
        if chat > 0:
            self._private[chat] = (self._room(chat, now) - 1.0, now)
        else:
            self._groups[chat].append(now)

    def _room(self, chat: int, now: float) -> float:
        room, since = self._private.get(chat, (float(PRIVATE_BURST), now))
        return min(float(PRIVATE_BURST), room + now - since)


def _wait_s(sent: deque[float], now: float, window_s: float, most: int) -> float:
    """Returns the seconds until another message fits the window; not positive if it fits now."""
    while sent and sent[0] <= now - window_s:
        sent.popleft()
    return sent[-most] + window_s - now if len(sent) >= most else 0.0
