"""A reader's file: what is written is read back, to within half a step; what is damaged is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval.encoder import ReaderHeads, layer_weights, write_reader
from retrieval.encoder.bundled.adapter import ADAPTER_BITS, ReaderAdapter, quantise, read_adapter, write_adapter
from retrieval.errors import ModelError

ROWS, COLUMNS = 24, 16
RANDOM = np.random.default_rng(0)
HEADS = ReaderHeads(
    RANDOM.standard_normal((3, COLUMNS), np.float32), np.array([1, 2, 3], np.float32),
    RANDOM.standard_normal(COLUMNS, np.float32), -0.5,
)  # fmt: skip
ADAPTER = ReaderAdapter(
    {
        "L0.q.w": RANDOM.standard_normal(ROWS * COLUMNS, np.float32) * np.float32(0.01),
        "L0.q.b": RANDOM.standard_normal(ROWS, np.float32) * np.float32(0.01),
    },
    HEADS,
)


def written(path: Path, adapter: ReaderAdapter = ADAPTER) -> Path:
    write_adapter(path, adapter, {"L0.q.w": COLUMNS})
    return path


def test_what_is_written_is_read_back_within_half_a_step(tmp_path: Path) -> None:
    read = read_adapter(written(tmp_path / "reader.npz"))
    assert set(read.deltas) == set(ADAPTER.deltas)
    np.testing.assert_array_equal(read.deltas["L0.q.b"], ADAPTER.deltas["L0.q.b"].astype(np.float16))
    matrix = ADAPTER.deltas["L0.q.w"].reshape(ROWS, COLUMNS)
    restored = read.deltas["L0.q.w"].reshape(ROWS, COLUMNS)
    steps = quantise(matrix)[1].astype(np.float32)[:, None]
    is_inside = np.abs(matrix) < steps * (1 << (ADAPTER_BITS - 1))
    assert is_inside.mean() > 0.95
    assert (np.abs(restored - matrix) <= steps / 2 + 1e-7)[is_inside].all()
    np.testing.assert_array_equal(np.abs(restored).max(axis=1) <= 3.5 * steps[:, 0] + 1e-7, True)
    for name in ("token_weight", "token_bias", "answer_weight", "answer_bias"):
        np.testing.assert_array_equal(getattr(read.heads, name), getattr(HEADS, name))


def test_levels_are_odd_multiples_of_half_a_step() -> None:
    levels, [step] = quantise(np.array([[-7, -5, -3, -1, 1, 3, 5, 7]], np.float32))
    assert step == pytest.approx(2, abs=0.2)
    assert levels.tolist() == [[0, 1, 2, 3, 4, 5, 6, 7]]


def test_a_row_without_a_difference_stays_as_it_is(tmp_path: Path) -> None:
    still = replace(ADAPTER, deltas={"L0.q.w": np.zeros(ROWS * COLUMNS, np.float32)})
    np.testing.assert_allclose(read_adapter(written(tmp_path / "reader.npz", still)).deltas["L0.q.w"], 0, atol=1e-7)


def test_equal_adapters_give_equal_files(tmp_path: Path) -> None:
    assert written(tmp_path / "1.npz").read_bytes() == written(tmp_path / "2.npz").read_bytes()


@pytest.mark.parametrize("kept", [0, 10, 400, -1])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, kept: int) -> None:
    path = written(tmp_path / "reader.npz")
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ModelError, match=r"reader\.npz is no reader: .*; `hoibao train reader` writes one$"):
        read_adapter(path)


def test_damaged_bytes_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "reader.npz")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(ModelError, match="is no reader"):
        read_adapter(path)


def test_a_missing_file_and_other_arrays_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is no reader"):
        read_adapter(tmp_path / "none.npz")
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    with pytest.raises(ModelError, match="is no reader"):
        read_adapter(tmp_path / "other.npz")


def test_an_adapter_of_other_weights_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "reader.npz")
    with np.load(path) as file:
        arrays = {**file, "base": np.zeros(32, np.uint8)}
    np.savez(path, **arrays)
    with pytest.raises(ModelError, match="was trained from other weights"):
        read_adapter(path)


@pytest.mark.slow
def test_trained_weights_are_written_as_differences_to_the_bundled_ones(tmp_path: Path) -> None:
    weights = layer_weights()
    query = "encoder.layer.0.attention.self.query.weight"
    random = np.random.default_rng(1)
    change = random.standard_normal(weights[query].shape, np.float32) * np.float32(0.01)
    trained = weights | {query: np.asarray(weights[query] + change, np.float32)}
    hidden = len(change)
    heads = ReaderHeads(np.ones((3, hidden), np.float32), np.zeros(3, np.float32), np.ones(hidden, np.float32), 0.25)
    write_reader(tmp_path / "reader.npz", trained, heads)
    deltas = read_adapter(tmp_path / "reader.npz").deltas
    changed = [name for name, delta in deltas.items() if np.abs(delta).max() > 1e-6]
    assert len(changed) == 1
    restored = deltas[changed[0]].reshape(change.shape)
    assert np.corrcoef(restored.ravel(), change.ravel())[0, 1] > 0.97
    assert not any("emb" in name for name in deltas)
