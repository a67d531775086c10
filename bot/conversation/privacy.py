"""What people are told of what is stored of them, and settle about it: consent to keeping questions, and deletion."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.cards import Action, CallbackButton, CallbackData, Card, Keyboard, Texts
from bot.clock import Clock
from bot.database import State
from bot.memory import CARD_LIFETIME, TURN_LIFETIME, delete_person, mark_asked, read_consent, record_consent

PRIVACY_KEY = "own"
"""Stands in the buttons of these cards where others have the key of an answer."""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What the cards are made of; called in threads, for it writes to disk."""

    state: State
    now: Clock

    def consent(self, user: int, texts: Texts) -> Card:
        """What somebody has said about keeping questions, with buttons to say so or otherwise."""
        given = read_consent(self.state, user)
        told = "" if given is None else f"\n\n{texts.consent_given if given else texts.consent_refused}"
        return Card(
            f"{texts.consent}{told}", _choices(texts.agree_button, Action.AGREE, texts.refuse_button, Action.REFUSE)
        )

    def consent_question(self, user: int, texts: Texts) -> Card | None:
        """The same, for somebody who has just given feedback; once in all."""
        return self.consent(user, texts) if mark_asked(self.state, user, self.now()) else None

    def may_keep(self, asker: int, voter: int) -> bool:
        """Whether a question may be kept with a vote: it is the voter's own, and the voter has agreed."""
        return asker == voter and read_consent(self.state, voter) is True

    def to(self, action: Action, user: int, texts: Texts) -> Card:
        """What a card of these shows after a tap on one of its buttons."""
        match action:
            case Action.AGREE | Action.REFUSE:
                given = action is Action.AGREE
                record_consent(self.state, user, self.now(), given=given)
                return Card(texts.consent_given if given else texts.consent_refused)
            case Action.FORGET:
                forgotten = delete_person(self.state, user)
                return Card(texts.forgotten.format(cards=forgotten.cards, votes=forgotten.votes))
            case _:
                return Card(texts.nothing_forgotten)


def forget_card(texts: Texts) -> Card:
    """The question whether all should be deleted."""
    return Card(texts.forget, _choices(texts.forget_button, Action.FORGET, texts.keep_button, Action.KEEP))


def privacy_card(texts: Texts) -> Card:
    """What is kept, and for how long."""
    minutes = TURN_LIFETIME // dt.timedelta(minutes=1)
    return Card(texts.privacy.format(minutes=minutes, days=CARD_LIFETIME.days))


def _choices(first: str, does: Action, second: str, other: Action) -> Keyboard:
    return (
        (
            CallbackButton(first, CallbackData(PRIVACY_KEY, does)),
            CallbackButton(second, CallbackData(PRIVACY_KEY, other)),
        ),
    )
