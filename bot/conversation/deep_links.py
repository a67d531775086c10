"""Deep links: a question in the 64 characters `A-Za-z0-9_-` that Telegram lets a link to the bot carry.

Two notations: `t-` and the base64url of the text, where that fits; else `q-` and the words without tones, joined by
hyphens, which people can read too, and which the search restores.
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
_PAYLOAD = re.compile(rf"[tq]-[A-Za-z0-9_-]{{1,{LONGEST_START_PARAMETER - 2}}}")
_USERNAME = re.compile(r"@?([A-Za-z]\w{3,31})", re.ASCII)
_MARK = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[A-Za-z0-9]+")


def decode_question(payload: str) -> str | None:
    """The question that a link carries; None for whatever else comes with `/start`."""
    if not _PAYLOAD.fullmatch(payload):
        return None
    content = payload[2:]
    if payload.startswith(_TEXT):
        return _decoded(content)
    words = content.split("-")
    return " ".join(words) if all(map(_WORD.fullmatch, words)) else None


def question_link(username: str, question: str) -> str:
    """The address that opens the chat with a bot and asks a question there.

    Raises:
        UsageError: the question holds no word or is too long, or the name is none that a bot can have.
    """
    name = _USERNAME.fullmatch(username)
    if not name:
        raise UsageError(f"{username!r} is no name of a bot: give it as @hoibao_bot")
    payload = encode_question(question)
    if not payload:
        raise UsageError(
            f"{question!r} holds no word, or more than the {LONGEST_START_PARAMETER} letters of a link hold"
        )
    return f"https://t.me/{name[1]}?start={payload}"


def encode_question(question: str) -> str | None:
    """What a link carries for a question; None where there is no word in it, or too many."""
    text = unicodedata.normalize("NFC", " ".join(question.split()))
    exact = _TEXT + base64.urlsafe_b64encode(text.encode("utf-8", "replace")).decode().rstrip("=")
    toneless = _WORDS + "-".join(_WORD.findall(_toneless(text)))
    return next((payload for payload in (exact, toneless) if decode_question(payload)), None)


def _decoded(content: str) -> str | None:
    """The text that strict base64url stands for; None where it is none, or no text of a question."""
    try:
        text = base64.b64decode(content + "=" * (-len(content) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return text if text.isprintable() and any(map(str.isalnum, text)) else None


def _toneless(text: str) -> str:
    return _MARK.sub("", unicodedata.normalize("NFD", text)).replace("đ", "d").replace("Đ", "D")
