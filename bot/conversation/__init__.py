"""Conversation: replies to messages, taps and inline queries.

In comes an update with its turn, made once by `TurnFactory`; out go replies, edits and inline results. `admission`
makes the turns, `routes` hands each update to the handler that it is for, and `admin` handles the rest.
"""

from __future__ import annotations

from bot.conversation.deep_links import question_link
from bot.conversation.inline import InlineSearch, InlineTiming
from bot.conversation.intents import GROUP_COMMANDS
from bot.conversation.messages import MessageHandlers
from bot.conversation.privacy import PersonalData
from bot.conversation.replies import AnswerSource, ReplyBuilder
from bot.conversation.taps import TapHandlers
from bot.conversation.turns import Turn, TurnFactory

__all__ = [
    "GROUP_COMMANDS",
    "AnswerSource",
    "InlineSearch",
    "InlineTiming",
    "MessageHandlers",
    "PersonalData",
    "ReplyBuilder",
    "TapHandlers",
    "Turn",
    "TurnFactory",
    "question_link",
]
