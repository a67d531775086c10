"""What is replied to a question and to the commands that ask of the corpus: looked up, kept, and made into a card.

Called in threads: it searches, and it writes to disk.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from dataclasses import dataclass, replace
from typing import Protocol

from bot.cards import Card, Texts, answer_card, corpus_text, welcome_card
from bot.clock import Clock
from bot.conversation.intents import AskIntent
from bot.memory import CardStore, History, Place
from bot.metrics import Metrics, Outcome
from retrieval import Answer, CorpusInfo, Headline, MatchedWords, PreviousTurn, Quote

MOST_QUOTES = 6
"""Quotes that a reader can go through."""

_log = logging.getLogger(__name__)


class AnswerSource(Protocol):
    """What the bot needs of an opened index; `retrieval.service.QuestionAnswering` is one. Called from threads."""

    def ask(
        self, question: str, *, today: dt.date, quotes: int, any_time: bool = False, after: PreviousTurn | None = None
    ) -> Answer:
        """Answer with so many quotes at most, or abstain.

        A time in the question narrows the search or is left out; the question may lean on the turn before.
        """

    def quote(self, question: str, article_id: str, *, quotes: int) -> Answer:
        """Quote one article, however unsure it is that it answers; no quotes where there is no such article."""

    def matches(self, answer: Answer, quote: Quote) -> MatchedWords:
        """Which words of the question a quote of its answer holds."""

    def holdings(self) -> CorpusInfo:
        """What the corpus holds."""

    def examples(self) -> tuple[Headline, ...]:
        """Articles that answer their own headline."""

    def version(self) -> int:
        """Grows with every change of the index."""

    def refresh(self) -> None:
        """Take in what has been committed since."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, where, and in which language."""

    place: Place
    texts: Texts


@dataclass(frozen=True, slots=True)
class PreparedReply:
    """A card to be sent, with the key that it is kept under; without one, it has no buttons."""

    card: Card
    key: str | None = None


@dataclass(frozen=True, slots=True)
class ReplyBuilder:
    """What the replies are made of."""

    answers: AnswerSource
    cards: CardStore
    conversations: History
    now: Clock
    metrics: Metrics

    def answer(self, question: AskIntent, asker: Asker) -> PreparedReply:
        """The answer to a question; it says what was asked where the person has not typed just that."""
        started, now = time.monotonic(), self.now()
        before = self._before(question, asker.place, now)
        found = self.answers.ask(question.text, today=now.date(), quotes=MOST_QUOTES, after=before)
        self.metrics.became(Outcome.ANSWERED if found.answered else Outcome.ABSTAINED)
        _log.info("%s, %.0f ms", describe_outcome(found), 1000 * (time.monotonic() - started))
        if not question.said and not found.read_as:
            found = replace(found, read_as=question.text)
        if found.turn:
            self.conversations.went_on(asker.place, found.turn, now)
        return self._kept(found.turn.question if found.turn else question.text, found, asker, now)

    def _before(self, question: AskIntent, place: Place, now: dt.datetime) -> PreviousTurn | None:
        """What a question may lean on: the message that it answers, or else the turn before."""
        if question.about:
            return PreviousTurn(question.about, question.about)
        card = self.cards.in_message(place.chat, question.card) if question.card else None
        return card.answer.turn if card and card.answer.turn else self.conversations.before(place, now)

    def _kept(self, question: str, found: Answer, asker: Asker, now: dt.datetime) -> PreparedReply:
        key = self.cards.add(asker.place.chat, asker.place.user, asker.texts.code, question, found, now)
        return PreparedReply(answer_card(found, key, asker.texts, now.date()), key)

    def afresh(self, asker: Asker) -> PreparedReply:
        """That the next question leans on none."""
        self.conversations.start_afresh(asker.place)
        return PreparedReply(Card(asker.texts.afresh))

    def welcome(self, asker: Asker) -> PreparedReply:
        """The greeting, with examples of what can be asked."""
        examples, empty = self.answers.examples(), not self.answers.holdings().articles
        proposed = Answer("", (), 0.0, nearest=examples)
        key = self.cards.add(asker.place.chat, asker.place.user, asker.texts.code, "", proposed, self.now())
        return PreparedReply(welcome_card(examples, key, asker.texts, empty=empty), key)

    def holdings(self, asker: Asker) -> PreparedReply:
        """What the corpus holds."""
        return PreparedReply(Card(corpus_text(self.answers.holdings(), asker.texts, self.now().date())))


def describe_outcome(answer: Answer) -> str:
    """What came of a question, without what was asked."""
    came = f"{len(answer.quotes)} quotes" if answer.answered else f"no answer ({answer.reason})"
    return f"{came}, confidence {answer.confidence:.2f}"
