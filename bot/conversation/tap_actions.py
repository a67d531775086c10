"""What comes of a tap on a button: another view of the card, a verdict that is noted, or a question to be answered.

A button says what to show, not what to show next, so that a second tap on it asks for what is there already. Called in
threads: it may search, and it writes to disk.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from bot.cards import Action, CallbackData, Card, Texts, answer_card, explanation_card, texts_for
from bot.conversation.privacy import PersonalData
from bot.conversation.replies import MOST_QUOTES, ReplyBuilder, describe_outcome
from bot.memory import StoredCard, Verdict, Vote, toggle_vote

SEARCH_ACTIONS = frozenset({Action.HEADLINE, Action.ANY_TIME})
"""What takes as long as a question does."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TapResult:
    """What comes of a tap."""

    note: str = ""
    """Fades in and out over the chat of the person who taps."""
    card: Card | None = None
    """What the message shows now."""
    question: Card | None = None
    """Something to be asked with a message of its own."""
    example: str | None = None
    """A question to be answered with a message of its own."""


@dataclass(frozen=True, slots=True)
class CardTap:
    """A tap on a button of a card that is known."""

    shown: StoredCard
    press: CallbackData
    user: int
    texts: Texts
    """In the language of the person who taps, who need not be the one who asked."""


@dataclass(frozen=True, slots=True)
class TapActions:
    """What the reactions are made of."""

    replies: ReplyBuilder
    own: PersonalData

    def to(self, tapped: CardTap) -> TapResult:
        """Work out what comes of a tap."""
        match tapped.press.action:
            case Action.PAGE:
                return TapResult(card=self._quotes(tapped.shown, tapped.press.argument))
            case Action.WHY:
                return TapResult(card=self._explanation(tapped.shown, tapped.press.argument))
            case Action.GOOD:
                return self._vote(tapped, Verdict.GOOD, tapped.texts.good_note)
            case Action.BAD:
                return self._vote(tapped, Verdict.BAD, tapped.texts.bad_note)
            case Action.HEADLINE:
                return self._open(tapped)
            case Action.NEAREST:
                return TapResult(card=self._changed(replace(tapped.shown, opened=None)))
            case Action.ANY_TIME:
                return self._ask_at_any_time(tapped)
            case Action.EXAMPLE:
                return self._example(tapped)
            case _:
                return TapResult(tapped.texts.expired_note)

    def _quotes(self, shown: StoredCard, page: int = 0) -> Card:
        """A quote in front; the first, where there is no such one any more."""
        page = page if page < len(shown.visible.quotes) else 0
        today, texts = self.replies.now().date(), texts_for(shown.language)
        return answer_card(shown.visible, shown.key, texts, today, page, chosen=shown.opened is not None)

    def _explanation(self, shown: StoredCard, page: int) -> Card:
        if page >= len(shown.visible.quotes):
            return self._quotes(shown)
        today, texts = self.replies.now().date(), texts_for(shown.language)
        matches = self.replies.answers.matches(shown.visible, shown.visible.quotes[page])
        return explanation_card(shown.visible, matches, shown.key, texts, today, page, chosen=shown.opened is not None)

    def _vote(self, tapped: CardTap, verdict: Verdict, thanks: str) -> TapResult:
        """Note a verdict. The card does not show it: in a group it is everybody's."""
        shown, page = tapped.shown, tapped.press.argument
        if page >= len(shown.visible.quotes):
            return TapResult(card=self._quotes(shown))
        vote = Vote(shown.key, tapped.user, verdict, shown.visible.quotes[page], shown.visible)
        question = shown.question if self.own.may_keep(shown.user, tapped.user) else None
        if not toggle_vote(self.replies.cards.state, vote, self.replies.now(), question):
            return TapResult(tapped.texts.taken_back_note)
        # In a group, what is asked of one would be shown to all.
        is_private = shown.chat == tapped.user
        return TapResult(thanks, question=self.own.consent_question(tapped.user, tapped.texts) if is_private else None)

    def _open(self, tapped: CardTap) -> TapResult:
        """Quote one of the nearest articles for the same question."""
        shown, number = tapped.shown, tapped.press.argument
        if number >= len(shown.answer.nearest):
            return TapResult(card=self._quotes(shown))
        article = shown.answer.nearest[number].article_id
        quotes = self.replies.answers.quote(shown.question, article, quotes=MOST_QUOTES)
        if not quotes.answered:
            return TapResult(tapped.texts.gone_note)
        # By itself, an article seems to answer more surely than among those that did not answer for sure.
        confidence = min(quotes.confidence, shown.answer.confidence)
        return TapResult(card=self._changed(replace(shown, opened=replace(quotes, confidence=confidence))))

    def _ask_at_any_time(self, tapped: CardTap) -> TapResult:
        """Ask again without the time that was read from the question, unless that was done already."""
        shown = tapped.shown
        if shown.answer.period is not None:
            today = self.replies.now().date()
            answer = self.replies.answers.ask(shown.question, today=today, quotes=MOST_QUOTES, any_time=True)
            _log.info("at any time: %s", describe_outcome(answer))
            answer = replace(answer, read_as=answer.read_as or shown.answer.read_as)
            shown = replace(shown, answer=answer, opened=None)
        return TapResult(tapped.texts.any_time_note, self._changed(shown))

    def _example(self, tapped: CardTap) -> TapResult:
        examples = tapped.shown.answer.nearest[tapped.press.argument :]
        return TapResult(example=examples[0].title) if examples else TapResult(tapped.texts.expired_note)

    def _changed(self, shown: StoredCard) -> Card:
        """The card as it is from now on."""
        self.replies.cards.update(shown)
        return self._quotes(shown)
