"""The values that flow from a corpus file to an answer; frozen, without behaviour beyond their own invariants."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""float32 array, shape (n, dim), rows of unit length."""

Vector = NDArray[np.float32]
"""float32 array, shape (dim,), unit length."""

Field = Literal["exact", "plain"]
"""A way of folding terms: `exact` keeps tones, `plain` drops all Vietnamese diacritics."""

_PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A calendar date known to the day, the month (`day` is None) or the year (`month` is None too)."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.month is None and self.day is not None:
            raise ValueError("a day needs a month")
        if 0 in (self.month, self.day):
            raise ValueError("months and days count from 1")
        dt.date(self.year, self.month or 1, self.day or 1)

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, or an ISO 8601 date-time, of which the date is kept.

        Raises:
            ValueError: anything else, and dates that do not exist.
        """
        text = text.strip()
        if match := _PARTIAL_DATE.fullmatch(text):
            year, month, day = (int(part) if part else None for part in match.groups())
            return cls(year or 0, month, day)
        return cls.of(dt.datetime.fromisoformat(text).date())

    @classmethod
    def of(cls, day: dt.date) -> PartialDate:
        """The given day, to the day."""
        return cls(day.year, day.month, day.day)

    @property
    def first(self) -> dt.date:
        """The first day that it may mean."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> dt.date:
        """The last day that it may mean."""
        month = self.month or 12
        return dt.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def vietnamese(self) -> str:
        """As a Vietnamese reader writes it: `20/10/2023`, `10/2023` or `2023`."""
        parts = [str(part) for part in (self.day, self.month) if part is not None]
        return "/".join([*parts, f"{self.year:04d}"])

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"] + [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` (inclusive) to `end` (exclusive) of a text, in code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The substring that the span names."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article's body, or a caption or heading, which is found but never quoted as an answer."""

    start: int
    end: int
    kind: Literal["sentence", "heading"] = "sentence"


@dataclass(frozen=True, slots=True)
class Article:
    """A news article as stored. `body` and `title` are normalised (`retrieval.vietnamese.clean`), by the reader."""

    id: str
    title: str
    body: str
    published: PartialDate | None = None
    source: str | None = None
    url: str | None = None
    event: PartialDate | None = None
    """The day of the event that the article reports, where its text says so; set when it is indexed."""

    @property
    def text(self) -> str:
        """Title and body, a line break between: what is indexed as the whole article."""
        return f"{self.title}\n{self.body}"


@dataclass(frozen=True, slots=True)
class SourcedArticle:
    """An article with the place it was read from: `origin` is the file, `place` the file or `file:line`."""

    article: Article
    origin: str
    place: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article; its text is `article.body[start:end]`."""

    id: int
    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Period:
    """The time that a question asks for: days, inclusive, and the words that said so."""

    since: dt.date
    until: dt.date
    """Until when papers report on it."""
    words: str
    kept: bool = True
    """False where nothing of that time answers, so that articles of any time were searched."""
    last: dt.date | None = None
    """The last day that is meant; None where nobody knows, which is in cards of an older version."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles may be found: dates are inclusive and meet an article's publication date, however precise."""

    since: dt.date | None = None
    until: dt.date | None = None
    source: str | None = None

    def __bool__(self) -> bool:
        return self != Filter()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query, with every signal that ranked it.

    `dense_score` is the cosine to the query; `lexical_score` the BM25 score of the passage; `signals` holds all
    signals by name, before normalisation.
    """

    passage: Passage
    score: float
    dense_score: float
    lexical_score: float
    signals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MatchedWords:
    """Words of a question by where they stand, as they are spelt there; those that it asks with are left out."""

    text: tuple[str, ...] = ()
    """In the quote."""
    title: tuple[str, ...] = ()
    """In the article's title alone."""
    nowhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """Whole sentences of an article, word for word: `text == article.body[start:end]`.

    `answer_span` (in the article's offsets, inside the quote) marks the sentence that answers.
    """

    article_id: str
    start: int
    end: int
    text: str
    answer_span: Span
    title: str
    source: str | None = None
    published: PartialDate | None = None
    event: PartialDate | None = None
    url: str | None = None
    hit: Hit | None = None
    """The passage that led to the quote."""
    copies: int = 0
    """Other papers that print near-duplicates of the article."""


@dataclass(frozen=True, slots=True)
class Headline:
    """An article named, not quoted: what lies nearest when there is no answer."""

    article_id: str
    title: str
    source: str | None = None
    published: PartialDate | None = None
    url: str | None = None


class AbstainReason(StrEnum):
    """Why there is no answer; the command line and the bot put it into words."""

    EMPTY_QUESTION = "empty_question"
    """The question holds no word."""
    NOTHING_MATCHES = "nothing_matches"
    """No article passes the filter, or there is none at all."""
    NOT_SURE = "not_sure"
    """What was found does not look like an answer: the confidence is under the threshold."""


class Rewriting(StrEnum):
    """How a question was rewritten before it was searched for, as far as a person needs to be told."""

    SPELLING = "spelling"
    """Slips of the keyboard were mended; `read_as` is the sentence as it was meant."""
    SUBSTITUTION = "substitution"
    """New words took the place of others in the question before; `read_as` is the whole sentence."""
    CONTINUATION = "continuation"
    """It goes on from an earlier question, which is what `read_as` holds."""


@dataclass(frozen=True, slots=True)
class PreviousTurn:
    """A question in a conversation, for the next one to lean on."""

    question: str
    """As it was searched for; it may be no sentence."""
    topic: str
    """The question that began the topic: itself, or the one that it leant on."""
    shown: str | None = None
    """What a person is shown of it, a sentence that somebody could have typed; None for `topic`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Quotes, the likeliest first; or none, and then `reason` says why and `nearest` names what lies near."""

    question: str
    quotes: tuple[Quote, ...]
    confidence: float
    """Estimated probability that the first quote answers, 0 to 1."""
    reason: AbstainReason | None = None
    nearest: tuple[Headline, ...] = ()
    period: Period | None = None
    """The time that was read from the question."""
    read_as: str | None = None
    """What a person is shown of how the question was read, where it was rewritten."""
    rewriting: Rewriting | None = None
    """How it was rewritten."""
    turn: PreviousTurn | None = None
    """What a following question may lean on; None where nothing was asked."""
    newest: PartialDate | None = None
    """The date of the newest article that the corpus holds; given where there is no answer."""

    @property
    def answered(self) -> bool:
        """Whether there is anything to quote."""
        return bool(self.quotes)


@dataclass(frozen=True, slots=True)
class CorpusInfo:
    """What a corpus holds, and the state of its index."""

    articles: int
    first: dt.date | None
    newest: PartialDate | None
    sources: tuple[tuple[str, int], ...]
    """(source, articles), most articles first."""
    model: str
    version: int
    """Grows with every commit."""
    synced: dt.datetime | None
