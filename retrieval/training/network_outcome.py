"""Defines what a training tells when it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrainingOutcome:
    """Tells on how many rows a network was trained, and its figures on those held out."""

    rows: int
    held_out_rows: int
    figures: Mapping[str, float]
