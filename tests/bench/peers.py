"""Measures sentence-transformers with FAISS, and txtai, on the same passages and model."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.datatypes import Span
from retrieval.encoder import open_encoder
from retrieval.encoder.bundled import bundle
from retrieval.indexing.encoding import passage_input
from retrieval.indexing.opening import open_store

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

AT_ONCE = 512
"""Number of passages that the encoders get by turns, so that other load on the machine slows both."""

TOP = 10


def passages_of(index: Path) -> list[str]:
    """Returns the encoder's input for every passage of an index, in order."""
    with open_store(index) as store, store.snapshot() as snapshot:
        found = []
        for stored in store.stored():
            ids = snapshot.passages_of([stored.number]).get(stored.number, ())
            for passage, _ in snapshot.passages(ids).values():
                found.append(passage_input(stored.article, Span(passage.start, passage.end)))
        return found


def rates(index: str, sample: int) -> dict[str, Any]:
    """Measures passages a second of this project's encoder and of sentence-transformers, by turns."""
    texts = passages_of(Path(index))
    texts = texts[:: max(1, len(texts) // sample)][:sample]
    peer, own = _sentence_transformer(), open_encoder(None)
    turns: dict[str, Callable[[Sequence[str]], Any]] = {
        "hoibao": own.encode_passages,
        "sentence-transformers": lambda some: peer.encode_document(list(some), normalize_embeddings=True),
    }
    seconds, cpu = dict.fromkeys(turns, 0.0), dict.fromkeys(turns, 0.0)
    for encode in turns.values():
        encode(texts[:4])
    for at in range(0, len(texts), AT_ONCE):
        for name, encode in turns.items():
            start, cpu_start = time.perf_counter(), time.process_time()
            encode(texts[at : at + AT_ONCE])
            seconds[name] += time.perf_counter() - start
            cpu[name] += time.process_time() - cpu_start
    return {name: {"passages_per_s": len(texts) / seconds[name], "cpu_s": cpu[name]} for name in turns}


def flat_build(index: str, folder: str) -> dict[str, Any]:
    """Builds a flat FAISS index with sentence-transformers, and the texts in SQLite."""
    import faiss

    texts = passages_of(Path(index))
    start = time.perf_counter()
    vectors = _sentence_transformer().encode_document(texts, normalize_embeddings=True, show_progress_bar=False)
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    target = Path(folder)
    target.mkdir()
    faiss.write_index(flat, str(target / "flat.faiss"))
    with contextlib.closing(sqlite3.connect(target / "texts.db")) as db, db:
        db.execute("CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT)")
        db.executemany("INSERT INTO texts VALUES (?, ?)", enumerate(texts))
    return {"passages": len(texts), "wall_s": time.perf_counter() - start, "bytes": _size(target)}


@contextlib.contextmanager
def flat_open(folder: Path) -> Iterator[Callable[[str], Any]]:
    """Opens dense search over the flat index; it returns texts."""
    import faiss

    model = _sentence_transformer()
    flat = faiss.read_index(str(folder / "flat.faiss"))
    with contextlib.closing(sqlite3.connect(folder / "texts.db")) as db:

        def ask(question: str) -> list[str]:
            _, ids = flat.search(model.encode_query([question], normalize_embeddings=True), TOP)
            wanted = (json.dumps(ids[0].tolist()),)
            return [
                text for (text,) in db.execute("SELECT text FROM texts, json_each(?) WHERE texts.id = value", wanted)
            ]

        yield ask


def txtai_build(index: str, folder: str) -> dict[str, Any]:
    """Builds a txtai index for hybrid search."""
    from txtai import Embeddings

    texts = passages_of(Path(index))
    start = time.perf_counter()
    embeddings = Embeddings(
        path=str(_model_folder()),
        method="sentence-transformers",
        hybrid=True,
        content=True,
        instructions={"query": "query: ", "data": "passage: "},
    )
    embeddings.index(enumerate(texts))
    embeddings.save(folder)
    return {"passages": len(texts), "wall_s": time.perf_counter() - start, "bytes": _size(Path(folder))}


@contextlib.contextmanager
def txtai_open(folder: Path) -> Iterator[Callable[[str], Any]]:
    """Opens hybrid search of txtai; it returns texts."""
    from txtai import Embeddings

    embeddings = Embeddings()
    embeddings.load(str(folder))
    yield lambda question: embeddings.search(question, TOP)
    embeddings.close()


OPENED: dict[str, Callable[[Path], contextlib.AbstractContextManager[Callable[[str], Any]]]] = {
    "flat": flat_open,
    "txtai": txtai_open,
}


def serve_peer(name: str, folder: str, questions: Sequence[str]) -> dict[str, Any]:
    """Measures opening a peer from disk and asking it question by question."""
    start = time.perf_counter()
    with OPENED[name](Path(folder)) as ask:
        opened = time.perf_counter() - start
        asked = []
        for question in questions:
            start = time.perf_counter()
            ask(question)
            asked.append({"whole": time.perf_counter() - start})
    return {"open_s": opened, "asked": asked}


def _model_folder() -> Path:
    return bundle.prepare_bundle(bundle.default_cache(), lambda _: None).model_folder


def _sentence_transformer() -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(_model_folder()), device="cpu")


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
