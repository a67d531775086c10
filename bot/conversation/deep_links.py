"""Deep links: a question in the start parameter of a link to the bot.

A start parameter has at most 64 characters of `A-Za-z0-9_-`. Two notations: `t-` and the text in base64url where that
fits; else `q-` and the words without tones, joined by hyphens, which people can read and whose tones the search
restores.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata

from retrieval import UsageError

LONGEST_START_PARAMETER = 64
"""Characters."""

_TEXT, _WORDS = "t-", "q-"
_START_PARAMETER = re.compile(rf"[tq]-[A-Za-z0-9_-]{{1,{LONGEST_START_PARAMETER - 2}}}")
_USERNAME = re.compile(r"@?([A-Za-z]\w{3,31})", re.ASCII)
_MARK = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[A-Za-z0-9]+")


def decode_question(parameter: str) -> str | None:
    """Returns the question in a start parameter; None where it holds none."""
    if not _START_PARAMETER.fullmatch(parameter):
        return None
    content = parameter[2:]
    if parameter.startswith(_TEXT):
        return _decoded(content)
    words = content.split("-")
    return " ".join(words) if all(map(_WORD.fullmatch, words)) else None


def question_link(username: str, question: str) -> str:
    """Returns the link that opens the chat with a bot and asks a question there.

    Raises:
        UsageError: the question has no words or is too long, or no bot can have this name.
    """
    name = _USERNAME.fullmatch(username)
    if not name:
        raise UsageError(f"{username!r} is no name of a bot: give it as @hoibao_bot")
    parameter = encode_question(question)
    if not parameter:
        raise UsageError(
            f"{question!r} holds no word, or more than the {LONGEST_START_PARAMETER} letters of a link hold"
        )
    return f"https://t.me/{name[1]}?start={parameter}"


def encode_question(question: str) -> str | None:
    """Returns the start parameter for a question; None where it has no words, or too many."""
    text = unicodedata.normalize("NFC", " ".join(question.split()))
    exact = _TEXT + base64.urlsafe_b64encode(text.encode("utf-8", "replace")).decode().rstrip("=")
    toneless = _WORDS + "-".join(_WORD.findall(_toneless(text)))
    return next((parameter for parameter in (exact, toneless) if decode_question(parameter)), None)


def _decoded(content: str) -> str | None:
    """Decodes strict base64url; None where the text is malformed or cannot be a question."""
    try:
        text = base64.b64decode(content + "=" * (-len(content) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return text if text.isprintable() and any(map(str.isalnum, text)) else None


def _toneless(text: str) -> str:
    return _MARK.sub("", unicodedata.normalize("NFD", text)).replace("đ", "d").replace("Đ", "D")
