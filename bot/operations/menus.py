"""The menus of commands that clients show, by language and by kind of chat."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.cards import ENGLISH, VIETNAMESE
from bot.conversation import GROUP_COMMANDS
from bot.telegram import Handling, error_summary

MENU_LANGUAGES = ((VIETNAMESE, None), (ENGLISH, "en"))
"""Texts, and the language of the clients that get them; None stands for all other languages."""

_log = logging.getLogger(__name__)


async def set_menus(bot: ExtBot[Handling], admins: Collection[int]) -> None:
    """Sets the menus of all chats; a failure is logged, not raised."""
    try:
        for texts, language in MENU_LANGUAGES:
            in_groups = {name: about for name, about in texts.commands.items() if name in GROUP_COMMANDS}
            await _set_menu(bot, texts.commands, BotCommandScopeAllPrivateChats(), language)
            await _set_menu(bot, in_groups, BotCommandScopeAllGroupChats(), language)
    except TelegramError as error:
        _log.warning("the menu of commands could not be set: %s", error_summary(error))
    for admin in admins:
        try:
            for texts, language in MENU_LANGUAGES:
                await _set_menu(bot, {**texts.commands, **texts.admin_commands}, BotCommandScopeChat(admin), language)
        except TelegramError as error:
            # An administrator who has not written to the bot yet has no chat to set a menu in.
            _log.info("the menu of an administrator could not be set: %s", error_summary(error))


async def _set_menu(
    bot: ExtBot[Handling], commands: Mapping[str, str], where: BotCommandScope, language: str | None
) -> None:
    await bot.set_my_commands([BotCommand(name, about) for name, about in commands.items()], where, language)
