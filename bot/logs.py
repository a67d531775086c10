"""The log on stderr: never contains the token, nor what people write."""

from __future__ import annotations

import logging
import re
import traceback

TOKEN_PLACEHOLDER = "<token>"

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class RedactingFormatter(logging.Formatter):
    """Formats records without the token, be it in arguments, addresses or exceptions."""

    def __init__(self, token: str) -> None:
        super().__init__(_FORMAT)
        _, _, secret = token.partition(":")
        # Some error texts of python-telegram-bot are in lower case; addresses may have the colon escaped.
        self._token = re.compile(f"({re.escape(token)}|{re.escape(secret)})", re.IGNORECASE)

    def format(self, record: logging.LogRecord) -> str:
        """Formats a record.

        Records of python-telegram-bot lose their arguments, which may be updates with messages.
        """
        if record.name.partition(".")[0] == "telegram":
            record = logging.makeLogRecord({**record.__dict__, "args": None, "exc_text": None})
        return self._token.sub(TOKEN_PLACEHOLDER, super().format(record))


def configure(token: str) -> None:
    """Sets logging up on stderr: the bot from INFO on, everything else from WARNING on."""
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter(token))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(logging.INFO)
    # It logs each malformed answer of the server in full, with a traceback; the raised error suffices.
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL)
    # Otherwise a record that cannot be formatted is printed raw.
    logging.raiseExceptions = False
    logging.captureWarnings(True)


def log_progress(text: str) -> None:
    """Logs a step of the start that takes seconds."""
    logging.getLogger("bot").info("%s", text)


def error_trace(error: BaseException) -> str:
    """Describes an error by its type and the functions it passed. Its text may repeat what a person has written."""
    frames = traceback.extract_tb(error.__traceback__)
    return " <- ".join([type(error).__name__, *(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))])
