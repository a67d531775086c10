"""Asking: the one façade that the command line and the bot see."""

from __future__ import annotations

import datetime as dt
import math
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from retrieval.answering import Considered, consider, decide
from retrieval.config import ALL, CANDIDATES, MAX_QUESTION_CHARS
from retrieval.datatypes import Answer, Article, Field, Filter, Hit, Query, Turn
from retrieval.dialogue import Reading, by_itself, holds, readings, without_tones
from retrieval.encoder.protocol import Encoder, Report
from retrieval.evidence import Rarity
from retrieval.fitted import Fitted
from retrieval.opening import IndexInfo, encoder_of, info_of, open_store, quiet
from retrieval.ranking import Ranker
from retrieval.searcher import Mode, parse, search
from retrieval.spelling import Spellings, read
from retrieval.store.embedded import EmbeddedStore
from retrieval.store.protocol import Snapshot
from retrieval.terms import question_terms
from retrieval.text import clean, has_tones, syllables
from retrieval.when import read_period

NEAR_ARTICLES = 5
"""Articles in which a reading of a follow-up is looked for before it is searched for."""


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

    def ask(
        self, question: str, *, where: Filter | None = None, today: dt.date | None = None, after: Turn | None = None
    ) -> Answer:
        """Answer with quotes, or abstain.

        Args:
            question: as typed.
            where: which articles may be found.
            today: the day on which it is asked; the system's if None.
            after: the turn before, which the question may lean on; None for a question that stands alone.
        """
        today = today or dt.date.today()  # noqa: DTZ011  the reader's day
        if after is None or not syllables(question):
            answer = self.decide(self.consider(question, where=where, today=today)[1])
            return _taken(answer, by_itself(answer.question), question)
        proposed, toned = self._readings(question, after, today)
        tried: dict[Reading, Considered] = {}
        for reading in proposed:
            if reading.alone or self._is_promising(reading, where, toned=toned):
                _, tried[reading] = self.consider(reading.text, where=where, today=today, asked=reading.asked)
                answer = self.decide(tried[reading])
                if answer.answered and (reading.alone or self._holds(reading, answer, toned=toned)):
                    return _taken(answer, reading, question)
        spare = next((reading for reading in proposed if reading.alone), proposed[0])
        considered = tried.get(spare) or self.consider(spare.text, where=where, today=today)[1]
        return _taken(decide(considered, math.inf), spare, question)

    def _is_promising(self, reading: Reading, where: Filter | None, *, toned: bool) -> bool:
        """Whether one of the nearest articles holds a reading: cheap to ask, before it is searched for."""
        field: Field = "exact" if toned else "plain"
        with self._state() as (snapshot, _):
            near = snapshot.lexical_articles(field, question_terms(reading.text)[field], NEAR_ARTICLES, where)
            articles = snapshot.articles(number for number, _ in near)
        texts = (stored.article.text for stored in articles.values())
        return any(holds(reading, text, self._ranker.rarity, toned=toned) for text in texts)

    def _readings(self, question: str, after: Turn, today: dt.date) -> tuple[list[Reading], bool]:
        """What a question may mean after another, and whether either of them was typed with its tones."""
        said = _question(question)
        before = Turn(self._with_tones(after.question), self._with_tones(after.topic))
        proposed = readings(self._with_tones(said), before, self._ranker.rarity, today, toned=has_tones(said))
        if has_tones(f"{said} {after.question} {after.topic}"):
            return [replace(reading, text=said) if reading.alone else reading for reading in proposed], True
        # Each is spelt out once more, as a whole.
        return [without_tones(reading) for reading in proposed], False

    def _with_tones(self, text: str) -> str:
        if has_tones(text):
            return text
        with self._state() as (snapshot, _):
            return read(text, self._spellings, lambda terms: snapshot.article_frequencies("exact", terms)).text

    def _holds(self, reading: Reading, answer: Answer, *, toned: bool) -> bool:
        article = self.article(answer.quotes[0].article_id)
        return article is not None and holds(reading, article.text, self._ranker.rarity, toned=toned)

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
        asked: str | None = None,
    ) -> tuple[list[Hit], Considered]:
        """The k best hits, and the answer that there would be, before it is decided to give it.

        A time that the question names narrows the search, unless it leaves nothing, or the filter has dates.

        Args:
            question: as typed.
            where: which articles may be found.
            k: how many hits.
            today: the day on which it is asked; the system's if None.
            fitted: other models than those that ship with the package, to compare them.
            asked: the part of the question that the marked sentence should answer; None for all of it.
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
                hits, considered = _considered(snapshot, query, k, then, ranker, asked)
                if hits:
                    return hits, replace(considered, question=text, period=period)
                period = replace(period, kept=False)
            query = parse(text, encoder, snapshot, self._spellings)
            hits, considered = _considered(snapshot, query, k, where, ranker, asked)
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


def _taken(answer: Answer, reading: Reading, question: str) -> Answer:
    """The answer to a reading of a question."""
    if not reading.alone:
        return replace(answer, question=question, read_as=answer.read_as or reading.text, turn=reading.turn)
    return replace(answer, turn=Turn(answer.read_as, answer.read_as) if answer.read_as else reading.turn)


def _considered(
    snapshot: Snapshot, query: Query, k: int, where: Filter, ranker: Ranker, asked: str | None
) -> tuple[list[Hit], Considered]:
    hits = search(snapshot, query, ALL, where=where, ranker=ranker)
    return hits[:k], consider(snapshot, query, hits, ranker, asked)


def _question(text: str) -> str:
    return " ".join(clean(text).split())[:MAX_QUESTION_CHARS]
