"""Corpora of judged questions: finds one, restricts it to the ids that a folder lists, and names its index."""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import partial
from pathlib import Path
from typing import IO

import platformdirs

from retrieval.corpus import CHUNKER
from retrieval.errors import HoiBaoError, UsageError
from retrieval.store import replace_file
from retrieval.vietnamese import clean

CORPUS_NAMES = ("corpus.jsonl", "corpus.jsonl.gz")
"""File names of a folder's corpus, the preferred one first."""

CORPUS_IDS_NAME = "corpus_ids.txt"
"""File name of the list of article ids, one a line, that a folder's corpus is restricted to."""


def corpus_file(folder: Path, corpus: Path | None = None) -> Path:
    """Returns the path of a folder's corpus: its own, or else the one that is given.

    Raises:
        UsageError: the folder has no corpus, and none is given.
    """
    for path in [*(folder / name for name in CORPUS_NAMES), *([corpus] if corpus else [])]:
        if path.exists():
            return path
    if corpus:
        raise UsageError(f"no such file: {corpus}")
    raise UsageError(f"no {' or '.join(CORPUS_NAMES)} in {folder}: not a BEIR folder; --corpus names one elsewhere")


def evaluation_index(folder: Path, model: str | None, corpus: Path | None = None) -> Path:
    """Returns the path of a folder's own index in the user's cache.

    There is one index for each folder, model and chunker, and for each corpus outside of the folder and list of ids.

    Args:
        folder: the folder of the judged questions.
        model: the encoder, as `QuestionAnswering.open` takes it.
        corpus: the corpus file, as `corpus_file` returns it; None for that of the folder.
    """
    parts = [f"{folder.resolve()}\n{model or ''}\n{CHUNKER}"]
    if corpus and corpus.resolve().parent != folder.resolve():
        parts.append(str(corpus.resolve()))
    parts += sorted(corpus_ids(folder) or ())
    key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]
    return platformdirs.user_cache_path("hoibao") / "eval" / f"{folder.resolve().name}-{key}"


def corpus_ids(folder: Path) -> frozenset[str] | None:
    """Returns the ids that a folder restricts its corpus to; None for all articles."""
    path = folder / CORPUS_IDS_NAME
    if not path.exists():
        return None
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return frozenset(one_line(line) for line in lines if line.strip())


def restricted_corpus(folder: Path, corpus: Path, index: Path) -> Path:
    """Returns the file to index: the corpus, or a copy of the lines whose ids the folder lists.

    The copy lies beside the index.

    Raises:
        UsageError: an id that is listed is not in the corpus.
        HoiBaoError: a line of the corpus has no id; the message names the file and the line.
    """
    ids = corpus_ids(folder)
    if ids is None:
        return corpus
    path = index.with_name(f"{index.name}.jsonl")
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, partial(_copy_lines, corpus, ids))
    return path


def _copy_lines(corpus: Path, ids: frozenset[str], copy: IO[bytes]) -> None:
    missing = set(ids)
    with gzip.open(corpus, "rb") if corpus.suffix == ".gz" else corpus.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                article_id = one_line(str(json.loads(line)["_id"]))
            except (ValueError, KeyError, TypeError) as error:
                raise HoiBaoError(f"{corpus}:{number}: not an article ({error})") from None
            if article_id in ids:
                copy.write(line if line.endswith(b"\n") else line + b"\n")
                missing.discard(article_id)
    if missing:
        raise UsageError(f"{len(missing)} of the ids in {CORPUS_IDS_NAME} are not in {corpus}, such as {min(missing)}")


def one_line(text: str) -> str:
    """Normalises an id as the index does."""
    return " ".join(clean(text).split())
