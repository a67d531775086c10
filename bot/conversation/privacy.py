"""Privacy: the cards about stored personal data, consent and deletion."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.cards import Action, CallbackButton, CallbackData, Card, Keyboard, Texts
from bot.clock import Clock
from bot.database import State
from bot.memory import CARD_LIFETIME, TURN_LIFETIME, delete_person, mark_asked, read_consent, record_consent

PRIVACY_KEY = "own"
"""The key in the buttons of these cards, in place of the key of a stored card."""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Reads and changes what is stored of people. Called in threads, for it writes to disk."""

    state: State
    now: Clock

    def consent_card(self, user: int, texts: Texts) -> Card:
        """Asks whether questions may be kept, and says what the user has decided so far."""
        given = read_consent(self.state, user)
        decision = "" if given is None else f"\n\n{texts.consent_given if given else texts.consent_refused}"
        return Card(
            f"{texts.consent}{decision}",
            _choices(texts.agree_button, Action.AGREE, texts.refuse_button, Action.REFUSE),
        )

    def first_consent_card(self, user: int, texts: Texts) -> Card | None:
        """Asks for consent after a user's first vote; None at every later one."""
        return self.consent_card(user, texts) if mark_asked(self.state, user, self.now()) else None

    def may_keep_question(self, asker: int, voter: int) -> bool:
        """Tells whether a question may be kept with a vote. The voter must have asked it, and consented."""
        return asker == voter and read_consent(self.state, voter) is True

    def apply(self, action: Action, user: int, texts: Texts) -> Card:
        """Carries out a tap on one of these cards, and returns the card that replaces it."""
        match action:
            case Action.AGREE | Action.REFUSE:
                given = action is Action.AGREE
                record_consent(self.state, user, self.now(), given=given)
                return Card(texts.consent_given if given else texts.consent_refused)
            case Action.FORGET:
                deleted = delete_person(self.state, user)
                return Card(texts.forgotten.format(cards=deleted.cards, votes=deleted.votes))
            case _:
                return Card(texts.nothing_forgotten)


def forget_card(texts: Texts) -> Card:
    """Asks whether everything stored of the person should be deleted."""
    return Card(texts.forget, _choices(texts.forget_button, Action.FORGET, texts.keep_button, Action.KEEP))


def privacy_card(texts: Texts) -> Card:
    """Says what is stored, and for how long."""
    minutes = TURN_LIFETIME // dt.timedelta(minutes=1)
    return Card(texts.privacy.format(minutes=minutes, days=CARD_LIFETIME.days))


def _choices(first_label: str, first: Action, second_label: str, second: Action) -> Keyboard:
    buttons = (
        CallbackButton(first_label, CallbackData(PRIVACY_KEY, first)),
        CallbackButton(second_label, CallbackData(PRIVACY_KEY, second)),
    )
    return (buttons,)
