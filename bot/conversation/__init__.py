"""Door."""

from __future__ import annotations

from bot.conversation.deep_links import question_link
from bot.conversation.inline import InlineSearch, InlineTiming
from bot.conversation.intents import GROUP_COMMANDS
from bot.conversation.messages import MessageHandlers
from bot.conversation.privacy import PersonalData
from bot.conversation.replies import AnswerSource, ReplyBuilder
from bot.conversation.taps import TapHandlers

__all__ = [
    "GROUP_COMMANDS",
    "AnswerSource",
    "InlineSearch",
    "InlineTiming",
    "MessageHandlers",
    "PersonalData",
    "ReplyBuilder",
    "TapHandlers",
    "question_link",
]
