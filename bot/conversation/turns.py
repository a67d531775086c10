"""Turns: an update, read once, with everything that its handlers need to reply to it."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Update
from telegram.ext import ExtBot

from bot.cards import CallbackData, Reader, decode_callback, texts_for
from bot.clock import Clock
from bot.conversation.intents import Intent, parse_intent
from bot.telegram import Handling, Messenger, RetryPolicy, language_of


@dataclass(frozen=True, slots=True)
class Turn:
    """An update, read: its intent, the reader of the reply, and the messenger that sends it."""

    asks: bool
    """Whether the update asks the bot for something; inline queries do not count, as they wait in no queue."""
    intent: Intent
    """What a message asks for; None for everything but messages that ask."""
    callback: CallbackData | None
    """What the tapped button stands for; None where it is unknown, and for everything but taps."""
    reader: Reader
    messenger: Messenger


@dataclass(frozen=True, slots=True)
class TurnFactory:
    """Makes the turns of one bot."""

    bot: ExtBot[Handling]
    retries: RetryPolicy
    now: Clock
    shows_previews: bool = False
    """Whether cards show the preview of the article that they quote."""

    def begin(self, update: Update, handling: Handling) -> Turn:
        """Reads an update; called once for each, so that nothing is parsed twice."""
        message, tap = update.message, update.callback_query
        intent = parse_intent(message, self.bot.bot) if message else None
        has_inline_mode = bool((message or tap) and self.bot.bot.supports_inline_queries)
        reader = Reader(texts_for(language_of(update)), self.now().date(), has_inline_mode)
        return Turn(
            asks=tap is not None if message is None else intent is not None,
            intent=intent,
            callback=decode_callback(tap.data) if tap else None,
            reader=reader,
            messenger=Messenger(self.bot, handling, self.retries, reader.texts.failed, self.shows_previews),
        )
