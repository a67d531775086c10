"""All models, fitted on questions asked of an index."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.evaluation.query_variations import without_tones
from retrieval.evaluation.question_sets import JudgedQuestion, QuestionSet
from retrieval.indexing.maintenance import sync_index
from retrieval.search.models import FittedModels
from retrieval.training.judged_corpora import JudgedCorpus
from retrieval.training.reranker_fitting import MIN_ARTICLE_WEIGHTS
from retrieval.training.tuning import HELD_OUT_LABEL, fitted_file_content, tune

GOODS = "gạo xăng vàng thép than cá tôm muối đường sữa điện nước giấy vải gỗ đá cát sỏi chì kẽm bạc chè mật"
TOPICS = [f"{goods} {where}" for goods in GOODS.split() for where in ("Huế", "Vinh")]


def no_progress(_: str, __: int) -> AbstractContextManager[Callable[[], None]]:
    return nullcontext(lambda: None)


def indexed(folder: Path, rows: list[dict[str, str]]) -> Path:
    corpus = folder / "corpus.jsonl"
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    sync_index(folder / "index", [corpus])
    return folder / "index"


def judged_corpus(index: Path, sets: list[QuestionSet]) -> JudgedCorpus:
    return JudgedCorpus(index, (*sets, *(without_tones(one) for one in sets)))


def test_the_models_that_ship_keep_to_the_minimum_weights() -> None:
    assert MIN_ARTICLE_WEIGHTS
    shipped = FittedModels.load().toned.article.weights
    assert all(shipped[name] >= least for name, least in MIN_ARTICLE_WEIGHTS.items())


@pytest.mark.slow
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
        JudgedQuestion(topic, f"Giá {topic} lên bao nhiêu?", (f"{n + 100} đồng",), {topic: 1})
        for n, topic in enumerate(TOPICS)
    ]
    unknown = [JudgedQuestion(f"u{n}", f"Ai thắng trận bóng thứ {n}?", (), {}) for n in range(8)]
    sets = [QuestionSet("queries.jsonl", tuple(asked)), QuestionSet("queries.unanswerable.jsonl", tuple(unknown))]
    alone = tune([judged_corpus(index, sets)], no_progress)
    content = fitted_file_content(alone, "hoibao tune somewhere")
    assert FittedModels.parse(content, reading=True).threshold == round(alone.models.threshold, 4)
    assert FittedModels.parse(content).confidence == FittedModels.load().confidence  # without a reader, as it ships
    assert alone.measures["queries.jsonl"]["R@1"] > 80
    assert alone.measures["queries.jsonl"]["answered"] > 50
    assert set(alone.measures["queries.unanswerable.jsonl"]) == {"answered"}
    assert alone.figures["unanswerable that are refused, %"] >= 90
    assert alone.figures["AUROC, answerable against unanswerable"] > 0.9
    assert alone.unchanged == ()
    assert not any(name.endswith(HELD_OUT_LABEL) for name in alone.measures)


@pytest.mark.slow
def test_abstaining_is_learned_from_answerable_questions_alone(tmp_path: Path) -> None:
    rows = [{"_id": topic, "title": f"Giá {topic}", "text": f"Giá {topic} hôm nay tăng mạnh."} for topic in TOPICS]
    asked = tuple(JudgedQuestion(topic, f"Giá {topic} ra sao?", (), {topic: 1}) for topic in TOPICS)
    report = tune([judged_corpus(indexed(tmp_path, rows), [QuestionSet("queries.jsonl", asked)])], no_progress)
    assert "abstaining" not in report.unchanged
    assert report.measures["queries.jsonl"]["answered"] > 50
    assert report.measures["queries.jsonl"]["refused"] > 80
    # The threshold is chosen for both variations together; of one alone it may refuse less.
    assert report.figures["unanswerable that are refused, %"] >= 90


@pytest.mark.slow
def test_ranking_and_answer_sentence_are_not_fitted_on_a_corpus_for_the_confidence_only(tmp_path: Path) -> None:
    rows = [
        {"_id": topic, "title": f"Chuyện {topic}", "text": f"Giá {topic} lên {n + 100} đồng. Chợ {topic} vẫn đông."}
        for n, topic in enumerate(TOPICS)
    ]
    index = indexed(tmp_path, rows)
    asked = tuple(
        JudgedQuestion(topic, f"Giá {topic} lên bao nhiêu?", (f"{n + 100} đồng",), {topic: 1})
        for n, topic in enumerate(TOPICS)
    )
    others = tuple(JudgedQuestion(f"t-{topic}", f"Chuyện {topic}", (f"{topic} vẫn",), {topic: 1}) for topic in TOPICS)
    corpus = judged_corpus(index, [QuestionSet("queries.jsonl", asked)])
    other = judged_corpus(index, [QuestionSet("queries.titles.jsonl", others)])
    alone = tune([corpus], no_progress).models
    both = tune([corpus, replace(other, confidence_only=True)], no_progress)
    assert (both.models.toned, both.models.toneless, both.models.sentence) == (
        alone.toned,
        alone.toneless,
        alone.sentence,
    )
    assert both.models.confidence != alone.confidence
    assert both.measures["queries.titles.jsonl"]["R@1"] > 80
    assert both.measures[f"queries.titles.jsonl, {HELD_OUT_LABEL}"].keys() >= {"R@1", "answered"}


@pytest.mark.slow
def test_a_set_that_is_held_out_is_not_fitted_on(tmp_path: Path) -> None:
    text = "Giá {} hôm nay tăng mạnh."
    rows = [{"_id": topic, "title": f"Giá {topic}", "text": text.format(topic)} for topic in TOPICS]
    padding = " Trời nắng to, đường vắng người qua lại." * 3
    rows += [{**row, "_id": f"{row['_id']} dài", "text": row["text"] + padding} for row in rows]
    short = tuple(JudgedQuestion(topic, f"Giá {topic} hôm nay", (), {topic: 1}) for topic in TOPICS)
    long = tuple(JudgedQuestion(f"{topic} dài", f"Giá {topic} hôm nay", (), {f"{topic} dài": 1}) for topic in TOPICS)
    sets = [QuestionSet("queries.jsonl", short), QuestionSet("queries.long.jsonl", long)]
    measures = tune([judged_corpus(indexed(tmp_path, rows), sets)], no_progress).measures
    assert set(measures) == {
        f"{name}{tones}{suffix}"
        for name in ("queries.jsonl", "queries.long.jsonl")
        for tones in ("", " without tones")
        for suffix in ("", f", {HELD_OUT_LABEL}")
    }
    assert measures[f"queries.jsonl, {HELD_OUT_LABEL}"]["R@1"] < 20
    assert measures[f"queries.long.jsonl, {HELD_OUT_LABEL}"]["R@1"] < 20
