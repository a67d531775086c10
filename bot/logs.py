"""What the operator reads on stderr: never the token, never what people write."""

from __future__ import annotations

import logging
import re
import traceback

TOKEN_PLACEHOLDER = "<token>"

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class RedactingFormatter(logging.Formatter):
    """Formats records without the token, whatever they carry: arguments, addresses, exceptions."""

    def __init__(self, token: str) -> None:
        super().__init__(_FORMAT)
        _, _, secret = token.partition(":")
        # Some error texts of python-telegram-bot come in lower case; addresses may have the colon escaped.
        self._token = re.compile(f"({re.escape(token)}|{re.escape(secret)})", re.IGNORECASE)

    def format(self, record: logging.LogRecord) -> str:
        """The record as text.

        Records of python-telegram-bot keep their template only: their arguments may be updates, hence messages.
        """
        if record.name.partition(".")[0] == "telegram":
            record = logging.makeLogRecord({**record.__dict__, "args": None, "exc_text": None})
        return self._token.sub(TOKEN_PLACEHOLDER, super().format(record))


def configure(token: str) -> None:
    """Log to stderr: the bot's own doings, and warnings of all others."""
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter(token))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(logging.INFO)
    # A traceback for each answer of the server that is not JSON, with the answer; the error raised says enough.
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL)
    # A record that cannot be formatted would be printed raw.
    logging.raiseExceptions = False
    logging.captureWarnings(True)


def log_progress(text: str) -> None:
    """Log a step of the start that takes seconds."""
    logging.getLogger("bot").info("%s", text)


def error_trace(error: BaseException) -> str:
    """Where an error came from, and its kind; not its text, which may repeat what a person has written."""
    frames = traceback.extract_tb(error.__traceback__)
    return " <- ".join([type(error).__name__, *(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))])
