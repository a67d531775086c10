"""Gathers what rows are made of: questions, the articles that they name, and passages that search ranks high."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from retrieval.config import NO_READER
from retrieval.corpus import read_articles
from retrieval.datatypes import Article, SourcedArticle
from retrieval.encoder import Reporter
from retrieval.errors import HoiBaoError, UsageError
from retrieval.evaluation import ProgressFactory
from retrieval.service import QuestionAnswering
from retrieval.store import replace_file
from retrieval.training.mining import mine_passages
from retrieval.training.reading_questions import TrainingQuestion
from retrieval.training.reading_rows import FoundPassages, RowMaker

MOST_ROUNDS = 100
"""Most rounds over the questions."""

_MINED_FILE = "passages.json"


@dataclass(frozen=True, slots=True)
class TrainingMaterial:
    """Holds what the rows of every round are made of."""

    questions: Sequence[TrainingQuestion]
    articles: Mapping[str, Article]
    """The articles that questions and found passages name, by id."""
    found: Mapping[str, FoundPassages]
    """The passages found for each question that names an article, by question id."""

    def row_makers(self) -> Iterator[RowMaker]:
        """Yields a row maker for each round, whose seed is the number of the round."""
        return (RowMaker(self.questions, self.articles, self.found, seed) for seed in range(MOST_ROUNDS))

    def sha256(self) -> str:
        """Returns a hash of the articles and of the passages found in them."""
        digest = hashlib.sha256()
        for article_id, article in sorted(self.articles.items()):
            digest.update(json.dumps([article_id, article.title, str(article.published), article.body]).encode())
        for question_id, found in sorted(self.found.items()):
            digest.update(json.dumps([question_id, found.own, found.foreign]).encode())
        return digest.hexdigest()


def names_articles(questions: Sequence[TrainingQuestion]) -> bool:
    """Tells whether any question names an article, so that a corpus is needed."""
    return any(question.article_id for question in questions)


def write_named_articles(corpus: Sequence[Path], questions: Sequence[TrainingQuestion], path: Path) -> None:
    """Writes the articles of a corpus that questions name into a file that `sync` reads.

    Args:
        corpus: files and folders.
        questions: the questions.
        path: the file, JSON lines.

    Raises:
        UsageError: a path does not exist, or holds none of the articles.
    """
    ids = {question.article_id for question in questions if question.article_id}
    replace_file(path, partial(_write_articles, read_articles(corpus), ids))
    if not path.stat().st_size:
        raise UsageError(f"--corpus holds none of the {len(ids)} articles that the questions name, such as {min(ids)}")


def _write_articles(items: Iterator[object], ids: set[str], file: IO[bytes]) -> None:
    for item in items:
        if isinstance(item, SourcedArticle) and item.article.id in ids:
            file.write(_line_of(item.article))


def _line_of(article: Article) -> bytes:
    fields = {
        "_id": article.id,
        "title": article.title,
        "text": article.body,
        "date": str(article.published) if article.published else "",
        "source": article.source or "",
        "url": article.url or "",
    }
    return (json.dumps(fields, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")


def gather_material(
    index: Path,
    model: str | None,
    questions: Sequence[TrainingQuestion],
    folder: Path,
    progress: ProgressFactory,
    report: Reporter,
) -> TrainingMaterial:
    """Searches an index for every question, and reads the articles.

    Questions whose article is not in the index give no rows, which is reported.

    Args:
        index: the folder of the index; it is not opened if no question names an article.
        model: the encoder, as `QuestionAnswering.open` takes it.
        questions: the questions.
        folder: keeps the passages found, for the next time.
        progress: shows how many questions are asked.
        report: called with a line on what is left out.

    Raises:
        HoiBaoError: none of the articles is in the index, or an article is gone from it since it was searched.
    """
    if not names_articles(questions):
        return TrainingMaterial(questions, {}, {})
    found = mine_passages(index, model, questions, folder / _MINED_FILE, progress)
    named = {question.article_id for question in questions if question.article_id}
    in_passages = {passage[0] for one in found.values() for passage in (*one.own, *one.foreign)}
    with QuestionAnswering.open(index, model=model, reader=NO_READER) as qa:
        articles = {article_id: article for article_id in named | in_passages if (article := qa.article(article_id))}
    absent, gone = named - articles.keys(), in_passages - articles.keys()
    if gone:
        raise HoiBaoError(
            f"{index}/ no longer holds {len(gone)} of the articles that were found in it, such as {min(gone)}:"
            f" remove {folder / _MINED_FILE} to search again"
        )
    if absent == named:
        raise HoiBaoError(f"{index}/ holds none of the articles that the questions name, such as {min(absent)}")
    if absent:
        report(
            f"left out: questions on {len(absent)} of {len(named)} articles that are not there, such as {min(absent)}"
        )
    return TrainingMaterial(questions, articles, found)
