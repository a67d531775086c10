"""Asking many questions: the same answers from any number of processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.errors import HoiBaoError, IndexMissingError
from retrieval.evaluation.worker_pool import ask_all
from retrieval.service import QuestionAnswering


def best_passage(qa: QuestionAnswering, question: str) -> tuple[int, float]:
    [result] = qa.search(question, 1)
    return result.hit.passage.id, result.hit.score


def refuse(_: QuestionAnswering, question: str) -> str:
    raise HoiBaoError(f"no answer to {question}")


QUESTIONS = [f"Bộ trưởng Tô Lâm nói gì về tội phạm, lần {n}?" for n in range(12)]


def test_workers_answer_as_one_process_does(seeds_index: Path) -> None:
    done: list[None] = []
    alone = ask_all(seeds_index, None, QUESTIONS, best_passage, lambda: done.append(None))
    assert len(done) == len(QUESTIONS)
    apart = ask_all(seeds_index, None, QUESTIONS, best_passage, few=0)
    assert [passage for passage, _ in apart] == [passage for passage, _ in alone]
    # The encoder sums in another order on one core than on several.
    assert [score for _, score in apart] == pytest.approx([score for _, score in alone], abs=1e-3)


def test_an_error_of_a_worker_is_the_error_of_the_call(seeds_index: Path) -> None:
    with pytest.raises(HoiBaoError, match="no answer to Bộ trưởng"):
        ask_all(seeds_index, None, QUESTIONS, refuse, few=0)


def test_an_index_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError):
        ask_all(tmp_path, None, ["?"], best_passage)
