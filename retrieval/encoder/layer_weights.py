"""Gives out the weights of the bundled model's layers, and takes trained ones back as the file of a reader."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder.bundled import (
    ReaderAdapter,
    ReaderHeads,
    bert_name,
    find_weights_file,
    read_weights,
    write_adapter,
)

_WORDS = "emb.word"


def layer_weights() -> dict[str, NDArray[np.float32]]:
    """Returns the bundled model's weights by the names of transformers' BertModel, without the token embeddings.

    Raises:
        ModelError: the weights are missing, or not the expected ones.
    """
    weights = read_weights(find_weights_file())
    named = {name: weights.tensor(name) for name in weights.names if name != _WORDS}
    hidden, inner = weights.architecture.hidden, weights.architecture.feed_forward
    return {bert_name(name): _shaped(name, flat, hidden, inner) for name, flat in named.items()}


def write_reader(path: Path, trained: Mapping[str, NDArray[np.float32]], heads: ReaderHeads) -> None:
    """Writes trained weights as a reader's file: their differences to the bundled model's, and the heads.

    Args:
        path: the file.
        trained: weights by the names of BertModel; those of the embeddings are taken as unchanged.
        heads: the heads.

    Raises:
        KeyError: a weight of a layer is missing.
    """
    weights = read_weights(find_weights_file())
    names = [name for name in weights.names if not name.startswith("emb.")]
    hidden, inner = weights.architecture.hidden, weights.architecture.feed_forward
    deltas = {name: trained[bert_name(name)].reshape(-1) - weights.tensor(name) for name in names}
    columns = {name: inner if name.endswith("fo.w") else hidden for name in names if _is_matrix(name)}
    write_adapter(path, ReaderAdapter(deltas, heads), columns)


def _shaped(name: str, flat: NDArray[np.float32], hidden: int, inner: int) -> NDArray[np.float32]:
    if name in ("emb.pos", "emb.type") or _is_matrix(name):
        return flat.reshape(-1, inner if name.endswith("fo.w") else hidden)
    return flat


def _is_matrix(name: str) -> bool:
    return name.endswith(".w") and "ln." not in name
