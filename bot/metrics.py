"""Metrics of the running bot, for Prometheus and for the status that administrators ask for."""

from __future__ import annotations

from collections import deque
from enum import StrEnum, auto

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from telegram.error import TelegramError

from retrieval import CorpusInfo

RECENT_REPLIES = 1000
"""Number of latest replies that the percentiles are computed of."""
BUCKETS_S = (0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)


class Outcome(StrEnum):
    """The outcome of a question."""

    ANSWERED = auto()
    ABSTAINED = auto()
    CHATTED = auto()
    """No question of the news: small talk, or about the bot."""
    FAILED = auto()
    REFUSED = auto()
    """Not admitted: too many questions, or too fast."""


class Metrics:
    """The metrics of one run."""

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
        self._pending = Gauge("hoibao_waiting", "Messages that wait or are worked on.", registry=self._registry)
        self._errors = Counter("hoibao_telegram_errors", "Failed calls to Telegram.", ["kind"], registry=self._registry)
        self._articles = Gauge("hoibao_articles", "Articles in the index.", registry=self._registry)
        self._version = Gauge("hoibao_index_version", "Grows with every commit.", registry=self._registry)
        self._recent: deque[float] = deque(maxlen=RECENT_REPLIES)
        for outcome in Outcome:
            self._answers.labels(outcome)

    def count_question(self) -> None:
        """Counts a question that is searched for."""
        self._questions.inc()

    def count_outcome(self, outcome: Outcome) -> None:
        """Counts the outcome of a question."""
        self._answers.labels(outcome).inc()

    def observe_reply(self, seconds: float) -> None:
        """Records the latency of a reply: seconds from its update to its delivery."""
        self._latency.observe(seconds)
        self._recent.append(seconds)

    def count_telegram_error(self, error: TelegramError) -> None:
        """Counts a failed call to Telegram."""
        self._errors.labels(type(error).__name__).inc()

    def set_index_size(self, holdings: CorpusInfo) -> None:
        """Sets the number of articles and the version of the index."""
        self._articles.set(holdings.articles)
        self._version.set(holdings.version)

    def set_pending(self, count: int) -> None:
        """Sets the number of pending messages."""
        self._pending.set(count)

    def percentile_s(self, percent: int) -> float | None:
        """Returns a percentile of the latency of recent replies, by nearest rank; None without replies."""
        ordered = sorted(self._recent)
        return ordered[-(-percent * len(ordered) // 100) - 1] if ordered else None

    def outcomes(self) -> dict[str, int]:
        """Returns the number of questions by outcome."""
        return _values(self._answers, "outcome")

    def errors(self) -> dict[str, int]:
        """Returns the number of failed calls to Telegram by type of error."""
        return _values(self._errors, "kind")

    def exposition(self) -> bytes:
        """Returns all metrics in Prometheus' text format."""
        return generate_latest(self._registry)


def _values(counter: Counter, label: str) -> dict[str, int]:
    samples = [sample for metric in counter.collect() for sample in metric.samples if sample.name.endswith("_total")]
    return {sample.labels[label]: int(sample.value) for sample in samples}
