"""Reading the question files that networks are trained on."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from retrieval.errors import HoiBaoError, UsageError
from retrieval.training.reading_questions import Label, TrainingQuestion, read_training_questions

ANSWERED = {
    "_id": "1",
    "article": "cau",
    "text": "Cầu dài bao nhiêu?",
    "answer": "1.200 mét",
    "sentence": "Cây cầu dài.",
}
FALSE = {
    "_id": "2",
    "article": "cau",
    "label": "false",
    "of": "1",
    "text": "Hầm dài bao nhiêu?",
    "changed": ["Cầu", "Hầm"],
}
NEAR = {"_id": "3", "article": "cau", "label": "near", "text": "Cầu tốn bao nhiêu?"}
WITH_PASSAGE = {"text": "Ai khánh thành?", "context": "Ông Tám khánh thành cầu.", "answer": "Ông Tám"}


def written(path: Path, *lines: object) -> Path:
    content = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.mark.parametrize("name", ["questions.jsonl", "questions.jsonl.gz"])
def test_each_line_is_a_question_with_what_it_says(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / name, ANSWERED, FALSE, NEAR, WITH_PASSAGE)
    assert read_training_questions([path]) == [
        TrainingQuestion("1", "Cầu dài bao nhiêu?", Label.ANSWER, "cau", answer="1.200 mét", sentence="Cây cầu dài."),
        TrainingQuestion("2", "Hầm dài bao nhiêu?", Label.FALSE, "cau", twin_of="1", changed="Hầm"),
        TrainingQuestion("3", "Cầu tốn bao nhiêu?", Label.NEAR, "cau"),
        TrainingQuestion(
            f"{name}:4", "Ai khánh thành?", Label.ANSWER, passage="Ông Tám khánh thành cầu.", answer="Ông Tám"
        ),
    ]


def test_questions_of_several_files_follow_each_other(tmp_path: Path) -> None:
    paths = [written(tmp_path / "a.jsonl", ANSWERED), written(tmp_path / "b.jsonl", NEAR)]
    assert [question.id for question in read_training_questions(paths)] == ["1", "3"]


def test_questions_of_one_article_or_passage_are_one_group(tmp_path: Path) -> None:
    questions = read_training_questions([written(tmp_path / "q.jsonl", ANSWERED, NEAR, WITH_PASSAGE)])
    assert [question.group for question in questions] == ["cau", "cau", "Ông Tám khánh thành cầu."]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "Expecting property name"),
        ("", "Expecting value"),
        ("[1]", "it is no object"),
        ({**ANSWERED, "label": "maybe"}, "'maybe' is not a valid Label"),
        ({**ANSWERED, "article": None}, "it needs either `article` or `context`"),
        ({**ANSWERED, "context": "Cầu."}, "it needs either `article` or `context`"),
        ({**ANSWERED, "article": 7}, "`article` is no text"),
        ({**ANSWERED, "text": " "}, "it has no `text`"),
        ({**ANSWERED, "text": ["a"]}, "`text` is no text"),
        ({**ANSWERED, "answer": ""}, "it has no `answer`"),
        ({**ANSWERED, "answer": 5}, "`answer` is no text"),
        ({**FALSE, "changed": ["Cầu"]}, "list index out of range"),
    ],
)
def test_a_line_that_is_no_question_is_named_in_one_line(tmp_path: Path, line: object, reason: str) -> None:
    path = written(tmp_path / "q.jsonl", NEAR, line)
    with pytest.raises(HoiBaoError) as error:
        read_training_questions([path])
    message = str(error.value)
    assert message.startswith(f"{path}:2: not a training question (") and reason in message
    assert "\n" not in message


def test_two_questions_with_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(HoiBaoError, match="2 questions have the same `_id`, 1:"):
        read_training_questions([written(tmp_path / "q.jsonl", ANSWERED, NEAR, {**NEAR, "_id": 1})])


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no such file: .*q\.jsonl"):
        read_training_questions([tmp_path / "q.jsonl"])


def test_files_without_a_question_are_refused(tmp_path: Path) -> None:
    with pytest.raises(HoiBaoError, match="the files hold no question"):
        read_training_questions([written(tmp_path / "q.jsonl")])


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(b"{}" * 500)[:-9]], ids=["no gzip", "cut off"])
def test_a_damaged_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "q.jsonl.gz").write_bytes(content)
    with pytest.raises(HoiBaoError, match=r"q\.jsonl\.gz: cannot be read"):
        read_training_questions([tmp_path / "q.jsonl.gz"])
