"""The person for whom a card is written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.cards.texts import Texts


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of a card, with the texts of their language and the present day.

    Dates are shown relative to this day, and a question such as "today's gold price" is about it.
    """

    texts: Texts
    today: dt.date
    has_inline_mode: bool = False
    """Whether the bot has inline mode, so that a question can be asked in another chat."""
