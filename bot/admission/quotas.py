"""Which messages are taken on: so many may wait, of one person and in all, and they may come so fast."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum, auto

from bot.limits import MonotonicClock, TokenBucket

REMEMBERED_SENDERS = 1024
"""So many people are remembered before those who are quiet are forgotten."""


@dataclass(frozen=True, slots=True)
class Quota:
    """How much is taken on."""

    waiting_of_one: int = 20
    """Messages of one person that wait for their turn or are worked on."""
    waiting_in_all: int = 2000
    burst_of_one: int = 20
    """Messages that one person may send at once; not fewer than may wait, or a restart would refuse what had waited."""
    every_s_of_one: float = 3.0
    """Then a message every so many seconds."""
    burst_in_all: int = 2000
    every_s_in_all: float = 1 / 50
    quiet_s: float = 60.0
    """Somebody whose messages are not taken on is told so once in this time."""


TAP_QUOTA = Quota(burst_of_one=60, every_s_of_one=1.0)
"""Of taps on buttons, which cost little."""


class AdmissionVerdict(StrEnum):
    """What becomes of a message; but for TAKEN, the text of that name says it."""

    TAKEN = auto()
    BUSY = auto()
    TOO_FAST = auto()
    IN_SILENCE = auto()
    """Refused like one shortly before, of which the person was told."""


class Admission:
    """Counts the messages that are under way, by sender."""

    def __init__(self, quota: Quota, clock: MonotonicClock) -> None:
        self._quota = quota
        self._clock = clock
        self._waiting: Counter[int] = Counter()
        self._buckets: dict[int, TokenBucket] = {}
        self._told: dict[int, float] = {}
        self._many = REMEMBERED_SENDERS
        self._all = TokenBucket(quota.burst_in_all, quota.every_s_in_all, clock)

    @property
    def waiting(self) -> int:
        """Messages under way."""
        return self._waiting.total()

    def enter(self, sender: int) -> AdmissionVerdict:
        """Take a message on, or say why not; one that is TAKEN must `leave`."""
        verdict = self._verdict(sender)
        if verdict is AdmissionVerdict.TAKEN:
            self._waiting[sender] += 1
            return verdict
        now = self._clock()
        if now - self._told.get(sender, -self._quota.quiet_s) < self._quota.quiet_s:
            return AdmissionVerdict.IN_SILENCE
        self._told[sender] = now
        return verdict

    def leave(self, sender: int) -> None:
        """The message is done."""
        self._waiting[sender] -= 1
        if not self._waiting[sender]:
            del self._waiting[sender]

    def _verdict(self, sender: int) -> AdmissionVerdict:
        if self._waiting[sender] >= self._quota.waiting_of_one:
            return AdmissionVerdict.TOO_FAST
        if self.waiting >= self._quota.waiting_in_all:
            return AdmissionVerdict.BUSY
        if not self._bucket(sender).take():
            return AdmissionVerdict.TOO_FAST
        return AdmissionVerdict.TAKEN if self._all.take() else AdmissionVerdict.BUSY

    def _bucket(self, sender: int) -> TokenBucket:
        if len(self._buckets) >= self._many:
            self._forget_the_quiet()
        if sender not in self._buckets:
            self._buckets[sender] = TokenBucket(self._quota.burst_of_one, self._quota.every_s_of_one, self._clock)
        return self._buckets[sender]

    def _forget_the_quiet(self) -> None:
        now = self._clock()
        self._buckets = {sender: bucket for sender, bucket in self._buckets.items() if not bucket.idle}
        self._told = {sender: told for sender, told in self._told.items() if now - told < self._quota.quiet_s}
        self._many = max(REMEMBERED_SENDERS, 2 * len(self._buckets))
