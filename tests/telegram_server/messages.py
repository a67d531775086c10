"""Checks the text and the buttons of a message that the bot sends."""

from __future__ import annotations

import json
from typing import Any

from tests.telegram_server.errors import RefusedError
from tests.telegram_server.html import HtmlError, is_address, parse
from tests.telegram_server.text import Entity, is_empty, tidied, utf16_length

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LONGEST_MARKUP_BYTES = 32768
MOST_ENTITIES = 100
HEAVIEST_ENTITIES_BYTES = 9500
MOST_BUTTONS = 100
MOST_BUTTONS_IN_A_ROW = 8


def read_text(text: str, parse_mode: str | None) -> tuple[str, list[Entity]]:
    """Returns the text as it is shown, with its entities.

    Raises:
        RefusedError: it breaks a rule or a limit.
    """
    if len(text.encode()) > LONGEST_MARKUP_BYTES:
        raise RefusedError("message is too long")
    if parse_mode not in (None, "HTML"):
        raise RefusedError("unsupported parse_mode")
    try:
        plain, entities = parse(text) if parse_mode else (text, [])
    except HtmlError as error:
        raise RefusedError(f"can't parse entities: {error}") from error
    shown, entities = tidied(plain, entities)
    if is_empty(shown):
        raise RefusedError("message text is empty")
    if max(len(shown), utf16_length(shown)) > LONGEST_TEXT:
        raise RefusedError("message is too long")
    # Telegram drops the entities past the hundredth without an error; here that is one.
    if len(entities) > MOST_ENTITIES:
        raise RefusedError(f"{len(entities)} entities, only {MOST_ENTITIES} are shown")
    if len(json.dumps([entity.json() for entity in entities]).encode()) > HEAVIEST_ENTITIES_BYTES:
        raise RefusedError("ENTITIES_TOO_LONG")
    return shown, entities


def shown(markup: str) -> str:
    """Returns the visible text of Telegram's HTML."""
    return read_text(markup, "HTML")[0]


def text_content(parameters: dict[str, Any], name: str) -> dict[str, Any]:
    """Returns a message's fields: text (of the parameter `name`), entities, buttons, link preview.

    Raises:
        RefusedError: something of it is not legal.
    """
    if "entities" in parameters:
        raise RefusedError("this server knows of entities by parse_mode only")
    text, entities = read_text(parameters.get(name, ""), parameters.get("parse_mode"))
    content: dict[str, Any] = {"text": text}
    if entities:
        content["entities"] = [entity.json() for entity in entities]
    if options := parameters.get("link_preview_options"):
        content["link_preview_options"] = options
    return content | keyboard_content(parameters)


def caption_content(parameters: dict[str, Any]) -> dict[str, Any]:
    """Returns the fields below a file: caption, if any, and buttons.

    Raises:
        RefusedError: something of it is not legal.
    """
    if "caption_entities" in parameters:
        raise RefusedError("this server knows of entities by parse_mode only")
    content: dict[str, Any] = {}
    if parameters.get("caption"):
        content["caption"], entities = read_text(parameters["caption"], parameters.get("parse_mode"))
        if utf16_length(content["caption"]) > LONGEST_CAPTION:
            raise RefusedError("message caption is too long")
        if entities:
            content["caption_entities"] = [entity.json() for entity in entities]
    return content | keyboard_content(parameters)


def keyboard_content(parameters: dict[str, Any]) -> dict[str, Any]:
    """Returns the buttons below a message, if any.

    Raises:
        RefusedError: one is not legal.
    """
    markup = parameters.get("reply_markup")
    if not markup:
        return {}
    check_keyboard(markup)
    # An empty keyboard removes the buttons.
    return {"reply_markup": markup} if markup["inline_keyboard"] else {}


def check_keyboard(markup: dict[str, Any]) -> None:
    """Checks the buttons of a message.

    Raises:
        RefusedError: there are too many, or one does nothing or two things, or its payload is not legal.
    """
    rows = markup["inline_keyboard"]
    if sum(map(len, rows)) > MOST_BUTTONS or any(not 1 <= len(row) <= MOST_BUTTONS_IN_A_ROW for row in rows):
        raise RefusedError("REPLY_MARKUP_TOO_LONG")
    for button in (button for row in rows for button in row):
        _check_button(button)


def _check_button(button: dict[str, Any]) -> None:
    actions = set(button) - {"text", "style", "icon_custom_emoji_id"}
    if len(actions) != 1 or not button["text"].strip():
        raise RefusedError("a button needs a text and exactly one action")
    if button.get("style", "primary") not in ("danger", "success", "primary"):
        raise RefusedError("invalid button style specified")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise RefusedError("BUTTON_DATA_INVALID")
    if "copy_text" in button and not 1 <= len(button["copy_text"]["text"]) <= 256:
        raise RefusedError("BUTTON_COPY_TEXT_INVALID")
    if "url" in button and not is_address(button["url"]):
        raise RefusedError("BUTTON_URL_INVALID")
