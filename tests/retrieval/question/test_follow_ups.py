"""Tests follow-ups: the readings proposed, the articles' decision, and both measured in dialogues."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.config import DEFAULT_SETTINGS
from retrieval.datatypes import AbstainReason, Answer, PreviousTurn, Rewriting, Span
from retrieval.indexing import maintenance as upkeep
from retrieval.question.context import bears_out, content_weight, context_of
from retrieval.question.follow_ups import Proposal, propose, standing_alone
from retrieval.service import QuestionAnswering
from tests.retrieval.questions import NEWS

FOLDER = Path(__file__).with_name("dialogues")
TODAY = dt.date(2025, 1, 10)
BRIDGE = "Cầu Ánh Dương dài bao nhiêu mét?"
SETTINGS = DEFAULT_SETTINGS.follow_ups
GOLD = "Giá vàng miếng ở TP HCM bao nhiêu một lượng?"


@pytest.fixture(scope="module")
def qa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuestionAnswering]:
    index = tmp_path_factory.mktemp("dialogues")
    upkeep.sync_index(index, [FOLDER / "corpus.jsonl"])
    with QuestionAnswering.open(index) as opened:
        yield opened


def turn(question: str) -> PreviousTurn:
    return PreviousTurn(question, question, question)


def read(question: str, before: PreviousTurn, restore_tones: Callable[[str], str] = str) -> list[Proposal]:
    return propose(
        question,
        before,
        weight_of=partial(content_weight, news=NEWS, settings=DEFAULT_SETTINGS),
        restore_tones=restore_tones,
        today=TODAY,
        settings=SETTINGS,
    )


def is_held(reading: Proposal, text: str) -> bool:
    context = context_of(reading, NEWS, DEFAULT_SETTINGS)
    return context is None or bears_out(text, context, SETTINGS)


# --- what the rules propose ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "question", "first"),
    [
        (GOLD, "còn ở Hà Nội thì sao?", "Giá vàng miếng ở Hà Nội bao nhiêu một lượng?"),
        (GOLD, "Hà Nội?", "Giá vàng miếng ở Hà Nội bao nhiêu một lượng?"),
        ("Giá vàng hôm nay tăng bao nhiêu?", "thế giá bạc?", "Giá bạc hôm nay tăng bao nhiêu?"),
        ("Bão số 3 làm bao nhiêu người chết?", "Vậy còn bão số 5?", "Bão số 5 làm bao nhiêu người chết?"),
        (BRIDGE, "còn cầu Bình Minh thì sao?", "Cầu Bình Minh dài bao nhiêu mét?"),
        ("Gạo xuất khẩu giá bao nhiêu một tấn?", "còn cà phê?", "Cà phê bao nhiêu một tấn?"),
        (BRIDGE, "có mấy làn xe?", "Cầu Ánh Dương có mấy làn xe?"),
        (BRIDGE, "ai nói vậy?", "Cầu Ánh Dương dài mét ai nói?"),
        ("Vì sao giá cà phê tăng?", "từ khi nào thế?", "Giá cà phê tăng từ khi nào?"),
        ("Bộ trưởng Tô Lâm làm việc ở đâu?", "Ông ấy yêu cầu gì?", "Bộ trưởng Tô Lâm yêu cầu gì?"),
        ("Điểm trường Mường Chà ở đâu?", "Có bao nhiêu học sinh ở đó?", "Có bao nhiêu học sinh Điểm trường Mường Chà?"),
        ("Giá xăng tháng 8/2024 là bao nhiêu?", "tháng 9/2024 thì sao?", "Giá xăng tháng 9/2024 là bao nhiêu?"),
        ("Giá xăng là bao nhiêu?", "hôm qua thì sao?", "Giá xăng là bao nhiêu hôm qua?"),
    ],
)
def test_a_follow_up_is_first_read_with_the_question_before(before: str, question: str, first: str) -> None:
    assert read(question, turn(before))[0].text == first


@pytest.mark.parametrize(
    "question",
    [
        "Bộ trưởng Đinh Công Sự yêu cầu tỉnh Lạng Bình làm gì với cây na?",
        "Cảm ơn bạn",
        "?!",
    ],
)
def test_what_says_enough_or_asks_nothing_is_read_by_itself_only(question: str) -> None:
    assert read(question, turn(BRIDGE)) == [standing_alone(question)]


@pytest.mark.parametrize(
    "question",
    [
        "Ai là tổng thống Pháp?",
        "Còn bao nhiêu hộ dân ở Vĩnh Khê chưa nhận tiền đền bù?",
        "Họ Nguyễn chiếm bao nhiêu phần trăm dân số?",
        "Thế giới có bao nhiêu loài voi?",
        "Còn vụ cháy chợ vải Ninh Phong thì nguyên nhân là gì?",
    ],
)
def test_what_may_stand_alone_is_read_by_itself_first(question: str) -> None:
    assert read(question, turn(BRIDGE))[0].text == question


def test_a_family_name_is_no_pronoun_and_intelligence_no_question_word() -> None:
    assert read("họ Nguyễn có mấy người?", turn(BRIDGE))[0].text == "họ Nguyễn có mấy người?"
    assert read("họ nói gì?", turn(BRIDGE))[0].text == "Cầu Ánh Dương nói gì?"
    assert read("khi nào?", turn("Ai dùng AI viết báo?"))[0].text == "Dùng AI viết báo khi nào?"


def test_a_question_word_alone_is_never_searched_for_by_itself() -> None:
    assert all(not reading.stands_alone for reading in read("khi nào?", turn(BRIDGE)))


def test_a_chain_of_follow_ups_stays_with_the_question_that_began_it() -> None:
    lanes = read("có mấy làn xe?", turn(BRIDGE))[0]
    begun = read("khởi công khi nào?", lanes.turn)[0]
    assert (begun.text, begun.turn.topic) == ("Cầu Ánh Dương khởi công khi nào?", BRIDGE)


def test_in_a_conversation_without_tones_readings_have_none() -> None:
    toned = {
        "con cau Binh Minh thi sao?": "con cầu Bình Minh thi sao?",  # "con" is not always restored to "còn"
        "Cau Anh Duong dai bao nhieu met?": BRIDGE,
    }
    first = read("con cau Binh Minh thi sao?", turn("Cau Anh Duong dai bao nhieu met?"), toned.__getitem__)[0]
    assert (first.text, first.toned) == ("Cau Binh Minh dai bao nhieu met?", False)
    assert (first.turn.question, first.turn.topic) == (first.text, first.text)
    assert first.read_as == first.turn.shown == first.text  # as typed, since restored tones may be wrong


def test_at_most_three_readings_lean_on_the_question_before() -> None:
    before = PreviousTurn("Hà Nội, Huế và Đà Nẵng có mưa không?", "Nam Định, Hải Phòng và Vinh có mưa không?")
    assert len(read("còn Cần Thơ?", before)) == 3


PIECES = st.text(max_size=12) | st.sampled_from(
    [
        *(
            "còn",
            "thì sao",
            "con",
            "thi sao",
            "ông ấy",
            "họ",
            "Họ Nguyễn",
            "đó",
            "khi nào",
            "không",
            "Hà Nội",
            "TP HCM",
        ),
        *("tháng 8/2024", "hôm qua", "bão số 5", "giá", "AI", "ở", "?", "İ", "\u0301", "…", "1.200", "\n"),
    ]
)
SAYINGS = st.lists(PIECES, max_size=8).map(" ".join)


@given(SAYINGS, SAYINGS, SAYINGS)
def test_whatever_is_said_there_are_some_readings_of_which_one_is_taken_otherwise(
    question: str, before: str, topic: str
) -> None:
    proposed = read(question, PreviousTurn(before, topic))
    assert [reading.is_fallback for reading in proposed].count(True) == 1
    assert len(proposed) <= 4
    for reading in proposed:
        is_held(reading, f"{before} {question}")


# --- what a person is shown ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "question", "shown"),
    [
        (GOLD, "còn ở Hà Nội thì sao?", "Giá vàng miếng ở Hà Nội bao nhiêu một lượng?"),
        ("Giá xăng tháng 8/2024 là bao nhiêu?", "tháng 9/2024 thì sao?", "Giá xăng tháng 9/2024 là bao nhiêu?"),
        ("Bão số 3 làm bao nhiêu người chết?", "Vậy còn bão số 5?", "Bão số 5 làm bao nhiêu người chết?"),
    ],
)
def test_a_question_with_other_words_in_their_place_is_shown_whole(before: str, question: str, shown: str) -> None:
    first = read(question, turn(before))[0]
    assert (first.rewriting, first.read_as) == (Rewriting.SUBSTITUTION, shown)


@pytest.mark.parametrize(
    ("before", "question"),
    [
        (BRIDGE, "ai nói vậy?"),
        ("Bộ trưởng Tô Lâm thăm Điểm trường Mường Chà khi nào?", "Có bao nhiêu người ở đó?"),
        (BRIDGE, "có mấy làn xe?"),
        ("Bộ trưởng Tô Lâm yêu cầu gì?", "còn thủ tướng?"),
    ],
)
def test_of_a_question_put_together_only_what_it_goes_on_from_is_shown(before: str, question: str) -> None:
    for reading in read(question, turn(before)):
        if not reading.stands_alone:
            assert (reading.rewriting, reading.read_as) == (Rewriting.CONTINUATION, before)


def test_nothing_is_shown_that_nobody_could_have_typed_however_long_the_chain() -> None:
    said = read("ai nói vậy?", turn(BRIDGE))[0]
    assert said.turn.question == "Cầu Ánh Dương dài mét ai nói?"
    other = read("còn cầu Bình Minh thì sao?", said.turn)[0]
    assert (other.text, other.read_as) == ("Cầu Bình Minh dài mét ai nói?", BRIDGE)
    assert read("khi nào?", other.turn)[0].read_as == "Cầu Bình Minh dài bao nhiêu mét?"


def test_a_turn_of_an_older_version_is_shown_by_its_topic() -> None:
    assert read("có mấy làn xe?", PreviousTurn("Cầu dài mét ai nói?", BRIDGE))[0].read_as == BRIDGE


# --- what the articles decide ----------------------------------------------------------------------------------------


def test_an_article_must_hold_what_is_kept_and_what_is_added() -> None:
    reading = read("có mấy làn xe?", turn(BRIDGE))[0]
    assert is_held(reading, "Cầu Ánh Dương dài 1.200 mét, có bốn làn xe.")
    assert not is_held(reading, "Cầu Bình Minh dài 2.750 mét, có bốn làn xe.")
    assert not is_held(reading, "Cầu Ánh Dương dài 1.200 mét, không cho ô tô chạy.")


def test_what_stands_in_the_place_of_something_must_stand_together() -> None:
    reading = read("còn giá đồng?", turn("Giá bạc tăng vì sao?"))[0]
    assert is_held(reading, "Vì sao giá đồng tăng mạnh?")
    assert not is_held(reading, "Giá bạc tăng lên 1,12 triệu đồng.")


def test_without_tones_words_are_told_by_their_letters() -> None:
    reading = Proposal("Cau Anh Duong ai thi cong?", turn(""), "Cầu Anh Đường dài mệt", "thì công", toned=False)
    text = "Cầu Ánh Dương dài 1.200 mét do Trường An thi công."
    assert is_held(reading, text)
    assert not is_held(replace(reading, toned=True), text)


def test_what_was_searched_for_is_told_and_goes_on_into_the_next_turn(qa: QuestionAnswering) -> None:
    first = qa.ask(GOLD, today=TODAY)
    then = qa.ask("còn ở Hà Nội thì sao?", today=TODAY, after=first.turn)
    assert first.turn is not None and first.turn.articles == ("vang-hcm",)
    assert (first.read_as, replace(first.turn, articles=())) == (None, turn(GOLD))
    assert then.question == "còn ở Hà Nội thì sao?"
    assert then.read_as == "Giá vàng miếng ở Hà Nội bao nhiêu một lượng?"
    assert then.turn is not None and then.turn.articles[:1] == (then.quotes[0].article_id,)
    assert (then.rewriting, replace(then.turn, articles=())) == (Rewriting.SUBSTITUTION, turn(then.read_as))
    assert "91,9 triệu đồng" in then.quotes[0].text


def test_a_follow_up_that_nothing_answers_is_not_answered_with_the_topic_before(qa: QuestionAnswering) -> None:
    then = qa.ask("còn cầu Rồng Vàng thì sao?", today=TODAY, after=turn(BRIDGE))
    assert (then.quotes, then.reason, bool(then.nearest)) == ((), AbstainReason.NOT_SURE, True)
    assert then.read_as == "Cầu Rồng Vàng dài bao nhiêu mét?"


def test_an_empty_follow_up_is_empty(qa: QuestionAnswering) -> None:
    assert qa.ask("?", after=turn(BRIDGE)).reason is AbstainReason.EMPTY_QUESTION


# --- dialogues -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """Pairs a turn with its answers, asked alone and asked after the turns before."""

    row: dict[str, Any]
    alone: Answer
    after: Answer

    def is_right(self, answer: Answer) -> bool:
        found: str | None = answer.quotes[0].article_id if answer.quotes else None
        return bool(found == self.row["article"])

    def is_marked(self, answer: Answer) -> bool:
        marked = [Span(q.answer_span.start - q.start, q.answer_span.end - q.start).of(q.text) for q in answer.quotes]
        return bool(marked) and str(self.row["answer"]) in marked[0]


@pytest.fixture(scope="module")
def asked(qa: QuestionAnswering) -> list[Asked]:
    rows = [json.loads(line) for line in (FOLDER / "turns.jsonl").read_text(encoding="utf-8").splitlines()]
    found = []
    for _, turns in groupby(rows, key=lambda row: row["dialogue"]):
        before = None
        for row in turns:
            answer = qa.ask(row["text"], today=TODAY, after=before)
            found.append(Asked(row, qa.ask(row["text"], today=TODAY), answer))
            before = answer.turn
    return found


def test_follow_ups_find_the_right_article_and_sentence(asked: list[Asked]) -> None:
    leaning = [one for one in asked if one.row["leans"]]
    judged = [one for one in leaning if one.row["answer"]]
    alone, after = (sum(one.is_right(one.alone) for one in leaning), sum(one.is_right(one.after) for one in leaning))
    print(f"\n{len(leaning)} follow-ups: right article by themselves {alone}, after the turn before {after}")
    assert len(leaning) >= 90
    assert alone < 0.75 * len(leaning) < 0.95 * len(leaning) <= after
    alone, after = (sum(one.is_marked(one.alone) for one in judged), sum(one.is_marked(one.after) for one in judged))
    print(f"{len(judged)} of them: answer marked by themselves {alone}, after the turn before {after}")
    assert alone < 0.65 * len(judged) < 0.8 * len(judged) <= after


def test_questions_that_stand_alone_are_not_bent_by_the_turn_before(asked: list[Asked]) -> None:
    standing = [one for one in asked if not one.row["leans"]]
    print(f"\n{len(standing)} that stand alone: right {sum(one.is_right(one.after) for one in standing)}")
    assert len(standing) >= 70

    def shown(answer: Answer) -> Answer:
        return replace(answer, turn=None)  # the articles of the conversation stay where nothing is answered

    assert [one.row["text"] for one in standing if shown(one.alone) != shown(one.after)] == []
