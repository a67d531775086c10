"""The actions of the buttons under an answer.

A button names the view to show, not the next one, so that a second tap on it asks for the view that is there already.
Called in threads: an action may search, and it writes to disk.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from bot.cards import Action, CallbackData, Card, CardContent, Reader, answer_card, explanation_card, texts_for
from bot.conversation.privacy import PersonalData
from bot.conversation.replies import MOST_QUOTES, ReplyBuilder, describe_outcome
from bot.memory import StoredCard, Verdict, Vote, toggle_vote

SEARCH_ACTIONS = frozenset({Action.HEADLINE, Action.ANY_TIME})
"""The actions that take as long as a question."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TapResult:
    """The result of a tap."""

    note: str = ""
    """Fades in and out over the chat of the person who taps."""
    card: Card | None = None
    """Replaces the tapped card."""
    consent_card: Card | None = None
    """Asks for consent, in a message of its own."""
    example_question: str | None = None
    """To be answered in a message of its own."""


@dataclass(frozen=True, slots=True)
class CardTap:
    """A tap on a button of a stored card."""

    card: StoredCard
    callback: CallbackData
    user: int
    reader: Reader
    """The person who taps, who need not be the one who asked."""

    @property
    def card_reader(self) -> Reader:
        """The same reader, with texts in the language of the person who asked."""
        return replace(self.reader, texts=texts_for(self.card.language))


@dataclass(frozen=True, slots=True)
class TapActions:
    """Carries out taps on the buttons of stored cards."""

    replies: ReplyBuilder
    personal_data: PersonalData

    def apply(self, tap: CardTap) -> TapResult:
        """Carries out the action of the tapped button."""
        texts, argument = tap.reader.texts, tap.callback.argument
        match tap.callback.action:
            case Action.PAGE:
                return TapResult(card=_quotes(tap, argument))
            case Action.WHY:
                return TapResult(card=self._explanation(tap, argument))
            case Action.GOOD:
                return self._vote(tap, Verdict.GOOD, texts.good_note)
            case Action.BAD:
                return self._vote(tap, Verdict.BAD, texts.bad_note)
            case Action.HEADLINE:
                return self._quote_nearest(tap, argument)
            case Action.NEAREST:
                return TapResult(card=self._update(tap, replace(tap.card.content, chosen=None)))
            case Action.ANY_TIME:
                return self._ask_at_any_time(tap)
            case Action.EXAMPLE:
                return _example(tap, argument)
            case _:
                return TapResult(texts.expired_note)

    def _explanation(self, tap: CardTap, page: int) -> Card:
        content, visible = tap.card.content, tap.card.content.visible
        if page >= len(visible.quotes):
            return _quotes(tap)
        matches = self.replies.answers.matches(visible, visible.quotes[page])
        return explanation_card(content, matches, tap.card.key, tap.card_reader, page)

    def _vote(self, tap: CardTap, verdict: Verdict, thanks: str) -> TapResult:
        """Stores a vote. The card does not show it, since in a group the card is everybody's."""
        card, page = tap.card, tap.callback.argument
        quotes = card.content.visible.quotes
        if page >= len(quotes):
            return TapResult(card=_quotes(tap))
        vote = Vote(card.key, tap.user, verdict, quotes[page], card.content.confidence)
        question = card.question if self.personal_data.may_keep_question(card.user, tap.user) else None
        if not toggle_vote(self.replies.cards.state, vote, self.replies.now(), question):
            return TapResult(tap.reader.texts.taken_back_note)
        if card.chat != tap.user:
            # In a group, everybody would see the request for consent.
            return TapResult(thanks)
        return TapResult(thanks, consent_card=self.personal_data.first_consent_card(tap.user, tap.reader.texts))

    def _quote_nearest(self, tap: CardTap, number: int) -> TapResult:
        """Quotes one of the nearest articles for the same question."""
        content = tap.card.content
        if number >= len(content.answer.nearest):
            return TapResult(card=_quotes(tap))
        article = content.answer.nearest[number].article_id
        quotes = self.replies.answers.quote(tap.card.question, article, quotes=MOST_QUOTES)
        if not quotes.answered:
            return TapResult(tap.reader.texts.gone_note)
        introduces = content.is_introduction or self.replies.introduces(quotes, tap.card.chat)
        return TapResult(card=self._update(tap, replace(content, chosen=quotes, is_introduction=introduces)))

    def _ask_at_any_time(self, tap: CardTap) -> TapResult:
        """Asks again without the question's period, unless that was done already."""
        question, content = tap.card.question, tap.card.content
        if content.answer.period is not None:
            answer = self.replies.answers.ask(question, today=tap.reader.today, quotes=MOST_QUOTES, any_time=True)
            _log.info("at any time: %s", describe_outcome(answer))
            introduces = content.is_introduction or self.replies.introduces(answer, tap.card.chat)
            content = replace(content, answer=answer, chosen=None, is_introduction=introduces)
        return TapResult(tap.reader.texts.any_time_note, self._update(tap, content))

    def _update(self, tap: CardTap, content: CardContent) -> Card:
        """Stores the changed content of a card, and returns what its message shows from now on."""
        card = replace(tap.card, content=content)
        self.replies.cards.update(card)
        return _quotes(replace(tap, card=card))


def _quotes(tap: CardTap, page: int = 0) -> Card:
    """Returns the card with a quote in front, the first where that quote does not exist any more."""
    content = tap.card.content
    page = page if page < len(content.visible.quotes) else 0
    return answer_card(content, tap.card.key, tap.card_reader, page)


def _example(tap: CardTap, number: int) -> TapResult:
    examples = tap.card.content.answer.nearest[number:]
    return TapResult(example_question=examples[0].title) if examples else TapResult(tap.reader.texts.expired_note)
