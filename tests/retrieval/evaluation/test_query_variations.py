"""The same questions, typed without tones or with errors."""

from __future__ import annotations

from retrieval.evaluation.query_variations import with_typos, without_tones
from retrieval.evaluation.question_sets import JudgedQuestion, QuestionSet
from tests.retrieval.evaluation.examples import question_set_of


def test_a_set_is_varied_without_tones_and_with_one_typo_in_each_question() -> None:
    questions = question_set_of("Giá gạo xuất khẩu tăng bao nhiêu?", "Cầu Ánh Dương dài mấy mét?")
    assert without_tones(questions).questions[0].text == "Gia gao xuat khau tang bao nhieu?"
    typos = with_typos(questions)
    assert typos == with_typos(questions)
    for before, after in zip(questions.questions, typos.questions, strict=True):
        changed = [a != b for a, b in zip(before.text.split(), after.text.split(), strict=True)]
        assert sum(changed) == 1 and after.relevant == before.relevant
    assert with_typos(question_set_of("?!", "ở")).questions == question_set_of("?!", "ở").questions


def test_questions_lose_their_tones_and_keep_their_judgements() -> None:
    varied = without_tones(QuestionSet("queries.jsonl", (JudgedQuestion("q", "Giá gạo đâu?", ("640",), {"a": 1}),)))
    assert varied.questions == (JudgedQuestion("q", "Gia gao dau?", ("640",), {"a": 1}),)
