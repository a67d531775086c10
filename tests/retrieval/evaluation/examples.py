"""Question results and BEIR folders, made by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from retrieval.datatypes import Quote, Span
from retrieval.evaluation.question_sets import JudgedQuestion, QuestionSet
from retrieval.evaluation.results import QuestionResult, QuestionSetResult
from retrieval.evaluation.runs import write_run


def quote(text: str, article_id: str = "right") -> Quote:
    """A quote that marks its first sentence as the answer."""
    return Quote(article_id, 0, len(text), text, Span(0, text.index(".") + 1), "")


def question_result(
    relevant: str, ranking: list[str], answers: tuple[str, ...] = (), texts: tuple[str, ...] = ()
) -> QuestionResult:
    """The result of a question with one relevant article, or none; it is answered where it has quotes."""
    return QuestionResult(
        question=JudgedQuestion(f"q{relevant}", "?", answers, {relevant: 1} if relevant else {}),
        ranking=tuple((article_id, 1.0 - place / 100) for place, article_id in enumerate(ranking)),
        quotes=tuple(quote(text) for text in texts),
        confidence=0.9,
        answered=bool(texts),
        seconds=0.02,
    )


def question_set_of(*texts: str) -> QuestionSet:
    return QuestionSet("asked", tuple(JudgedQuestion(str(n), text, (), {"a": 1}) for n, text in enumerate(texts)))


def beir_folder(folder: Path, corpus: list[dict[str, str]], qrels: str = "q1\ta\t1\n") -> Path:
    """Writes a BEIR folder with one question."""
    folder.mkdir()
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in corpus)
    (folder / "corpus.jsonl").write_text(lines, encoding="utf-8")
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "Giá gạo?", "answers": ["640"]}\n', encoding="utf-8")
    (folder / "qrels.tsv").write_text(f"query-id\tcorpus-id\tscore\n{qrels}", encoding="utf-8")
    return folder


def set_result(first_is_relevant: list[bool]) -> QuestionSetResult:
    """Questions for which the relevant article comes first, or is not found."""
    questions = tuple(
        replace(
            question_result("right one", ["right one" if is_relevant else "other"]),
            question=JudgedQuestion(f"q {n}%", "?", (), {"right one": 1}),
        )
        for n, is_relevant in enumerate(first_is_relevant)
    )
    return QuestionSetResult("queries.jsonl", questions, {})


def question_set(result: QuestionSetResult) -> QuestionSet:
    return QuestionSet(result.name, tuple(one.question for one in result.questions))


def write_run_file(result: QuestionSetResult, path: Path) -> Path:
    with path.open("w", encoding="utf-8") as file:
        write_run(result, file)
    return path
