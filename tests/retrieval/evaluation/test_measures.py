"""Measures, by hand arithmetic."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from retrieval.evaluation.measures import first_quote_answers, latency_measures, measure
from retrieval.search.hybrid_search import SIGNALS
from tests.retrieval.evaluation.examples import question_result


def test_ranking_measures_are_those_of_hand_arithmetic() -> None:
    found = measure(
        [question_result("a", ["a", "b"]), question_result("c", ["b", "a", "c"]), question_result("d", ["a"])]
    )
    assert found["R@1"] == pytest.approx(100 / 3)
    assert found["R@5"] == pytest.approx(200 / 3)
    assert found["MRR@10"] == pytest.approx(100 * (1 + 1 / 3 + 0) / 3)
    assert found["nDCG@10"] == pytest.approx(100 * (1 + 1 / 2 + 0) / 3)  # 1 / log2(1 + 3) is a half


def test_answers_are_looked_for_in_the_first_quote_any_quote_and_the_marked_sentence() -> None:
    texts = ("Trời nắng. Cầu dài 1.200  mét.", "Giá gạo tăng.")
    found = measure(
        [
            question_result("right", ["right"], ("trời NẮNG",), texts),
            question_result("right", ["right"], ("1.200 mét",), texts),
            question_result("right", ["right"], ("giá gạo",), texts),
            question_result("right", ["right"], ("mưa",), texts),
        ]
    )
    assert (found["marked sentence"], found["first quote"], found["any quote"]) == (25, 50, 75)


def test_a_marked_sentence_that_holds_what_misleads_is_wrong() -> None:
    found = question_result("right", ["right"], ("640",), ("Giá gạo từ 500 lên 640. Trời nắng.",))
    misled = replace(found, question=replace(found.question, wrong=("500",)))
    assert measure([found])["marked sentence"] == 100
    assert (measure([misled])["marked sentence"], measure([misled])["first quote"]) == (0, 100)


def test_a_set_without_judgements_has_only_the_share_that_was_answered() -> None:
    found = measure([question_result("", ["a"]), question_result("", ["a"], (), ("Một câu.",))])
    assert set(found) == {"answered"}
    assert found["answered"] == 50


def test_latencies_are_the_median_and_the_95th_percentile() -> None:
    found = latency_measures([n / 1000 for n in range(1, 102)])
    assert found == {"p50 ms": pytest.approx(51), "p95 ms": pytest.approx(96)}


def test_each_signal_is_measured_alone() -> None:
    rankings = {signal: {"a": 2.0, "b": 1.0} for signal in SIGNALS} | {"dense": {"b": 0.9, "a": 0.8}}
    measures = measure([replace(question_result("a", ["a"]), rankings_by_signal=rankings)])
    assert measures["nDCG@10 dense"] == pytest.approx(100 / math.log2(3))
    assert {measures[f"nDCG@10 {signal}"] for signal in SIGNALS[1:]} == {100}


def test_where_no_answer_string_is_known_a_quote_of_a_relevant_article_answers() -> None:
    assert first_quote_answers(question_result("right", [], (), ("Một câu.",)))
    assert not first_quote_answers(question_result("other", [], (), ("Một câu.",)))
    assert not first_quote_answers(question_result("", [], (), ("Một câu.",)))
