"""What is fitted from judged questions."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval import tuning
from retrieval.answering import CONFIDENCE_FEATURES, Considered
from retrieval.datatypes import Quote, Span
from retrieval.errors import HoiBaoError
from retrieval.evaluation import Outcome, quotes_an_answer
from retrieval.fitted import Fitted
from retrieval.fitting import Contest, fit_listwise, safe_threshold
from retrieval.judgements import Judged, QuestionSet, without_tones
from retrieval.tuning import fit_confidence, fold_of
from retrieval.upkeep import sync


def contests(columns: int, useful: float) -> list[Contest]:
    """Each of eight random rows: right is where `useful` times the first column less the second is the greatest."""
    rng = np.random.default_rng(3)
    found = []
    for _ in range(60):
        rows = rng.normal(size=(8, columns)).astype(np.float32)
        best = int(np.argmax(useful * rows[:, 0] - rows[:, 1]))
        found.append(Contest(rows, np.arange(8) == best))
    return found


def test_a_listwise_fit_weighs_what_tells_right_from_wrong() -> None:
    weights = fit_listwise(["useful", "against", "noise"], contests(3, useful=2)).weights
    assert weights["useful"] > -weights["against"] > abs(weights["noise"])
    assert weights["useful"] / -weights["against"] == pytest.approx(2, abs=0.5)


def test_evidence_never_weighs_against() -> None:
    both = contests(2, useful=1)
    assert fit_listwise(["for", "against"], both).weights["against"] < 0
    weights = fit_listwise(["for", "against"], both, {"for", "against"}).weights
    assert weights["for"] > 0 == weights["against"]


def test_a_contest_that_weighs_three_counts_as_three() -> None:
    first, *others = contests(2, useful=2)
    weighed = fit_listwise(["useful", "against"], [replace(first, weight=3.0), *others]).weights
    assert weighed == pytest.approx(fit_listwise(["useful", "against"], [first] * 3 + others).weights, rel=0.01)
    assert weighed != pytest.approx(fit_listwise(["useful", "against"], [first, *others]).weights, rel=0.01)


def test_nothing_is_fitted_on_questions_without_a_choice() -> None:
    same = Contest(np.ones((3, 1), np.float32), np.ones(3, bool))
    with pytest.raises(HoiBaoError, match="too few questions"):
        fit_listwise(["a"], [same] * 50)


def outcome(number: int, *, answerable: bool, cover: float) -> Outcome:
    features = dict.fromkeys(CONFIDENCE_FEATURES, 0.0) | {"best_cover": cover}
    question = Judged(f"q{number}", "?", ("đúng",) if answerable else (), {f"a{number}": 1} if answerable else {})
    text = "Câu này đúng." if answerable else "Câu khác."
    quotes = (Quote("a", 0, len(text), text, Span(0, len(text)), ""),)
    return Outcome(question, (), Considered("?", quotes, features, 0.5, ()), answered=False, seconds=0)


def test_confidence_learns_what_tells_answers_from_the_rest() -> None:
    rng = random.Random(5)
    outcomes = [outcome(n, answerable=bool(n % 2), cover=0.3 + 0.5 * (n % 2) + rng.gauss(0, 0.1)) for n in range(200)]
    model, threshold, figures = fit_confidence(outcomes)
    zeros = dict.fromkeys(CONFIDENCE_FEATURES, 0.0)
    assert model.probability(zeros | {"best_cover": 0.9}) > threshold
    assert model.probability(zeros | {"best_cover": 0.2}) < threshold
    assert figures["AUROC, answerable against unanswerable"] > 0.95
    assert figures["unanswerable that are refused, %"] >= 90


def test_too_few_unanswerable_questions_are_refused() -> None:
    with pytest.raises(HoiBaoError, match="too few questions"):
        fit_confidence([outcome(n, answerable=True, cover=0.5) for n in range(20)])


def test_the_threshold_keeps_what_is_answered_right_and_refuses_nine_of_ten() -> None:
    ten = np.arange(10) / 100  # of the unanswerable, the highest is 0.09
    answerable = np.array([True] * 4 + [False] * 10)

    def threshold(probability: list[float], right: list[bool]) -> float:
        flags = np.array([*right, *[False] * 10])
        return safe_threshold(np.array([*probability, *ten]), flags, answerable)

    assert threshold([0.9, 0.8, 0.7, 0.6], [True, True, False, True]) == 0.8
    assert threshold([0.9, 0.8, 0.7, 0.6], [True] * 4) == 0.09
    assert threshold([0.9, 0.8, 0.7, 0.6], [False] * 4) == 1.0
    assert threshold([0.9, 0.5, 0.5, 0.5], [True, True, True, False]) == 0.9  # no threshold cuts inside a tie
    assert threshold([0.9, 0.01, 0.01, 0.01], [False, True, True, True]) == 1.0


def test_questions_of_one_article_are_in_one_fold() -> None:
    first, second = (Judged(key, "?", (), {"a": 1, "b": 1}) for key in ("q1", "q2"))
    assert fold_of(first) == fold_of(second)
    assert {fold_of(Judged(f"q{n}", "?", (), {})) for n in range(50)} == set(range(tuning.FOLDS))


def test_where_no_answer_string_is_known_the_right_article_counts() -> None:
    quotes = Considered("?", (Quote("right", 0, 8, "Một câu.", Span(0, 8), ""),), {}, 0.9, ())
    assert quotes_an_answer(Outcome(Judged("q", "?", (), {"right": 1}), (), quotes, True, 0))
    assert not quotes_an_answer(Outcome(Judged("q", "?", (), {"other": 1}), (), quotes, True, 0))
    assert not quotes_an_answer(Outcome(Judged("q", "?", (), {}), (), quotes, True, 0))


def test_questions_lose_their_tones_and_keep_their_judgements() -> None:
    twin = without_tones(QuestionSet("queries.jsonl", (Judged("q", "Giá gạo đâu?", ("640",), {"a": 1}),)))
    assert twin.questions == (Judged("q", "Gia gao dau?", ("640",), {"a": 1}),)


TOPICS = "gạo xăng vàng thép than cá tôm muối đường sữa điện nước giấy vải gỗ đá cát sỏi xi măng".split()


def counted(_: str, __: int) -> AbstractContextManager[Callable[[], None]]:
    return nullcontext(lambda: None)


def test_all_models_are_fitted_from_questions_asked_of_an_index(tmp_path: Path) -> None:
    rows = [
        {
            "_id": topic,
            "title": f"Chuyện về {topic}",
            "text": f"Hôm nay nhiều người bàn tán. Giá {topic} lên {n + 100} đồng một cân. Chợ vẫn đông như mọi ngày. "
            + "Trời nắng to, đường vắng người qua lại. " * 12,
        }
        for n, topic in enumerate(TOPICS)
    ]
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    sync(tmp_path / "index", [corpus])
    asked = [
        Judged(topic, f"Giá {topic} lên bao nhiêu?", (f"{n + 100} đồng",), {topic: 1}) for n, topic in enumerate(TOPICS)
    ]
    unknown = [Judged(f"u{n}", f"Ai thắng trận bóng thứ {n}?", (), {}) for n in range(8)]
    sets = [QuestionSet("queries.jsonl", tuple(asked)), QuestionSet("queries.unanswerable.jsonl", tuple(unknown))]
    alone = tuning.tune([study_of(tmp_path / "index", sets)], counted)
    assert Fitted.parse(tuning.content(alone, "hoibao tune somewhere")).threshold == round(alone.fitted.threshold, 4)
    assert alone.measures["queries.jsonl"]["R@1"] > 80
    assert alone.figures["AUROC, answerable against unanswerable"] > 0.9
    assert alone.kept == ()
    assert set(alone.measures) == {"queries.jsonl", "queries.jsonl without tones"}
    titles = tuple(Judged(f"t-{topic}", f"Chuyện về {topic}", (), {topic: 1}) for topic in TOPICS)
    headlines = QuestionSet("queries.headlines.jsonl", titles)
    both = tuning.tune([study_of(tmp_path / "index", [*sets, headlines])], counted)
    left_out = {name for name in both.measures if name.endswith(tuning.LEFT_OUT)}
    assert left_out == {f"{name}, {tuning.LEFT_OUT}" for name in both.measures.keys() - left_out}
    assert len(left_out) == 4
    assert both.measures[f"queries.headlines.jsonl, {tuning.LEFT_OUT}"]["R@1"] > 80


def study_of(index: Path, sets: list[QuestionSet]) -> tuning.Study:
    return tuning.Study(index, (*sets, *(without_tones(one) for one in sets)))
