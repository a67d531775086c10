"""Configures the training of networks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """Configures the training of a network; the defaults are those of the reader."""

    rows: int = 60_000
    """Number of rows; each round over the questions makes other rows."""
    batch_rows: int = 24
    learning_rate: float = 1.2e-4
    """Highest learning rate, after the warm-up; it then falls linearly to 0."""
    warmup_share: float = 0.05
    weight_decay: float = 0.01
    seed: int = 0
    held_out_folds: int = 25
    """One in so many articles is held out, to stop early."""
    held_out_rows: int = 800
    """Most rows that are held out."""
    steps_between_checks: int = 400
    """Steps between two measurements on held-out rows, each with a checkpoint; at most those that there are."""
    patience: int = 4
    """Measurements without a better one after which training stops."""


READER_SETTINGS = TrainingSettings()

ENCODER_SETTINGS = TrainingSettings(batch_rows=64, learning_rate=2e-5, steps_between_checks=100)
"""A row of the encoder is a question with a passage that answers and one that does not."""
