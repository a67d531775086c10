"""Compares FAISS indexes: recall after rescoring against processor time, on one thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import Vectors
from tests.bench.scale import EXACT, exact_best

K = 100
CANDIDATES, OF_CODES = 200, 600
"""Number of candidates to rescore: for eight bits a component or more, and for fewer."""

BITS = (1, 2, 3)
"""Bits a component of RaBitQ codes."""

PROBED = (0.02, 0.05, 0.1, 0.2, 0.4)
"""Shares of an inverted file's lists that a search probes."""

TRAINED_ON = 40
"""Number of training vectors for each list of an inverted file."""


def vector_indexes(index: str, questions: Sequence[str]) -> dict[str, Any]:
    """Returns for each FAISS index the milliseconds of processor time a search, and recall@100."""
    import faiss

    from retrieval.encoder import open_encoder

    faiss.omp_set_num_threads(1)
    queries = open_encoder(None).encode_queries(questions)
    path = Path(index).with_name(EXACT)
    exact = exact_best(path, queries, K)
    rows: NDArray[np.float16] = np.memmap(path, np.float16, "r").reshape(-1, queries.shape[1])
    found = []
    for name, searched, asked, setting in _built(rows, queries):
        most = CANDIDATES if searched.sa_code_size() >= queries.shape[1] else OF_CODES
        start = time.process_time()
        ids = [searched.search(asked[row : row + 1], most)[1][0] + 1 for row in range(len(asked))]
        taken = (time.process_time() - start) / len(asked)
        recall = float(np.mean([len(wanted & set(some.tolist())) / K for wanted, some in zip(exact, ids, strict=True)]))
        found.append({"kind": name, "setting": setting, "ms": 1000 * taken, "recall": recall})
    return {"passages": len(rows), "kinds": found}


def _built(rows: NDArray[np.float16], queries: Vectors) -> Iterator[tuple[str, Any, Vectors, float]]:
    import faiss

    dim, quantizer = rows.shape[1], faiss.ScalarQuantizer
    sample = rows[:: max(1, len(rows) // 20_000)].astype(np.float32)
    product = faiss.METRIC_INNER_PRODUCT
    trained: dict[str, Callable[[], Any]] = {
        "float16": lambda: faiss.IndexScalarQuantizer(dim, quantizer.QT_fp16, product),
        "8 bits, trained": lambda: faiss.IndexScalarQuantizer(dim, quantizer.QT_8bit, product),
        "4 bits, trained": lambda: faiss.IndexScalarQuantizer(dim, quantizer.QT_4bit, product),
        **{f"RaBitQ, bits: {bits}": partial(faiss.IndexRaBitQ, dim, product, bits) for bits in BITS},
    }
    for name, made in trained.items():
        flat = made()
        flat.train(sample)
        _add(flat, rows, 1.0)
        yield name, flat, queries, 1.0
    scale = 127 / float(np.abs(sample).max())
    flat = faiss.IndexScalarQuantizer(dim, quantizer.QT_8bit_direct, faiss.METRIC_L2)
    _add(flat, rows, scale)
    yield "8-bit integers", flat, _integers(queries, scale), 1.0
    lists = int(4 * np.sqrt(len(rows)))
    inverted = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatL2(dim), dim, lists, quantizer.QT_8bit_direct, faiss.METRIC_L2
    )
    inverted.by_residual = False
    chosen = np.sort(np.random.default_rng(0).permutation(len(rows))[: TRAINED_ON * lists])
    inverted.train(_integers(rows[chosen].astype(np.float32), scale))
    _add(inverted, rows, scale)
    for share in PROBED:
        inverted.nprobe = max(1, int(share * lists))
        yield f"8-bit integers, {lists} lists", inverted, _integers(queries, scale), share


def _add(index: Any, rows: NDArray[np.float16], scale: float) -> None:  # noqa: ANN401  FAISS is untyped
    for start in range(0, len(rows), 50_000):
        block = rows[start : start + 50_000].astype(np.float32)
        index.add(block if scale == 1.0 else _integers(block, scale))


def _integers(rows: Vectors, scale: float) -> Vectors:
    return np.asarray(np.clip(np.rint(rows * np.float32(scale)) + np.float32(128), 0, 255), np.float32)
