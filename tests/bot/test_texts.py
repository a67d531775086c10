import pytest

from bot import texts
from bot.handlers import _REPLIES
from bot.reading import Notice
from tests.telegram_server.messages import read_text

SENTENCES = [
    *_REPLIES.values(),
    *(texts.FAILED, texts.VERBATIM, texts.NOTHING_MATCHES, texts.NOT_SURE, texts.NEAREST, texts.TRY_AGAIN),
]


@pytest.mark.parametrize("text", SENTENCES)
def test_every_text_is_legal_html_and_short(text: str) -> None:
    shown, _ = read_text(text, "HTML")
    assert len(shown) < 1200


def test_every_notice_has_a_reply() -> None:
    assert set(_REPLIES) == set(Notice)


def test_longest_question_is_written_as_vietnamese_do() -> None:
    assert "1.000 ký tự" in texts.HELP
    assert "1.000 ký tự" in texts.TOO_LONG


def test_menu_is_within_telegrams_limits() -> None:
    assert all(1 <= len(name) <= 32 and 1 <= len(about) <= 256 for name, about in texts.COMMANDS.items())
