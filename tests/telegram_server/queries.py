"""Methods that answer queries: the tap of a button, and inline queries."""

from __future__ import annotations

import re

from tests.telegram_server.errors import RefusedError
from tests.telegram_server.html import is_address
from tests.telegram_server.messages import text_content
from tests.telegram_server.values import Json
from tests.telegram_server.world import World

MOST_RESULTS = 50
_START = re.compile(r"[A-Za-z0-9_-]{1,64}")


def answer_callback_query(world: World, parameters: Json) -> bool:
    """Answer the tap of a button."""
    if len(parameters.get("text", "")) > 200:
        raise RefusedError("MESSAGE_TOO_LONG")
    if "url" in parameters:
        raise RefusedError("URL_INVALID")
    world.answer_query(parameters["callback_query_id"], parameters)
    return True


def answer_inline_query(world: World, parameters: Json) -> bool:
    """Offer results; the answer keeps the messages that they would send, each by its id."""
    results = parameters["results"]
    if len(results) > MOST_RESULTS:
        raise RefusedError("RESULTS_TOO_MUCH")
    if len(parameters.get("next_offset", "").encode()) > 64:
        raise RefusedError("NEXT_OFFSET_INVALID")
    if parameters.get("cache_time", 0) < 0:
        raise RefusedError("CACHE_TIME_INVALID")
    if "button" in parameters:
        _check_button(parameters["button"])
    messages = {result["id"]: _message(result) for result in results}
    if len(messages) < len(results):
        raise RefusedError("RESULT_ID_DUPLICATE")
    world.answer_query(parameters["inline_query_id"], {**parameters, "messages": messages})
    return True


def _message(result: Json) -> Json:
    if not 1 <= len(result["id"].encode()) <= 64:
        raise RefusedError("RESULT_ID_INVALID")
    if not result["title"].strip():
        raise RefusedError("ARTICLE_TITLE_EMPTY")
    if any(not is_address(result[name]) for name in ("url", "thumbnail_url") if name in result):
        raise RefusedError("WEBDOCUMENT_URL_INVALID")
    markup = {"reply_markup": result["reply_markup"]} if "reply_markup" in result else {}
    return text_content({**result["input_message_content"], **markup}, "message_text")


def _check_button(button: Json) -> None:
    if not button["text"].strip() or "start_parameter" not in button:
        raise RefusedError("BUTTON_INVALID")
    if not _START.fullmatch(button["start_parameter"]):
        raise RefusedError("START_PARAM_INVALID")
