"""The evaluation report."""

from __future__ import annotations

import base64
import re
import sys
from html.parser import HTMLParser

import pytest

from retrieval.datatypes import Article, Hit, Passage, Quote, Span
from retrieval.errors import UsageError
from retrieval.evaluation.measures import measure
from retrieval.evaluation.plots import require_matplotlib
from retrieval.evaluation.question_sets import JudgedQuestion
from retrieval.evaluation.report import report_page
from retrieval.evaluation.results import QuestionResult, QuestionSetResult

ARTICLES = {
    "gạo": Article("gạo", "Giá gạo <tăng>", "Giá gạo tăng lên 640 đô la."),
    "cầu": Article("cầu", "Cầu mới", "Cầu mới dài một cây số."),
}


def hit(article_id: str, share: float) -> Hit:
    return Hit(Passage(1, article_id, 0, 20), share, 0.8, 3.0, {"share": share, "toneless": 0.0})


def result_of(key: str, text: str, first: str, answers: tuple[str, ...], confidence: float) -> QuestionResult:
    body = ARTICLES[first].body
    quotes = (Quote(first, 0, len(body), body, Span(0, len(body)), ARTICLES[first].title),)
    relevant = {"gạo": 1} if answers else {}
    return QuestionResult(
        question=JudgedQuestion(key, text, answers, relevant),
        ranking=((first, 1.0), ("gạo", 0.5)) if first != "gạo" else (("gạo", 1.0),),
        quotes=quotes,
        confidence=confidence,
        answered=confidence >= 0.5,
        seconds=0.01,
        best_hit=hit(first, 0.75),
        best_relevant_hit=hit("gạo", 0.75 if first == "gạo" else 0.125) if answers else None,
    )


RESULTS = (
    result_of("1", "Giá gạo tăng lên bao nhiêu?", "gạo", ("640",), 0.9),
    result_of("2", "Gạo <b>xuất khẩu</b> giá bao nhiêu?", "cầu", ("640",), 0.4),
    result_of("3", "Giá xăng bao nhiêu?", "cầu", (), 0.7),
    result_of("4", "Giá vàng bao nhiêu?", "cầu", (), 0.2),
)
PAGE = report_page([QuestionSetResult("queries.jsonl", RESULTS, measure(RESULTS))], 0.5, ARTICLES.get)


def lost() -> dict[str, str]:
    parts = re.findall(r"<details><summary>(.*?)</summary>(.*?)</details>", PAGE, re.DOTALL)
    return dict(parts)


def test_lost_are_questions_with_a_wrong_first_article_or_an_answer_where_there_is_none() -> None:
    assert list(lost()) == ["Gạo &lt;b&gt;xuất khẩu&lt;/b&gt; giá bao nhiêu?", "Giá xăng bao nhiêu?"]


def test_a_lost_question_shows_what_was_found_instead_and_why() -> None:
    shown = lost()["Gạo &lt;b&gt;xuất khẩu&lt;/b&gt; giá bao nhiêu?"]
    assert "<tr><td>Giá gạo &lt;tăng&gt; (gạo)</td><td>2</td></tr>" in shown
    assert "Cầu mới dài một cây số." in shown and "confidence 0.40, refused" in shown
    assert "<tr><td>probability</td><td>0.750</td><td>0.125</td></tr>" in shown
    assert (
        "<tr><td>missing words</td><td>gạo b xuất khẩu giá bao nhiêu</td><td>b xuất khẩu bao nhiêu</td></tr>" in shown
    )


def test_the_page_needs_nothing_else_and_is_well_formed() -> None:
    assert not re.search(r"<script|https?://", re.sub(r"base64,[^\"]*", "", PAGE))
    opened: list[str] = []

    class Balance(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in ("meta", "img", "br"):
                opened.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert opened.pop() == tag

    Balance().feed(PAGE)
    assert opened == ["html"]


def test_plots_hold_their_text_as_text() -> None:
    drawn = [base64.b64decode(one).decode() for one in re.findall(r"base64,([^\"]*)", PAGE)]
    assert len(drawn) == 4
    assert "threshold 0.50" in drawn[1] and "unanswerable" in drawn[3]


def test_without_the_plotting_library_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UsageError, match=r"hoibao\[eval\]"):
        require_matplotlib()
