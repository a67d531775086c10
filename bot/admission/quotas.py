"""Quotas of messages: how many may be pending, and how fast they may come."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum, auto

from bot.limits import MonotonicClock, TokenBucket

REMEMBERED_SENDERS = 1024
"""Number of senders beyond which the buckets of idle senders are dropped."""


@dataclass(frozen=True, slots=True)
class Quota:
    """How many messages are admitted. A message is pending while it waits or is handled."""

    pending_per_sender: int = 20
    pending_in_total: int = 2000
    burst_per_sender: int = 20
    """Messages that one sender may send at once; no fewer than may be pending, or a restart would refuse some."""
    interval_per_sender_s: float = 3.0
    """Time until one more message is allowed after a burst."""
    burst_in_total: int = 2000
    interval_in_total_s: float = 1 / 50
    notice_interval_s: float = 60.0
    """A sender is told of refusals once in this time."""


TAP_QUOTA = Quota(burst_per_sender=60, interval_per_sender_s=1.0)
"""The quota of taps on buttons, which cost little."""


class AdmissionVerdict(StrEnum):
    """Whether a message is admitted. A reader is told BUSY and TOO_FAST by the text of that name."""

    ADMITTED = auto()
    BUSY = auto()
    TOO_FAST = auto()
    SILENT = auto()
    """Refused, shortly after a refusal that the sender was told of."""


class Admission:
    """Admits messages by a quota, and counts the pending ones by sender."""

    def __init__(self, quota: Quota, clock: MonotonicClock) -> None:
        self._quota = quota
        self._clock = clock
        self._pending: Counter[int] = Counter()
        self._buckets: dict[int, TokenBucket] = {}
        self._last_notice: dict[int, float] = {}
        self._most_buckets = REMEMBERED_SENDERS
        self._total = TokenBucket(quota.burst_in_total, quota.interval_in_total_s, clock)

    @property
    def pending(self) -> int:
        """Number of pending messages."""
        return self._pending.total()

    def enter(self, sender: int) -> AdmissionVerdict:
        """Admits a message, or says why not; each admitted one must `leave`."""
        verdict = self._verdict(sender)
        if verdict is AdmissionVerdict.ADMITTED:
            self._pending[sender] += 1
            return verdict
        now, interval_s = self._clock(), self._quota.notice_interval_s
        if now - self._last_notice.get(sender, -interval_s) < interval_s:
            return AdmissionVerdict.SILENT
        self._last_notice[sender] = now
        return verdict

    def leave(self, sender: int) -> None:
        """Ends the pending of an admitted message."""
        self._pending[sender] -= 1
        if not self._pending[sender]:
            del self._pending[sender]

    def _verdict(self, sender: int) -> AdmissionVerdict:
        if self._pending[sender] >= self._quota.pending_per_sender:
            return AdmissionVerdict.TOO_FAST
        if self.pending >= self._quota.pending_in_total:
            return AdmissionVerdict.BUSY
        if not self._bucket(sender).try_acquire():
            return AdmissionVerdict.TOO_FAST
        return AdmissionVerdict.ADMITTED if self._total.try_acquire() else AdmissionVerdict.BUSY

    def _bucket(self, sender: int) -> TokenBucket:
        if len(self._buckets) >= self._most_buckets:
            self._drop_idle()
        if sender not in self._buckets:
            self._buckets[sender] = TokenBucket(
                self._quota.burst_per_sender, self._quota.interval_per_sender_s, self._clock
            )
        return self._buckets[sender]

    def _drop_idle(self) -> None:
        now, interval_s = self._clock(), self._quota.notice_interval_s
        self._buckets = {sender: bucket for sender, bucket in self._buckets.items() if not bucket.idle}
        self._last_notice = {sender: time for sender, time in self._last_notice.items() if now - time < interval_s}
        self._most_buckets = max(REMEMBERED_SENDERS, 2 * len(self._buckets))
