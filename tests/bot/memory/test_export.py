"""Feedback that has been exported is what `hoibao eval` and `hoibao tune` read."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli import bot_link_command, feedback_group
from bot.conversation.deep_links import decode_question
from bot.database import State
from bot.memory.export import ExportCounts, export_feedback
from bot.memory.feedback import Verdict, Vote, toggle_vote
from retrieval.cli.options import Options
from retrieval.errors import HoiBaoError, UsageError
from retrieval.evaluation.question_sets import read_question_sets
from retrieval.indexing import maintenance as upkeep
from retrieval.search.models import FittedModels
from tests.bot.canned import quote_of
from tests.bot.running import NOW, ROOT

QUESTION = "Bộ trưởng yêu cầu gì?"


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State.open(tmp_path / "bot.db") as opened:
        yield opened


def votes(state: State, question: str | None, article: str, verdicts: str, at: dt.datetime = NOW) -> None:
    """Has one person for each `+` or `-` vote on an article."""
    quote = quote_of(article_id=article)
    for user, sign in enumerate(verdicts):
        vote = Vote("key", user, Verdict.GOOD if sign == "+" else Verdict.BAD, quote, 0.9)
        toggle_vote(state, replace(vote, card=f"{question}-{at}"), at, question)


def test_what_was_exported_is_read_as_judged_questions(state: State, tmp_path: Path) -> None:
    votes(state, QUESTION, "a1", "++-")
    votes(state, QUESTION, "a2", "-")
    votes(state, "Ai đến?", "a3", "+")
    assert export_feedback(state, tmp_path / "out") == ExportCounts(2, 0, 0, 0)
    [questions] = read_question_sets(tmp_path / "out")
    assert [(one.text, one.relevant, one.today) for one in questions.questions] == [
        (QUESTION, {"a1": 1}, NOW.date()),
        ("Ai đến?", {"a3": 1}, NOW.date()),
    ]
    first = questions.questions[0].id
    assert f"{first}\ta1\t1\n{first}\ta2\t0\n" in (tmp_path / "out" / "qrels.tsv").read_text()


def test_votes_without_consent_are_counted_and_left_out(state: State, tmp_path: Path) -> None:
    votes(state, None, "a1", "++")
    votes(state, QUESTION, "a1", "+")
    assert export_feedback(state, tmp_path) == ExportCounts(1, 0, 0, 2)


def test_question_with_bad_articles_only_is_not_measured_as_one_without_an_answer(state: State, tmp_path: Path) -> None:
    votes(state, QUESTION, "a1", "+")
    votes(state, "Ai đến?", "a3", "--+")
    votes(state, "Khi nào?", "a4", "+-")
    assert export_feedback(state, tmp_path) == ExportCounts(1, 1, 1, 0)
    [questions] = read_question_sets(tmp_path)
    assert [one.text for one in questions.questions] == [QUESTION]
    disliked = json.loads((tmp_path / "disliked.jsonl").read_text())
    assert (disliked["text"], disliked["articles"]) == ("Ai đến?", ["a3"])


def test_same_question_on_another_day_is_another_question(state: State, tmp_path: Path) -> None:
    votes(state, "Hôm qua thế nào?", "a1", "+")
    votes(state, "Hôm qua thế nào?", "a2", "+", NOW + dt.timedelta(days=1))
    votes(state, " Hôm qua  thế nào? ", "a3", "+")
    export_feedback(state, tmp_path)
    [questions] = read_question_sets(tmp_path)
    assert [(one.today, one.relevant) for one in questions.questions] == [
        (NOW.date(), {"a1": 1, "a3": 1}),
        (NOW.date() + dt.timedelta(days=1), {"a2": 1}),
    ]


def test_export_replaces_an_earlier_one_and_tells_nothing_of_who_voted(state: State, tmp_path: Path) -> None:
    for _ in range(2):
        export_feedback(state, tmp_path / "out")
    quote = quote_of()
    toggle_vote(state, Vote("a-secret-key", 987654321, Verdict.GOOD, quote, 0.9), NOW, QUESTION)
    export_feedback(state, tmp_path / "out")
    written = {path.name: path.read_text() for path in (tmp_path / "out").iterdir()}
    assert set(written) == {"queries.jsonl", "qrels.tsv", "disliked.jsonl"}
    assert "987654321" not in "".join(written.values()) and "secret" not in "".join(written.values())


# --- commands --------------------------------------------------------------------------------------------------------


def run(command: click.Command, index: Path, *arguments: str) -> str:
    result = CliRunner().invoke(command, arguments, obj=Options(index, None, True), catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_command_exports_and_says_how_many_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOIBAO_BOT_STATE", raising=False)
    with State.open(tmp_path / "bot.db") as state:
        votes(state, QUESTION, "a1", "+")
        votes(state, None, "a1", "++")
    said = run(feedback_group, tmp_path, "export", str(tmp_path / "out"))
    assert "1 questions with a good article" in said
    assert "2 votes left out for want of consent" in said
    assert len(read_question_sets(tmp_path / "out")[0].questions) == 1


def test_command_before_the_bot_has_run_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIBAO_BOT_STATE", str(tmp_path / "none.db"))
    with pytest.raises(UsageError, match=r"none\.db"):
        run(feedback_group, tmp_path, "export", str(tmp_path / "out"))
    assert not (tmp_path / "none.db").exists()


def test_folder_that_cannot_be_written_is_an_error_to_act_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOIBAO_BOT_STATE", raising=False)
    State.open(tmp_path / "bot.db").close()
    (tmp_path / "file").write_text("")
    with pytest.raises(HoiBaoError, match="cannot be written"):
        run(feedback_group, tmp_path, "export", str(tmp_path / "file" / "out"))


def test_command_prints_a_link(tmp_path: Path) -> None:
    said = run(bot_link_command, tmp_path, "@hoibao_bot", QUESTION)
    assert decode_question(said.strip().removeprefix("https://t.me/hoibao_bot?start=")) == QUESTION


def test_commands_are_found_by_the_command_line() -> None:
    points = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["hoibao.commands"]
    for name, place in points.items():
        module, _, attribute = place.partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command) and command.name == name


GOODS = "gạo xăng vàng thép than cá tôm muối đường sữa".split()


@pytest.mark.slow
def test_votes_are_fitted_by_tune_and_what_they_do_not_tell_of_stays(state: State, tmp_path: Path) -> None:
    rows = [
        {"_id": goods, "title": f"Chuyện về {goods}", "text": f"Chợ vẫn đông. Giá {goods} lên {n + 100} đồng một cân."}
        for n, goods in enumerate(GOODS)
    ]
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    upkeep.sync_index(tmp_path / "index", [corpus])
    for goods in GOODS:
        votes(state, f"Giá {goods} lên bao nhiêu?", goods, "+")
    export_feedback(state, tmp_path / "feedback")
    out = tmp_path / "fitted.json"
    tune = ["--index", str(tmp_path / "index"), "tune", str(tmp_path / "feedback"), "--out", str(out)]
    command = [sys.executable, "-m", "retrieval", *tune]
    assert "left as it was" in subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    fitted, before = FittedModels.parse(out.read_text(encoding="utf-8")), FittedModels.load()
    assert (fitted.sentence, fitted.confidence, fitted.threshold) == (
        before.sentence,
        before.confidence,
        before.threshold,
    )
    assert fitted.toned.passage == before.toned.passage
    assert fitted.toned.article != before.toned.article
    measures = json.loads(out.read_text(encoding="utf-8"))["out_of_fold"]
    assert measures["feedback/queries.jsonl"]["R@1"] > 80
