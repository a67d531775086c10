"""A tiny reader is trained: the loss falls, a killed training goes on, equal seeds give equal weights."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import EvalPrediction

from retrieval.errors import HoiBaoError
from retrieval.training.network_outcome import TrainingOutcome
from retrieval.training.network_settings import TrainingSettings
from retrieval.training.networks.reader_network import IGNORED, ReaderNetwork
from retrieval.training.networks.reader_training import LabelledRows, fit_reader, label_rows, reader_figures
from retrieval.training.networks.trainer_arguments import trainer_arguments
from tests.retrieval.training.networks.tiny import SETTINGS, embeddings, network, row_makers, tokenize_word


def tiny_rows(settings: TrainingSettings = SETTINGS) -> LabelledRows:
    return label_rows(row_makers(8), tokenize_word, settings)


def fitted(
    folder: Path, *, seed: int = 0, settings: TrainingSettings = SETTINGS
) -> tuple[ReaderNetwork, TrainingOutcome]:
    """Trains in a folder, or goes on there; the seed is that of the untrained weights."""
    reader = network(seed)
    outcome = fit_reader(reader, tiny_rows(settings), embeddings(folder / "table"), folder / "checkpoints", settings)
    return reader, outcome


def weights(reader: ReaderNetwork) -> dict[str, bytes]:
    return {name: tensor.numpy().tobytes() for name, tensor in reader.state_dict().items()}


def checkpoints(folder: Path) -> dict[int, Path]:
    return {int(path.name.partition("-")[2]): path for path in (folder / "checkpoints").glob("checkpoint-*")}


def test_as_many_rows_as_asked_are_trained_on_and_held_out_articles_are_none_of_them() -> None:
    rows = tiny_rows()
    assert len(rows.trained) == SETTINGS.rows
    of_trained = {one.input.ids for one in rows.trained}
    assert rows.held_out and not of_trained & {one.input.ids for one in rows.held_out}
    assert len(tiny_rows(replace(SETTINGS, held_out_rows=3)).held_out) == 3


def test_rows_of_another_seed_come_in_another_order() -> None:
    def order(settings: TrainingSettings) -> list[tuple[int, ...]]:
        return [one.input.ids for one in tiny_rows(settings).trained]

    assert order(SETTINGS) == order(SETTINGS)
    assert order(SETTINGS) != order(replace(SETTINGS, seed=1))


def test_without_a_held_out_article_training_is_refused() -> None:
    with pytest.raises(HoiBaoError, match="too few articles to train on: 96 rows, and 0 of those that are held out"):
        tiny_rows(replace(SETTINGS, held_out_folds=100_000))


def test_the_loss_on_held_out_articles_falls(tmp_path: Path) -> None:
    _, short = fitted(tmp_path / "short", settings=replace(SETTINGS, rows=8))
    _, long = fitted(tmp_path / "long", settings=replace(SETTINGS, rows=400))
    assert short.rows == 8 and long.rows == 400
    assert long.figures["loss"] < 0.8 * short.figures["loss"]
    assert set(long.figures) == {"loss", "auroc_answerable", "exact_spans", "auroc_premise"}


def test_two_trainings_of_one_seed_give_equal_weights(tmp_path: Path) -> None:
    first, second = fitted(tmp_path / "1"), fitted(tmp_path / "2")
    assert weights(first[0]) == weights(second[0]) and first[1] == second[1]
    assert weights(fitted(tmp_path / "3", seed=1)[0]) != weights(first[0])


def test_a_killed_training_goes_on_from_its_checkpoint_to_the_same_weights(tmp_path: Path) -> None:
    whole, outcome = fitted(tmp_path)
    assert set(checkpoints(tmp_path)) == {8, 12}
    shutil.rmtree(checkpoints(tmp_path)[12])
    resumed, resumed_outcome = fitted(tmp_path, seed=7)
    assert weights(resumed) == weights(whole) and resumed_outcome == outcome
    assert set(checkpoints(tmp_path)) == {8, 12}


def test_a_training_that_was_killed_at_its_end_is_not_trained_further(tmp_path: Path) -> None:
    whole, outcome = fitted(tmp_path)
    last = checkpoints(tmp_path)[12].stat().st_mtime_ns
    again, again_outcome = fitted(tmp_path, seed=7)
    assert weights(again) == weights(whole) and again_outcome == outcome
    assert checkpoints(tmp_path)[12].stat().st_mtime_ns == last


def test_a_training_that_gets_no_better_stops_early_and_stays_stopped(tmp_path: Path) -> None:
    diverging = replace(SETTINGS, rows=400, learning_rate=0.0, steps_between_checks=2, patience=3)
    reader, _ = fitted(tmp_path, settings=diverging)
    steps = set(checkpoints(tmp_path))
    assert max(steps) == 8  # the first check, and three that are no better
    assert weights(fitted(tmp_path, seed=7, settings=diverging)[0]) == weights(reader)
    assert set(checkpoints(tmp_path)) == steps


def test_checks_are_as_far_apart_as_a_short_training_allows(tmp_path: Path) -> None:
    settings = TrainingSettings(batch_rows=8, steps_between_checks=400)
    assert trainer_arguments(tmp_path, settings, rows=20)["eval_steps"] == 3
    assert trainer_arguments(tmp_path, settings, rows=80_000)["eval_steps"] == 400


def test_figures_are_those_of_hand_arithmetic_in_whatever_order_rows_come() -> None:
    # Tokens: <s>, question, passage, passage, padding. Columns: first, last, contradicted.
    parts = np.array([[0, 1, 3, 3, -100]] * 4)
    first, last = np.array([2, 3, 0, 0]), np.array([3, 3, 0, 0])
    contradicted = np.full((4, 5), IGNORED)
    contradicted[:, 1] = [0, 0, 1, IGNORED]
    scores = np.zeros((4, 5, 3), np.float32)
    scores[0, 2, 0] = scores[0, 3, 1] = 5  # exact
    scores[1, 2, 0] = scores[1, 3, 1] = 5  # begins too early
    scores[:, 4] = 99  # padding counts for nothing
    scores[:, 1, 2] = [-2, 3, 1, 9]
    answerable = np.array([2.0, -1.0, -3.0, 0.0], np.float32)
    # Of the four pairs of a row that answers and one that does not, three are in order; of two pairs of premises, one.
    expected = {"auroc_answerable": 0.75, "exact_spans": 0.5, "auroc_premise": 0.5}
    for order in ([0, 1, 2, 3], [3, 1, 0, 2]):
        labels: Any = (first[order], last[order], contradicted[order], parts[order])
        predictions: Any = (scores[order], answerable[order])  # the type is that of one array
        assert reader_figures(EvalPrediction(predictions, labels)) == expected


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Sums are added up in one order."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
