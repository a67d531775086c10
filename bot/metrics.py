"""What is counted while the bot runs: for Prometheus, and for an administrator who asks."""

from __future__ import annotations

from collections import deque
from enum import StrEnum, auto

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from telegram.error import TelegramError

from retrieval import CorpusInfo

RECENT_REPLIES = 1000
"""So many replies the percentiles are of."""
BUCKETS_S = (0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)


class Outcome(StrEnum):
    """What became of a question."""

    ANSWERED = auto()
    ABSTAINED = auto()
    FAILED = auto()
    REFUSED = auto()
    """It was too much or came too fast."""


class Metrics:
    """The counters of one run."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._questions = Counter("hoibao_questions", "Questions looked up.", registry=self._registry)
        self._answers = Counter(
            "hoibao_answers", "Questions by what became of them.", ["outcome"], registry=self._registry
        )
        self._latency = Histogram(
            "hoibao_reply_seconds",
            "Seconds from the arrival of an update to its delivered reply.",
            buckets=BUCKETS_S,
            registry=self._registry,
        )
        self._waiting = Gauge("hoibao_waiting", "Messages that wait or are worked on.", registry=self._registry)
        self._errors = Counter("hoibao_telegram_errors", "Failed calls to Telegram.", ["kind"], registry=self._registry)
        self._articles = Gauge("hoibao_articles", "Articles in the index.", registry=self._registry)
        self._version = Gauge("hoibao_index_version", "Grows with every commit.", registry=self._registry)
        self._recent: deque[float] = deque(maxlen=RECENT_REPLIES)
        for outcome in Outcome:
            self._answers.labels(outcome)

    def asked(self) -> None:
        """A question is looked up."""
        self._questions.inc()

    def became(self, outcome: Outcome) -> None:
        """A question has come to its end."""
        self._answers.labels(outcome).inc()

    def replied(self, seconds: float) -> None:
        """A reply has arrived so long after its update."""
        self._latency.observe(seconds)
        self._recent.append(seconds)

    def failed(self, error: TelegramError) -> None:
        """A call to Telegram has failed."""
        self._errors.labels(type(error).__name__).inc()

    def holds(self, holdings: CorpusInfo) -> None:
        """What the index holds now."""
        self._articles.set(holdings.articles)
        self._version.set(holdings.version)

    def waits(self, count: int) -> None:
        """So many messages wait or are worked on."""
        self._waiting.set(count)

    def percentile_s(self, percent: int) -> float | None:
        """The latency that so many of a hundred recent replies did not exceed, by nearest rank; None without any."""
        ordered = sorted(self._recent)
        return ordered[-(-percent * len(ordered) // 100) - 1] if ordered else None

    def outcomes(self) -> dict[str, int]:
        """How many questions came to which end."""
        return _values(self._answers, "outcome")

    def errors(self) -> dict[str, int]:
        """How many calls to Telegram failed, by kind."""
        return _values(self._errors, "kind")

    def exposition(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)


def _values(counter: Counter, label: str) -> dict[str, int]:
    samples = [sample for metric in counter.collect() for sample in metric.samples if sample.name.endswith("_total")]
    return {sample.labels[label]: int(sample.value) for sample in samples}
