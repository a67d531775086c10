"""The bot as an operator runs it, over the index that the command line builds from the seed articles."""

from __future__ import annotations

import json
import signal
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cards.texts import VIETNAMESE
from tests.bot.running import ROOT, BotProcess, environment, hoibao
from tests.telegram_server import Person, TelegramServer

ARTICLE = unicodedata.normalize("NFC", (ROOT / "seeds" / "000_7bf578808520267a.txt").read_text("utf-8"))
QUESTION = "Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?"
BOT = ["-m", "bot"]


@pytest.fixture
def process(telegram: TelegramServer, index: Path, output: Path) -> Iterator[BotProcess]:
    with BotProcess(BOT, environment(telegram, index, output.parent / "bot.db"), output) as running:
        telegram.wait_for_calls("getUpdates")
        yield running


@pytest.fixture
def alice(telegram: TelegramServer, process: BotProcess) -> Person:
    return telegram.person("Alice")


def test_answer_quotes_the_article_word_for_word(alice: Person) -> None:
    alice.says(QUESTION)
    reply = alice.hears()
    assert reply.reply_to is None
    assert "mục tiêu là phải giảm được tội phạm" in reply.quotes[0]
    assert all(quote in ARTICLE for quote in reply.quotes)
    assert reply.marked("bold") and all(bold in ARTICLE for bold in reply.marked("bold"))
    assert "📰 Bộ trưởng Tô Lâm làm việc với Ban Thường vụ Tỉnh uỷ Bắc Giang" in reply.text
    assert "đăng tháng 10/2023 · sự kiện ngày 20/10/2023" in reply.text


def test_question_that_the_corpus_does_not_answer(alice: Person) -> None:
    alice.says("Giá vàng hôm nay bao nhiêu?")
    reply = alice.hears()
    assert reply.quotes == []
    assert reply.text.startswith((VIETNAMESE.not_sure, VIETNAMESE.nothing_matches))
    assert "Kho báo của mình có tin đến tháng 10/2023." in reply.text
    alice.taps(reply, reply.buttons[0][0])
    quoted = alice.waits_for_edit(reply)
    assert quoted.quotes and all(quote in ARTICLE for quote in quoted.quotes)


def test_start_proposes_the_article_and_answers_it(alice: Person) -> None:
    alice.says("/start")
    welcome = alice.hears()
    alice.taps(welcome, welcome.buttons[0][0])
    answer = alice.hears()
    assert answer.quotes and all(quote in ARTICLE for quote in answer.quotes)
    alice.taps(answer, VIETNAMESE.why_button)
    assert "Đoạn này có các từ bạn hỏi: " in alice.waits_for_edit(answer).text


def test_neither_token_nor_question_is_ever_printed(
    telegram: TelegramServer, process: BotProcess, alice: Person
) -> None:
    alice.says(QUESTION)
    alice.hears()
    process.signal(signal.SIGTERM)
    assert process.wait() == 0
    printed = process.output()
    assert "@hoibao_test_bot is listening" in printed
    assert "confidence" in printed
    assert telegram.token.partition(":")[2] not in printed
    assert "Tô Lâm" not in printed and "tội phạm" not in printed


@pytest.mark.slow
def test_sync_is_seen_without_a_restart(telegram: TelegramServer, output: Path, tmp_path: Path) -> None:
    index, more = tmp_path / "index", tmp_path / "more.jsonl"
    hoibao("--index", index, "sync", "seeds/")
    text = "Sáng 5/3, giá vàng miếng SJC được niêm yết ở mức 81 triệu đồng một lượng. Thị trường khá trầm lắng."
    more.write_text(json.dumps({"_id": "vang", "title": "Giá vàng miếng SJC", "text": text, "date": "2024-03-05"}))
    alice = telegram.person("Alice")
    question = "Giá vàng miếng SJC được niêm yết ở mức bao nhiêu?"
    with BotProcess(BOT, environment(telegram, index), output):
        alice.says(question)
        assert alice.hears().quotes == []
        hoibao("--index", index, "sync", "seeds/", more)
        alice.says(question)
        reply = alice.hears()
        assert any("81 triệu đồng" in quote for quote in reply.quotes)
        assert all(quote in text or quote in ARTICLE for quote in reply.quotes)


@pytest.mark.slow
@pytest.mark.parametrize("command", [["-m", "bot"], ["-m", "retrieval", "bot"]], ids=["module", "hoibao"])
def test_missing_token_is_one_line_that_tells_where_to_get_one(
    telegram: TelegramServer, output: Path, command: list[str]
) -> None:
    with BotProcess(command, {**environment(telegram), "TELEGRAM_BOT_TOKEN": ""}, output) as process:
        assert process.wait() == 2
        assert process.output().count("\n") == 1
        assert "@BotFather" in process.output()


@pytest.mark.slow
def test_missing_index_is_one_line(telegram: TelegramServer, output: Path, tmp_path: Path) -> None:
    with BotProcess(BOT, environment(telegram, tmp_path / "none"), output) as process:
        assert process.wait() == 1
        assert process.output().count("\n") == 1
        assert "hoibao sync" in process.output()


def test_rejected_token_is_one_line_without_the_token(telegram: TelegramServer, index: Path, output: Path) -> None:
    telegram.revoke_token()
    with BotProcess(BOT, environment(telegram, index), output) as process:
        assert process.wait() == 1
        assert process.output() == (
            "Error: Telegram rejects the token: get a valid one from @BotFather, with /mybots -> API Token\n"
        )
