"""Makes the rows that the reader is trained on: a question, a headline, a passage, and what the reader should say.

The passages are those that the project's own search ranks high for the question, so that training meets what reading
meets: the one that answers, others of its article, and those of other articles (hard negatives; Karpukhin et al. 2020).
"""

from __future__ import annotations

import datetime as dt
import random
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.datatypes import Article, PartialDate, Span
from retrieval.reading import headline
from retrieval.service import QuestionAnswering
from retrieval.training.reading_questions import Label, TrainingQuestion
from retrieval.vietnamese import has_tones, split_sentences, syllable_spans, telex, toneless

PASSAGES_KEPT = 6
"""Passages that search ranks best of a question's own article, and of others, kept for rows."""


@dataclass(frozen=True, slots=True)
class RowShares:
    """Configures how many rows a question gives; shares are probabilities."""

    other_window: float = 0.5
    """A second passage with the answer, cut differently."""
    own_negative: float = 0.6
    """A passage of the same article that does not hold the answer."""
    foreign_negative: float = 0.7
    """A passage of another article that search ranks high."""
    foreign_of_unanswered: float = 0.3
    """A passage of another article, for a question that its own article does not answer."""
    second_near: float = 0.4
    """A second passage of the article that does not answer."""
    without_tones: float = 0.12
    """A question with tones loses them."""
    with_slip: float = 0.08
    """One of a question's syllables is mistyped."""
    in_lower_case: float = 0.1
    """A question is typed in lower case."""
    without_title: float = 0.08
    """A passage comes without its title."""
    without_day: float = 0.5
    """A title comes without a day."""
    window_chars: tuple[int, int] = (120, 760)
    """Least and greatest length in characters of a passage that is cut differently."""


DEFAULT_SHARES = RowShares()


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """Holds one row of training: what is read, and what the reader should say."""

    question: str
    headline: str
    passage: str
    answer: Span | None
    """The answer in the passage; None if the passage does not answer."""
    contradicted: tuple[Span, ...] | None
    """The spans of the question that the article contradicts; None if that is unknown."""
    group: str
    """What the row shares with other rows of its article."""


Found = tuple[str, int, int]
"""(article id, start, end) of a passage."""


@dataclass(frozen=True, slots=True)
class FoundPassages:
    """Holds the passages that search ranks best for a training question."""

    own: tuple[Found, ...]
    """Those of the question's own article."""
    foreign: tuple[Found, ...]
    """Those of other articles."""


def find_passages(qa: QuestionAnswering, question: TrainingQuestion) -> FoundPassages:
    """Searches for a training question, and keeps the best passages of its own article and of others."""
    today = dt.date(2000, 1, 1)  # a period that a question names is no filter where nothing is dated
    hits = qa.assess(question.text, k=60, today=today).ranking.hits
    found = [(hit.passage.article_id, hit.passage.start, hit.passage.end) for hit in hits]
    return FoundPassages(
        tuple(one for one in found if one[0] == question.article_id)[:PASSAGES_KEPT],
        tuple(one for one in found if one[0] != question.article_id)[:PASSAGES_KEPT],
    )


class RowMaker:
    """Makes the rows of training questions; equal seeds give equal rows."""

    def __init__(
        self,
        questions: Sequence[TrainingQuestion],
        articles: Mapping[str, Article],
        found: Mapping[str, FoundPassages],
        seed: int,
        shares: RowShares = DEFAULT_SHARES,
    ) -> None:
        """Keeps what the rows are made of.

        Args:
            questions: the questions.
            articles: the articles that questions and found passages name, by id.
            found: the passages found for each question, by question id.
            seed: another seed gives other passages, cuts and typing.
            shares: how many rows a question gives.
        """
        self._questions = questions
        self._by_id = {question.id: question for question in questions}
        self._articles = articles
        self._found = found
        self._seed = seed
        self._shares = shares

    def rows(self) -> Iterator[ReadingRow]:
        """Yields the rows of each question in turn."""
        for question in self._questions:
            rng = random.Random(f"{self._seed} {question.id}")
            for row in self._rows_of(question, rng):
                yield self._retyped(row, rng)

    def _rows_of(self, question: TrainingQuestion, rng: random.Random) -> Iterator[ReadingRow]:
        if question.passage is not None:
            yield from self._rows_of_passage(question, question.passage, rng)
        elif (article := self._articles.get(question.article_id or "")) is not None:
            if question.label is Label.ANSWER:
                yield from self._rows_of_answer(question, article, rng)
            else:
                yield from self._rows_without_answer(question, article, rng)

    def _rows_of_passage(self, question: TrainingQuestion, text: str, rng: random.Random) -> Iterator[ReadingRow]:
        body = Article(id=question.group, title="", body=text)
        span = locate(text, question.answer or "", question.sentence)
        if span and question.label is Label.ANSWER:
            window = self._window(body, span, rng)
            yield self._row(question, body, window, rng, answer=span, contradicted=())

    def _rows_of_answer(self, question: TrainingQuestion, article: Article, rng: random.Random) -> Iterator[ReadingRow]:
        shares, found = self._shares, self._found[question.id]
        answer = question.answer or ""
        span = locate(article.body, answer, question.sentence)
        if span is None:
            return
        own = [Span(start, end) for _, start, end in found.own]
        holding = [one for one in own if one.start <= span.start and span.end <= one.end]
        window = holding[0] if holding else self._window(article, span, rng)
        yield self._row(question, article, window, rng, answer=span, contradicted=())
        if rng.random() < shares.other_window:
            yield self._row(question, article, self._window(article, span, rng), rng, answer=span, contradicted=())
        if rng.random() < shares.own_negative:
            others = [one for one in own if locate(one.of(article.body), answer) is None]
            if others:
                yield self._row(question, article, rng.choice(others[:3]), rng)
        if rng.random() < shares.foreign_negative:
            yield from self._foreign(question, answer, rng)

    def _rows_without_answer(
        self, question: TrainingQuestion, article: Article, rng: random.Random
    ) -> Iterator[ReadingRow]:
        shares, found = self._shares, self._found[question.id]
        own = [Span(start, end) for _, start, end in found.own] or [self._any_window(article, rng)]
        if question.label is Label.FALSE:
            truth = self._by_id.get(question.twin_of or "")
            span = locate(article.body, truth.answer or "", truth.sentence) if truth else None
            if span:
                holding = [one for one in own if one.start <= span.start and span.end <= one.end]
                own = [holding[0] if holding else self._window(article, span, rng), *own]
            yield self._row(question, article, own[0], rng, contradicted=_contradicted(question))
        else:
            yield self._row(question, article, own[0], rng)
            if len(own) > 1 and rng.random() < shares.second_near:
                yield self._row(question, article, rng.choice(own[1:3]), rng)
        if rng.random() < shares.foreign_of_unanswered:
            yield from self._foreign(question, None, rng)

    def _foreign(self, question: TrainingQuestion, answer: str | None, rng: random.Random) -> Iterator[ReadingRow]:
        """Yields a row with another article's passage that does not hold the answer string."""
        for article_id, start, end in rng.sample(
            self._found[question.id].foreign, len(self._found[question.id].foreign)
        ):
            article = self._articles[article_id]
            if answer is None or locate(article.body, answer) is None:
                yield self._row(question, article, Span(start, end), rng)
                return

    def _row(
        self,
        question: TrainingQuestion,
        article: Article,
        window: Span,
        rng: random.Random,
        *,
        answer: Span | None = None,
        contradicted: tuple[Span, ...] | None = None,
    ) -> ReadingRow:
        shares = self._shares
        title = "" if rng.random() < shares.without_title else article.title
        day = article.published or _made_up_day(article)
        return ReadingRow(
            question=question.text,
            headline=headline(title, None if rng.random() < shares.without_day else day),
            passage=window.of(article.body),
            answer=Span(answer.start - window.start, answer.end - window.start) if answer else None,
            contradicted=contradicted,
            group=question.group,
        )

    def _window(self, article: Article, held: Span, rng: random.Random) -> Span:
        """Cuts a run of whole sentences of a random length around a span, which it holds."""
        sentences = split_sentences(article.body)
        inside = [n for n, one in enumerate(sentences) if one.end > held.start and one.start < held.end]
        if not inside:
            return held
        first, last = inside[0], inside[-1]
        most = rng.randint(*self._shares.window_chars)
        start, end = min(sentences[first].start, held.start), max(sentences[last].end, held.end)
        while True:
            sides = [-1] * (first > 0) + [1] * (last + 1 < len(sentences))
            if not sides:
                return Span(start, end)
            if rng.choice(sides) < 0:
                first, start = first - 1, sentences[first - 1].start
            else:
                last, end = last + 1, sentences[last + 1].end
            if end - start > most:
                return Span(start, end)

    def _any_window(self, article: Article, rng: random.Random) -> Span:
        sentence = rng.choice(split_sentences(article.body))
        return self._window(article, Span(sentence.start, sentence.end), rng)

    def _retyped(self, row: ReadingRow, rng: random.Random) -> ReadingRow:
        """Types a row's question in another way, with a probability; lengths stay, so that spans do."""
        shares = self._shares
        text = row.question
        if has_tones(text) and rng.random() < shares.without_tones:
            text = _same_length(toneless(text), text)
        if rng.random() < shares.in_lower_case:
            text = _same_length(text.lower(), text)
        if row.contradicted is None and rng.random() < shares.with_slip:
            text = _with_slip(text, rng)
        return replace(row, question=text)


def locate(text: str, answer: str, sentence: str | None = None) -> Span | None:
    """Finds an answer in a text, inside its sentence if that is there; white space may differ."""
    if not answer.split():
        return None
    if sentence and (around := _find(text, sentence)):
        inside = _find(around.of(text), answer)
        if inside:
            return Span(around.start + inside.start, around.start + inside.end)
    return _find(text, answer)


def is_held_out(group: str, folds: int) -> bool:
    """Tells whether a group is in the fold that training is measured on."""
    return zlib.crc32(group.encode()) % folds == 0


def _find(text: str, words: str) -> Span | None:
    pattern = r"\s+".join(map(re.escape, words.split()))
    match = re.search(rf"(?<!\w){pattern}(?!\w)", text) or re.search(pattern, text)
    return Span(*match.span()) if match else None


def _contradicted(question: TrainingQuestion) -> tuple[Span, ...] | None:
    span = _find(question.text, question.changed) if question.changed and question.changed.split() else None
    return (span,) if span else None


def _made_up_day(article: Article) -> PartialDate:
    """Returns a day for an undated article, so that the reader learns to read past days; always the same one."""
    number = zlib.crc32(article.id.encode())
    return PartialDate(2015 + number % 12, 1 + number // 12 % 12, 1 + number // 144 % 28)


def _same_length(varied: str, text: str) -> str:
    return varied if len(varied) == len(text) else text


def _with_slip(text: str, rng: random.Random) -> str:
    """Mistypes one syllable: undecoded Telex keys, no tones, or a letter dropped, doubled or swapped."""
    spans = [span for syllable, span in syllable_spans(text) if len(syllable) >= 3 and syllable.isalpha()]
    if not spans:
        return text
    span = rng.choice(spans)
    word = span.of(text)
    at = rng.randrange(len(word) - 1)
    forms = [
        telex(word),
        toneless(word),
        word[:at] + word[at + 1 :],
        word[: at + 1] + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ]
    return text[: span.start] + rng.choice(forms) + text[span.end :]
