"""Datatypes: defines the frozen values that flow from a corpus file to an answer."""

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
"""A field of index terms: `exact` keeps tones, `plain` drops all Vietnamese diacritics."""

_PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """Represents a calendar date known to the day, the month or the year.

    `day` is None for a month, `month` too for a year.

    Raises:
        ValueError: the date does not exist, or has a day without a month.
    """

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
        """Reads `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or the date of an ISO 8601 date-time.

        Raises:
            ValueError: the text has another form, or the date does not exist.
        """
        text = text.strip()
        if match := _PARTIAL_DATE.fullmatch(text):
            year, month, day = (int(part) if part else None for part in match.groups())
            return cls(year or 0, month, day)
        return cls.of(dt.datetime.fromisoformat(text).date())

    @classmethod
    def of(cls, day: dt.date) -> PartialDate:
        """Makes a date that is known to the day."""
        return cls(day.year, day.month, day.day)

    @property
    def first(self) -> dt.date:
        """Returns the first day of the date."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> dt.date:
        """Returns the last day of the date."""
        month = self.month or 12
        return dt.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def vietnamese(self) -> str:
        """Formats the date in Vietnamese style: `20/10/2023`, `10/2023` or `2023`."""
        parts = [str(part) for part in (self.day, self.month) if part is not None]
        return "/".join([*parts, f"{self.year:04d}"])

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"] + [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class Span:
    """Represents the characters from `start` (inclusive) to `end` (exclusive) of a text, in code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Returns the characters of a text that the span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Sentence:
    """Represents a sentence of an article's body, or a heading or caption.

    Headings and captions (kind `heading`) are part of no passage and never quoted; BM25 of the whole article counts
    them.
    """

    start: int
    end: int
    kind: Literal["sentence", "heading"] = "sentence"


@dataclass(frozen=True, slots=True)
class Article:
    """Represents a news article as stored; readers normalise its title and body by `retrieval.vietnamese.clean`."""

    id: str
    title: str
    body: str
    published: PartialDate | None = None
    source: str | None = None
    url: str | None = None
    event: PartialDate | None = None
    """The day of the reported event, if the text states it; set when the article is indexed."""

    @property
    def text(self) -> str:
        """Returns title and body, joined by a line break, as indexed for the whole article."""
        return f"{self.title}\n{self.body}"


@dataclass(frozen=True, slots=True)
class SourcedArticle:
    """Pairs an article with the place it was read from.

    `origin` is the file, `place` the file or `file:line`.
    """

    article: Article
    origin: str
    place: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Represents a passage, a run of whole sentences of one article: `article.body[start:end]`."""

    id: int
    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Period:
    """Represents the period that a question asks for, in days, both inclusive."""

    since: dt.date
    """The first day."""
    until: dt.date
    """The last day on which newspapers report on the period; at least `last`."""
    words: str
    """The words of the question that name the period."""
    kept: bool = True
    """Whether the first article is of the period; False if it is of another time."""
    last: dt.date | None = None
    """The last day that is meant; None if unknown, as in cards of an older version."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Selects the articles that may be found, by publication date and source.

    Dates are inclusive. A month or a year as publication date passes if any of its days does; an undated article passes
    no date.
    """

    since: dt.date | None = None
    until: dt.date | None = None
    source: str | None = None

    def __bool__(self) -> bool:
        return self != Filter()


@dataclass(frozen=True, slots=True)
class Browse:
    """Describes which of the newest articles a person asks for."""

    where: Filter = Filter()
    """The days of publication and the source; without dates for any day."""
    topic: str | None = None
    """The words that the articles are to be about, with their tones restored; None for all."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Represents a passage found for a question, with its score and signals.

    `score` ranks the hits of one question. `dense_score` is the cosine to the question, `lexical_score` the BM25 score
    of the passage, with tones if the question has tones. `signals` holds all signals by name, before normalisation, and
    the features of a reranked hit.
    """

    passage: Passage
    score: float
    dense_score: float
    lexical_score: float
    signals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MatchedWords:
    """Groups the words of a question by the text that holds them, as spelt there.

    Question words are left out.
    """

    text: tuple[str, ...] = ()
    """Words that the quote holds."""
    title: tuple[str, ...] = ()
    """Words that only the article's title holds."""
    nowhere: tuple[str, ...] = ()
    """Words that neither holds."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Represents whole sentences of an article, word for word: `text == article.body[start:end]`.

    `answer_span`, in offsets of the article's body and inside the quote, marks the answer sentence.
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
    """The hit that the quote was made from."""
    exact_span: Span | None = None
    """The words that answer, as the reader found them, in offsets of the body; None where nothing was read."""
    copies: int = 0
    """Number of other papers that print near-duplicates of the article."""


@dataclass(frozen=True, slots=True)
class Headline:
    """Names an article without quoting it, such as the nearest articles of an abstention."""

    article_id: str
    title: str
    source: str | None = None
    published: PartialDate | None = None
    url: str | None = None


class DialogueAct(StrEnum):
    """Names the dialogue acts: what a person does with a message; all but a question are known by rules."""

    QUESTION = "question"
    """Asks about the news; also all that no rule knows."""
    NO_QUESTION = "no_question"
    """Says nothing: no words, or single letters."""
    BROWSE = "browse"
    """Asks for the newest articles, perhaps of some days, of a paper or about a topic."""
    LIST = "list"
    """Asks for several things or events of a kind."""
    SUMMARY = "summary"
    """Asks to sum up an event."""
    FORWARDED = "forwarded"
    """Passes on what others told, without asking anything."""
    ADVICE = "advice"
    """Asks what to do oneself, which no article can tell."""
    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"
    INSULT = "insult"
    """Scolds, or complains about a reply."""
    ACKNOWLEDGEMENT = "acknowledgement"
    """Agrees, or takes note."""
    LAUGHTER = "laughter"
    """Laughs; also by signs alone."""
    ABOUT_BOT = "about_bot"
    """Asks what answers, or what it can do."""
    ABOUT_CORPUS = "about_corpus"
    """Asks which papers and days the articles are of."""
    ABOUT_USE = "about_use"
    """Asks how to ask."""
    ABOUT_PRIVACY = "about_privacy"
    """Asks what is kept of the person."""

    @property
    def is_small_talk(self) -> bool:
        """Tells whether the message only keeps up the conversation."""
        return self in _SMALL_TALK

    @property
    def is_about(self) -> bool:
        """Tells whether the message asks about the bot or its corpus."""
        return self in _ABOUT


_SMALL_TALK = frozenset(
    (
        DialogueAct.GREETING,
        DialogueAct.THANKS,
        DialogueAct.FAREWELL,
        DialogueAct.INSULT,
        DialogueAct.ACKNOWLEDGEMENT,
        DialogueAct.LAUGHTER,
    )
)
_ABOUT = frozenset((DialogueAct.ABOUT_BOT, DialogueAct.ABOUT_CORPUS, DialogueAct.ABOUT_USE, DialogueAct.ABOUT_PRIVACY))


class AbstainReason(StrEnum):
    """Names the reasons for abstaining, which the command line and the bot put into words."""

    EMPTY_QUESTION = "empty_question"
    """The question has no words."""
    NOTHING_MATCHES = "nothing_matches"
    """No article passes the filter, or the corpus is empty."""
    NOT_SURE = "not_sure"
    """The confidence is below the threshold, or no article supports a follow-up's reading."""
    OTHER_PREMISE = "other_premise"
    """The article that comes nearest lacks names or numbers of the question, so that it tells of something else."""
    NOT_REPORTED = "not_reported"
    """No article reports or denies what a forwarded message tells."""
    ADVICE = "advice"
    """The person asks what to do; articles on the matter are named, and none is quoted as advice."""


class Verdict(StrEnum):
    """Names what the articles say of a forwarded message."""

    REPORTED = "reported"
    """An article reports it."""
    DENIED = "denied"
    """An article denies it."""
    NOTHING = "nothing"
    """No article reports it or denies it."""


class Rewriting(StrEnum):
    """Names the ways a question is rewritten before the search, if a person is told."""

    SPELLING = "spelling"
    """Typing errors were corrected; `read_as` is the corrected question."""
    SUBSTITUTION = "substitution"
    """New words replaced others of the question before; `read_as` is the whole question."""
    CONTINUATION = "continuation"
    """The question was joined with an earlier one; `read_as` is the earlier question."""


@dataclass(frozen=True, slots=True)
class PreviousTurn:
    """Holds a question of a conversation, for a follow-up to lean on."""

    question: str
    """The question as searched for; it may be no sentence."""
    topic: str
    """The question that began the topic: this one, or the one that it leant on."""
    shown: str | None = None
    """The question as shown to a person, a sentence that a person could have typed; None if it is `topic`."""
    articles: tuple[str, ...] = ()
    """Ids of the articles that were quoted or named last in the conversation, best first."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Holds the quotes that answer a question, the likeliest first, or the reason for abstaining."""

    question: str
    """The question as typed."""
    quotes: tuple[Quote, ...]
    """The quotes; none for an abstention."""
    confidence: float
    """Estimated probability that the first quote answers, 0 to 1."""
    reason: AbstainReason | None = None
    """The reason for abstaining; None for an answer, and where nothing was asked that articles answer."""
    nearest: tuple[Headline, ...] = ()
    """The nearest articles, if there are any but none is sure to answer."""
    period: Period | None = None
    """The period that was read from the question."""
    read_as: str | None = None
    """The question as it was read, for a person; None if it was not rewritten."""
    rewriting: Rewriting | None = None
    """The way the question was rewritten; None if it was not."""
    turn: PreviousTurn | None = None
    """The turn that the next question may lean on; None for an empty question."""
    newest: PartialDate | None = None
    """The date of the corpus's newest article, given with an abstention."""
    stale: PartialDate | None = None
    """The date of the first quote's article, where the question asks for what is newest and it is older than that."""
    missing: tuple[str, ...] = ()
    """The names and numbers of the question that the nearest article lacks, if that is the reason for abstaining."""
    found: tuple[str, ...] = ()
    """For each of `missing` what the article tells of in its place, in its words; empty where that is unknown."""
    is_sure: bool = True
    """Whether the confidence reaches the threshold of sure answers; an answer that does not is only possible."""
    act: DialogueAct = DialogueAct.QUESTION
    """What the person did.

    A list has quotes in the order of their probability, a summary in the order of time; small talk has none.
    """
    browse: Browse | None = None
    """The articles that were asked for by `DialogueAct.BROWSE`, else None."""
    headlines: tuple[Headline, ...] = ()
    """The articles that are named in reply to `DialogueAct.BROWSE`, one for each event."""
    verdict: Verdict | None = None
    """What the quotes say of a forwarded message; None for other messages."""

    @property
    def answered(self) -> bool:
        """Tells whether the answer has quotes."""
        return bool(self.quotes)


@dataclass(frozen=True, slots=True)
class CorpusInfo:
    """Summarises a corpus and the state of its index."""

    articles: int
    """Number of articles."""
    first: dt.date | None
    """The earliest day of an article; None without dated articles."""
    newest: PartialDate | None
    """The date of the newest article; None without dated articles."""
    sources: tuple[tuple[str, int], ...]
    """(source, number of its articles), most articles first."""
    model: str
    """The encoder that the index was built with."""
    version: int
    """A number that grows with every commit."""
    synced: dt.datetime | None
    """The time at which a sync was last finished; None for never."""
    sections: tuple[str, ...] = ()
    """The sections of newspapers that the newest articles are of, most articles first."""
