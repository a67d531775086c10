"""Trains the network that is asked for; what needs torch is imported only here, when training begins."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from importlib import util

from retrieval.encoder import Reporter, open_bundled_parts
from retrieval.errors import UsageError
from retrieval.training.network_outcome import TrainingOutcome
from retrieval.training.training_folder import TrainingFolder
from retrieval.training.training_material import TrainingMaterial


class Network(StrEnum):
    """Names the networks that can be trained."""

    READER = "reader"
    ENCODER = "encoder"

    @property
    def libraries(self) -> tuple[str, ...]:
        """The libraries that train it, by the names that they are imported and installed by, `_` being `-`."""
        shared = ("torch", "transformers", "accelerate", "safetensors")
        return shared if self is Network.READER else (*shared, "sentence_transformers", "datasets")


def require_libraries(names: Sequence[str]) -> None:
    """Checks that libraries are installed, without importing them.

    Raises:
        UsageError: one is not.
    """
    missing = [name.replace("_", "-") for name in names if util.find_spec(name) is None]
    if missing:
        raise UsageError(f"training needs {', '.join(missing)}: pip install 'hoibao[models]'")


def train_network(
    network: Network, material: TrainingMaterial, folder: TrainingFolder, report: Reporter
) -> TrainingOutcome:
    """Trains a network in a folder, from its last checkpoint if there is one, and writes the record.

    Raises:
        HoiBaoError: the material gives too few rows, or the folder holds a training on other articles.
    """
    from retrieval.training.networks import train_encoder, train_reader  # loads torch, which takes seconds

    folder.begin(material)
    parts = open_bundled_parts(report)
    report(f"training the {network}")
    if network is Network.READER:
        outcome = train_reader(material.row_makers(), parts, folder.path, folder.checkpoints, folder.settings)
    else:
        outcome = train_encoder(material, parts.model_folder, folder.path, folder.checkpoints, folder.settings)
    folder.finish(outcome, [name.replace("_", "-") for name in network.libraries])
    return outcome
