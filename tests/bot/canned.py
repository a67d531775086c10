"""Answers known in advance, for tests of what the bot does with them."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, field, replace

from retrieval.datatypes import (
    AbstainReason,
    Answer,
    CorpusInfo,
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
    """A quote that begins somewhere in an article, in which `answer` is the sentence that answers."""
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
    """An answer that quotes."""
    return Answer(question, quotes, 0.9)


def headline(article_id: str, title: str) -> Headline:
    """An article that lies near."""
    return Headline(article_id, title, "VnExpress", PartialDate(2023, 10, 13), f"https://vnexpress.net/{article_id}")


def abstention(reason: AbstainReason = AbstainReason.NOT_SURE, *nearest: Headline) -> Answer:
    """An answer that does not."""
    return Answer("Giá vàng hôm nay bao nhiêu?", (), 0.1, reason, nearest)


EMPTY = CorpusInfo(0, None, None, (), "model", 1, None)


@dataclass
class Canned:
    """Stands where an opened index stands; a question with a gate is not answered before the gate opens."""

    known: dict[str, Answer] = field(default_factory=dict)
    at_any_time: dict[str, Answer] = field(default_factory=dict)
    """What is known of questions when their time is left out."""
    articles: dict[str, Answer] = field(default_factory=dict)
    """The quotes of an article, whatever is asked."""
    held_words: dict[str, MatchedWords] = field(default_factory=dict)
    """By the text of a quote, which words of the question it holds."""
    held: CorpusInfo = EMPTY
    held_failure: Exception | None = None
    proposed: tuple[Headline, ...] = ()
    gates: dict[str, threading.Event] = field(default_factory=dict)
    failures: dict[str, Exception] = field(default_factory=dict)
    present: int = 1
    """The version of the index."""
    refresh_failure: Exception | None = None
    asked: list[str] = field(default_factory=list)
    after: list[PreviousTurn | None] = field(default_factory=list)
    """For each question asked, the turn before."""
    began: dict[str, threading.Event] = field(default_factory=dict)

    def gate(self, question: str) -> threading.Event:
        """Hold a question back until the returned event is set."""
        self.began[question] = threading.Event()
        self.gates[question] = threading.Event()
        return self.gates[question]

    def open_gates(self) -> None:
        """Hold nothing back any more."""
        for gate in self.gates.values():
            gate.set()

    def ask(
        self, question: str, *, today: dt.date, quotes: int, any_time: bool = False, after: PreviousTurn | None = None
    ) -> Answer:
        """The known answer, or else none."""
        self.asked.append(question)
        self.after.append(after)
        if question in self.began:
            self.began[question].set()
            self.gates[question].wait()
        if question in self.failures:
            raise self.failures[question]
        answer = (self.at_any_time if any_time else self.known).get(question) or abstention()
        return replace(answer, turn=answer.turn or PreviousTurn(question, question))

    def quote(self, question: str, article_id: str, *, quotes: int) -> Answer:
        """The known quotes of the article."""
        self.asked.append(f"{question} < {article_id}")
        if article_id in self.failures:
            raise self.failures[article_id]
        return self.articles.get(article_id) or abstention(AbstainReason.NOTHING_MATCHES)

    def matches(self, answer: Answer, quote: Quote) -> MatchedWords:
        """As set; of one of the answer's quotes, as a card has them that was kept."""
        assert quote in answer.quotes
        return self.held_words.get(quote.text, MatchedWords())

    def holdings(self) -> CorpusInfo:
        """As set, or it fails."""
        if self.held_failure:
            raise self.held_failure
        return self.held

    def examples(self) -> tuple[Headline, ...]:
        """As set."""
        return self.proposed

    def version(self) -> int:
        """As set."""
        return self.present

    def refresh(self) -> None:
        """Nothing changes, or it fails."""
        if self.refresh_failure:
            raise self.refresh_failure
