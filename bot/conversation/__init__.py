"""Door."""

from __future__ import annotations

from bot.conversation.deep_links import question_link
from bot.conversation.inline import Inline, Timing
from bot.conversation.intents import IN_GROUPS
from bot.conversation.messages import Handlers
from bot.conversation.privacy import OwnData
from bot.conversation.replies import Answers, Replies
from bot.conversation.taps import Buttons

__all__ = [
    "IN_GROUPS",
    "Answers",
    "Buttons",
    "Handlers",
    "Inline",
    "OwnData",
    "Replies",
    "Timing",
    "question_link",
]
