"""Configures the trainer of transformers as the settings say, and goes on from a folder's last checkpoint."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm
from transformers import (
    EarlyStoppingCallback,
    ProgressCallback,
    Trainer,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)
from transformers import logging as transformers_logging
from transformers.trainer_utils import get_last_checkpoint

from retrieval.training.network_settings import TrainingSettings

_STATE_FILE = "trainer_state.json"
_NO_MEASURES = frozenset({"epoch", "model_preparation_time", "runtime", "samples_per_second", "steps_per_second"})
"""What the trainer tells beside the measures."""


class _Progress(ProgressCallback):
    """Shows the trainer's bar, and a line for each measurement, on stderr."""

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: Mapping[str, float] | None = None,
        **kwargs: object,
    ) -> None:
        """Prints the loss on held-out rows."""
        if logs and "eval_loss" in logs:
            line = f"step {state.global_step} of {state.max_steps}: held-out loss {float(logs['eval_loss']):.3f}"
            tqdm.write(line, file=sys.stderr)


def trainer_arguments(folder: Path, settings: TrainingSettings, rows: int) -> dict[str, Any]:
    """Returns the arguments that the trainings of all networks share.

    Args:
        folder: holds the checkpoints.
        settings: the settings.
        rows: number of rows to train on.
    """
    on_gpu = torch.cuda.is_available()
    steps = -(-rows // settings.batch_rows)
    check_steps = min(settings.steps_between_checks, steps)
    return {
        "output_dir": str(folder),
        "num_train_epochs": 1,
        "per_device_train_batch_size": settings.batch_rows,
        "per_device_eval_batch_size": settings.batch_rows,
        "learning_rate": settings.learning_rate,
        "warmup_steps": int(settings.warmup_share * steps),
        "weight_decay": settings.weight_decay,
        "lr_scheduler_type": "linear",
        "bf16": _has_bfloat16(on_gpu=on_gpu),
        "use_cpu": not on_gpu,
        "seed": settings.seed,
        "eval_strategy": "steps",
        "eval_steps": check_steps,
        "save_strategy": "steps",
        "save_steps": check_steps,
        "save_total_limit": 2,
        "load_best_model_at_end": True,
        "metric_for_best_model": "loss",
        "greater_is_better": False,
        "restore_callback_states_from_checkpoint": True,
        "dataloader_pin_memory": on_gpu,
        "logging_steps": 50,
        "report_to": "none",
    }


def early_stopping(settings: TrainingSettings) -> EarlyStoppingCallback:
    """Returns what stops a training that no longer gets better."""
    return EarlyStoppingCallback(settings.patience)


def train_resumably(trainer: Trainer, folder: Path) -> Mapping[str, float]:
    """Trains from the folder's last checkpoint, or from the start; returns the figures on held-out rows.

    The trained model is that of the best checkpoint.
    """
    trainer.remove_callback(ProgressCallback)
    trainer.add_callback(_Progress())
    with _errors_only():
        last_checkpoint: Any = get_last_checkpoint  # untyped
        checkpoint = last_checkpoint(str(folder)) if folder.is_dir() else None
        if checkpoint and _was_last(Path(checkpoint)):
            trainer.state = TrainerState.load_from_json(str(Path(checkpoint) / _STATE_FILE))
            trainer._load_best_model()  # the trainer would go on beyond the checkpoint that it stopped at
        else:
            trainer.train(resume_from_checkpoint=checkpoint)
        figures: dict[str, float] = trainer.evaluate()
    names = {name: name.removeprefix("eval_") for name in figures}
    return {names[name]: value for name, value in figures.items() if names[name] not in _NO_MEASURES}


@contextmanager
def _errors_only() -> Iterator[None]:
    """Drops the log lines of transformers, other than errors, within its context."""
    untyped: Any = transformers_logging
    verbosity = untyped.get_verbosity()
    untyped.set_verbosity_error()
    try:
        yield
    finally:
        untyped.set_verbosity(verbosity)


def _was_last(checkpoint: Path) -> bool:
    """Tells whether training stopped at a checkpoint, early or at the end."""
    state = json.loads((checkpoint / _STATE_FILE).read_bytes())
    return bool(state["stateful_callbacks"]["TrainerControl"]["args"]["should_training_stop"])


def _has_bfloat16(*, on_gpu: bool) -> bool:
    if on_gpu:
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
