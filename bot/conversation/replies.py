"""Replies from the corpus: searches for the answer, stores it, and makes it a card.

Called in threads: it searches, and it writes to disk.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from dataclasses import dataclass
from typing import Protocol

from bot.cards import Card, CardContent, Heading, Reader, answer_card, corpus_text, heading_of, welcome_card
from bot.clock import Clock
from bot.conversation.intents import AskIntent
from bot.conversation.privacy import privacy_card
from bot.memory import CardStore, History, Place
from bot.metrics import Metrics, Outcome
from retrieval import Answer, CorpusInfo, DialogueAct, Headline, MatchedWords, PreviousTurn, Quote

MOST_QUOTES = 6
"""Most quotes that a reader can page through."""

_log = logging.getLogger(__name__)


class AnswerSource(Protocol):
    """An open index as the bot uses it, from threads; `retrieval.QuestionAnswering` is one."""

    def ask(
        self, question: str, *, today: dt.date, quotes: int, any_time: bool = False, after: PreviousTurn | None = None
    ) -> Answer:
        """Answers with at most `quotes` quotes, or abstains.

        A period in the question narrows the search, or with `any_time` does not; a follow-up is understood by the turn
        `after` which it is asked.
        """

    def quote(self, question: str, article_id: str, *, quotes: int) -> Answer:
        """Quotes one article, whatever the confidence; no quotes where the article does not exist."""

    def matches(self, answer: Answer, quote: Quote) -> MatchedWords:
        """Returns the words of the question that a quote of the answer contains."""

    def holdings(self) -> CorpusInfo:
        """Describes the corpus: its articles, sources and dates, and the version of the index."""

    def examples(self) -> tuple[Headline, ...]:
        """Returns headlines that are good questions: their article answers them."""

    def version(self) -> int:
        """Returns the version of the index, which grows with every commit."""

    def refresh(self) -> None:
        """Opens the latest commit of the index."""


@dataclass(frozen=True, slots=True)
class Asker:
    """A person who asks: where, and as which reader."""

    place: Place
    reader: Reader


@dataclass(frozen=True, slots=True)
class PreparedReply:
    """A card to be sent, with its key in the card store."""

    card: Card
    key: str | None = None
    """None where the buttons of the card need no stored answer."""


@dataclass(frozen=True, slots=True)
class ReplyBuilder:
    """Builds replies from an index and the bot's memory."""

    answers: AnswerSource
    cards: CardStore
    history: History
    now: Clock
    metrics: Metrics

    def answer(self, question: AskIntent, asker: Asker) -> PreparedReply:
        """Answers a question. The card repeats the question where the person has not typed it in that form."""
        started, now = time.monotonic(), self.now()
        previous = self._previous_turn(question, asker.place, now)
        answer = self.answers.ask(question.text, today=asker.reader.today, quotes=MOST_QUOTES, after=previous)
        self.metrics.count_outcome(_outcome_of(answer))
        _log.info("%s, %.0f ms", describe_outcome(answer), 1000 * (time.monotonic() - started))
        if answer.act.is_small_talk or answer.act.is_about or answer.act is DialogueAct.NO_QUESTION:
            return PreparedReply(self._talk_card(answer.act, asker.reader))
        if answer.turn:
            self.history.record(asker.place, answer.turn, now)
        understood = answer.turn.question if answer.turn else question.text
        heading = heading_of(answer) or (None if question.typed else Heading(question.text))
        content = CardContent(answer, heading, is_introduction=self.introduces(answer, asker.place.chat))
        key = self._store(understood, content, asker, now)
        return PreparedReply(answer_card(content, key, asker.reader), key)

    def _talk_card(self, act: DialogueAct, reader: Reader) -> Card:
        """Makes the reply to a message that asks nothing of the news; nothing of it is stored."""
        texts = reader.texts
        match act:
            case DialogueAct.ABOUT_CORPUS:
                return Card(corpus_text(self.answers.holdings(), reader))
            case DialogueAct.ABOUT_PRIVACY:
                return privacy_card(texts)
            case DialogueAct.ABOUT_USE:
                return Card(texts.help)
            case DialogueAct.NO_QUESTION:
                return Card(texts.empty)
            case _:
                return Card(str(getattr(texts, act)))

    def _previous_turn(self, question: AskIntent, place: Place, now: dt.datetime) -> PreviousTurn | None:
        """Returns the turn of the replied-to message, or else the person's last turn."""
        if question.quoted_text:
            return PreviousTurn(question.quoted_text, question.quoted_text)
        card = self.cards.find_in_message(place.chat, question.card_message) if question.card_message else None
        return card.content.answer.turn if card and card.content.answer.turn else self.history.previous(place, now)

    def introduces(self, answer: Answer, chat: int) -> bool:
        """Tells whether an answer is the first of its chat that quotes, and so tells what its quotes are."""
        return answer.answered and not self.cards.has_introduction(chat)

    def _store(self, question: str, content: CardContent, asker: Asker, now: dt.datetime) -> str:
        place, language = asker.place, asker.reader.texts.code
        return self.cards.add(place.chat, place.user, language, question, content, now)

    def forget_previous(self, asker: Asker) -> PreparedReply:
        """Forgets the last question, so that the next one is no follow-up, and says so."""
        self.history.clear(asker.place)
        return PreparedReply(Card(asker.reader.texts.afresh))

    def welcome(self, asker: Asker) -> PreparedReply:
        """Makes the greeting, with example questions."""
        examples, empty = self.answers.examples(), not self.answers.holdings().articles
        key = self._store("", CardContent(Answer("", (), 0.0, nearest=examples)), asker, self.now())
        return PreparedReply(welcome_card(examples, key, asker.reader.texts, empty=empty), key)

    def holdings(self, asker: Asker) -> PreparedReply:
        """Describes the corpus."""
        return PreparedReply(Card(corpus_text(self.answers.holdings(), asker.reader)))


def describe_outcome(answer: Answer) -> str:
    """Describes an answer for the log, without the question."""
    if answer.act is not DialogueAct.QUESTION:
        return f"{answer.act}, {len(answer.quotes)} quotes, {len(answer.headlines)} headlines"
    outcome = f"{len(answer.quotes)} quotes" if answer.answered else f"no answer ({answer.reason})"
    return f"{outcome}, confidence {answer.confidence:.2f}"


def _outcome_of(answer: Answer) -> Outcome:
    if answer.answered or answer.headlines:
        return Outcome.ANSWERED
    return Outcome.ABSTAINED if answer.reason else Outcome.CHATTED
