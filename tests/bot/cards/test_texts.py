import re
import unicodedata
from collections import Counter
from dataclasses import fields
from string import Formatter

import pytest

from bot.cards.texts import ENGLISH, VIETNAMESE, Texts, texts_for
from bot.conversation.intents import StandardReply
from tests.telegram_server.messages import read_text

LANGUAGES = pytest.mark.parametrize("texts", [VIETNAMESE, ENGLISH], ids=["vi", "en"])


@LANGUAGES
def test_every_text_is_legal_html_and_short(texts: Texts) -> None:
    for field in fields(Texts):
        text = getattr(texts, field.name)
        if isinstance(text, str):
            shown, _ = read_text(text, "HTML")
            assert 0 < len(shown) < 1200


@LANGUAGES
def test_every_notice_has_a_reply(texts: Texts) -> None:
    assert all(getattr(texts, notice) for notice in StandardReply)


def test_longest_question_is_written_as_readers_do() -> None:
    assert "1.000 ký tự" in VIETNAMESE.help
    assert "1.000 ký tự" in VIETNAMESE.too_long
    assert "1,000 characters" in ENGLISH.help


@LANGUAGES
def test_menu_is_within_telegrams_limits(texts: Texts) -> None:
    assert all(1 <= len(name) <= 32 and 1 <= len(about) <= 256 for name, about in texts.commands.items())


def test_menus_name_the_same_commands() -> None:
    assert list(VIETNAMESE.commands) == list(ENGLISH.commands)


@pytest.mark.parametrize(("tag", "expected"), [(None, VIETNAMESE), ("vi", VIETNAMESE), ("fr", VIETNAMESE)])
def test_vietnamese_is_the_default(tag: str | None, expected: Texts) -> None:
    assert texts_for(tag) is expected


@pytest.mark.parametrize("tag", ["en", "en-GB", "EN"])
def test_english_is_for_english_clients(tag: str) -> None:
    assert texts_for(tag) is ENGLISH


@LANGUAGES
def test_notes_and_buttons_are_short_plain_text(texts: Texts) -> None:
    for field in fields(Texts):
        text = str(getattr(texts, field.name))
        if field.name.endswith("_note"):
            assert 0 < len(text) <= 200
        if field.name.endswith("_button"):
            assert 0 < len(text) <= 40
        if field.name.endswith(("_note", "_button")):
            assert not set("<>&") & set(text)


def facts(text: str) -> dict[str, object]:
    """What a text says the same in every language: what it fills in, numbers, commands, lines, items and marks."""
    written = re.sub(r"(?<=\d)[.,](?=\d{3})", "", text)
    return {
        "filled in": Counter(name for _, name, _, _ in Formatter().parse(text) if name),
        "numbers": re.findall(r"\d+", written),
        "commands": Counter(re.findall(r"(?<![\w<])/[a-z]+", text)),
        "lines": text.count("\n"),
        "items": text.count("•"),
        "marks": Counter(re.findall(r"<[a-z]+>", text)),
        "symbols": [letter for letter in text if unicodedata.category(letter) == "So"],
    }


@pytest.mark.parametrize(
    "name", [field.name for field in fields(Texts) if isinstance(getattr(VIETNAMESE, field.name), str)]
)
def test_both_languages_tell_the_same_facts(name: str) -> None:
    assert facts(getattr(VIETNAMESE, name)) == facts(getattr(ENGLISH, name))


@LANGUAGES
def test_privacy_and_deletion_name_the_password(texts: Texts) -> None:
    word = {"vi": "mật khẩu", "en": "password"}[texts.code]
    assert texts.privacy.count(word) == texts.forget.count(word) == 2


@LANGUAGES
def test_texts_are_found_again_by_their_code(texts: Texts) -> None:
    assert texts_for(texts.code) is texts
