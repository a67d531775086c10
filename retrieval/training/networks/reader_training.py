"""Trains the reader: resumable, with early stopping on held-out articles."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from transformers import EvalPrediction, Trainer, TrainingArguments

from retrieval.encoder import BundledParts, ReaderHeads, TokenEmbeddings, write_reader
from retrieval.errors import HoiBaoError
from retrieval.reading import READER_FILE, Part, TokenizeWord, lay_out
from retrieval.training.network_outcome import TrainingOutcome
from retrieval.training.network_settings import TrainingSettings
from retrieval.training.networks.reader_network import IGNORED, Collator, LabelledInput, ReaderNetwork
from retrieval.training.networks.trainer_arguments import early_stopping, train_resumably, trainer_arguments
from retrieval.training.reading_rows import ReadingRow, RowMaker, is_held_out


@dataclass(frozen=True, slots=True)
class LabelledRows:
    """Holds the labelled inputs to train on, and those held out."""

    trained: Sequence[LabelledInput]
    held_out: Sequence[LabelledInput]


def train_reader(
    makers: Iterable[RowMaker], parts: BundledParts, folder: Path, checkpoints: Path, settings: TrainingSettings
) -> TrainingOutcome:
    """Trains a reader, and writes its file `READER_FILE` into a folder.

    If there is a checkpoint of the same settings, training goes on from the last one.

    Args:
        makers: the rounds over the questions; as many are used as the rows need.
        parts: the parts of the bundled model.
        folder: where the reader is written.
        checkpoints: where checkpoints are kept; created if absent.
        settings: the settings.

    Raises:
        HoiBaoError: the questions give no row to train on, or none that is held out.
    """
    rows = label_rows(makers, parts.tokenize_word, settings)
    torch.manual_seed(settings.seed)
    network = ReaderNetwork.from_folder(parts.model_folder)
    outcome = fit_reader(network, rows, parts.embeddings, checkpoints, settings)
    _write(network, folder / READER_FILE)
    return outcome


def fit_reader(
    network: ReaderNetwork,
    rows: LabelledRows,
    embeddings: TokenEmbeddings,
    checkpoints: Path,
    settings: TrainingSettings,
) -> TrainingOutcome:
    """Trains a network on labelled rows, from the last checkpoint if there is one."""
    torch.set_flush_denormal(True)  # gradients below 1e-38 would be computed many times more slowly
    arguments = TrainingArguments(
        **trainer_arguments(checkpoints, settings, len(rows.trained)),
        train_sampling_strategy="group_by_length",
        remove_unused_columns=False,
        label_names=["first", "last", "contradicted", "parts"],
    )
    trainer = Trainer(
        model=network,
        args=arguments,
        data_collator=Collator(embeddings),
        train_dataset=_Rows(rows.trained),
        eval_dataset=_Rows(rows.held_out),
        compute_metrics=reader_figures,
        callbacks=[early_stopping(settings)],
    )
    figures = train_resumably(trainer, checkpoints)
    return TrainingOutcome(len(rows.trained), len(rows.held_out), figures)


def reader_figures(prediction: EvalPrediction) -> dict[str, float]:
    """Measures a reader on held-out rows: AUROC of answering, spans found exactly, AUROC of contradicted words.

    The trainer orders rows by length, so that nothing but the labels of the prediction tells which row is which. An
    AUROC without rows of both kinds is 0.5.
    """
    predictions, labels = prediction.predictions, prediction.label_ids
    scores, answerable = map(np.asarray, predictions)
    first, last, contradicted, parts = map(np.asarray, labels)
    answers = first > 0
    passage = np.where((parts == Part.PASSAGE)[..., None], scores[..., :2], -np.inf)
    exact = (passage.argmax(axis=1) == np.stack([first, last], axis=1)).all(axis=1)
    is_known = (contradicted != IGNORED).any(axis=1)
    worst = np.where(contradicted != IGNORED, scores[..., 2], -np.inf).max(axis=1)
    is_false = (contradicted == 1).any(axis=1)
    return {
        "auroc_answerable": _auroc(answers, answerable),
        "exact_spans": float(exact[answers].mean()) if answers.any() else 0.0,
        "auroc_premise": _auroc(is_false[is_known], worst[is_known]),
    }


def _auroc(is_positive: NDArray[np.bool_], scores: NDArray[np.float32]) -> float:
    return float(roc_auc_score(is_positive, scores)) if 0 < is_positive.sum() < len(is_positive) else 0.5


class _Rows(torch.utils.data.Dataset[dict[str, Any]]):
    """Gives rows to the trainer; `input_ids` only tells their lengths, by which batches are made."""

    def __init__(self, rows: Sequence[LabelledInput]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place: int) -> dict[str, Any]:
        row = self._rows[place]
        return {"row": row, "input_ids": row.input.ids}


def label_row(row: ReadingRow, tokenize_word: TokenizeWord) -> LabelledInput | None:
    """Lays a row out with its labels; None if the answer is in no token that is read."""
    laid_out = lay_out(row.question, row.headline, row.passage, tokenize_word)
    first, last = 0, 0
    if row.answer:
        tokens = laid_out.token_span(Part.PASSAGE, row.answer)
        if tokens is None:
            return None
        first, last = tokens
    contradicted = None
    if row.contradicted is not None:
        spans = [laid_out.token_span(Part.QUESTION, span) for span in row.contradicted]
        contradicted = frozenset(token for span in spans if span for token in range(span[0], span[1] + 1))
    return LabelledInput(laid_out, first, last, contradicted)


def label_rows(makers: Iterable[RowMaker], tokenize_word: TokenizeWord, settings: TrainingSettings) -> LabelledRows:
    """Labels as many rows as the settings say; the held-out ones are of the first round.

    Raises:
        HoiBaoError: the questions give no row to train on, or none that is held out.
    """
    trained: list[LabelledInput] = []
    held_out: list[LabelledInput] = []
    for round_number, maker in zip(count(), makers, strict=False):
        rows = list(maker.rows())
        random.Random(settings.seed).shuffle(rows)
        for row in rows:
            is_apart = is_held_out(row.group, settings.held_out_folds)
            if is_apart and (round_number > 0 or len(held_out) == settings.held_out_rows):
                continue
            if (labelled := label_row(row, tokenize_word)) is not None:
                (held_out if is_apart else trained).append(labelled)
            if len(trained) == settings.rows:
                return _both(trained, held_out, settings)
    return _both(trained, held_out, settings)


def _both(
    trained: Sequence[LabelledInput], held_out: Sequence[LabelledInput], settings: TrainingSettings
) -> LabelledRows:
    if not (trained and held_out):
        raise HoiBaoError(
            f"too few articles to train on: {len(trained)} rows, and {len(held_out)} of those that are held out;"
            f" one in {settings.held_out_folds} articles is held out"
        )
    return LabelledRows(trained, held_out)


def _write(network: ReaderNetwork, path: Path) -> None:
    tensors = {
        name.removeprefix("bert."): tensor.detach().float().cpu().numpy()
        for name, tensor in network.state_dict().items()
    }
    heads = ReaderHeads(
        tensors["tokens.weight"],
        tensors["tokens.bias"],
        tensors["answerable.weight"].reshape(-1),
        float(tensors["answerable.bias"].item()),
    )
    new = path.with_name(f".{path.name}.new")
    write_reader(new, tensors, heads)
    new.replace(path)
