"""Service: opens an index, and asks, searches and quotes it; the façade of the read path."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from retrieval.answering import (
    ALWAYS,
    AssessedQuestion,
    answer,
    answer_turn,
    assess_question,
    find_examples,
    find_sections,
    match_words,
    newest_date,
)
from retrieval.config import DEFAULT_READER, DEFAULT_SETTINGS, ReaderChoice, SearchSettings
from retrieval.datatypes import (
    Answer,
    Article,
    CorpusInfo,
    Filter,
    Headline,
    Hit,
    MatchedWords,
    PreviousTurn,
    Quote,
)
from retrieval.encoder import Reporter
from retrieval.indexing import IndexInfo, encoder_of, ignore_report, info_of, open_store
from retrieval.question import Question, Spellings, Statistics, understand, without_words
from retrieval.reading import Reading, open_reader
from retrieval.runtime import timed_stage
from retrieval.search import (
    FittedModels,
    Mode,
    Ranking,
    SearchContext,
    encode,
    rank,
    rank_within_article,
    read,
)
from retrieval.store import DEFAULT_STORE_SETTINGS, EmbeddedStore, StoreSettings
from retrieval.vietnamese import DocumentFrequencies


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Pairs a hit with its article."""

    hit: Hit
    article: Article


class QuestionAnswering:
    """Answers questions from an opened index; safe to call from several threads at once.

    Use it as a context manager, or call `close`.
    """

    def __init__(
        self,
        store: EmbeddedStore,
        model: str | None,
        report: Reporter,
        settings: SearchSettings = DEFAULT_SETTINGS,
        reader: ReaderChoice = DEFAULT_READER,
    ) -> None:
        """Loads the encoder, the reader and the tables for an open store.

        Call `open` instead, which closes the store if the encoder cannot be loaded.
        """
        self._store = store
        self._model = model
        self._report = report
        self._settings = settings
        self._examples: tuple[int, tuple[Headline, ...]] | None = None
        self._opening = threading.Lock()
        # The encoder and the caches load at the same time, as both mostly release the interpreter lock.
        with ThreadPoolExecutor(1) as pool:
            encoder = pool.submit(encoder_of, store.manifest, model, report)
            store.refresh()
            self._news = DocumentFrequencies.load()
            self._spellings = Spellings.of(self._news)
            self._encoder = encoder.result()
        self._reader = open_reader(reader, report)
        self._models = FittedModels.load(reading=self._reader is not None)
        self._unread_models = FittedModels.load(reading=False)

    @classmethod
    @timed_stage("open")
    def open(
        cls,
        index: Path,
        *,
        model: str | None = None,
        report: Reporter = ignore_report,
        settings: SearchSettings = DEFAULT_SETTINGS,
        store_settings: StoreSettings = DEFAULT_STORE_SETTINGS,
        reader: ReaderChoice = DEFAULT_READER,
    ) -> Self:
        """Opens the index in a folder, with the encoder that it was built with.

        Args:
            index: the folder of the index.
            model: the model that the index must have; None for any.
            report: called with progress messages of steps that take seconds.
            settings: the settings of search and answering.
            store_settings: the settings of the storage engine.
            reader: which reader reads the best passages, or none.

        Raises:
            IndexMissingError: nothing was ever synced into the folder.
            ManifestError: the index was built with another model than `model`.
            ModelError: the model cannot be loaded.
        """
        store = open_store(index, store_settings)
        try:
            return cls(store, model, report, settings, reader)
        except BaseException:
            store.close()
            raise

    def __enter__(self) -> Self:
        """Returns itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Closes the index."""
        self.close()

    def close(self) -> None:
        """Closes the index and releases its files."""
        self._store.close()

    def read_ahead(self) -> None:
        """Prefetches the lexical files into the system's page cache, before many questions are asked."""
        self._store.read_ahead()

    def refresh(self) -> None:
        """Reads the commits of other processes, including a rebuild; cheap if there are none.

        Raises:
            ManifestError: the index was rebuilt with another model than the one that `open` asked for.
            ModelError: the model of a rebuilt index cannot be loaded.
        """
        self._store.refresh()
        if self._encoder.id != self._store.manifest.encoder:
            with self._opening:
                if self._encoder.id != self._store.manifest.encoder:
                    self._encoder = encoder_of(self._store.manifest, self._model, self._report)

    @property
    def threshold(self) -> float:
        """Least confidence, 0 to 1, of an answer."""
        return self._models.threshold

    def version(self) -> int:
        """Returns a number that grows with every change of the index."""
        return self._store.version()

    def ask(
        self,
        question: str,
        *,
        where: Filter | None = None,
        today: dt.date | None = None,
        quotes: int | None = None,
        any_time: bool = False,
        after: PreviousTurn | None = None,
    ) -> Answer:
        """Answers a question with quotes, or abstains.

        Args:
            question: the question as typed.
            where: which articles may be found; None for all.
            today: the day on which the question is asked; the system's date if None.
            quotes: most quotes; `settings.max_quotes` (three) if None. The first three do not depend on it.
            any_time: whether to ignore a period that the question names.
            after: the turn before, which the question may lean on; None for a question that stands alone.
        """
        with self._context() as context:
            questions = understand(
                question,
                context.statistics,
                today=today or _today(),
                after=after,
                where=where or Filter(),
                any_time=any_time,
                settings=context.settings,
            )
            return answer_turn(context, questions, where=where, max_quotes=quotes, after=after)

    def quote(self, question: str, article_id: str, *, quotes: int | None = None) -> Answer:
        """Quotes one article for a question, whatever the confidence.

        It abstains if there is no such article, or the question has no words.

        Args:
            question: the question as typed.
            article_id: the id of the article.
            quotes: most quotes; `settings.max_quotes` if None.
        """
        with self._context() as context:
            asked = self._read(question, context)
            stored = context.snapshot.article(article_id)
            ranking = Ranking(())
            if stored:
                vector = encode(context.encoder, asked)
                ranking = rank_within_article(
                    context.snapshot, asked, vector, stored.number, context.models, context.settings
                )
                ranking = read(context, asked, ranking)
            return answer(
                context.snapshot,
                asked,
                ranking,
                context.models,
                threshold=ALWAYS,
                max_quotes=quotes,
                settings=context.settings,
            )

    def search(
        self, text: str, k: int = 10, *, mode: Mode = "hybrid", where: Filter | None = None
    ) -> list[SearchResult]:
        """Finds the k best passages with their articles, best first.

        Args:
            text: the query; a period in it is not a filter.
            k: the number of results.
            mode: hybrid, dense or lexical search.
            where: which articles may be found; None for all.
        """
        with self._context() as context:
            question = self._read(text, context)
            ranking = rank(
                context.snapshot,
                question,
                encode(context.encoder, question),
                context.models,
                k=k,
                mode=mode,
                where=where,
                depth=max(k, context.settings.candidates),
                settings=context.settings,
            )
            articles = ((hit, context.snapshot.article(hit.passage.article_id)) for hit in ranking.hits[:k])
            return [SearchResult(hit, stored.article) for hit, stored in articles if stored]

    def matches(self, answer: Answer, quote: Quote) -> MatchedWords:
        """Finds the matched words of an answered question in one of its quotes.

        The question's spelling is corrected again, by the corpus as it is now.
        """
        text = answer.turn.question if answer.turn else answer.read_as or answer.question
        if answer.period:
            text = without_words(text, answer.period.words)
        with self._context() as context:
            question = self._read(text, context)
        return match_words(question, quote.text, quote.title, self._news, self._settings.worth_telling_idf)

    def assess(
        self,
        question: str,
        *,
        k: int,
        today: dt.date | None = None,
        where: Filter | None = None,
        models: FittedModels | None = None,
        without: Collection[str] = (),
        readings: Mapping[int, Reading] | None = None,
    ) -> AssessedQuestion:
        """Assesses a question as `ask` does, with its ranking and evidence, for evaluation and training.

        Args:
            question: the question as typed.
            k: the number of hits; more if the reranked articles have more passages.
            today: the day on which the question is asked; the system's date if None.
            where: which articles may be found; None for all.
            models: other models to compare; None for those that ship with the package.
            without: ids of articles that are excluded with their near-duplicates; document frequencies still count
                them.
            readings: known readings of the question, by passage id.
        """
        with self._context() as own:
            context = replace(own, models=models) if models else own
            [asked] = understand(
                question,
                context.statistics,
                today=today or _today(),
                where=where or Filter(),
                settings=context.settings,
            )
            return assess_question(context, asked, k=k, where=where, without=without, readings=readings)

    def article(self, article_id: str) -> Article | None:
        """Returns a stored article; None for an unknown id."""
        with self._store.snapshot() as snapshot:
            stored = snapshot.article(article_id)
            return stored.article if stored else None

    def info(self) -> IndexInfo:
        """Returns the content of the index, with its sizes on disk."""
        return info_of(self._store)

    def holdings(self) -> CorpusInfo:
        """Returns a summary of the corpus."""
        with self._store.snapshot() as snapshot:
            totals, newest, model = snapshot.totals(), newest_date(snapshot), snapshot.manifest.encoder
            sections = find_sections(snapshot)
        return CorpusInfo(
            totals.articles, totals.first_day, newest, totals.sources, model, totals.version, totals.last_sync, sections
        )

    def examples(self) -> tuple[Headline, ...]:
        """Finds up to three recent articles that answer their own headline, the latest first.

        They report different stories. They are cached until the next commit; finding them takes as long as answering a
        few questions.
        """
        version = self._store.version()
        if self._examples is None or self._examples[0] != version:
            with self._context() as context:
                self._examples = version, find_examples(context, _today())
        return self._examples[1]

    @contextmanager
    def _context(self) -> Iterator[SearchContext]:
        """Opens a snapshot with the encoder that built it, also during a rebuild with another encoder."""
        while True:
            self.refresh()
            encoder = self._encoder
            with self._store.snapshot() as snapshot:
                if snapshot.manifest.encoder == encoder.id:
                    statistics = Statistics(snapshot, self._news, self._spellings)
                    yield SearchContext(
                        snapshot,
                        encoder,
                        statistics,
                        self._models,
                        self._settings,
                        self._reader,
                        self._unread_models,
                    )
                    return

    def _read(self, text: str, context: SearchContext) -> Question:
        """Reads a text as a question that stands alone, without its period."""
        [question] = understand(text, context.statistics, today=None, settings=context.settings)
        return question


def _today() -> dt.date:
    return dt.date.today()  # noqa: DTZ011  the local date
