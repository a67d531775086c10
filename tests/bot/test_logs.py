from __future__ import annotations

import logging

import pytest

from bot.logs import RedactingFormatter, error_trace

TOKEN = "123456:AAH-secret_PART"


def formatted(name: str, message: str, *arguments: object, error: Exception | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, arguments, info)
    return RedactingFormatter(TOKEN).format(record)


@pytest.mark.parametrize(
    "text",
    [
        f"POST https://api.telegram.org/bot{TOKEN}/getMe",
        f"Bot[token={TOKEN}]",
        f"the token `{TOKEN.lower()}` was rejected",
        "bot123456%3AAAH-secret_PART",
    ],
)
def test_token_is_hidden_in_message_argument_and_exception(text: str) -> None:
    for line in (
        formatted("aiohttp.client", text),
        formatted("aiohttp.client", "request: %s", text),
        formatted("x", "failed", error=ValueError(text)),
    ):
        assert "secret" not in line.lower()
        assert "<token>" in line


def test_arguments_of_the_library_are_left_out_since_they_may_be_messages() -> None:
    line = formatted("telegram.ext.ExtBot", "Received data was %r", [{"text": "câu hỏi"}])
    assert line.endswith("ERROR telegram.ext.ExtBot: Received data was %r")


def test_trail_names_the_error_and_its_way_but_not_its_text() -> None:
    def deep() -> None:
        raise ValueError("câu hỏi")

    with pytest.raises(ValueError, match="câu hỏi") as failure:
        deep()
    assert error_trace(failure.value).startswith("ValueError <- deep:")
    assert "câu" not in error_trace(failure.value)
