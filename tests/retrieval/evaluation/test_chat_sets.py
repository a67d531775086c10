"""Chat folders: read, refused with the line that is wrong, and turned into judged questions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from retrieval.datatypes import Filter, Verdict
from retrieval.errors import HoiBaoError, UsageError
from retrieval.evaluation.chat_sets import (
    ChatMessage,
    Expectation,
    Expected,
    chat_question_sets,
    is_chat_folder,
    read_chat_sets,
)
from retrieval.evaluation.question_sets import JudgedQuestion
from tests.retrieval.evaluation.chat_examples import TODAY, chat_folder, write_rows
from tests.retrieval.evaluation.examples import beir_folder


def test_messages_pairs_and_dialogues_are_read_with_what_they_expect(tmp_path: Path) -> None:
    sets = read_chat_sets(chat_folder(tmp_path / "chat"))
    bridge = Expected(Expectation.ANSWER, ("cau",), ("1.200 mét",), ("1.500 mét",))
    assert sets.messages[0] == ChatMessage("m1", "how_many", "Cầu Ánh Dương dài bao nhiêu mét?", TODAY, bridge)
    assert [one.expected.reply.value for one in sets.messages] == ["answer", "abstain", "smalltalk"]
    [pair], [dialogue] = sets.pairs, sets.dialogues
    assert (pair.kind, pair.elsewhere, pair.expected.answers) == ("thing", False, ("640 đô la",))
    assert [(turn.text, turn.leans, turn.meant) for turn in dialogue.turns][1] == ("cảm ơn", True, "")


def test_rumours_are_read_with_their_verdict(tmp_path: Path) -> None:
    reported, unknown = read_chat_sets(chat_folder(tmp_path / "chat")).rumours
    assert (reported.verdict, reported.articles, reported.today) == (Verdict.REPORTED, ("gao",), TODAY)
    assert reported.sentence.startswith("Giá gạo xuất khẩu tăng")
    assert (unknown.verdict, unknown.articles, unknown.sentence) == (Verdict.NOTHING, (), "")


def test_what_has_no_day_is_asked_on_the_last_day_that_is_named(tmp_path: Path) -> None:
    sets = read_chat_sets(chat_folder(tmp_path / "chat"))
    assert {one.today for one in sets.messages} | {one.today for one in sets.pairs} == {TODAY}
    assert sets.dialogues[0].today == dt.date(2024, 3, 5)


def test_the_days_and_the_source_to_browse_are_read(tmp_path: Path) -> None:
    given = [{"day": "2024-03-05", "topic": "gạo"}, {"since": "2024-03-01", "source": "Báo Sông Lam"}, {}]
    asked = {"kind": "browse", "text": "có gì mới", "expect": "browse"}
    write_rows(tmp_path / "queries.jsonl", [{"_id": str(n), **asked, "filter": one} for n, one in enumerate(given)])
    day = dt.date(2024, 3, 5)
    assert [one.expected.where for one in read_chat_sets(tmp_path).messages] == [
        Filter(day, day),
        Filter(since=dt.date(2024, 3, 1), source="Báo Sông Lam"),
        Filter(),
    ]


def test_a_chat_folder_is_told_by_its_files(tmp_path: Path) -> None:
    folder = chat_folder(tmp_path / "chat")
    assert is_chat_folder(folder)
    (folder / "twins.jsonl").unlink()
    (folder / "dialogues.jsonl").unlink()
    assert is_chat_folder(folder)
    assert read_chat_sets(folder).pairs == ()
    (folder / "queries.jsonl").unlink()
    assert is_chat_folder(folder)
    assert read_chat_sets(folder).messages == ()
    assert not is_chat_folder(beir_folder(tmp_path / "beir", []))
    assert not is_chat_folder(tmp_path)
    with pytest.raises(UsageError, match="nothing to measure"):
        read_chat_sets(tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"_id": "m", "kind": "who", "text": "?"}',
        '{"_id": "m", "kind": "who", "text": "?", "expect": "joy"}',
        '{"_id": "m", "kind": "who", "text": "?", "expect": "answer", "answers": "640"}',
        '{"_id": "m", "kind": "who", "text": "?", "expect": "answer", "today": "6/3"}',
    ],
)
def test_a_line_that_makes_no_sense_is_named(tmp_path: Path, line: str) -> None:
    folder = chat_folder(tmp_path / "chat")
    (folder / "queries.jsonl").write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(HoiBaoError, match=r"queries\.jsonl:2"):
        read_chat_sets(folder)


def test_questions_to_fit_on_are_the_messages_that_expect_an_answer_or_none_and_the_pairs(tmp_path: Path) -> None:
    messages, pairs = chat_question_sets(read_chat_sets(chat_folder(tmp_path / "chat")))
    assert (messages.name, pairs.name) == ("queries", "twins")
    assert [question.id for question in messages.questions] == ["m1", "m2"]
    assert [bool(question.relevant) for question in messages.questions] == [True, False]
    assert messages.questions[0].wrong == ("1.500 mét",)
    assert pairs.questions == (
        JudgedQuestion(
            "p1-true", "Giá gạo xuất khẩu tăng lên bao nhiêu?", ("640 đô la",), {"gao": 1}, TODAY, (), "gao"
        ),
        JudgedQuestion("p1-false", "Giá cà phê Brazil tăng lên bao nhiêu?", (), {}, TODAY, (), "gao"),
    )
