"""An index with prepared answers, for tests of the bot."""

from __future__ import annotations

import datetime as dt
import re
import threading
from dataclasses import dataclass, field, replace

from retrieval.datatypes import (
    AbstainReason,
    Answer,
    CorpusInfo,
    DialogueAct,
    Headline,
    MatchedWords,
    PartialDate,
    PreviousTurn,
    Quote,
    Span,
)

BODY = (
    "Sáng 20/10, đoàn công tác đến Bắc Giang. Bộ trưởng yêu cầu: mục tiêu là phải giảm được tội phạm. "
    "Buổi làm việc kết thúc vào buổi trưa."
)
ANSWER = "Bộ trưởng yêu cầu: mục tiêu là phải giảm được tội phạm."


def quote_of(
    text: str = BODY,
    answer: str = ANSWER,
    *,
    article_id: str = "a1",
    title: str = "Bộ trưởng làm việc ở Bắc Giang",
    source: str | None = "Báo Công an",
    published: str | None = "2023-10",
    event: str | None = None,
    url: str | None = None,
    start: int = 100,
) -> Quote:
    """A quote from the middle of an article, with `answer` as its answer sentence."""
    at = start + text.index(answer)
    return Quote(
        article_id=article_id,
        start=start,
        end=start + len(text),
        text=text,
        answer_span=Span(at, at + len(answer)),
        title=title,
        source=source,
        published=(published and PartialDate.parse(published)) or None,
        event=(event and PartialDate.parse(event)) or None,
        url=url,
    )


def answer_of(*quotes: Quote, question: str = "Bộ trưởng yêu cầu gì?") -> Answer:
    """An answer with quotes."""
    return Answer(question, quotes, 0.9)


def headline(article_id: str, title: str) -> Headline:
    """One of the nearest articles."""
    return Headline(article_id, title, "VnExpress", PartialDate(2023, 10, 13), f"https://vnexpress.net/{article_id}")


def abstention(reason: AbstainReason = AbstainReason.NOT_SURE, *nearest: Headline) -> Answer:
    """An abstention."""
    return Answer("Giá vàng hôm nay bao nhiêu?", (), 0.1, reason=reason, nearest=nearest)


def naming(question: str) -> Answer:
    """An abstention that tells its question: a headline names it."""
    return replace(abstention(), nearest=(Headline("near", question),))


def named_in(text: str) -> str | None:
    """Returns the question that a card made of `naming` tells; None for another text."""
    match = re.search(r"^1\. (.*) \(", text, re.MULTILINE)
    return match and match[1]


def talk(act: DialogueAct) -> Answer:
    """The reply to a message that asks nothing of the news."""
    return Answer("", (), 0.0, act=act)


EMPTY = CorpusInfo(0, None, None, (), "model", 1, None)


@dataclass
class Canned:
    """Stands in for an open index; a question with a gate is answered when the gate opens."""

    known: dict[str, Answer] = field(default_factory=dict)
    at_any_time: dict[str, Answer] = field(default_factory=dict)
    """Answers to questions without their period."""
    articles: dict[str, Answer] = field(default_factory=dict)
    """The quotes of each article, whatever the question."""
    held_words: dict[str, MatchedWords] = field(default_factory=dict)
    """Matched words, by the text of the quote."""
    held: CorpusInfo = EMPTY
    held_failure: Exception | None = None
    proposed: tuple[Headline, ...] = ()
    gates: dict[str, threading.Event] = field(default_factory=dict)
    failures: dict[str, Exception] = field(default_factory=dict)
    present: int = 1
    """Version of the index."""
    refresh_failure: Exception | None = None
    asked: list[str] = field(default_factory=list)
    after: list[PreviousTurn | None] = field(default_factory=list)
    """The previous turn of each question asked."""
    began: dict[str, threading.Event] = field(default_factory=dict)

    def gate(self, question: str) -> threading.Event:
        """Holds a question back until the returned event is set."""
        self.began[question] = threading.Event()
        self.gates[question] = threading.Event()
        return self.gates[question]

    def open_gates(self) -> None:
        """Opens all gates."""
        for gate in self.gates.values():
            gate.set()

    def ask(
        self, question: str, *, today: dt.date, quotes: int, any_time: bool = False, after: PreviousTurn | None = None
    ) -> Answer:
        """Returns the prepared answer, or else abstains and names the question."""
        self.asked.append(question)
        self.after.append(after)
        if question in self.began:
            self.began[question].set()
            self.gates[question].wait()
        if question in self.failures:
            raise self.failures[question]
        answer = (self.at_any_time if any_time else self.known).get(question) or naming(question)
        return replace(answer, turn=answer.turn or PreviousTurn(question, question))

    def quote(self, question: str, article_id: str, *, quotes: int) -> Answer:
        """Returns the prepared quotes of the article."""
        self.asked.append(f"{question} < {article_id}")
        if article_id in self.failures:
            raise self.failures[article_id]
        return self.articles.get(article_id) or abstention(AbstainReason.NOTHING_MATCHES)

    def matches(self, answer: Answer, quote: Quote) -> MatchedWords:
        """Returns the prepared words; the quote must be one of the answer's."""
        assert quote in answer.quotes
        return self.held_words.get(quote.text, MatchedWords())

    def holdings(self) -> CorpusInfo:
        """Returns the prepared description of the corpus, or fails."""
        if self.held_failure:
            raise self.held_failure
        return self.held

    def examples(self) -> tuple[Headline, ...]:
        """Returns the prepared examples."""
        return self.proposed

    def version(self) -> int:
        """Returns the prepared version."""
        return self.present

    def refresh(self) -> None:
        """Does nothing, or fails."""
        if self.refresh_failure:
            raise self.refresh_failure
