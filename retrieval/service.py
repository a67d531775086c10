"""Asking: the one façade that the command line and the bot see."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from retrieval.answering import Considered, consider, decide
from retrieval.config import ALL, CANDIDATES, MAX_QUESTION_CHARS
from retrieval.datatypes import Answer, Article, Filter, Hit, Query
from retrieval.encoder.protocol import Encoder, Report
from retrieval.evidence import Rarity
from retrieval.fitted import Fitted
from retrieval.opening import IndexInfo, encoder_of, info_of, open_store, quiet
from retrieval.ranking import Ranker
from retrieval.searcher import Mode, parse, search
from retrieval.spelling import Spellings
from retrieval.stages import stage
from retrieval.store.embedded import EmbeddedStore
from retrieval.store.protocol import Snapshot
from retrieval.text import clean, syllables
from retrieval.when import read_period


@dataclass(frozen=True, slots=True)
class FoundHit:
    """A hit with the article that it is in."""

    hit: Hit
    article: Article


class QuestionAnswering:
    """An opened index that answers questions; safe to call from several threads at once.

    Use as a context manager, or call `close`.
    """

    def __init__(self, store: EmbeddedStore, model: str | None, report: Report) -> None:
        """Use `open`, which closes the store again when the encoder cannot be had."""
        self._store = store
        self._model = model
        self._report = report
        self._opening = threading.Lock()
        # Both take their time, and mostly outside of the interpreter.
        with ThreadPoolExecutor(1) as pool:
            encoder = pool.submit(encoder_of, store.manifest, model, report)
            store.refresh()
            rarity = Rarity.load()
            self._ranker, self._spellings = Ranker(rarity, Fitted.load()), Spellings.of(rarity)
            self._encoder = encoder.result()

    @classmethod
    @stage("open")
    def open(cls, index: Path, *, model: str | None = None, report: Report = quiet) -> Self:
        """Open the index in a folder with the encoder it was built with.

        Args:
            index: the folder.
            model: None for the model of the index; any other than that is refused.
            report: told what takes seconds.

        Raises:
            IndexMissingError: nothing was ever synced into the folder.
            ManifestError: the index was built with another model than the one asked for.
            ModelError: the model cannot be loaded.
        """
        store = open_store(index)
        try:
            return cls(store, model, report)
        except BaseException:
            store.close()
            raise

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Release files."""
        self._store.close()

    def refresh(self) -> None:
        """Take in what other processes have committed since, a rebuild included; cheap when there is nothing.

        Raises:
            ManifestError: the index was rebuilt with another model than the one that was asked for.
            ModelError: the model of a rebuilt index cannot be loaded.
        """
        self._store.refresh()
        if self._encoder.id != self._store.manifest.encoder:
            with self._opening:
                if self._encoder.id != self._store.manifest.encoder:
                    self._encoder = encoder_of(self._store.manifest, self._model, self._report)

    def ask(self, question: str, *, where: Filter | None = None, today: dt.date | None = None) -> Answer:
        """Answer with quotes, or abstain. `today` is the day on which it is asked; the system's if None."""
        return self.decide(self.consider(question, where=where, today=today)[1])

    def decide(self, considered: Considered) -> Answer:
        """Answer with the quotes that were considered, or abstain and say why."""
        return decide(considered, self._ranker.fitted.threshold)

    def search(self, text: str, k: int = 10, *, mode: Mode = "hybrid", where: Filter | None = None) -> list[FoundHit]:
        """The k best passages with their articles, best first."""
        with self._state() as (snapshot, encoder):
            query = parse(_question(text), encoder, snapshot, self._spellings)
            found = []
            for hit in search(
                snapshot, query, k, mode=mode, where=where, ranker=self._ranker, depth=max(k, CANDIDATES)
            ):
                if stored := snapshot.article(hit.passage.article_id):
                    found.append(FoundHit(hit, stored.article))
            return found

    def consider(
        self,
        question: str,
        *,
        where: Filter | None = None,
        k: int = CANDIDATES,
        today: dt.date | None = None,
        fitted: Fitted | None = None,
    ) -> tuple[list[Hit], Considered]:
        """The k best hits, and the answer that there would be, before it is decided to give it.

        A time that the question names narrows the search, unless it leaves nothing, or the filter has dates.

        Args:
            question: as typed.
            where: which articles may be found.
            k: how many hits.
            today: the day on which it is asked; the system's if None.
            fitted: other models than those that ship with the package, to compare them.
        """
        text, where = _question(question), where or Filter()
        period = None if where.since or where.until else read_period(text, today or dt.date.today())  # noqa: DTZ011  the reader's day
        ranker = replace(self._ranker, fitted=fitted) if fitted else self._ranker
        with self._state() as (snapshot, encoder):
            if period:
                # The filter says what these words say: articles of the time need not.
                rest = " ".join(text.replace(period.words, " ").split())
                query = parse(rest if syllables(rest) else text, encoder, snapshot, self._spellings)
                then = replace(where, since=period.since, until=period.until)
                hits, considered = _considered(snapshot, query, k, then, ranker)
                if hits:
                    return hits, replace(considered, question=text, period=period)
                period = replace(period, kept=False)
            query = parse(text, encoder, snapshot, self._spellings)
            hits, considered = _considered(snapshot, query, k, where, ranker)
            return hits, replace(considered, period=period)

    @contextmanager
    def _state(self) -> Iterator[tuple[Snapshot, Encoder]]:
        """One state of the index with the encoder that it was built with, also while it is rebuilt with another."""
        while True:
            self.refresh()
            encoder = self._encoder
            with self._store.snapshot() as snapshot:
                if snapshot.manifest.encoder == encoder.id:
                    yield snapshot, encoder
                    return

    def article(self, article_id: str) -> Article | None:
        """The stored article."""
        with self._store.snapshot() as snapshot:
            stored = snapshot.article(article_id)
            return stored.article if stored else None

    def info(self) -> IndexInfo:
        """What the index holds."""
        return info_of(self._store)


def _considered(
    snapshot: Snapshot, query: Query, k: int, where: Filter, ranker: Ranker
) -> tuple[list[Hit], Considered]:
    hits = search(snapshot, query, ALL, where=where, ranker=ranker)
    return hits[:k], consider(snapshot, query, hits, ranker)


def _question(text: str) -> str:
    return " ".join(clean(text).split())[:MAX_QUESTION_CHARS]
