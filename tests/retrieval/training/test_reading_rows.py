"""The rows that the reader is trained on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from retrieval.datatypes import Article, Span
from retrieval.training.reading_questions import Label, TrainingQuestion
from retrieval.training.reading_rows import FoundPassages, ReadingRow, RowMaker, RowShares, is_held_out, locate
from retrieval.vietnamese import toneless
from tests.retrieval.sample_articles import BRIDGE, FOOTBALL, RICE

SURE = RowShares(
    other_window=1, own_negative=1, foreign_negative=1, foreign_of_unanswered=1, second_near=1,
    without_tones=0, with_slip=0, in_lower_case=0, without_title=0, without_day=1, window_chars=(120, 120),
)  # fmt: skip
"""Every row that a question can give, typed as it is."""

LENGTH = TrainingQuestion("1", "Cầu Ánh Dương dài bao nhiêu?", Label.ANSWER, "cau", answer="1.200 mét")
TWIN = TrainingQuestion("2", "Cầu Ánh Trăng dài bao nhiêu?", Label.FALSE, "cau", twin_of="1", changed="Ánh Trăng")
NEAR = TrainingQuestion("3", "Cầu Ánh Dương tốn bao nhiêu tiền?", Label.NEAR, "cau")
FIRST, SECOND = BRIDGE.body.index("\n"), BRIDGE.body.rindex("\n")
FOUND = FoundPassages(
    own=(("cau", 0, FIRST), ("cau", FIRST + 1, SECOND), ("cau", SECOND + 1, len(BRIDGE.body))),
    foreign=(("gao", 0, 60), ("bong-da", 0, 47)),
)
ARTICLES = {article.id: article for article in (BRIDGE, RICE, FOOTBALL)}


def rows(*questions: TrainingQuestion, seed: int = 0, shares: RowShares = SURE) -> list[ReadingRow]:
    asked = (LENGTH, TWIN, NEAR)
    maker = RowMaker(asked, ARTICLES, dict.fromkeys(("1", "2", "3"), FOUND), seed, shares)
    texts = {question.text for question in questions}
    return [row for row in maker.rows() if row.question in texts or not questions]


@pytest.mark.parametrize(
    ("text", "answer", "sentence", "found"),
    [
        ("dài 1.200 mét", "1.200 mét", None, Span(4, 13)),
        ("dài  1.200\u00a0 mét", "1.200 mét", None, Span(5, 15)),
        ("sáng sớm, sáng 5/3", "sáng", "sáng 5/3", Span(10, 14)),
        ("một, hai", "sáng", None, None),
        ("mười một", "một", "câu khác", Span(5, 8)),
        ("1200 và 12", "12", None, Span(8, 10)),
        ("1200", "12", None, Span(0, 2)),
        ("gì", " ", None, None),
    ],
)
def test_an_answer_is_located_in_its_sentence_as_whole_words(
    text: str, answer: str, sentence: str | None, found: Span | None
) -> None:
    assert locate(text, answer, sentence) == found


def test_the_passage_of_an_answer_is_the_best_one_that_holds_it() -> None:
    row = rows(LENGTH)[0]
    assert row.passage == "Cây cầu dài 1.200 mét, có bốn làn xe và hai lối đi bộ."
    assert row.answer == Span(12, 21) and row.answer.of(row.passage) == "1.200 mét"
    assert row.headline == "Khánh thành cầu Ánh Dương"
    assert row.contradicted == () and row.group == "cau"


def test_a_passage_that_is_cut_anew_holds_the_answer_too() -> None:
    row = rows(LENGTH)[1]
    assert row.answer is not None and row.answer.of(row.passage) == "1.200 mét"
    assert row.passage in BRIDGE.body and len(row.passage) > 55


def test_negatives_do_not_hold_the_answer() -> None:
    own, foreign = rows(LENGTH)[2:]
    assert own.passage in BRIDGE.body and "1.200" not in own.passage
    assert own.answer is None and own.contradicted is None
    assert foreign.headline in (RICE.title, FOOTBALL.title) and foreign.answer is None


@pytest.mark.parametrize("seed", range(10))
def test_an_article_that_holds_the_answer_is_no_foreign_negative(seed: int) -> None:
    articles = {**ARTICLES, "gao": replace(RICE, body=RICE.body + " Kho gạo dài 1.200\u00a0mét.")}
    maker = RowMaker([LENGTH], articles, {"1": FOUND}, seed, SURE)
    assert [row.headline for row in maker.rows()][3:] == [FOOTBALL.title]


def test_a_false_twin_is_read_with_the_passage_that_contradicts_it() -> None:
    row = rows(TWIN)[0]
    assert row.passage == "Cây cầu dài 1.200 mét, có bốn làn xe và hai lối đi bộ."
    assert row.answer is None
    assert row.contradicted == (Span(4, 13),) and row.contradicted[0].of(row.question) == "Ánh Trăng"


def test_a_near_question_is_read_with_passages_that_search_finds_and_contradicts_nothing_known() -> None:
    near = rows(NEAR)
    assert [row.answer for row in near] == [None, None, None]
    assert [row.contradicted for row in near] == [None, None, None]
    assert near[0].passage == BRIDGE.body[:FIRST]


def test_a_question_with_its_own_passage_needs_no_article() -> None:
    text = "Mẹ đi chợ. Ông Tám khánh thành cầu. Trời mưa."
    asked = TrainingQuestion("4", "Ai khánh thành?", Label.ANSWER, passage=text, answer="Ông Tám")
    [row] = RowMaker([asked], {}, {}, 0, SURE).rows()
    assert row.answer is not None and row.answer.of(row.passage) == "Ông Tám"
    assert row.headline == "" and row.group == text


def test_a_question_whose_article_is_absent_or_lacks_the_answer_gives_no_row() -> None:
    lacking = replace(LENGTH, id="1", answer="1.300 mét")
    absent = replace(LENGTH, id="2", article_id="không có")
    assert list(RowMaker([lacking, absent], ARTICLES, {"1": FOUND, "2": FOUND}, 0, SURE).rows()) == []


def test_equal_seeds_give_equal_rows_and_other_seeds_other_rows() -> None:
    shares = RowShares()
    assert rows(seed=3, shares=shares) == rows(seed=3, shares=shares)
    assert rows(seed=3, shares=shares) != rows(seed=4, shares=shares)


def test_typing_without_tones_or_in_lower_case_keeps_the_spans() -> None:
    [row, *_] = [
        row
        for row in rows(shares=replace(SURE, without_tones=1, in_lower_case=1))
        if row.question == toneless(TWIN.text).lower() and row.contradicted
    ]
    assert row.contradicted is not None and row.contradicted[0].of(row.question) == "anh trang"


def test_a_slip_is_made_only_where_no_word_is_known_to_be_contradicted_or_not() -> None:
    slipped = rows(shares=replace(SURE, with_slip=1))
    changed = [row for row in slipped if row.question not in {LENGTH.text, TWIN.text, NEAR.text}]
    assert changed and all(row.contradicted is None for row in changed)


def test_about_one_group_in_so_many_is_held_out() -> None:
    held_out = sum(is_held_out(f"bài {number}", 25) for number in range(5_000))
    assert 150 < held_out < 250


def test_an_undated_article_has_always_the_same_made_up_day() -> None:
    undated = Article("mua", "Mưa lớn", "Mưa lớn ở Huế. Đường ngập.")
    asked = TrainingQuestion("5", "Mưa ở đâu?", Label.ANSWER, "mua", answer="Huế")
    found = {"5": FoundPassages((("mua", 0, 14),), ())}
    made = [
        next(RowMaker([asked], {"mua": undated}, found, seed, replace(SURE, without_day=0)).rows()).headline
        for seed in (1, 2)
    ]
    assert made[0] == made[1] and made[0].startswith("Mưa lớn (20")
