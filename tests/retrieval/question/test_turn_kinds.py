"""Kinds of turn: lists, summaries and advice are told from other questions."""

from __future__ import annotations

import pytest

from retrieval.datatypes import DialogueAct
from retrieval.question.turn_kinds import read_turn_kind
from retrieval.vietnamese import toneless

LISTS = [
    "những tỉnh nào bắn pháo hoa",
    "Các vụ cháy tuần này",
    "mấy vụ tai nạn hôm nay",
    "hôm qua có vụ tai nạn nào",
    "tuần này có vụ cháy nào không",
    "kể tên các cầu thủ ghi bàn",
    "Liệt kê giúp mình các món ngon ở Huế",
    "đội tuyển gồm những ai",
    "ca sĩ nào mới qua đời gần đây",
    "danh sách thí sinh vào chung kết",
]

SUMMARIES = [
    ("tóm tắt vụ sập cầu Ánh Dương", "sập cầu Ánh Dương"),
    ("Tóm tắt giúp mình chuyện bầu cử ở Pháp với", "bầu cử ở Pháp"),
    ("tổng hợp tin về bão số 5", "bão số 5"),
    ("diễn biến vụ cháy chợ Sông Lam", "cháy chợ Sông Lam"),
    ("vụ cháy chợ Sông Lam thế nào rồi", "cháy chợ Sông Lam"),
    ("tóm tắt vụ cháy chợ", "cháy chợ"),
    ("vụ án cầu Ánh Dương xử sao rồi, tóm tắt giúp", "cầu Ánh Dương"),
]

ADVICE = [
    "em bị đau bụng có nên uống thuốc này không",
    "tôi bị phạt oan thì phải làm sao",
    "con mình sốt cao có nên cho đi viện không",
    "em bị đau dạ dày ăn gì cho đỡ",
    "mình vay tiền không trả được có bị đi tù không",
    "tôi có 100 triệu nên mua vàng hay gửi ngân hàng",
]

QUESTIONS = [
    "ai là chủ tịch nước",
    "cầu Ánh Dương dài bao nhiêu mét",
    "các đội có đủ người không",
    "mấy giờ trận đấu bắt đầu",
    "trong nước có vụ ngộ độc nào chưa",
    "em gái ông Ba bị bắt có bị phạt không",
    "ông Ba bị phạt bao nhiêu tiền",
    "vụ cháy chợ ở đâu",
    "diễn biến dịch bệnh phức tạp",
    "nên ăn gì vào mùa đông",
    "tóm tắt",
    "vụ điều tra tới đâu rồi",
]


@pytest.mark.parametrize("message", LISTS)
def test_a_list_is_searched_for_as_it_was_typed(message: str) -> None:
    kind = read_turn_kind(message)
    assert (kind.act, kind.text) == (DialogueAct.LIST, message)
    assert read_turn_kind(toneless(message)).act is DialogueAct.LIST


@pytest.mark.parametrize(("message", "matter"), SUMMARIES)
def test_a_summary_is_of_what_is_named(message: str, matter: str) -> None:
    kind = read_turn_kind(message)
    assert (kind.act, kind.text) == (DialogueAct.SUMMARY, matter)
    bare = read_turn_kind(toneless(message))
    assert (bare.act, bare.text) == (DialogueAct.SUMMARY, toneless(matter))


@pytest.mark.parametrize("message", ADVICE)
def test_a_person_who_asks_what_to_do_asks_for_advice(message: str) -> None:
    assert read_turn_kind(message).act is DialogueAct.ADVICE


@pytest.mark.parametrize("message", QUESTIONS)
def test_other_messages_are_questions(message: str) -> None:
    assert read_turn_kind(message).act is DialogueAct.QUESTION
