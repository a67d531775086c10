"""Asking many questions: the same answers from any number of processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.errors import HoiBaoError, IndexMissingError
from retrieval.evaluation import parallel as asking
from retrieval.evaluation.parallel import ask_all
from retrieval.service import QuestionAnswering


def first_text(qa: QuestionAnswering, question: str) -> tuple[str, float]:
    assessment = qa.assess(question, k=60).assessment
    return assessment.quotes[0].text, assessment.confidence


def refuse(_: QuestionAnswering, question: str) -> str:
    raise HoiBaoError(f"no answer to {question}")


QUESTIONS = [f"Bộ trưởng Tô Lâm nói gì về tội phạm, lần {n}?" for n in range(12)]


def test_workers_answer_as_one_process_does(seeds_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[None] = []
    alone = ask_all(seeds_index, None, QUESTIONS, first_text, lambda: done.append(None))
    assert len(done) == len(QUESTIONS)
    monkeypatch.setattr(asking, "FEW", 0)
    apart = ask_all(seeds_index, None, QUESTIONS, first_text)
    assert [text for text, _ in apart] == [text for text, _ in alone]
    # The encoder sums in another order on one core than on several.
    assert [sure for _, sure in apart] == pytest.approx([sure for _, sure in alone], abs=1e-3)


def test_an_error_of_a_worker_is_the_error_of_the_call(seeds_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "FEW", 0)
    with pytest.raises(HoiBaoError, match="no answer to Bộ trưởng"):
        ask_all(seeds_index, None, QUESTIONS, refuse)


def test_an_index_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError):
        ask_all(tmp_path, None, ["?"], first_text)
