"""Fine-tunes the bundled encoder by contrast, with the trainer of sentence-transformers.

The loss ranks a question's passage before the passages of the batch's other questions and a hard negative of each
(Henderson et al. 2017).
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import HoiBaoError
from retrieval.training.encoder_rows import EncoderRow, encoder_rows
from retrieval.training.network_outcome import TrainingOutcome
from retrieval.training.network_settings import TrainingSettings
from retrieval.training.networks.trainer_arguments import early_stopping, train_resumably, trainer_arguments
from retrieval.training.reading_rows import is_held_out
from retrieval.training.training_material import MOST_ROUNDS, TrainingMaterial

if TYPE_CHECKING:
    from datasets import Dataset
    from sentence_transformers import SentenceTransformer

MODEL_FOLDER = "model"
"""Name of the trained model, a folder in the layout of sentence-transformers."""

_QUERY, _PASSAGE = "query: ", "passage: "


def train_encoder(
    material: TrainingMaterial, pretrained: Path, folder: Path, checkpoints: Path, settings: TrainingSettings
) -> TrainingOutcome:
    """Fine-tunes an encoder, and writes it into `MODEL_FOLDER` of a folder.

    If there is a checkpoint of the same settings, training goes on from the last one. The token embeddings stay.

    Args:
        material: the material of the rows.
        pretrained: the encoder to begin with, in the layout of sentence-transformers.
        folder: where the trained one is written.
        checkpoints: where checkpoints are kept.
        settings: the settings.

    Raises:
        HoiBaoError: the material gives no row to train on, or none that is held out.
    """
    from sentence_transformers import (
        SentenceTransformer,
        SentenceTransformerTrainer,
        SentenceTransformerTrainingArguments,
    )
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    trained, held_out = _rows(material, settings)
    model = SentenceTransformer(str(pretrained), local_files_only=True)
    for name, parameter in model.named_parameters():
        parameter.requires_grad = ".embeddings." not in name
    arguments = SentenceTransformerTrainingArguments(
        **trainer_arguments(checkpoints, settings, len(trained)),
        prompts={"question": _QUERY, "positive": _PASSAGE, "negative": _PASSAGE},
    )
    trainer = SentenceTransformerTrainer(
        model=model,
        args=arguments,
        train_dataset=_data_set(trained),
        eval_dataset=_data_set(held_out),
        loss=MultipleNegativesRankingLoss(model),
        callbacks=[early_stopping(settings)],
    )
    figures = train_resumably(trainer, checkpoints)
    _write(model, folder / MODEL_FOLDER)
    return TrainingOutcome(len(trained), len(held_out), figures)


def _rows(material: TrainingMaterial, settings: TrainingSettings) -> tuple[list[EncoderRow], list[EncoderRow]]:
    """Returns the rows to train on, of as many rounds as the settings need, and those held out."""
    trained: list[EncoderRow] = []
    held_out: list[EncoderRow] = []
    for seed in count():
        rows = list(encoder_rows(material, seed))
        random.Random(settings.seed).shuffle(rows)
        if seed == 0:
            held_out = [row for row in rows if is_held_out(row.group, settings.held_out_folds)]
        trained += [row for row in rows if not is_held_out(row.group, settings.held_out_folds)]
        if not (trained and held_out):
            raise HoiBaoError(
                f"too few articles to train on: {len(trained)} rows, and {len(held_out)} of those that are held out;"
                f" one in {settings.held_out_folds} articles is held out"
            )
        if len(trained) >= settings.rows or seed + 1 == MOST_ROUNDS:
            break
    return trained[: settings.rows], held_out[: settings.held_out_rows]


def _data_set(rows: Sequence[EncoderRow]) -> Dataset:
    from datasets import Dataset  # the reader is trained without it

    return Dataset.from_dict(
        {
            "question": [row.question for row in rows],
            "positive": [row.positive for row in rows],
            "negative": [row.negative for row in rows],
        }
    )


def _write(model: SentenceTransformer, path: Path) -> None:
    """Writes the model aside, and renames it: a killed process leaves none, or a whole one."""
    model.prompts = {"query": _QUERY, "document": _PASSAGE}
    new = path.with_name(f".{path.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(path, ignore_errors=True)
    model.save_pretrained(str(new), create_model_card=False)
    new.rename(path)
