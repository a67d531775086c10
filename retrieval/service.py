"""Asking: the one façade that the command line and the bot see."""

from __future__ import annotations

import datetime as dt
import math
import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Self

from retrieval.answering import Considered, consider, decide, headline_of, matches
from retrieval.config import CANDIDATES, MAX_QUESTION_CHARS, MAX_QUOTES
from retrieval.datatypes import (
    Answer,
    Article,
    CorpusInfo,
    Field,
    Filter,
    Headline,
    Hit,
    MatchedWords,
    PartialDate,
    PreviousTurn,
    Query,
    Quote,
)
from retrieval.encoder import Encoder, Reporter
from retrieval.indexing import IndexInfo, encoder_of, info_of, open_store, report_nothing
from retrieval.question import (
    Reading,
    Spellings,
    bears_out,
    by_itself,
    correct_spelling,
    question_terms,
    read_period,
    readings,
)
from retrieval.search import FittedModels, Mode, Ranker, parse, rank_within_article, search_passages, understood
from retrieval.store import EmbeddedStore, Snapshot
from retrieval.timing import stage
from retrieval.vietnamese import DocumentFrequencies, clean, has_tones, syllables

EXAMPLES, EXAMPLE_CANDIDATES = 3, 15
"""How many examples of what can be asked there are, and how many recent articles are tried for them."""

NEAR_ARTICLES = 5
"""Articles in which a reading of a follow-up is looked for before it is searched for."""

DIFFERENT = 0.3
"""Two headlines with a larger share of common syllables are of the same matter."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A hit with the article that it is in."""

    hit: Hit
    article: Article


class QuestionAnswering:
    """An opened index that answers questions; safe to call from several threads at once.

    Use as a context manager, or call `close`.
    """

    def __init__(self, store: EmbeddedStore, model: str | None, report: Reporter) -> None:
        """Use `open`, which closes the store again when the encoder cannot be had."""
        self._store = store
        self._model = model
        self._report = report
        self._examples: tuple[int, tuple[Headline, ...]] | None = None
        self._opening = threading.Lock()
        # Both take their time, and mostly outside of the interpreter.
        with ThreadPoolExecutor(1) as pool:
            encoder = pool.submit(encoder_of, store.manifest, model, report)
            store.refresh()
            rarity = DocumentFrequencies.load()
            self._ranker, self._spellings = Ranker(rarity, FittedModels.load()), Spellings.of(rarity)
            self._encoder = encoder.result()

    @classmethod
    @stage("open")
    def open(cls, index: Path, *, model: str | None = None, report: Reporter = report_nothing) -> Self:
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

    def read_ahead(self) -> None:
        """For whoever will ask many questions: have the system read the lexical files into its cache."""
        self._store.read_ahead()

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
        self,
        question: str,
        *,
        where: Filter | None = None,
        today: dt.date | None = None,
        quotes: int = MAX_QUOTES,
        any_time: bool = False,
        after: PreviousTurn | None = None,
    ) -> Answer:
        """Answer with quotes, or abstain.

        Args:
            question: as typed.
            where: which articles may be found.
            today: the day on which it is asked; the system's if None.
            quotes: how many quotes at most; the first three do not depend on it.
            any_time: whether a time that the question names is left out of account.
            after: the turn before, which the question may lean on; None for a question that stands alone.
        """
        day = today or _today()
        consider = partial(self.consider, where=where, today=day, quotes=quotes, any_time=any_time)
        if after and syllables(question):
            answer = self._ask_after(_question(question), after, day, where, consider)
        else:
            answer = _taken(self.decide(consider(question)[1]), by_itself(_question(question)), question)
        if answer.answered:
            return answer
        with self._store.snapshot() as snapshot:
            return replace(answer, newest=_newest_date(snapshot))

    def _ask_after(
        self,
        question: str,
        after: PreviousTurn,
        today: dt.date,
        where: Filter | None,
        consider: Callable[..., tuple[list[Hit], Considered]],
    ) -> Answer:
        """Answer by the first reading of a question that an article bears out; abstain where there is none."""
        proposed = readings(question, after, self._ranker.rarity, today, self._spelt_out)
        tried: dict[Reading, Considered] = {}
        for reading in proposed:
            if reading.alone or self._is_promising(reading, where):
                _, tried[reading] = consider(reading.text, asked=reading.asked)
                answer = self.decide(tried[reading])
                if answer.answered and (reading.alone or self._bears_out(answer.quotes[0].article_id, reading)):
                    return _taken(answer, reading, question)
        reading = next(reading for reading in proposed if reading.otherwise)
        considered = tried.get(reading) or consider(reading.text)[1]
        return _taken(decide(considered, math.inf), reading, question)

    def _is_promising(self, reading: Reading, where: Filter | None) -> bool:
        """Whether one of the nearest articles bears a reading out: cheap to ask, before it is searched for."""
        field: Field = "exact" if reading.toned else "plain"
        with self._state() as (snapshot, _):
            near = snapshot.lexical_articles(field, question_terms(reading.text)[field], NEAR_ARTICLES, where)
            articles = snapshot.articles(number for number, _ in near).values()
        return any(bears_out(reading, stored.article.text, self._ranker.rarity) for stored in articles)

    def _bears_out(self, article_id: str, reading: Reading) -> bool:
        article = self.article(article_id)
        return article is not None and bears_out(reading, article.text, self._ranker.rarity)

    def _spelt_out(self, text: str) -> str:
        """A text with its tones."""
        if has_tones(text):
            return text
        with self._state() as (snapshot, _):
            return correct_spelling(
                text, self._spellings, lambda terms: snapshot.article_frequencies("exact", terms)
            ).text

    def version(self) -> int:
        """Grows with every change of the index."""
        return self._store.version()

    def quote(self, question: str, article_id: str, *, quotes: int = MAX_QUOTES) -> Answer:
        """Quote one article for a question, however unsure; with `NOTHING_MATCHES` where there is no such article."""
        with self._state() as (snapshot, encoder):
            query = parse(_question(question), encoder, snapshot, self._spellings)
            stored = snapshot.article(article_id)
            hits = rank_within_article(snapshot, query, stored.number, self._ranker) if stored else []
            return decide(consider(snapshot, query, hits, self._ranker, quotes), threshold=0.0)

    def matches(self, answer: Answer, quote: Quote) -> MatchedWords:
        """Which words of the question that was answered one of the quotes holds, by what the corpus spells now."""
        text = _question(answer.read_as or answer.question)
        if answer.period and answer.period.kept:
            text = _without(text, answer.period.words)
        with self._state() as (snapshot, _):
            asked = understood(text, snapshot, self._spellings).text
        return matches(asked, quote.text, quote.title, self._ranker.rarity)

    def decide(self, considered: Considered) -> Answer:
        """Answer with the quotes that were considered, or abstain and say why."""
        return decide(considered, self._ranker.fitted.threshold)

    def search(
        self, text: str, k: int = 10, *, mode: Mode = "hybrid", where: Filter | None = None
    ) -> list[SearchResult]:
        """The k best passages with their articles, best first."""
        with self._state() as (snapshot, encoder):
            query = parse(_question(text), encoder, snapshot, self._spellings)
            found = []
            hits = search_passages(
                snapshot, query, k, mode=mode, where=where, ranker=self._ranker, depth=max(k, CANDIDATES)
            )
            for hit in hits[:k]:
                if stored := snapshot.article(hit.passage.article_id):
                    found.append(SearchResult(hit, stored.article))
            return found

    def consider(
        self,
        question: str,
        *,
        where: Filter | None = None,
        k: int = CANDIDATES,
        today: dt.date | None = None,
        fitted: FittedModels | None = None,
        quotes: int = MAX_QUOTES,
        any_time: bool = False,
        asked: str | None = None,
        without: Collection[str] = (),
    ) -> tuple[list[Hit], Considered]:
        """The k best hits, and the answer that there would be, before it is decided to give it.

        A time that the question names narrows the search, unless it leaves nothing, or the filter has dates.

        Args:
            question: as typed.
            where: which articles may be found.
            k: how many hits.
            today: the day on which it is asked; the system's if None.
            fitted: other models than those that ship with the package, to compare them.
            quotes: how many quotes at most.
            any_time: whether a time that the question names is left out of account.
            asked: the part of the question that the marked sentences should answer; None for all of it.
            without: ids of articles that are not found, and neither are their near-duplicates; that their words are in
                the corpus is still known.
        """
        text, where = _question(question), where or Filter()
        day = today or _today()
        period = None if where.since or where.until else read_period(text, day)
        ranker = replace(self._ranker, fitted=fitted) if fitted else self._ranker
        with self._state() as (snapshot, encoder):
            passed_over = _with_copies(snapshot, without)

            def answer(query: Query, where: Filter) -> tuple[list[Hit], Considered]:
                hits = search_passages(snapshot, query, k, where=where, ranker=ranker, without=passed_over)
                return hits[:k], consider(snapshot, query, hits, ranker, quotes, asked)

            if period:
                # The filter says what these words say: articles of the time need not.
                query = parse(_without(text, period.words), encoder, snapshot, self._spellings)
                query = query if any_time else replace(query, period=period)
                then = where if any_time else replace(where, since=period.since, until=period.until)
                hits, considered = answer(query, then)
                if any_time:
                    return hits, replace(considered, question=text)
                if hits:
                    return hits, replace(considered, question=text, period=period)
                period = replace(period, kept=False)
            query = parse(text, encoder, snapshot, self._spellings)
            hits, considered = answer(query, where)
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
        """What the index holds, with its sizes on disk."""
        return info_of(self._store)

    def holdings(self) -> CorpusInfo:
        """What the corpus holds."""
        with self._store.snapshot() as snapshot:
            totals, newest, model = snapshot.totals(), _newest_date(snapshot), snapshot.manifest.encoder
        return CorpusInfo(
            totals.articles, totals.first_day, newest, totals.sources, model, totals.version, totals.last_sync
        )

    def examples(self) -> tuple[Headline, ...]:
        """Up to three recent articles of different matters that answer their own headline, the latest first.

        They are found once for each commit, which takes as long as some questions do.
        """
        version = self._store.version()
        if self._examples is None or self._examples[0] != version:
            self._examples = version, tuple(islice(self._good_examples(), EXAMPLES))
        return self._examples[1]

    def _good_examples(self) -> Iterator[Headline]:
        with self._store.snapshot() as snapshot:
            candidates = [headline_of(stored) for stored in snapshot.newest(EXAMPLE_CANDIDATES)]
        chosen: list[Headline] = []
        for one in candidates:
            if any(_same_matter(one.title, other.title) for other in chosen):
                continue
            answer = self.ask(one.title, any_time=True)
            best = answer.quotes[0] if answer.answered else None
            # An article is found by its own headline, be it ever so vague: its text must take that up.
            if best and best.article_id == one.article_id and self.matches(answer, best).text:
                chosen.append(one)
                yield one


def _today() -> dt.date:
    return dt.date.today()  # noqa: DTZ011  the reader's day


def _taken(answer: Answer, reading: Reading, question: str) -> Answer:
    """The answer to a reading of a question."""
    if not reading.alone:
        return replace(answer, question=question, read_as=answer.read_as or reading.text, turn=reading.turn)
    turn = PreviousTurn(answer.read_as, answer.read_as) if answer.read_as else reading.turn
    return replace(answer, turn=turn if syllables(question) else None)


def _with_copies(snapshot: Snapshot, article_ids: Collection[str]) -> set[int]:
    """The numbers of some articles and of their near-duplicates."""
    numbers = {stored.number for key in article_ids if (stored := snapshot.article(key))}
    return numbers.union(*snapshot.copies(numbers).values())


def _newest_date(snapshot: Snapshot) -> PartialDate | None:
    return next((stored.article.published for stored in snapshot.newest(1)), None)


def _same_matter(one: str, other: str) -> bool:
    first, second = set(syllables(one)), set(syllables(other))
    return len(first & second) > DIFFERENT * len(first | second)


def _without(question: str, words: str) -> str:
    """A question without some of its words, unless it has no others."""
    rest = " ".join(question.replace(words, " ").split())
    return rest if syllables(rest) else question


def _question(text: str) -> str:
    return " ".join(clean(text).split())[:MAX_QUESTION_CHARS]
