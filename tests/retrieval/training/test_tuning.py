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

from retrieval.answering.answers import Considered
from retrieval.answering.confidence import CONFIDENCE_FEATURES
from retrieval.datatypes import Quote, Span
from retrieval.errors import HoiBaoError
from retrieval.evaluation.measures import Outcome, quotes_an_answer
from retrieval.evaluation.question_sets import FOLDS, Judged, QuestionSet, fold_of, without_tones
from retrieval.indexing.maintenance import sync_index
from retrieval.search.models import FittedModels
from retrieval.training import tuning as tuning
from retrieval.training.calibration import ENOUGH, Case, decided, fit_confidence
from retrieval.training.solvers import Contest, as_supposed, fit_listwise, safe_threshold


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


def test_a_weight_is_at_least_what_it_is_to_be() -> None:
    both = contests(2, useful=1)
    names, evidence = ["for", "against"], {"for"}
    free = fit_listwise(names, both, evidence).weights
    held = fit_listwise(names, both, evidence, {"for": 2 * free["for"]}).weights
    assert held["for"] == pytest.approx(2 * free["for"])
    assert held["against"] < free["against"]  # the rest is fitted to it
    assert fit_listwise(names, both, evidence, {"for": free["for"] / 2}).weights == pytest.approx(free, rel=0.01)
    assert fit_listwise(names, both, evidence, {"against": -0.1}).weights["against"] == pytest.approx(-0.1)


def test_the_models_that_ship_keep_to_the_least_weights() -> None:
    assert tuning.LEAST_WEIGHTS
    shipped = FittedModels.load().toned.article.weights
    assert all(shipped[name] >= least for name, least in tuning.LEAST_WEIGHTS.items())


def test_a_contest_that_weighs_three_counts_as_three() -> None:
    first, *others = contests(2, useful=2)
    weighed = fit_listwise(["useful", "against"], [replace(first, weight=3.0), *others]).weights
    assert weighed == pytest.approx(fit_listwise(["useful", "against"], [first] * 3 + others).weights, rel=0.01)
    assert weighed != pytest.approx(fit_listwise(["useful", "against"], [first, *others]).weights, rel=0.01)


def test_nothing_is_fitted_on_questions_without_a_choice() -> None:
    same = Contest(np.ones((3, 1), np.float32), np.ones(3, bool))
    with pytest.raises(HoiBaoError, match="too few questions"):
        fit_listwise(["a"], [same] * 50)


def case(number: int, *, answerable: bool, cover: float, lacking: bool = False, decides: bool = True) -> Case:
    features = dict.fromkeys(CONFIDENCE_FEATURES, 0.0) | {"best_cover": cover}
    question = Judged(f"q{number}", "?", ("đúng",) if answerable else (), {f"a{number}": 1} if answerable else {})
    text = "Câu này đúng." if answerable else "Câu khác."
    quotes = (Quote("a", 0, len(text), text, Span(0, len(text)), ""),)
    asked = Outcome(question, (), Considered("?", quotes, features, 0.5, ()), answered=False, seconds=0)
    return Case(asked, lacking, decides)


def test_confidence_learns_what_tells_answers_from_the_rest() -> None:
    rng = random.Random(5)
    cases = [case(n, answerable=bool(n % 2), cover=0.3 + 0.5 * (n % 2) + rng.gauss(0, 0.1)) for n in range(200)]
    learned = fit_confidence(cases)
    zeros = dict.fromkeys(CONFIDENCE_FEATURES, 0.0)
    assert learned.confidence.probability(zeros | {"best_cover": 0.9}) > learned.threshold
    assert learned.confidence.probability(zeros | {"best_cover": 0.2}) < learned.threshold
    assert learned.figures["AUROC, answerable against unanswerable"] > 0.95
    assert learned.figures["unanswerable that are refused, %"] >= 90
    assert sum(learned.given) > 90


def test_a_question_whose_articles_are_lacking_teaches_abstaining_as_an_unanswerable_one_does() -> None:
    cases = [case(n, answerable=True, cover=0.2 + 0.6 * (n % 2), lacking=not n % 2) for n in range(100)]
    assert fit_confidence(cases).given == [bool(n % 2) for n in range(100)]


def test_the_threshold_is_chosen_for_the_cases_that_decide() -> None:
    rng = random.Random(3)
    cases = [case(n, answerable=bool(n % 2), cover=0.5 * (n % 2) + rng.gauss(0, 0.2)) for n in range(200)]
    misleading = [case(n, answerable=False, cover=rng.gauss(0.5, 0.2), decides=False) for n in range(200, 230)]
    assert fit_confidence([*cases, *misleading]).figures["unanswerable that are refused, %"] >= 90
    every = [replace(one, decides=False) for one in (*cases, *misleading)]
    assert fit_confidence(every).threshold > fit_confidence([*cases, *misleading]).threshold


def test_unanswerable_questions_weigh_as_one_of_five() -> None:
    weights = as_supposed(np.array([True] * 4 + [False] * 10))
    assert weights.tolist() == pytest.approx([1.0] * 4 + [0.1] * 10)


@pytest.mark.parametrize(("right", "unanswerable"), [(ENOUGH - 1, ENOUGH), (ENOUGH, ENOUGH - 1)])
def test_too_few_questions_of_either_kind_are_refused(right: int, unanswerable: int) -> None:
    cases = [case(n, answerable=n < right, cover=0.5) for n in range(right + unanswerable)]
    with pytest.raises(HoiBaoError, match="too few questions"):
        fit_confidence(cases * 2)  # twins do not make them more
    fit_confidence([*cases, *(case(n, answerable=bool(n % 2), cover=0.5) for n in range(200, 204))])


def test_it_is_told_what_is_answered_what_of_it_is_wrong_and_what_is_refused() -> None:
    right, unanswerable = (case(n, answerable=bool(n), cover=0.5) for n in (1, 0))
    wrong = replace(right, outcome=replace(right.outcome, question=replace(right.outcome.question, answers=("khác",))))
    cases = [right, right, wrong, wrong, unanswerable, *[replace(right, lacking=True)] * 4]
    given = [True, False, True, True, True, True, False, False, False]
    assert decided(cases, given) == {"answered": 80.0, "wrong": pytest.approx(200 / 3), "refused": 75.0}
    assert decided([unanswerable], [False]) == {"answered": 0.0}


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
    assert {fold_of(Judged(f"q{n}", "?", (), {})) for n in range(50)} == set(range(FOLDS))


def test_where_no_answer_string_is_known_the_right_article_counts() -> None:
    quotes = Considered("?", (Quote("right", 0, 8, "Một câu.", Span(0, 8), ""),), {}, 0.9, ())
    assert quotes_an_answer(Outcome(Judged("q", "?", (), {"right": 1}), (), quotes, True, 0))
    assert not quotes_an_answer(Outcome(Judged("q", "?", (), {"other": 1}), (), quotes, True, 0))
    assert not quotes_an_answer(Outcome(Judged("q", "?", (), {}), (), quotes, True, 0))


def test_questions_lose_their_tones_and_keep_their_judgements() -> None:
    twin = without_tones(QuestionSet("queries.jsonl", (Judged("q", "Giá gạo đâu?", ("640",), {"a": 1}),)))
    assert twin.questions == (Judged("q", "Gia gao dau?", ("640",), {"a": 1}),)


GOODS = "gạo xăng vàng thép than cá tôm muối đường sữa điện nước giấy vải gỗ đá cát sỏi chì kẽm bạc chè mật"
TOPICS = [f"{goods} {where}" for goods in GOODS.split() for where in ("Huế", "Vinh")]


def counted(_: str, __: int) -> AbstractContextManager[Callable[[], None]]:
    return nullcontext(lambda: None)


def indexed(folder: Path, rows: list[dict[str, str]]) -> Path:
    corpus = folder / "corpus.jsonl"
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    sync_index(folder / "index", [corpus])
    return folder / "index"


def test_all_models_are_fitted_from_questions_asked_of_an_index(tmp_path: Path) -> None:
    weather = random.Random(4)
    rows = [
        {
            "_id": topic,
            "title": f"Chuyện về {topic}",
            "text": f"Hôm nay nhiều người bàn tán. Giá {topic} lên {n + 100} đồng một cân. Chợ vẫn đông như mọi ngày. "
            + "".join(f"Trời {' '.join(weather.sample(TOPICS, 8))}. " for _ in range(12)),
        }
        for n, topic in enumerate(TOPICS)
    ]
    index = indexed(tmp_path, rows)
    asked = [
        Judged(topic, f"Giá {topic} lên bao nhiêu?", (f"{n + 100} đồng",), {topic: 1}) for n, topic in enumerate(TOPICS)
    ]
    unknown = [Judged(f"u{n}", f"Ai thắng trận bóng thứ {n}?", (), {}) for n in range(8)]
    sets = [QuestionSet("queries.jsonl", tuple(asked)), QuestionSet("queries.unanswerable.jsonl", tuple(unknown))]
    alone = tuning.tune([study_of(index, sets)], counted)
    assert FittedModels.parse(tuning.content(alone, "hoibao tune somewhere")).threshold == round(
        alone.fitted.threshold, 4
    )
    assert alone.measures["queries.jsonl"]["R@1"] > 80
    assert alone.measures["queries.jsonl"]["answered"] > 50
    assert set(alone.measures["queries.unanswerable.jsonl"]) == {"answered"}
    assert alone.figures["unanswerable that are refused, %"] >= 90
    assert alone.figures["AUROC, answerable against unanswerable"] > 0.9
    assert alone.kept == ()
    assert not any(name.endswith(tuning.LEFT_OUT) for name in alone.measures)


def test_abstaining_is_learned_from_answerable_questions_alone(tmp_path: Path) -> None:
    rows = [{"_id": topic, "title": f"Giá {topic}", "text": f"Giá {topic} hôm nay tăng mạnh."} for topic in TOPICS]
    asked = tuple(Judged(topic, f"Giá {topic} ra sao?", (), {topic: 1}) for topic in TOPICS)
    report = tuning.tune([study_of(indexed(tmp_path, rows), [QuestionSet("queries.jsonl", asked)])], counted)
    assert "abstaining" not in report.kept
    assert report.measures["queries.jsonl"]["answered"] > 50
    assert report.measures["queries.jsonl"]["refused"] >= 90


def test_ranking_and_marking_are_not_fitted_on_a_study_for_abstaining_alone(tmp_path: Path) -> None:
    rows = [
        {"_id": topic, "title": f"Chuyện {topic}", "text": f"Giá {topic} lên {n + 100} đồng. Chợ {topic} vẫn đông."}
        for n, topic in enumerate(TOPICS)
    ]
    index = indexed(tmp_path, rows)
    asked = tuple(
        Judged(topic, f"Giá {topic} lên bao nhiêu?", (f"{n + 100} đồng",), {topic: 1}) for n, topic in enumerate(TOPICS)
    )
    others = tuple(Judged(f"t-{topic}", f"Chuyện {topic}", (f"{topic} vẫn",), {topic: 1}) for topic in TOPICS)
    study = study_of(index, [QuestionSet("queries.jsonl", asked)])
    beside = study_of(index, [QuestionSet("queries.titles.jsonl", others)])
    alone = tuning.tune([study], counted).fitted
    both = tuning.tune([study, replace(beside, for_abstaining_alone=True)], counted)
    assert (both.fitted.toned, both.fitted.toneless, both.fitted.sentence) == (
        alone.toned,
        alone.toneless,
        alone.sentence,
    )
    assert both.fitted.confidence != alone.confidence
    assert both.measures["queries.titles.jsonl"]["R@1"] > 80
    assert both.measures[f"queries.titles.jsonl, {tuning.LEFT_OUT}"].keys() >= {"R@1", "answered"}


def test_a_set_that_is_left_out_is_not_fitted_on(tmp_path: Path) -> None:
    text = "Giá {} hôm nay tăng mạnh."
    rows = [{"_id": topic, "title": f"Giá {topic}", "text": text.format(topic)} for topic in TOPICS]
    padding = " Trời nắng to, đường vắng người qua lại." * 3
    rows += [{**row, "_id": f"{row['_id']} dài", "text": row["text"] + padding} for row in rows]
    short = tuple(Judged(topic, f"Giá {topic} hôm nay", (), {topic: 1}) for topic in TOPICS)
    long = tuple(Judged(f"{topic} dài", f"Giá {topic} hôm nay", (), {f"{topic} dài": 1}) for topic in TOPICS)
    sets = [QuestionSet("queries.jsonl", short), QuestionSet("queries.long.jsonl", long)]
    measures = tuning.tune([study_of(indexed(tmp_path, rows), sets)], counted).measures
    assert set(measures) == {
        f"{name}{tones}{how}"
        for name in ("queries.jsonl", "queries.long.jsonl")
        for tones in ("", " without tones")
        for how in ("", f", {tuning.LEFT_OUT}")
    }
    assert measures[f"queries.jsonl, {tuning.LEFT_OUT}"]["R@1"] < 20
    assert measures[f"queries.long.jsonl, {tuning.LEFT_OUT}"]["R@1"] < 20


def study_of(index: Path, sets: list[QuestionSet]) -> tuning.Study:
    return tuning.Study(index, (*sets, *(without_tones(one) for one in sets)))
