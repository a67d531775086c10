"""Dialogue acts: small talk and questions about the bot are told from questions, and nothing else is."""

from __future__ import annotations

import datetime as dt

import pytest

from retrieval.datatypes import DialogueAct, PreviousTurn
from retrieval.question import understand
from retrieval.question.dialogue_acts import asking_span, dialogue_act_of, read_dialogue_act
from retrieval.vietnamese import toneless
from tests.retrieval.questions import statistics_of

TODAY = dt.date(2024, 3, 6)

MESSAGES = {
    DialogueAct.GREETING: ["chào bạn", "Xin chào!", "hi", "alo", "ad ơi", "chàooo cả nhà nhé", "bạn có khỏe không?"],
    DialogueAct.THANKS: ["cảm ơn nha", "cám ơn bạn nhiều lắm", "tks", "ok cảm ơn bạn", "Thank you so much!", "🙏"],
    DialogueAct.FAREWELL: ["tạm biệt", "bye bye", "thôi mình đi ngủ đây, bye nhé", "chúc bạn ngủ ngon"],
    DialogueAct.INSULT: ["bot ngu", "đm", "vl", "trả lời sai rồi", "ngu vãi", "shut up"],
    DialogueAct.ACKNOWLEDGEMENT: ["ok", "ừ", "vâng ạ", "hay quá", "đúng rồi", "không", "👍"],
    DialogueAct.LAUGHTER: ["haha", "hahahaha", "kkk", "hi hi", ":))", "=))", "😂😂", "^^", "haha :))"],
    DialogueAct.NO_QUESTION: ["b", "A B?", "??", "...", ""],
    DialogueAct.ABOUT_BOT: ["bạn là ai", "mày là bot hả", "xin chào, bạn tên gì vậy?", "ai tạo ra bạn", "who are you?"],
    DialogueAct.ABOUT_CORPUS: ["lấy tin từ đâu", "có tin đến ngày nào", "có những báo nào?", "bạn đọc báo nào"],
    DialogueAct.ABOUT_USE: ["dùng sao", "hướng dẫn cách hỏi", "bạn hoạt động thế nào?", "help", "how does it work?"],
    DialogueAct.ABOUT_PRIVACY: ["có lưu câu hỏi của tôi không?", "bạn lưu gì về mình", "do you keep my questions?"],
}

QUESTIONS = [
    "Ai nói cảm ơn Việt Nam?",
    "Chào Mừng là ai",
    "Bạn là gì trong tiếng Anh",
    "Trạm BOT là gì?",
    "BOT là gì",
    "Hi Lạp ở đâu?",
    "Kaka ghi bàn chưa",
    "đúng không?",
    "chắc không",
    "thật à?",
    "vang",
    "ai",
    "chi ty co may con",
    "giá vàng",
    "Ca sĩ hát bài Xin chào Việt Nam là ai?",
    "nguồn nào",
    "1-2",
]


@pytest.mark.parametrize(("act", "message"), [(act, one) for act, listed in MESSAGES.items() for one in listed])
def test_whole_messages_are_known(act: DialogueAct, message: str) -> None:
    assert read_dialogue_act(message)[0] is act


@pytest.mark.parametrize(
    "message", ["chào bạn", "cảm ơn nha", "tạm biệt", "trả lời sai rồi", "lấy tin từ đâu", "bạn là ai"]
)
def test_tones_may_be_missing(message: str) -> None:
    assert dialogue_act_of(toneless(message)) is dialogue_act_of(message) is not DialogueAct.QUESTION


@pytest.mark.parametrize("message", QUESTIONS)
def test_what_is_unsure_is_a_question(message: str) -> None:
    assert read_dialogue_act(message) == (DialogueAct.QUESTION, asking_span(message))
    assert asking_span(message).of(message) == message


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("chào bạn, giá vàng hôm nay bao nhiêu", "giá vàng hôm nay bao nhiêu"),
        ("chao ban gia vang hom nay", "gia vang hom nay"),
        ("Hello 👋 giá xăng?", "giá xăng?"),
        ("ok cảm ơn. Còn ở Hà Nội thì sao?", "Còn ở Hà Nội thì sao?"),
        ("Giá vàng bao nhiêu? Cảm ơn bạn nhé!", "Giá vàng bao nhiêu?"),
        ("Chào Mừng là ai, cảm ơn", "Chào Mừng là ai"),
        ("Xin chào, Huế", "Xin chào, Huế"),
    ],
)
def test_small_talk_around_a_question_is_left_out(message: str, asked: str) -> None:
    assert asking_span(message).of(message) == asked


def test_the_tokens_of_a_question_stand_in_the_whole_message() -> None:
    message = "Chào bạn, cầu Ánh Dương dài bao nhiêu mét?"
    [question] = understand(message, statistics_of(), today=TODAY)
    assert (question.typed, question.text) == (message, "cầu Ánh Dương dài bao nhiêu mét?")
    assert [token.typed and token.typed.of(message) for token in question.tokens] == [
        "cầu", "Ánh", "Dương", "dài", "bao", "nhiêu", "mét"
    ]  # fmt: skip


def test_small_talk_leans_on_nothing_and_is_searched_for_as_a_query() -> None:
    after = PreviousTurn("Giá vàng bao nhiêu?", "Giá vàng bao nhiêu?")
    [question] = understand("cảm ơn", statistics_of(), today=TODAY, after=after)
    assert (question.act, question.leans_on) == (DialogueAct.THANKS, None)
    [query] = understand("cảm ơn", statistics_of(), today=None)
    assert query.act is DialogueAct.QUESTION
